//! Plain values of the tree: texts, yes or no, whole numbers, times, dates, notes.

use super::Checker;
use super::keys::given;
use super::problems::{Checked, Reported};
use super::scope::{Scope, Stage};
use crate::diagnostics::{Span, suggest};
use crate::language::{parse_date, parse_duration};
use crate::scenario::model::{BasisKind, Bounds, Expr, Notes};
use crate::scenario::tree::{Node, Text, Value};

impl Checker<'_> {
    /// A text; a number is one too, as spelled.
    pub fn text(&mut self, node: &Node) -> Checked<String> {
        match &node.value {
            Value::Text(text) | Value::Number(_, text) => Ok(text.value.clone()),
            _ => Err(self.expected(node, "a text", None)),
        }
    }

    /// The text of a name or an expression.
    pub fn word<'n>(&mut self, node: &'n Node, what: &str) -> Checked<&'n Text> {
        match &node.value {
            Value::Text(text) => Ok(text),
            _ => Err(self.expected(node, what, None)),
        }
    }

    /// Yes or no, as `true` or `false`; no if not said.
    pub fn flag(&mut self, node: Option<&Node>) -> Checked<bool> {
        match node.map(|n| &n.value) {
            None | Some(Value::Null) => Ok(false),
            Some(Value::Bool(value)) => Ok(*value),
            Some(_) => match node {
                Some(node) => Err(self.expected(node, "yes or no", Some("write `true` or `false`"))),
                None => Err(Reported),
            },
        }
    }

    /// A plain number.
    pub fn literal(&mut self, node: &Node) -> Checked<f64> {
        match &node.value {
            Value::Number(value, _) => Ok(*value),
            _ => Err(self.expected(node, "a number", None)),
        }
    }

    /// A time in whole ticks, at least one.
    pub fn time(&mut self, node: &Node) -> Checked<u32> {
        let ticks = self.exact_time(node)?;
        self.whole_ticks(ticks, node.span)
    }

    /// A time in exact ticks.
    pub fn exact_time(&mut self, node: &Node) -> Checked<f64> {
        let text = match &node.value {
            Value::Text(text) => text,
            Value::Number(value, _) => {
                let help = match value {
                    v if *v <= 0.0 => String::from("a time is positive and has a unit: `4 weeks`"),
                    v => format!("write `{v} weeks`, or another unit"),
                };
                return Err(self.error_help(
                    node.span,
                    "expected a duration, found a number",
                    "this is a number",
                    help,
                ));
            }
            _ => return Err(self.expected(node, "a duration", Some("write `4 weeks`"))),
        };
        let (count, unit) = parse_duration(&text.value).map_err(|error| self.syntax_error(text, error))?;
        Ok(count * self.clock.ticks_per(unit))
    }

    /// Rounds a span to whole ticks, at least one; what outlasts the run is cut.
    pub fn whole_ticks(&mut self, ticks: f64, span: Span) -> Checked<u32> {
        if ticks.is_nan() || ticks <= 0.0 {
            return Err(self.error(span, "a time must be positive", "not more than nothing"));
        }
        let most = f64::from(self.clock.ticks) + 2.0;
        Ok(ticks.round().clamp(1.0, most) as u32)
    }

    /// A date within the clock, in days since 1970-01-01.
    pub fn date(&mut self, node: &Node) -> Checked<i64> {
        let text = self.word(node, "a date such as `2024-03-01`")?;
        self.date_in(text)
    }

    /// The same of a text.
    pub fn date_in(&mut self, text: &Text) -> Checked<i64> {
        let day = parse_date(&text.value).map_err(|error| self.syntax_error(text, error))?;
        let (first, last) = (self.clock.start, self.clock.day(self.clock.ticks));
        if self.clock_known && !(first..=last).contains(&day) {
            let shown = |day| crate::scenario::clock::date_of(day).map(|d| d.to_string()).unwrap_or_default();
            let help = format!("the clock runs from {} to {}", shown(first), shown(last));
            let message = format!("{} is outside the clock", text.value);
            return Err(self.error_help(text.span, message, "never reached", help));
        }
        Ok(day)
    }

    /// Title, unit, reason and basis of a declaration.
    pub fn notes(&mut self, entries: &[(Text, Node)]) -> Notes {
        let mut read = |key| given(entries, key).and_then(|node| self.text(node).ok());
        let (title, unit, because) = (read("title"), read("unit"), read("because"));
        let basis = given(entries, "basis").and_then(|node| self.basis_kind(node).ok()).unwrap_or_default();
        Notes { title, unit, because, basis }
    }

    fn basis_kind(&mut self, node: &Node) -> Checked<BasisKind> {
        let text = self.word(node, "a basis")?;
        let given = text.value.as_str();
        if let Some(kind) = BasisKind::ALL.into_iter().find(|kind| kind.name() == given) {
            return Ok(kind);
        }
        let help = match suggest(given, BasisKind::ALL.into_iter().map(BasisKind::name)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => String::from("a number rests on `data`, `literature`, `judgement`, or is a `placeholder`"),
        };
        Err(self.error_help(text.span, format!("unknown basis `{given}`"), "not a basis", help))
    }

    /// Counts a number by what it rests on.
    pub fn count_basis(&mut self, basis: BasisKind) {
        match basis {
            BasisKind::Data => self.basis.data += 1,
            BasisKind::Literature => self.basis.literature += 1,
            BasisKind::Judgement => self.basis.judgement += 1,
            BasisKind::Placeholder => self.basis.placeholder += 1,
        }
    }

    /// `within: [low, high]`, either of which may be null.
    pub fn bounds(&mut self, entries: &[(Text, Node)]) -> Checked<Bounds> {
        let Some(node) = given(entries, "within") else {
            return Ok(Bounds::default());
        };
        let Value::List(items) = &node.value else {
            return Err(self.expected(node, "two bounds", Some("write `[0, 1]`, or `[0, null]` for one bound")));
        };
        let items = self.items(node).map(|_| items)?;
        let [low, high] = items.as_slice() else {
            let message = format!("expected two bounds, found {}", items.len());
            return Err(self.error_help(node.span, message, "not two", "write `[0, 1]`, or `[0, null]` for one bound"));
        };
        let bounds = Bounds { low: self.bound(low)?, high: self.bound(high)? };
        if let (Some(Expr::Const(low)), Some(Expr::Const(high))) = (&bounds.low, &bounds.high)
            && low > high
        {
            let message = format!("the least value {low} is above the greatest {high}");
            return Err(self.error_help(
                node.span,
                message,
                "nothing lies between",
                format!("write `[{high}, {low}]`"),
            ));
        }
        Ok(bounds)
    }

    fn bound(&mut self, node: &Node) -> Checked<Option<Expr>> {
        if matches!(node.value, Value::Null) {
            return Ok(None);
        }
        let mut scope = Scope::new(Stage::Fixed).without_draws("in a bound");
        self.number(node, &mut scope).map(Some)
    }

    /// Refuses a start that its own bounds exclude.
    pub fn start_within(&mut self, start: &Expr, bounds: &Bounds, span: Span) {
        let Expr::Const(value) = start else { return };
        let outside = matches!(bounds.low, Some(Expr::Const(low)) if *value < low)
            || matches!(bounds.high, Some(Expr::Const(high)) if *value > high);
        if outside {
            self.error_help(span, format!("the start {value} is outside `within`"), "not allowed", "widen `within`");
        }
    }

    /// Whether a key that was refused looks like one of these, so that the author knows already.
    pub fn is_misspelt(&self, entries: &[(Text, Node)], keys: &[&str]) -> bool {
        entries
            .iter()
            .any(|(key, _)| self.problems.has(key.span) && suggest(&key.value, keys.iter().copied()).is_some())
    }
}
