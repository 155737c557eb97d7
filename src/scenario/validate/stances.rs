//! Stances: named states of an actor with conditions to enter and to leave.

use super::bounds::MOST_STANCES;
use super::keys::{get, given};
use super::problems::Checked;
use super::scope::{Scope, Stage};
use super::{Checker, Ladder};
use crate::scenario::format;
use crate::scenario::model::{ActorId, Bounds, Expr, Role, Rung, Stances};
use crate::scenario::tree::Node;

impl Checker<'_> {
    /// The names of an actor's stances, lowest first; the start is the lowest or the one that says `start: true`.
    pub fn declare_stances(&mut self, actor: ActorId, node: &Node) {
        let Ok(entries) = self.entries(node, "stances, lowest first") else { return };
        if self.at_most(MOST_STANCES, entries.len(), "stances of one actor", node.span).is_err() {
            return;
        }
        let mut rungs = Vec::new();
        let mut start = None;
        for (key, rung) in entries {
            let Ok(name) = self.name(key) else { continue };
            if let Some(flag) = rung.get("start")
                && self.flag(Some(flag)) == Ok(true)
                && start.replace(rungs.len()).is_some()
            {
                self.error(flag.span, "two stances say that they are the start", "the second");
            }
            rungs.push(name);
        }
        if rungs.is_empty() {
            self.error(node.span, "there are no stances", "expected names, lowest first");
            return;
        }
        let variable = self.variable(format!("{}.stance", self.actor_name(actor)), Role::Stance, Some(actor));
        if let Some(known) = self.variables.get_mut(variable) {
            known.start = Expr::Const(start.unwrap_or(0) as f64);
            let top = rungs.len() as f64 - 1.0;
            known.within = Bounds { low: Some(Expr::Const(0.0)), high: Some(Expr::Const(top)) };
        }
        if let Some(info) = self.actors.get_mut(actor) {
            info.ladder = Some(Ladder { variable, rungs });
        }
    }

    /// The conditions of an actor's stances.
    pub fn read_stances(&mut self, actor: ActorId, node: &Node) -> Option<Stances> {
        let variable = self.actors.get(actor)?.ladder.as_ref()?.variable;
        let entries = node.get("stance")?.as_map()?;
        let mut rungs = Vec::new();
        for (i, (key, rung)) in entries.iter().enumerate() {
            if let Ok(rung) = self.rung(actor, i, &key.value, rung) {
                rungs.push(rung);
            }
        }
        Some(Stances { variable, rungs, place: 0 })
    }

    fn rung(&mut self, actor: ActorId, i: usize, name: &str, node: &Node) -> Checked<Rung> {
        let what = format!("stance `{name}`");
        let entries = self.map(node, &what, &format::STANCE, node.span)?;
        if i == 0
            && let Some(condition) = get(entries, "enter").or(get(entries, "leave"))
        {
            let message = format!("{what} is the lowest: it is neither entered nor left for a lower one");
            return Err(self.error(condition.span, message, "leave this out"));
        }
        if i > 0 && given(entries, "enter").is_none() && given(entries, "leave").is_none() {
            let message = format!("{what} is never entered");
            let help = "write `enter: condition` and `leave: condition`";
            return Err(self.error_help(node.span, message, "no `enter`", help));
        }
        let mut condition = |key| match given(entries, key) {
            Some(node) => {
                let mut scope = Scope::of(Stage::Rule, actor).without_draws("in a stance's condition");
                scope.sees = true;
                scope.side = self.actors.get(actor).and_then(|a| a.side);
                self.condition(node, &mut scope).map(Some)
            }
            None => Ok(None),
        };
        let (enter, leave) = (condition("enter"), condition("leave"));
        Ok(Rung { name: name.to_owned(), enter: enter?, leave: leave? })
    }
}
