use super::*;
use crate::program::Code;
use crate::program::banks::Banks;
use crate::program::instruction::{BinaryOperation, UnaryOperation};
use crate::scenario::model::{DrawKind, Fold};

const AREAS: u32 = 9;

/// A builder that knows one list, of all areas.
fn builder() -> Builder {
    let mut places = Places::default();
    places.list((0..AREAS).collect());
    Builder::new(places, Banks::default())
}

/// Cells, one of so many in turn for each area.
fn armies(builder: &mut Builder, count: u32) -> Operand {
    builder.places.by_area((0..AREAS).map(|area| Operand::Cell(area % count)).collect(), 0)
}

/// The state of each area.
fn states(builder: &mut Builder) -> Operand {
    builder.places.by_area((0..AREAS).map(Operand::Area).collect(), 0)
}

fn begin(builder: &mut Builder) {
    builder.open(Instruction::Loop { list: 0, level: 0, end: 0 });
}

/// Writes the state of each area, or of the next one.
fn write(builder: &mut Builder, value: Operand, off: u32) {
    let entries = (0..AREAS).map(|area| Some(Destination::Area((area + off) % AREAS))).collect();
    let to = Destination::Indexed { table: builder.places.destination(entries), level: 0 };
    builder.effect(Instruction::Unary { op: UnaryOperation::Copy, to, a: value });
}

/// The state of each area + the third power of the army that is there.
fn strengthened(builder: &mut Builder, armies: Operand, off: u32) {
    begin(builder);
    let power = builder.unary(UnaryOperation::Power(3), armies);
    builder.check(power, None, 7);
    let state = states(builder);
    let value = builder.binary(BinaryOperation::Add, state, power);
    write(builder, value, off);
    builder.close();
}

fn loops(code: &Code) -> Vec<u32> {
    let lists = code.instructions.iter().filter_map(|instruction| match instruction {
        Instruction::Loop { list, .. } => Some(*list),
        _ => None,
    });
    lists.collect()
}

fn count(code: &Code, is_it: impl Fn(&Instruction) -> bool) -> usize {
    code.instructions.iter().filter(|instruction| is_it(instruction)).count()
}

#[test]
fn what_many_areas_read_alike_is_worked_out_once_for_them() {
    let mut builder = builder();
    let armies = armies(&mut builder, 3);
    strengthened(&mut builder, armies, 0);
    let code = builder.finish();
    let lists = loops(&code).into_iter().map(|list| builder.places.lists[list as usize].clone());
    assert_eq!(lists.collect::<Vec<_>>(), [[0, 3, 6], [1, 4, 7], [2, 5, 8]]);
    // The power and its check stand before each loop, and in the loop only what differs.
    let kinds: String = code
        .instructions
        .iter()
        .map(|instruction| match instruction {
            Instruction::Unary { op: UnaryOperation::Power(3), a: Operand::Cell(army), .. } => format!("p{army} "),
            Instruction::Check { .. } => "c ".into(),
            Instruction::Loop { .. } => "( ".into(),
            Instruction::Binary { .. } => "+ ".into(),
            Instruction::Unary { op: UnaryOperation::Copy, .. } => "= ".into(),
            Instruction::Next { .. } => ") ".into(),
            other => format!("{other:?} "),
        })
        .collect();
    assert_eq!(kinds, "p0 c ( + = ) p1 c ( + = ) p2 c ( + = ) ");
}

#[test]
fn a_loop_stays_where_each_area_has_its_own() {
    for armies_of in [4, 9] {
        let mut builder = builder();
        let armies = armies(&mut builder, armies_of);
        strengthened(&mut builder, armies, 0);
        let code = builder.finish();
        assert_eq!(loops(&code), [0], "{armies_of}");
    }
}

#[test]
fn a_loop_stays_where_an_area_reads_what_another_writes() {
    let mut builder = builder();
    let armies = armies(&mut builder, 3);
    strengthened(&mut builder, armies, 1);
    assert_eq!(loops(&builder.finish()), [0]);
}

#[test]
fn a_draw_in_each_area_stays_in_the_loop() {
    let mut builder = builder();
    let armies = armies(&mut builder, 3);
    begin(&mut builder);
    let power = builder.unary(UnaryOperation::Power(3), armies);
    let draw = builder.draw(DrawKind::Uniform, 0, Some(0));
    let value = builder.binary(BinaryOperation::Mul, power, draw);
    write(&mut builder, value, 0);
    builder.close();
    let code = builder.finish();
    assert_eq!(loops(&code).len(), 3);
    assert_eq!(count(&code, |one| matches!(one, Instruction::Draw { level: Some(0), .. })), 3);
    let first_loop = code.instructions.iter().position(|one| matches!(one, Instruction::Loop { .. })).unwrap();
    let first_draw = code.instructions.iter().position(|one| matches!(one, Instruction::Draw { .. })).unwrap();
    assert!(first_loop < first_draw);
}

#[test]
fn what_is_checked_in_each_area_is_checked_once_where_only_what_areas_share_may_fail() {
    for bounded in [true, false] {
        let mut builder = builder();
        let armies = armies(&mut builder, 3);
        begin(&mut builder);
        let power = builder.unary(UnaryOperation::Power(3), armies);
        let draw = builder.draw(DrawKind::Uniform, 0, Some(0));
        let draw = if bounded { draw } else { builder.unary(UnaryOperation::Power(2), draw) };
        let drift = builder.binary(BinaryOperation::Mul, Operand::Const(0.5), power);
        let value = builder.binary(BinaryOperation::Add, drift, draw);
        builder.check(value, None, 7);
        write(&mut builder, value, 0);
        builder.close();
        let code = builder.finish();
        let checks: Vec<_> = (code.instructions.iter())
            .filter(|one| {
                matches!(one, Instruction::Check { .. } | Instruction::Loop { .. } | Instruction::Next { .. })
            })
            .map(|one| match one {
                Instruction::Check { place: 7, .. } => 'c',
                Instruction::Loop { .. } => '(',
                _ => ')',
            })
            .collect();
        // The power of a draw might be anything, for all that is known.
        assert_eq!(checks.iter().collect::<String>(), if bounded { "c()c()c()" } else { "(c)(c)(c)" });
    }
}

#[test]
fn a_sum_over_areas_is_never_split() {
    let mut builder = builder();
    let armies = armies(&mut builder, 3);
    begin(&mut builder);
    let power = builder.unary(UnaryOperation::Power(3), armies);
    let step = crate::program::folds::Step { fold: Fold::Sum, value: power, filter: None };
    let sum = builder.close_fold(&[step])[0];
    builder.effect(Instruction::Unary { op: UnaryOperation::Copy, to: Destination::Input(0), a: sum });
    assert_eq!(loops(&builder.finish()), [0]);
}
