//! Where an expression stands, which decides what it may read.

/// When an expression is worked out.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Levers and earlier uncertainties only.
    Fixed,
    /// Levers, uncertainties, the areas' table.
    Start,
    /// As the receiver of a message.
    Arrival,
    /// As an actor in its turn.
    Rule,
    /// Flows, area equations, the contest, events.
    World,
    /// Outcomes, milestones, stops.
    Observe,
}

/// What of the ground a start value may read.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Begun {
    /// The areas' table.
    Table,
    /// Also the states of areas that do not read the contest.
    States,
    /// Who holds which posts.
    Posts,
    /// All that the contest shows.
    Contest,
}

/// Whose expression it is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// Nobody's: an event, an outcome.
    World,
    /// This actor's.
    Actor(usize),
    /// Whoever has the shared policy.
    Anyone,
}

/// A local name of a rule.
#[derive(Clone)]
pub struct Local {
    pub name: String,
    pub yes_no: bool,
    pub draws: bool,
}

/// A bound member of a group.
#[derive(Clone)]
pub struct Member {
    pub name: String,
    /// Whether it can be the actor itself.
    pub may_be_self: bool,
}

/// Where an expression stands.
#[derive(Clone)]
pub struct Place {
    pub stage: Stage,
    pub whose: Whose,
    pub locals: Vec<Local>,
    pub members: Vec<Member>,
    /// Names bound to areas, outermost first.
    pub areas: Vec<String>,
    /// Whether there may be draws here.
    pub draws: bool,
    /// The labels that have been used in this rule.
    pub labels: usize,
    /// Whether a local that draws may be read.
    pub drawn_locals: bool,
    /// The kind of the message that has arrived.
    pub kind: Option<usize>,
    /// So many uncertainties, outcomes and milestones may be read.
    pub known: [usize; 3],
    /// Whether the past may be read: not within the past.
    pub past: bool,
    /// At the start: what of the ground may be read.
    pub begun: Begun,
}

impl Place {
    /// A place where everything that has a name may be read.
    pub fn new(stage: Stage, whose: Whose) -> Self {
        Self {
            stage,
            whose,
            locals: vec![],
            members: vec![],
            areas: vec![],
            draws: false,
            labels: 0,
            drawn_locals: true,
            kind: None,
            known: [usize::MAX; 3],
            past: true,
            begun: Begun::Table,
        }
    }

    /// Once so much of the ground has begun.
    pub fn after(mut self, begun: Begun) -> Self {
        self.begun = begun;
        self
    }

    /// Whether who holds what may be read.
    pub fn knows_holders(&self) -> bool {
        self.stage > Stage::Start || self.stage == Stage::Start && self.begun >= Begun::Posts
    }

    /// With draws.
    pub fn with_draws(mut self) -> Self {
        self.draws = true;
        self
    }

    /// With a name bound to an area.
    pub fn with_area(mut self, name: &str) -> Self {
        self.areas.push(name.to_owned());
        self
    }

    /// The same place where nothing may be drawn, as in a filter.
    pub fn undrawn(&self) -> Self {
        Self { draws: false, ..self.clone() }
    }

    /// The same place for a condition of a rule.
    pub fn condition(&self) -> Self {
        Self { draws: false, drawn_locals: false, ..self.clone() }
    }

    /// What a remembered expression may read here.
    pub fn remembered(&self) -> Self {
        Self {
            draws: false,
            locals: vec![],
            kind: None,
            past: false,
            stage: self.stage.max(Stage::Rule),
            ..self.clone()
        }
    }
}
