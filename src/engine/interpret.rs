//! The interpreter of column programs: one pass over a piece of code, an instruction at a time, a column at a time.

use super::column::Column;
use super::frame::Frame;
use super::kernels::{self, Source, Storing};
use super::level::at_each_level;
use crate::numerics::functions::norm_inverse;
use crate::program::instruction::{Chain, Delivery, Instruction, Sample};
use crate::program::operand::{Destination, Operand};
use crate::program::{Code, MOST_TERMS};
use crate::random::address::{Key, Stream};
use crate::random::keystream::Lanes;
use crate::scenario::model::{DrawKind, Fold};
use crate::scenario::sampling;

/// Writes a destination while the rest of the frame is read. A macro, since a closure would be a function of its own and
/// not compiled for the level of the pass.
macro_rules! write_to {
    ($frame:expr, $to:expr, $out:ident => $work:expr) => {{
        let to = $to;
        let mut column = $frame.take(to);
        let $out = column.lanes_mut();
        $work;
        $frame.put(to, column);
    }};
}

at_each_level! {
    /// Runs a piece of code from its first instruction to its last.
    pub fn run(code: &Code, frame: &mut Frame<'_>) = pass
}

at_each_level! {
    /// Makes a column of draws. A function of its own: inside the interpreter the keystream is not turned into vector code.
    fn fill(dice: &Lanes, key: &Key, stream: Stream, tick: u64, out: &mut [f64]) = fill_body
}

#[inline(always)]
fn fill_body(dice: &Lanes, key: &Key, stream: Stream, tick: u64, out: &mut [f64]) {
    dice.fill(key, stream, tick, out);
}

#[inline(always)]
fn pass(code: &Code, frame: &mut Frame<'_>) {
    let mut next = 0;
    while let Some(instruction) = code.instructions.get(next) {
        next += 1;
        match instruction {
            Instruction::Unary { op, to, a } => {
                write_to!(frame, *to, out => kernels::unary(*op, out, frame.source(a)));
            }
            Instruction::Binary { op, to, a, b } => {
                write_to!(frame, *to, out => kernels::binary(*op, out, frame.source(a), frame.source(b)));
            }
            Instruction::MulAdd { to, a, b, c } => write_to!(frame, *to, out => {
                kernels::mul_add(out, frame.source(a), frame.source(b), frame.source(c));
            }),
            Instruction::MulSub { to, a, b, c } => write_to!(frame, *to, out => {
                kernels::mul_sub(out, frame.source(a), frame.source(b), frame.source(c));
            }),
            Instruction::Chain(chain) => write_to!(frame, chain.to, out => sum(frame, chain, out)),
            Instruction::Select { to, c, a, b } => write_to!(frame, *to, out => {
                kernels::select(out, frame.source(c), frame.source(a), frame.source(b));
            }),
            Instruction::Draw { to, kind, streams, level } => draw(frame, *to, *kind, *streams, *level),
            Instruction::Chance { to, probability, streams, mask } => chance(frame, *to, probability, *streams, mask),
            Instruction::Check { value, mask, place } => {
                if kernels::any_not_finite(frame.source(value), frame.mask(mask), frame.lanes) {
                    fail(frame, value, mask, *place, |value| value.is_finite());
                }
            }
            Instruction::CheckChance { value, mask, place } => {
                if kernels::any_no_chance(frame.source(value), frame.mask(mask), frame.lanes) {
                    fail(frame, value, mask, *place, |value| (0.0..=1.0).contains(&value));
                }
            }
            Instruction::Store { to, value, change, low, high, mask } => write_to!(frame, *to, out => {
                let (low, high, mask) = (frame.source(low), frame.source(high), frame.mask(mask));
                kernels::store(out, Storing { value: frame.source(value), change: *change, low, high, mask });
            }),
            Instruction::Scatter { .. } => scatter(frame, instruction),
            Instruction::Fold { fold, register, value, filter } => {
                write_to!(frame, Destination::Register(*register), out => {
                    accumulate(*fold, out, frame.source(value), frame.mask(filter));
                });
            }
            Instruction::Blend { register, value, mask } => {
                write_to!(frame, Destination::Register(*register), out => {
                    kernels::blend(out, frame.source(value), frame.source(mask));
                });
            }
            Instruction::Send { deliveries, amount, fields, mask } => send(frame, deliveries, amount, fields, mask),
            Instruction::Fired { rule, mask } => fired(frame, *rule, mask),
            Instruction::Within { first, last, end } => {
                if frame.tick < u64::from(*first) || frame.tick >= u64::from(*last) {
                    next = *end as usize;
                }
            }
            Instruction::Unless { mask, end } => {
                if !kernels::any(frame.source(mask), frame.lanes) {
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

#[inline(always)]
fn accumulate(fold: Fold, out: &mut [f64], value: Source<'_>, filter: Source<'_>) {
    let lanes = out.len();
    macro_rules! fold {
        ($value:ident, $filter:ident, $i:ident => $step:expr) => {
            for $i in 0..lanes {
                out[$i] = if $filter($i) != 0.0 { $step } else { out[$i] };
            }
        };
    }
    macro_rules! over {
        ($value:ident, $filter:ident) => {
            match fold {
                Fold::Sum | Fold::Mean => fold!($value, $filter, i => out[i] + $value(i)),
                Fold::Min => fold!($value, $filter, i => if $value(i) < out[i] { $value(i) } else { out[i] }),
                Fold::Max => fold!($value, $filter, i => if $value(i) > out[i] { $value(i) } else { out[i] }),
                Fold::Any => fold!($value, $filter, i => if $value(i) != 0.0 { 1.0 } else { out[i] }),
                Fold::All => fold!($value, $filter, i => if $value(i) == 0.0 { 0.0 } else { out[i] }),
            }
        };
    }
    match (value, filter) {
        (Source::Column(value), Source::Column(filter)) => {
            let (value, filter) = (&value[..lanes], &filter[..lanes]);
            let (value, filter) = (|i: usize| value[i], |i: usize| filter[i]);
            over!(value, filter);
        }
        (Source::Column(value), Source::Value(filter)) => {
            let value = &value[..lanes];
            let (value, filter) = (|i: usize| value[i], |_: usize| filter);
            over!(value, filter);
        }
        (Source::Value(value), Source::Column(filter)) => {
            let filter = &filter[..lanes];
            let (value, filter) = (|_: usize| value, |i: usize| filter[i]);
            over!(value, filter);
        }
        (Source::Value(value), Source::Value(filter)) => {
            let (value, filter) = (|_: usize| value, |_: usize| filter);
            over!(value, filter);
        }
    }
}

/// A sum of as many terms as there are.
#[inline(always)]
fn sum(frame: &Frame<'_>, chain: &Chain, out: &mut [f64]) {
    match chain.terms.len() {
        0 => terms::<0>(frame, chain, out),
        1 => terms::<1>(frame, chain, out),
        2 => terms::<2>(frame, chain, out),
        3 => terms::<3>(frame, chain, out),
        4 => terms::<4>(frame, chain, out),
        5 => terms::<5>(frame, chain, out),
        _ => terms::<MOST_TERMS>(frame, chain, out),
    }
}

#[inline(always)]
fn terms<const TERMS: usize>(frame: &Frame<'_>, chain: &Chain, out: &mut [f64]) {
    let column = |operand: &Operand| match frame.source(operand) {
        Source::Column(column) => column,
        Source::Value(_) => &[],
    };
    let factors = std::array::from_fn(|i| chain.terms[i].0);
    let columns = std::array::from_fn(|i| column(&chain.terms[i].1));
    let first = (chain.first.0, column(&chain.first.1));
    kernels::sum::<TERMS>(out, first, factors, columns, chain.plus);
}

#[inline(always)]
fn stream(frame: &Frame<'_>, streams: u32, level: Option<u8>) -> Stream {
    let area = level.map_or(0, |level| frame.loops[usize::from(level)].1);
    frame.program.streams[(streams + area) as usize]
}

#[inline(always)]
fn draw(frame: &mut Frame<'_>, to: Destination, kind: DrawKind, streams: u32, level: Option<u8>) {
    let stream = stream(frame, streams, level);
    let mut column = frame.take(to);
    let out = column.lanes_mut();
    fill(frame.level, frame.dice, frame.key, stream, frame.tick, out);
    if kind == DrawKind::Normal {
        for value in out.iter_mut() {
            *value = norm_inverse(*value);
        }
    }
    frame.put(to, column);
}

#[inline(always)]
fn chance(frame: &mut Frame<'_>, to: Destination, probability: &Operand, streams: u32, mask: &Option<Operand>) {
    let stream = stream(frame, streams, None);
    let mut draws = std::mem::take(frame.draws);
    fill(frame.level, frame.dice, frame.key, stream, frame.tick, draws.lanes_mut());
    write_to!(frame, to, out => {
        kernels::chance(out, draws.lanes(), frame.source(probability), frame.mask(mask));
    });
    *frame.draws = draws;
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
        let (value, low, high) = (frame.source(value).at(lane), frame.source(low), frame.source(high));
        let storing = Storing {
            value: Source::Value(value),
            change: *change,
            low: Source::Value(low.at(lane)),
            high: Source::Value(high.at(lane)),
            mask: Source::Value(1.0),
        };
        let mut column = frame.take(to);
        if let Some(place) = column.lanes_mut().get_mut(lane..=lane) {
            kernels::store(place, storing);
        }
        frame.put(to, column);
    }
}

#[inline(always)]
fn copy(column: &mut Column, source: Source<'_>) {
    let out = column.lanes_mut();
    match source {
        Source::Column(from) => out.copy_from_slice(&from[..out.len()]),
        Source::Value(value) => out.fill(value),
    }
}

/// Parcels for every receiver, unless no lane sends.
#[inline(always)]
fn send(frame: &mut Frame<'_>, deliveries: &[Delivery], amount: &Operand, fields: &[Operand], mask: &Option<Operand>) {
    if !kernels::any(frame.mask(mask), frame.lanes) {
        return;
    }
    for delivery in deliveries {
        let mut parcel = frame.outbox.parcel(fields.len());
        parcel.slot = delivery.slot;
        copy(&mut parcel.mask, frame.mask(mask));
        copy(&mut parcel.amount, frame.source(amount));
        for (to, field) in parcel.fields.iter_mut().zip(fields) {
            copy(to, frame.source(field));
        }
        frame.outbox.sent.push((delivery.actor, parcel));
    }
}

#[inline(always)]
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
    fill(frame.level, frame.dice, frame.key, stream, frame.tick, draws.lanes_mut());
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
