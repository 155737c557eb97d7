//! Writes a scenario of a continent's size into a folder: `cargo run --example make_continent -- continent`.

#[path = "../benches/growth/continent.rs"]
mod continent;

use clap::Parser;
use continent::{CONTINENT, Size};
use std::path::PathBuf;

/// A scenario of a continent's size: states, fronts and patrons over 3,000 areas.
#[derive(Parser)]
struct Arguments {
    /// The folder, which is made.
    folder: PathBuf,
    /// How many states.
    #[arg(long, default_value_t = CONTINENT.states as u16, value_parser = clap::value_parser!(u16).range(1..))]
    states: u16,
    /// How many fronts fight in them.
    #[arg(long, default_value_t = CONTINENT.fronts as u16, value_parser = clap::value_parser!(u16).range(1..))]
    fronts: u16,
    /// How many patrons support a state and a front.
    #[arg(long, default_value_t = CONTINENT.patrons as u16)]
    patrons: u16,
}

fn main() -> std::io::Result<()> {
    let Arguments { folder, states, fronts, patrons } = Arguments::parse();
    let size = Size { states: states.into(), fronts: fronts.into(), patrons: patrons.into(), areas: CONTINENT.areas };
    let files = size.files();
    std::fs::create_dir_all(&folder)?;
    std::fs::write(folder.join("scenario.yaml"), files.scenario)?;
    std::fs::write(folder.join("areas.csv"), files.areas)?;
    std::fs::write(folder.join("neighbours.csv"), files.neighbours)
}
