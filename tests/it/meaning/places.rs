//! Named things that lie in areas: the columns that they give, and that these are columns like any other.

use crate::story::Scene;

const AREAS: &str = "name,posts,population,held_by
north,6,10,regime
plain,4,20,regime
south,5,30,front
";
const CROSSINGS: &str = "name,area,trade,lon,lat,opened,note
Chinshwehaw,north,5,98.8,23.6,1998,through the hills
Muse,north,9.5,97.9,23.9,1988,\"the largest, by far\"
Mese,plain,0.5,97.7,18.7,2001,
";
const TOWNS: &str = "name,area,people
Lashio,north,130
Hseni,north,
Loikaw,plain,50
Demoso,south,20
";

fn scene(outcomes: &str) -> Scene {
    let text = format!(
        "
ties: {{ hostile: {{ pairs: [[regime, front], [front, regime]], start: 1, within: [0, 1] }} }}
actors:
  regime: {{ state: {{ troops: 6 }} }}
  front: {{ state: {{ troops: 40 }} }}
territory:
  areas: areas.csv
  neighbours: [[north, plain], [plain, south]]
  places: {{ crossing: crossings.csv, towns: towns.csv }}
  state: {{ worth: {{ start: crossing_trade }} }}
  sides:
    regime: {{ force: troops, prefer: 1 + 3 * a.crossing }}
    front: {{ force: troops, effort: 0.9, prefer: a.crossing_trade + a.towns, theatre: a.crossing > 0 or a.towns > 0 }}
  between: hostile
  contest: {{ pace: 1/week, town_pace: 2/week, dominance: 0.1 }}
outcomes: {outcomes}
"
    );
    let towns = TOWNS.replace("Hseni,north,\n", "Hseni,north,0\n");
    Scene::weeks(12, &text).beside("areas.csv", AREAS).beside("crossings.csv", CROSSINGS).beside("towns.csv", &towns)
}

const OUTCOMES: &str = "
  crossings: amount_held(regime, crossing)
  trade: held(regime, crossing_trade)
  lost_crossings: lost(regime, crossing)
  lost_trade: lost(regime, crossing_trade, 2 weeks)
  gates: \"sum(a in areas where a.crossing > 0, 1)\"
  worths: \"sum(a in areas, a.worth)\"
  of_towns: amount_held(regime, towns)
  townspeople: amount_held(regime, towns_people)
  lost_towns: lost(regime, towns)
  lost_townspeople: lost(regime, towns_people)
  opened: \"sum(a in areas, a.crossing_opened)\"";

#[test]
fn places_give_areas_a_count_and_a_sum_for_each_fact() {
    let story = scene(OUTCOMES).play();
    for (outcome, value) in [
        ("crossings", 3.0),
        ("trade", 1.0),
        ("gates", 2.0),
        ("worths", 15.0),
        ("of_towns", 3.0),
        ("townspeople", 180.0),
        ("lost_crossings", 0.0),
        ("opened", 1998.0 + 1988.0 + 2001.0),
    ] {
        assert_eq!(story.of(outcome)[0], value, "{outcome}");
    }
}

#[test]
fn what_is_held_and_lost_of_places_follows_the_holders_and_of_towns_those_who_hold_the_towns() {
    let story = scene(OUTCOMES).runs(20);
    let mut fell = [false; 2];
    for run in 0..20 {
        let of = |name: &str| story.of_run(run, name);
        for (tick, lost) in of("lost_crossings").iter().enumerate() {
            assert!(*lost >= 3.0 - of("crossings")[tick]);
            fell[0] |= *lost > 0.0;
        }
        for (tick, lost) in of("lost_towns").iter().enumerate() {
            assert!(*lost >= 3.0 - of("of_towns")[tick]);
            assert!(of("lost_townspeople")[tick] >= 180.0 - of("townspeople")[tick]);
            // Every town of the regime's but one has people.
            assert_eq!(*lost > 0.0, of("lost_townspeople")[tick] > 0.0);
            fell[1] |= *lost > 0.0;
        }
    }
    assert_eq!(fell, [true, true], "otherwise nothing was tried");
}

#[test]
fn a_column_of_text_is_for_people() {
    let refusal = scene("{ notes: \"sum(a in areas, a.crossing_note)\" }").refusal();
    assert!(refusal.contains("areas have no `crossing_note`"), "{refusal}");
    let coordinates = scene("{ east: \"sum(a in areas, a.crossing_lon)\" }").refusal();
    assert!(coordinates.contains("areas have no `crossing_lon`"), "{coordinates}");
}
