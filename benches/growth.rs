//! How the engine grows: with actors and areas, with runs that end early, with threads, to the size of a continent,
//! and with what is written. And what it takes to begin.
//!
//! `cargo bench --bench growth` measures all of it; `cargo bench --bench growth -- sizes` one part (sizes, early,
//! large, threads, writing, starting).
//! `ENTENTE_BENCH_CSV=path` writes the table of sizes to a file, which `benches/growth/plot.py` draws.

#[path = "growth/continent.rs"]
mod continent;
#[path = "patrons/dice.rs"]
mod dice;
#[path = "growth/early.rs"]
mod early;
#[path = "patrons/generator.rs"]
#[allow(dead_code)]
mod generator;
#[path = "growth/large.rs"]
mod large;
#[path = "patrons/scalar.rs"]
mod scalar;
#[path = "growth/scenarios.rs"]
mod scenarios;
#[path = "growth/sizes.rs"]
mod sizes;
#[path = "growth/starting.rs"]
mod starting;
#[path = "growth/threads.rs"]
mod threads;
#[path = "growth/turns.rs"]
mod turns;
#[path = "growth/writing.rs"]
mod writing;

/// The parts, in the order in which they are measured.
const PARTS: [(&str, fn()); 6] = [
    ("sizes", sizes::run),
    ("early", early::run),
    ("large", large::run),
    ("threads", threads::run),
    ("writing", writing::run),
    ("starting", starting::run),
];

fn main() {
    // `cargo test` only asks whether it runs, without `--bench`.
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let Some(place) = arguments.iter().position(|argument| argument == "--bench") else { return };
    arguments.remove(place);
    if let Some(unknown) = arguments.iter().find(|name| PARTS.iter().all(|(part, _)| part != name)) {
        eprintln!("there is no part `{unknown}`; the parts are {}", PARTS.map(|(part, _)| part).join(", "));
        std::process::exit(2);
    }
    for (part, run) in PARTS {
        if arguments.is_empty() || arguments.iter().any(|name| name == part) {
            run();
            println!();
        }
    }
}
