//! Borders: who lies beside whom.

use super::Checker;
use super::land::Land;
use super::problems::{Checked, Reported};
use crate::diagnostics::{Diagnostic, suggest};
use crate::scenario::tree::{Node, Text, Value};
use std::collections::BTreeMap;

/// What is said of one that is none.
const NO_NEIGHBOUR: &str = "a neighbour that does not exist";

impl<'a> Checker<'a> {
    /// Borders: a table with the columns `a` and `b`, or a list of pairs.
    ///
    /// Each border stands there once, in either direction, or every border in both. Which of the two it is, most lines say:
    /// a line that does otherwise is missing its way back, or is one too many.
    pub fn neighbours(&mut self, node: &'a Node, land: &mut Land) -> Checked<()> {
        let mut wrong = false;
        let table = match &node.value {
            Value::Text(file) => Some((self.table(file)?, file)),
            _ => None,
        };
        let pairs: Vec<(&Text, &Text)> = match &table {
            Some((table, file)) => {
                let (a, b) = (self.column_of(table, "a", file)?, self.column_of(table, "b", file)?);
                table.rows.iter().filter_map(|row| Some((row.get(a)?, row.get(b)?))).collect()
            }
            None => self.borders(node, &mut wrong)?,
        };
        let mut listed: BTreeMap<(usize, usize), (&Text, &Text)> = BTreeMap::new();
        let mut in_order = Vec::with_capacity(pairs.len());
        for (a, b) in pairs {
            let (Ok(x), Ok(y)) = (self.area_in(land, a, NO_NEIGHBOUR), self.area_in(land, b, NO_NEIGHBOUR)) else {
                wrong = true;
                continue;
            };
            if x == y {
                self.error(b.span, format!("`{}` is its own neighbour", b.value), "both are the same");
                wrong = true;
            } else if let Some((_, first)) = listed.get(&(x, y)) {
                let message = format!("the border of `{}` and `{}` stands here twice", a.value, b.value);
                let again = Diagnostic::at(b.span, message, "again here").related(first.span, "first here");
                self.problems.push(again.help("leave out one of the lines"));
                wrong = true;
            } else {
                listed.insert((x, y), (a, b));
                in_order.push((x, y));
            }
        }
        for &(x, y) in &in_order {
            for (one, other) in [(x, y), (y, x)] {
                if let Some(list) = land.neighbours.get_mut(one) {
                    list.push(other);
                }
            }
        }
        for list in &mut land.neighbours {
            list.sort_unstable();
            list.dedup();
        }
        wrong |= self.both_ways(&in_order, &listed).is_err();
        if wrong { Err(Reported) } else { Ok(()) }
    }

    /// All borders are listed both ways, or all once.
    fn both_ways(
        &mut self,
        in_order: &[(usize, usize)],
        listed: &BTreeMap<(usize, usize), (&Text, &Text)>,
    ) -> Checked<()> {
        let back = |&(x, y): &(usize, usize)| listed.get(&(y, x));
        let (both, once): (Vec<&(usize, usize)>, Vec<_>) = in_order.iter().partition(|pair| back(pair).is_some());
        let Some((_, example)) = both.first().and_then(|pair| back(pair)) else { return Ok(()) };
        let mut wrong = Ok(());
        if once.len() > both.len() {
            // The second of the two lines is the one too many.
            for pair in both.iter().filter(|(x, y)| x > y) {
                self.enough()?;
                let (Some((a, b)), Some((_, first))) = (listed.get(pair), back(pair)) else { continue };
                let message = format!("the border of `{}` and `{}` stands here in both directions", a.value, b.value);
                let twice = Diagnostic::at(b.span, message, "again here").related(first.span, "first here");
                wrong = Err(self.problems.push(twice.help("most borders stand here once: leave out one of the lines")));
            }
            return wrong;
        }
        for pair in once {
            self.enough()?;
            let Some((a, b)) = listed.get(pair) else { continue };
            let message = format!("`{}` borders `{}`, which does not name it back", a.value, b.value);
            let help = "list every border once, or every border both ways; then a line that is missing is noticed";
            let missing = Diagnostic::at(b.span, message, format!("no line `{},{}`", b.value, a.value));
            wrong =
                Err(self.problems.push(missing.related(example.span, "a border that is listed both ways").help(help)));
        }
        wrong
    }

    /// Borders that stand in the scenario itself.
    fn borders(&mut self, node: &'a Node, wrong: &mut bool) -> Checked<Vec<(&'a Text, &'a Text)>> {
        match &node.value {
            Value::List(items) => {
                let mut pairs = Vec::new();
                for item in items {
                    match self.border(item) {
                        Ok(pair) => pairs.push(pair),
                        Err(Reported) => *wrong = true,
                    }
                }
                Ok(pairs)
            }
            _ => {
                let help = "write `neighbours: neighbours.csv`, or a list of pairs";
                Err(self.expected(node, "a table's file or a list of pairs", Some(help)))
            }
        }
    }

    fn border(&mut self, node: &'a Node) -> Checked<(&'a Text, &'a Text)> {
        let [a, b] = self.items(node)? else {
            return Err(self.error(node.span, "a border is between two areas", "write `[north, south]`"));
        };
        Ok((self.word(a, "an area")?, self.word(b, "an area")?))
    }

    /// The area that a cell names.
    pub fn area_in(&mut self, land: &Land, name: &Text, label: &str) -> Checked<usize> {
        if let Some(i) = land.index.get(&name.value) {
            return Ok(*i);
        }
        if land.broken || self.problems.is_full() {
            return Err(Reported);
        }
        let help = suggest(&name.value, land.names.iter().map(String::as_str)).map(|n| format!("did you mean `{n}`?"));
        let message = format!("there is no area `{}`", name.value);
        Err(self.problems.push(Diagnostic::at(name.span, message, label).maybe_help(help)))
    }
}
