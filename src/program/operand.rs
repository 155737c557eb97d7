//! Where an instruction reads and writes: columns of `f64`, one value a lane, kept in banks.

/// Where a value is read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Operand {
    /// The same number in every lane.
    Const(f64),
    /// A scratch column.
    Register(u32),
    /// A variable's present value. In an actor's code only its own are within reach: it counts from the first of them
    /// ([`super::Base`]), what stands in tables from the first of all.
    Cell(u32),
    /// A variable as last observed.
    Shown(u32),
    /// What is fixed for a run: levers, uncertainties, bounds.
    Run(u32),
    /// Outcomes, streaks and milestones.
    Record(u32),
    /// A column of the scenario's own area state.
    Area(u32),
    /// A row of the contest's state.
    Contest(ContestField, u32),
    /// A number of this tick that is the same in every lane (see [`super::layout::ClockValue`]).
    Clock(u32),
    /// The amount of the message being delivered.
    Amount,
    /// A field of the message being delivered.
    Field(u32),
    /// Whether a lane got the message being delivered.
    Arrived,
    /// A history's column so many ticks before now.
    Past {
        /// The first column of the history (its only one, or that of the first area).
        history: u32,
        /// How many ticks back, at least 1.
        ticks: u32,
    },
    /// The entry of a table that belongs to the area of a loop.
    Indexed {
        /// The table.
        table: u32,
        /// The loop.
        level: u8,
    },
    /// The number of the area of a loop.
    AreaIndex(u8),
}

impl Operand {
    /// The same in the area of another loop.
    pub(super) fn at(self, level: u8) -> Self {
        match self {
            Self::Indexed { table, .. } => Self::Indexed { table, level },
            other => other,
        }
    }

    /// What it is as numbers, by which two operands are the same to the bit: its kind, what it reads, and what else tells it
    /// apart.
    pub(super) fn parts(self) -> (u8, u64, u32) {
        match self {
            Self::Const(x) => (0, x.to_bits(), 0),
            Self::Register(i) => (1, i.into(), 0),
            Self::Cell(i) => (2, i.into(), 0),
            Self::Shown(i) => (3, i.into(), 0),
            Self::Run(i) => (4, i.into(), 0),
            Self::Record(i) => (5, i.into(), 0),
            Self::Area(i) => (6, i.into(), 0),
            Self::Contest(field, i) => (7, i.into(), field as u32),
            Self::Clock(i) => (8, i.into(), 0),
            Self::Amount => (9, 0, 0),
            Self::Field(i) => (10, i.into(), 0),
            Self::Arrived => (11, 0, 0),
            Self::Past { history, ticks } => (12, history.into(), ticks),
            Self::Indexed { table, level } => (13, table.into(), level.into()),
            Self::AreaIndex(level) => (14, level.into(), 0),
        }
    }
}

/// Where a value is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Destination {
    /// A scratch column.
    Register(u32),
    /// A variable, counted as [`Operand::Cell`] is.
    Cell(u32),
    /// What is fixed for a run; only the prologue writes it.
    Run(u32),
    /// Outcomes, streaks and milestones; only the observation writes them.
    Record(u32),
    /// The scenario's own area state; only the prologue and the world write it.
    Area(u32),
    /// The contest's inputs of this tick.
    Input(u32),
    /// The entry of a table of destinations that belongs to the area of a loop.
    Indexed {
        /// The table.
        table: u32,
        /// The loop.
        level: u8,
    },
}

impl Destination {
    /// What it is as numbers: its kind, what it writes, and what else tells it apart.
    pub(super) fn parts(self) -> (u8, u64, u32) {
        match self {
            Self::Register(i) => (0, i.into(), 0),
            Self::Cell(i) => (1, i.into(), 0),
            Self::Run(i) => (2, i.into(), 0),
            Self::Record(i) => (3, i.into(), 0),
            Self::Area(i) => (4, i.into(), 0),
            Self::Input(i) => (5, i.into(), 0),
            Self::Indexed { table, level } => (6, table.into(), level.into()),
        }
    }

    /// Whether this is the very column that an operand reads, other than in scratch and by the area of a loop.
    pub fn is(self, operand: &Operand) -> bool {
        match (self, *operand) {
            (Self::Cell(to), Operand::Cell(from))
            | (Self::Run(to), Operand::Run(from))
            | (Self::Record(to), Operand::Record(from))
            | (Self::Area(to), Operand::Area(from)) => to == from,
            _ => false,
        }
    }

    /// Whether this may be the column that an operand reads, other than in scratch.
    pub fn may_be(self, operand: &Operand) -> bool {
        match (self, *operand) {
            (Self::Cell(_) | Self::Area(_), Operand::Indexed { .. })
            | (Self::Indexed { .. }, Operand::Cell(_) | Operand::Area(_) | Operand::Indexed { .. }) => true,
            _ => self.is(operand),
        }
    }
}

/// What the contest keeps, row by row: a pair of area and side, or an area.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ContestField {
    /// Pairs: posts held.
    Posts,
    /// Pairs: extra strength.
    Garrison,
    /// Pairs: supply.
    Supply,
    /// Pairs: fire.
    Fire,
    /// Pairs: hostile share of the strength.
    Threat,
    /// Pairs: whether cut off.
    CutOff,
    /// Areas: the side with most posts.
    Holder,
    /// Areas: the side that holds the towns.
    TownHolder,
    /// Areas: posts in ruins.
    Ruined,
    /// Areas: whether there was fighting.
    Fighting,
}
