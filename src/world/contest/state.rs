//! What changes during a run: columns of numbers, one number a lane.

use super::ground::Ground;
use super::{falls, kernels};
use crate::large_pages::{Numbers, spaced};

/// Rows of numbers, each with one number a lane, lanes next to each other.
///
/// Every row begins at the start of a cache line, so that no vector straddles two, and is spaced from the next ([`spaced`]).
#[derive(Debug, Default, Clone)]
pub struct Columns {
    values: Numbers,
    /// From the beginning of a row to that of the next.
    stride: usize,
    rows: usize,
    lanes: usize,
}

impl Columns {
    /// So many rows of one value.
    pub fn new(rows: usize, lanes: usize, value: f64) -> Self {
        let stride = spaced(lanes);
        Self { values: Numbers::new(rows * stride, value), stride, rows, lanes }
    }

    /// A row.
    ///
    /// # Panics
    /// If there is no such row.
    #[inline(always)]
    pub fn row(&self, row: usize) -> &[f64] {
        let start = row * self.stride;
        &self.values[start..start + self.lanes]
    }

    /// A row, to be written.
    ///
    /// # Panics
    /// If there is no such row.
    #[inline(always)]
    pub fn row_mut(&mut self, row: usize) -> &mut [f64] {
        let start = row * self.stride;
        &mut self.values[start..start + self.lanes]
    }

    /// Two rows, the second further down, to be written.
    #[inline(always)]
    pub(super) fn two_rows_mut(&mut self, row: usize, other: usize) -> [&mut [f64]; 2] {
        let (start, others_start) = (row * self.stride, other * self.stride);
        let (before, after) = self.values.split_at_mut(others_start);
        [&mut before[start..start + self.lanes], &mut after[..self.lanes]]
    }

    /// Sets every number.
    #[inline(always)]
    pub(super) fn fill(&mut self, value: f64) {
        self.values.fill(value);
    }

    /// Keeps the lanes listed, in ascending order, and moves them together.
    fn pack(&mut self, keep: &[usize]) {
        let (old_stride, new_stride) = (self.stride, spaced(keep.len()));
        for row in 0..self.rows {
            for (new, &old) in keep.iter().enumerate() {
                self.values[row * new_stride + new] = self.values[row * old_stride + old];
            }
        }
        self.values.resize(self.rows * new_stride);
        (self.stride, self.lanes) = (new_stride, keep.len());
    }
}

impl PartialEq for Columns {
    fn eq(&self, other: &Self) -> bool {
        let rows = |columns: &Self| (columns.rows, columns.lanes);
        rows(self) == rows(other) && (0..self.rows).all(|row| self.row(row) == other.row(row))
    }
}

/// The state of the contest in every lane. Rows are pairs, areas or sides as each field says.
///
/// `garrison`, `supply` and `fire` are what rules may write between ticks: finite, not negative, supply at most 1.
/// `posts` are a run's own where [`State::allot`] puts them before the first tick; later only the contest writes them.
#[derive(Debug, Clone, PartialEq)]
pub struct State {
    lanes: usize,
    /// Pairs: posts held, whole numbers.
    pub posts: Columns,
    /// Pairs: extra strength placed there, beyond the side's force; decays.
    pub garrison: Columns,
    /// Pairs: how well supplied the side is there, 0 to 1.
    pub supply: Columns,
    /// Pairs: air and artillery fire in support of the side's posts there; decays.
    pub fire: Columns,
    /// Pairs: the hostile share of the strength that acts there, 0 to 1 (half: equal forces), as of the last tick's
    /// fight.
    pub threat: Columns,
    /// Pairs: 1 where no neighbouring area has posts of the side or of one that it is not hostile to, else 0.
    pub cut_off: Columns,
    /// Areas: the side that holds most posts, as its place in the file.
    pub holder: Columns,
    /// Areas: the side that holds the towns.
    pub town_holder: Columns,
    /// Areas: posts destroyed or given up and not rebuilt, whole numbers.
    pub ruined: Columns,
    /// Areas: 1 if posts were attacked in the last tick, else 0.
    pub fighting: Columns,
    /// Sides: posts lost since the start, gross: taken by others, destroyed or given up.
    pub posts_lost: Columns,
    /// Sides: those who surrendered since the start, in the unit of the force.
    pub surrendered: Columns,
    /// Sides: the share of its posts that the side lost lately, forgotten at the rate `forget`.
    pub shaken: Columns,
    /// Sides: battalion-sized garrisons that fell whole lately, forgotten at the rate `forget`.
    pub news: Columns,
    /// Vicinities: posts that a side holds in the areas around an area.
    pub(super) near: Columns,
    /// Areas: whether no threat and no fighting is noted there in any lane.
    pub(super) calm: Vec<bool>,
    /// Whether a tick was played, after which every area's holder follows from its posts.
    pub(super) settled: bool,
}

impl State {
    /// The state at the start. Until [`State::look`] is called with the hostility of the start, a pair counts as cut
    /// off where its side has no posts of its own around.
    pub fn new(ground: &Ground, lanes: usize) -> Self {
        let (pairs, areas, sides) = (ground.pairs().len(), ground.areas(), ground.sides());
        let zero = |rows| Columns::new(rows, lanes, 0.0);
        let mut state = Self {
            lanes,
            posts: zero(pairs),
            garrison: zero(pairs),
            supply: Columns::new(pairs, lanes, 1.0),
            fire: zero(pairs),
            threat: zero(pairs),
            cut_off: zero(pairs),
            holder: zero(areas),
            town_holder: zero(areas),
            ruined: zero(areas),
            fighting: zero(areas),
            posts_lost: zero(sides),
            surrendered: zero(sides),
            shaken: zero(sides),
            news: zero(sides),
            near: zero(ground.vicinities()),
            calm: vec![true; areas],
            settled: false,
        };
        for (pair, place) in ground.pairs().iter().enumerate() {
            state.posts.row_mut(pair).fill(place.posts);
        }
        for area in 0..areas {
            state.holder.row_mut(area).fill(ground.holder(area) as f64);
            state.town_holder.row_mut(area).fill(ground.town_holder(area) as f64);
        }
        let enemies = vec![1.0; lanes];
        let hostility: Vec<&[f64]> = vec![&enemies; sides * sides];
        state.look(ground, &hostility);
        state
    }

    /// Takes what each run has drawn before the first tick: a column of whole numbers for each of these pairs. The side with
    /// most posts holds the area then; the table's holder stays where it is among the first, or nobody has posts. Call
    /// [`State::look`] next.
    pub fn allot<'a>(&mut self, ground: &Ground, drawn: impl Iterator<Item = (usize, &'a [f64])>) {
        let mut areas = vec![false; ground.areas()];
        for (pair, posts) in drawn {
            self.posts.row_mut(pair).copy_from_slice(posts);
            areas[ground.pairs()[pair].area] = true;
        }
        let mut most = vec![0.0; self.lanes];
        for area in (0..ground.areas()).filter(|area| areas[*area]) {
            falls::hold(ground, &self.posts, self.holder.row_mut(area), &mut most, area);
        }
    }

    /// How many lanes there are.
    pub fn lanes(&self) -> usize {
        self.lanes
    }

    /// Keeps the lanes listed, which ascend strictly, and moves them together.
    pub fn pack(&mut self, keep: &[usize]) {
        let columns = [
            &mut self.posts,
            &mut self.garrison,
            &mut self.supply,
            &mut self.fire,
            &mut self.threat,
            &mut self.cut_off,
            &mut self.holder,
            &mut self.town_holder,
            &mut self.ruined,
            &mut self.fighting,
            &mut self.posts_lost,
            &mut self.surrendered,
            &mut self.shaken,
            &mut self.news,
            &mut self.near,
        ];
        for column in columns {
            column.pack(keep);
        }
        self.lanes = keep.len();
    }

    /// Brings what is seen of posts up to date: the posts around each area, and who is cut off.
    ///
    /// `hostility` is as for [`Inputs`](super::Inputs). [`step`](super::step) ends with this.
    pub fn look(&mut self, ground: &Ground, hostility: &[&[f64]]) {
        for area in 0..ground.areas() {
            self.count_around(ground, area);
            let is_island = ground.neighbours_of(area).is_empty();
            for pair in ground.pairs_of(area) {
                let side = ground.pairs()[pair].side;
                let cut_off = self.cut_off.row_mut(pair);
                cut_off.fill(if is_island { 0.0 } else { 1.0 });
                for vicinity in ground.vicinities_of(area) {
                    let other = ground.vicinity_side(vicinity);
                    let near = self.near.row(vicinity);
                    if other == side {
                        relieve(cut_off, near);
                    } else {
                        relieve_by_others(cut_off, near, hostility[side * ground.sides() + other]);
                    }
                }
            }
        }
    }

    /// Adds up the posts of each side around an area.
    #[inline(always)]
    pub(super) fn count_around(&mut self, ground: &Ground, area: usize) {
        for vicinity in ground.vicinities_of(area) {
            let (near, posts) = (self.near.row_mut(vicinity), |pair: usize| self.posts.row(pair));
            let rest = match *ground.vicinity_pairs(vicinity) {
                [] => continue,
                [a] => {
                    near.copy_from_slice(posts(a));
                    continue;
                }
                [a, b] => {
                    kernels::add_two(near, posts(a), posts(b));
                    continue;
                }
                [a, b, c] => {
                    kernels::add_three(near, posts(a), posts(b), posts(c));
                    continue;
                }
                [a, b, c, d, ref rest @ ..] => {
                    kernels::add_four(near, posts(a), posts(b), posts(c), posts(d));
                    rest
                }
            };
            for &pair in rest {
                kernels::add(near, posts(pair));
            }
        }
    }
}

/// Nobody with posts of their own around is cut off.
fn relieve(cut_off: &mut [f64], near: &[f64]) {
    for (c, n) in cut_off.iter_mut().zip(near) {
        *c = if *n > 0.0 { 0.0 } else { *c };
    }
}

/// Nor is anybody with posts around of a side that they are not hostile to.
fn relieve_by_others(cut_off: &mut [f64], near: &[f64], hostility: &[f64]) {
    for ((c, n), h) in cut_off.iter_mut().zip(near).zip(hostility) {
        *c = if (*n > 0.0) & (*h <= 0.0) { 0.0 } else { *c };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_begin_with_a_cache_line_and_take_an_odd_number_of_them() {
        for lanes in [1, 7, 8, 9, 64, 67, 256] {
            let columns = Columns::new(3, lanes, 1.5);
            for columns in [&columns, &columns.clone()] {
                let start = |row: usize| columns.row(row).as_ptr() as usize;
                assert!((0..3).all(|row| start(row) % 64 == 0), "{lanes} lanes");
                assert_eq!((start(1) - start(0)) / 64 % 2, 1, "{lanes} lanes");
            }
        }
    }

    #[test]
    fn packed_rows_keep_their_lanes_and_copies_are_equal() {
        let mut columns = Columns::new(3, 67, 0.0);
        for row in 0..3 {
            columns.row_mut(row).iter_mut().enumerate().for_each(|(lane, x)| *x = (100 * row + lane) as f64);
        }
        let keep = [0, 5, 31, 64, 66];
        columns.pack(&keep);
        for row in 0..3 {
            assert_eq!(columns.row(row), keep.map(|lane| (100 * row + lane) as f64));
        }
        let mut copy = columns.clone();
        assert_eq!(copy, columns);
        copy.row_mut(2)[4] = 0.0;
        assert_ne!(copy, columns);
    }

    #[test]
    fn two_rows_are_those_asked_for() {
        let mut columns = Columns::new(4, 9, 0.0);
        columns.two_rows_mut(1, 3)[1][8] = 1.0;
        columns.two_rows_mut(1, 3)[0][0] = 2.0;
        assert_eq!((columns.row(1)[0], columns.row(3)[8]), (2.0, 1.0));
    }
}
