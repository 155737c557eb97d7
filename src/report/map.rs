//! The map: who probably holds what, over time, one picture a variant with one slider for all.
//!
//! The picture of the last date is drawn here, and stands without the page's script and on paper, with that of the first date
//! beside it. The script redraws it from a compact table of moments (`holders.rs`).

use super::Drawing;
use super::cells::{Cells, Layout};
use super::charts::{Chart, Row, Table, Words, cut_to};
use super::holders::{Code, Lead, STEPS, leads};
use super::land::{SideNames, key, legend, picture, shorts, sides};
use crate::ensemble::Sample;
use crate::scenario::clock::date_of;
use crate::scenario::model::{Contest, Scenario};
use crate::summary::grouped;
use maud::{Markup, PreEscaped, html};
use serde_json::{Value, json};

/// The most characters of moments in a page; with more, only some ticks are shown.
const MOST_TEXT: usize = 720_000;
/// The most ticks that the slider has.
const MOST_FRAMES: usize = 400;
/// The most variants that are drawn.
const MOST_MAPS: usize = 8;
/// The most rows of the table.
const MOST_ROWS: usize = 1_000;

/// A variant whose map is drawn.
pub struct MapOf<'a> {
    /// What it is called.
    pub name: &'a str,
    /// What was played.
    pub scenario: &'a Scenario,
    /// By area: how people call it.
    pub titles: &'a [String],
    /// What was seen.
    pub sample: &'a Sample,
    /// How many runs the results have, of which the sample is the first.
    pub runs: u64,
}

/// What is drawn of a variant.
struct Shown<'a> {
    map: &'a MapOf<'a>,
    /// By frame, then area.
    leads: Vec<Vec<Lead>>,
}

/// What all maps of a page share.
struct Atlas<'a> {
    contest: &'a Contest,
    cells: Cells,
    sides: Vec<SideNames>,
    /// The dates of the frames.
    dates: Vec<String>,
    /// The frames of the table: the first, that of the data's end if it is known, the last.
    marked: Vec<usize>,
    shown: Vec<Shown<'a>>,
    /// Variants that cannot be drawn on the same ground.
    apart: Vec<&'a str>,
}

fn contest(scenario: &Scenario) -> Option<&Contest> {
    scenario.territory.as_ref().and_then(|territory| territory.contest.as_ref())
}

/// The maps of some variants of one scenario; nothing where nobody holds areas. `data_end` is the day up to which something was
/// observed.
pub(super) fn maps(all: &[MapOf], data_end: Option<i64>, drawing: &mut Drawing) -> Markup {
    let Some(atlas) = Atlas::of(all, data_end) else { return html! {} };
    let last = atlas.dates.len().saturating_sub(1);
    for (number, shown) in atlas.shown.iter().enumerate() {
        for (place, when) in [(0, "start"), (last, "end")] {
            drawing.charts.extend(atlas.chart(shown, &format!("map-{}-{when}", number + 1), place));
        }
    }
    atlas.section()
}

impl<'a> Atlas<'a> {
    fn of(all: &'a [MapOf<'a>], data_end: Option<i64>) -> Option<Self> {
        let first = all.iter().find(|map| !map.sample.holders.is_empty())?;
        let (contest, territory) = (contest(first.scenario)?, first.scenario.territory.as_ref()?);
        let sides = sides(first.scenario, contest);
        let alike = |map: &&MapOf| {
            let same = |other: &Contest| super::land::sides(map.scenario, other) == sides;
            let clock = map.scenario.clock == first.scenario.clock;
            let areas = map.scenario.territory.as_ref().is_some_and(|other| other.areas == territory.areas);
            !map.sample.holders.is_empty() && clock && areas && self::contest(map.scenario).is_some_and(same)
        };
        let drawn: Vec<&MapOf> = all.iter().filter(alike).take(MOST_MAPS).collect();
        let apart = all.iter().filter(|map| !drawn.iter().any(|one| std::ptr::eq(*one, *map))).map(|map| map.name);
        let code = Code::new(sides.len());
        let a_frame = (territory.areas.len() * 2 * code.digits * drawn.len()).max(1);
        let ticks = frames(&first.sample.ticks, (MOST_TEXT / a_frame).clamp(2, MOST_FRAMES));
        let clock = &first.scenario.clock;
        let date = |tick: &u32| date_of(clock.day(*tick)).map_or_else(String::new, |date| date.to_string());
        let end = data_end.map(|day| clock.last_by(day));
        let frame_of = |tick: u32| ticks.partition_point(|frame| *frame <= tick).saturating_sub(1);
        let mut marked: Vec<usize> =
            [Some(0), end.map(frame_of), Some(ticks.len().saturating_sub(1))].into_iter().flatten().collect();
        marked.dedup();
        let shown = drawn.iter().map(|map| Shown {
            map,
            leads: ticks.iter().map(|tick| leads(map.sample.holders_at(*tick).unwrap_or_default())).collect(),
        });
        Some(Self {
            contest,
            cells: Cells::of(&territory.areas),
            dates: ticks.iter().map(date).collect(),
            marked,
            shown: shown.collect(),
            apart: apart.collect(),
            sides,
        })
    }

    /// Which sides lead somewhere, sometime.
    fn leading(&self) -> Vec<bool> {
        let mut leading = vec![false; self.sides.len()];
        for lead in self.shown.iter().flat_map(|shown| &shown.leads).flatten() {
            if let Some(side) = leading.get_mut(lead.side).filter(|_| lead.share > 0) {
                *side = true;
            }
        }
        leading
    }

    fn title(&self, shown: &Shown, frame: usize) -> String {
        let date = self.dates.get(frame).map_or("", String::as_str);
        format!("Who probably holds what, {}, {date}", cut_to(shown.map.name, 60))
    }

    /// A map by itself.
    fn chart(&self, shown: &Shown, id: &str, frame: usize) -> Option<Chart> {
        if self.cells.layout == Layout::Undrawn {
            return None;
        }
        let (map, leading) = (picture(id, &self.cells, shown.leads.get(frame)?, &self.sides), self.leading());
        let (width, high) = (f64::from(self.cells.width), f64::from(self.cells.height));
        let (legend, below) = legend(id, (width, high), &self.sides, &leading);
        Some(Chart {
            id: id.to_owned(),
            title: self.title(shown, frame),
            note: String::new(),
            size: (width.max(420.0), high + below),
            body: html! { (map) (legend) },
            key: Vec::new(),
            table: Table::default(),
        })
    }

    fn section(&self) -> Markup {
        let last = self.dates.len().saturating_sub(1);
        html! {
            div.map id="map-all" role="group" aria-labelledby="map-how" {
                p id="map-how" {
                    b { "Who probably holds what" } " "
                    span.note { (self.how_to_read()) }
                }
                @if self.cells.layout != Layout::Undrawn {
                    div.time hidden {
                        button.play type="button" { "Play" }
                        input type="range" min="0" max=(last) step="1" value=(last) aria-label="Date of the map"
                            aria-valuetext=(self.dates.last().map_or("", String::as_str));
                        output { (self.dates.last().map_or("", String::as_str)) }
                    }
                    div.atlas style=(if self.cells.width > self.cells.height { "--widest:36rem" } else { "--widest:26rem" }) {
                        (self.still())
                        @for (number, shown) in self.shown.iter().enumerate() { (self.panel(number, shown)) }
                    }
                    (key("map-key", &self.sides, &self.leading()))
                } @else {
                    @for shown in &self.shown { (self.table(shown).html()) }
                }
                p.note { (self.how_drawn()) }
            }
            script type="application/json" id="map-data" { (PreEscaped(self.data())) }
        }
    }

    /// The map of one variant at the last date; the script moves it through time.
    fn panel(&self, number: usize, shown: &Shown) -> Markup {
        let id = format!("map-{}", number + 1);
        let last = self.dates.len().saturating_sub(1);
        html! {
            figure.chart.panel id=(id) data-map=(number) {
                figcaption { b { (cut_to(shown.map.name, 60)) } " " span.note.when { (self.dates.last().map_or("", String::as_str)) } }
                div.drawn { (self.svg(&id, shown, last)) }
                details.data { summary { "Table" } (self.table(shown).html()) }
            }
        }
    }

    /// The first date: beside a single map, and beside several on paper and without scripts.
    fn still(&self) -> Markup {
        let Some(shown) = self.shown.first() else { return html! {} };
        let several = self.shown.len() > 1;
        html! {
            div.panel.still.spare[several] {
                p { b { "At the start" @if several { ", " (cut_to(shown.map.name, 60)) } } " " span.note { (self.dates.first().map_or("", String::as_str)) } }
                div.drawn { (self.svg("map-still", shown, 0)) }
            }
        }
    }

    fn svg(&self, id: &str, shown: &Shown, frame: usize) -> Markup {
        let name = format!("{id}-title");
        let size = format!("0 0 {} {}", self.cells.width, self.cells.height);
        html! {
            svg.plot viewBox=(size) role="img" aria-labelledby=(name) {
                title id=(name) { (self.title(shown, frame)) }
                (picture(id, &self.cells, shown.leads.get(frame).map_or(&[], Vec::as_slice), &self.sides))
            }
        }
    }

    fn how_to_read(&self) -> String {
        let what = match self.cells.layout {
            Layout::Coordinates => "Each cell is an area, drawn around its own coordinates",
            Layout::Tiles => "Each tile is an area, in the order of the file, since none has coordinates",
            Layout::Undrawn => "There are too many areas to draw; the table has the first of them",
        };
        format!("{what}. Its colour is the side that holds it in most runs; the fewer runs agree, the fainter it is.")
    }

    fn how_drawn(&self) -> String {
        let Some(first) = self.shown.first() else { return String::new() };
        let (sample, areas) = (first.map.sample, self.cells.cells.len());
        let with_towns = (0..areas).filter(|area| self.contest.ground.towns(*area) > 0.0).count();
        let held = match with_towns {
            0 => "An area is held by the side with most posts in it.".to_owned(),
            _ if with_towns == areas => "An area is held by the side that holds its towns.".to_owned(),
            _ => "An area is held by the side that holds its towns or, where it has none, most posts.".to_owned(),
        };
        let of = if first.map.runs > sample.runs { format!("of {}, ", grouped(first.map.runs)) } else { String::new() };
        // Half of the 95% interval of a share of one half, in points; rounded up, since it is a bound.
        let error = (98.0 / (sample.fine().max(1) as f64).sqrt()).ceil();
        let mut text = format!(
            "{held} Shares are those of the first {} runs {of}played again; a share is known to {error:.0} points or better. Lines \
             part areas with different leaders.",
            grouped(sample.runs)
        );
        let without = self.cells.cells.iter().filter(|cell| cell.is_none()).count();
        if self.cells.layout == Layout::Coordinates {
            text.push_str(" Areas that lie very close together are moved apart so that each can be seen.");
            if without > 0 {
                text.push_str(&format!(" {} without coordinates stand in the table only.", grouped(without as u64)));
            }
        }
        if !self.apart.is_empty() {
            let names: Vec<String> = self.apart.iter().take(20).map(|name| cut_to(name, 60)).collect();
            text.push_str(&format!(" Not drawn beside the others: {}.", names.join(", ")));
        }
        text
    }

    fn area_title(&self, area: usize) -> String {
        let title = self.shown.first().and_then(|shown| shown.map.titles.get(area));
        title.map_or_else(String::new, |title| cut_to(title, 60))
    }

    /// Who holds what at the first date, at the end of the data, and at the last.
    fn table(&self, shown: &Shown) -> Table {
        let dates = self.marked.iter().filter_map(|frame| self.dates.get(*frame).cloned());
        let areas = self.cells.cells.len();
        let cell = |frame: usize, area: usize| {
            let lead = shown.leads.get(frame).and_then(|leads| leads.get(area)).filter(|lead| lead.share > 0);
            let Some(lead) = lead else { return "–".to_owned() };
            let name = |side: usize| self.sides.get(side).map_or("", |side| side.short.as_str());
            let second = match lead.second_share {
                0 => String::new(),
                share => format!(", {} {share}%", name(lead.second)),
            };
            format!("{} {}%{second}", name(lead.side), lead.share)
        };
        let row = |area: usize| {
            let cells = self.marked.iter().map(|frame| cell(*frame, area));
            Row::of(std::iter::once(self.area_title(area)).chain(cells).collect())
        };
        let note = if areas > MOST_ROWS {
            format!("The first {} of {} areas.", grouped(MOST_ROWS as u64), grouped(areas as u64))
        } else {
            String::new()
        };
        let head = std::iter::once("area".to_owned()).chain(dates).collect();
        Table { head, rows: (0..areas.min(MOST_ROWS)).map(row).collect(), note, words: Words::Everywhere }
    }

    /// What the script needs, as JSON that cannot end the element that it stands in.
    fn data(&self) -> String {
        let code = Code::new(self.sides.len());
        let middles = self.cells.cells.iter().map(|cell| cell.as_ref().map(|cell| [cell.middle.0, cell.middle.1]));
        let borders = self.cells.borders.iter().flat_map(|border| {
            let ((x, y), (a, b)) = border.line;
            [border.areas.0 as i64, border.areas.1 as i64, x.into(), y.into(), a.into(), b.into()]
        });
        let shorts = shorts(&self.sides);
        let maps: Vec<Value> = self
            .shown
            .iter()
            .map(|shown| {
                let names = shown.leads.iter().map(|leads| {
                    super::holders::labels(&self.cells, leads, &shorts)
                        .into_iter()
                        .flat_map(|(area, side)| [area, side])
                        .collect()
                });
                json!({
                    "name": cut_to(shown.map.name, 60),
                    "frames": shown.leads.iter().map(|leads| code.text(leads)).collect::<Vec<_>>(),
                    "labels": names.collect::<Vec<Vec<usize>>>(),
                })
            })
            .collect();
        let data = if self.cells.layout == Layout::Undrawn {
            json!({})
        } else {
            json!({
                "dates": self.dates,
                "areas": (0..self.cells.cells.len()).map(|area| self.area_title(area)).collect::<Vec<_>>(),
                "middles": middles.collect::<Vec<_>>(),
                "borders": borders.collect::<Vec<i64>>(),
                "sides": shorts,
                "colours": 10,
                "steps": STEPS,
                "alphabet": Code::alphabet(),
                "digits": code.digits,
                "maps": maps,
            })
        };
        guarded(&data.to_string())
    }
}

/// JSON in which nothing can be read as markup: what could begin some stands as an escape, which JSON allows in its texts, and
/// outside of texts there is none of it.
pub(super) fn guarded(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for letter in json.chars() {
        match letter {
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => text.push_str(&format!("\\u{:04x}", u32::from(letter))),
            letter => text.push(letter),
        }
    }
    text
}

/// Of the ticks that are kept, at most so many, evenly apart, the first and the last among them.
fn frames(kept: &[u32], most: usize) -> Vec<u32> {
    let chosen = super::charts::chosen(kept.len(), most);
    chosen.into_iter().filter_map(|place| kept.get(place).copied()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::compose::Composition;
    use crate::scenario::load::load;

    /// A war over so many areas in rows of 20, and how often each side holds each at each tick, made up.
    fn land(areas: usize, ticks: u32) -> (Scenario, Sample) {
        let rows: String = (0..areas)
            .map(|i| {
                let (lon, lat) = (90.0 + (i % 20) as f64 / 2.0, 10.0 + (i / 20) as f64 / 2.0);
                format!("    a{i}: {{ lon: {lon}, lat: {lat}, posts: 1, towns: 1, population: 1, held_by: one }}\n")
            })
            .collect();
        let text = format!(
            "clock: {{ start: 2024-01-01, tick: 1 week, ticks: {ticks} }}
ties: {{ hostile: {{ pairs: [[one, two], [two, one]], start: 1, within: [0, 1] }} }}
actors:
  one: {{ title: \"</text></svg><script>alert(1)</script>\", state: {{ force: 1 }} }}
  two: {{ state: {{ force: 1 }} }}
territory:
  areas:
{rows}  sides: {{ one: {{ force: force }}, two: {{ force: force }} }}
  between: hostile
outcomes: {{ held: {{ is: \"held(one, posts)\" }} }}
"
        );
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("land.yaml");
        std::fs::write(&path, text).expect("a file");
        let scenario = load(&path, &Composition::default()).expect("it is fine").scenario;
        let count = |tick: u32, area: usize| (u32::try_from(area).unwrap_or(0) * 7 + tick * 13) % 501;
        let at = |tick: u32| (0..areas).map(|area| vec![500 - count(tick, area), count(tick, area)]).collect();
        let sample = Sample {
            runs: 500,
            ticks: (0..=ticks).collect(),
            holders: (0..=ticks).map(at).collect(),
            ..Sample::default()
        };
        (scenario, sample)
    }

    fn page(scenario: &Scenario, sample: &Sample, titles: &[String], names: &[&str]) -> String {
        let all: Vec<MapOf> = names.iter().map(|name| MapOf { name, scenario, titles, sample, runs: 10_000 }).collect();
        maps(&all, None, &mut Drawing::default()).into_string()
    }

    #[test]
    fn no_text_ends_the_element_that_holds_the_data() {
        let name = "</script><script>alert(1)</script><!-- & \u{2028}";
        let guarded = guarded(&json!({ "name": name }).to_string());
        assert!(!guarded.contains(['<', '>', '&', '\u{2028}']), "{guarded}");
        let back: Value = serde_json::from_str(&guarded).expect("it is JSON still");
        assert_eq!(back["name"], name);
    }

    #[test]
    fn hostile_names_stay_text() {
        let (scenario, sample) = land(12, 5);
        let titles = vec!["<img src=x onerror=alert(1)>\"'&</script>".to_owned(); 12];
        let page = page(&scenario, &sample, &titles, &["</script><script>alert(2)</script>", "b"]);
        assert_eq!(page.matches("<script").count(), 1, "only the element with the data");
        assert_eq!(page.matches("</script").count(), 1);
        assert!(!page.contains("<img") && page.contains("&lt;img"), "{page}");
    }

    #[test]
    fn a_large_map_of_several_variants_stays_small() {
        let (scenario, sample) = land(341, 113);
        let titles = vec!["a township of some name".to_owned(); 341];
        for variants in [1, 3, 8] {
            let page = page(&scenario, &sample, &titles, &["a", "b", "c", "d", "e", "f", "g", "h"][..variants]);
            assert!(page.len() < 2_000_000, "{variants} variants take {}", page.len());
            let data = page.split("id=\"map-data\">").nth(1).and_then(|rest| rest.split("</script>").next());
            assert!(data.is_some_and(|data| data.len() < 1_000_000), "{variants} variants");
            let data: Value = serde_json::from_str(data.expect("the data")).expect("JSON");
            let frames = data["maps"][0]["frames"].as_array().expect("frames");
            assert!(frames.len() >= 50 && frames.len() == data["dates"].as_array().expect("dates").len());
            assert_eq!(data["dates"][frames.len() - 1], "2026-03-02", "the last tick is always there");
        }
    }

    #[test]
    fn the_table_tells_who_holds_what_and_nothing_is_drawn_where_nobody_does() {
        let (scenario, mut sample) = land(2, 2);
        let titles = vec!["Here".to_owned(), "There".to_owned()];
        let page = super::tests::page(&scenario, &sample, &titles, &["baseline"]);
        for told in
            ["<th scope=\"row\">There</th><td class=\"words\">one 99%, two 1%</td>", "2024-01-15", "known to 5 points"]
        {
            assert!(page.contains(told), "no {told} in {page}");
        }
        sample.holders.clear();
        assert_eq!(super::tests::page(&scenario, &sample, &titles, &["baseline"]), "");
    }
}
