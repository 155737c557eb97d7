//! The interpreter of column programs: one pass over a piece of code, an instruction at a time, a column at a time.

use super::frame::Frame;
use super::kernels::{self, Probability, Source, Storing};
use crate::program::instruction::{Delivery, Instruction, Product, Sample, ScaledSum, ValueCheck};
use crate::program::operand::{Destination, Operand};
use crate::program::{Code, MOST_TERMS};
use crate::random::address::Stream;
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
pub fn run(code: &Code, frame: &mut Frame<'_>) {
    let level = frame.level;
    let mut next = 0;
    // A mask, and whether it holds in some lane.
    let mut made: Option<(Destination, bool)> = None;
    while let Some(instruction) = code.instructions.get(next) {
        next += 1;
        let made_before = made.take();
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
            Instruction::Compare { comparison, to, a, b } => {
                let some;
                write_to!(frame, *to, out => {
                    some = kernels::compare(level, *comparison, out, frame.source(a), frame.source(b));
                });
                made = Some((*to, some));
            }
            Instruction::Sigmoid { to, curve, x } => write_to!(frame, *to, out => {
                kernels::sigmoid(level, out, frame.curve(curve, x));
            }),
            Instruction::Select { to, c, a, b } => write_to!(frame, *to, out => {
                kernels::select(level, out, frame.source(c), frame.source(a), frame.source(b));
            }),
            Instruction::Draw { to, kind, streams, level } => draw(frame, *to, *kind, *streams, *level),
            Instruction::Chance { to, .. } => made = Some((*to, chance(frame, instruction))),
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
            Instruction::Scatter { .. } => scatter(frame, instruction),
            Instruction::Fold { fold, register, value, filter } => {
                write_to!(frame, Destination::Register(*register), out => {
                    kernels::fold(level, *fold, out, frame.source(value), frame.mask(filter));
                });
            }
            Instruction::Blend { register, value, mask } => {
                write_to!(frame, Destination::Register(*register), out => {
                    kernels::blend(level, out, frame.source(value), frame.source(mask));
                });
            }
            Instruction::Send { deliveries, amount, floor, fields, mask } => {
                send(frame, deliveries, (amount, *floor), fields, mask);
            }
            Instruction::Fired { rule, mask } => fired(frame, *rule, mask),
            Instruction::Within { first, last, end } => {
                if frame.tick < u64::from(*first) || frame.tick >= u64::from(*last) {
                    next = *end as usize;
                }
            }
            Instruction::Unless { mask, end } => {
                // Most often the mask was made by the instruction before, which has told.
                let some = match (made_before, *mask) {
                    (Some((Destination::Register(made), some)), Operand::Register(mask)) if made == mask => some,
                    _ => kernels::any(level, frame.source(mask), frame.lanes),
                };
                if !some {
                    next = *end as usize;
                }
            }
            Instruction::Loop { list, level, end } => match frame.program.lists[*list as usize].first() {
                Some(&area) => frame.loops[usize::from(*level)] = (0, area),
                None => next = *end as usize,
            },
            Instruction::Next { list, level, start } => {
                let place = frame.loops[usize::from(*level)].0 + 1;
                if let Some(&area) = frame.program.lists[*list as usize].get(place as usize) {
                    frame.loops[usize::from(*level)] = (place, area);
                    next = *start as usize;
                }
            }
            Instruction::Sample(what) => sample(frame, what),
        }
    }
}

/// A sum of as many terms as there are, and its check.
fn scaled_sum(frame: &mut Frame<'_>, sum: &ScaledSum) {
    let bad;
    write_to!(frame, sum.to, out => bad = match (sum.terms.len(), sum.check.is_some()) {
        (0, false) => terms::<0, false>(frame, sum, out),
        (0, true) => terms::<0, true>(frame, sum, out),
        (1, false) => terms::<1, false>(frame, sum, out),
        (1, true) => terms::<1, true>(frame, sum, out),
        (2, false) => terms::<2, false>(frame, sum, out),
        (2, true) => terms::<2, true>(frame, sum, out),
        (3, false) => terms::<3, false>(frame, sum, out),
        (3, true) => terms::<3, true>(frame, sum, out),
        (4, false) => terms::<4, false>(frame, sum, out),
        (4, true) => terms::<4, true>(frame, sum, out),
        (5, false) => terms::<5, false>(frame, sum, out),
        (5, true) => terms::<5, true>(frame, sum, out),
        (_, false) => terms::<MOST_TERMS, false>(frame, sum, out),
        (_, true) => terms::<MOST_TERMS, true>(frame, sum, out),
    });
    if bad {
        fail_at(frame, sum.to, &sum.check);
    }
}

fn terms<const TERMS: usize, const CHECKED: bool>(frame: &Frame<'_>, sum: &ScaledSum, out: &mut [f64]) -> bool {
    let factors = std::array::from_fn(|i| sum.terms[i].0);
    let columns = std::array::from_fn(|i| frame.column(&sum.terms[i].1));
    kernels::scaled_sum::<TERMS, CHECKED>(frame.level, out, frame.scaled(&sum.first), factors, columns)
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

/// Fails the lanes in which a register that has just been written is not finite.
#[cold]
fn fail_at(frame: &mut Frame<'_>, written: Destination, check: &Option<ValueCheck>) {
    if let (Destination::Register(register), Some(check)) = (written, check) {
        fail(frame, &Operand::Register(register), &check.mask, check.place, f64::is_finite);
    }
}

fn stream(frame: &Frame<'_>, streams: u32, level: Option<u8>) -> Stream {
    let area = level.map_or(0, |level| frame.loops[usize::from(level)].1);
    frame.program.streams[(streams + area) as usize]
}

fn draw(frame: &mut Frame<'_>, to: Destination, kind: DrawKind, streams: u32, level: Option<u8>) {
    let stream = stream(frame, streams, level);
    let mut column = frame.take(to);
    let out = column.lanes_mut();
    kernels::fill(frame.level, out, frame.address(stream));
    if kind == DrawKind::Normal {
        kernels::normal(frame.level, out);
    }
    frame.put(to, column);
}

/// Tells whether it happens in some lane.
fn chance(frame: &mut Frame<'_>, instruction: &Instruction) -> bool {
    let Instruction::Chance { to, probability, curve, streams, mask } = instruction else { return true };
    let stream = stream(frame, *streams, None);
    let mut room = std::mem::take(frame.draws);
    let some;
    write_to!(frame, *to, out => {
        let probability = match curve {
            Some(curve) => Probability::Curve(frame.curve(curve, probability)),
            None => Probability::Of(frame.source(probability)),
        };
        some = kernels::chance(frame.level, out, frame.address(stream), room.lanes_mut(), probability, frame.mask(mask));
    });
    *frame.draws = room;
    some
}

/// Notes the lanes of the mask in which a value is not good. Rare: off the fast path.
#[inline(never)]
fn fail(frame: &mut Frame<'_>, value: &Operand, mask: &Option<Operand>, place: u32, good: fn(f64) -> bool) {
    for lane in 0..frame.lanes {
        let bad = frame.mask(mask).at(lane) != 0.0 && !good(frame.source(value).at(lane));
        if bad {
            frame.failures.note(lane, place);
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
fn send(
    frame: &mut Frame<'_>,
    deliveries: &[Delivery],
    (amount, floor): (&Operand, f64),
    fields: &[Operand],
    mask: &Option<Operand>,
) {
    let level = frame.level;
    if !kernels::any(level, frame.mask(mask), frame.lanes) {
        return;
    }
    for delivery in deliveries {
        let mut parcel = frame.outbox.parcel(fields.len());
        parcel.slot = delivery.slot;
        kernels::copy(level, parcel.mask.lanes_mut(), frame.mask(mask), 0.0);
        kernels::copy(level, parcel.amount.lanes_mut(), frame.source(amount), floor);
        for (to, field) in parcel.fields.iter_mut().zip(fields) {
            kernels::copy(level, to.lanes_mut(), frame.source(field), f64::NEG_INFINITY);
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
fn sample(frame: &mut Frame<'_>, what: &Sample) {
    let mut draws = std::mem::take(frame.draws);
    let stream = stream(frame, what.streams, None);
    kernels::fill(frame.level, draws.lanes_mut(), frame.address(stream));
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
                frame.failures.note(lane, what.place);
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
    *frame.draws = draws;
}
