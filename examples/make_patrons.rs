//! Writes the reference workload to standard output: `cargo run --example make_patrons -- --actors 48 --areas 60`.

#[path = "../benches/patrons/generator.rs"]
#[allow(dead_code)]
mod generator;

use clap::Parser;
use std::io::Write;

/// The reference workload "patrons" as a scenario file.
#[derive(Parser)]
struct Arguments {
    /// How many actors.
    #[arg(long, default_value_t = 12, value_parser = clap::value_parser!(u16).range(generator::FEWEST_ACTORS as i64..))]
    actors: u16,
    /// How many areas.
    #[arg(long, default_value_t = 15, value_parser = clap::value_parser!(u16).range(1..))]
    areas: u16,
}

fn main() -> std::io::Result<()> {
    let Arguments { actors, areas } = Arguments::parse();
    let text = generator::scenario(usize::from(actors), usize::from(areas));
    std::io::stdout().write_all(text.as_bytes())
}
