//! Who sent what to whom: senders at the left, kinds of messages in the middle, receivers at the right, with bands as wide as many
//! messages a run.

use super::Drawing;
use super::charts::{Chart, Row, Table, Words, cut_to, place};
use crate::ensemble::{Mail, Sample};
use crate::scenario::model::Scenario;
use crate::summary::grouped;
use crate::summary::numbers::{decimals, number};
use maud::{Markup, html};
use std::collections::BTreeMap;

/// The most senders, kinds and receivers that are drawn by themselves; those with fewer messages are put together.
const MOST: usize = 24;
/// The most rows of the table.
const MOST_ROWS: usize = 600;
/// The most bands that are drawn: the widest.
const MOST_BANDS: usize = 400;
/// The width of the picture.
const WIDTH: f64 = 680.0;
/// Where the three rows of nodes stand.
const COLUMNS: [f64; 3] = [150.0, 316.0, 522.0];
/// The width of a node.
const NODE: f64 = 8.0;
/// The letters that a name may have beside a band.
const ROOM: usize = 16;
/// What all bands of a row are high together, without the gaps.
const ALL: f64 = 260.0;
/// The least distance of the middles of two nodes, so that their names have room.
const ROW: f64 = 22.0;
/// The first node's upper edge.
const TOP: f64 = 30.0;

/// Something that sends, is sent, or receives.
#[derive(Clone, Debug, Default)]
struct Node {
    name: String,
    /// The same where there is little room.
    short: String,
    /// Whether it stands for one actor or kind alone, so that the page's script can choose it by its name.
    alone: bool,
    value: f64,
    at: f64,
}

/// What goes from a node to another.
#[derive(Clone, Copy, Debug)]
struct Band {
    sender: usize,
    kind: usize,
    receiver: usize,
    value: f64,
}

/// Nodes by row, and what goes between them.
struct Drawn {
    rows: [Vec<Node>; 3],
    bands: Vec<Band>,
    /// How many bands are too thin to be drawn.
    thin: usize,
    /// What is sent in all, a run.
    all: f64,
    scale: f64,
    height: f64,
}

/// The messages of a sample; nothing where none can be sent.
pub(super) fn flows(scenario: &Scenario, sample: &Sample, drawing: &mut Drawing) -> Markup {
    let sent: Vec<&Mail> = sample.mail.iter().filter(|mail| mail.sent > 0).collect();
    if sample.mail.is_empty() || sample.fine() == 0 {
        return html! {};
    }
    let never = sample.mail.len() - sent.len();
    html! {
        @if sent.is_empty() {
            p { "No message was sent in any run." }
        } @else {
            (drawing.show(Some(chart(scenario, sample, &sent))))
        }
        @if never > 0 && !sent.is_empty() {
            p.note {
                "Rules could also send " (grouped(never as u64)) " other kinds of messages between two actors, and never did in these runs."
            }
        }
    }
}

fn chart(scenario: &Scenario, sample: &Sample, sent: &[&Mail]) -> Chart {
    let drawn = Drawn::of(scenario, sample, sent);
    Chart {
        id: "messages".to_owned(),
        title: "Who sends what to whom".to_owned(),
        note: format!(
            "Messages a run, the mean of {} runs: from senders through kinds to receivers.{}",
            grouped(sample.fine()),
            match drawn.thin {
                0 => String::new(),
                thin => format!(" The {thin} thinnest bands are left out."),
            }
        ),
        size: (WIDTH, drawn.height),
        body: drawn.body(),
        key: Vec::new(),
        table: table(scenario, sample, sent),
    }
}

fn actor(scenario: &Scenario, actor: usize) -> String {
    let title = scenario.actors.get(actor).map_or("", |actor| actor.title.as_str());
    cut_to(short(title), 40)
}

/// An actor's name in full, and as it fits beside a band: where the title is too long for that, the name that the scenario's
/// expressions use.
fn both(scenario: &Scenario, number: usize) -> (String, String) {
    let name = actor(scenario, number);
    let short = if name.chars().count() <= ROOM {
        name.clone()
    } else {
        scenario.actors.get(number).map_or_else(String::new, |actor| cut_to(&actor.name.replace('_', " "), ROOM))
    };
    (name, short)
}

/// A title without what it explains in brackets.
fn short(title: &str) -> &str {
    let end = title.find([',', '(']).filter(|end| *end > 3).unwrap_or(title.len());
    title.get(..end).unwrap_or(title).trim_end()
}

fn kind(scenario: &Scenario, kind: usize) -> String {
    let name = scenario.kinds.get(kind).map_or("", |kind| kind.notes.title.as_deref().unwrap_or(&kind.name));
    cut_to(&name.replace('_', " "), 40)
}

/// The nodes of a row: those with most messages by themselves, in an order to be found yet, the others as one. Gives the place of
/// each number's node too.
fn nodes(
    sums: &BTreeMap<usize, f64>,
    others: &str,
    name: impl Fn(usize) -> (String, String),
) -> (Vec<Node>, BTreeMap<usize, usize>) {
    let mut order: Vec<(usize, f64)> = sums.iter().map(|(number, value)| (*number, *value)).collect();
    order.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    let alone = if order.len() > MOST { MOST - 1 } else { order.len() };
    let mut nodes: Vec<Node> = Vec::new();
    let mut places = BTreeMap::new();
    for (number, value) in order.iter().take(alone) {
        places.insert(*number, nodes.len());
        let (name, short) = name(*number);
        nodes.push(Node { name, short, alone: true, value: *value, at: 0.0 });
    }
    let rest: Vec<&(usize, f64)> = order.iter().skip(alone).collect();
    if !rest.is_empty() {
        for (number, _) in &rest {
            places.insert(*number, nodes.len());
        }
        let value = rest.iter().map(|(_, value)| value).sum();
        let name = format!("{} other {others}", rest.len());
        nodes.push(Node { short: name.clone(), name, alone: false, value, at: 0.0 });
    }
    (nodes, places)
}

impl Drawn {
    fn of(scenario: &Scenario, sample: &Sample, sent: &[&Mail]) -> Self {
        let runs = sample.fine().max(1) as f64;
        let mut sums: [BTreeMap<usize, f64>; 3] = Default::default();
        for mail in sent {
            for (sums, number) in sums.iter_mut().zip([mail.sender, mail.kind, mail.receiver]) {
                *sums.entry(number).or_default() += mail.sent as f64 / runs;
            }
        }
        let [senders, kinds, receivers] = &sums;
        let (senders, of_sender) = nodes(senders, "senders", |number| both(scenario, number));
        let (kinds, of_kind) = nodes(kinds, "kinds", |number| (kind(scenario, number), kind(scenario, number)));
        let (receivers, of_receiver) = nodes(receivers, "receivers", |number| both(scenario, number));
        let mut bands: BTreeMap<(usize, usize, usize), f64> = BTreeMap::new();
        for mail in sent {
            let place = |places: &BTreeMap<usize, usize>, number: usize| places.get(&number).copied().unwrap_or(0);
            let key = (place(&of_sender, mail.sender), place(&of_kind, mail.kind), place(&of_receiver, mail.receiver));
            *bands.entry(key).or_default() += mail.sent as f64 / runs;
        }
        let mut bands: Vec<Band> =
            bands.into_iter().map(|((sender, kind, receiver), value)| Band { sender, kind, receiver, value }).collect();
        let all = bands.iter().map(|band| band.value).sum();
        let thin = bands.len().saturating_sub(MOST_BANDS);
        bands.sort_by(|a, b| b.value.total_cmp(&a.value));
        bands.truncate(MOST_BANDS);
        let mut drawn = Self { rows: [senders, kinds, receivers], bands, thin, all, scale: 1.0, height: 0.0 };
        drawn.place();
        drawn
    }

    /// Sets the nodes: the kinds by how many there are, senders and receivers near what they send and get.
    fn place(&mut self) {
        self.scale = if self.all > 0.0 { ALL / self.all } else { 0.0 };
        let scale = self.scale;
        let order = |nodes: &[Node], wanted: &[f64]| {
            let mut order: Vec<usize> = (0..nodes.len()).collect();
            let at = |place: &usize| wanted.get(*place).copied().unwrap_or(0.0);
            order.sort_by(|a, b| at(a).total_cmp(&at(b)).then(a.cmp(b)));
            order
        };
        let set = |nodes: &mut Vec<Node>, order: &[usize]| {
            let mut at = TOP;
            for place in order {
                if let Some(node) = nodes.get_mut(*place) {
                    let high = node.value * scale;
                    let room = (high + 6.0).max(ROW);
                    node.at = at + (room - high) / 2.0;
                    at += room;
                }
            }
            at
        };
        let [senders, kinds, receivers] = &mut self.rows;
        let in_order: Vec<usize> = (0..kinds.len()).collect();
        let mut height = set(kinds, &in_order);
        let middle = |kind: usize| kinds.get(kind).map_or(0.0, |kind| kind.at + kind.value * scale / 2.0);
        for (nodes, end) in [(senders, 0), (receivers, 2)] {
            let mut sums = vec![(0.0, 0.0); nodes.len()];
            for band in &self.bands {
                let place = if end == 0 { band.sender } else { band.receiver };
                if let Some(sum) = sums.get_mut(place) {
                    *sum = (sum.0 + band.value * middle(band.kind), sum.1 + band.value);
                }
            }
            let wanted: Vec<f64> = sums.iter().map(|(sum, all)| if *all > 0.0 { sum / all } else { 0.0 }).collect();
            let order = order(nodes, &wanted);
            height = height.max(set(nodes, &order));
        }
        self.height = height + 6.0;
    }

    /// Each band's way from one row to the next: where it leaves, where it arrives, how wide it is.
    fn ways(&self, from: usize) -> Vec<(&Band, f64, f64, f64)> {
        let ends = |band: &Band| if from == 0 { (band.sender, band.kind) } else { (band.kind, band.receiver) };
        let at =
            |row: usize, place: usize| self.rows.get(row).and_then(|row| row.get(place)).map_or(0.0, |node| node.at);
        let mut left: Vec<usize> = (0..self.bands.len()).collect();
        let mut right = left.clone();
        // At each node, bands lie in the order of where they come from and go to, so that they cross little.
        let by = |nodes: (usize, usize), band: usize, first_left: bool| {
            let ends = self.bands.get(band).map_or((0, 0), ends);
            let (a, b) = (at(nodes.0, ends.0), at(nodes.1, ends.1));
            if first_left { (a, b) } else { (b, a) }
        };
        for (order, first_left) in [(&mut left, true), (&mut right, false)] {
            order.sort_by(|&a, &b| {
                let (a2, b2) = (by((from, from + 1), a, first_left), by((from, from + 1), b, first_left));
                a2.0.total_cmp(&b2.0).then(a2.1.total_cmp(&b2.1)).then(a.cmp(&b))
            });
        }
        let stack = |order: &[usize], row: usize, end: &dyn Fn(&Band) -> usize| {
            let mut used: BTreeMap<usize, f64> = BTreeMap::new();
            let mut places = vec![0.0; self.bands.len()];
            for &number in order {
                let Some(band) = self.bands.get(number) else { continue };
                let used = used.entry(end(band)).or_default();
                if let Some(slot) = places.get_mut(number) {
                    *slot = at(row, end(band)) + *used + band.value * self.scale / 2.0;
                }
                *used += band.value * self.scale;
            }
            places
        };
        let leaves = stack(&left, from, &|band| ends(band).0);
        let arrives = stack(&right, from + 1, &|band| ends(band).1);
        let ways = self.bands.iter().zip(leaves).zip(arrives);
        ways.map(|((band, leaves), arrives)| (band, leaves, arrives, band.value * self.scale)).collect()
    }

    fn name_of(&self, row: usize, place: usize) -> Option<&str> {
        let node = self.rows.get(row).and_then(|row| row.get(place));
        node.filter(|node| node.alone).map(|node| node.name.as_str())
    }

    fn body(&self) -> Markup {
        let heads = [
            ("t strong end", COLUMNS[0] + NODE, "Sender"),
            ("t strong mid", COLUMNS[1], "Kind"),
            ("t strong", COLUMNS[2], "Receiver"),
        ];
        html! {
            @for (class, x, text) in heads { text class=(class) x=(place(x)) y="16" { (text) } }
            @for from in 0..2 {
                @let (x, to) = (COLUMNS.get(from).map_or(0.0, |x| x + if from == 0 { NODE } else { NODE / 2.0 }), COLUMNS.get(from + 1).map_or(0.0, |x| x - if from == 0 { NODE / 2.0 } else { 0.0 }));
                @let middle = (x + to) / 2.0;
                g.bands {
                    @for (band, leaves, arrives, wide) in self.ways(from) {
                        path class=(format!("flow k{}", band.kind % 8 + 1)) stroke-width=(format!("{:.2}", wide.max(0.5)))
                            d=(format!("M{} {}C{} {} {} {} {} {}", place(x), place(leaves), place(middle), place(leaves), place(middle), place(arrives), place(to), place(arrives)))
                            data-from=[self.name_of(0, band.sender)] data-kind=[self.name_of(1, band.kind)] data-to=[self.name_of(2, band.receiver)] {}
                    }
                }
            }
            @for (row, nodes) in self.rows.iter().enumerate() {
                @for node in nodes { (self.node(row, node)) }
            }
        }
    }

    fn node(&self, row: usize, node: &Node) -> Markup {
        let x = COLUMNS.get(row).copied().unwrap_or(0.0) - if row == 1 { NODE / 2.0 } else { 0.0 };
        let high = (node.value * self.scale).max(1.0);
        let middle = node.at + high / 2.0 + 4.0;
        let (class, at) = match row {
            0 => ("t ink end", x - 6.0),
            1 => ("t ink halo", x + NODE + 4.0),
            _ => ("t ink", x + NODE + 6.0),
        };
        html! {
            rect class="node" x=(place(x)) y=(place(node.at)) width=(NODE) height=(place(high)) {}
            text class=(class) x=(place(at)) y=(place(middle)) { (cut_to(&node.short, ROOM)) " " tspan class="soft" { (few(node.value)) } }
        }
    }
}

/// A number to two digits or so, for a name that stands beside a band.
fn few(value: f64) -> String {
    let digits = if value >= 9.95 {
        0
    } else if value >= 0.95 {
        1
    } else {
        2
    };
    match number(Some(value), digits) {
        nothing if value > 0.0 && nothing == "0.00" => "<0.01".to_owned(),
        text => text,
    }
}

fn table(scenario: &Scenario, sample: &Sample, sent: &[&Mail]) -> Table {
    let runs = sample.fine().max(1) as f64;
    let mut sent: Vec<&Mail> = sent.to_vec();
    sent.sort_by(|a, b| b.sent.cmp(&a.sent).then((a.sender, a.receiver, a.kind).cmp(&(b.sender, b.receiver, b.kind))));
    let row = |mail: &&Mail| {
        let mean = mail.sent as f64 / runs;
        let digits = decimals(mail.error(sample.fine()), mean);
        let each = mail.amount / mail.sent.max(1) as f64;
        let unit = scenario.kinds.get(mail.kind).and_then(|kind| kind.notes.unit.as_deref()).unwrap_or("");
        Row::of(vec![
            actor(scenario, mail.sender),
            kind(scenario, mail.kind),
            actor(scenario, mail.receiver),
            number(Some(mean), digits),
            number(Some(each), decimals(Some(each.abs() * 0.02), each)),
            cut_to(unit, 40),
        ])
    };
    let head = ["sender", "kind", "receiver", "messages a run", "mean amount", "unit"];
    let note = if sent.len() > MOST_ROWS {
        format!("{} rows with fewer messages are left out.", grouped((sent.len() - MOST_ROWS) as u64))
    } else {
        String::new()
    };
    Table {
        head: head.map(str::to_owned).to_vec(),
        rows: sent.iter().take(MOST_ROWS).map(row).collect(),
        note,
        words: Words::In(&[1, 2, 5]),
    }
}
