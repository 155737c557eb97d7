//! What is fused, and what is not.

use super::NOTHING;
use crate::program::instruction::*;
use crate::program::operand::{Destination, Operand};
use crate::program::places::Places;
use crate::scenario::model::{Comparison, DrawKind, Fold, UnaryFunction};
use Operand::{Cell, Const, Register};

/// Fuses code that reads and writes two areas: table 0 is where destination 0 writes, table 1 lies elsewhere, and
/// table 2 is there in one of them.
fn fuse(instructions: Vec<Instruction>) -> Vec<Instruction> {
    let mut places = Places::default();
    places.destination(vec![Some(Destination::Area(0)), Some(Destination::Area(1))]);
    places.table(vec![Operand::Area(0), Operand::Area(1)]);
    places.table(vec![Operand::Area(2), Operand::Area(3)]);
    places.table(vec![Operand::Area(2), Operand::Area(1)]);
    super::fuse(instructions, &places)
}

fn to(register: u32) -> Destination {
    Destination::Register(register)
}

fn score() -> Vec<Instruction> {
    vec![
        Instruction::Binary { op: BinaryOperation::Mul, to: to(0), a: Const(0.3), b: Cell(0) },
        Instruction::MulSub { to: to(1), a: Register(0), b: Const(0.2), c: Cell(1) },
        Instruction::Binary { op: BinaryOperation::Add, to: to(2), a: Register(1), b: Const(0.05) },
    ]
}

#[test]
fn a_score_becomes_one_instruction() {
    let first = Scaled { factor: 0.3, column: Cell(0), plus: 0.05 };
    let sum = ScaledSum { to: to(2), first, terms: vec![(-0.2, Cell(1))], check: None };
    assert_eq!(fuse(score()), [Instruction::ScaledSum(Box::new(sum))]);
}

#[test]
fn a_step_towards_a_target_becomes_one_instruction() {
    let shift = Instruction::Binary { op: BinaryOperation::Sub, to: to(0), a: Cell(1), b: Const(1.0) };
    let indexed = Operand::Indexed { table: 0, level: 0 };
    let step = Instruction::MulSub { to: to(1), a: indexed, b: Const(0.02), c: Register(0) };
    let check = Instruction::Check { value: Register(1), mask: None, place: 7 };
    let check_of = Some(ValueCheck { mask: None, place: 7 });
    let approach = Approach { to: to(1), a: indexed, factor: -0.02, column: Cell(1), shift: -1.0, check: check_of };
    assert_eq!(fuse(vec![shift, step, check]), [Instruction::Approach(Box::new(approach))]);
}

#[test]
fn a_step_whose_target_is_needed_elsewhere_stays() {
    let shift = Instruction::Binary { op: BinaryOperation::Sub, to: to(0), a: Cell(1), b: Const(1.0) };
    let step = Instruction::MulAdd { to: to(1), a: Register(0), b: Const(0.02), c: Register(0) };
    assert_eq!(fuse(vec![shift.clone(), step.clone()]), [shift, step]);
}

fn relaxed(cell: u32, register: u32, check: bool) -> Vec<Instruction> {
    let first = Scaled { factor: 0.9, column: Cell(cell), plus: 0.1 };
    let check = check.then_some(ValueCheck { mask: None, place: 7 });
    vec![Instruction::ScaledSum(Box::new(ScaledSum { to: to(register), first, terms: vec![], check }))]
}

fn set(cell: u32, register: u32, bound: f64) -> Instruction {
    let (low, high) = (Const(-bound), Const(bound));
    let (to, value) = (Destination::Cell(cell), Register(register));
    Instruction::Store { to, value, scale: 1.0, change: false, low, high, mask: None }
}

#[test]
fn variables_set_at_once_from_themselves_alone_are_changed_in_place() {
    let code = [relaxed(0, 0, true), relaxed(1, 1, false)].concat();
    let code = [code, vec![set(0, 0, f64::INFINITY), set(1, 1, 1.0)]].concat();
    let fused = fuse(code);
    let [Instruction::Relax(first), Instruction::Relax(second)] = &fused[..] else { panic!("{fused:?}") };
    assert_eq!((first.cell, first.check.is_some(), first.high), (0, true, f64::INFINITY));
    assert_eq!((second.cell, second.check.is_some(), second.high), (1, false, 1.0));
}

#[test]
fn a_checked_value_is_not_clamped_before_it_is_looked_at() {
    let code = [relaxed(0, 0, true), vec![set(0, 0, 1.0)]].concat();
    assert_eq!(fuse(code.clone()), code);
}

#[test]
fn a_variable_set_from_another_is_not_changed_in_place() {
    // x and y swap: y is read after x would have been written.
    let code = [relaxed(1, 0, false), relaxed(0, 1, false)].concat();
    let code = [code, vec![set(0, 0, f64::INFINITY), set(1, 1, f64::INFINITY)]].concat();
    assert!(!fuse(code).iter().any(|one| matches!(one, Instruction::Relax(_))));
}

#[test]
fn a_result_that_is_needed_elsewhere_stays() {
    let mut code = score();
    code.push(Instruction::Check { value: Register(1), mask: None, place: 0 });
    let fused = fuse(code);
    assert_eq!(fused.len(), 3, "{fused:?}");
    assert!(matches!(&fused[0], Instruction::ScaledSum(sum) if sum.to == to(1)));
}

#[test]
fn a_check_becomes_part_of_the_sum_before_it() {
    let mut code = score();
    code.push(Instruction::Check { value: Register(2), mask: Some(Cell(7)), place: 5 });
    let fused = fuse(code);
    assert!(
        matches!(&fused[..], [Instruction::ScaledSum(sum)] if sum.check == Some(ValueCheck { mask: Some(Cell(7)), place: 5 })),
        "{fused:?}"
    );
}

#[test]
fn a_product_of_scaled_columns_becomes_one_instruction() {
    let code = vec![
        Instruction::Binary { op: BinaryOperation::Mul, to: to(0), a: Const(0.1), b: Cell(0) },
        Instruction::Binary { op: BinaryOperation::Add, to: to(1), a: Const(0.5), b: Cell(1) },
        Instruction::Binary { op: BinaryOperation::Mul, to: to(2), a: Register(0), b: Register(1) },
    ];
    let a = Scaled { factor: 0.1, column: Cell(0), plus: NOTHING };
    let b = Scaled { factor: 1.0, column: Cell(1), plus: 0.5 };
    assert_eq!(fuse(code), [Instruction::Product(Box::new(Product { to: to(2), a, b, check: None }))]);
}

#[test]
fn a_logistic_curve_becomes_one_instruction() {
    let exponential = UnaryOperation::Function(UnaryFunction::Exp);
    let code = vec![
        Instruction::Binary { op: BinaryOperation::Mul, to: to(0), a: Const(-2.0), b: Cell(0) },
        Instruction::Unary { op: exponential, to: to(1), a: Register(0) },
        Instruction::Binary { op: BinaryOperation::Add, to: to(2), a: Const(1.0), b: Register(1) },
        Instruction::Binary { op: BinaryOperation::Div, to: to(3), a: Const(0.4), b: Register(2) },
    ];
    let sigmoid = Instruction::Sigmoid { to: to(3), curve: Curve { scale: 0.4, plus: 1.0, factor: -2.0 }, x: Cell(0) };
    assert_eq!(fuse(code.clone()), [sigmoid]);
    // Not if a part of it is needed elsewhere.
    let again = Instruction::Check { value: Register(1), mask: None, place: 0 };
    assert_eq!(fuse([code, vec![again]].concat()).len(), 5);
}

#[test]
fn a_store_scales_what_it_stores() {
    let (low, high) = (Const(0.0), Const(1.0));
    let store = |value, scale| Instruction::Store {
        to: Destination::Cell(0),
        value,
        scale,
        change: true,
        low,
        high,
        mask: Some(Cell(9)),
    };
    let product = |column| Instruction::Binary { op: BinaryOperation::Mul, to: to(0), a: Const(0.05), b: column };
    assert_eq!(fuse(vec![product(Cell(1)), store(Register(0), 1.0)]), [store(Cell(1), 0.05)]);
    // Not if it would read the column that it writes.
    assert_eq!(fuse(vec![product(Cell(0)), store(Register(0), 1.0)]).len(), 2);
}

#[test]
fn jumps_still_lead_to_their_instruction() {
    let mut code = vec![Instruction::Unless { mask: Cell(9), end: 4 }];
    code.extend(score());
    code.push(Instruction::Check { value: Cell(0), mask: None, place: 0 });
    assert_eq!(fuse(code)[0], Instruction::Unless { mask: Cell(9), end: 2 });
}

#[test]
fn nothing_is_joined_across_a_place_that_is_jumped_to() {
    let mut code = vec![Instruction::Unless { mask: Cell(9), end: 2 }];
    code.extend(score());
    assert!(fuse(code).len() > 2);
}

fn compare(register: u32, comparison: Comparison, column: Operand, number: f64) -> Instruction {
    Instruction::Compare { comparison, to: to(register), a: column, b: Const(number) }
}

fn and(register: u32, a: u32, b: u32) -> Instruction {
    Instruction::Binary { op: BinaryOperation::And, to: to(register), a: Register(a), b: Register(b) }
}

#[test]
fn a_sum_asks_who_holds_an_area_itself() {
    let holder = Operand::Indexed { table: 0, level: 0 };
    let fold = |filter| Instruction::Fold { fold: Fold::Sum, register: 0, value: Cell(3), filter: Some(filter) };
    let condition = Condition { column: holder, comparison: Comparison::Eq, number: 2.0 };
    let sum = AddWhere { register: 0, value: Cell(3), condition };
    let compared = compare(1, Comparison::Eq, holder, 2.0);
    assert_eq!(fuse(vec![compared.clone(), fold(Register(1))]), [Instruction::AddWhere(Box::new(sum))]);
    // Not if others ask too, nor where another fold is folded.
    let again = Instruction::Check { value: Cell(0), mask: Some(Register(1)), place: 0 };
    assert_eq!(fuse(vec![compared.clone(), fold(Register(1)), again]).len(), 3);
    let max = Instruction::Fold { fold: Fold::Max, register: 0, value: Cell(3), filter: Some(Register(1)) };
    assert_eq!(fuse(vec![compared, max]).len(), 2);
}

#[test]
fn two_conditions_that_must_hold_become_one_instruction() {
    let condition = |column, comparison, number| Condition { column, comparison, number };
    let (first, second) = (condition(Cell(0), Comparison::Eq, 0.0), condition(Cell(1), Comparison::Gt, 0.35));
    let code = vec![compare(0, Comparison::Eq, Cell(0), 0.0), compare(1, Comparison::Gt, Cell(1), 0.35), and(2, 0, 1)];
    assert_eq!(fuse(code), [Instruction::Both(Box::new(Both { to: to(2), first, second }))]);
    // A comparison and a mask; not two masks.
    let mask = condition(Register(7), Comparison::Ne, 0.0);
    let code = vec![compare(1, Comparison::Gt, Cell(1), 0.35), and(2, 7, 1)];
    assert_eq!(fuse(code), [Instruction::Both(Box::new(Both { to: to(2), first: mask, second }))]);
    assert_eq!(fuse(vec![and(2, 7, 8)]), [and(2, 7, 8)]);
}

/// The share of an area wanders: drawn, gone on from something, checked and stored.
fn wandering(a: Operand, check: bool) -> Vec<Instruction> {
    let place = Destination::Indexed { table: 0, level: 0 };
    let mut code = vec![
        Instruction::Draw { to: to(0), kind: DrawKind::Uniform, streams: 3, level: Some(0) },
        Instruction::Binary { op: BinaryOperation::Sub, to: to(1), a: Register(0), b: Const(0.5) },
        Instruction::MulAdd { to: to(2), a, b: Const(0.03), c: Register(1) },
    ];
    code.extend(check.then_some(Instruction::Check { value: Register(2), mask: None, place: 7 }));
    let (low, high) = (Const(0.0), Const(1.0));
    let (value, scale, change, mask) = (Register(2), 1.0, false, None);
    code.push(Instruction::Store { to: place, value, scale, change, low, high, mask });
    code
}

fn table(table: u32) -> Operand {
    Operand::Indexed { table, level: 0 }
}

/// What it becomes if it is one instruction.
fn shaken(code: Vec<Instruction>) -> Option<Shake> {
    let fused = fuse(code);
    match &fused[..] {
        [Instruction::Shake(shake)] => Some((**shake).clone()),
        _ => None,
    }
}

#[test]
fn a_draw_a_step_and_a_store_become_one_instruction() {
    let starts =
        [(Register(9), Start::Of(Register(9))), (table(1), Start::Of(table(1))), (table(0), Start::Itself(None))];
    for ((a, start), check) in starts.into_iter().flat_map(|start| [(start, false), (start, true)]) {
        let shake = Shake {
            to: Destination::Indexed { table: 0, level: 0 },
            start,
            factor: 0.03,
            shift: -0.5,
            streams: 3,
            level: Some(0),
            low: 0.0,
            high: 1.0,
            check: check.then_some(ValueCheck { mask: None, place: 7 }),
            areas: None,
        };
        assert_eq!(shaken(wandering(a, check)), Some(shake));
    }
}

#[test]
fn a_draw_is_not_shaken_in_its_units_where_these_would_leave_the_numbers_there_are() {
    let by = |factor: f64| {
        let mut code = wandering(Register(9), false);
        code[2] = Instruction::MulAdd { to: to(2), a: Register(9), b: Const(factor), c: Register(1) };
        shaken(code).map(|shake| shake.factor)
    };
    assert_eq!([0.04, 1e-200, 0.0, 1e-300, 1e300].map(by), [Some(0.04), Some(1e-200), Some(0.0), None, None]);
}

#[test]
fn what_drifts_and_is_shaken_is_one_instruction_where_it_goes_on_from_itself() {
    let drifting = |a, column| {
        let drift = Instruction::MulSub { to: to(9), a, b: Const(0.02), c: column };
        [vec![drift], wandering(Register(9), true)].concat()
    };
    let start = |code| shaken(code).map(|shake| shake.start);
    assert_eq!(start(drifting(table(0), Register(8))), Some(Start::Itself(Some((-0.02, Register(8))))));
    // From elsewhere; by what may be written itself; where it is needed once more.
    assert_eq!(start(drifting(table(1), Register(8))), None);
    assert_eq!(start(drifting(table(0), Operand::Area(1))), None);
    let again = Instruction::Check { value: Register(9), mask: None, place: 0 };
    let fused = fuse([drifting(table(0), Register(8)), vec![again]].concat());
    let starts = fused.iter().filter_map(|one| match one {
        Instruction::Shake(shake) => Some(shake.start),
        _ => None,
    });
    assert_eq!(starts.collect::<Vec<_>>(), [Start::Of(Register(9))]);
}

#[test]
fn what_is_shaken_is_never_a_column_that_may_be_gone_on_from_elsewhere() {
    let is_shaken = |code| fuse(code).iter().any(|one| matches!(one, Instruction::Shake(_)));
    assert!(!is_shaken(wandering(table(2), true)));
    assert!(!is_shaken(wandering(Operand::Area(1), true)));
    // Nor is a draw that is needed elsewhere left out.
    let again = Instruction::Check { value: Register(0), mask: None, place: 0 };
    assert!(!is_shaken([wandering(Register(9), true), vec![again]].concat()));
}

/// A loop over the areas of a list with this body.
fn loop_of(body: Vec<Instruction>) -> Vec<Instruction> {
    let end = body.len() as u32 + 2;
    let mut code = vec![Instruction::Loop { list: 0, level: 0, end }];
    code.extend(body);
    code.push(Instruction::Next { list: 0, level: 0, start: 1 });
    code.push(Instruction::Check { value: Register(7), mask: None, place: 0 });
    code
}

#[test]
fn a_loop_that_only_folds_is_one_instruction() {
    let fold = |value, filter| Instruction::Fold { fold: Fold::Sum, register: 7, value, filter };
    let compare = Instruction::Compare { comparison: Comparison::Eq, to: to(3), a: table(1), b: Const(2.0) };
    let condition = Condition { column: table(1), comparison: Comparison::Eq, number: 2.0 };
    let all = |value, condition| {
        Instruction::FoldAreas(Box::new(FoldAreas {
            areas: Areas { list: 0, level: 0 },
            fold: Fold::Sum,
            register: 7,
            value,
            condition,
        }))
    };
    let after = Instruction::Check { value: Register(7), mask: None, place: 0 };
    assert_eq!(fuse(loop_of(vec![fold(table(0), None)])), [all(table(0), None), after.clone()]);
    let code = loop_of(vec![compare, fold(Const(1.0), Some(Register(3)))]);
    assert_eq!(fuse(code), [all(Const(1.0), Some(condition)), after]);
    // Not if more is done in a round.
    let code = loop_of(vec![fold(table(0), None), Instruction::Fired { rule: 0, mask: None }]);
    assert_eq!(fuse(code.clone()), code);
    let code = loop_of(vec![fold(table(0), Some(Register(5)))]);
    assert_eq!(fuse(code.clone()), code);
}

#[test]
fn a_loop_that_only_shakes_is_one_instruction() {
    let after = Instruction::Check { value: Register(7), mask: None, place: 0 };
    let shaken = |code: Vec<Instruction>| match &fuse(code)[..] {
        [Instruction::Shake(shake), next] if *next == after => Some(shake.areas),
        _ => None,
    };
    assert_eq!(shaken(loop_of(wandering(Register(9), true))), Some(Some(Areas { list: 0, level: 0 })));
    // Not if more is done in a round.
    assert_eq!(
        shaken(loop_of([wandering(Register(9), true), vec![Instruction::Fired { rule: 0, mask: None }]].concat())),
        None
    );
    assert_eq!(shaken([wandering(Register(9), true), vec![after.clone()]].concat()), Some(None));
}

/// A rule with a condition on its score: asked, skipped where it holds nowhere, and then by chance.
fn by_chance(number: Operand, end: u32) -> Vec<Instruction> {
    let curve = Some(Curve { scale: 0.4, plus: 1.0, factor: -2.0 });
    let (probability, streams, mask) = (Cell(0), 3, Some(Register(0)));
    let chance = Chance { to: to(1), probability, curve, streams, mask, on_score: None };
    vec![
        Instruction::Compare { comparison: Comparison::Gt, to: to(0), a: Cell(0), b: number },
        Instruction::Unless { mask: Register(0), end: 5 },
        Instruction::Chance(Box::new(chance)),
        Instruction::Unless { mask: Register(1), end },
        Instruction::Fired { rule: 0, mask: Some(Register(1)) },
        Instruction::Check { value: Cell(0), mask: None, place: 0 },
    ]
}

#[test]
fn a_chance_asks_itself_how_its_score_compares() {
    let fused = fuse(by_chance(Const(-0.2), 5));
    let [Instruction::Chance(chance), Instruction::Unless { mask: Register(1), end: 3 }, ..] = &fused[..] else {
        panic!("{fused:?}")
    };
    assert_eq!((chance.on_score, chance.mask), (Some((Comparison::Gt, -0.2)), None));
}

#[test]
fn a_chance_under_another_condition_keeps_it() {
    // What its score is compared with is no number; the two jumps lead elsewhere; the condition is asked once more.
    let again = Instruction::Check { value: Cell(0), mask: Some(Register(0)), place: 0 };
    let codes = [by_chance(Cell(7), 5), by_chance(Const(-0.2), 6), [by_chance(Const(-0.2), 5), vec![again]].concat()];
    for code in codes {
        let fused = fuse(code.clone());
        assert_eq!(fused.len(), code.len(), "{fused:?}");
    }
}

#[test]
fn changes_within_bounds_stand_last_and_what_is_added_as_it_is_first() {
    let change = |cell, scale, high| Instruction::Store {
        to: Destination::Cell(cell),
        value: Cell(5),
        scale,
        change: true,
        low: Const(f64::NEG_INFINITY),
        high: Const(high),
        mask: Some(Cell(9)),
    };
    let fused = fuse(vec![change(0, 1.0, 1.0), change(1, 0.5, f64::INFINITY), change(2, 1.0, f64::INFINITY)]);
    let [Instruction::Changes(changes)] = &fused[..] else { panic!("{fused:?}") };
    let order = [changes.first.to, changes.second.to, changes.third.unwrap().to];
    assert_eq!(order, [Destination::Cell(2), Destination::Cell(1), Destination::Cell(0)]);
}
