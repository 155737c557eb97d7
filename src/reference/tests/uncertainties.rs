//! Tick 0: uncertainties; and the journal of a run.

use super::super::world::Dice;
use super::super::{Failure, Journal, play, play_with};
use super::builder::*;
use crate::numerics::distributions::Distribution;
use crate::numerics::functions::{norm_cdf, norm_inverse};
use crate::scenario::model::*;

/// Adds an uncertainty; they are drawn in the order in which they are added.
fn uncertain(s: &mut Sketch, name: &str, family: Family, parameters: Vec<Expr>) -> usize {
    let (draw, place) = (s.draw(&[&format!("uncertainty/{name}")]), s.place(name));
    let distribution = crate::scenario::model::Distribution { family, parameters };
    s.uncertainties.push(Uncertainty {
        name: name.into(),
        distribution,
        within: Bounds::default(),
        parent: None,
        draw,
        place,
        notes: Notes::default(),
    });
    let id = s.uncertainties.len() - 1;
    s.uncertainty_order.push(id);
    id
}

#[test]
fn an_uncertainty_is_drawn_once_by_its_inverse_and_may_read_others() {
    let mut s = empty(2);
    let first = uncertain(&mut s, "first", Family::Uniform, vec![num(2.0), num(4.0)]);
    uncertain(&mut s, "second", Family::Uniform, vec![num(0.0), Expr::Uncertainty(first)]);
    let played = play(&s, 7, 5);
    let dice = Dice::new(7, 5);
    let expected = 2.0 + dice.uniform("uncertainty/first", 0) * 2.0;
    assert_eq!(played.uncertainties[0], expected);
    assert_eq!(played.uncertainties[1], dice.uniform("uncertainty/second", 0) * expected);
    assert_eq!(s.worth(Expr::Uncertainty(first))[0], s.worth(Expr::Uncertainty(first))[2]);
}

#[test]
fn a_child_follows_its_parents_score() {
    let mut s = empty(1);
    let parent = uncertain(&mut s, "parent", Family::Uniform, vec![num(0.0), num(1.0)]);
    let child = uncertain(&mut s, "child", Family::Normal, vec![num(0.0), num(1.0)]);
    s.uncertainties[child].parent = Some((parent, num(1.0)));
    let grandchild = uncertain(&mut s, "grandchild", Family::Uniform, vec![num(0.0), num(1.0)]);
    s.uncertainties[grandchild].parent = Some((child, num(-1.0)));
    let score = norm_inverse(Dice::new(7, 0).uniform("uncertainty/parent", 0));
    let drawn = play(&s, 7, 0).uncertainties;
    assert_eq!(drawn[1], Distribution::Normal { mean: 0.0, sd: 1.0 }.inverse(norm_cdf(score)));
    assert_eq!(drawn[2], norm_cdf(-score));
}

#[test]
fn within_truncates_and_a_start_may_read_what_was_drawn() {
    let mut s = with_actors(1, &["near"]);
    let id = uncertain(&mut s, "x", Family::Normal, vec![num(0.0), num(1.0)]);
    s.uncertainties[id].within = Bounds { low: Some(num(3.0)), high: None };
    let start = s.variable(Some(0), Role::State, Expr::Uncertainty(id));
    let drawn = play(&s, 7, 0).uncertainties[id];
    assert!(drawn > 3.0 && drawn < 6.0);
    assert_eq!(values(&s, start), [drawn, drawn]);
}

#[test]
fn parameters_that_make_no_sense_fail_the_run_at_the_start() {
    for (family, parameters) in [
        (Family::Normal, vec![num(0.0), num(-1.0)]),
        (Family::Uniform, vec![num(2.0), num(1.0)]),
        (Family::Constant, vec![nan()]),
    ] {
        let mut s = empty(1);
        uncertain(&mut s, "sound", Family::Constant, vec![num(1.0)]);
        let id = uncertain(&mut s, "broken", family, parameters);
        uncertain(&mut s, "later", Family::Constant, vec![num(1.0)]);
        let place = s.uncertainties[id].place;
        let played = play(&s, 7, 0);
        assert_eq!(played.failure, Some(Failure { tick: 0, place }));
        assert_eq!((played.uncertainties[0], played.uncertainties[2]), (1.0, 1.0));
        assert!(played.uncertainties[1].is_nan());
        assert!(played.series.is_empty());
    }
}

#[test]
fn the_journal_tells_a_run_tick_by_tick() {
    let mut s = with_actors(3, &["near", "regime"]);
    uncertain(&mut s, "patience", Family::Constant, vec![num(0.25)]);
    let stock = s.state(1, 1.0);
    let kind = s.kind(1);
    s.kinds[kind].fields.push("quality".into());
    let to = s.slot(0, 1, kind, vec![change(stock, Expr::Amount)]);
    let receivers = Receivers::All(vec![to]);
    s.rule(0, vec![Effect::Send(Send { kind, amount: num(2.5), fields: vec![num(3.0)], receivers })]).active = (1, 2);
    s.outcome(now(stock));
    s.milestone(gt(now(stock), num(2.0)));
    s.stop(gt(now(stock), num(3.0)));
    let mut journal = Journal::default();
    let played = play_with(&s, 7, 0, &mut journal);
    let mut text = Vec::new();
    journal.write(&s, &played, &mut text).unwrap();
    assert_eq!(
        String::from_utf8(text).unwrap(),
        "uncertainties
  patience  0.25

tick 0, 2023-10-27
  outcome 0  1

tick 1, 2023-11-03
  acts: near.0
  sent: kind 0 2.5 from near to regime, quality 3, due at tick 2
  outcome 0  1

tick 2, 2023-11-10
  delivered: kind 0 2.5 from near to regime, quality 3
  outcome 0  3.5
  reached: milestone 0

stopped by stop
"
    );
}

#[test]
fn the_journal_says_where_a_run_failed() {
    let mut s = empty(3);
    s.outcome(nan());
    let mut journal = Journal::default();
    let played = play_with(&s, 7, 0, &mut journal);
    let mut text = Vec::new();
    journal.write(&s, &played, &mut text).unwrap();
    assert_eq!(
        String::from_utf8(text).unwrap(),
        "\ntick 0, 2023-10-27\n\nfailed at tick 0: outcome 0: is not finite\n"
    );
}
