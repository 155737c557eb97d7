//! Many small things, and small things that multiply.

use super::{FINE, refused};

const CLOCK: &str = "clock: { start: 2024-01-01, tick: 1 week, ticks: 10 }\n";

fn lines(count: usize, line: impl Fn(usize) -> String) -> String {
    (0..count).map(line).collect()
}

/// A scenario of a thousand actors who are all in the group `all_of_us`.
fn crowd(actor: &str, rest: &str) -> String {
    let names: Vec<String> = (0..1000).map(|i| format!("a{i}")).collect();
    let actors = lines(1000, |i| format!("  a{i}: {actor}\n"));
    format!("{CLOCK}groups: {{ all_of_us: [{}] }}\n{rest}actors:\n{actors}", names.join(", "))
}

const ONE_STATE: &str = "{ state: { x: 1 } }";
const BY_POLICY: &str = "{ state: { x: 1 }, policies: [p] }";

refused! {
    six_hundred_thousand_keys => format!("{FINE}notes:\n{}", lines(600_000, |i| format!("  k{i}: 1\n")));
    a_hundred_thousand_times_the_same_key => format!("{FINE}levers:\n{}", "  k: 1\n".repeat(99_000));
    a_hundred_thousand_keys_that_are_unknown => format!("{FINE}{}", lines(90_000, |i| format!("o{i}: 1\n")));
    two_hundred_thousand_anchors => format!("x: [{}]\n{FINE}", lines(199_000, |i| format!("&a{i} 1,")));
    two_hundred_thousand_tags => format!("{FINE}about: [{}x]\n", "!a b,".repeat(190_000));
    values_that_commas_cut => format!("{FINE}x: {{{}}}\n", lines(60_000, |i| format!("k{i}: max(1, 2), ")));
    a_thousand_and_one_actors => format!("{CLOCK}actors:\n{}", lines(1001, |i| format!("  a{i}: {{}}\n")));
    sixty_thousand_kinds_of_messages => format!("{FINE}messages:\n{}", lines(60_000, |i| format!("  m{i}: {{}}\n")));
    sixty_thousand_fields_of_a_message => format!(
        "{CLOCK}messages: {{ m: {{}} }}\nactors: {{ b: {{}}, a: {{ policy: {{ r: {{ then: [{{ send: m, to: b, with: {{{}}} }}] }} }} }} }}\n",
        lines(60_000, |i| format!("f{i}: 1, "))
    );
    sixty_thousand_local_names => format!(
        "{CLOCK}actors: {{ a: {{ state: {{ x: 1 }}, policy: {{ r: {{ let: {{{}}}, then: [{{ set: {{ x: 1 }} }}] }} }} }} }}\n",
        lines(60_000, |i| format!("l{i}: 1, "))
    );
    forty_thousand_stances =>
        format!("{CLOCK}actors: {{ a: {{ stance: {{{}}} }} }}\n", lines(40_000, |i| format!("s{i}: {{}}, ")));
    sixty_thousand_outcomes_in_a_chain =>
        format!("{FINE}outcomes:\n{}", lines(60_000, |i| format!("  o{i}: o{} + 1\n", i + 1)));
    thirty_thousand_milestones_in_a_chain =>
        format!("{FINE}milestones:\n{}", lines(30_000, |i| format!("  m{i}: since(m{}) > 1 week\n", i + 1)));
    thirty_thousand_uncertainties_in_a_chain =>
        format!("{FINE}uncertainties:\n{}", lines(30_000, |i| format!("  u{i}: {{ normal: [u{}, 1] }}\n", i + 1)));
    two_thousand_outcomes_of_unknown_names =>
        format!("{FINE}outcomes:\n{}", lines(2000, |i| format!("  o{i}: \"{}{i} + 1\"\n", "unknown_".repeat(7))));
    forty_thousand_levers_that_a_variant_removes => format!(
        "{FINE}levers:\n{}variants: {{ v: {{ levers: {{{}}} }} }}\n",
        lines(45_000, |i| format!("  k{i}: 1\n")),
        lines(40_000, |i| format!("kk{i}: null, "))
    );
    /// Each variant alone is fine; checking one after the other took minutes.
    a_thousand_variants_of_a_large_scenario => format!(
        "{FINE}levers:\n{}variants:\n{}",
        lines(45_000, |i| format!("  k{i}: 1\n")),
        lines(1000, |i| format!("  v{i}: {{ levers: {{ k{i}: 2 }} }}\n"))
    );
    more_than_a_thousand_variants => format!("{FINE}variants:\n{}", lines(1001, |i| format!("  v{i}: {{ levers: {{}} }}\n")));
    /// The bound on pairs held for one tie, not for all.
    a_hundred_ties_of_everybody_to_everybody => crowd(
        ONE_STATE,
        &format!("ties:\n{}", lines(100, |i| format!("  t{i}: {{ pairs: [[all_of_us, all_of_us]], start: 0 }}\n")))
    );
    the_same_pairs_sixty_thousand_times => crowd(
        ONE_STATE,
        &format!("ties: {{ t: {{ pairs: [{}], start: 0 }} }}\n", "[all_of_us, all_of_us],".repeat(60_000))
    );
    sums_in_sums_in_sums => crowd(
        ONE_STATE,
        "outcomes: { o: \"sum(b in all_of_us, sum(c in all_of_us, sum(d in all_of_us, b.x)))\" }\n"
    );
    /// After the bound was reached, everything was still spelled out.
    everybody_writes_to_everybody_for_everybody => crowd(
        BY_POLICY,
        "messages: { m: {} }\npolicies: { p: { r: { for: i in all_of_us, then: [{ send: m, to: all_of_us }] } } }\n"
    );
    messages_in_flight_for_ages => crowd(
        BY_POLICY,
        &format!(
            "messages: {{ m: {{ delay: 10 weeks }} }}\npolicies: {{ p: {{ r: {{ then: [{{ send: m, to: [{}] }}] }} }} }}\n",
            lines(100, |i| format!("a{i}, "))
        )
    );
    a_policy_of_three_hundred_rules_for_a_thousand => crowd(
        BY_POLICY,
        &format!("policies: {{ p: {{{}}} }}\n", lines(300, |i| format!("r{i}: {{ then: [{{ change: {{ x: 1 }} }}] }}, ")))
    );
    /// Each text is short enough; a thousand actors read them all.
    long_conditions_for_a_thousand => crowd(
        BY_POLICY,
        &format!(
            "policies:\n  p:\n{}",
            lines(199, |i| format!(
                "    r{i}: {{ when: \"x > 1{}\", then: [{{ change: {{ x: 1 }} }}] }}\n",
                " ".repeat(15_000)
            ))
        )
    );
    /// Looking for members who are there twice took the square of their number.
    twenty_thousand_groups_of_a_thousand => crowd(
        ONE_STATE,
        &format!("groups_too: 1\ngroup:\n{}", lines(100, |i| format!("  g{i}: [all_of_us]\n")))
    ).replace("groups: { all_of_us", "groups:\n  all_of_us").replace("] }\ngroups_too: 1\ngroup:\n", &format!(
        "]\n{}", lines(20_000, |i| format!("  h{i}: [all_of_us]\n"))
    ));
    /// Finding one that is kept already took the square of their number.
    fifteen_thousand_different_pasts => format!(
        "{FINE}outcomes:\n{}",
        lines(150, |o| {
            let terms: Vec<String> = (0..100).map(|i| format!("before(a.x + {}, 3 weeks)", 100 * o + i)).collect();
            format!("  o{o}: \"{}\"\n", terms.join(" + "))
        })
    );
    a_past_of_ages => format!(
        "clock: {{ start: 2024-01-01, tick: 1 day, ticks: 100000 }}\nactors: {{ a: {{ state: {{ x: 1 }} }} }}\noutcomes:\n{}",
        lines(100, |i| format!("  o{i}: before(a.x + {i}, 90000 days)\n"))
    );
    areas_with_fifty_thousand_states => format!(
        "{FINE}territory: {{ areas: [north], state: {{{}}} }}\n",
        lines(48_000, |i| format!("s{i}: 1, "))
    );
    a_thousand_actors_of_fifty_rules_and_more => crowd(
        BY_POLICY,
        &format!("policies: {{ p: {{{}}} }}\n", lines(60, |i| format!("r{i}: {{ then: [{{ change: {{ x: 1 }} }}] }}, ")))
    );
}
