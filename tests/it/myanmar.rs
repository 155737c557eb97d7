//! The case: each mechanism, switched off or on, does what its source leads one to expect.
//!
//! Played in a part of the country (northern Shan and the Wa, Kayah, Rakhine, a corner of the lowlands), so that some
//! fifty runs take a second. Each pair of arms shares its dice, run by run, so a small difference can be told from none.

use crate::support::Scratch;
use entente::engine::{Batch, Compiled, Level, play};
use entente::random::address::Key;
use entente::scenario::compose::Composition;
use entente::scenario::load::load;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

const RUNS: u64 = 48;

/// The part of the country that is played.
const STATES: [&str; 6] = ["Shan (North)", "Shan (Wa)", "Kayah", "Rakhine", "Kayin", "Chin"];

/// What a part of the country has of everything, and what the tests look at besides its outcomes.
const PART: &str = "
uncertainties: { posts_total: { constant: 1700 }, junta_troops: { constant: 30 }, armed_share: { constant: 0.05 } }
outcomes:
  the_arms: junta.arms_stock
  the_aircraft: junta.aircraft
  the_vigour: junta.vigour
  the_loyalty: warlords.loyalty
  brotherhood_arms: mndaa.arms_stock + tnla.arms_stock + aa.arms_stock
  nug_arms: nug.arms_stock
  trust_of_china: \"trust[china, junta]\"
  congress_moved: congress.moved
  passed: un.resolutions
  the_momentum: nug.momentum
  all_breaks: \"sum(x in brotherhood, x.breaks)\"
  ta_ang_posts: amount_held(tnla, posts)
  kokang_posts: \"sum(a in areas where a.kokang > 0, a.posts[junta])\"
  garrisons: \"sum(a in areas, a.garrison[junta])\"
  retaken: \"lost(junta, towns) - towns_lost\"
  southern: \"mean(x in ethnic_armies, hostile[x, junta])\"
  rung: \"if(china.stance == letting_go, 3, if(china.stance == squeezing, 2, if(china.stance == pressing, 1, 0)))\"
";

static COUNTRY: LazyLock<Scratch> = LazyLock::new(|| {
    let folder = Scratch::new();
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/myanmar");
    let read = |name: &str| fs::read_to_string(shipped.join(name)).expect("the case has this file");
    for name in ["inputs.yaml", "war.yaml", "world.yaml", "scenario.yaml", "turning-point.yaml"] {
        folder.file(name, &read(name));
    }
    let towns = read("townships.csv");
    let mut lines = towns.lines();
    let header = lines.next().expect("a header");
    let kept: Vec<&str> = lines.filter(|line| line.split(',').nth(2).is_some_and(|s| STATES.contains(&s))).collect();
    let names: Vec<&str> = kept.iter().filter_map(|line| line.split(',').next()).collect();
    folder.file("townships.csv", &format!("{header}\n{}\n", kept.join("\n")));
    let borders = read("borders.csv");
    let both = |line: &&str| line.split(',').all(|name| names.contains(&name) || matches!(name, "a" | "b"));
    folder.file("borders.csv", &borders.lines().filter(both).map(|line| format!("{line}\n")).collect::<String>());
    let crossings = read("crossings.csv");
    let inside = |line: &&str| line.split(',').nth(1).is_some_and(|area| area == "area" || names.contains(&area));
    folder.file("crossings.csv", &crossings.lines().filter(inside).map(|line| format!("{line}\n")).collect::<String>());
    folder.file("part.yaml", PART);
    folder
});

/// One arm: the part of the country under a patch.
struct Arm {
    names: Vec<String>,
    milestones: Vec<String>,
    outcomes: Vec<Vec<f64>>,
    reached: Vec<Vec<Option<u32>>>,
}

impl Arm {
    fn play(opening: &str, weeks: u32, patch: &str) -> Self {
        let folder = Scratch::new();
        let start = if opening == "scenario.yaml" { "2023-10-27" } else { "2023-05-01" };
        let enough = format!("stop: {{ enough: date >= {start} + {weeks} weeks }}");
        let patch = folder.file("arm.yaml", &format!("{enough}\n{patch}"));
        let with = vec![PathBuf::from(COUNTRY.path("part.yaml")), PathBuf::from(patch)];
        let composition = Composition { with, ..Composition::default() };
        let loaded = load(Path::new(&COUNTRY.path(opening)), &composition).unwrap_or_else(|error| panic!("{error}"));
        let compiled = Arc::new(Compiled::new(loaded.scenario));
        let runs: Vec<u64> = (0..RUNS).collect();
        let batch = Batch { runs, key: Key::from_seed(5), level: Level::best(), series: false, order: Vec::new() };
        let played = play(&compiled, &batch).expect("a batch is played");
        assert!(played.failures.is_empty(), "a run failed");
        Self {
            names: compiled.scenario.outcomes.iter().map(|o| o.name.clone()).collect(),
            milestones: compiled.scenario.milestones.iter().map(|m| m.name.clone()).collect(),
            outcomes: played.outcomes,
            reached: played.milestones,
        }
    }

    /// An outcome at the end, in every run.
    fn of(&self, outcome: &str) -> &[f64] {
        let place = self.names.iter().position(|name| name == outcome).expect("an outcome of this name");
        &self.outcomes[place]
    }

    fn mean(&self, outcome: &str) -> f64 {
        self.of(outcome).iter().sum::<f64>() / RUNS as f64
    }

    /// In what share of the runs a milestone was reached.
    fn share(&self, milestone: &str) -> f64 {
        let place = self.milestones.iter().position(|name| name == milestone).expect("a milestone of this name");
        self.reached[place].iter().filter(|tick| tick.is_some()).count() as f64 / RUNS as f64
    }
}

/// How much higher an outcome is under one arm than under the other, run by run: the mean and its standard error.
fn difference(on: &Arm, off: &Arm, outcome: &str) -> (f64, f64) {
    let pairs: Vec<f64> = on.of(outcome).iter().zip(off.of(outcome)).map(|(a, b)| a - b).collect();
    let mean = pairs.iter().sum::<f64>() / RUNS as f64;
    let variance = pairs.iter().map(|d| (d - mean) * (d - mean)).sum::<f64>() / (RUNS as f64 - 1.0);
    (mean, (variance / RUNS as f64).sqrt())
}

/// The mechanism at full strength against none.
struct Switch {
    on: Arm,
    off: Arm,
}

impl Switch {
    fn new(weeks: u32, on: &str, off: &str) -> Self {
        Self { on: Arm::play("scenario.yaml", weeks, on), off: Arm::play("scenario.yaml", weeks, off) }
    }

    /// That the mechanism moves the outcome by something between `least` and `most`, beyond doubt of the dice.
    fn moves(&self, outcome: &str, least: f64, most: f64) -> &Self {
        let (mean, error) = difference(&self.on, &self.off, outcome);
        assert!((least..=most).contains(&mean), "{outcome} moves by {mean} ± {error}, expected {least} to {most}");
        assert!(mean.abs() > 2.5 * error, "{outcome} moves by {mean} ± {error}, which may be chance");
        self
    }
}

/// A patch that fixes uncertainties.
fn fixed(values: &[(&str, f64)]) -> String {
    let each = values.iter().map(|(name, value)| format!("{name}: {{ constant: {value} }}"));
    format!("uncertainties: {{ {} }}", each.collect::<Vec<_>>().join(", "))
}

/// The mechanisms at the strengths given, against none of them.
fn strength(weeks: u32, values: &[(&str, f64)]) -> Switch {
    let none: Vec<(&str, f64)> = values.iter().map(|(name, _)| (*name, 0.0)).collect();
    Switch::new(weeks, &fixed(values), &fixed(&none))
}

#[test]
fn m1_russian_arms_spares_and_advice_keep_the_junta_in_the_field() {
    let strong = [("russian_worth", 1.0), ("know_how_worth", 0.3)];
    strength(30, &strong).moves("the_arms", 10.0, 250.0).moves("the_aircraft", 0.02, 0.5).moves(
        "the_vigour",
        0.02,
        0.6,
    );
}

#[test]
fn m2_the_bond_with_russia_runs_both_ways() {
    let strong = strength(40, &[("bond", 0.8), ("backflow", 8.0)]);
    strong.moves("support_russia", 0.01, 0.2).moves("the_arms", -80.0, -3.0);
    // An undistracted Russia sends more.
    let drag = fixed(&[("ukraine_drag", 0.9)]);
    let free = format!("{drag}\nlevers: {{ ukraine_war: 0 }}");
    Switch::new(40, &free, &drag).moves("the_arms", 10.0, 250.0).moves("the_aircraft", 0.01, 0.5);
    // Its good word in Beijing is heard or not.
    strength(40, &[("mending", 0.08)]).moves("support_china", 0.001, 0.2);
}

#[test]
fn m3_closed_gates_and_a_stake_at_risk_turn_china_away() {
    strength(30, &[("trade_weight", 1.0)]).moves("support_china", -0.3, -0.02);
}

#[test]
fn m4_a_tight_leash_holds_the_brotherhood_back_and_a_nod_lets_it_loose() {
    let tight = "levers: { china_restraint: 0.9 }";
    let with = format!("{}\n{tight}", fixed(&[("leash_effect", 0.8)]));
    let without = format!("{}\n{tight}", fixed(&[("leash_effect", 0.0)]));
    Switch::new(20, &with, &without).moves("posts_lost", -600.0, -20.0).moves("towns_lost", -20.0, -0.5);
    strength(12, &[("green_light", 0.5)]).moves("posts_lost", 5.0, 300.0);
}

#[test]
fn m5_compounds_cost_the_junta_chinas_support_and_its_ladder_is_climbed_down_as_they_close() {
    strength(26, &[("scam_anger", 1.0)]).moves("support_china", -0.3, -0.02);
    let grow = Arm::play("scenario.yaml", 4, "");
    assert!(grow.mean("rung") > 2.0, "in late 2023 China lets go or squeezes");
    let later = Arm::play("scenario.yaml", 80, "");
    assert!(later.mean("rung") < grow.mean("rung") - 0.5, "as compounds close it comes down");
    assert!(later.mean("scam_at_china") < 0.3 * grow.mean("scam_at_china"));
}

#[test]
fn m6_suspects_mend_trust_and_protests_cost_it() {
    strength(20, &[("gratitude", 1.0)]).moves("trust_of_china", 0.01, 0.3);
    strength(40, &[("offence", 1.0)]).moves("trust_of_china", -0.3, -0.005);
}

#[test]
fn m7_a_ceasefire_needs_a_broker_and_an_enforcer() {
    let brokered = Arm::play("scenario.yaml", 30, &fixed(&[("brokering", 0.8)]));
    let none = Arm::play("scenario.yaml", 30, &fixed(&[("brokering", 0.0)]));
    assert!(brokered.share("ceasefire") > 0.8, "asked again and again, clients take a truce");
    assert!(none.share("ceasefire") < 0.7 * brokered.share("ceasefire"));
    let enforced = format!("{}\nlevers: {{ truce_enforcement: 1 }}", fixed(&[("brokering", 0.8)]));
    let held = Arm::play("scenario.yaml", 30, &enforced);
    assert_eq!(held.mean("all_breaks"), 0.0, "what is enforced on both sides holds");
    assert!(brokered.mean("all_breaks") > 0.5, "what is not breaks");
    let (fewer, error) = difference(&held, &brokered, "posts_lost");
    assert!(fewer < -2.5 * error, "and saves posts: {fewer} ± {error}");
    // Aims unmet and shelling break it.
    strength(30, &[("truce_hazard", 0.6)]).moves("all_breaks", 0.2, 20.0);
}

#[test]
fn m8_fire_holds_posts_and_surrender_spreads() {
    strength(20, &[("firepower", 1.5)]).moves("posts_lost", -600.0, -10.0);
    strength(20, &[("surrender_contagion", 0.8)]).moves("surrenders", 50.0, 20000.0);
    strength(20, &[("capture_value", 4.0)]).moves("brotherhood_arms", 0.5, 200.0);
    let few = fixed(&[("sorties", 4.0), ("firepower", 1.5)]);
    let many = fixed(&[("sorties", 40.0), ("firepower", 1.5)]);
    Switch::new(20, &many, &few).moves("posts_lost", -600.0, -3.0);
}

#[test]
fn m9_success_brings_other_fronts_in_with_a_lag() {
    let on = [("contagion", 0.7)];
    strength(12, &on).moves("southern", 0.05, 0.6);
    let first_week = strength(1, &on);
    assert_eq!(difference(&first_week.on, &first_week.off, "southern").0, 0.0, "not at once");
}

#[test]
fn m10_the_field_isolates_and_isolation_weakens() {
    strength(40, &[("field_to_diplomacy", 1.0)]).moves("isolation", 0.02, 0.4).moves("support_asean", -0.3, -0.01);
    strength(40, &[("isolation_bite", 0.6)]).moves("the_vigour", -0.5, -0.003);
    strength(80, &[("cover_worth", 0.8)]).moves("passed", -5.0, -0.05);
}

#[test]
fn m11_american_resolve_arms_the_opposition_and_presses_the_junta() {
    let bites = fixed(&[("sanction_bite", 0.7), ("rivalry", 1.0)]);
    let resolved = format!("{bites}\nlevers: {{ us_resolve: 1 }}");
    let idle = format!("{bites}\nlevers: {{ us_resolve: 0 }}");
    let choice = Switch::new(52, &resolved, &idle);
    choice.moves("nug_arms", 5.0, 300.0).moves("fuel", -10.0, -0.1).moves("congress_moved", 0.05, 0.7);
    choice.moves("support_china", 0.005, 0.3);
    let cooperate = "levers: { us_china: 1 }";
    Switch::new(40, cooperate, "levers: { us_china: -1 }").moves("support_china", -0.5, -0.1);
}

#[test]
fn m12_war_costs_fuel_money_homes_and_feeds_drugs() {
    strength(40, &[("displaced_by_a_post", 3.0)]).moves("displaced", 100.0, 6000.0);
    strength(52, &[("drug_growth", 0.6)]).moves("drugs", 50.0, 900.0);
    let gas = "actors: { thailand: { policy: { pay_for_gas: { when: date < 2000-01-01 } } } }";
    Switch::new(60, "", gas).moves("fuel", 0.3, 20.0).moves("the_vigour", 0.005, 0.5);
}

#[test]
fn m13_disorder_and_the_fear_of_democracy_pull_china_apart() {
    strength(40, &[("fear_of_disorder", 1.0)]).moves("support_china", -0.6, -0.03);
    strength(40, &[("fear_of_democracy", 1.0)]).moves("support_china", 0.02, 0.5);
    let afraid = fixed(&[("fear_of_democracy", 1.0), ("outside_option", 0.0)]);
    let friends = fixed(&[("fear_of_democracy", 1.0), ("outside_option", 0.6)]);
    Switch::new(40, &friends, &afraid).moves("support_china", -0.45, -0.01);
}

#[test]
fn m14_the_crisis_ends_sooner_if_military_rule_goes_sooner_and_runs_go_on() {
    let sooner = Switch::new(80, "levers: { early_end: 1 }", "");
    sooner.moves("fighting", -0.7, -0.1).moves("displaced", -6000.0, -50.0);
    assert_eq!(sooner.on.share("rule_ends"), 1.0);
    let back = fixed(&[("counter_offensive", 1.0), ("capture_pace", 0.03)]);
    let never = fixed(&[("counter_offensive", 0.0), ("capture_pace", 0.03)]);
    Switch::new(80, &back, &never).moves("retaken", 0.1, 60.0);
}

#[test]
fn m15_every_goal_has_its_payoff_and_fear_of_democracy_moves_both_patrons() {
    let arm = Arm::play("scenario.yaml", 1, "");
    for actor in
        ["junta", "mndaa", "tnla", "aa", "kachin", "karen", "karenni", "chin", "nug", "wa", "warlords", "syndicates"]
    {
        assert!(arm.names.contains(&format!("payoff_{actor}")), "no payoff of {actor}");
    }
    for actor in ["china", "russia", "us", "thailand", "india", "bangladesh", "malaysia", "asean"] {
        assert!(arm.names.contains(&format!("payoff_{actor}")), "no payoff of {actor}");
    }
    strength(40, &[("fear_of_democracy", 1.0)]).moves("support_russia", 0.001, 0.2);
}

#[test]
fn a4_momentum_follows_success() {
    let fast = fixed(&[("capture_pace", 0.14)]);
    let slow = fixed(&[("capture_pace", 0.02)]);
    Switch::new(20, &fast, &slow).moves("the_momentum", 0.03, 0.6);
}

#[test]
fn a5_what_china_gives_the_wa_reaches_the_brotherhood() {
    strength(30, &[("passed_on", 0.6)]).moves("brotherhood_arms", 1.0, 100.0);
}

#[test]
fn a9_open_borders_help_those_behind_them() {
    let worth = fixed(&[("neighbour_supply", 0.7)]);
    let open = format!("{worth}\nlevers: {{ thai_border: 1, india_border: 1, bangladesh_border: 1 }}");
    let closed = format!("{worth}\nlevers: {{ thai_border: 0, india_border: 0, bangladesh_border: 0 }}");
    Switch::new(30, &open, &closed).moves("posts_lost", 5.0, 600.0);
}

#[test]
fn a11_border_warlords_stand_by_the_junta_while_it_leaves_them_their_rents() {
    strength(12, &[("militia_worth", 1.0)]).moves("garrisons", 1.0, 20.0).moves("kokang_posts", 0.2, 40.0);
    Switch::new(40, "levers: { crackdown_will: 0.9 }", "levers: { crackdown_will: 0 }").moves(
        "the_loyalty",
        -0.6,
        -0.03,
    );
}

#[test]
fn q2_a_crackdown_in_may_eases_china_and_keeps_its_leash_tight() {
    let early = Arm::play("turning-point.yaml", 26, "levers: { crackdown_will: 0.9 }");
    let late = Arm::play("turning-point.yaml", 26, "levers: { crackdown_will: 0.1 }");
    let (support, error) = difference(&early, &late, "support_china");
    assert!(support > 2.5 * error, "China's support moves by {support} ± {error}");
    let (scam, error) = difference(&early, &late, "scam_activity");
    assert!(scam < -2.5 * error, "the compounds move by {scam} ± {error}");
}

#[test]
fn each_run_draws_its_own_posts_and_every_chart_is_of_many() {
    let arm = Arm::play("scenario.yaml", 1, "uncertainties: { unevenness: { constant: 0.5 } }");
    let mut posts: Vec<u64> = arm.of("ta_ang_posts").iter().map(|p| *p as u64).collect();
    posts.sort_unstable();
    posts.dedup();
    assert!(posts.len() > 10, "the allocations differ from run to run");
}
