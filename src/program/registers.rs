//! Packs virtual registers into few real ones by a linear scan over their lives.

use super::builder::Code;
use super::instruction::Instruction;
use super::operand::{Destination, Operand};

/// From where to where a virtual register is needed.
#[derive(Clone, Copy)]
struct Life {
    first: usize,
    last: usize,
}

/// Replaces virtual registers by real ones. A value's register is free for another after its last use; an instruction
/// never writes a register that it reads, except where it works in place.
pub fn allocate(mut instructions: Vec<Instruction>) -> Code {
    let lives = lives(&mut instructions);
    let mut real: Vec<Option<u32>> = vec![None; lives.len()];
    let mut ending: Vec<Vec<usize>> = vec![Vec::new(); instructions.len() + 1];
    for (register, life) in lives.iter().enumerate() {
        if let Some(life) = life {
            ending[life.last].push(register);
        }
    }
    let mut free: Vec<u32> = Vec::new();
    let mut used = 0;
    for (position, instruction) in instructions.iter_mut().enumerate() {
        if let Some(Destination::Register(register)) = instruction.destination_mut() {
            let virtual_register = *register as usize;
            let chosen = *real[virtual_register].get_or_insert_with(|| {
                free.pop().unwrap_or_else(|| {
                    used += 1;
                    used - 1
                })
            });
            *register = chosen;
        }
        if let Some(register) = instruction.in_place_mut() {
            *register = real[*register as usize].unwrap_or(0);
        }
        instruction.for_each_operand(&mut |operand| {
            if let Operand::Register(register) = operand {
                *register = real[*register as usize].unwrap_or(0);
            }
        });
        for &register in &ending[position] {
            free.extend(real[register]);
        }
    }
    let asks_who_got_it = instructions.iter_mut().any(asks_who_got_it);
    Code { instructions, registers: used, asks_who_got_it }
}

/// The life of each virtual register: from its first write to its last use, or to the end of a loop that it enters
/// from outside, since the next round needs it again.
fn lives(instructions: &mut [Instruction]) -> Vec<Option<Life>> {
    let mut lives: Vec<Option<Life>> = Vec::new();
    let mut loops: Vec<(usize, usize)> = Vec::new();
    let touch = |lives: &mut Vec<Option<Life>>, loops: &[(usize, usize)], register: u32, position: usize| {
        let register = register as usize;
        if lives.len() <= register {
            lives.resize(register + 1, None);
        }
        let life = lives[register].get_or_insert(Life { first: position, last: position });
        life.last = life.last.max(position);
        for &(start, end) in loops {
            if life.first < start {
                life.last = life.last.max(end);
            }
        }
    };
    for (position, instruction) in instructions.iter_mut().enumerate() {
        loops.retain(|&(_, end)| end > position);
        if let Instruction::Loop { end, .. } = instruction {
            loops.push((position, *end as usize - 1));
        }
        if let Some(Destination::Register(register)) = instruction.destination_mut() {
            let register = *register;
            touch(&mut lives, &loops, register, position);
        }
        if let Some(register) = instruction.in_place_mut() {
            let register = *register;
            touch(&mut lives, &loops, register, position);
        }
        instruction.for_each_operand(&mut |operand| {
            if let Operand::Register(register) = operand {
                touch(&mut lives, &loops, *register, position);
            }
        });
    }
    lives
}

/// Whether an instruction asks which lanes got the message, other than as the mask of changes, which ask the message itself.
fn asks_who_got_it(instruction: &mut Instruction) -> bool {
    let mut times = 0;
    instruction.for_each_operand(&mut |operand| times += u32::from(*operand == Operand::Arrived));
    let is_mask = matches!(instruction, Instruction::Changes(changes) if changes.mask == Operand::Arrived);
    times > u32::from(is_mask)
}
