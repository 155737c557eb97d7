//! Who most probably holds each area, as a map shows it: the leader, the second, how sure it is, and where names go.

use super::cells::{Cells, Point};
use std::collections::BTreeMap;

/// Shares, in percent of the runs, from which on a leader is drawn less and less pale. Below the last, nobody is taken to lead.
pub const STEPS: [u32; 3] = [95, 80, 60];

/// Who leads in an area.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lead {
    /// The side that holds it in most runs, the first in the file among equals.
    pub side: usize,
    /// In how many, in percent: 100 and 0 only where it is all and none.
    pub share: u32,
    /// The next.
    pub second: usize,
    /// In how many, in percent.
    pub second_share: u32,
}

impl Lead {
    /// Of how often each side holds an area.
    pub fn of(counts: &[u32]) -> Self {
        let all: u64 = counts.iter().map(|count| u64::from(*count)).sum();
        let share = |count: u32| {
            let count = u64::from(count);
            let rounded = (200 * count + all).checked_div(2 * all).unwrap_or(0);
            let inside = if count == 0 || count == all { rounded } else { rounded.clamp(1, 99) };
            u32::try_from(inside).unwrap_or(0)
        };
        let most = |but: Option<usize>| {
            let others = counts.iter().copied().enumerate().filter(|(side, _)| Some(*side) != but);
            others.fold((0, 0), |best: (usize, u32), (side, count)| if count > best.1 { (side, count) } else { best })
        };
        let (side, count) = most(None);
        let (second, next) = most(Some(side));
        Self { side, share: share(count), second, second_share: share(next) }
    }

    /// How pale it is drawn: 0 is full, 3 where nobody is taken to lead.
    pub fn paleness(&self) -> usize {
        STEPS.iter().position(|step| self.share >= *step).unwrap_or(STEPS.len())
    }
}

/// A moment of a map: who leads, by area.
pub fn leads(counts: &[Vec<u32>]) -> Vec<Lead> {
    counts.iter().map(|counts| Lead::of(counts)).collect()
}

/// A coherent piece of land: its size, the sums of its cells' middles weighed by size, its areas.
type Piece = (f64, f64, f64, Vec<(usize, Point)>);

/// Where the leaders' names stand: within each coherent piece of land that is large enough, near its middle, where no name of a
/// larger piece stands. An area and its leader each, in the order of the areas.
pub fn labels(cells: &Cells, leads: &[Lead], names: &[&str]) -> Vec<(usize, usize)> {
    /// The share of all land that a piece needs to be named.
    const LARGE: f64 = 0.012;
    /// The most names.
    const MOST: usize = 40;
    let side = |area: usize| leads.get(area).map(|lead| lead.side);
    let mut piece: Vec<usize> = (0..cells.cells.len()).collect();
    for border in &cells.borders {
        let (a, b) = border.areas;
        if side(a) == side(b) {
            let (a, b) = (head(&mut piece, a), head(&mut piece, b));
            if let Some(place) = piece.get_mut(a.max(b)) {
                *place = a.min(b);
            }
        }
    }
    let mut pieces: BTreeMap<usize, Piece> = BTreeMap::new();
    for (area, cell) in cells.cells.iter().enumerate() {
        let Some(cell) = cell else { continue };
        let sum = pieces.entry(head(&mut piece, area)).or_default();
        sum.0 += cell.size;
        sum.1 += cell.size * f64::from(cell.middle.0);
        sum.2 += cell.size * f64::from(cell.middle.1);
        sum.3.push((area, cell.middle));
    }
    let all: f64 = pieces.values().map(|piece| piece.0).sum();
    let mut large: Vec<_> = pieces.into_values().filter(|piece| piece.0 > 0.0 && piece.0 >= LARGE * all).collect();
    large.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut taken: Vec<(Point, f64)> = Vec::new();
    let mut labels = Vec::new();
    for (size, x, y, mut areas) in large.into_iter().take(MOST) {
        let away = |at: Point| {
            let (dx, dy) = (f64::from(at.0) - x / size, f64::from(at.1) - y / size);
            dx * dx + dy * dy
        };
        areas.sort_by(|a, b| away(a.1).total_cmp(&away(b.1)).then(a.0.cmp(&b.0)));
        let Some(side) = areas.first().and_then(|(area, _)| side(*area)) else { continue };
        let wide = names.get(side).map_or(0.0, |name| LETTER * name.chars().count() as f64);
        let free = |at: &Point| {
            taken.iter().all(|(other, width)| {
                f64::from((at.0 - other.0).abs()) > (wide + width) / 2.0 || f64::from((at.1 - other.1).abs()) > LINE
            })
        };
        if let Some((area, at)) = areas.iter().find(|(_, at)| free(at)).copied() {
            taken.push((at, wide));
            labels.push((area, side));
        }
    }
    labels.sort_unstable();
    labels
}

/// The room that a letter of a name takes on the map, and a name's height.
const LETTER: f64 = 12.5;
const LINE: f64 = 24.0;

fn head(piece: &mut [usize], area: usize) -> usize {
    let mut at = area;
    while let Some(&next) = piece.get(at)
        && next != at
    {
        at = next;
    }
    if let Some(place) = piece.get_mut(area) {
        *place = at;
    }
    at
}

/// Digits that stand in a JSON text and in HTML as they are.
const DIGITS: &str = "#$%()*+,-./0123456789:;=?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{|}~";

/// Moments as texts: for each area the leader and the second, each as one number, side · 101 + share, in a few digits.
#[derive(Clone, Copy, Debug)]
pub struct Code {
    /// How many digits a number has.
    pub digits: usize,
}

impl Code {
    /// For so many sides.
    pub fn new(sides: usize) -> Self {
        let base = DIGITS.len();
        let (mut digits, mut room) = (1, base);
        while room < sides.saturating_mul(101) {
            digits += 1;
            room = room.saturating_mul(base);
        }
        Self { digits }
    }

    /// The digits, in order.
    pub fn alphabet() -> &'static str {
        DIGITS
    }

    /// A moment.
    pub fn text(self, leads: &[Lead]) -> String {
        let mut text = String::with_capacity(leads.len() * 2 * self.digits);
        for lead in leads {
            for (side, share) in [(lead.side, lead.share), (lead.second, lead.second_share)] {
                self.number(side * 101 + share as usize, &mut text);
            }
        }
        text
    }

    fn number(self, number: usize, text: &mut String) {
        let digits = DIGITS.as_bytes();
        let mut rest = number;
        let mut turned: Vec<char> = Vec::with_capacity(self.digits);
        for _ in 0..self.digits {
            turned.extend(digits.get(rest % digits.len()).map(|digit| char::from(*digit)));
            rest /= digits.len();
        }
        text.extend(turned.into_iter().rev());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::model::Area;

    #[test]
    fn a_leader_is_never_rounded_to_a_certainty_that_it_is_not() {
        let lead = Lead::of(&[1, 999, 0]);
        assert_eq!((lead.side, lead.share, lead.second, lead.second_share), (1, 99, 0, 1));
        assert_eq!(lead.paleness(), 0);
        let all = Lead::of(&[0, 0, 7]);
        assert_eq!((all.side, all.share, all.second_share), (2, 100, 0));
        let even = Lead::of(&[5, 5]);
        assert_eq!((even.side, even.share, even.second, even.paleness()), (0, 50, 1, 3));
        assert_eq!(Lead::of(&[]).share, 0);
    }

    #[test]
    fn every_number_can_be_read_back() {
        assert!(DIGITS.bytes().all(|digit| !matches!(digit, b'<' | b'>' | b'&' | b'"' | b'\'' | b'\\')));
        for sides in [1, 2, 10, 80, 1000] {
            let code = Code::new(sides);
            let lead = Lead { side: sides - 1, share: 100, second: 0, second_share: 0 };
            let text = code.text(&[lead, Lead::default()]);
            assert_eq!(text.len(), 4 * code.digits);
            let first = text[..code.digits]
                .chars()
                .fold(0, |sum, digit| sum * DIGITS.len() + DIGITS.find(digit).expect("a digit"));
            assert_eq!((first / 101, first % 101), (sides - 1, 100));
        }
        assert_eq!(Code::new(10).digits, 2);
    }

    #[test]
    fn each_large_piece_of_land_is_named_once() {
        let area = |i: usize| Area { name: i.to_string(), lon: Some((i % 8) as f64), lat: Some((i / 8) as f64) };
        let cells = Cells::of(&(0..64).map(area).collect::<Vec<_>>());
        // The left half is one side's, the right half another's, but for one cell of a third.
        let lead =
            |i: usize| Lead { side: if i == 63 { 2 } else { usize::from(i % 8 > 3) }, share: 90, ..Lead::default() };
        let labels = labels(&cells, &(0..64).map(lead).collect::<Vec<_>>(), &["left", "right", "corner"]);
        let sides: Vec<usize> = labels.iter().map(|(_, side)| *side).collect();
        assert_eq!(sides.iter().filter(|side| **side == 0).count(), 1);
        assert_eq!(sides.iter().filter(|side| **side == 1).count(), 1);
        assert!(labels.len() <= 3);
        assert!(labels.iter().all(|(area, side)| *side == 2 || usize::from(area % 8 > 3) == *side));
    }
}
