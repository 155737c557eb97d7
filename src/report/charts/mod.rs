//! Charts as static SVG: drawn once, here, so that paper, screen readers and browsers without scripts show them too.
//!
//! A [`Chart`] is drawn into the page by [`Chart::figure`], its colours taken from the page's style, and alone by
//! [`Chart::standalone`] with a fixed style, or as a picture ([`picture`]). Behind each stands a table of the same numbers; the
//! page's script reads the values at the pointer from it.

mod axis;
mod bars;
mod fan;
mod forest;
mod frame;
mod histogram;
mod lines;
pub mod picture;

pub use axis::{Marks, Scale, Time};
pub use bars::{Bar, bars};
pub use fan::{Dated, FanOf, Overlay, fan, overlay};
pub use forest::{Effect, ForestOf, forest};
pub use frame::{Frame, HALF, WIDE, cut_to};
pub use histogram::histogram;
pub use lines::{Line, LinesOf, lines};

use crate::wording::capital;
use maud::{Markup, PreEscaped, html};

/// How charts look, in CSS with variables; the page says what these are.
pub const STYLE: &str = concat!(include_str!("chart.css"), include_str!("land.css"));

/// The variables of [`STYLE`] where a chart stands alone: on white.
const LIGHT: [(&str, &str); 22] = [
    ("--c1", "#0072b2"),
    ("--c2", "#c4500a"),
    ("--c3", "#007a5a"),
    ("--c4", "#a8538a"),
    ("--c5", "#8a6d00"),
    ("--c6", "#3a8fc4"),
    ("--c7", "#5b4b9a"),
    ("--c8", "#555555"),
    ("--ink", "#1c1e21"),
    ("--soft", "#5f656d"),
    ("--faint", "#d9dce0"),
    ("--paper", "#ffffff"),
    ("--m1", "#332288"),
    ("--m2", "#cc6677"),
    ("--m3", "#ddcc77"),
    ("--m4", "#117733"),
    ("--m5", "#88ccee"),
    ("--m6", "#882255"),
    ("--m7", "#44aa99"),
    ("--m8", "#999933"),
    ("--m9", "#aa4499"),
    ("--m10", "#777777"),
];

/// The id of one of several charts, which is its file's name too: what it shows, its number, and the outcome's name as far as
/// that is plain: results from elsewhere may name anything.
pub fn id_of(what: &str, place: usize, name: &str) -> String {
    /// The most letters of a name.
    const MOST: usize = 40;
    let plain = |letter: &char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-');
    let name: String = name.chars().filter(plain).take(MOST).collect();
    format!("{what}-{}-{name}", place + 1).trim_end_matches('-').to_owned()
}

/// [`STYLE`] for a chart that stands alone: what reads SVG without a browser knows no variables.
pub fn standalone_style() -> String {
    LIGHT.iter().fold(STYLE.to_owned(), |style, (name, value)| style.replace(&format!("var({name})"), value))
}

/// The room for the title of a chart that stands alone.
const HEAD: f64 = 22.0;

/// A chart and the table behind it.
#[derive(Clone, Debug)]
pub struct Chart {
    /// Its place in the page, and its name as a file: letters, digits, hyphens and underscores.
    pub id: String,
    /// What it shows, in a line.
    pub title: String,
    /// How to read it, in a sentence or two; may be empty.
    pub note: String,
    /// Its width and height.
    pub size: (f64, f64),
    /// What is drawn, without the svg element around it.
    pub body: Markup,
    /// What is drawn how, for narrow screens, which have no room for names beside lines: a class and a name.
    pub key: Vec<(String, String)>,
    /// The numbers.
    pub table: Table,
}

/// The numbers behind a chart.
#[derive(Clone, Debug, Default)]
pub struct Table {
    /// The heads of the columns.
    pub head: Vec<String>,
    /// The rows.
    pub rows: Vec<Row>,
    /// What is left out, if anything.
    pub note: String,
    /// Which columns hold words, apart from the first.
    pub words: Words,
}

/// A row of numbers.
#[derive(Clone, Debug, Default)]
pub struct Row {
    /// Where it stands in the chart, from the left; `None` where the pointer cannot ask for it.
    pub at: Option<f64>,
    /// Its cells; the first is its head.
    pub cells: Vec<String>,
}

impl Row {
    /// A row that the pointer cannot ask for.
    pub fn of(cells: Vec<String>) -> Self {
        Self { at: None, cells }
    }
}

/// Which columns of a table hold words, apart from the first: they are not set like numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Words {
    /// None of them.
    #[default]
    Nowhere,
    /// These.
    In(&'static [usize]),
    /// All of them.
    Everywhere,
}

/// What tells a column of words from one of numbers.
fn class_of(words: Words, column: usize) -> Option<&'static str> {
    let is_word = match words {
        Words::Nowhere => false,
        Words::In(columns) => columns.contains(&column),
        Words::Everywhere => true,
    };
    is_word.then_some("words")
}

impl Table {
    /// The table as HTML.
    pub fn html(&self) -> Markup {
        html! {
            div.scroll tabindex="0" {
                table {
                    thead {
                        tr {
                            @for (place, cell) in self.head.iter().enumerate() {
                                th scope="col" class=[class_of(self.words, place)] { (cell) }
                            }
                        }
                    }
                    tbody {
                        @for row in &self.rows {
                            tr data-at=[row.at.map(place)] {
                                @for (place, cell) in row.cells.iter().enumerate() {
                                    @if place == 0 { th scope="row" { (cell) } } @else { td class=[class_of(self.words, place)] { (cell) } }
                                }
                            }
                        }
                    }
                }
            }
            @if !self.note.is_empty() { p.note { (self.note) } }
        }
    }
}

impl Chart {
    /// The chart in the page: picture, sentence, table.
    pub fn figure(&self) -> Markup {
        html! {
            figure.chart id=(self.id) {
                figcaption { b { (capital(&self.title)) } @if !self.note.is_empty() { " " span.note { (self.note) } } }
                div.drawn { (self.svg(None)) }
                @if !self.key.is_empty() {
                    ul.key aria-hidden="true" {
                        @for (class, name) in &self.key {
                            li { svg viewBox="0 0 24 10" width="24" height="10" { path class=(class) d="M0 5H24" {} } " " (name) }
                        }
                    }
                }
                details.data { summary { "Table" } (self.table.html()) }
            }
        }
    }

    /// The chart alone, as a file.
    pub fn standalone(&self) -> String {
        let style = standalone_style();
        format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{}\n", self.svg(Some(&style)).into_string())
    }

    fn svg(&self, style: Option<&str>) -> Markup {
        let (width, height) = (self.size.0, self.size.1 + if style.is_some() { HEAD + 4.0 } else { 0.0 });
        let (title, text) = (format!("{}-title", self.id), format!("{}-text", self.id));
        let space = style.map(|_| "http://www.w3.org/2000/svg");
        let (wide, high) = (style.map(|_| place(width)), style.map(|_| place(height)));
        let size = format!("0 0 {} {}", place(width), place(height));
        let labels = format!("{title} {text}");
        html! {
            svg xmlns=[space] viewBox=(size) width=[wide] height=[high] role="img" aria-labelledby=(labels) class="plot" {
                title id=(title) { (capital(&self.title)) }
                desc id=(text) { (self.note) }
                @if let Some(style) = style {
                    // Our own constant.
                    style { (PreEscaped(style)) }
                    rect class="paper" x="0" y="0" width=(place(width)) height=(place(height)) {}
                    text class="t strong" x="0" y="14" { (capital(&self.title)) }
                    g transform=(format!("translate(0 {HEAD})")) { (self.body) }
                } @else {
                    (self.body)
                }
            }
        }
    }
}

/// A coordinate, to a tenth of a point.
pub fn place(at: f64) -> String {
    let text = format!("{at:.1}");
    text.strip_suffix(".0").map_or_else(|| text.clone(), str::to_owned)
}

/// A path through points, in order.
pub fn path(points: impl IntoIterator<Item = (f64, f64)>) -> String {
    let mut path = String::new();
    for (x, y) in points {
        path.push(if path.is_empty() { 'M' } else { 'L' });
        path.push_str(&place(x));
        path.push(' ');
        path.push_str(&place(y));
    }
    path
}

/// Of so many ticks some `most` that stand for all, evenly apart, the first and the last among them.
pub fn chosen(ticks: usize, most: usize) -> Vec<usize> {
    let last = ticks.saturating_sub(1);
    if ticks <= most.max(2) {
        return (0..ticks).collect();
    }
    let step = last.div_ceil(most.max(2) - 1);
    let mut chosen: Vec<usize> = (0..ticks).step_by(step).collect();
    if chosen.last() != Some(&last) {
        chosen.push(last);
    }
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chosen_ticks_are_few_and_hold_both_ends() {
        assert_eq!(chosen(5, 10), [0, 1, 2, 3, 4]);
        assert_eq!(chosen(0, 10), [0_usize; 0]);
        for (ticks, most) in [(115, 30), (1000, 60), (61, 60), (3, 2)] {
            let chosen = chosen(ticks, most);
            assert_eq!((chosen.first(), chosen.last()), (Some(&0), Some(&(ticks - 1))));
            assert!(chosen.len() <= most + 1);
        }
    }

    #[test]
    fn alone_a_chart_has_no_variable_left() {
        assert!(!standalone_style().contains("var("));
    }
}
