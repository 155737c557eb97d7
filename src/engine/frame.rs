//! What a pass of the interpreter can reach: the banks of columns, the dice, and where it leaves messages and failures.

use super::column::Column;
use super::kernels::{Address, Asked, Change, Curve, Interval, Scaled, Source};
use super::parcel::{Outbox, Parcel};
use crate::processor::Detected;
use crate::program::instruction;
use crate::program::operand::{ContestField, Destination, Operand};
use crate::program::{Base, Program};
use crate::random::address::{Key, Stream};
use crate::random::keystream::Lanes;
use crate::world::contest;
use std::cell::Cell;

/// A bank that a pass may or may not write.
pub enum Bank<'a> {
    /// Only to be read.
    Read(&'a [Column]),
    /// To be read and written.
    Write(&'a mut [Column]),
}

impl Bank<'_> {
    #[inline(always)]
    fn get(&self, column: u32) -> &[f64] {
        match self {
            Self::Read(columns) => columns[column as usize].lanes(),
            Self::Write(columns) => columns[column as usize].lanes(),
        }
    }

    #[inline(always)]
    fn slot(&mut self, column: u32) -> Option<&mut Column> {
        match self {
            Self::Read(_) => None,
            Self::Write(columns) => columns.get_mut(column as usize),
        }
    }
}

/// Past values, in rings: `ring[record % depth]` holds a record's value.
pub struct Past<'a> {
    /// A ring for each history column.
    pub rings: &'a [Vec<Column>],
    /// Records that `now` counts back from: the last in stages 1 to 3, the one being made in stage 4.
    pub now: u32,
}

impl Past<'_> {
    #[inline(always)]
    fn get(&self, history: u32, ticks: u32) -> &[f64] {
        let ring = &self.rings[history as usize];
        ring[self.now.saturating_sub(ticks) as usize % ring.len()].lanes()
    }
}

/// The first failure of each lane in this tick, as the number of its place; `NONE` where there is none.
#[derive(Debug, Default)]
pub struct Failures {
    /// One entry a lane.
    pub places: Vec<u32>,
    /// Whether there is any.
    pub any: bool,
}

/// No failure.
pub const NONE: u32 = u32::MAX;

impl Failures {
    /// None, in so many lanes.
    pub fn new(lanes: usize) -> Self {
        Self { places: vec![NONE; lanes], any: false }
    }

    /// Notes a failure; the earlier place stays.
    pub fn note(&mut self, lane: usize, place: u32) {
        self.any = true;
        if let Some(first) = self.places.get_mut(lane) {
            *first = place.min(*first);
        }
    }

    /// Forgets all.
    pub fn clear(&mut self) {
        if self.any {
            self.places.fill(NONE);
            self.any = false;
        }
    }

    /// Takes over another's failures and clears it.
    pub fn absorb(&mut self, other: &mut Failures) {
        if other.any {
            for (lane, &place) in other.places.iter().enumerate() {
                if place != NONE {
                    self.note(lane, place);
                }
            }
            other.clear();
        }
    }
}

/// Everything that a pass can reach.
pub struct Frame<'a> {
    /// The compiled scenario.
    pub program: &'a Program,
    /// The level to compute at.
    pub level: Detected,
    /// How many lanes there are.
    pub lanes: usize,
    /// Scratch.
    pub registers: &'a mut [Column],
    /// Variables: the actor's own, or all.
    pub cells: &'a mut [Column],
    /// What the code counts from; `cells` begins there.
    pub base: Base,
    /// Variables as last observed.
    pub shown: &'a [Column],
    /// Levers, uncertainties, bounds.
    pub run: Bank<'a>,
    /// Outcomes, milestones, streaks.
    pub records: Bank<'a>,
    /// The scenario's own area state.
    pub areas: Bank<'a>,
    /// The contest's inputs, stops and records.
    pub inputs: Bank<'a>,
    /// The contest.
    pub contest: Option<&'a contest::State>,
    /// Histories.
    pub past: Past<'a>,
    /// This tick's numbers.
    pub clock: &'a [f64],
    /// The dice.
    pub key: &'a Key,
    /// Which run each lane plays.
    pub dice: &'a Lanes,
    /// The tick of the draws' addresses.
    pub tick: u64,
    /// 1 in lanes that are still played.
    pub open: &'a [f64],
    /// The message that is being delivered.
    pub parcel: Option<&'a Parcel>,
    /// Which lanes got it, if its code asks ([`crate::program::Code::asks_who_got_it`]).
    pub arrived: &'a mut Column,
    /// Where sent messages go.
    pub outbox: &'a mut Outbox,
    /// Where failures go.
    pub failures: &'a mut Failures,
    /// Which rules have fired in a lane that is open.
    pub fired: &'a mut [bool],
    /// The areas of the loops: place in the list and number.
    pub loops: [Cell<(u32, u32)>; 8],
}

impl Frame<'_> {
    /// What an operand reads. Only what is read most is inlined: the interpreter has to stay small to be fast.
    #[inline(always)]
    pub fn source(&self, operand: &Operand) -> Source<'_> {
        match *operand {
            Operand::Register(i) => Source::Column(self.registers[i as usize].lanes()),
            Operand::Cell(i) => Source::Column(self.cells[i as usize].lanes()),
            Operand::Const(value) => Source::Value(value),
            _ => self.other_source(operand),
        }
    }

    #[inline(never)]
    fn other_source(&self, operand: &Operand) -> Source<'_> {
        match *operand {
            Operand::Indexed { table, level } => {
                let area = self.loops[usize::from(level)].get().1;
                self.direct(&self.program.tables[table as usize][area as usize])
            }
            _ => self.direct(operand),
        }
    }

    fn direct(&self, operand: &Operand) -> Source<'_> {
        match *operand {
            Operand::Const(value) => Source::Value(value),
            Operand::Register(i) => Source::Column(self.registers[i as usize].lanes()),
            // Only as an entry of a table: these count from 0.
            Operand::Cell(i) => Source::Column(self.cells[(i - self.base.cell) as usize].lanes()),
            Operand::Shown(i) => Source::Column(self.shown[i as usize].lanes()),
            Operand::Run(i) => Source::Column(self.run.get(i)),
            Operand::Record(i) => Source::Column(self.records.get(i)),
            Operand::Area(i) => Source::Column(self.areas.get(i)),
            Operand::Contest(field, row) => self.contest_row(field, row),
            Operand::Clock(i) => Source::Value(self.clock[i as usize]),
            Operand::Amount => self.parcel.map_or(Source::Value(f64::NAN), |p| Source::Column(p.amount.lanes())),
            Operand::Field(i) => match self.parcel.and_then(|parcel| parcel.fields.get(i as usize)) {
                Some(field) => Source::Column(field.lanes()),
                None => Source::Value(f64::NAN),
            },
            Operand::Arrived => Source::Column(self.arrived.lanes()),
            Operand::Past { history, ticks } => Source::Column(self.past.get(history, ticks)),
            Operand::AreaIndex(level) => Source::Value(f64::from(self.loops[usize::from(level)].get().1)),
            // An entry of a table by two areas.
            Operand::Indexed { .. } => self.other_source(operand),
        }
    }

    fn contest_row(&self, field: ContestField, row: u32) -> Source<'_> {
        let Some(state) = self.contest else { return Source::Value(0.0) };
        let columns = match field {
            ContestField::Posts => &state.posts,
            ContestField::Garrison => &state.garrison,
            ContestField::Supply => &state.supply,
            ContestField::Fire => &state.fire,
            ContestField::Threat => &state.threat,
            ContestField::CutOff => &state.cut_off,
            ContestField::Holder => &state.holder,
            ContestField::TownHolder => &state.town_holder,
            ContestField::Ruined => &state.ruined,
            ContestField::Fighting => &state.fighting,
        };
        Source::Column(columns.row(row as usize))
    }

    /// What a condition reads and asks.
    #[inline(always)]
    pub fn asked(&self, condition: &instruction::Condition) -> Asked<'_> {
        let interval = Interval::of(condition.comparison, condition.number);
        Asked { column: self.source(&condition.column), interval }
    }

    /// The column that an operand reads. The compiler only asks this of operands that are columns.
    #[inline(always)]
    pub fn column(&self, operand: &Operand) -> &[f64] {
        let source = match (operand, self.parcel) {
            // Most of what a message changes it changes by its amount.
            (Operand::Amount, Some(parcel)) => return parcel.amount.lanes(),
            _ => self.source(operand),
        };
        match source {
            Source::Column(column) => column,
            Source::Value(_) => &[],
        }
    }

    /// The amount that tells which lanes got the message, if that is what a mask asks.
    #[inline(always)]
    pub fn sent(&self, mask: &Operand) -> Option<&[f64]> {
        match (mask, self.parcel) {
            (Operand::Arrived, Some(parcel)) => Some(parcel.amount.lanes()),
            _ => None,
        }
    }

    /// A scaled column.
    #[inline(always)]
    pub fn scaled(&self, scaled: &instruction::Scaled) -> Scaled<'_> {
        Scaled { factor: scaled.factor, column: self.column(&scaled.column), plus: scaled.plus }
    }

    /// A logistic curve.
    #[inline(always)]
    pub fn curve(&self, curve: &instruction::Curve, x: &Operand) -> Curve<'_> {
        Curve { scale: curve.scale, plus: curve.plus, factor: curve.factor, x: self.column(x) }
    }

    /// A change of a column.
    #[inline(always)]
    pub fn change<'b>(&'b self, by: &'b instruction::Change) -> Change<'b> {
        Change { value: self.column(&by.value), by }
    }

    /// The name of draws that are counted from the code's own, plus the number of a loop's area if there is one.
    pub fn stream(&self, streams: u32, level: Option<u8>) -> Stream {
        let area = level.map_or(0, |level| self.loops[usize::from(level)].get().1);
        self.program.streams[self.base.stream.wrapping_add(streams).wrapping_add(area) as usize]
    }

    /// Draws of this tick.
    #[inline(always)]
    pub fn address(&self, stream: Stream) -> Address<'_> {
        Address { dice: self.dice, key: self.key, stream, tick: self.tick }
    }

    /// What an optional mask reads: all lanes if there is none.
    #[inline(always)]
    pub fn mask(&self, mask: &Option<Operand>) -> Source<'_> {
        match mask {
            Some(mask) => self.source(mask),
            None => Source::Value(1.0),
        }
    }

    #[inline(always)]
    fn slot(&mut self, to: Destination) -> Option<&mut Column> {
        match to {
            Destination::Register(i) => self.registers.get_mut(i as usize),
            Destination::Cell(i) => self.cells.get_mut(i as usize),
            _ => self.other_slot(to),
        }
    }

    #[inline(never)]
    fn other_slot(&mut self, to: Destination) -> Option<&mut Column> {
        match to {
            Destination::Register(_) | Destination::Cell(_) => self.slot(to),
            Destination::Run(i) => self.run.slot(i),
            Destination::Record(i) => self.records.slot(i),
            Destination::Area(i) => self.areas.slot(i),
            Destination::Input(i) => self.inputs.slot(i),
            Destination::Indexed { .. } => self.settled(to).and_then(|to| self.slot(to)),
        }
    }

    /// Where a destination lies in the areas that the loops are at, if it lies anywhere.
    #[inline(always)]
    pub fn settled(&self, to: Destination) -> Option<Destination> {
        let Destination::Indexed { table, level } = to else { return Some(to) };
        let area = self.loops[usize::from(level)].get().1;
        match self.program.destinations[table as usize][area as usize]? {
            // No table of what is written leads to another.
            Destination::Indexed { .. } => None,
            // As an entry of a table it counts from 0.
            Destination::Cell(i) => Some(Destination::Cell(i - self.base.cell)),
            direct => Some(direct),
        }
    }

    /// Takes a column out to be written while others are read; [`Frame::put`] brings it back.
    #[inline(always)]
    pub fn take(&mut self, to: Destination) -> Column {
        self.slot(to).map(std::mem::take).unwrap_or_default()
    }

    /// Puts a column back.
    #[inline(always)]
    pub fn put(&mut self, to: Destination, column: Column) {
        if let Some(slot) = self.slot(to) {
            *slot = column;
        }
    }
}
