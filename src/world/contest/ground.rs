//! The ground that is fought over: what does not change during a run.

use std::collections::VecDeque;
use std::ops::Range;

/// The most posts that a side may have in an area: a draw takes time in proportion to those that fall.
pub const MOST_POSTS: f64 = 1e5;
/// The most towns or people that an area may have, so that whole numbers stay exact.
const MOST: f64 = 1e12;

/// A side in an area: it holds posts there, or may come to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Place {
    /// The area's place in the table.
    pub area: usize,
    /// The side's place in the file.
    pub side: usize,
    /// The posts that it holds there at the start: a whole number.
    pub posts: f64,
}

/// What a [`Ground`] is made from: plain vectors, in any order, not yet checked.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Plan {
    /// How many sides there are.
    pub sides: usize,
    /// The (area, side) pairs that exist: all in which a side holds posts or towns or may ever attack (its theatre).
    pub places: Vec<Place>,
    /// The borders. Twice the same does no harm.
    pub neighbours: Vec<(usize, usize)>,
    /// An entry an area: the side whose base area it is.
    pub base: Vec<Option<usize>>,
    /// An entry an area: its towns, a whole number.
    pub towns: Vec<f64>,
    /// An entry an area: its people, in any unit.
    pub population: Vec<f64>,
    /// An entry an area: the side that holds it at the start. It must have a place there.
    pub holder: Vec<usize>,
    /// An entry an area: the side that holds its towns at the start. It must have a place there.
    pub town_holder: Vec<usize>,
}

/// Why a [`Plan`] is no [`Ground`]. Areas and sides are named by their place in the table and the file.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum GroundError {
    /// A column has another length than there are areas.
    #[error("`{column}` has {found} entries for {areas} areas")]
    Length {
        /// The column.
        column: &'static str,
        /// Its length.
        found: usize,
        /// The number of areas.
        areas: usize,
    },
    /// There is no such area.
    #[error("there is no area {0}")]
    NoArea(usize),
    /// There is no such side.
    #[error("there is no side {0}")]
    NoSide(usize),
    /// A number that cannot be a count.
    #[error("area {area}: {value} cannot be a number of {column}")]
    Count {
        /// The area.
        area: usize,
        /// The column.
        column: &'static str,
        /// The number.
        value: f64,
    },
    /// The same side stands twice in an area.
    #[error("area {area} lists side {side} twice")]
    Twice {
        /// The area.
        area: usize,
        /// The side.
        side: usize,
    },
    /// An area borders itself.
    #[error("area {0} is its own neighbour")]
    OwnNeighbour(usize),
    /// A holder that may not be there.
    #[error("side {side} holds area {area}, which is not in its theatre")]
    Absent {
        /// The area.
        area: usize,
        /// The side.
        side: usize,
    },
}

/// A list of lists in two vectors.
#[derive(Debug, Clone, Default, PartialEq)]
struct Lists {
    starts: Vec<usize>,
    items: Vec<usize>,
}

impl Lists {
    fn of(lists: &[Vec<usize>]) -> Self {
        let mut starts = vec![0];
        let mut items = Vec::new();
        for list in lists {
            items.extend_from_slice(list);
            starts.push(items.len());
        }
        Self { starts, items }
    }

    #[inline(always)]
    fn range(&self, i: usize) -> Range<usize> {
        self.starts[i]..self.starts[i + 1]
    }

    #[inline(always)]
    fn get(&self, i: usize) -> &[usize] {
        &self.items[self.range(i)]
    }
}

/// The checked ground. Pairs (area, side) are sorted by area, then side.
#[derive(Debug, Clone, PartialEq)]
pub struct Ground {
    sides: usize,
    pairs: Vec<Place>,
    /// The first pair of each area, and the number of pairs at the end.
    first: Vec<usize>,
    neighbours: Lists,
    /// The sides that have a pair in a neighbouring area, an entry each: a `vicinity` of an area.
    vicinity_side: Vec<usize>,
    vicinity_first: Vec<usize>,
    /// The pairs of that side in the neighbouring areas, a list a vicinity.
    vicinity_pairs: Lists,
    hops: Vec<usize>,
    base: Vec<Option<usize>>,
    towns: Vec<f64>,
    population_share: Vec<f64>,
    /// The pairs of the sides that hold each area, and its towns, at the start.
    holder_pair: Vec<usize>,
    town_holder_pair: Vec<usize>,
}

impl Ground {
    /// Checks a plan and works out what the contest needs of it: order, neighbourhoods, hops from the base areas.
    ///
    /// Hops are counted over borders, through any area. An area that no way leads to from the side's base areas (an
    /// island) counts as one hop further than the furthest that one leads to; a side without a base area loses nothing
    /// with distance.
    ///
    /// # Errors
    /// The first entry that does not fit, see [`GroundError`].
    pub fn new(plan: &Plan) -> Result<Self, GroundError> {
        let areas = plan.holder.len();
        check(plan, areas)?;
        let mut pairs = plan.places.clone();
        pairs.sort_by_key(|p| (p.area, p.side));
        let first: Vec<usize> = (0..=areas).map(|g| pairs.partition_point(|p| p.area < g)).collect();
        for two in pairs.windows(2) {
            if let [a, b] = two
                && (a.area, a.side) == (b.area, b.side)
            {
                return Err(GroundError::Twice { area: a.area, side: a.side });
            }
        }
        let holder_pair = holders(&plan.holder, &pairs)?;
        let town_holder_pair = holders(&plan.town_holder, &pairs)?;
        let near = neighbour_lists(plan, areas);
        let (vicinity_side, vicinity_first, vicinity_pairs) = vicinities(plan.sides, &pairs, &first, &near);
        let hops = hops(plan, &pairs, &near);
        let people: f64 = plan.population.iter().sum();
        let population_share = plan.population.iter().map(|p| if people > 0.0 { p / people } else { 0.0 }).collect();
        Ok(Self {
            sides: plan.sides,
            pairs,
            first,
            neighbours: Lists::of(&near),
            vicinity_side,
            vicinity_first,
            vicinity_pairs: Lists::of(&vicinity_pairs),
            hops,
            base: plan.base.clone(),
            towns: plan.towns.clone(),
            population_share,
            holder_pair,
            town_holder_pair,
        })
    }

    /// How many areas there are.
    pub fn areas(&self) -> usize {
        self.holder_pair.len()
    }

    /// How many sides there are.
    pub fn sides(&self) -> usize {
        self.sides
    }

    /// The pairs (area, side), sorted by area, then side, with the posts of the start.
    pub fn pairs(&self) -> &[Place] {
        &self.pairs
    }

    /// The pairs of an area, as places in [`Ground::pairs`].
    #[inline(always)]
    pub fn pairs_of(&self, area: usize) -> Range<usize> {
        self.first[area]..self.first[area + 1]
    }

    /// The place of an area and side among the pairs.
    pub fn pair(&self, area: usize, side: usize) -> Option<usize> {
        self.pairs.binary_search_by_key(&(area, side), |p| (p.area, p.side)).ok()
    }

    /// The areas that an area borders.
    #[inline(always)]
    pub fn neighbours_of(&self, area: usize) -> &[usize] {
        self.neighbours.get(area)
    }

    /// The hops of a pair's area from the nearest base area of its side.
    #[inline(always)]
    pub fn hops(&self, pair: usize) -> usize {
        self.hops[pair]
    }

    /// Whether a pair's area is a base area of its side.
    #[inline(always)]
    pub fn is_base(&self, pair: usize) -> bool {
        let place = self.pairs[pair];
        self.base[place.area] == Some(place.side)
    }

    /// The towns of an area.
    #[inline(always)]
    pub fn towns(&self, area: usize) -> f64 {
        self.towns[area]
    }

    /// The area's share of all people.
    #[inline(always)]
    pub fn population_share(&self, area: usize) -> f64 {
        self.population_share[area]
    }

    /// The side that holds an area at the start.
    pub fn holder(&self, area: usize) -> usize {
        self.pairs[self.holder_pair[area]].side
    }

    /// The side that holds the towns of an area at the start.
    pub fn town_holder(&self, area: usize) -> usize {
        self.pairs[self.town_holder_pair[area]].side
    }

    /// The pair of the side that holds an area at the start: the address of draws that are the area's, not a side's.
    #[inline(always)]
    pub fn holder_pair(&self, area: usize) -> usize {
        self.holder_pair[area]
    }

    /// The pair of the side that holds an area's towns at the start.
    #[inline(always)]
    pub fn town_holder_pair(&self, area: usize) -> usize {
        self.town_holder_pair[area]
    }

    /// The most hops that any pair has.
    pub(super) fn most_hops(&self) -> usize {
        self.hops.iter().copied().max().unwrap_or(0)
    }

    /// The most pairs that any area has.
    pub(super) fn most_pairs(&self) -> usize {
        (0..self.areas()).map(|g| self.pairs_of(g).len()).max().unwrap_or(0)
    }

    /// How many vicinities there are: an area and a side that has a pair next to it.
    pub(super) fn vicinities(&self) -> usize {
        self.vicinity_side.len()
    }

    #[inline(always)]
    pub(super) fn vicinities_of(&self, area: usize) -> Range<usize> {
        self.vicinity_first[area]..self.vicinity_first[area + 1]
    }

    #[inline(always)]
    pub(super) fn vicinity_side(&self, vicinity: usize) -> usize {
        self.vicinity_side[vicinity]
    }

    #[inline(always)]
    pub(super) fn vicinity_pairs(&self, vicinity: usize) -> &[usize] {
        self.vicinity_pairs.get(vicinity)
    }
}

fn check(plan: &Plan, areas: usize) -> Result<(), GroundError> {
    let lengths = [
        ("base", plan.base.len()),
        ("towns", plan.towns.len()),
        ("population", plan.population.len()),
        ("town_holder", plan.town_holder.len()),
    ];
    for (column, found) in lengths {
        if found != areas {
            return Err(GroundError::Length { column, found, areas });
        }
    }
    let area_exists = |area: usize| if area < areas { Ok(()) } else { Err(GroundError::NoArea(area)) };
    let side_exists = |side: usize| if side < plan.sides { Ok(()) } else { Err(GroundError::NoSide(side)) };
    for place in &plan.places {
        area_exists(place.area)?;
        side_exists(place.side)?;
        count(place.area, "posts", place.posts, MOST_POSTS, true)?;
    }
    for &(a, b) in &plan.neighbours {
        area_exists(a)?;
        area_exists(b)?;
        if a == b {
            return Err(GroundError::OwnNeighbour(a));
        }
    }
    for area in 0..areas {
        count(area, "towns", plan.towns[area], MOST, true)?;
        count(area, "people", plan.population[area], MOST, false)?;
    }
    plan.holder.iter().chain(&plan.town_holder).chain(plan.base.iter().flatten()).try_for_each(|s| side_exists(*s))
}

fn count(area: usize, column: &'static str, value: f64, most: f64, whole: bool) -> Result<(), GroundError> {
    let fits = (0.0..=most).contains(&value) && (!whole || value.floor() == value);
    if fits { Ok(()) } else { Err(GroundError::Count { area, column, value }) }
}

/// The pair of each area's holder.
fn holders(sides: &[usize], pairs: &[Place]) -> Result<Vec<usize>, GroundError> {
    let pair_of = |(area, &side): (usize, &usize)| {
        pairs.binary_search_by_key(&(area, side), |p| (p.area, p.side)).map_err(|_| GroundError::Absent { area, side })
    };
    sides.iter().enumerate().map(pair_of).collect()
}

fn neighbour_lists(plan: &Plan, areas: usize) -> Vec<Vec<usize>> {
    let mut near = vec![Vec::new(); areas];
    for &(a, b) in &plan.neighbours {
        near[a].push(b);
        near[b].push(a);
    }
    for list in &mut near {
        list.sort_unstable();
        list.dedup();
    }
    near
}

/// For each area, the sides with pairs in neighbouring areas, and those pairs, in order.
fn vicinities(
    sides: usize,
    pairs: &[Place],
    first: &[usize],
    near: &[Vec<usize>],
) -> (Vec<usize>, Vec<usize>, Vec<Vec<usize>>) {
    let mut of_side = Vec::new();
    let mut starts = vec![0];
    let mut lists = Vec::new();
    for neighbours in near {
        for side in 0..sides {
            let list: Vec<usize> =
                neighbours.iter().flat_map(|n| first[*n]..first[n + 1]).filter(|p| pairs[*p].side == side).collect();
            if !list.is_empty() {
                of_side.push(side);
                lists.push(list);
            }
        }
        starts.push(of_side.len());
    }
    (of_side, starts, lists)
}

/// The hops of every pair from its side's nearest base area, breadth first.
fn hops(plan: &Plan, pairs: &[Place], near: &[Vec<usize>]) -> Vec<usize> {
    let by_side: Vec<Vec<usize>> = (0..plan.sides).map(|side| hops_of_side(plan, side, near)).collect();
    pairs.iter().map(|p| by_side[p.side][p.area]).collect()
}

fn hops_of_side(plan: &Plan, side: usize, near: &[Vec<usize>]) -> Vec<usize> {
    let mut found: Vec<Option<usize>> = plan.base.iter().map(|b| (*b == Some(side)).then_some(0)).collect();
    let mut queue: VecDeque<usize> = (0..near.len()).filter(|g| found[*g].is_some()).collect();
    while let Some(area) = queue.pop_front() {
        let next = found[area].map(|h| h + 1);
        for &n in &near[area] {
            if found[n].is_none() {
                found[n] = next;
                queue.push_back(n);
            }
        }
    }
    let beyond = found.iter().flatten().max().map_or(0, |furthest| furthest + 1);
    found.into_iter().map(|h| h.unwrap_or(beyond)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Three areas in a row and an island; side 0 everywhere, side 1 in the last of the row.
    fn plan() -> Plan {
        let place = |area, side, posts| Place { area, side, posts };
        Plan {
            sides: 2,
            places: vec![place(2, 1, 4.0), place(2, 0, 0.0), place(1, 0, 2.0), place(0, 0, 3.0), place(3, 0, 1.0)],
            neighbours: vec![(0, 1), (1, 2), (2, 1)],
            base: vec![Some(0), None, None, None],
            towns: vec![1.0; 4],
            population: vec![1.0, 1.0, 2.0, 0.0],
            holder: vec![0, 0, 1, 0],
            town_holder: vec![0, 0, 1, 0],
        }
    }

    #[test]
    fn pairs_are_sorted_and_hops_counted_from_the_base() {
        let ground = Ground::new(&plan()).unwrap();
        assert_eq!(ground.pairs_of(2), 2..4);
        assert_eq!(ground.pair(2, 1), Some(3));
        assert_eq!(ground.pair(0, 1), None);
        let hops: Vec<usize> = (0..5).map(|p| ground.hops(p)).collect();
        assert_eq!(hops, [0, 1, 2, 0, 3], "side 1 has no base area; the island is one hop beyond the furthest");
        assert_eq!(ground.neighbours_of(1), [0, 2]);
        assert_eq!(ground.population_share(2), 0.5);
        assert!(ground.is_base(0) && !ground.is_base(1));
    }

    #[test]
    fn vicinities_list_the_pairs_next_door_by_side() {
        let ground = Ground::new(&plan()).unwrap();
        let of_one: Vec<(usize, Vec<usize>)> =
            ground.vicinities_of(1).map(|v| (ground.vicinity_side(v), ground.vicinity_pairs(v).to_vec())).collect();
        assert_eq!(of_one, [(0, vec![0, 2]), (1, vec![3])]);
        assert!(ground.vicinities_of(3).is_empty());
    }

    #[test]
    fn plans_that_do_not_fit_are_refused() {
        type Change = fn(&mut Plan);
        let cases: [(Change, GroundError); 8] = [
            (|p| p.towns.truncate(2), GroundError::Length { column: "towns", found: 2, areas: 4 }),
            (|p| p.places[0].area = 9, GroundError::NoArea(9)),
            (|p| p.holder[0] = 7, GroundError::NoSide(7)),
            (|p| p.places[0].posts = 1.5, GroundError::Count { area: 2, column: "posts", value: 1.5 }),
            (|p| p.population[1] = -1.0, GroundError::Count { area: 1, column: "people", value: -1.0 }),
            (|p| p.places[1].side = 1, GroundError::Twice { area: 2, side: 1 }),
            (|p| p.neighbours.push((3, 3)), GroundError::OwnNeighbour(3)),
            (|p| p.town_holder[0] = 1, GroundError::Absent { area: 0, side: 1 }),
        ];
        for (change, error) in cases {
            let mut plan = plan();
            change(&mut plan);
            assert_eq!(Ground::new(&plan), Err(error));
        }
        let mut nan = plan();
        nan.towns[0] = f64::NAN;
        assert!(matches!(Ground::new(&nan), Err(GroundError::Count { column: "towns", .. })));
    }
}
