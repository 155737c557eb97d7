//! A program as text, one instruction a line, for people and for snapshots.

use super::instruction::{
    AddWhere, Approach, Areas, BinaryOperation, Chance, Change, Condition, Curve, FoldAreas, Instruction, Scaled, Send,
    Shake, Start, UnaryOperation, ValueCheck,
};
use super::layout::ClockValue;
use super::operand::{Destination, Operand};
use super::{Base, Code, Piece, Program};
use crate::scenario::model::{Comparison, DrawKind, Scenario};
use std::fmt::Write as _;

impl Program {
    /// The whole program as text.
    pub fn text(&self, scenario: &Scenario) -> String {
        let names = Names { program: self, scenario, base: Base::default() };
        let mut text = String::new();
        section(&mut text, "prologue", &self.prologue, &names);
        section(&mut text, "starts", &self.starts, &names);
        section(&mut text, "late starts", &self.late_starts, &names);
        for (actor, code) in scenario.actors.iter().zip(&self.actors) {
            for (slot, deliver) in actor.inbox.iter().zip(&code.deliver) {
                let kind = &scenario.kinds[slot.kind].name;
                let sender = &scenario.actors[slot.sender].name;
                self.piece(&mut text, &format!("{}: on {kind} from {sender}", actor.name), deliver, &names);
            }
            self.piece(&mut text, &format!("{}: act", actor.name), &code.act, &names);
        }
        section(&mut text, "contest inputs", &self.contest, &names);
        section(&mut text, "world", &self.world, &names);
        section(&mut text, "observation", &self.observation, &names);
        section(&mut text, "recording", &self.recording, &names);
        text
    }

    /// An actor's code, told by the numbers that are the actor's own.
    fn piece(&self, text: &mut String, title: &str, piece: &Piece, names: &Names<'_>) {
        section(text, title, &self.codes[piece.code as usize], &Names { base: piece.base, ..*names });
    }
}

fn section(text: &mut String, title: &str, code: &Code, names: &Names<'_>) {
    if code.instructions.is_empty() {
        return;
    }
    let _ = writeln!(text, "{title} ({} registers)", code.registers);
    for (number, instruction) in code.instructions.iter().enumerate() {
        let _ = writeln!(text, "{number:5}  {}", names.instruction(instruction));
    }
}

struct Names<'a> {
    program: &'a Program,
    scenario: &'a Scenario,
    base: Base,
}

impl Names<'_> {
    /// A variable that code counts from its base.
    fn own(&self, cell: u32) -> String {
        self.cell(self.base.cell.wrapping_add(cell))
    }

    fn cell(&self, cell: u32) -> String {
        match self.program.layout.variable_of.get(cell as usize) {
            Some(Some(id)) => self.scenario.variables[*id].name.clone(),
            _ => format!("order{cell}"),
        }
    }

    fn run(&self, column: u32) -> String {
        let column = column as usize;
        let levers = &self.scenario.levers;
        if let Some(lever) = levers.get(column) {
            lever.name.clone()
        } else if let Some(uncertainty) = self.scenario.uncertainties.get(column - levers.len()) {
            uncertainty.name.clone()
        } else {
            format!("run{column}")
        }
    }

    fn record(&self, column: u32) -> String {
        let scenario = self.scenario;
        let names = scenario.outcomes.iter().map(|o| &o.name).chain(scenario.milestones.iter().map(|m| &m.name));
        names.into_iter().nth(column as usize).cloned().unwrap_or_else(|| format!("streak{column}"))
    }

    fn operand(&self, operand: &Operand) -> String {
        match operand {
            Operand::Const(x) => format!("{x}"),
            Operand::Register(i) => format!("r{i}"),
            Operand::Cell(i) => self.own(*i),
            Operand::Shown(i) => {
                let cell = self.program.layout.shown.get(*i as usize).copied().unwrap_or(u32::MAX);
                format!("seen {}", self.cell(cell))
            }
            Operand::Run(i) => self.run(*i),
            Operand::Record(i) => self.record(*i),
            Operand::Area(i) => format!("area{i}"),
            Operand::Contest(field, i) => format!("{field:?}{i}").to_lowercase(),
            Operand::Clock(i) if *i == ClockValue::Step as u32 => "step".into(),
            Operand::Clock(i) if *i == ClockValue::Now as u32 => "now".into(),
            Operand::Clock(i) if *i == ClockValue::Date as u32 => "date".into(),
            Operand::Clock(i) => format!("season{}", i - ClockValue::FIRST_SEASON),
            Operand::Amount => "amount".into(),
            Operand::Field(i) => format!("field{i}"),
            Operand::Arrived => "arrived".into(),
            Operand::Past { history, ticks } => format!("past{history}[{ticks}]"),
            Operand::Indexed { table, level } => format!("table{table}[a{level}]"),
            Operand::AreaIndex(level) => format!("a{level}"),
        }
    }

    fn destination(&self, to: &Destination) -> String {
        match to {
            Destination::Register(i) => format!("r{i}"),
            Destination::Cell(i) => self.own(*i),
            Destination::Run(i) => self.run(*i),
            Destination::Record(i) => self.record(*i),
            Destination::Area(i) => format!("area{i}"),
            Destination::Input(i) => format!("input{i}"),
            Destination::Indexed { table, level } => format!("place{table}[a{level}]"),
        }
    }

    fn masked(&self, mask: &Option<Operand>) -> String {
        mask.as_ref().map(|mask| format!("  if {}", self.operand(mask))).unwrap_or_default()
    }

    fn condition(&self, condition: &Condition) -> String {
        let Condition { column, comparison, number } = condition;
        format!("{} {} {number}", self.operand(column), comparison_sign(*comparison))
    }

    fn clamp(&self, low: &Operand, high: &Operand) -> String {
        match (low, high) {
            (Operand::Const(l), Operand::Const(h)) if *l == f64::NEG_INFINITY && *h == f64::INFINITY => String::new(),
            _ => format!("  within {} {}", self.operand(low), self.operand(high)),
        }
    }

    fn scaled(&self, scaled: &Scaled) -> String {
        let column = self.operand(&scaled.column);
        let column = if scaled.factor == 1.0 { column } else { format!("{} * {column}", scaled.factor) };
        column + &plus(scaled.plus)
    }

    fn curve(&self, curve: &Curve, x: &Operand) -> String {
        format!("{} / ({} + exp({} * {}))", curve.scale, curve.plus, curve.factor, self.operand(x))
    }

    fn value_check(&self, check: &Option<ValueCheck>) -> String {
        check
            .as_ref()
            .map(|check| format!("  checked at {}{}", self.place(check.place), self.masked(&check.mask)))
            .unwrap_or_default()
    }

    /// Where a lane fails.
    fn place(&self, place: u32) -> u32 {
        self.base.place.wrapping_add(place)
    }

    /// Where a draw stands among the program's streams.
    fn address(&self, streams: u32, level: Option<u8>) -> String {
        let area = level.map(|level| format!(" + a{level}")).unwrap_or_default();
        format!("#{}{area}", self.base.stream.wrapping_add(streams))
    }

    fn instruction(&self, instruction: &Instruction) -> String {
        let o = |operand: &Operand| self.operand(operand);
        let d = |to: &Destination| self.destination(to);
        match instruction {
            Instruction::Unary { op: UnaryOperation::Copy, to, a } => format!("{} = {}", d(to), o(a)),
            Instruction::Unary { op: UnaryOperation::Power(n), to, a } => format!("{} = {} ^ {n}", d(to), o(a)),
            Instruction::Unary { op: UnaryOperation::Function(f), to, a } => {
                format!("{} = {} {}", d(to), format!("{f:?}").to_lowercase(), o(a))
            }
            Instruction::Unary { op, to, a } => format!("{} = {} {}", d(to), format!("{op:?}").to_lowercase(), o(a)),
            Instruction::Binary { op, to, a, b } => format!("{} = {} {} {}", d(to), o(a), sign(*op), o(b)),
            Instruction::Compare { comparison, to, a, b } => {
                format!("{} = {} {} {}", d(to), o(a), comparison_sign(*comparison), o(b))
            }
            Instruction::ScaledSum(sum) => {
                let terms: String =
                    sum.terms.iter().map(|(factor, column)| format!(" + {factor} * {}", o(column))).collect();
                let first = Scaled { plus: -0.0, ..sum.first };
                let check = self.value_check(&sum.check);
                format!("{} = {}{terms}{}{check}", d(&sum.to), self.scaled(&first), plus(sum.first.plus))
            }
            Instruction::Product(product) => {
                let (a, b) = (self.scaled(&product.a), self.scaled(&product.b));
                format!("{} = ({a}) * ({b}){}", d(&product.to), self.value_check(&product.check))
            }
            Instruction::Approach(approach) => {
                let Approach { to, a, factor, column, shift, check } = &**approach;
                format!("{} = {} + {factor} * ({} + {shift}){}", d(to), o(a), o(column), self.value_check(check))
            }
            Instruction::Relax(relax) => {
                let cell = o(&Operand::Cell(relax.cell));
                let within = self.clamp(&Operand::Const(relax.low), &Operand::Const(relax.high));
                let check = self.value_check(&relax.check);
                format!("{cell} = {} * {cell} + {}{within}{check}", relax.factor, relax.plus)
            }
            Instruction::Sigmoid { to, curve, x } => format!("{} = {}", d(to), self.curve(curve, x)),
            Instruction::MulAdd { to, a, b, c } => format!("{} = {} + {} * {}", d(to), o(a), o(b), o(c)),
            Instruction::MulSub { to, a, b, c } => format!("{} = {} - {} * {}", d(to), o(a), o(b), o(c)),
            Instruction::Select { to, c, a, b } => format!("{} = {} ? {} : {}", d(to), o(c), o(a), o(b)),
            Instruction::Draw { to, kind, streams, level } => {
                let kind = if *kind == DrawKind::Normal { "normal" } else { "uniform" };
                format!("{} = {kind} {}", d(to), self.address(*streams, *level))
            }
            Instruction::Shake(shake) => {
                let Shake { to, start, factor, shift, streams, level, low, high, check, areas } = &**shake;
                let within = self.clamp(&Operand::Const(*low), &Operand::Const(*high));
                let draw = self.address(*streams, *level);
                let check = self.value_check(check);
                let to = d(to);
                let start = match start {
                    Start::Of(a) => o(a),
                    Start::Itself(None) => to.clone(),
                    Start::Itself(Some((factor, column))) => format!("({to} + {factor} * {})", o(column)),
                };
                let areas = areas.map(all_of).unwrap_or_default();
                format!("{to} = {start} + {factor} * (uniform {draw} + {shift}){within}{check}{areas}")
            }
            Instruction::Chance(chance) => {
                let Chance { to, probability: x, curve, streams, mask, on_score } = &**chance;
                let probability = curve.map_or_else(|| o(x), |curve| self.curve(&curve, x));
                let own = on_score.map(|(comparison, number)| Condition { column: *x, comparison, number });
                let own = own.map(|own| format!("  if {}", self.condition(&own))).unwrap_or_default();
                let draw = self.address(*streams, None);
                format!("{} = chance {probability} {draw}{own}{}", d(to), self.masked(mask))
            }
            Instruction::Check { value, mask, place } => {
                format!("check {}  at {}{}", o(value), self.place(*place), self.masked(mask))
            }
            Instruction::CheckChance { value, mask, place } => {
                format!("check chance {}  at {}{}", o(value), self.place(*place), self.masked(mask))
            }
            Instruction::Store { to, value, scale, change, low, high, mask } => {
                let sign = if *change { "+=" } else { "=" };
                let value = self.scaled(&Scaled { factor: *scale, column: *value, plus: -0.0 });
                format!("{} {sign} {value}{}{}", d(to), self.clamp(low, high), self.masked(mask))
            }
            Instruction::Changes(changes) => {
                let part = |part: &Change| {
                    let value = self.scaled(&Scaled { factor: part.scale, column: part.value, plus: -0.0 });
                    format!(
                        "{} += {value}{}",
                        d(&part.to),
                        self.clamp(&Operand::Const(part.low), &Operand::Const(part.high))
                    )
                };
                let parts: Vec<_> =
                    [&changes.first, &changes.second].into_iter().chain(&changes.third).map(part).collect();
                format!("{}{}", parts.join(", "), self.masked(&Some(changes.mask)))
            }
            Instruction::Scatter { table, area, value, change, low, high, mask } => {
                let sign = if *change { "+=" } else { "=" };
                let clamp = self.clamp(low, high);
                format!("place{table}[{}] {sign} {}{clamp}{}", o(area), o(value), self.masked(mask))
            }
            Instruction::Fold { fold, register, value, filter } => {
                format!("r{register} {} {}{}", format!("{fold:?}").to_lowercase(), o(value), self.masked(filter))
            }
            Instruction::AddWhere(sum) => {
                let AddWhere { register, value, condition } = &**sum;
                format!("r{register} sum {}  if {}", o(value), self.condition(condition))
            }
            Instruction::FoldAreas(all) => {
                let FoldAreas { areas, fold, register, value, condition } = &**all;
                let fold = format!("{fold:?}").to_lowercase();
                let condition = condition.as_ref().map(|condition| format!("  if {}", self.condition(condition)));
                let condition = condition.unwrap_or_default();
                format!("r{register} {fold} {}{}{condition}", o(value), all_of(*areas))
            }
            Instruction::Both(both) => {
                format!("{} = {} and {}", d(&both.to), self.condition(&both.first), self.condition(&both.second))
            }
            Instruction::Blend { register, value, mask } => format!("r{register} = {}  if {}", o(value), o(mask)),
            Instruction::Send(send) => {
                let Send { first, count, amount, floor, fields, mask } = &**send;
                let first = self.base.delivery.wrapping_add(*first) as usize;
                let to = &self.program.deliveries[first..first + *count as usize];
                let to: Vec<_> = to.iter().map(|to| self.scenario.actors[to.actor as usize].name.as_str()).collect();
                let fields: String = fields.iter().map(|field| format!(", {}", o(field))).collect();
                let floor = if *floor == f64::NEG_INFINITY { String::new() } else { format!(" (at least {floor})") };
                format!("send {}{floor}{fields} to {}{}", o(amount), to.join(", "), self.masked(mask))
            }
            Instruction::Fired { rule, mask } => {
                format!("fired {}{}", self.base.rule.wrapping_add(*rule), self.masked(mask))
            }
            Instruction::Within { first, last, end } => format!("unless {first} <= step < {last} go to {end}"),
            Instruction::Unless { mask, end } => format!("if none of {} go to {end}", o(mask)),
            Instruction::Loop { list, level, end } => format!("for a{level} in list{list} (to {end})"),
            Instruction::Next { level, start, .. } => format!("next a{level} (from {start})"),
            Instruction::Sample(sample) => {
                let parameters: Vec<_> = sample.parameters.iter().map(o).collect();
                format!("{} ~ {:?}({})", self.run(sample.to), sample.family, parameters.join(", "))
            }
        }
    }
}

/// In which areas something is done that is all that their loop does.
fn all_of(Areas { list, level }: Areas) -> String {
    format!("  for a{level} in list{list}")
}

/// What is added, unless that is −0, which adds nothing.
fn plus(number: f64) -> String {
    if number.to_bits() == (-0.0_f64).to_bits() { String::new() } else { format!(" + {number}") }
}

fn sign(op: BinaryOperation) -> &'static str {
    match op {
        BinaryOperation::Add => "+",
        BinaryOperation::Sub => "-",
        BinaryOperation::Mul => "*",
        BinaryOperation::Div => "/",
        BinaryOperation::Pow => "^",
        BinaryOperation::Min => "min",
        BinaryOperation::Max => "max",
        BinaryOperation::And => "and",
        BinaryOperation::Or => "or",
    }
}

fn comparison_sign(comparison: Comparison) -> &'static str {
    match comparison {
        Comparison::Lt => "<",
        Comparison::Le => "<=",
        Comparison::Gt => ">",
        Comparison::Ge => ">=",
        Comparison::Eq => "==",
        Comparison::Ne => "!=",
    }
}
