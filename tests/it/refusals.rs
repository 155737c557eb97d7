//! Bad input, each kind with its sentence: where, what was expected, and what would mend it.
//!
//! Every snapshot is what an author reads. The scenario that is bent here is fine as it stands.

use crate::support::Scratch;
use entente::diagnostics::render;
use entente::scenario::compose::Composition;
use entente::scenario::load::{load, load_with_every_variant};
use insta::assert_snapshot;
use std::path::Path;

const FINE: &str = "title: Refused
clock: { start: 2024-01-01, tick: 1 week, ticks: 10 }
calendar:
  dry: { from: 10-15, to: 05-15 }
uncertainties:
  patience: { uniform: [0, 1] }
levers:
  aid: { default: 10, range: [0, 20] }
groups:
  patrons: [near, far]
messages:
  arms: { delay: 1 week, on_arrival: { change: { stock: amount } } }
ties:
  support: { pairs: [[patrons, regime]], start: 0.5, within: [0, 1] }
actors:
  regime:
    state: { stock: 1, secret: { start: 1, private: true } }
  near:
    state: { trust: 0.5 }
    stance: { calm: {}, alarmed: { enter: trust < 0.1, leave: trust > 0.2 } }
    policy:
      help:
        when: trust > patience and support[regime] > 0.2
        chance: 0.5
        then: [{ send: arms, to: regime, amount: aid/week }]
  far: {}
outcomes:
  goodwill: support[near, regime]
milestones:
  gone: goodwill < 0.2
variants:
  more: { title: More, levers: { aid: 20 } }
";

const CONTESTED: &str = "title: Refused
clock: { start: 2024-01-01, tick: 1 week, ticks: 10 }
ties: { hostile: { pairs: [[regime, front], [front, regime]], start: 1, within: [0, 1] } }
actors:
  regime: { state: { troops: 10 } }
  front: { state: { troops: 5 } }
territory:
  areas: areas.csv
  neighbours: neighbours.csv
  sides: { regime: { force: troops }, front: { force: troops } }
  between: hostile
outcomes:
  held: held(regime, towns)
";

const AREAS: &str = "name,posts,towns,population,held_by
north,5,1,100,regime
south,3,0,50,front
";

const NEIGHBOURS: &str = "a,b
north,south
";

/// What loading a path says, with the test's own folder left out.
fn said(scratch: &Scratch, path: &str, composition: &Composition) -> String {
    match load(Path::new(path), composition) {
        Ok(_) => String::from("nothing is wrong"),
        Err(error) => render(&error.diagnostics, &error.sources, false).replace(&scratch.path(""), ""),
    }
}

/// A scenario of this text, refused.
fn refused(text: &str) -> String {
    let scratch = Scratch::new();
    let path = scratch.file("refused.yaml", text);
    said(&scratch, &path, &Composition::default())
}

/// What checking a scenario of this text says, its variants too.
fn checked(text: &str) -> String {
    let scratch = Scratch::new();
    let path = scratch.file("refused.yaml", text);
    match load_with_every_variant(Path::new(&path), &Composition::default()) {
        Ok(_) => String::from("nothing is wrong"),
        Err(error) => render(&error.diagnostics, &error.sources, false).replace(&scratch.path(""), ""),
    }
}

/// A text with a part replaced.
fn bend(text: &str, part: &str, by: &str) -> String {
    assert!(text.contains(part), "`{part}` is not there");
    text.replacen(part, by, 1)
}

/// The fine scenario with a part replaced.
fn bent(part: &str, by: &str) -> String {
    refused(&bend(FINE, part, by))
}

/// The contested scenario with these tables.
fn tables(areas: &str, neighbours: &str) -> String {
    let scratch = Scratch::new();
    scratch.file("areas.csv", areas);
    scratch.file("neighbours.csv", neighbours);
    let path = scratch.file("refused.yaml", CONTESTED);
    said(&scratch, &path, &Composition::default())
}

/// The contested scenario with places: what says so, and their table.
fn located(places: &str, table: &str) -> String {
    let scratch = Scratch::new();
    scratch.file("areas.csv", AREAS);
    scratch.file("neighbours.csv", NEIGHBOURS);
    scratch.file("places.csv", table);
    let text = bend(CONTESTED, "  sides:", &format!("  places: {places}\n  sides:"));
    let path = scratch.file("refused.yaml", &text);
    said(&scratch, &path, &Composition::default())
}

/// The same with crossings.
fn places(table: &str) -> String {
    located("{ crossing: places.csv }", table)
}

#[test]
fn a_wrong_date_and_a_missing_effect_hide_nothing_else_that_is_wrong_with_a_rule() {
    let text = bent("chance: 0.5", "chance: 2\n        from: 2030-01-01");
    assert!(text.contains("a chance of 2") && text.contains("2030-01-01 is outside the clock"), "{text}");
    let text = bent("chance: 0.5\n        then: [{ send: arms, to: regime, amount: aid/week }]", "chance: 2");
    assert!(text.contains("a chance of 2") && text.contains("rule `help` does nothing"), "{text}");
}

#[test]
fn a_variant_with_tables_of_its_own_is_refused_beside_others_as_it_is_alone() {
    let scratch = Scratch::new();
    scratch.file("areas.csv", AREAS);
    scratch.file("neighbours.csv", NEIGHBOURS);
    scratch.file("fine.csv", &AREAS.replace("5,1", "4,1"));
    scratch.file("wrong.csv", &AREAS.replace("south,3", "sooth,-3"));
    let variants =
        "variants:\n  fine: { territory: { areas: fine.csv } }\n  wrong: { territory: { areas: wrong.csv } }\n";
    let path = scratch.file("refused.yaml", &format!("{CONTESTED}{variants}"));
    let alone = Composition { variant: Some("wrong".to_owned()), ..Composition::default() };
    let alone = said(&scratch, &path, &alone);
    assert_eq!(alone.matches("error: ").count(), 2, "{alone}");
    let error = load_with_every_variant(Path::new(&path), &Composition::default()).unwrap_err();
    // The table of the areas comes first, though that of their borders was read for others before it.
    assert_eq!(render(&error.diagnostics, &error.sources, false).replace(&scratch.path(""), ""), alone);
}

#[test]
fn what_is_bent_here_is_fine_as_it_stands() {
    assert_eq!(refused(FINE), "nothing is wrong");
    assert_eq!(tables(AREAS, NEIGHBOURS), "nothing is wrong");
    assert_eq!(tables(AREAS, "a,b\nnorth,south\nsouth,north\n"), "nothing is wrong", "every border both ways");
    assert_eq!(places("name,area,trade,note\nMuse,south,9,since 1988\n"), "nothing is wrong");
}

macro_rules! refusals {
    ($($(#[$about:meta])* $name:ident => $said:expr;)+) => {
        $($(#[$about])* #[test] fn $name() { assert_snapshot!(stringify!($name), $said); })+
    };
}

refusals! {
    a_file_that_is_empty => refused("");
    a_file_that_is_no_yaml => refused("title: [one, two\nactors: }");
    a_bracket_that_is_never_closed => bent("[near, far]", "[near, far");
    a_brace_that_is_never_closed => bent("ticks: 10 }", "ticks: 10");
    a_line_without_its_comma => bent("{ default: 10, range", "{\n    default: 10\n    range");
    a_list_instead_of_a_scenario => refused("- one\n- two\n");
    no_clock_and_no_actors => refused("title: Nothing\n");
    a_wrong_type => bent("clock: { start", "clock: [1]\nx: { start");
    a_text_where_a_number_stands => bent("default: 10", "default: true");
    an_unknown_key => bent("cal", "calender: {}\ncal");
    a_misspelt_section => bent("actors:", "actor:");
    a_misspelt_key_that_holds_what_others_read => bent("state: { trust", "stat: { trust");
    a_misspelt_key_that_must_be_there => bent("uniform: [0, 1]", "normal: { men: 0, sd: 1 }");
    an_unknown_key_of_a_rule => bent("chance: 0.5", "chnce: 0.5");
    a_duplicate_key => bent("far: {}", "far: {}\n  near: {}");
    an_unknown_name => bent("support[regime]", "suport[regime]");
    a_state_of_another_by_its_bare_name => bent("trust > patience", "stock > patience");
    a_state_that_another_lacks => bent("trust > patience", "regime.stok > patience");
    an_ambiguous_name => bent("  far: {}", "  far: {}\n  dry: {}");
    a_state_with_a_global_name => bent("{ trust: 0.5 }", "{ trust: 0.5, aid: 1 }");
    a_word_of_the_language_as_a_name => bent("  far: {}", "  far: {}\n  week: {}");
    a_name_with_capitals => bent("  far: {}", "  far: {}\n  Far East: {}");
    a_duration_where_a_number_stands => bent("aid/week", "4 weeks");
    a_number_where_a_duration_stands => bent("delay: 1 week", "delay: 3");
    a_date_compared_with_a_number => bent("trust > patience", "date > 5");
    a_number_as_a_condition => bent("trust > patience and support[regime] > 0.2", "trust");
    a_condition_as_a_number => bent("aid/week", "trust > 1");
    a_duration_added_to_a_number => bent("aid/week", "aid + week");
    a_chance_of_two => bent("chance: 0.5", "chance: 2");
    a_negative_delay => bent("delay: 1 week", "delay: -1 week");
    an_empty_group => bent("patrons: [near, far]", "patrons: []");
    an_unknown_member_of_a_group => bent("patrons: [near, far]", "patrons: [near, fra]");
    a_message_to_nobody => bent("to: regime, ", "");
    a_message_to_oneself => bent("to: regime", "to: near");
    a_message_that_is_not_declared => bent("send: arms", "send: troops");
    an_arrival_that_its_receiver_cannot_take => bent("to: regime", "to: far");
    a_rule_that_writes_what_is_anothers => bent("{ send: arms, to: regime, amount: aid/week }", "{ change: { regime.stock: 1 } }");
    rules_in_a_list => bent("      help:\n", "      - help:\n");
    a_rule_without_an_effect => bent("then: [{ send: arms, to: regime, amount: aid/week }]", "cooldown: 2 weeks");
    a_private_state => bent("trust > patience", "regime.secret > patience");
    a_tie_that_nobody_has => bent("support[near, regime]", "support[regime, near]");
    an_unknown_stance => bent("trust > patience", "stance == alarmd");
    a_draw_in_a_condition => bent("trust > patience", "normal() > 0");
    a_draw_in_an_outcome => bent("goodwill: support[near, regime]", "goodwill: uniform()");
    a_drawn_let_in_a_condition => bent("when: trust > patience", "let: { luck: normal() }\n        when: luck > patience");
    two_draws_without_labels => bent("aid/week", "normal() + normal()");
    an_unknown_function => bent("support[near, regime]", "maxi(1, 2)");
    a_function_without_its_arguments => bent("aid/week", "clamp(aid)");
    since_without_a_comparison => bent("aid/week", "since(gone)");
    a_milestone_as_a_value => bent("trust > patience", "gone");
    a_span_that_is_not_known => bent("trust > patience", "sustained(trust > 0, aid * week)");
    a_group_as_a_value => bent("aid/week", "patrons");
    a_for_that_goes_over_nobody => bent("when: trust", "for: x in patrons where x == near\n        when: trust");
    an_outcome_that_needs_itself => bent("goodwill: support[near, regime]", "goodwill: before(goodwill, 1 week)");
    outcomes_in_a_circle => bent("goodwill: support[near, regime]", "goodwill: other + 1\n  other: goodwill - 1");
    uncertainties_in_a_circle => bent("{ uniform: [0, 1] }", "{ uniform: [0, b] }\n  b: { uniform: [0, patience] }");
    a_distribution_that_is_none => bent("uniform: [0, 1]", "uniform: [1, 0]");
    an_unknown_distribution => bent("uniform: [0, 1]", "unform: [0, 1]");
    a_lever_outside_its_range => bent("default: 10", "default: 30");
    a_start_outside_its_bounds => bent("start: 0.5", "start: 1.5");
    a_start_that_reads_the_run => bent("trust: 0.5", "trust: regime.stock");
    zero_ticks => bent("ticks: 10", "ticks: 0");
    a_date_outside_the_clock => bent("when: trust", "from: 2030-01-01\n        when: trust");
    a_clock_that_leaves_the_calendar => bent("start: 2024-01-01, tick: 1 week", "start: 9999-12-01, tick: 1 year");
    a_date_that_does_not_exist => bent("start: 2024-01-01", "start: 2024-02-30");
    an_unknown_season => bent("trust > patience", "season(wet) > 0");
    a_colon_that_cut_an_expression => bent("support[near, regime]", "support[near: regime]");
    a_comma_that_cut_an_expression => bent("{ send: arms, to: regime, amount: aid/week }", "{ send: arms, to: regime, amount: max(0, aid) }");
    not_a_number => bent("default: 10", "default: .nan");
    infinite => bent("trust: 0.5", "trust: .inf");
    an_event_that_sends => bent("variants:", "events: { war: { then: [{ send: arms, to: regime }] } }\nvariants:");
    per_without_a_chance => bent("chance: 0.5", "per: month");
    a_variant_that_patches_what_is_not_there => bent("{ aid: 20 }", "{ aide: 20 }");
    a_variant_that_is_wrong_hides_no_other_error => {
        let text = bend(FINE, "{ aid: 20 }", "{ aide: 20 }");
        refused(&bend(&text, "trust > patience", "trst > patience"))
    };
    a_variant_whose_name_leads_elsewhere => bent("  more: {", "  ../../more: {");
    states_that_are_no_map => bent("{ trust: 0.5 }", "[trust]");
    a_variant_that_nobody_chose => checked(&bend(FINE, "levers: { aid: 20 }", "milestones: { gone: goodwil < 0.1 }"));
    an_error_that_all_variants_share_is_told_once => {
        // In the variant the hint is another: there `far` has a state of this name.
        let text = bend(FINE, "levers: { aid: 20 }", "actors: { far: { state: { trst: 1 } } }");
        checked(&bend(&text, "trust > patience", "trst > patience"))
    };
    a_dated_variant_of_a_state => {
        let dated = bend(FINE, "levers: { aid: 20 }", "from: 2024-02-01, actors: { near: { state: { trust: 0.1 } } }");
        let scratch = Scratch::new();
        let path = scratch.file("refused.yaml", &dated);
        said(&scratch, &path, &Composition { variant: Some("more".into()), ..Composition::default() })
    };
    several_errors_at_once => {
        let text = bend(FINE, "trust > patience", "trst > patience");
        let text = bend(&text, "chance: 0.5", "chance: 2");
        refused(&bend(&text, "goodwill < 0.2", "goodwil < 0.2"))
    };

    a_territory_where_a_table_lacks_a_column => tables(&AREAS.replace("held_by", "holder"), NEIGHBOURS);
    a_table_without_names => tables(&AREAS.replace("name,", "area,"), NEIGHBOURS);
    a_bad_number_in_a_table => tables(&AREAS.replace("5,1", "5,one"), NEIGHBOURS);
    a_table_parted_by_semicolons => tables(&AREAS.replace(',', ";"), NEIGHBOURS);
    an_area_that_is_its_own_neighbour => tables(AREAS, &NEIGHBOURS.replace("south", "north"));
    borders_that_are_wrong_in_several_ways => {
        let scratch = Scratch::new();
        scratch.file("areas.csv", AREAS);
        let borders = "[[north], [north, suoth], [south, south], north]";
        let path = scratch.file("refused.yaml", &bend(CONTESTED, "neighbours.csv", borders));
        said(&scratch, &path, &Composition::default())
    };
    a_border_that_stands_twice => tables(AREAS, "a,b\nnorth,south\nnorth,south\n");
    a_border_in_both_directions_among_borders_that_stand_once => {
        let areas = format!("{AREAS}west,2,0,10,front\neast,2,0,10,front\n");
        tables(&areas, "a,b\nnorth,south\nsouth,west\nwest,east\nnorth,east\nwest,south\n")
    };
    a_neighbour_that_does_not_name_back => {
        let areas = format!("{AREAS}west,2,0,10,front\n");
        tables(&areas, "a,b\nnorth,south\nsouth,north\nsouth,west\n")
    };
    posts_that_are_not_the_sum_of_the_sides => {
        tables("name,posts,posts_regime,posts_front,held_by,towns\nnorth,5,5,0,regime,1\nsouth,3,1,1,front,1\n", NEIGHBOURS)
    };
    people_below_none => tables(&AREAS.replace("100", "-100"), NEIGHBOURS);
    towns_below_none => tables(&AREAS.replace("5,1", "5,-1"), NEIGHBOURS);
    a_crossing_in_two_places => places("name,area,trade\nChinshwehaw,north,5\nMuse,south,9\nchinshwehaw,south,5\n");
    a_place_in_no_area => places("name,area,trade\nMuse,suoth,9\n");
    a_place_whose_fact_is_no_number => places("name,area,trade\nMuse,south,9\nChinshwehaw,north,unknown\n");
    a_place_whose_fact_is_missing => places("name,area,trade\nMuse,south,9\nChinshwehaw,north,\n");
    a_place_without_a_name => places("name,area,trade\nMuse,south,9\n,north,1\n");
    places_without_an_area => places("name,township\nMuse,south\n");
    places_that_areas_count_already => {
        located("{ towns: places.csv }", "name,area\nMuse,south\n")
    };
    places_that_take_the_name_of_the_holder => located("{ base: places.csv }", "name,area\nMuse,south\n");
    places_that_are_no_table => located("{ crossing: 3 }", "");
    towns_by_another_name => {
        let scratch = Scratch::new();
        scratch.file("areas.csv", "name,posts,held_by\nnorth,5,regime\nsouth,3,front\n");
        scratch.file("places.csv", "name,area\nLashio,south\n");
        let text = bend(CONTESTED, "neighbours: neighbours.csv", "places: { town: places.csv }");
        let path = scratch.file("refused.yaml", &bend(&text, "held(regime, towns)", "held(regime, town)"));
        said(&scratch, &path, &Composition::default())
    };
    half_a_post => tables(&AREAS.replace("5,1", "5.5,1"), NEIGHBOURS);
    an_unknown_holder => tables(&AREAS.replace("regime", "regimen"), NEIGHBOURS);
    a_neighbour_that_does_not_exist => tables(AREAS, &NEIGHBOURS.replace("south", "suoth"));
    a_measure_of_nothing => {
        let scratch = Scratch::new();
        scratch.file("areas.csv", AREAS);
        scratch.file("neighbours.csv", NEIGHBOURS);
        let path = scratch.file("refused.yaml", &bend(CONTESTED, "held(regime, towns)", "held(regime, twons)"));
        said(&scratch, &path, &Composition::default())
    };
    a_table_that_is_not_there => refused(CONTESTED);

    a_file_that_is_not_there => {
        let scratch = Scratch::new();
        said(&scratch, &scratch.path("nothing.yaml"), &Composition::default())
    };
    a_folder_without_a_scenario => {
        let scratch = Scratch::new();
        scratch.file("folder/other.yaml", FINE);
        said(&scratch, &scratch.path("folder"), &Composition::default())
    };
    set_of_a_name_that_is_not_there => {
        let scratch = Scratch::new();
        let path = scratch.file("refused.yaml", FINE);
        said(&scratch, &path, &Composition { set: vec!["aide=3".into()], ..Composition::default() })
    };
    a_variant_that_is_not_there => {
        let scratch = Scratch::new();
        let path = scratch.file("refused.yaml", FINE);
        said(&scratch, &path, &Composition { variant: Some("mor".into()), ..Composition::default() })
    };
    files_that_extend_each_other => {
        let scratch = Scratch::new();
        scratch.file("other.yaml", "extends: refused.yaml\n");
        let path = scratch.file("refused.yaml", "extends: other.yaml\n");
        said(&scratch, &path, &Composition::default())
    };
}

#[test]
fn too_much_is_refused_in_bounded_time() {
    let members: Vec<String> = (0..400).map(|i| format!("a{i}")).collect();
    let actors: String = members.iter().map(|a| format!("  {a}: {{ state: {{ x: 1 }} }}\n")).collect();
    let nested = "sum(b in all_of_us, sum(c in all_of_us, sum(d in all_of_us, b.x * c.x * d.x)))";
    let text = format!(
        "clock: {{ start: 2024-01-01, tick: 1 week, ticks: 2 }}\ngroups: {{ all_of_us: [{}] }}\nactors:\n{actors}outcomes: {{ big: \"{nested}\" }}\n",
        members.join(", ")
    );
    assert!(refused(&text).contains("spells out to more than"), "64 million terms");
}
