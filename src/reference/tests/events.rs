//! Stage 3: flows and events.

use super::super::play;
use super::builder::*;

#[test]
fn flows_of_all_actors_are_simultaneous_and_come_after_the_rules() {
    let mut s = with_actors(2, &["a", "b"]);
    let (x, y) = (s.state(0, 8.0), s.state(1, 0.0));
    s.rule(0, vec![write(change(x, num(2.0)))]);
    s.actors[0].flows = vec![change(x, mul(num(-0.5), now(x)))];
    s.actors[1].flows = vec![change(y, mul(num(0.5), now(x)))];
    // Step 1: 10 after the rule; half of it flows to the other. Step 2: 5 + 2 = 7.
    assert_eq!(values(&s, x), [8.0, 5.0, 3.5]);
    assert_eq!(values(&s, y), [0.0, 5.0, 8.5]);
}

#[test]
fn flows_of_one_actor_are_simultaneous() {
    let mut s = with_actors(1, &["a"]);
    let (x, y) = (s.state(0, 1.0), s.state(0, 2.0));
    s.actors[0].flows = vec![set(x, now(y)), set(y, now(x))];
    assert_eq!((values(&s, x), values(&s, y)), (vec![1.0, 2.0], vec![2.0, 1.0]));
}

#[test]
fn events_read_what_the_flows_left_and_add_to_what_is_there() {
    let mut s = with_actors(1, &["a"]);
    let (x, y) = (s.state(0, 1.0), s.state(0, 0.0));
    s.actors[0].flows = vec![set(x, num(10.0))];
    s.event(vec![write(set(x, num(100.0))), write(set(y, now(x)))]);
    s.event(vec![write(change(x, now(x)))]).when = Some(eq(now(x), num(10.0)));
    s.event(vec![]).when = Some(gt(now(x), num(10.0)));
    // The second event sees 10, and adds it to the 100 that the first has written.
    assert_eq!(values(&s, x), [1.0, 110.0]);
    assert_eq!(values(&s, y), [0.0, 10.0]);
    assert_eq!(play(&s, 7, 0).fired, [1, 1, 0]);
}

#[test]
fn an_event_with_once_happens_once() {
    let mut s = with_actors(3, &["a"]);
    let x = s.state(0, 0.0);
    let once = s.again(None, None);
    s.event(vec![write(change(x, num(1.0)))]).again = Some(once);
    assert_eq!(values(&s, x), [0.0, 1.0, 1.0, 1.0]);
}

#[test]
fn firing_is_counted_for_actors_rules_in_order_then_events() {
    let mut s = with_actors(3, &["a", "b"]);
    s.rule(1, vec![]).active = (1, 3);
    s.rule(0, vec![]).active = (1, 2);
    s.event(vec![]);
    assert_eq!(play(&s, 7, 0).fired, [1, 2, 3]);
}

#[test]
fn rules_see_events_at_the_next_step() {
    let mut s = with_actors(2, &["a"]);
    let (x, y) = (s.state(0, 0.0), s.state(0, 0.0));
    s.rule(0, vec![write(set(y, now(x)))]);
    s.event(vec![write(change(x, num(1.0)))]);
    assert_eq!(values(&s, y), [0.0, 0.0, 1.0]);
}
