use super::*;
use crate::program::Code;
use crate::program::banks::Banks;
use crate::program::instruction::BinaryOperation;
use crate::program::places::Places;

const AREAS: u32 = 3;

/// A builder that knows one list, of all areas.
fn builder() -> Builder {
    let mut places = Places::default();
    places.list((0..AREAS).collect());
    Builder::new(places, Banks::default())
}

/// A table of area columns from `first` on.
fn columns(builder: &mut Builder, first: u32, level: u8) -> Operand {
    builder.places.by_area((first..first + AREAS).map(Operand::Area).collect(), level)
}

/// A table of numbers.
fn numbers(builder: &mut Builder, numbers: [f64; 3], level: u8) -> Operand {
    builder.places.by_area(numbers.map(Operand::Const).to_vec(), level)
}

fn begin(builder: &mut Builder, level: u8) {
    builder.open(Instruction::Loop { list: 0, level, end: 0 });
}

fn end(builder: &mut Builder, fold: Fold, value: Operand, filter: Option<Operand>) -> Operand {
    builder.close_fold(&[Step { fold, value, filter }])[0]
}

/// The sum of a table of area columns from `first` on.
fn sum(builder: &mut Builder, first: u32) -> Operand {
    begin(builder, 0);
    let value = columns(builder, first, 0);
    end(builder, Fold::Sum, value, None)
}

/// The sum of k times such a table.
fn scaled_sum(builder: &mut Builder, factor: f64) -> Operand {
    begin(builder, 0);
    let column = columns(builder, 0, 0);
    let value = builder.binary(BinaryOperation::Mul, column, Operand::Const(factor));
    end(builder, Fold::Sum, value, None)
}

/// The sum of a table whose values are checked in the lanes of a mask.
fn checked_sum(builder: &mut Builder, mask: Operand, place: u32) -> Operand {
    begin(builder, 0);
    let value = columns(builder, 0, 0);
    builder.check(value, Some(mask), place);
    end(builder, Fold::Sum, value, None)
}

fn write(builder: &mut Builder, to: Destination) {
    builder.effect(Instruction::Unary {
        op: crate::program::instruction::UnaryOperation::Copy,
        to,
        a: Operand::Cell(9),
    });
}

/// The code in which these operands are all needed.
fn code(mut builder: Builder, needed: &[Operand]) -> Code {
    for (&operand, column) in needed.iter().zip(0..) {
        let to = Destination::Input(column);
        let op = crate::program::instruction::UnaryOperation::Copy;
        builder.effect(Instruction::Unary { op, to, a: operand });
    }
    builder.finish()
}

fn place_of(code: &Code, is_it: impl Fn(&Instruction) -> bool) -> usize {
    code.instructions.iter().position(is_it).unwrap_or(usize::MAX)
}

/// The list of the areas of a loop, if it is one that begins there or a whole one.
fn looped(instruction: &Instruction) -> Option<u32> {
    match instruction {
        Instruction::Loop { list, .. } => Some(*list),
        Instruction::FoldAreas(all) => Some(all.areas.list),
        _ => None,
    }
}

fn loops(code: &Code) -> usize {
    code.instructions.iter().filter_map(looped).count()
}

#[test]
fn equal_folds_are_folded_once() {
    let mut builder = builder();
    let (one, other, same) = (sum(&mut builder, 0), sum(&mut builder, 3), sum(&mut builder, 0));
    assert_eq!(one, same);
    assert_ne!(one, other);
    assert_eq!(loops(&code(builder, &[one, other, same])), 2);
}

#[test]
fn a_fold_is_folded_again_once_what_it_reads_is_written() {
    for (to, again) in [(Destination::Area(1), true), (Destination::Area(3), false), (Destination::Cell(1), false)] {
        let mut builder = builder();
        let before = sum(&mut builder, 0);
        write(&mut builder, to);
        let after = sum(&mut builder, 0);
        assert_eq!(before != after, again, "{to:?}");
    }
}

#[test]
fn a_fold_is_folded_again_after_a_loop_that_writes_what_it_reads() {
    for (first, again) in [(1, true), (3, false)] {
        let mut builder = builder();
        let before = sum(&mut builder, 0);
        let entries = (first..first + AREAS).map(|area| Some(Destination::Area(area))).collect();
        let table = builder.places.destination(entries);
        begin(&mut builder, 0);
        write(&mut builder, Destination::Indexed { table, level: 0 });
        builder.close();
        assert_eq!(before != sum(&mut builder, 0), again);
    }
}

#[test]
fn what_is_folded_in_a_part_that_may_be_skipped_is_not_known_after_it() {
    let mut builder = builder();
    builder.open(Instruction::Unless { mask: Operand::Cell(0), end: 0 });
    let inside = sum(&mut builder, 0);
    assert_eq!(inside, sum(&mut builder, 0));
    write(&mut builder, Destination::Cell(5));
    builder.close();
    assert_ne!(inside, sum(&mut builder, 0));
}

#[test]
fn a_fold_that_checks_is_only_equal_to_one_that_fails_in_the_same_lanes_no_later() {
    let (here, there) = (Operand::Cell(0), Operand::Cell(1));
    let is_one = |one: (Operand, u32), other: (Operand, u32)| {
        let mut builder = builder();
        checked_sum(&mut builder, one.0, one.1) == checked_sum(&mut builder, other.0, other.1)
    };
    assert!(is_one((here, 5), (here, 5)));
    assert!(is_one((here, 5), (here, 6)));
    assert!(!is_one((here, 6), (here, 5)));
    assert!(!is_one((here, 5), (there, 5)));
}

#[test]
fn folds_that_differ_in_the_sign_of_a_zero_are_not_equal() {
    let mut builder = builder();
    let (plus, minus) = (scaled_sum(&mut builder, 0.0), scaled_sum(&mut builder, -0.0));
    assert_ne!(plus, minus);
    assert_eq!(plus, scaled_sum(&mut builder, 0.0));
}

#[test]
fn a_fold_of_known_numbers_is_a_number() {
    let mut builder = builder();
    begin(&mut builder, 0);
    let (value, filter) = (numbers(&mut builder, [0.1, 0.2, 0.3], 0), numbers(&mut builder, [1.0, 0.0, 1.0], 0));
    let half = builder.binary(BinaryOperation::Mul, value, Operand::Const(0.5));
    assert_eq!(end(&mut builder, Fold::Sum, half, None), Operand::Const(0.05 + 0.1 + 0.15));
    for (fold, result) in
        [(Fold::Sum, 0.1 + 0.3), (Fold::Min, 0.1), (Fold::Max, 0.3), (Fold::Any, 1.0), (Fold::All, 1.0)]
    {
        begin(&mut builder, 0);
        let filter = builder.narrow(filter);
        assert_eq!(filter, None);
        assert_eq!(end(&mut builder, fold, value, filter), Operand::Const(result), "{fold:?}");
    }
    assert!(builder.finish().instructions.is_empty());
}

#[test]
fn a_loop_leaves_out_areas_that_a_known_filter_leaves_out() {
    let mut builder = builder();
    begin(&mut builder, 0);
    let filter = numbers(&mut builder, [1.0, 0.0, 1.0], 0);
    assert_eq!(builder.narrow(filter), None);
    let value = columns(&mut builder, 0, 0);
    let result = end(&mut builder, Fold::Sum, value, None);
    let lists = builder.places.lists.clone();
    let code = code(builder, &[result]);
    let list = code.instructions.iter().find_map(looped);
    assert_eq!(list.map(|list| lists[list as usize].clone()), Some(vec![0, 2]));
}

#[test]
fn what_is_the_same_in_every_round_is_worked_out_before_the_loop() {
    // The loop writes cells from 1 on: not what is read, or just that.
    for (read, is_moved) in [(0, true), (2, false)] {
        let mut builder = builder();
        let table = builder.places.destination((1..=AREAS).map(|area| Some(Destination::Cell(area))).collect());
        begin(&mut builder, 0);
        let value = builder.binary(BinaryOperation::Max, Operand::Cell(read), Operand::Const(4.0));
        builder.check(value, None, 7);
        builder.effect(Instruction::Unary {
            op: crate::program::instruction::UnaryOperation::Copy,
            to: Destination::Indexed { table, level: 0 },
            a: value,
        });
        builder.close();
        let code = code(builder, &[]);
        let begins = place_of(&code, |instruction| matches!(instruction, Instruction::Loop { .. }));
        for moved in [
            place_of(&code, |instruction| matches!(instruction, Instruction::Binary { .. })),
            place_of(&code, |instruction| matches!(instruction, Instruction::Check { .. })),
        ] {
            assert_eq!(moved < begins, is_moved, "{code:?}");
        }
    }
}

#[test]
fn a_loop_over_no_area_checks_nothing() {
    let mut builder = builder();
    let list = builder.places.list(Vec::new());
    builder.open(Instruction::Loop { list, level: 0, end: 0 });
    builder.check(Operand::Cell(0), None, 7);
    let value = columns(&mut builder, 0, 0);
    assert_eq!(end(&mut builder, Fold::Max, value, None), Operand::Const(f64::NEG_INFINITY));
    assert!(builder.finish().instructions.is_empty());
}

/// The sum over areas of `a.x * sum(b in areas, b.y)`, or of `a.x * sum(b in areas, a.x * b.y)`.
fn nested(inner_reads_outer: bool) -> Code {
    let mut builder = builder();
    begin(&mut builder, 0);
    let x = columns(&mut builder, 0, 0);
    begin(&mut builder, 1);
    let y = columns(&mut builder, 3, 1);
    let value = if inner_reads_outer { builder.binary(BinaryOperation::Mul, x, y) } else { y };
    let inner = end(&mut builder, Fold::Sum, value, None);
    let product = builder.binary(BinaryOperation::Mul, x, inner);
    let outer = end(&mut builder, Fold::Sum, product, None);
    code(builder, &[outer])
}

#[test]
fn an_inner_fold_that_does_not_depend_on_the_outer_area_is_folded_once() {
    let levels = |code: &Code| -> Vec<String> {
        let instructions = code.instructions.iter();
        instructions
            .filter_map(|instruction| match instruction {
                Instruction::Loop { level, .. } => Some(format!("{level} begins")),
                Instruction::Next { level, .. } => Some(format!("{level} ends")),
                Instruction::FoldAreas(all) => Some(format!("all of {}", all.areas.level)),
                _ => None,
            })
            .collect()
    };
    assert_eq!(levels(&nested(false)), ["all of 1", "0 begins", "0 ends"]);
    assert_eq!(levels(&nested(true)), ["0 begins", "1 begins", "1 ends", "0 ends"]);
}

#[test]
fn what_two_loops_both_do_the_same_in_every_round_is_done_once() {
    let mut builder = builder();
    let mut results = Vec::new();
    for first in [0, 3] {
        begin(&mut builder, 0);
        let same = builder.binary(BinaryOperation::Max, Operand::Cell(0), Operand::Const(4.0));
        let column = columns(&mut builder, first, 0);
        let value = builder.binary(BinaryOperation::Mul, column, same);
        results.push(end(&mut builder, Fold::Sum, value, None));
    }
    let code = code(builder, &results);
    let max = |instruction: &&Instruction| matches!(instruction, Instruction::Binary { op: BinaryOperation::Max, .. });
    assert_eq!(code.instructions.iter().filter(max).count(), 1);
}

#[test]
fn what_nothing_reads_is_dropped() {
    let mut builder = builder();
    let unread = sum(&mut builder, 0);
    builder.binary(BinaryOperation::Mul, unread, Operand::Cell(0));
    let read = sum(&mut builder, 3);
    assert_eq!(loops(&code(builder, &[read])), 1);
}

#[test]
fn a_sum_leaves_out_the_areas_in_which_it_adds_nothing() {
    let somewhere = [Operand::Area(4), Operand::Const(0.0), Operand::Area(5)];
    let rounds = |fold, checked: bool| {
        let mut builder = builder();
        begin(&mut builder, 0);
        let value = builder.places.by_area(somewhere.to_vec(), 0);
        if checked {
            builder.check(value, None, 0);
        }
        let result = end(&mut builder, fold, value, None);
        let lists = builder.places.lists.clone();
        let code = code(builder, &[result]);
        let list = code.instructions.iter().find_map(looped);
        list.map(|list| lists[list as usize].clone()).unwrap_or_default()
    };
    assert_eq!(rounds(Fold::Sum, false), [0, 2]);
    // The least of all is another without the 0; and what is checked is checked everywhere.
    assert_eq!(rounds(Fold::Min, false), [0, 1, 2]);
    assert_eq!(rounds(Fold::Sum, true), [0, 1, 2]);
}
