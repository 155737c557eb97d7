//! A report in a browser: nothing is asked of anybody, nothing is complained of, the map moves, and it fits a telephone.
//!
//! Where Chromium is not installed the test says that it was skipped; `.ci/run` installs it. What the pages looked like is kept
//! in `target/report-screenshots/`, for people to look at.

mod chromium;

use crate::support::{Scratch, entente};
use chromium::{Browser, Tab, installed};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// The page of two variants of `two-patrons`, as the commands make it.
fn report(scratch: &Scratch) -> PathBuf {
    let scenario = format!("{}/scenarios/two-patrons.yaml", env!("CARGO_MANIFEST_DIR"));
    let mut folders = Vec::new();
    for variant in ["baseline", "patient_neighbour"] {
        let folder = scratch.path(variant);
        let arguments = ["run", &scenario, "--runs", "200", "--seed", "7", "--variant", variant, "--out", &folder];
        entente(&[&arguments[..], &["--series", "full", "--quiet"]].concat()).success();
        folders.push(folder);
    }
    let page = scratch.path("report.html");
    entente(&["report", &folders[0], &folders[1], "-o", &page, "--quiet"]).success();
    PathBuf::from(page)
}

fn screenshots() -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/report-screenshots");
    std::fs::create_dir_all(&folder).expect("a folder for screenshots");
    folder
}

/// Says on the test's own output that nothing was tested, also where output is captured.
fn skipped() {
    use std::io::Write as _;
    let said = "skipped: Chromium is not installed, so the report was not opened in a browser\n";
    let _ = std::io::stderr().write_all(said.as_bytes());
}

/// Opens the page in a tab of its own, which must be quiet about it.
fn opened<'b>(browser: &'b mut Browser, page: &Path, emulate: &[(&str, Value)]) -> Tab<'b> {
    let mut tab = browser.tab();
    for (command, parameters) in emulate {
        tab.call(command, parameters.clone());
    }
    tab.open(page);
    tab
}

fn size(width: u32, height: u32) -> (&'static str, Value) {
    let metrics = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500 });
    ("Emulation.setDeviceMetricsOverride", metrics)
}

fn media(media: &str, scheme: &str, motion: &str) -> (&'static str, Value) {
    let features = json!([
        { "name": "prefers-color-scheme", "value": scheme },
        { "name": "prefers-reduced-motion", "value": motion },
    ]);
    ("Emulation.setEmulatedMedia", json!({ "media": media, "features": features }))
}

/// Nothing was complained of, and nothing was asked for but the page itself.
fn is_quiet(tab: &Tab, page: &Path) {
    let address = format!("file://{}", page.display());
    let foreign: Vec<&String> = tab.requests.iter().filter(|request| **request != address).collect();
    assert!(foreign.is_empty(), "the page asks for {foreign:?}");
    assert_eq!(tab.requests.len(), 1, "the page itself");
    assert!(tab.complaints.is_empty(), "{:?}", tab.complaints);
}

/// What the map shows: its date, its slider, and the classes and fillings of its cells.
const STATE: &str = "(() => {
  const time = document.querySelector('.time');
  const cells = [...document.querySelectorAll('.panel:not(.still) .cell')];
  return JSON.stringify({
    shown: !time.hidden,
    date: time.querySelector('output').textContent,
    told: time.querySelector('input').getAttribute('aria-valuetext'),
    at: Number(time.querySelector('input').value),
    last: Number(time.querySelector('input').max),
    playing: time.querySelector('button').textContent,
    cells: cells.map((cell) => cell.getAttribute('class') + (cell.getAttribute('fill') ?? '')),
    fronts: [...document.querySelectorAll('.panel:not(.still) .front')].map((front) => front.getAttribute('d')),
    maps: document.querySelectorAll('.panel:not(.still) svg.plot').length,
  });
})()";

fn state(tab: &mut Tab) -> Value {
    serde_json::from_str(tab.run(STATE).as_str().expect("a text")).expect("JSON")
}

#[test]
fn a_report_opens_moves_and_asks_for_nothing() {
    let Some(chromium) = installed() else { return skipped() };
    let scratch = Scratch::new();
    let page = report(&scratch);
    let mut browser = Browser::start(&chromium, &scratch);
    let (pictures, wide) = (screenshots(), size(1280, 900));
    let mut tab = opened(&mut browser, &page, &[wide.clone(), media("screen", "light", "no-preference")]);
    tab.picture(&pictures.join("light.png"));

    let end = state(&mut tab);
    assert_eq!(end["maps"], 2, "one map a variant");
    assert!(end["shown"] == true && end["at"] == end["last"] && end["date"] == end["told"], "{end}");
    assert_eq!(end["date"], "2024-10-25", "the last of 52 weeks");

    // The slider, as a person moves it with the keyboard.
    tab.run("document.querySelector('.time input').focus()");
    tab.key("Home", 36);
    let start = state(&mut tab);
    assert_eq!((&start["at"], &start["date"], &start["told"]), (&json!(0), &json!("2023-10-27"), &json!("2023-10-27")));
    assert_ne!(start["cells"], end["cells"], "who holds what is another at the start");
    tab.picture(&pictures.join("start.png"));
    tab.key("ArrowRight", 39);
    assert_eq!(state(&mut tab)["at"], 1);

    // The button plays to the end and stops there.
    tab.run("document.querySelector('.time button').click()");
    assert_eq!(state(&mut tab)["playing"], "Pause");
    assert!(
        tab.waits_until("document.querySelector('.time input').value === document.querySelector('.time input').max")
    );
    let again = state(&mut tab);
    assert_eq!((&again["playing"], &again["cells"], &again["fronts"]), (&json!("Play"), &end["cells"], &end["fronts"]));

    // By keyboard, an area says who holds it in each variant; Escape ends it.
    tab.run("document.querySelector('.panel:not(.still) svg.plot').focus()");
    tab.key("ArrowDown", 40);
    let told = tab.run("document.querySelector('.panel .reader').textContent");
    let told = told.as_str().expect("a text");
    assert!(told.contains("baseline") && told.contains("patient_neighbour") && told.contains('%'), "{told}");
    tab.key("Escape", 27);
    assert_eq!(tab.run("document.querySelectorAll('.panel .reader').length"), 0);

    // Messages can be looked at by kind.
    let chosen = "(() => {
      const figure = document.getElementById('messages');
      const select = figure.querySelector('select');
      select.value = 'Kind: arms';
      select.dispatchEvent(new Event('change'));
      const rows = [...figure.querySelectorAll('tbody tr')];
      return [rows.filter((row) => !row.hidden).length, rows.length, figure.querySelectorAll('.flow.off').length > 0].join();
    })()";
    assert_eq!(tab.run(chosen), "2,4,true");
    is_quiet(&tab, &page);
}

#[test]
fn a_report_fits_a_telephone_and_reads_in_the_dark_and_in_print() {
    let Some(chromium) = installed() else { return skipped() };
    let scratch = Scratch::new();
    let page = report(&scratch);
    let mut browser = Browser::start(&chromium, &scratch);
    let pictures = screenshots();
    let still = |scheme| media("screen", scheme, "reduce");

    let mut tab = opened(&mut browser, &page, &[size(375, 800), still("light")]);
    let width = tab.run("Math.max(document.documentElement.scrollWidth, document.body.scrollWidth)");
    assert_eq!(width, 375, "nothing is to be scrolled to the side");
    tab.picture(&pictures.join("telephone.png"));
    is_quiet(&tab, &page);
    tab.close();

    let mut tab = opened(&mut browser, &page, &[size(1280, 900), still("dark")]);
    let shades = "(() => {
      const shade = (colour) => colour.match(/[0-9.]+/g).slice(0, 3).reduce((sum, part) => sum + Number(part), 0);
      const body = getComputedStyle(document.body);
      return shade(body.color) - shade(body.backgroundColor);
    })()";
    assert!(tab.run(shades).as_f64().expect("a number") > 400.0, "light text on a dark page");
    tab.picture(&pictures.join("dark.png"));
    is_quiet(&tab, &page);
    tab.close();

    let mut tab = opened(&mut browser, &page, &[size(794, 1100), media("print", "light", "reduce")]);
    let controls =
        "[...document.querySelectorAll('.time, .save, nav')].filter((part) => part.offsetParent !== null).length";
    assert_eq!(tab.run(controls), 0, "paper has no buttons");
    tab.picture(&pictures.join("print.png"));
    is_quiet(&tab, &page);
}

#[test]
fn a_report_reads_without_scripts() {
    let Some(chromium) = installed() else { return skipped() };
    let scratch = Scratch::new();
    let page = report(&scratch);
    let mut browser = Browser::start(&chromium, &scratch);
    let off = ("Emulation.setScriptExecutionDisabled", json!({ "value": true }));
    let mut tab = opened(&mut browser, &page, &[size(1280, 900), off]);
    tab.picture(&screenshots().join("without-scripts.png"));
    is_quiet(&tab, &page);
    let html = std::fs::read_to_string(&page).expect("the page");
    // The map of the last date is drawn; what only a script can move is not shown.
    assert!(
        html.contains("class=\"time\" hidden") || html.contains("class=\"time\" hidden=\"\""),
        "the slider is hidden"
    );
    assert!(html.matches("class=\"land\"").count() >= 2, "both maps are drawn");
}
