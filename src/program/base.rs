//! What code counts from, so that actors who do the same share it.
//!
//! An actor's variables, draws, rules, places of failure and receivers have numbers of their own; what its code does with the
//! first of them mostly is what other actors' code does with theirs. Counted from there it stands in memory once and, whoever's
//! turn it is, in the nearest cache.

use super::builder::Code;
use super::instruction::Instruction;
use super::operand::{Destination, Operand};
use std::collections::HashMap;

/// What the numbers in a piece of code count from. The world's count from 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Base {
    /// Variables; entries of tables count from 0 all the same.
    pub cell: u32,
    /// Addresses of draws.
    pub stream: u32,
    /// Rules.
    pub rule: u32,
    /// Receivers of messages.
    pub delivery: u32,
    /// Where lanes fail.
    pub place: u32,
}

/// A piece of code as an actor runs it.
#[derive(Clone, Copy, Debug)]
pub struct Piece {
    /// Which of [`super::Program::codes`].
    pub code: u32,
    /// What is the actor's own.
    pub base: Base,
}

/// Code that actors share.
#[derive(Default)]
pub(super) struct Codes {
    pub(super) codes: Vec<Code>,
    /// Where the code of a text stands. The text says all that there is in it, numbers to the last bit.
    known: HashMap<String, u32>,
}

impl Codes {
    /// Code that counts from 0, as code that counts from `base` and from the least place where it fails; equal code stands once.
    pub(super) fn share(&mut self, mut code: Code, base: Base) -> Piece {
        let places = code.instructions.iter_mut().filter_map(Instruction::place_mut);
        let base = Base { place: places.map(|place| *place).min().unwrap_or(0), ..base };
        code.instructions.iter_mut().for_each(|instruction| base.count_from(instruction));
        let next = self.codes.len() as u32;
        let number = *self.known.entry(format!("{code:?}")).or_insert(next);
        if number == next {
            self.codes.push(code);
        }
        Piece { code: number, base }
    }
}

impl Base {
    /// Makes an instruction count from here. What stands before is counted too: its number wraps around.
    fn count_from(&self, instruction: &mut Instruction) {
        let from = |base: u32| move |number: &mut u32| *number = number.wrapping_sub(base);
        instruction.for_each_operand(&mut |operand| {
            if let Operand::Cell(cell) = operand {
                from(self.cell)(cell);
            }
        });
        for_each_cell_written(instruction, &mut from(self.cell));
        instruction.place_mut().into_iter().for_each(from(self.place));
        match instruction {
            Instruction::Draw { streams, .. } => from(self.stream)(streams),
            Instruction::Shake(shake) => from(self.stream)(&mut shake.streams),
            Instruction::Chance(chance) => from(self.stream)(&mut chance.streams),
            Instruction::Fired { rule, .. } => from(self.rule)(rule),
            Instruction::Send(send) => from(self.delivery)(&mut send.first),
            _ => {}
        }
    }
}

/// Calls `f` with every variable that an instruction writes, other than by a table.
fn for_each_cell_written(instruction: &mut Instruction, f: &mut dyn FnMut(&mut u32)) {
    let mut written = |to: &mut Destination| {
        if let Destination::Cell(cell) = to {
            f(cell);
        }
    };
    match instruction {
        Instruction::Changes(changes) => {
            let parts = [&mut changes.first, &mut changes.second].into_iter().chain(&mut changes.third);
            parts.for_each(|part| written(&mut part.to));
        }
        Instruction::Relax(relax) => f(&mut relax.cell),
        other => other.destination_mut().into_iter().for_each(written),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Program, compiled};
    use super::*;

    /// Actors in a ring, each of whom gives to the next by chance; one of them gives another share.
    fn ring(actors: usize, last_gives: f64) -> (Program, String) {
        let mut text = "clock: { start: 2024-01-01, tick: 1 week, ticks: 5 }
messages: { arms: { on_arrival: { change: { x: 0.5 * amount } } } }
outcomes: { total: a0.x }
actors:
"
        .to_owned();
        for actor in 0..actors {
            let (to, share) = ((actor + 1) % actors, if actor + 1 == actors { last_gives } else { 0.1 });
            let gives =
                format!("{{ send: arms, to: a{to}, amount: {share} * x }}, {{ change: {{ x: -{share} * x }} }}");
            text += &format!(
                "  a{actor}: {{ state: {{ x: 1 }}, policy: {{ give: {{ chance: 0.5, then: [{gives}] }} }} }}\n"
            );
        }
        let (scenario, program) = compiled(&text);
        let text = program.text(&scenario);
        (program, text)
    }

    #[test]
    fn actors_who_do_the_same_share_code() {
        let (few, _) = ring(3, 0.1);
        let (many, text) = ring(40, 0.1);
        assert_eq!(few.codes.len(), many.codes.len());
        // What is an actor's own is told by its own name.
        for own in ["send r1 (at least 0) to a8", "a7.x += ", "fired 7  if"] {
            assert!(text.contains(own), "{own}: {text}");
        }
    }

    #[test]
    fn who_does_otherwise_has_code_of_its_own() {
        assert_eq!(ring(3, 0.2).0.codes.len(), ring(3, 0.1).0.codes.len() + 1);
    }

    #[test]
    fn code_that_differs_in_the_sign_of_zero_is_not_shared() {
        let code = |number: f64| {
            let fired = Instruction::Fired { rule: 3, mask: Some(Operand::Const(number)) };
            Code { instructions: vec![fired], ..Code::default() }
        };
        let mut codes = Codes::default();
        let base = Base { rule: 2, ..Base::default() };
        let numbers = [0.0, -0.0, 0.0].map(|number| codes.share(code(number), base).code);
        assert_eq!(numbers, [0, 1, 0]);
        assert!(matches!(codes.codes[0].instructions[..], [Instruction::Fired { rule: 1, .. }]));
    }
}
