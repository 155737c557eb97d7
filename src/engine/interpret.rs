//! The interpreter of column programs: one pass over a piece of code, an instruction at a time, a column at a time.

use super::fold;
use super::frame::Frame;
use super::kernels::{self, Changed, Interval, Probability, Source, Storing};
use super::scratch::Room;
use super::shake;
use crate::program::instruction::{
    Approach, Chance, Changes, Instruction, Product, Relax, Sample, ScaledSum, Send, UnaryOperation, ValueCheck,
};
use crate::program::operand::{Destination, Operand};
use crate::program::{Code, MOST_TERMS};
use crate::scenario::model::DrawKind;
use crate::scenario::sampling;

/// Writes a destination while the rest of the frame is read.
macro_rules! write_to {
    ($frame:expr, $to:expr, $out:ident => $work:expr) => {{
        let to = $to;
        let mut column = $frame.take(to);
        let $out = column.lanes_mut();
        $work;
        $frame.put(to, column);
    }};
}

/// Runs a piece of code from its first instruction to its last.
pub fn run(code: &Code, frame: &mut Frame<'_>, room: &mut Room) {
    let level = frame.level;
    let mut next = 0;
    while let Some(instruction) = code.instructions.get(next) {
        next += 1;
        match instruction {
            Instruction::Unary { op, to, a } => {
                write_to!(frame, *to, out => kernels::unary(level, *op, out, frame.source(a)));
            }
            Instruction::Binary { op, to, a, b } => {
                write_to!(frame, *to, out => kernels::binary(level, *op, out, frame.source(a), frame.source(b)));
            }
            Instruction::MulAdd { to, a, b, c } => write_to!(frame, *to, out => {
                kernels::mul_add(level, out, frame.source(a), frame.source(b), frame.source(c));
            }),
            Instruction::MulSub { to, a, b, c } => write_to!(frame, *to, out => {
                kernels::mul_sub(level, out, frame.source(a), frame.source(b), frame.source(c));
            }),
            Instruction::ScaledSum(sum) => scaled_sum(frame, sum),
            Instruction::Product(product) => multiply(frame, product),
            Instruction::Approach(step) => approach(frame, step),
            Instruction::Shake(what) => shake::shake(frame, what, room),
            Instruction::Relax(own) => relax(frame, own),
            Instruction::Compare { comparison, to, a, b } => {
                let some;
                write_to!(frame, *to, out => {
                    some = kernels::compare(level, *comparison, out, frame.source(a), frame.source(b));
                });
                next = after_mask(code, next, *to, some);
            }
            Instruction::Both(both) => {
                let some;
                write_to!(frame, both.to, out => {
                    some = kernels::both(level, out, frame.asked(&both.first), frame.asked(&both.second));
                });
                next = after_mask(code, next, both.to, some);
            }
            Instruction::Sigmoid { to, curve, x } => write_to!(frame, *to, out => {
                let [_, a, b] = &mut room.columns;
                kernels::sigmoid(level, out, frame.curve(curve, x), [a.lanes_mut(), b.lanes_mut()]);
            }),
            Instruction::Select { to, c, a, b } => write_to!(frame, *to, out => {
                kernels::select(level, out, frame.source(c), frame.source(a), frame.source(b));
            }),
            Instruction::Draw { to, kind, streams, level } => draw(frame, *to, *kind, *streams, *level, room),
            Instruction::Chance(what) => {
                let some = chance(frame, what, room);
                next = after_mask(code, next, what.to, some);
            }
            Instruction::Check { value, mask, place } => {
                if kernels::any_not_finite(level, frame.source(value), frame.mask(mask), frame.lanes) {
                    fail(frame, value, mask, *place, f64::is_finite);
                }
            }
            Instruction::CheckChance { value, mask, place } => {
                if kernels::any_no_chance(level, frame.source(value), frame.mask(mask), frame.lanes) {
                    fail(frame, value, mask, *place, |value| (0.0..=1.0).contains(&value));
                }
            }
            Instruction::Store { to, value, scale, change, low, high, mask } => write_to!(frame, *to, out => {
                let (low, high, mask) = (frame.source(low), frame.source(high), frame.mask(mask));
                let (value, scale, change) = (frame.source(value), *scale, *change);
                kernels::store(level, out, Storing { value, scale, change, low, high, mask });
            }),
            Instruction::Changes(changes) => change(frame, changes),
            Instruction::Scatter { .. } => scatter(frame, instruction),
            Instruction::Fold { fold, register, value, filter } => {
                write_to!(frame, Destination::Register(*register), out => {
                    kernels::fold(level, *fold, out, frame.source(value), frame.mask(filter));
                });
            }
            Instruction::AddWhere(sum) => write_to!(frame, Destination::Register(sum.register), out => {
                kernels::add_where(level, out, frame.source(&sum.value), frame.asked(&sum.condition));
            }),
            Instruction::FoldAreas(all) => fold::fold_areas(frame, all),
            Instruction::Blend { register, value, mask } => {
                write_to!(frame, Destination::Register(*register), out => {
                    kernels::blend(level, out, frame.source(value), frame.source(mask));
                });
            }
            Instruction::Send(what) => send(frame, what),
            Instruction::Fired { rule, mask } => fired(frame, *rule, mask),
            Instruction::Within { first, last, end } => {
                if frame.tick < u64::from(*first) || frame.tick >= u64::from(*last) {
                    next = *end as usize;
                }
            }
            Instruction::Unless { mask, end } => {
                if !kernels::any(level, frame.source(mask), frame.lanes) {
                    next = *end as usize;
                }
            }
            Instruction::Loop { list, level, end } => match frame.program.lists[*list as usize].first() {
                Some(&area) => frame.loops[usize::from(*level)].set((0, area)),
                None => next = *end as usize,
            },
            Instruction::Next { list, level, start } => {
                let place = frame.loops[usize::from(*level)].get().0 + 1;
                if let Some(&area) = frame.program.lists[*list as usize].get(place as usize) {
                    frame.loops[usize::from(*level)].set((place, area));
                    next = *start as usize;
                }
            }
            Instruction::Sample(what) => sample(frame, what, room),
        }
    }
}

/// Where to go on after a mask has been made: most often it is asked at once whether it holds in some lane, which is known.
fn after_mask(code: &Code, next: usize, made: Destination, some: bool) -> usize {
    match (code.instructions.get(next), made) {
        (Some(Instruction::Unless { mask: Operand::Register(mask), end }), Destination::Register(made))
            if *mask == made =>
        {
            if some {
                next + 1
            } else {
                *end as usize
            }
        }
        _ => next,
    }
}

/// A sum of as many terms as there are, and its check.
fn scaled_sum(frame: &mut Frame<'_>, sum: &ScaledSum) {
    let mut taken = frame.take(sum.to);
    let out = taken.lanes_mut();
    let mut terms: [(f64, &[f64]); MOST_TERMS] = [(0.0, &[]); MOST_TERMS];
    for (to, (factor, column)) in terms.iter_mut().zip(&sum.terms) {
        *to = (*factor, frame.column(column));
    }
    let bad =
        kernels::scaled_sum(frame.level, out, frame.scaled(&sum.first), &terms[..sum.terms.len()], sum.check.is_some());
    frame.put(sum.to, taken);
    if bad {
        fail_at(frame, sum.to, &sum.check);
    }
}

/// Two or three columns changed in the lanes of one mask.
fn change(frame: &mut Frame<'_>, changes: &Changes) {
    let Changes { first, second, third, mask } = changes;
    let level = frame.level;
    let (mut a, mut b) = (frame.take(first.to), frame.take(second.to));
    let mut c = third.as_ref().map(|third| (third, frame.take(third.to)));
    let (x, y) = (a.lanes_mut(), b.lanes_mut());
    let parts = [frame.change(first), frame.change(second)];
    let mask = match frame.sent(mask) {
        Some(amount) => Changed::Sent(amount),
        None => Changed::Mask(frame.column(mask)),
    };
    match &mut c {
        None => kernels::change_two(level, x, y, &parts, mask),
        Some((third, c)) => {
            let [first, second] = parts;
            kernels::change_three(level, x, y, c.lanes_mut(), &[first, second, frame.change(third)], mask);
        }
    }
    frame.put(first.to, a);
    frame.put(second.to, b);
    if let Some((third, c)) = c {
        frame.put(third.to, c);
    }
}

/// A product of scaled columns, and its check.
fn multiply(frame: &mut Frame<'_>, product: &Product) {
    let level = frame.level;
    let bad;
    write_to!(frame, product.to, out => {
        let (a, b) = (frame.scaled(&product.a), frame.scaled(&product.b));
        bad = match product.check {
            Some(_) => kernels::product::<true>(level, out, a, b),
            None => kernels::product::<false>(level, out, a, b),
        };
    });
    if bad {
        fail_at(frame, product.to, &product.check);
    }
}

/// A step from a number by a multiple of a shifted column, and its check.
fn approach(frame: &mut Frame<'_>, step: &Approach) {
    let Approach { to, a, factor, column, shift, check } = step;
    let level = frame.level;
    let bad;
    write_to!(frame, *to, out => {
        let (a, column) = (frame.source(a), frame.column(column));
        bad = match check {
            Some(_) => kernels::approach::<true>(level, out, a, *factor, column, *shift),
            None => kernels::approach::<false>(level, out, a, *factor, column, *shift),
        };
    });
    if bad {
        fail_at(frame, *to, check);
    }
}

/// A step of a variable from itself, and its check.
fn relax(frame: &mut Frame<'_>, own: &Relax) {
    let Relax { cell, factor, plus, low, high, ref check } = *own;
    let level = frame.level;
    let bad;
    write_to!(frame, Destination::Cell(cell), out => {
        bad = match check {
            Some(_) => kernels::relax::<true>(level, out, factor, plus, low, high),
            None => kernels::relax::<false>(level, out, factor, plus, low, high),
        };
    });
    if let (true, Some(check)) = (bad, check) {
        fail(frame, &Operand::Cell(cell), &check.mask, check.place, f64::is_finite);
    }
}

/// Fails the lanes in which a register that has just been written is not finite.
#[cold]
fn fail_at(frame: &mut Frame<'_>, written: Destination, check: &Option<ValueCheck>) {
    if let (Destination::Register(register), Some(check)) = (written, check) {
        fail(frame, &Operand::Register(register), &check.mask, check.place, f64::is_finite);
    }
}

fn draw(frame: &mut Frame<'_>, to: Destination, kind: DrawKind, streams: u32, level: Option<u8>, room: &mut Room) {
    let stream = frame.stream(streams, level);
    let mut column = frame.take(to);
    let out = column.lanes_mut();
    kernels::fill(frame.level, out, frame.address(stream), &mut room.words);
    if kind == DrawKind::Normal {
        kernels::normal(frame.level, out);
    }
    frame.put(to, column);
}

/// Tells whether it happens in some lane.
fn chance(frame: &mut Frame<'_>, what: &Chance, room: &mut Room) -> bool {
    let stream = frame.stream(what.streams, None);
    let some;
    write_to!(frame, what.to, out => {
        let probability = match &what.curve {
            Some(curve) => Probability::Curve(frame.curve(curve, &what.probability), within(what)),
            None => Probability::Of(frame.source(&what.probability)),
        };
        some = kernels::chance(frame.level, out, frame.address(stream), room, probability, frame.mask(&what.mask));
    });
    some
}

/// Where what the curve is of must lie for it to be asked, if that is the condition.
#[inline(always)]
fn within(chance: &Chance) -> Option<Interval> {
    chance.on_score.map(|(comparison, number)| Interval::of(comparison, number))
}

/// Notes the lanes of the mask in which a value is not good. Rare: off the fast path.
#[inline(never)]
fn fail(frame: &mut Frame<'_>, value: &Operand, mask: &Option<Operand>, place: u32, good: fn(f64) -> bool) {
    for lane in 0..frame.lanes {
        let bad = frame.mask(mask).at(lane) != 0.0 && !good(frame.source(value).at(lane));
        if bad {
            frame.failures.note(lane, frame.base.place + place);
        }
    }
}

/// A store to the area that each lane has chosen, lane by lane.
fn scatter(frame: &mut Frame<'_>, instruction: &Instruction) {
    let Instruction::Scatter { table, area, value, change, low, high, mask } = instruction else { return };
    let destinations = &frame.program.destinations[*table as usize];
    for lane in 0..frame.lanes {
        let chosen = frame.source(area).at(lane);
        if chosen < 0.0 || frame.mask(mask).at(lane) == 0.0 {
            continue;
        }
        let Some(Some(to)) = destinations.get(chosen as usize).copied() else { continue };
        write_to!(frame, to, out => {
            let (value, low, high) = (frame.source(value), frame.source(low), frame.source(high));
            let storing = Storing { value, scale: 1.0, change: *change, low, high, mask: Source::Value(1.0) };
            if let Some(place) = out.get_mut(lane) {
                *place = storing.after(lane, *place);
            }
        });
    }
}

/// Parcels for every receiver, unless no lane sends.
fn send(frame: &mut Frame<'_>, what: &Send) {
    let Send { first, count, amount, floor, fields, mask } = what;
    let (level, program) = (frame.level, frame.program);
    let first = frame.base.delivery.wrapping_add(*first) as usize;
    for delivery in &program.deliveries[first..first + *count as usize] {
        let mut parcel = frame.outbox.parcel(fields.len());
        parcel.slot = delivery.slot;
        if !kernels::send(level, parcel.amount.lanes_mut(), frame.source(amount), *floor, frame.mask(mask)) {
            frame.outbox.give_back(parcel);
            return;
        }
        for (to, field) in parcel.fields.iter_mut().zip(fields) {
            kernels::unary(level, UnaryOperation::Copy, to.lanes_mut(), frame.source(field));
        }
        frame.outbox.sent.push((delivery.actor, parcel));
    }
}

fn fired(frame: &mut Frame<'_>, rule: u32, mask: &Option<Operand>) {
    if frame.fired[rule as usize] {
        return;
    }
    let open = frame.open;
    frame.fired[rule as usize] = match frame.mask(mask) {
        Source::Column(mask) => mask.iter().zip(open).any(|(&mask, &open)| mask != 0.0 && open != 0.0),
        Source::Value(mask) => mask != 0.0 && open.iter().any(|&open| open != 0.0),
    };
}

/// Draws an uncertainty lane by lane; once a run.
fn sample(frame: &mut Frame<'_>, what: &Sample, room: &mut Room) {
    let Room { words, columns: [draws, ..], .. } = room;
    let stream = frame.stream(what.streams, None);
    kernels::fill(frame.level, draws.lanes_mut(), frame.address(stream), words);
    let mut values = frame.take(Destination::Run(what.to));
    let mut scores = what.score.map(|score| frame.take(Destination::Run(score)));
    let mut parameters = vec![0.0; what.parameters.len()];
    for (lane, &draw) in draws.lanes().iter().enumerate() {
        let at = |operand: &Operand| frame.source(operand).at(lane);
        for (parameter, operand) in parameters.iter_mut().zip(&what.parameters) {
            *parameter = at(operand);
        }
        let within = (what.low.as_ref().map(at), what.high.as_ref().map(at));
        let parent = what.parent.as_ref().map(|(score, rho)| (at(score), at(rho)));
        let (value, score) = match sampling::sample(what.family, &parameters, within, parent, draw) {
            Ok(sampled) => (sampled.value, sampled.score),
            Err(_) => {
                frame.failures.note(lane, frame.base.place + what.place);
                (f64::NAN, f64::NAN)
            }
        };
        values.lanes_mut()[lane] = value;
        if let Some(scores) = &mut scores {
            scores.lanes_mut()[lane] = score;
        }
    }
    frame.put(Destination::Run(what.to), values);
    if let (Some(to), Some(scores)) = (what.score, scores) {
        frame.put(Destination::Run(to), scores);
    }
}
