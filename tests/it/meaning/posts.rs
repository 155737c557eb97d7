//! Posts that each run draws for itself: what they are, who holds an area then, and who may read them.

use crate::story::{Scene, Story};
use entente::numerics::functions::norm_inverse;
use entente::random::address::{Key, Stream, uniform, word};

/// Four townships. The regime's posts are drawn around an expected number by weight, the front's are two thirds each.
fn drawn(posts: &str, more: &str) -> Scene {
    Scene::weeks(
        12,
        &format!(
            "
uncertainties: {{ total: {{ uniform: [20, 60] }} }}
ties: {{ hostile: {{ pairs: [[regime, front], [front, regime]], start: 1, within: [0, 1] }} }}
actors:
  regime: {{ state: {{ troops: {{ start: \"0.5 * amount_held(regime, posts)\", within: [0, 200] }} }} }}
  front: {{ state: {{ troops: {{ start: 30, within: [0, 200] }} }} }}
territory:
  areas: areas.csv
  neighbours: [[north, plain], [plain, south]]
  state: {{ mood: {{ start: normal() }}, ground: {{ start: \"a.posts[regime] - a.posts[front]\" }} }}
  each_tick: {{ change: {{ mood: 0 }} }}
  sides:
    regime: {{ force: troops, posts: \"{posts}\" }}
    front: {{ force: troops, posts: 2 / 3 }}
  between: hostile
  contest: {{ pace: 0.3/week, destroyed: 0.5, rebuild: 0.2 }}
outcomes:
  regime_posts: amount_held(regime, posts)
  front_posts: amount_held(front, posts)
  all_posts: \"sum(a in areas, a.posts[regime] + a.posts[front] + a.ruined)\"
  north: \"sum(a in areas where a.number == 1, a.posts[regime])\"
  north_all: \"sum(a in areas where a.number == 1, a.posts[regime] + a.posts[front] + a.ruined)\"
  plain_of_front: \"sum(a in areas where a.number == 2, a.posts[front])\"
  plain_is_fronts: \"sum(a in areas where a.number == 2 and a.holder == front, 1)\"
  south_is_regimes: \"sum(a in areas where a.number == 3 and a.holder == regime, 1)\"
  island_is_fronts: \"sum(a in areas where a.number == 4 and a.holder == front, 1)\"
  towns: held(regime, towns)
  share: held(regime, posts)
  cut_off: \"sum(a in areas, a.cut_off[front])\"
  lead: \"sum(a in areas, a.ground)\"
  north_mood: \"sum(a in areas where a.number == 1, a.mood)\"
  strength: regime.troops
{more}"
        ),
    )
    .beside(
        "areas.csv",
        "name,number,weight,towns,population,held_by
north,1,3,1,10,regime
plain,2,1,1,10,regime
south,3,0,1,10,front
island,4,0,1,10,front
",
    )
}

const BY_WEIGHT: &str = "total * a.weight / sum(b in areas, b.weight)";

const RUNS: usize = 600;

fn each(story: &Story, outcome: &str) -> Vec<f64> {
    (0..RUNS).map(|run| story.of_run(run, outcome)[0]).collect()
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

#[test]
fn rounding_at_random_keeps_the_mean_and_every_count_is_next_to_its_expected_number() {
    let story = drawn(BY_WEIGHT, "").runs(RUNS as u64);
    for (run, posts) in each(&story, "north").into_iter().enumerate() {
        let expected = story.drawn(run, "total") * 0.75;
        assert!(posts.fract() == 0.0 && (posts - expected).abs() < 1.0, "{posts} for {expected}");
    }
    // Two thirds of a post in each of four areas: nearest would make four of them, and always the same.
    let front = each(&story, "front_posts");
    assert!((mean(&front) - 8.0 / 3.0).abs() < 5.0 * (4.0 * 2.0 / 9.0 / RUNS as f64).sqrt(), "{}", mean(&front));
    assert!(front.contains(&4.0) && front.contains(&1.0), "each area rounds by a die of its own");
}

#[test]
fn who_has_most_posts_holds_an_area_and_ties_and_empty_areas_keep_the_tables_holder() {
    let story = drawn("if(a.number == 2, floor(3 * uniform()), 0)", "").runs(RUNS as u64);
    let (regime, front) = (each(&story, "regime_posts"), each(&story, "plain_of_front"));
    let holders = each(&story, "plain_is_fronts");
    let mut seen = [0; 3];
    for run in 0..RUNS {
        let expected = f64::from(u8::from(front[run] > regime[run]));
        assert_eq!(holders[run], expected, "{} of the regime, {} of the front", regime[run], front[run]);
        seen[if front[run] > regime[run] { 0 } else { usize::from(front[run] == regime[run]) + 1 }] += 1;
    }
    assert!(seen.iter().all(|times| *times > 50), "{seen:?}");
    // The regime has none in the south or on the island: the front's, with posts or without.
    assert!(each(&story, "south_is_regimes").iter().all(|held| *held == 0.0));
    assert!(each(&story, "island_is_fronts").iter().all(|held| *held == 1.0));
    // Towns are the table's.
    assert!(each(&story, "towns").iter().all(|held| *held == 0.5));
}

#[test]
fn everything_that_reads_posts_sees_the_drawn_ones_at_the_start() {
    let story = drawn(BY_WEIGHT, "").runs(RUNS as u64);
    let of = |name: &str| each(&story, name);
    let (regime, front, share) = (of("regime_posts"), of("front_posts"), of("share"));
    let (lead, strength) = (of("lead"), of("strength"));
    for run in 0..RUNS {
        assert_eq!(share[run], regime[run] / (regime[run] + front[run]));
        assert_eq!(lead[run], regime[run] - front[run], "a state of areas starts from them");
        assert_eq!(strength[run], 0.5 * regime[run], "and so does a variable");
    }
    // Where the front's neighbours came out without any post of its own it is cut off.
    let cut_off = of("cut_off");
    assert!(cut_off.iter().any(|count| *count != cut_off[0]), "{} always", cut_off[0]);
}

#[test]
fn posts_held_and_ruined_are_those_of_the_start_in_every_run() {
    let story = drawn(BY_WEIGHT, "").runs(60);
    let mut moved = false;
    for run in 0..60 {
        for name in ["all_posts", "north_all"] {
            let all = story.of_run(run, name);
            assert!(all.iter().all(|posts| *posts == all[0]), "run {run}: {name} {all:?}");
        }
        moved |= story.of_run(run, "regime_posts").last() != story.of_run(run, "regime_posts").first();
    }
    assert!(moved, "otherwise nothing was tried");
}

#[test]
fn draws_have_the_names_of_their_area_and_side() {
    let story = drawn("10 + 3 * normal() + uniform(more)", "").runs(40);
    let key = Key::from_seed(11);
    for run in 0..40 {
        let die = |name: &str| uniform(word(&key, Stream::named(name), 0, run as u64));
        let normal = norm_inverse(die("north/regime/posts/normal/"));
        let expected = 10.0 + 3.0 * normal + die("north/regime/posts/uniform/more");
        let whole = expected.floor();
        let up = die("north/regime/posts") > 1.0 - (expected - whole);
        assert_eq!(story.of_run(run, "north")[0], whole + f64::from(u8::from(up)), "run {run}");
        let mood = norm_inverse(die("north/mood/start/normal/"));
        assert_eq!(story.of_run(run, "north_mood")[0], mood, "run {run}");
    }
}

#[test]
fn an_areas_state_that_is_drawn_decides_how_posts_are_shared_out() {
    let story = drawn("40 * exp(a.mood) / sum(b in areas, exp(b.mood))", "").runs(RUNS as u64);
    let all = each(&story, "regime_posts");
    assert!(all.iter().all(|posts| (posts - 40.0).abs() < 4.0), "shares add up to the whole but for rounding");
    assert!((mean(&all) - 40.0).abs() < 0.2, "{}", mean(&all));
    let (mood, north) = (each(&story, "north_mood"), each(&story, "north"));
    let high: Vec<f64> = (0..RUNS).filter(|run| mood[*run] > 0.0).map(|run| north[run]).collect();
    assert!(mean(&high) > mean(&north) + 1.0);
}

#[test]
fn a_run_whose_posts_are_no_number_of_posts_fails_and_says_whose_they_are() {
    let story = drawn("if(a.number == 3 and total < 30, total - 30, 1)", "").runs(60);
    let mut failed = 0;
    for run in 0..60 {
        match story.failure(run) {
            Some((tick, place)) => {
                failed += 1;
                assert!(story.drawn(run, "total") < 30.0);
                let said =
                    "posts of `regime` at the start: their number in an area is not finite or outside 0 to 100000";
                assert_eq!((tick, place.as_str()), (0, said));
            }
            None => assert!(story.drawn(run, "total") >= 30.0),
        }
    }
    assert_eq!(failed, story.failed());
    assert!((5..40).contains(&failed), "{failed}");
    for posts in ["100001 * uniform() / uniform(other)", "1 / a.weight", "sqrt(0 - uniform())"] {
        assert!(drawn(posts, "").runs(200).failed() > 0, "{posts}");
    }
}

#[test]
fn what_cannot_be_drawn_is_refused_at_its_place() {
    for (posts, said) in [
        ("100001", "100001 cannot be a number of posts"),
        ("regime.troops", "`regime.troops` is not known at the start"),
        ("a.posts[front]", "an area's value is not known at the start"),
        ("held(front, towns)", "who holds what is not known at the start"),
        ("a.ground", "`ground` starts from what the contest shows"),
        ("a.wieght", "areas have no `wieght`"),
        ("a.number == 2", "expected a number"),
        ("sum(b in areas, uniform())", "a draw for pairs of areas"),
        ("normal() + normal()", "two draws `normal()` in one place"),
    ] {
        let refusal = drawn(posts, "").refusal();
        assert!(refusal.contains(said), "{posts}: {refusal}");
    }
    let dated =
        "variants: { later: { title: Later, from: 2024-02-05, territory: { sides: { front: { posts: 3 } } } } }";
    let refusal = drawn("1", dated).variant("later").refusal();
    assert!(refusal.contains("posts"), "{refusal}");
}

#[test]
fn a_variant_of_the_rule_shares_the_dice() {
    let base = drawn(BY_WEIGHT, "").runs(100);
    let more = drawn("2 * total * a.weight / sum(b in areas, b.weight)", "").runs(100);
    for run in 0..100 {
        assert_eq!(base.of_run(run, "front_posts")[0], more.of_run(run, "front_posts")[0]);
        assert!(more.of_run(run, "north")[0] >= base.of_run(run, "north")[0], "the same die, pushed the same way");
    }
}

#[test]
fn sides_that_do_not_draw_keep_their_columns() {
    let scene = |table: &str, front: &str| {
        Scene::weeks(
            1,
            &format!(
                "
ties: {{ hostile: {{ pairs: [[regime, front], [front, regime]], start: 1, within: [0, 1] }} }}
actors: {{ regime: {{ state: {{ troops: 9 }} }}, front: {{ state: {{ troops: 9 }} }} }}
territory:
  areas: areas.csv
  sides: {{ regime: {{ force: troops, posts: 2 * a.weight }}, front: {{ force: troops{front} }} }}
  between: hostile
outcomes:
  of_regime: amount_held(regime, posts)
  of_front: amount_held(front, posts)
"
            ),
        )
        .beside("areas.csv", table)
    };
    let both = |table: &str, front: &str| {
        let story = scene(table, front).play();
        (story.of("of_regime")[0], story.of("of_front")[0])
    };
    let own = "name,weight,posts_front,posts_regime,held_by\nnorth,1,0,50,regime\nsouth,2,7,50,front\n";
    assert_eq!(both(own, ""), (6.0, 7.0));
    assert_eq!(both(own, ", posts: a.posts_regime"), (6.0, 100.0), "a column may say what is drawn");
    let holders = "name,weight,posts,held_by\nnorth,1,50,regime\nsouth,2,7,front\n";
    assert_eq!(both(holders, ""), (6.0, 7.0), "the holder's posts are no drawn side's");
    let without = "name,weight,held_by\nnorth,1,regime\nsouth,2,front\n";
    assert_eq!(both(without, ", posts: 0"), (6.0, 0.0));
    assert!(scene(without, "").refusal().contains("the areas have no column `posts`"));
}
