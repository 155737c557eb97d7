//! Numbers shaken by draws: in one place, or in each area of a loop that does nothing else.

use super::frame::Frame;
use super::kernels::{self, Shaking, Start};
use super::scratch::Room;
use crate::program::instruction::{self, Areas, Shake};

/// Shakes a number, or one in each area in turn, and checks it.
pub fn shake(frame: &mut Frame<'_>, what: &Shake, room: &mut Room) {
    let Some(Areas { list, level }) = what.areas else { return shake_one(frame, what, room) };
    let program = frame.program;
    for &area in &program.lists[list as usize] {
        frame.loops[usize::from(level)].set((0, area));
        shake_one(frame, what, room);
    }
}

fn shake_one(frame: &mut Frame<'_>, what: &Shake, room: &mut Room) {
    let Shake { factor, shift, low, high, .. } = *what;
    let Some(to) = frame.settled(what.to) else { return };
    let stream = frame.stream(what.streams, what.level);
    let mut taken = frame.take(to);
    let start = match &what.start {
        instruction::Start::Of(a) => Start::Of(frame.source(a)),
        instruction::Start::Itself(drift) => {
            Start::Itself(drift.as_ref().map(|(factor, column)| (*factor, frame.column(column))))
        }
    };
    let (shaking, draws) = (Shaking { start, factor, shift, low, high }, frame.address(stream));
    let bad = kernels::shake(frame.level, taken.lanes_mut(), draws, &mut room.words, shaking, what.check.is_some());
    if let (true, Some(check)) = (bad, &what.check) {
        for (lane, value) in taken.lanes().iter().enumerate() {
            if frame.mask(&check.mask).at(lane) != 0.0 && !value.is_finite() {
                frame.failures.note(lane, frame.base.place + check.place);
            }
        }
    }
    frame.put(to, taken);
}
