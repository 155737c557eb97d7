//! The areas of a map as cells around their own coordinates.
//!
//! Longitude and latitude are drawn at one scale at the mean latitude (the equirectangular projection). Around each point stands
//! its Voronoi cell, within a disc whose radius follows the distance of the points near by: so the map ends where the areas do,
//! without a file of their shapes. Points that lie closer than cells could be told apart are moved apart a little. All of this
//! is plain arithmetic and square roots, so that the same areas give the same picture on every machine.

use crate::scenario::model::Area;

/// The longer side of the picture.
const LENGTH: f64 = 1000.0;
/// What is left free around it.
const MARGIN: f64 = 8.0;
/// The corners of a disc.
const CORNERS: usize = 24;
/// So many near points make up what is typical; of a few points, two.
const NEAR: usize = 5;
const FEW: usize = 12;
/// The most areas that are drawn.
pub const MOST: usize = 4_000;

/// A place in the picture, in whole units.
pub type Point = (i32, i32);

/// How the areas found their places.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// By their own coordinates.
    Coordinates,
    /// As tiles in the order of the file, since none has any.
    Tiles,
    /// There are more than can be drawn, or none.
    Undrawn,
}

/// A cell.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    /// Its corners, in order.
    pub outline: Vec<Point>,
    /// The point that it stands around.
    pub middle: Point,
    /// Its size in square units.
    pub size: f64,
}

/// What two cells share.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Border {
    /// The two areas, the lower first.
    pub areas: (usize, usize),
    /// From where to where.
    pub line: (Point, Point),
}

/// All cells of a map.
#[derive(Clone, Debug, PartialEq)]
pub struct Cells {
    /// By area; `None` for one without coordinates.
    pub cells: Vec<Option<Cell>>,
    /// In the order of the areas.
    pub borders: Vec<Border>,
    /// The picture's size.
    pub width: i32,
    /// The picture's size.
    pub height: i32,
    /// How the areas found their places.
    pub layout: Layout,
}

type Spot = (f64, f64);

impl Cells {
    /// The cells of these areas.
    pub fn of(areas: &[Area]) -> Self {
        let placed: Vec<(usize, Spot)> = areas
            .iter()
            .enumerate()
            .filter_map(|(i, area)| Some((i, (area.lon?, area.lat?))))
            .filter(|(_, (lon, lat))| lon.is_finite() && lat.is_finite())
            .collect();
        if areas.is_empty() || areas.len() > MOST {
            return Self::none(areas.len());
        }
        if placed.is_empty() {
            return Self::tiles(areas.len());
        }
        let spots: Vec<Spot> = placed.iter().map(|(_, spot)| *spot).collect();
        let mut spots = fitted(&projected(&spots));
        let spacing = spread(&mut spots);
        let mut cells = vec![None; areas.len()];
        let near = Near::of(&spots);
        let mut shapes: Vec<Vec<Corner>> = Vec::with_capacity(spots.len());
        for place in 0..spots.len() {
            let radius =
                near.typical(place).map_or(spacing, |typical| 0.8 * typical).clamp(0.5 * spacing, 1.6 * spacing);
            shapes.push(near.cell(place, radius));
        }
        let corners = || shapes.iter().flatten().map(|corner| corner.at);
        let (low, high) = extent(corners());
        let scale = (LENGTH - 2.0 * MARGIN) / (high.0 - low.0).max(high.1 - low.1).max(1e-9);
        let whole = |at: Spot| whole(((at.0 - low.0) * scale + MARGIN, (at.1 - low.1) * scale + MARGIN));
        for ((shape, spot), (area, _)) in shapes.iter().zip(&spots).zip(&placed) {
            let outline: Vec<Point> = shape.iter().map(|corner| whole(corner.at)).collect();
            if let Some(cell) = cells.get_mut(*area) {
                *cell = Some(Cell { outline, middle: whole(*spot), size: size(shape) * scale * scale });
            }
        }
        let (width, height) = whole((high.0 + MARGIN / scale, high.1 + MARGIN / scale));
        let borders = borders(&shapes)
            .into_iter()
            .filter_map(|(a, b, (from, to))| {
                let (a, b) = (placed.get(a)?.0, placed.get(b)?.0);
                Some(Border { areas: (a, b), line: (whole(from), whole(to)) })
            })
            .collect();
        Self { cells, borders, width, height, layout: Layout::Coordinates }
    }

    fn none(areas: usize) -> Self {
        Self { cells: vec![None; areas], borders: Vec::new(), width: 0, height: 0, layout: Layout::Undrawn }
    }

    /// Square tiles, row by row.
    fn tiles(areas: usize) -> Self {
        let mut columns = 1;
        while columns * columns * 2 < areas * 3 {
            columns += 1;
        }
        let rows = areas.div_ceil(columns);
        let side = ((LENGTH - 2.0 * MARGIN) / columns.max(rows) as f64).clamp(8.0, 120.0);
        let at = |column: usize, row: usize| whole((MARGIN + side * column as f64, MARGIN + side * row as f64));
        let cell = |area: usize| {
            let (column, row) = (area % columns, area / columns);
            let middle = whole((MARGIN + side * (column as f64 + 0.5), MARGIN + side * (row as f64 + 0.5)));
            let outline = vec![at(column, row), at(column + 1, row), at(column + 1, row + 1), at(column, row + 1)];
            Some(Cell { outline, middle, size: side * side })
        };
        let mut borders = Vec::new();
        for area in 0..areas {
            let (column, row) = (area % columns, area / columns);
            if column + 1 < columns && area + 1 < areas {
                borders.push(Border { areas: (area, area + 1), line: (at(column + 1, row), at(column + 1, row + 1)) });
            }
            if area + columns < areas {
                borders.push(Border {
                    areas: (area, area + columns),
                    line: (at(column, row + 1), at(column + 1, row + 1)),
                });
            }
        }
        let (width, height) = whole((2.0 * MARGIN + side * columns as f64, 2.0 * MARGIN + side * rows as f64));
        Self { cells: (0..areas).map(cell).collect(), borders, width, height, layout: Layout::Tiles }
    }
}

fn whole(at: Spot) -> Point {
    (at.0.round() as i32, at.1.round() as i32)
}

/// Degrees to a plane, north up. Where the areas lie on both sides of the date line, they are cut where most is empty.
fn projected(spots: &[Spot]) -> Vec<Spot> {
    let latitude = spots.iter().map(|(_, lat)| lat).sum::<f64>() / spots.len().max(1) as f64;
    let narrower = cosine(latitude.clamp(-85.0, 85.0));
    let mut longitudes: Vec<f64> = spots.iter().map(|(lon, _)| *lon).collect();
    longitudes.sort_by(f64::total_cmp);
    let (mut widest, mut west) = (0.0, f64::NEG_INFINITY);
    if let (Some(first), Some(last)) = (longitudes.first(), longitudes.last())
        && last - first > 180.0
    {
        widest = first + 360.0 - last;
    }
    if widest > 0.0 {
        for pair in longitudes.windows(2) {
            if let [a, b] = pair
                && b - a > widest
            {
                (widest, west) = (b - a, *b);
            }
        }
    }
    let turned = |lon: f64| if lon < west { lon + 360.0 } else { lon };
    spots.iter().map(|(lon, lat)| (turned(*lon) * narrower, -lat)).collect()
}

/// The cosine of an angle in degrees, −90 to 90, by its series: the same everywhere, and far finer than a picture needs.
fn cosine(degrees: f64) -> f64 {
    let x = degrees * (std::f64::consts::PI / 180.0);
    let (mut term, mut sum) = (1.0, 1.0);
    for k in 1..12 {
        let k = f64::from(2 * k);
        term *= -x * x / (k * (k - 1.0));
        sum += term;
    }
    sum
}

/// The spots with the longer side of what they span as long as the picture.
fn fitted(spots: &[Spot]) -> Vec<Spot> {
    let (low, high) = extent(spots.iter().copied());
    let longer = (high.0 - low.0).max(high.1 - low.1);
    let scale = if longer > 0.0 { LENGTH / longer } else { 0.0 };
    spots.iter().map(|(x, y)| ((x - low.0) * scale, (y - low.1) * scale)).collect()
}

fn extent(spots: impl Iterator<Item = Spot>) -> (Spot, Spot) {
    let none = ((f64::INFINITY, f64::INFINITY), (f64::NEG_INFINITY, f64::NEG_INFINITY));
    spots.fold(none, |(low, high), (x, y)| ((low.0.min(x), low.1.min(y)), (high.0.max(x), high.1.max(y))))
}

/// Moves spots apart that lie too close, and tells how far apart spots typically are.
fn spread(spots: &mut [Spot]) -> f64 {
    /// The share of the typical distance that spots keep from each other.
    const APART: f64 = 0.62;
    const ROUNDS: usize = 120;
    let near = Near::of(spots);
    let mut typical: Vec<f64> = (0..spots.len()).filter_map(|place| near.typical(place)).filter(|d| *d > 0.0).collect();
    typical.sort_by(f64::total_cmp);
    let spacing = typical.get(typical.len() / 2).copied().unwrap_or(LENGTH / 4.0);
    let apart = APART * spacing;
    fan_out(spots, 0.05 * apart);
    for _ in 0..ROUNDS {
        let mut order: Vec<usize> = (0..spots.len()).collect();
        order.sort_by(|&a, &b| spot(spots, a).0.total_cmp(&spot(spots, b).0).then(a.cmp(&b)));
        let mut moves = vec![(0.0, 0.0); spots.len()];
        let mut still = true;
        for (rank, &a) in order.iter().enumerate() {
            let here = spot(spots, a);
            for &b in order.iter().skip(rank + 1).take_while(|&&b| spot(spots, b).0 - here.0 < apart) {
                let there = spot(spots, b);
                let (dx, dy) = (there.0 - here.0, there.1 - here.1);
                let distance = (dx * dx + dy * dy).sqrt();
                if distance < apart && distance > 0.0 {
                    let push = 0.3 * (apart - distance) / distance;
                    add(&mut moves, a, (-dx * push, -dy * push));
                    add(&mut moves, b, (dx * push, dy * push));
                    still &= apart - distance < 0.02 * apart;
                }
            }
        }
        for (spot, by) in spots.iter_mut().zip(&moves) {
            *spot = (spot.0 + by.0, spot.1 + by.1);
        }
        if still {
            break;
        }
    }
    spacing
}

fn spot(spots: &[Spot], place: usize) -> Spot {
    spots.get(place).copied().unwrap_or((0.0, 0.0))
}

fn add(moves: &mut [Spot], place: usize, by: Spot) {
    if let Some(sum) = moves.get_mut(place) {
        *sum = (sum.0 + by.0, sum.1 + by.1);
    }
}

/// Spots at one place are set around it, in the order of the file, each a turn further.
fn fan_out(spots: &mut [Spot], step: f64) {
    /// An eighth of a turn and a little, so that no two come to lie in one direction soon.
    const TURN: Spot = (0.617, 0.787);
    let mut order: Vec<usize> = (0..spots.len()).collect();
    order.sort_by(|&a, &b| {
        let (a, b) = (spot(spots, a), spot(spots, b));
        a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1))
    });
    let (mut before, mut direction, mut out) = (None, (1.0, 0.0), step);
    for place in order {
        let here = spot(spots, place);
        if before == Some(here) {
            if let Some(spot) = spots.get_mut(place) {
                *spot = (here.0 + out * direction.0, here.1 + out * direction.1);
            }
            direction = (direction.0 * TURN.0 - direction.1 * TURN.1, direction.0 * TURN.1 + direction.1 * TURN.0);
            out += step;
        } else {
            (before, direction, out) = (Some(here), (1.0, 0.0), step);
        }
    }
}

/// Spots in the order of their first coordinate, so that near ones are found among few.
struct Near<'a> {
    spots: &'a [Spot],
    order: Vec<usize>,
    rank: Vec<usize>,
}

/// A corner of a cell, and the spot on the other side of the edge that begins there; `None` for the disc's.
#[derive(Clone, Copy, Debug)]
struct Corner {
    at: Spot,
    beyond: Option<usize>,
}

impl<'a> Near<'a> {
    fn of(spots: &'a [Spot]) -> Self {
        let mut order: Vec<usize> = (0..spots.len()).collect();
        order.sort_by(|&a, &b| spot(spots, a).0.total_cmp(&spot(spots, b).0).then(a.cmp(&b)));
        let mut rank = vec![0; spots.len()];
        for (place, &spot) in order.iter().enumerate() {
            if let Some(rank) = rank.get_mut(spot) {
                *rank = place;
            }
        }
        Self { spots, order, rank }
    }

    /// The squares of the distances of other spots, with those, within a bound that may shrink while it goes: first to one
    /// side, then to the other, as far as the first coordinate allows.
    fn visit(&self, place: usize, mut bound: impl FnMut(f64, usize) -> f64, start: f64) {
        let here = spot(self.spots, place);
        let rank = self.rank.get(place).copied().unwrap_or(0);
        let mut radius = start;
        let up = self.order.iter().skip(rank + 1);
        let down = self.order.iter().take(rank).rev();
        for way in [&mut up.copied() as &mut dyn Iterator<Item = usize>, &mut down.copied()] {
            for other in way {
                let there = spot(self.spots, other);
                let (dx, dy) = (there.0 - here.0, there.1 - here.1);
                if dx * dx > radius {
                    break;
                }
                let square = dx * dx + dy * dy;
                if square <= radius {
                    radius = bound(square, other);
                }
            }
        }
    }

    /// The mean distance of the nearest spots at other places; `None` if there is no other.
    fn typical(&self, place: usize) -> Option<f64> {
        let wanted = if self.spots.len() > FEW { NEAR } else { 2 };
        let mut nearest: Vec<f64> = Vec::new();
        self.visit(
            place,
            |square, _| {
                if square > 0.0 {
                    let at = nearest.partition_point(|other| *other <= square);
                    nearest.insert(at, square);
                    nearest.truncate(wanted);
                }
                if nearest.len() < wanted { f64::INFINITY } else { nearest.last().copied().unwrap_or(f64::INFINITY) }
            },
            f64::INFINITY,
        );
        if nearest.is_empty() {
            return None;
        }
        Some(nearest.iter().map(|square| square.sqrt()).sum::<f64>() / nearest.len() as f64)
    }

    /// A disc, cut back to what lies nearer to its spot than to any other.
    fn cell(&self, place: usize, radius: f64) -> Vec<Corner> {
        let mut others: Vec<(f64, usize)> = Vec::new();
        let bound = 4.0 * radius * radius;
        self.visit(
            place,
            |square, other| {
                others.push((square, other));
                bound
            },
            bound,
        );
        others.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let here = spot(self.spots, place);
        let mut shape = disc(here, radius);
        for (square, other) in others.into_iter().filter(|(square, _)| *square > 0.0) {
            let there = spot(self.spots, other);
            shape = cut(&shape, here, there, square, other);
        }
        shape
    }
}

fn disc(around: Spot, radius: f64) -> Vec<Corner> {
    /// The cosine and the sine of a step of 15 degrees.
    const STEP: Spot = (0.965_925_826_289_068_3, 0.258_819_045_102_520_76);
    let mut direction = (1.0, 0.0);
    let mut corners = Vec::with_capacity(CORNERS);
    for _ in 0..CORNERS {
        corners.push(Corner { at: (around.0 + radius * direction.0, around.1 + radius * direction.1), beyond: None });
        direction = (direction.0 * STEP.0 - direction.1 * STEP.1, direction.0 * STEP.1 + direction.1 * STEP.0);
    }
    corners
}

/// What of a convex shape lies nearer to one spot than to another (Sutherland and Hodgman's clipping by one line).
fn cut(shape: &[Corner], here: Spot, there: Spot, square: f64, other: usize) -> Vec<Corner> {
    // Positive beyond the line half-way between the two.
    let beyond = |at: Spot| (at.0 - here.0) * (there.0 - here.0) + (at.1 - here.1) * (there.1 - here.1) - 0.5 * square;
    let mut kept = Vec::with_capacity(shape.len() + 2);
    for (corner, next) in shape.iter().zip(shape.iter().cycle().skip(1)) {
        let (a, b) = (beyond(corner.at), beyond(next.at));
        let crossing = || {
            let part = a / (a - b);
            (corner.at.0 + part * (next.at.0 - corner.at.0), corner.at.1 + part * (next.at.1 - corner.at.1))
        };
        match (a <= 0.0, b <= 0.0) {
            (true, true) => kept.push(*corner),
            (true, false) => {
                kept.push(*corner);
                kept.push(Corner { at: crossing(), beyond: Some(other) });
            }
            (false, true) => kept.push(Corner { at: crossing(), beyond: corner.beyond }),
            (false, false) => {}
        }
    }
    kept
}

/// The edges that two cells share, of each the shorter of what the two cells have of it.
fn borders(shapes: &[Vec<Corner>]) -> Vec<(usize, usize, (Spot, Spot))> {
    let mut edges: Vec<(usize, usize, f64, (Spot, Spot))> = Vec::new();
    for (place, shape) in shapes.iter().enumerate() {
        for (corner, next) in shape.iter().zip(shape.iter().cycle().skip(1)) {
            if let Some(other) = corner.beyond {
                let (dx, dy) = (next.at.0 - corner.at.0, next.at.1 - corner.at.1);
                edges.push((place.min(other), place.max(other), dx * dx + dy * dy, (corner.at, next.at)));
            }
        }
    }
    edges.sort_by(|a, b| (a.0, a.1).cmp(&(b.0, b.1)).then(a.2.total_cmp(&b.2)));
    let twice = edges.windows(2).filter_map(|pair| match pair {
        [a, b] if (a.0, a.1) == (b.0, b.1) && a.2 > 0.25 => Some((a.0, a.1, a.3)),
        _ => None,
    });
    twice.collect()
}

/// A shape's size, by the shoelace formula.
fn size(shape: &[Corner]) -> f64 {
    let pairs = shape.iter().zip(shape.iter().cycle().skip(1));
    0.5 * pairs.map(|(a, b)| a.at.0 * b.at.1 - b.at.0 * a.at.1).sum::<f64>().abs()
}

#[cfg(test)]
#[path = "cells_tests.rs"]
mod tests;
