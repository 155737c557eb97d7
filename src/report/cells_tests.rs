use super::*;

fn area(name: &str, at: Option<Spot>) -> Area {
    Area { name: name.into(), lon: at.map(|at| at.0), lat: at.map(|at| at.1) }
}

fn inside(outline: &[Point], at: Point) -> bool {
    let sides = outline
        .iter()
        .zip(outline.iter().cycle().skip(1))
        .map(|(a, b)| i64::from(b.0 - a.0) * i64::from(at.1 - a.1) - i64::from(b.1 - a.1) * i64::from(at.0 - a.0));
    let sides: Vec<i64> = sides.collect();
    sides.iter().all(|side| *side >= 0) || sides.iter().all(|side| *side <= 0)
}

#[test]
fn cells_stand_around_their_points_and_neighbours_share_a_border() {
    let areas: Vec<Area> =
        (0..30).map(|i| area(&i.to_string(), Some((90.0 + f64::from(i % 6), 20.0 + f64::from(i / 6))))).collect();
    let cells = Cells::of(&areas);
    assert_eq!(cells.layout, Layout::Coordinates);
    for cell in cells.cells.iter().flatten() {
        assert!(inside(&cell.outline, cell.middle), "{cell:?}");
        assert!(cell.outline.iter().all(|at| (0..=cells.width).contains(&at.0) && (0..=cells.height).contains(&at.1)));
    }
    // A grid of 6 by 5 has 5 * 5 borders across and 6 * 4 along; cells that touch at corners share none.
    assert_eq!(cells.borders.len(), 49, "{:?}", cells.borders);
    // North is up, east is right.
    let middle = |i: usize| cells.cells[i].as_ref().map(|cell| cell.middle).expect("it has a place");
    assert!(middle(1).0 > middle(0).0 && middle(6).1 < middle(0).1);
}

#[test]
fn no_two_cells_cover_the_same_ground() {
    let mut state = 7_u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 40) as f64 / (1u64 << 24) as f64
    };
    let areas: Vec<Area> = (0..200).map(|i| area(&i.to_string(), Some((next() * 8.0, next() * 8.0)))).collect();
    let cells = Cells::of(&areas);
    let middles: Vec<Point> = cells.cells.iter().flatten().map(|cell| cell.middle).collect();
    for (i, cell) in cells.cells.iter().flatten().enumerate() {
        let foreign = middles.iter().enumerate().filter(|(j, middle)| *j != i && inside(&cell.outline, **middle));
        assert_eq!(foreign.count(), 0, "cell {i}");
    }
}

#[test]
fn areas_at_one_place_are_moved_apart_and_those_without_coordinates_left_out() {
    let same = |name| area(name, Some((10.0, 50.0)));
    let areas = [same("a"), same("b"), same("c"), area("far", Some((12.0, 51.0))), area("nowhere", None)];
    let cells = Cells::of(&areas);
    let sizes: Vec<Option<f64>> = cells.cells.iter().map(|cell| cell.as_ref().map(|cell| cell.size)).collect();
    assert!(sizes[..4].iter().all(|size| size.is_some_and(|size| size > 100.0)), "{sizes:?}");
    assert_eq!(sizes[4], None);
    assert_eq!(cells, Cells::of(&areas), "the same twice");
}

#[test]
fn a_map_without_coordinates_is_of_tiles_and_an_endless_one_is_not_drawn() {
    let tiles = Cells::of(&vec![area("x", None); 7]);
    assert_eq!((tiles.layout, tiles.cells.iter().flatten().count()), (Layout::Tiles, 7));
    assert_eq!(tiles.borders.len(), 8, "4 columns: 3 + 2 across, 3 along");
    let many = Cells::of(&vec![area("x", None); MOST + 1]);
    assert_eq!((many.layout, many.cells.len()), (Layout::Undrawn, MOST + 1));
    assert_eq!(Cells::of(&[]).layout, Layout::Undrawn);
    let one = Cells::of(&[area("alone", Some((0.0, 0.0)))]);
    assert!(one.cells[0].as_ref().is_some_and(|cell| cell.size > 1000.0) && one.width > 0);
}

#[test]
fn the_date_line_does_not_tear_a_map_apart() {
    let areas =
        [area("west", Some((179.0, 0.0))), area("east", Some((-179.0, 0.0))), area("more", Some((-178.0, 1.0)))];
    let cells = Cells::of(&areas);
    let x = |i: usize| cells.cells[i].as_ref().map_or(0, |cell| cell.middle.0);
    assert!(x(0) < x(1) && x(1) < x(2) && x(2) - x(0) < 1100 && x(1) - x(0) > 200, "{cells:?}");
    assert!((cosine(60.0) - 0.5).abs() < 1e-14);
}
