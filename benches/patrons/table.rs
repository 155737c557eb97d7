//! The table: how many runs a CPU-second each plays, and how many times faster the engine is at each level.

use super::machine;
use super::rivals::{Rival, TURNS};
use comfy_table::{CellAlignment, Table, TableStyle, presets};
use entente::engine::Level;

/// What the engine is meant to reach against a rival, by the beginning of its name: on AVX-512, AVX2, and the baseline.
const TARGETS: [(&str, [Option<f64>; 3]); 5] = [
    ("plain", [Some(6.0), Some(3.5), Some(1.5)]),
    ("a tokio", [Some(20.0), Some(12.0), None]),
    ("NeXosim", [Some(40.0), Some(25.0), None]),
    ("NumPy", [Some(3.5), Some(2.0), None]),
    ("Mesa", [Some(190.0), None, None]),
];

/// Prints the table, and writes it as Markdown where it is asked for.
pub fn show(everybody: &[Rival]) {
    let caption = format!(
        "Best of {TURNS} turns, in runs a CPU-second of one thread; in brackets what the engine is meant to reach.\n{}\n",
        machine::description(everybody)
    );
    let absent = if everybody.iter().any(|rival| rival.made_of.is_some()) {
        ""
    } else {
        "NumPy and Mesa did not take part: ENTENTE_RIVALS_PYTHON names no interpreter.\n"
    };
    println!("\n{}\n\n{caption}{absent}", table(everybody, presets::UTF8_FULL_CONDENSED));
    if let Some(path) = std::env::var_os("ENTENTE_BENCH_MARKDOWN") {
        let text = format!("{}\n\n{caption}{absent}", table(everybody, presets::ASCII_MARKDOWN));
        std::fs::write(&path, text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    }
}

fn table(everybody: &[Rival], style: TableStyle) -> Table {
    let engines: Vec<&Rival> = everybody.iter().filter(|rival| rival.is_engine).collect();
    let mut table = Table::new();
    table.load_style(style);
    let mut header = vec!["implementation".to_owned(), "runs a turn".to_owned(), "runs/CPU-s".to_owned()];
    header.extend(engines.iter().map(|engine| format!("{} ÷ it", engine.name)));
    table.set_header(header);
    let mut rows: Vec<&Rival> = everybody.iter().collect();
    rows.sort_by(|a, b| b.rate().total_cmp(&a.rate()));
    for rival in rows {
        let mut row = vec![rival.name.clone(), rival.runs.to_string(), format!("{:.0}", rival.rate())];
        row.extend(engines.iter().map(|engine| ratio(rival, engine)));
        table.add_row(row);
    }
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table
}

/// How many times faster the engine is than a rival, and is meant to be. Nothing if the rival is the engine, or plays at
/// another level.
fn ratio(rival: &Rival, engine: &Rival) -> String {
    let Some(level) = engine.level else { return String::new() };
    if rival.is_engine || rival.level.is_some_and(|its| its != level) {
        return String::new();
    }
    let ratio = engine.rate() / rival.rate();
    let ratio = if ratio < 20.0 { format!("{ratio:.1}") } else { format!("{ratio:.0}") };
    let place = match level {
        Level::Avx512 => 0,
        Level::Avx2 => 1,
        Level::Baseline => 2,
    };
    let target = TARGETS.iter().find(|(name, _)| rival.name.starts_with(name)).and_then(|(_, targets)| targets[place]);
    match target {
        Some(target) => format!("{ratio} (≥ {target})"),
        None => ratio,
    }
}
