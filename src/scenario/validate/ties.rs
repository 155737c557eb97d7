//! Ties: a number for each ordered pair that is named.

use super::bounds::MOST_TABLES;
use super::keys::{given, needed};
use super::names::Symbol;
use super::problems::{Checked, Reported};
use super::scope::{Scope, Stage};
use super::{Checker, Tie};
use crate::diagnostics::Span;
use crate::scenario::format;
use crate::scenario::model::{ActorId, Bounds, Expr, Role};
use crate::scenario::tables::{Table, read_table};
use crate::scenario::tree::{Node, Text, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// A pair, its variable with its name and its start cost as much as so many parts.
const PARTS_A_PAIR: usize = 8;

impl<'a> Checker<'a> {
    /// Names, pairs and variables of ties.
    pub fn declare_ties(&mut self) {
        for (key, node) in self.section_entries("ties", "ties") {
            let index = self.ties.len();
            let declared = self.declare(key, Symbol::Tie(index));
            let pairs = self.pairs(key, node);
            let Ok(name) = declared else { continue };
            let broken = pairs.is_err();
            let mut tie = Tie { name: name.clone(), pairs: BTreeMap::new(), broken };
            for (from, to) in pairs.unwrap_or_default() {
                if tie.pairs.contains_key(&(from, to)) {
                    continue;
                }
                let full = format!("{name}[{}, {}]", self.actor_name(from), self.actor_name(to));
                let variable = self.variable(full, Role::Tie { from, to }, Some(from));
                tie.pairs.insert((from, to), variable);
            }
            self.ties.push(tie);
        }
    }

    fn pairs(&mut self, key: &Text, node: &'a Node) -> Checked<Vec<(ActorId, ActorId)>> {
        let what = format!("tie `{}`", key.value);
        let entries = self.map(node, &what, &format::TIE, key.span)?;
        let pairs = needed(entries, "pairs")?;
        if let Value::Text(file) = &pairs.value {
            return self.pairs_of_table(file);
        }
        let Value::List(items) = &pairs.value else {
            let help = "write `pairs: [[from, to]]`; each end is an actor or a group";
            return Err(self.expected(pairs, "a list of pairs", Some(help)));
        };
        let (mut list, mut broken) = (Vec::new(), false);
        for item in items {
            let Value::List(ends) = &item.value else {
                self.expected(item, "a pair", Some("write `[from, to]`"));
                broken = true;
                continue;
            };
            let [from, to] = ends.as_slice() else {
                self.error_help(
                    item.span,
                    "a tie is between two",
                    format!("found {}", ends.len()),
                    "write `[from, to]`",
                );
                broken = true;
                continue;
            };
            let (Ok(a), Ok(b)) = (self.end(from), self.end(to)) else {
                broken = true;
                continue;
            };
            let alone = a.len() == 1 && a == b;
            if alone {
                self.error(item.span, "an actor has no tie to itself", "both ends are the same");
            }
            self.spend(PARTS_A_PAIR * a.len() * b.len(), item.span)?;
            for from in &a {
                list.extend(b.iter().filter(|to| *to != from).map(|to| (*from, *to)));
            }
        }
        if broken {
            return Err(Reported);
        }
        if list.is_empty() && self.problems.is_empty() {
            return Err(self.error(pairs.span, format!("{what} has no pairs"), "nobody is tied to anybody"));
        }
        Ok(list)
    }

    fn end(&mut self, node: &Node) -> Checked<Vec<ActorId>> {
        let name = self.word(node, "an actor or a group")?;
        let members = self.members_named(&name.value, name.span)?;
        match self.names.get(&name.value) {
            Some(Symbol::Group(group)) if self.groups.get(group).is_some_and(|group| group.broken) => Err(Reported),
            _ => Ok(members),
        }
    }

    /// A table of ties: the columns `from` and `to`, and what may be a start.
    fn pairs_of_table(&mut self, file: &Text) -> Checked<Vec<(ActorId, ActorId)>> {
        let table = self.table(file)?;
        let (from, to) = (self.column_of(&table, "from", file)?, self.column_of(&table, "to", file)?);
        let mut list = Vec::new();
        let mut seen = BTreeSet::new();
        self.spend(PARTS_A_PAIR * table.rows.len(), file.span)?;
        for row in &table.rows {
            let (Some(a), Some(b)) = (row.get(from), row.get(to)) else { continue };
            let (Ok(a_id), Ok(b_id)) = (self.actor_named(&a.value, a.span), self.actor_named(&b.value, b.span)) else {
                continue;
            };
            if a_id == b_id {
                self.error(b.span, "an actor has no tie to itself", "both ends are the same");
                continue;
            }
            if !seen.insert((a_id, b_id)) {
                self.error(a.span, format!("the pair {}, {} stands here twice", a.value, b.value), "again here");
                continue;
            }
            list.push((a_id, b_id));
        }
        Ok(list)
    }

    /// A table below the scenario's folder, read once.
    pub fn table(&mut self, file: &Text) -> Checked<Rc<Table>> {
        self.enough()?;
        if let Some((_, table)) = self.tables.iter().find(|(name, _)| *name == file.value) {
            return Ok(Rc::clone(table));
        }
        self.at_most(MOST_TABLES, self.tables.len() + 1, "tables", file.span)?;
        match read_table(self.input.folder, file, &mut self.room, self.sources, &mut self.shelf.tables) {
            Ok(table) => {
                self.tables.push((file.value.clone(), Rc::clone(&table)));
                Ok(table)
            }
            Err(errors) => {
                for error in errors {
                    self.problems.push(error);
                }
                Err(Reported)
            }
        }
    }

    /// The place of a column that must be there.
    pub fn column_of(&mut self, table: &Table, name: &str, file: &Text) -> Checked<usize> {
        if let Some(i) = table.columns.iter().position(|c| c.value == name) {
            return Ok(i);
        }
        let at = match (table.columns.first(), table.columns.last()) {
            (Some(first), Some(last)) => Span { end: last.span.end, ..first.span },
            _ => file.span,
        };
        let names: Vec<&str> = table.columns.iter().map(|c| c.value.as_str()).collect();
        let message = format!("the table `{}` has no column `{name}`", file.value);
        let near = crate::diagnostics::suggest(name, names).map(|n| format!("did you mean `{n}`?"));
        let diagnostic = crate::diagnostics::Diagnostic::at(at, message, "not among these").maybe_help(near);
        Err(self.problems.push(diagnostic))
    }

    /// Starts and bounds of ties.
    pub fn define_ties(&mut self) {
        for (key, node) in self.section_entries("ties", "ties") {
            let Some((Symbol::Tie(i), span)) = self.names.place(&key.value) else { continue };
            if span != key.span {
                continue;
            }
            let _ = self.define_tie(i, node);
        }
    }

    fn define_tie(&mut self, tie: usize, node: &'a Node) -> Checked<()> {
        let Some(entries) = node.as_map() else { return Err(Reported) };
        let notes = self.notes(entries);
        self.count_basis(notes.basis);
        let within = self.bounds(entries)?;
        let start = needed(entries, "start")?;
        let pairs: Vec<((ActorId, ActorId), usize)> =
            self.ties.get(tie).map(|t| t.pairs.iter().map(|(k, v)| (*k, *v)).collect()).unwrap_or_default();
        let starts = self.tie_starts(entries, start, &pairs)?;
        for ((_, variable), (value, span)) in pairs.iter().zip(starts) {
            self.start_within(&value, &within, span);
            if let Some(known) = self.variables.get_mut(*variable) {
                (known.start, known.within) = (value, Bounds { low: within.low.clone(), high: within.high.clone() });
            }
        }
        Ok(())
    }

    fn tie_starts(
        &mut self,
        entries: &'a [(Text, Node)],
        start: &Node,
        pairs: &[((ActorId, ActorId), usize)],
    ) -> Checked<Vec<(Expr, Span)>> {
        let mut scope = Scope::new(Stage::Start).without_draws("in a start value");
        match &start.value {
            Value::Map(_) => self.nested_starts(start, pairs, &mut scope),
            Value::Text(column) => {
                if let Some(Value::Text(file)) = given(entries, "pairs").map(|n| &n.value)
                    && let Ok(table) = self.table(file)
                    && table.columns.iter().any(|c| c.value == column.value)
                {
                    return self.starts_of_table(&table, column, file, pairs);
                }
                let value = self.number(start, &mut scope)?;
                Ok(pairs.iter().map(|_| (value.clone(), start.span)).collect())
            }
            _ => {
                let value = self.number(start, &mut scope)?;
                Ok(pairs.iter().map(|_| (value.clone(), start.span)).collect())
            }
        }
    }

    fn starts_of_table(
        &mut self,
        table: &Table,
        column: &Text,
        file: &Text,
        pairs: &[((ActorId, ActorId), usize)],
    ) -> Checked<Vec<(Expr, Span)>> {
        let (from, to) = (self.column_of(table, "from", file)?, self.column_of(table, "to", file)?);
        let value = self.column_of(table, &column.value, file)?;
        self.spend(table.rows.len(), file.span)?;
        let mut found = BTreeMap::new();
        for row in &table.rows {
            let (Some(a), Some(b), Some(cell)) = (row.get(from), row.get(to), row.get(value)) else { continue };
            let (Some(Symbol::Actor(a)), Some(Symbol::Actor(b))) = (self.names.get(&a.value), self.names.get(&b.value))
            else {
                continue;
            };
            if let Ok(number) = self.cell_number(cell, &column.value) {
                found.insert((a, b), (Expr::Const(number), cell.span));
            }
        }
        pairs.iter().map(|(pair, _)| found.get(pair).cloned().ok_or(Reported)).collect()
    }

    /// A cell that must be a number.
    pub fn cell_number(&mut self, cell: &Text, column: &str) -> Checked<f64> {
        match cell.value.parse::<f64>() {
            Ok(value) if value.is_finite() => Ok(value),
            _ if cell.value.is_empty() => {
                let message = format!("a number is missing in the column `{column}`");
                Err(self.error_help(cell.span, message, "nothing here", "write 0 if there is none"))
            }
            _ => {
                let message = format!("`{}` is not a number", cell.value);
                Err(self.error(cell.span, message, format!("the column `{column}` holds numbers")))
            }
        }
    }

    /// `start: { near: { regime: 0.7 } }`; an end may be a group, and what is more exact wins.
    fn nested_starts(
        &mut self,
        node: &Node,
        pairs: &[((ActorId, ActorId), usize)],
        scope: &mut Scope,
    ) -> Checked<Vec<(Expr, Span)>> {
        let known: BTreeSet<(ActorId, ActorId)> = pairs.iter().map(|(pair, _)| *pair).collect();
        let mut found: BTreeMap<(ActorId, ActorId), (u8, Expr, Span)> = BTreeMap::new();
        let mut wrong = false;
        for (from, inner) in self.entries(node, "actors")? {
            let Ok(from_members) = self.members_named(&from.value, from.span) else {
                wrong = true;
                continue;
            };
            let single = matches!(inner.value, Value::Number(..) | Value::Text(_));
            let everyone: Vec<(Text, Node)>;
            let inner_entries: &[(Text, Node)] = if single {
                everyone = vec![(from.clone(), inner.clone())];
                &everyone
            } else {
                self.entries(inner, "actors")?
            };
            for (to, value) in inner_entries {
                let to_members =
                    if single { Ok((0..self.actors.len()).collect()) } else { self.members_named(&to.value, to.span) };
                let (Ok(to_members), Ok(start)) = (to_members, self.number(value, scope)) else {
                    wrong = true;
                    continue;
                };
                self.spend(from_members.len() * to_members.len(), to.span)?;
                let exact = u8::from(from_members.len() == 1) + u8::from(to_members.len() == 1);
                let mut any = false;
                for a in &from_members {
                    for b in &to_members {
                        if !known.contains(&(*a, *b)) {
                            continue;
                        }
                        any = true;
                        if found.get(&(*a, *b)).is_none_or(|(e, ..)| *e <= exact) {
                            found.insert((*a, *b), (exact, start.clone(), value.span));
                        }
                    }
                }
                if !any {
                    let message = format!("there is no such pair: {}, {}", from.value, to.value);
                    self.error_help(to.span, message, "not among `pairs`", "add it to `pairs`");
                    wrong = true;
                }
            }
        }
        if wrong {
            return Err(Reported);
        }
        let missing = pairs.iter().find(|(pair, _)| !found.contains_key(pair)).map(|(pair, _)| *pair);
        if let Some((from, to)) = missing {
            let (from, to) = (self.actor_name(from).to_owned(), self.actor_name(to).to_owned());
            let message = format!("no start for the pair {from}, {to}");
            let help = format!("add `{from}: {{ {to}: 0 }}`");
            return Err(self.error_help(node.span, message, "every pair needs one", help));
        }
        Ok(pairs.iter().filter_map(|(pair, _)| found.remove(pair)).map(|(_, value, span)| (value, span)).collect())
    }
}
