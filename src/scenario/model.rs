//! The validated scenario: every name resolved, every group and `for` spelled out, every number finite.
//!
//! Both ways of playing a scenario start here: the slow reference interpreter walks these trees run by run, and the
//! compiler lowers them to column programs. All values are `f64`; yes/no is 1 or 0, a duration is a number of ticks, a
//! date is a number of days since 1970-01-01, an actor is its [`ActorId`] as a number (−1 for none), a stance is its
//! place on the ladder.

use super::clock::Clock;
use crate::world::contest;

/// An actor's place in [`Scenario::actors`], which is file order.
pub type ActorId = usize;
/// A variable's place in [`Scenario::variables`].
pub type VariableId = usize;
/// An area variable's place in [`Territory::variables`].
pub type AreaVariableId = usize;
/// A place's place in [`Scenario::places`].
pub type PlaceId = usize;
/// A draw's place in [`Scenario::draws`].
pub type DrawId = usize;
/// An inbox slot's place in [`Actor::inbox`].
pub type SlotId = usize;

/// A scenario in which nothing is left to be looked up.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// The file's or folder's name.
    pub name: String,
    /// One line.
    pub title: String,
    /// What it is about; may be empty.
    pub about: String,
    /// The chosen variant, `baseline` if none.
    pub variant: String,
    /// Dates and ticks.
    pub clock: Clock,
    /// Seasons of `calendar`.
    pub seasons: Vec<Season>,
    /// L, in file order.
    pub levers: Vec<Lever>,
    /// X, in file order.
    pub uncertainties: Vec<Uncertainty>,
    /// The order in which uncertainties can be drawn (parents and parameters first).
    pub uncertainty_order: Vec<usize>,
    /// The step (1..=ticks) from which [`Lever::later`] holds, for a dated variant.
    pub switch: Option<u32>,
    /// Kinds of messages, in file order.
    pub kinds: Vec<MessageKind>,
    /// In file order.
    pub actors: Vec<Actor>,
    /// Every number that a run keeps, except those of areas.
    pub variables: Vec<Variable>,
    /// The map; `None` without territory.
    pub territory: Option<Territory>,
    /// In file order; read the values as the flows left them.
    pub events: Vec<Rule>,
    /// Expressions whose past is read.
    pub histories: Vec<History>,
    /// M, in file order, then the payoffs (`payoff_<actor>`) in the order of the actors.
    pub outcomes: Vec<Outcome>,
    /// In file order.
    pub milestones: Vec<Milestone>,
    /// In file order.
    pub stops: Vec<Stop>,
    /// Conditions of `sustained`, counted in a row.
    pub streaks: Vec<Streak>,
    /// The order in which stage 4 works out streaks, outcomes and milestones.
    pub observations: Vec<Observation>,
    /// Where a run can fail, in the order in which a tick reaches them.
    pub places: Vec<Place>,
    /// Every draw's address.
    pub draws: Vec<Draw>,
    /// How many declared numbers rest on what.
    pub basis: Basis,
    /// What the checker already knows to be without effect (levers that nothing reads).
    pub unused: Vec<String>,
}

/// A season: every year from one day to another, both included.
#[derive(Clone, Debug, PartialEq)]
pub struct Season {
    /// Its name.
    pub name: String,
    /// First month and day.
    pub from: (u8, u8),
    /// Last month and day.
    pub to: (u8, u8),
}

/// A lever.
#[derive(Clone, Debug, PartialEq)]
pub struct Lever {
    /// Its name.
    pub name: String,
    /// The value it has in these runs (`default`, or what a variant or `--set` made of it).
    pub value: f64,
    /// The value from [`Scenario::switch`] on, under a dated variant that changes it.
    pub later: Option<f64>,
    /// Its range.
    pub range: Option<(f64, f64)>,
    /// Its notes.
    pub notes: Notes,
}

/// What a declaration says beside its number.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Notes {
    /// A title for people.
    pub title: Option<String>,
    /// The unit.
    pub unit: Option<String>,
    /// The reason.
    pub because: Option<String>,
    /// `data`, `literature`, `judgement` or `placeholder` (also when the file does not say).
    pub basis: BasisKind,
}

/// What a number rests on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BasisKind {
    /// Observed.
    Data,
    /// Published.
    Literature,
    /// An expert's guess.
    Judgement,
    /// Nothing yet.
    #[default]
    Placeholder,
}

/// How many declared numbers rest on what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Basis {
    /// Observed.
    pub data: usize,
    /// Published.
    pub literature: usize,
    /// An expert's guess.
    pub judgement: usize,
    /// Nothing yet, or not said.
    pub placeholder: usize,
}

/// An uncertainty. Its draw's address is `uncertainty/<name>`, at tick 0.
#[derive(Clone, Debug)]
pub struct Uncertainty {
    /// Its name.
    pub name: String,
    /// Its distribution. Parameters read levers and other uncertainties only.
    pub distribution: Distribution,
    /// Truncation.
    pub within: Bounds,
    /// `with: { parent: rank correlation }`
    pub parent: Option<(usize, Expr)>,
    /// The address.
    pub draw: DrawId,
    /// Where it fails (a parameter that is not finite, a negative deviation).
    pub place: PlaceId,
    /// Its notes.
    pub notes: Notes,
}

/// A distribution and its parameters.
#[derive(Clone, Debug)]
pub struct Distribution {
    /// Which.
    pub family: Family,
    /// In the family's order; for `choice` the values, then as many weights.
    pub parameters: Vec<Expr>,
}

/// The families. Parameters in the order given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// value
    Constant,
    /// low, high
    Uniform,
    /// low, mode, high
    Triangular,
    /// mean, sd
    Normal,
    /// mean, sd of the variable itself
    Lognormal,
    /// median, sd of the logarithm (`sigma`)
    LognormalMedian,
    /// alpha, beta
    Beta,
    /// mean, sd
    BetaMean,
    /// shape, scale
    Gamma,
    /// mean, sd
    GammaMean,
    /// mean
    Exponential,
    /// mean
    Poisson,
    /// probability
    Bernoulli,
    /// values, then weights
    Choice,
}

/// Bounds of a variable or a truncation; they read levers and uncertainties only.
#[derive(Clone, Debug, Default)]
pub struct Bounds {
    /// The least value.
    pub low: Option<Expr>,
    /// The greatest value.
    pub high: Option<Expr>,
}

/// A kind of message.
#[derive(Clone, Debug, PartialEq)]
pub struct MessageKind {
    /// Its name.
    pub name: String,
    /// Ticks from sending to delivery, at least 1.
    pub delay: u32,
    /// Whether a negative amount stays what it is; otherwise it becomes 0.
    pub signed: bool,
    /// Names of the extra fields.
    pub fields: Vec<String>,
    /// Its notes.
    pub notes: Notes,
}

/// An actor and all that it does.
#[derive(Clone, Debug)]
pub struct Actor {
    /// Its name.
    pub name: String,
    /// Its title, or its name.
    pub title: String,
    /// Its ladder of stances; worked out before its rules.
    pub stances: Option<Stances>,
    /// Its rules in order, a `for` rule once for each member.
    pub rules: Vec<Rule>,
    /// Its flows (`each_tick`), simultaneous with all other actors' flows.
    pub flows: Vec<Write>,
    /// Where its flows fail.
    pub flow_place: PlaceId,
    /// Every message that can reach it, in the order of delivery: sender, rule, effect, `for` member.
    pub inbox: Vec<Slot>,
}

/// An actor's stances, lowest first. Each tick, before the rules: of the rungs above the present one whose `enter`
/// holds, the highest is entered; if there is none and the present rung's `leave` holds, the one below is.
#[derive(Clone, Debug)]
pub struct Stances {
    /// The variable that holds the present rung's place.
    pub variable: VariableId,
    /// The rungs; the first has neither `enter` nor `leave`.
    pub rungs: Vec<Rung>,
    /// Where the conditions fail.
    pub place: PlaceId,
}

/// One stance.
#[derive(Clone, Debug)]
pub struct Rung {
    /// Its name.
    pub name: String,
    /// When it is entered from below.
    pub enter: Option<Expr>,
    /// When it is left for the one below.
    pub leave: Option<Expr>,
}

/// One message that can reach an actor.
#[derive(Clone, Debug)]
pub struct Slot {
    /// Who sends it.
    pub sender: ActorId,
    /// Of what kind.
    pub kind: usize,
    /// What it does to the receiver, one `change`/`set` map after the other. [`Expr::Amount`], [`Expr::Field`] and own
    /// variables may occur; the condition is the kind's `when`, if any.
    pub arrival: Vec<Arrival>,
    /// Variables of role [`Role::Received`] that add it up.
    pub received: Vec<VariableId>,
    /// Variables of role [`Role::Counted`] that count it.
    pub counted: Vec<VariableId>,
    /// Where it fails.
    pub place: PlaceId,
}

/// One simultaneous map of `on_arrival`.
#[derive(Clone, Debug)]
pub struct Arrival {
    /// Only if this holds.
    pub when: Option<Expr>,
    /// What is written.
    pub writes: Vec<Write>,
}

/// A number that a run keeps.
#[derive(Clone, Debug)]
pub struct Variable {
    /// For people and the program's text: `near.trust`, `support[near, regime]`.
    pub name: String,
    /// What it is.
    pub role: Role,
    /// Whose it is; `None` is the world's (events' bookkeeping, a side's totals).
    pub owner: Option<ActorId>,
    /// Its value at tick 0; reads levers, uncertainties and static area columns only.
    pub start: Expr,
    /// Every write is clamped to these.
    pub within: Bounds,
    /// Where its start fails.
    pub place: PlaceId,
}

/// What a variable is for.
#[derive(Clone, Debug, PartialEq)]
pub enum Role {
    /// An actor's state.
    State,
    /// A tie between two actors, owned by the first.
    Tie {
        /// Whose.
        from: ActorId,
        /// Towards whom.
        to: ActorId,
    },
    /// The present stance.
    Stance,
    /// The sum of the amounts delivered this tick in some slots. Set to 0 before the deliveries.
    Received,
    /// The number of messages delivered this tick in some slots. Set to 0 before the deliveries.
    Counted,
    /// The sum of the amounts sent this tick by some effects. Set to 0 before the actor's rules.
    Sent,
    /// The first step at which a rule with `once` or `cooldown` may fire (again). Starts at 0; `once` sets infinity.
    Ready,
    /// A side's running total in the contest, written by the world after the contest.
    Total(Total),
}

/// A running total since the start, one a side and weight.
#[derive(Clone, Debug, PartialEq)]
pub enum Total {
    /// Whole posts lost, gross, by a side (its place in [`Contest::sides`]).
    PostsLost(usize),
    /// A column's amount in the areas that a side ceased to hold, gross (for `towns`: to hold the towns of).
    ColumnLost {
        /// The side.
        side: usize,
        /// The column of [`Territory::columns`].
        column: usize,
        /// Whether the holder of the towns decides (only for the column `towns`).
        towns: bool,
    },
    /// Persons who surrendered, in the unit of the side's force.
    Surrendered(usize),
}

/// A rule of an actor, for one member of its `for`; or an event.
#[derive(Clone, Debug)]
pub struct Rule {
    /// `actor.rule`, or the event's name; with ` for member` where it has one.
    pub name: String,
    /// First step (1..=ticks) at which it may act, and one past the last.
    pub active: (u32, u32),
    /// `once` and `cooldown`.
    pub again: Option<Again>,
    /// Worked out at the rule's start, each in the first part that needs it.
    pub lets: Vec<Let>,
    /// The condition; no draws.
    pub when: Option<Expr>,
    /// The chance.
    pub chance: Option<Chance>,
    /// What it does, in sequence.
    pub effects: Vec<Effect>,
    /// Where its parts fail: condition, chance, effects.
    pub places: [PlaceId; 3],
}

/// When a rule may fire again.
#[derive(Clone, Debug, PartialEq)]
pub struct Again {
    /// The variable of role [`Role::Ready`].
    pub ready: VariableId,
    /// `None` for `once`; otherwise the cooldown in ticks.
    pub after: Option<u32>,
}

/// A part of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// `when`
    Condition,
    /// `chance`
    Chance,
    /// `then`
    Effects,
}

/// A local name of a rule. It may read earlier ones.
#[derive(Clone, Debug)]
pub struct Let {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: Expr,
    /// The first part that needs it (also through other lets); `None` if nothing does, and it is not worked out.
    pub part: Option<Part>,
}

/// A chance: the rule acts if its uniform draw is less than the probability.
#[derive(Clone, Debug)]
pub struct Chance {
    /// Checked to lie in 0 to 1.
    pub probability: Expr,
    /// For `per: month`, tick/month: the probability a tick is 1 − pow(1 − p, exponent).
    pub exponent: Option<f64>,
    /// The draw's address.
    pub draw: DrawId,
}

/// One thing that a rule does.
#[derive(Clone, Debug)]
pub enum Effect {
    /// One `set`/`change` map, simultaneous: every value is worked out before the first write.
    Write(Vec<Write>),
    /// The same, to area variables of one's own side.
    WriteAt {
        /// Where.
        target: AreaTarget,
        /// What; values may read the target area (level 0).
        writes: Vec<AreaWrite>,
    },
    /// A message.
    Send(Send),
}

/// One write: `set` replaces, `change` adds to the present value; then the variable's bounds clamp.
#[derive(Clone, Debug)]
pub struct Write {
    /// What is written.
    pub variable: VariableId,
    /// Whether the value is added.
    pub change: bool,
    /// The value.
    pub value: Expr,
}

/// One write to an area variable.
#[derive(Clone, Debug)]
pub struct AreaWrite {
    /// What is written.
    pub variable: AreaVariableId,
    /// Whether the value is added.
    pub change: bool,
    /// The value.
    pub value: Expr,
}

/// Which areas a rule writes. Areas in which the variable does not exist (outside the side's theatre) are passed over.
#[derive(Clone, Debug)]
pub enum AreaTarget {
    /// One area.
    Fixed(usize),
    /// The area with the greatest score among those that pass the filter, the first among equals; none may pass.
    Best {
        /// What areas must fulfil (reads the area at level 0).
        filter: Option<Expr>,
        /// What is maximised (reads the area at level 0); checked as a compared value.
        score: Expr,
    },
    /// Every area that passes the filter.
    Each {
        /// What areas must fulfil (reads the area at level 0).
        filter: Option<Expr>,
    },
}

/// A message that a rule sends.
#[derive(Clone, Debug)]
pub struct Send {
    /// Of what kind.
    pub kind: usize,
    /// How much; worked out once for all receivers. Negative becomes 0 unless the kind is signed.
    pub amount: Expr,
    /// One a field of the kind, in the kind's order.
    pub fields: Vec<Expr>,
    /// To whom.
    pub receivers: Receivers,
}

/// Who gets a message.
#[derive(Clone, Debug)]
pub enum Receivers {
    /// All of these.
    All(Vec<Receiver>),
    /// The one with the greatest score among those that pass the filter, the first among equals; none may pass.
    Best(Vec<Candidate>),
}

/// One who gets a message.
#[derive(Clone, Debug, PartialEq)]
pub struct Receiver {
    /// Who.
    pub actor: ActorId,
    /// The slot of its inbox.
    pub slot: SlotId,
    /// Variables of role [`Role::Sent`] (the sender's) that add it up.
    pub sent: Vec<VariableId>,
}

/// One who may get a message.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// Who.
    pub receiver: Receiver,
    /// What it must fulfil.
    pub filter: Option<Expr>,
    /// What is maximised; checked as a compared value.
    pub score: Expr,
}

/// An expression whose value some ticks ago is read. It is worked out at the end of stage 4.
#[derive(Clone, Debug)]
pub struct History {
    /// The expression, in stage 4's view; in an area history it reads the area at level 0.
    pub value: Expr,
    /// Whether there is one value an area.
    pub areal: bool,
    /// The most ticks that are looked back.
    pub depth: u32,
}

/// An outcome.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// Its name.
    pub name: String,
    /// In stage 4's view.
    pub value: Expr,
    /// The smallest difference that matters.
    pub matters: Option<f64>,
    /// Its notes.
    pub notes: Notes,
    /// Where it fails.
    pub place: PlaceId,
}

/// A milestone: the first tick (0..=ticks) whose observation fulfils the condition.
#[derive(Clone, Debug)]
pub struct Milestone {
    /// Its name.
    pub name: String,
    /// In stage 4's view.
    pub when: Expr,
    /// Its notes.
    pub notes: Notes,
    /// Where it fails.
    pub place: PlaceId,
}

/// A condition that ends a run at the tick whose observation fulfils it.
#[derive(Clone, Debug)]
pub struct Stop {
    /// Its name.
    pub name: String,
    /// In stage 4's view.
    pub when: Expr,
    /// Where it fails.
    pub place: PlaceId,
}

/// A condition of `sustained`: at how many observations in a row, up to the last, it has held.
#[derive(Clone, Debug)]
pub struct Streak {
    /// In stage 4's view.
    pub when: Expr,
    /// Where it fails.
    pub place: PlaceId,
}

/// One thing that stage 4 works out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Observation {
    /// Of [`Scenario::streaks`].
    Streak(usize),
    /// Of [`Scenario::outcomes`].
    Outcome(usize),
    /// Of [`Scenario::milestones`].
    Milestone(usize),
}

/// A part of the scenario in which a run can fail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// For people: ``rule `near.arm_the_client` ``.
    pub name: String,
    /// What can be wrong there, as the end of a sentence: `its condition compares a value that is not finite`.
    pub fault: String,
}

/// A draw's address or, for a draw in each area, one address an area.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draw {
    /// One name, or one an area.
    pub names: Vec<String>,
}

/// The map and what happens on it.
#[derive(Clone, Debug)]
pub struct Territory {
    /// In file order.
    pub areas: Vec<Area>,
    /// Numbers of the table that never change, a value an area. Actor-valued columns hold [`ActorId`]s, −1 for none.
    pub columns: Vec<AreaColumn>,
    /// Neighbours of each area, ascending.
    pub neighbours: Vec<Vec<usize>>,
    /// Area variables: the scenario's own state, and the contest's.
    pub variables: Vec<AreaVariable>,
    /// The scenario's own equations (`territory.each_tick`), after the contest; simultaneous over variables and areas.
    pub equations: Vec<AreaWrite>,
    /// Where they fail.
    pub equation_place: PlaceId,
    /// The built-in contest, if there are sides.
    pub contest: Option<Contest>,
}

/// One area.
#[derive(Clone, Debug, PartialEq)]
pub struct Area {
    /// Its name.
    pub name: String,
    /// Longitude in degrees, if the table says.
    pub lon: Option<f64>,
    /// Latitude in degrees, if the table says.
    pub lat: Option<f64>,
}

/// A column of the areas' table.
#[derive(Clone, Debug, PartialEq)]
pub struct AreaColumn {
    /// Its name.
    pub name: String,
    /// One value an area.
    pub values: Vec<f64>,
}

/// A number that a run keeps for areas.
#[derive(Clone, Debug)]
pub struct AreaVariable {
    /// `share`, `garrison[front]`.
    pub name: String,
    /// What it is.
    pub role: AreaRole,
    /// In which areas it exists; elsewhere it reads as 0.
    pub exists: Vec<bool>,
    /// Its value at tick 0 (level 0 is the area); `Const(0)` for the contest's, which the contest starts itself.
    pub start: Expr,
    /// Every write is clamped to these.
    pub within: Bounds,
    /// Where its start fails.
    pub place: PlaceId,
}

/// What an area variable is.
#[derive(Clone, Debug, PartialEq)]
pub enum AreaRole {
    /// The scenario's own state; only equations write it.
    State,
    /// An input of the contest that the side's rules write.
    Input {
        /// The side (its place in [`Contest::sides`]).
        side: usize,
        /// Which.
        input: contest::Input,
        /// Whether a rule of the side writes it.
        written: bool,
    },
    /// What the contest keeps for an area and a side.
    Side {
        /// The side.
        side: usize,
        /// Which.
        value: contest::SideValue,
    },
    /// What the contest keeps for an area. Holders are [`ActorId`]s.
    Area(contest::AreaValue),
}

/// The built-in contest of a scenario.
#[derive(Clone, Debug)]
pub struct Contest {
    /// In file order.
    pub sides: Vec<Side>,
    /// One value for each of `contest::Parameter`, in its order; worked out each tick.
    pub parameters: Vec<Expr>,
    /// The hostility of side i towards side j: a tie's variable, `None` where it is 0.
    pub hostile: Vec<Vec<Option<VariableId>>>,
    /// Draws, one for each of the contest's pairs of area and side (in the ground's order) and each of its named draws.
    pub draws: Vec<DrawId>,
    /// What never changes.
    pub ground: contest::Ground,
    /// Where its inputs fail.
    pub place: PlaceId,
}

/// A side of the contest.
#[derive(Clone, Debug)]
pub struct Side {
    /// The actor that it is.
    pub actor: ActorId,
    /// The state that is its force.
    pub force: VariableId,
    /// The state that captured stock is added to.
    pub stock: Option<VariableId>,
    /// One value for each of `contest::SideParameter`, in its order; worked out each tick.
    pub parameters: Vec<Expr>,
    /// How much it wants its mobile reserve in an area (level 0), worked out each tick where it exists.
    pub prefer: Expr,
}

/// Which value of a variable is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    /// The value now; in stages 3 and 4 the value that the stage before left.
    Now,
    /// As last observed, at the end of the tick before.
    Observed,
}

/// How deep an area loop is: 0 is the outermost that the expression stands in.
pub type Level = u8;

/// A resolved expression.
#[derive(Clone, Debug, PartialEq)]
pub enum Expr {
    /// A finite number.
    Const(f64),
    /// A lever, at the value that holds this tick.
    Lever(usize),
    /// An uncertainty's drawn value.
    Uncertainty(usize),
    /// A variable.
    Variable(VariableId, View),
    /// An outcome: as last observed; within stage 4 the new value, once it is worked out.
    Outcome(usize),
    /// Ticks since a milestone was reached: now − its tick, infinite before. In stages 1 to 3 now is the tick of the last
    /// observation. Only ever an operand of [`Expr::Compare`], which does not check it.
    Since(usize),
    /// Whether a milestone has been reached.
    Reached(usize),
    /// `sustained`: whether the streak counts at least so many observations.
    Sustained(usize, u32),
    /// A history's value so many ticks (at least 1) before now; the start's ahead of the start. In stages 1 to 3 now is
    /// the last observation, in stage 4 the one being made.
    Past(usize, u32),
    /// The same for an area history, in the area of a loop.
    AreaPast(usize, u32, Level),
    /// A column of the table, in the area of a loop.
    Column(usize, Level),
    /// An area variable, in the area of a loop; 0 where it does not exist. In rules an [`AreaRole::Input`] of the own
    /// side is current, all else as last observed.
    Area(AreaVariableId, Level),
    /// An area variable in one area.
    AreaAt(AreaVariableId, usize),
    /// `a.ally.strength`: the variable that an actor-valued column names, one an area; `None` where it names nobody (0).
    ColumnVariable(Vec<Option<VariableId>>, View, Level),
    /// The message's amount, in `on_arrival`.
    Amount,
    /// The message's field, in `on_arrival`.
    Field(usize),
    /// A local name of the rule.
    Let(usize),
    /// A draw at this tick: uniform on (0, 1], or standard normal by the inverse.
    Draw(DrawId, DrawKind),
    /// The same with an address an area.
    AreaDraw(DrawId, DrawKind, Level),
    /// The date: of the step's first day in stages 1 to 3, of the observation in stage 4.
    Date,
    /// 1 in a season, else 0; by [`Expr::Date`].
    Season(usize),
    /// −x
    Negate(Box<Expr>),
    /// A function of one number.
    Unary(UnaryFunction, Box<Expr>),
    /// A function of two numbers.
    Binary(BinaryFunction, Box<Expr>, Box<Expr>),
    /// x to a whole power that stands in the file, by fixed multiplications.
    Power(Box<Expr>, i32),
    /// A comparison. Both operands are checked to be finite, except [`Expr::Since`]. Exact: `==` compares bits' values.
    Compare(Comparison, Box<Expr>, Box<Expr>),
    /// The right side is only checked where the left holds.
    And(Box<Expr>, Box<Expr>),
    /// The right side is only checked where the left does not hold.
    Or(Box<Expr>, Box<Expr>),
    /// 1 − x
    Not(Box<Expr>),
    /// Only the side taken is checked.
    If(Box<Expr>, Box<Expr>, Box<Expr>),
    /// Over a group, spelled out in order; bodies are only checked where the filter holds.
    OverGroup(Fold, Vec<(Option<Expr>, Expr)>),
    /// Over all areas in file order; filter and body read the area at this loop's level.
    OverAreas(Fold, Level, Option<Box<Expr>>, Box<Expr>),
}

/// What kind of draw.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DrawKind {
    /// On (0, 1].
    Uniform,
    /// Mean 0, deviation 1.
    Normal,
}

/// Functions of one number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UnaryFunction {
    /// |x|
    Abs,
    /// √x
    Sqrt,
    /// eˣ
    Exp,
    /// The natural logarithm.
    Ln,
    /// 1/(1 + e⁻ˣ)
    Logistic,
    /// The greatest whole number not above x.
    Floor,
}

/// Functions of two numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BinaryFunction {
    /// a + b
    Add,
    /// a − b
    Sub,
    /// a · b
    Mul,
    /// a / b
    Div,
    /// a to the power b
    Pow,
    /// b if b < a, else a
    Min,
    /// b if b > a, else a
    Max,
}

/// Comparisons.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Comparison {
    /// <
    Lt,
    /// ≤
    Le,
    /// >
    Gt,
    /// ≥
    Ge,
    /// =
    Eq,
    /// ≠
    Ne,
}

/// Folds. Each starts from the value given and takes members in order; a member that the filter leaves out changes nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fold {
    /// From 0: s + x.
    Sum,
    /// The sum divided by the number of members that pass (0/0 is not a number).
    Mean,
    /// From +∞: x if x < m, else m.
    Min,
    /// From −∞: x if x > m, else m.
    Max,
    /// 1 if one is 1. Later members are checked all the same.
    Any,
    /// 1 if all are 1. Later members are checked all the same.
    All,
}

impl Season {
    /// Whether a day (since 1970-01-01) lies in the season.
    pub fn contains(&self, day: i64) -> bool {
        let Some(date) = super::clock::date_of(day) else { return false };
        let today = (date.month().unsigned_abs(), date.day().unsigned_abs());
        if self.from <= self.to {
            self.from <= today && today <= self.to
        } else {
            self.from <= today || today <= self.to
        }
    }
}

impl Scenario {
    /// A failure's place for people: what it is and what was wrong there.
    pub fn failure(&self, place: PlaceId) -> String {
        self.places
            .get(place)
            .map_or_else(|| "an unknown place".into(), |place| format!("{}: {}", place.name, place.fault))
    }
}
