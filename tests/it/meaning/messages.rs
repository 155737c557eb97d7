//! Messages: to whom, how much, when, and what they do.

use crate::story::Scene;

#[test]
fn a_group_send_gives_each_member_the_whole_and_leaves_out_oneself() {
    let story = Scene::weeks(
        2,
        "
groups: { club: [one, two, three] }
messages: { gift: { on_arrival: { change: { stock: amount } } } }
actors:
  one:
    state: { stock: 10 }
    policy:
      share:
        once: true
        then:
          - { send: gift, to: club, amount: stock + uniform() }
          - { send: gift, to: [two, club, one], amount: 1 }
  two: { state: { stock: 0 } }
  three: { state: { stock: 0 } }
outcomes: { of_one: one.stock, of_two: two.stock, of_three: three.stock, sent: sent(gift) }
",
    )
    .play();
    // One draw for all; and nobody gets a message twice because he is named twice.
    assert_eq!(story.last("of_two"), story.last("of_three"));
    assert!((11.0..=12.0).contains(&story.last("of_two")));
    assert_eq!(story.last("of_one"), 10.0, "a message takes nothing from the sender");
    assert_eq!(story.of("sent")[2], 0.0);
    assert!((story.of("sent")[1] - 2.0 * story.last("of_two")).abs() < 1e-12);
}

#[test]
fn best_takes_the_greatest_that_passes_and_the_first_among_equals() {
    let story = Scene::weeks(
        2,
        "
groups: { rivals: [two, three, four, one] }
messages: { vote: { on_arrival: { change: { votes: amount } } } }
actors:
  one:
    state: { votes: 0, size: 100 }
    policy:
      first: { then: [{ send: vote, to: \"best(x in rivals, x.size)\" }] }
      filtered: { then: [{ send: vote, to: \"best(x in rivals where x.size < 5, x.size)\", amount: 10 }] }
      nobody: { then: [{ send: vote, to: \"best(x in rivals where x.size > 50, x.size)\", amount: 100 }] }
  two: { state: { votes: 0, size: 3 } }
  three: { state: { votes: 0, size: 7 } }
  four: { state: { votes: 0, size: 7 } }
outcomes: { of_one: one.votes, of_two: two.votes, of_three: three.votes, of_four: four.votes, sent: sent(vote) }
",
    )
    .play();
    assert_eq!(["of_one", "of_two", "of_three", "of_four"].map(|name| story.last(name)), [0.0, 10.0, 1.0, 0.0]);
    assert_eq!(story.last("sent"), 11.0);
}

#[test]
fn fields_travel_with_a_message_and_are_nothing_where_they_are_not_given() {
    let story = Scene::weeks(
        3,
        "
messages: { offer: { on_arrival: { change: { worth: amount * price + bonus } } } }
actors:
  one:
    state: { asking: 3 }
    policy:
      full: { once: true, then: [{ send: offer, to: two, amount: 2, with: { price: asking, bonus: asking / 2 } }] }
      bare: { from: 2024-01-08, once: true, then: [{ send: offer, to: two, amount: 5, with: { bonus: 0.25 } }] }
    each_tick: { change: { asking: 100 } }
  two: { state: { worth: 0 } }
outcomes: { the_worth: two.worth }
",
    )
    .play();
    assert_eq!(story.of("the_worth"), [0.0, 0.0, 7.5, 7.75]);
}

#[test]
fn a_negative_amount_is_nothing_unless_its_kind_is_signed() {
    let story = Scene::weeks(
        2,
        "
messages:
  plain: { on_arrival: { change: { got: amount } } }
  signed: { signed: true, on_arrival: { change: { got: 10 * amount } } }
actors:
  one:
    state: { debt: -3 }
    policy:
      send:
        then: [{ send: plain, to: two, amount: debt }, { send: signed, to: two, amount: debt }]
  two: { state: { got: 0 } }
outcomes: { the_got: two.got, sent: sent(plain) + 10 * sent(signed), known: count(plain) }
",
    )
    .play();
    assert_eq!(story.of("the_got"), [0.0, 0.0, -30.0]);
    assert_eq!(story.of("sent"), [0.0, -30.0, -30.0]);
    assert_eq!(story.of("known"), [0.0, 0.0, 1.0]);
}

#[test]
fn a_message_arrives_after_its_delay_and_before_the_rules() {
    let story = Scene::weeks(
        5,
        "
messages:
  slow: { delay: 3 weeks }
  quick: {}
  late: { delay: 1 year }
actors:
  one:
    policy:
      send:
        once: true
        then:
          - { send: slow, to: two, amount: 4 }
          - { send: quick, to: two, amount: 5 }
          - { send: late, to: two, amount: 6 }
  two:
    state: { slow_news: 0, quick_news: 0, heard: 0 }
    policy:
      hear: { then: [{ set: { slow_news: received(slow), quick_news: \"received(quick, one)\", heard: count(late) } }] }
outcomes: { the_slow: two.slow_news, the_quick: two.quick_news, the_late: two.heard }
",
    )
    .play();
    assert_eq!(story.of("the_quick"), [0.0, 0.0, 5.0, 0.0, 0.0, 0.0]);
    assert_eq!(story.of("the_slow"), [0.0, 0.0, 0.0, 0.0, 4.0, 0.0]);
    assert_eq!(story.of("the_late"), [0.0; 6]);
}

#[test]
fn deliveries_are_one_by_one_in_file_order_of_sender_rule_effect_and_member() {
    // Each delivery appends a digit, so that the log is the order.
    let story = Scene::weeks(
        2,
        "
groups: { pair: [c, d] }
messages: { note: { on_arrival: { set: { log: 10 * log + amount } } } }
actors:
  a:
    policy:
      second_by_name_first_in_file: { then: [{ send: note, to: sink, amount: 1 }] }
      both:
        for: m in pair
        then:
          - { send: note, to: sink, amount: 1 + m.id }
          - { send: note, to: sink, amount: 3 + m.id }
  c: { state: { id: 1 } }
  sink: { state: { log: 0 } }
  d: { state: { id: 2 }, policy: { last: { then: [{ send: note, to: sink, amount: 6 }] } } }
outcomes: { the_log: sink.log }
",
    )
    .play();
    assert_eq!(story.last("the_log"), 123_456.0);
}

#[test]
fn an_arrival_acts_as_the_receiver_and_may_write_its_tie_to_the_sender() {
    let story = Scene::weeks(
        2,
        "
groups: { givers: [one, three] }
messages:
  gift:
    on_arrival:
      - { when: amount > 1, change: { \"thanks[sender]\": amount } }
      - { change: { stock: \"amount * thanks[sender]\" } }
ties: { thanks: { pairs: [[two, givers]], start: 1 } }
actors:
  one: { policy: { give: { then: [{ send: gift, to: two, amount: 2 }] } } }
  two: { state: { stock: 0 } }
  three: { policy: { give: { then: [{ send: gift, to: two, amount: 0.5 }] } } }
outcomes: { to_one: \"thanks[two, one]\", to_three: \"thanks[two, three]\", the_stock: two.stock }
",
    )
    .play();
    assert_eq!((story.last("to_one"), story.last("to_three")), (3.0, 1.0));
    // The second map sees what the first has written: 2 · 3 from one, 0.5 · 1 from the other.
    assert_eq!(story.last("the_stock"), 6.5);
}

#[test]
fn received_counted_and_sent_tell_of_this_tick_and_of_whom_they_name() {
    let story = Scene::weeks(
        3,
        "
groups: { friends: [one, three] }
messages: { word: {} }
actors:
  one:
    state: { said: 0 }
    policy:
      talk: { then: [{ send: word, to: two, amount: 2 }, { send: word, to: three, amount: 5 }] }
      remember: { then: [{ set: { said: \"sent(word, two) + 10 * sent(word)\" } }] }
  two:
    state: { from_one: 0, from_friends: 0, heard: 0 }
    policy:
      listen:
        then:
          - set: { from_one: \"received(word, one)\", from_friends: \"received(word, friends)\", heard: count(word) }
  three: { policy: { talk: { until: 2024-01-08, then: [{ send: word, to: two, amount: 1 }] } } }
outcomes:
  the_said: one.said
  the_from_one: two.from_one
  the_from_friends: two.from_friends
  the_heard: two.heard
  the_all: received(word)
",
    )
    .play();
    assert_eq!(story.of("the_said"), [0.0, 72.0, 72.0, 72.0]);
    assert_eq!(story.of("the_from_one"), [0.0, 0.0, 2.0, 2.0]);
    assert_eq!(story.of("the_from_friends"), [0.0, 0.0, 3.0, 2.0]);
    assert_eq!(story.of("the_heard"), [0.0, 0.0, 2.0, 1.0]);
    // An observer adds up what all actors received.
    assert_eq!(story.of("the_all"), [0.0, 0.0, 8.0, 7.0]);
}
