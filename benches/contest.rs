//! The contest by itself on a generated country of 330 areas, beside the same contest as a plain scalar loop in the same
//! process.
//!
//! `cargo bench --bench contest` first holds the engine's contest to the scalar loop, bit for bit under the engine's draws and
//! exponential. Then it times both with divan, the engine at every processor level, and lets them take turns, which a busy
//! machine disturbs less. The timed loop has a quick generator of its own and the exponential of the standard library.

#[path = "contest/country.rs"]
mod country;
#[path = "contest/layout.rs"]
mod layout;
#[path = "contest/scalar.rs"]
mod scalar;

use country::{Given, SIDES};
use divan::Bencher;
use divan::counter::ItemsCount;
use entente::engine::{Detected, Draws, Fight, Level, fight};
use entente::numerics::functions::exp;
use entente::random::address::{Key, Stream, uniform, word};
use entente::random::keystream::{Lanes, Words};
use entente::world::contest::{Columns, DRAWS, Draw, Ground, Inputs, Scratch, State};
use layout::Country;
use scalar::{Dice, Run};
use std::sync::LazyLock;
use std::time::{Duration, Instant};

/// How long a run lasts.
const TICKS: u64 = 113;
/// Runs that are played together, which is what a scenario of this size gets.
const LANES: usize = 64;
/// Turns that each gets at the end.
const TURNS: usize = 15;
/// Lanes that are compared, an odd number, so that columns have an end that fills no vector.
const COMPARED: usize = 67;

static GROUND: LazyLock<Ground> = LazyLock::new(country::ground);
static STREAMS: LazyLock<Vec<Stream>> = LazyLock::new(|| {
    let name = |pair: usize, draw: &str| Stream::named(&format!("{pair}/{draw}"));
    (0..GROUND.pairs().len()).flat_map(|pair| DRAWS.map(|draw| name(pair, draw))).collect()
});

/// What a batch is given, in columns.
struct Table {
    given: Vec<Given>,
    hostility: Vec<Vec<f64>>,
    parameters: Vec<Vec<f64>>,
    side_parameters: Vec<Vec<f64>>,
    prefer: Vec<Vec<f64>>,
    dice: Lanes,
}

/// A column for each number of a run.
fn columns(given: &[Given], of: impl Fn(&Given) -> &[f64]) -> Vec<Vec<f64>> {
    (0..of(&given[0]).len()).map(|number| given.iter().map(|run| of(run)[number]).collect()).collect()
}

fn slices(columns: &[Vec<f64>]) -> Vec<&[f64]> {
    columns.iter().map(Vec::as_slice).collect()
}

impl Table {
    fn of(lanes: usize) -> Self {
        let given: Vec<Given> = (0..lanes as u64).map(|run| Given::of_run(&GROUND, run)).collect();
        Self {
            hostility: columns(&given, |run| &run.hostility),
            parameters: columns(&given, |run| &run.parameters),
            side_parameters: columns(&given, |run| &run.side_parameters),
            prefer: columns(&given, |run| &run.prefer),
            dice: Lanes::new(&(0..lanes as u64).collect::<Vec<_>>()).expect("the runs have addresses"),
            given,
        }
    }
}

/// A batch of the engine's.
struct Played {
    state: State,
    forces: Vec<Vec<f64>>,
    stocks: Vec<Vec<f64>>,
}

/// Plays a batch from its start and shows it after every tick.
fn play(table: &Table, level: Level, scratch: &mut Scratch, mut after: impl FnMut(u64, &Played)) -> Played {
    let lanes = table.given.len();
    let mut played = Played {
        state: State::new(&GROUND, lanes),
        forces: columns(&table.given, |run| &run.forces),
        stocks: vec![vec![0.0; lanes]; SIDES],
    };
    for pair in 0..GROUND.pairs().len() {
        for (lane, run) in table.given.iter().enumerate() {
            played.state.garrison.row_mut(pair)[lane] = run.garrison[pair];
            played.state.fire.row_mut(pair)[lane] = run.fire[pair];
        }
    }
    let (hostility, prefer) = (slices(&table.hostility), slices(&table.prefer));
    let (parameters, side_parameters) = (slices(&table.parameters), slices(&table.side_parameters));
    let of_pairs: Vec<u32> = (0..STREAMS.len() as u32).collect();
    let (key, mut words) = (Key::from_seed(7), Words::new(lanes));
    played.state.look(&GROUND, &hostility);
    for tick in 0..TICKS {
        let inputs = Inputs {
            hostility: &hostility,
            parameters: &parameters,
            side_parameters: &side_parameters,
            prefer: &prefer,
        };
        let mut forces: Vec<&mut [f64]> = played.forces.iter_mut().map(Vec::as_mut_slice).collect();
        let mut stocks: Vec<Option<&mut [f64]>> = played.stocks.iter_mut().map(|s| Some(s.as_mut_slice())).collect();
        fight(
            Detected::from(level),
            Fight {
                ground: &GROUND,
                state: &mut played.state,
                inputs,
                forces: &mut forces,
                stocks: &mut stocks,
                draws: Draws {
                    level: level.into(),
                    streams: &STREAMS,
                    of_pairs: &of_pairs,
                    key: &key,
                    dice: &table.dice,
                    tick,
                },
                scratch,
                words: &mut words,
            },
        );
        after(tick, &played);
    }
    played
}

/// The engine's draws and exponential, a run at a time.
struct Addressed {
    key: Key,
    tick: u64,
    run: u64,
}

impl Dice for Addressed {
    fn uniform(&mut self, pair: usize, which: Draw) -> f64 {
        uniform(word(&self.key, STREAMS[pair * DRAWS.len() + which as usize], self.tick, self.run))
    }

    fn exp(&self, x: f64) -> f64 {
        exp(x)
    }
}

/// A quick generator, and the exponential of the standard library.
struct Quick(country::Dice);

impl Dice for Quick {
    #[inline(always)]
    fn uniform(&mut self, _: usize, _: Draw) -> f64 {
        self.0.uniform()
    }

    #[inline(always)]
    #[allow(clippy::disallowed_methods, reason = "what one would use by hand")]
    fn exp(&self, x: f64) -> f64 {
        x.exp()
    }
}

/// All that a tick left behind, as bits: of a lane of the engine's batch.
fn bits_of_lane(played: &Played, lane: usize) -> Vec<u64> {
    let state = &played.state;
    let row = |columns: &Columns, row: usize| columns.row(row)[lane];
    let mut numbers = Vec::new();
    for pair in 0..GROUND.pairs().len() {
        let columns = [&state.posts, &state.garrison, &state.supply, &state.fire, &state.threat, &state.cut_off];
        numbers.extend(columns.map(|columns| row(columns, pair)));
    }
    for area in 0..GROUND.areas() {
        let columns = [&state.holder, &state.town_holder, &state.ruined, &state.fighting];
        numbers.extend(columns.map(|columns| row(columns, area)));
    }
    for side in 0..SIDES {
        let columns = [&state.posts_lost, &state.surrendered, &state.shaken, &state.news];
        numbers.extend(columns.map(|columns| row(columns, side)));
        numbers.extend([played.forces[side][lane], played.stocks[side][lane]]);
    }
    numbers.into_iter().map(f64::to_bits).collect()
}

/// The same of a run of the loop.
fn bits_of_run(run: &Run) -> Vec<u64> {
    let flag = |flag: bool| f64::from(u8::from(flag));
    let mut numbers = Vec::new();
    for post in &run.posts {
        numbers.extend([post.posts, post.garrison, post.supply, post.fire, post.threat, flag(post.cut_off)]);
    }
    for land in &run.land {
        numbers.extend([land.holder as f64, land.town_holder as f64, land.ruined, flag(land.fighting)]);
    }
    for side in &run.sides {
        numbers.extend([side.posts_lost, side.surrendered, side.shaken, side.news, side.force, side.stock]);
    }
    numbers.into_iter().map(f64::to_bits).collect()
}

/// Refuses to time two different contests, or one in which nothing happens.
fn check_the_bits() {
    let table = Table::of(COMPARED);
    let country = Country::of(&GROUND);
    let key = Key::from_seed(7);
    for &level in Level::available() {
        let mut runs: Vec<Run> = table.given.iter().map(|given| Run::new(&country, given)).collect();
        let mut scratch = Scratch::new(&GROUND, COMPARED);
        let played = play(&table, level, &mut scratch, |tick, played| {
            for (lane, run) in runs.iter_mut().enumerate() {
                run.tick(&mut Addressed { key, tick, run: lane as u64 });
                assert_eq!(bits_of_lane(played, lane), bits_of_run(run), "{level:?}: tick {tick}, run {lane}");
            }
        });
        let lost: f64 = played.state.posts_lost.row(0).iter().sum();
        let towns =
            (0..GROUND.areas()).flat_map(|area| played.state.town_holder.row(area)).filter(|h| **h != 0.0).count();
        assert!(lost > 0.0 && towns > 0, "nothing happens");
        println!(
            "{level:?}: {COMPARED} runs of {TICKS} ticks equal the scalar loop to the bit; {:.0} posts and {:.0} towns' areas \
             lost a run",
            lost / COMPARED as f64,
            towns as f64 / COMPARED as f64
        );
    }
    println!(
        "{} areas, {} area-side pairs, {:.1} neighbours an area",
        GROUND.areas(),
        GROUND.pairs().len(),
        (0..GROUND.areas()).map(|area| GROUND.neighbours_of(area).len()).sum::<usize>() as f64 / GROUND.areas() as f64
    );
}

/// Plays one run of the loop, by its number.
fn scalar_run(table: &Table, country: &Country, number: usize) -> f64 {
    let mut run = Run::new(country, &table.given[number]);
    let mut dice = Quick(country::Dice::new(number as u64));
    for _ in 0..TICKS {
        run.tick(&mut dice);
    }
    run.sides[0].force
}

/// Areas, ticks and lanes of a batch.
fn items(lanes: usize) -> u64 {
    GROUND.areas() as u64 * TICKS * lanes as u64
}

#[divan::bench(args = Level::available())]
fn engine(bencher: Bencher, level: &Level) {
    let (table, mut scratch) = (Table::of(LANES), Scratch::new(&GROUND, LANES));
    bencher.counter(ItemsCount::new(items(LANES))).bench_local(|| play(&table, *level, &mut scratch, |_, _| ()).forces);
}

#[divan::bench]
fn scalar_loop(bencher: Bencher) {
    let (table, country) = (Table::of(LANES), Country::of(&GROUND));
    bencher
        .counter(ItemsCount::new(items(LANES)))
        .bench_local(|| (0..LANES).map(|number| scalar_run(&table, &country, number)).sum::<f64>());
}

/// The least times of a piece of work, step by step: what each step takes when nobody disturbs it.
#[derive(Clone, Default)]
struct Least(Vec<Duration>);

impl Least {
    fn note(&mut self, step: usize, time: Duration) {
        match self.0.get_mut(step) {
            Some(least) => *least = time.min(*least),
            None => self.0.push(time),
        }
    }

    /// Nanoseconds an area, tick and lane.
    fn each(&self, lanes: usize) -> f64 {
        self.0.iter().sum::<Duration>().as_secs_f64() * 1e9 / items(lanes) as f64
    }
}

/// Plays a batch and times its ticks.
fn time_engine(table: &Table, level: Level, scratch: &mut Scratch, least: &mut Least) {
    let mut start = Instant::now();
    let played = play(table, level, scratch, |tick, _| {
        let now = Instant::now();
        least.note(tick as usize, now - start);
        start = now;
    });
    divan::black_box(played.forces);
}

/// Plays as many runs of the loop and times each.
fn time_scalar(table: &Table, country: &Country, least: &mut Least) {
    for number in 0..table.given.len() {
        let start = Instant::now();
        divan::black_box(scalar_run(table, country, number));
        least.note(number, start.elapsed());
    }
}

/// Lets the engine, at each level and with more or fewer lanes, and the loop take turns.
fn take_turns() {
    let lanes = [LANES / 2, LANES, 2 * LANES, 4 * LANES, 8 * LANES];
    let tables = lanes.map(Table::of);
    let mut scratches = lanes.map(|lanes| Scratch::new(&GROUND, lanes));
    let country = Country::of(&GROUND);
    let levels = Level::available();
    let mut engine = vec![vec![Least::default(); lanes.len()]; levels.len()];
    let mut scalar = Least::default();
    for _ in 0..TURNS {
        time_scalar(&tables[0], &country, &mut scalar);
        for (&level, times) in levels.iter().zip(&mut engine) {
            for ((table, scratch), least) in tables.iter().zip(&mut scratches).zip(times) {
                time_engine(table, level, scratch, least);
            }
        }
    }
    let scalar = scalar.each(lanes[0]);
    println!("\nbest of {TURNS} turns, one thread, nanoseconds an area, tick and lane:");
    println!("  scalar loop                  {scalar:>6.1}");
    for (level, times) in levels.iter().zip(engine) {
        for (lanes, time) in lanes.into_iter().zip(times) {
            let time = time.each(lanes);
            let name = format!("{level:?}, {lanes} lanes");
            println!("  engine {name:<20}  {time:>6.1}   scalar / engine = {:.1}", scalar / time);
        }
    }
}

fn main() {
    check_the_bits();
    divan::main();
    // `cargo test` only asks whether it runs, and a name on the command line asks for one bench.
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments == ["--bench"] {
        take_turns();
    }
}
