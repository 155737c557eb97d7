//! Folds over areas: a few areas in one pass, so that what is folded into is read and written once for all of them.

use super::frame::Frame;
use super::kernels::{self, AT_ONCE, Folded, Interval, Source};
use crate::program::instruction::FoldAreas;
use crate::program::operand::Destination;

/// Folds a value in each area of a list, in its order.
pub fn fold_areas(frame: &mut Frame<'_>, all: &FoldAreas) {
    let (level, program) = (frame.level, frame.program);
    let interval = all.condition.map(|condition| Interval::of(condition.comparison, condition.number));
    let mut taken = frame.take(Destination::Register(all.register));
    for areas in program.lists[all.areas.list as usize].chunks(AT_ONCE) {
        let mut folded = [Folded::default(); AT_ONCE];
        for (folded, &area) in folded.iter_mut().zip(areas) {
            frame.loops[usize::from(all.areas.level)].set((0, area));
            folded.value = frame.source(&all.value);
            folded.asked =
                all.condition.as_ref().map_or(Source::Value(1.0), |condition| frame.source(&condition.column));
        }
        kernels::fold_areas(level, all.fold, taken.lanes_mut(), &folded[..areas.len()], interval);
    }
    frame.put(Destination::Register(all.register), taken);
}
