//! Messages: sending, delay, the order of deliveries.

use super::super::{Message, Observer, play_with};
use super::builder::*;
use crate::scenario::model::*;

/// Writes down what was delivered: step, sender, amount.
#[derive(Default)]
struct Post {
    sent: Vec<(u32, usize, f64)>,
    delivered: Vec<(u32, usize, f64)>,
}

impl Observer for Post {
    fn message_sent(&mut self, tick: u32, message: &Message) {
        self.sent.push((tick, message.receiver, message.amount));
    }

    fn message_delivered(&mut self, tick: u32, message: &Message) {
        self.delivered.push((tick, message.sender, message.amount));
    }
}

fn post(scenario: &Scenario) -> Post {
    let mut post = Post::default();
    assert_eq!(play_with(scenario, 7, 0, &mut post).failure, None);
    post
}

#[test]
fn messages_arrive_after_their_delay_before_the_rules() {
    let mut s = with_actors(5, &["near", "regime"]);
    let (stock, copy) = (s.state(1, 0.0), s.state(1, 0.0));
    let kind = s.kind(2);
    let to = s.slot(0, 1, kind, vec![change(stock, Expr::Amount)]);
    let once = s.again(Some(0), None);
    s.rule(0, vec![send(kind, num(3.0), vec![to])]).again = Some(once);
    s.rule(1, vec![write(set(copy, now(stock)))]);
    assert_eq!(values(&s, stock), [0.0, 0.0, 0.0, 3.0, 3.0, 3.0]);
    assert_eq!(values(&s, copy), [0.0, 0.0, 0.0, 3.0, 3.0, 3.0]);
    assert_eq!(post(&s).delivered, [(3, 0, 3.0)]);
}

#[test]
fn deliveries_are_one_by_one_in_slot_order_each_seeing_the_one_before() {
    let mut s = with_actors(3, &["regime", "b", "c"]);
    let x = s.state(0, 1.0);
    let (slow, fast) = (s.kind(2), s.kind(1));
    let double = vec![change(x, now(x))];
    let from_b = s.slot(1, 0, fast, vec![change(x, Expr::Amount)]);
    let from_c = s.slot(2, 0, slow, double);
    let (once_b, once_c) = (s.again(Some(1), None), s.again(Some(2), None));
    // c sends at step 1 over two ticks, b at step 2 over one: both arrive at step 3, b's slot first.
    let rule = s.rule(1, vec![send(fast, num(10.0), vec![from_b])]);
    (rule.active, rule.again) = ((2, 4), Some(once_b));
    s.rule(2, vec![send(slow, num(0.0), vec![from_c])]).again = Some(once_c);
    assert_eq!(values(&s, x), [1.0, 1.0, 1.0, 22.0]);
    assert_eq!(post(&s).delivered, [(3, 1, 10.0), (3, 2, 0.0)]);
}

#[test]
fn maps_of_an_arrival_follow_each_other_and_each_has_its_condition() {
    let mut s = with_actors(2, &["near", "regime"]);
    let (x, y) = (s.state(1, 0.0), s.state(1, 0.0));
    let kind = s.kind(1);
    s.kinds[kind].fields.push("quality".into());
    let to = s.slot(0, 1, kind, vec![set(x, Expr::Field(0))]);
    let second = |when| Arrival { when: Some(when), writes: vec![change(y, mul(now(x), Expr::Amount))] };
    s.actors[1].inbox[0].arrival.extend([second(gt(now(x), num(1.0))), second(gt(now(x), num(2.0)))]);
    let receivers = Receivers::All(vec![to]);
    s.rule(0, vec![Effect::Send(Send { kind, amount: num(5.0), fields: vec![num(2.0)], receivers })]);
    assert_eq!(values(&s, x), [0.0, 0.0, 2.0]);
    assert_eq!(values(&s, y), [0.0, 0.0, 10.0]);
}

#[test]
fn an_arrival_sees_its_own_actor_now_and_others_as_last_observed() {
    let mut s = with_actors(2, &["a", "b"]);
    let (x, y) = (s.state(0, 0.0), s.state(1, 0.0));
    let kind = s.kind(1);
    // Both get a message at step 2; b's arrival looks at a's value, which a's arrival has just changed.
    let to_a = s.slot(1, 0, kind, vec![set(x, num(8.0))]);
    let to_b = s.slot(0, 1, kind, vec![set(y, add(num(1.0), seen(x)))]);
    s.rule(1, vec![send(kind, num(1.0), vec![to_a])]);
    s.rule(0, vec![send(kind, num(1.0), vec![to_b])]);
    assert_eq!(values(&s, y), [0.0, 0.0, 1.0]);
}

#[test]
fn received_and_counted_add_up_this_ticks_deliveries_only() {
    let mut s = with_actors(4, &["regime", "b", "c"]);
    let received = s.variable(Some(0), Role::Received, num(0.0));
    let counted = s.variable(Some(0), Role::Counted, num(0.0));
    let kind = s.kind(1);
    for (sender, amount) in [(1, 2.0), (2, 3.0)] {
        let to = s.slot(sender, 0, kind, vec![]);
        let slot = s.actors[0].inbox.last_mut().unwrap();
        (slot.received, slot.counted) = (vec![received], vec![counted]);
        s.rule(sender, vec![send(kind, num(amount), vec![to])]).active = (1, 2 + sender as u32 - 1);
    }
    assert_eq!(values(&s, received), [0.0, 0.0, 5.0, 3.0, 0.0]);
    assert_eq!(values(&s, counted), [0.0, 0.0, 2.0, 1.0, 0.0]);
}

#[test]
fn a_group_send_gives_each_member_the_whole_amount_worked_out_once() {
    let mut s = with_actors(1, &["near", "b", "c"]);
    let sent = s.variable(Some(0), Role::Sent, num(0.0));
    let kind = s.kind(1);
    let mut to = vec![s.slot(0, 1, kind, vec![]), s.slot(0, 2, kind, vec![])];
    for receiver in &mut to {
        receiver.sent = vec![sent];
    }
    // The second effect reads what the first has sent.
    let twice = send(kind, add(num(1.0), now(sent)), to.clone());
    s.rule(0, vec![send(kind, num(4.0), to), twice]);
    assert_eq!(post(&s).sent, [(1, 1, 4.0), (1, 2, 4.0), (1, 1, 9.0), (1, 2, 9.0)]);
    assert_eq!(values(&s, sent), [0.0, 26.0]);
}

#[test]
fn what_was_sent_is_forgotten_before_the_next_rules() {
    let mut s = with_actors(2, &["near", "b"]);
    let sent = s.variable(Some(0), Role::Sent, num(0.0));
    let kind = s.kind(1);
    let mut to = s.slot(0, 1, kind, vec![]);
    to.sent = vec![sent];
    s.rule(0, vec![send(kind, num(4.0), vec![to])]).active = (1, 2);
    assert_eq!(values(&s, sent), [0.0, 4.0, 0.0]);
}

#[test]
fn a_negative_amount_is_nothing_unless_its_kind_is_signed() {
    let mut s = with_actors(1, &["near", "b"]);
    let (plain, signed) = (s.kind(1), s.kind(1));
    s.kinds[signed].signed = true;
    let to = [s.slot(0, 1, plain, vec![]), s.slot(0, 1, signed, vec![])];
    let [first, second] = to;
    s.rule(0, vec![send(plain, num(-2.0), vec![first]), send(signed, num(-2.0), vec![second])]);
    assert_eq!(post(&s).sent, [(1, 1, 0.0), (1, 1, -2.0)]);
}

#[test]
fn best_takes_the_first_among_equals_of_those_that_pass() {
    let mut s = with_actors(1, &["near", "b", "c", "d", "e"]);
    let kind = s.kind(1);
    let candidates = |s: &mut Sketch, filters: [Option<Expr>; 4]| {
        let mut candidates = Vec::new();
        for (place, (score, filter)) in [1.0, 5.0, 5.0, 9.0].into_iter().zip(filters).enumerate() {
            let receiver = s.slot(0, place + 1, kind, vec![]);
            candidates.push(Candidate { receiver, filter, score: num(score) });
        }
        Effect::Send(Send { kind, amount: num(1.0), fields: vec![], receivers: Receivers::Best(candidates) })
    };
    let some = candidates(&mut s, [None, None, Some(yes()), Some(no())]);
    let none = candidates(&mut s, [(); 4].map(|()| Some(no())));
    s.rule(0, vec![none, some]);
    assert_eq!(post(&s).sent, [(1, 2, 1.0)]);
}
