//! The territory: as entities (element 2) and as it starts (element 5).

use super::Subject;
use super::columns::{columns, extent};
use super::entities::state_table;
use super::markdown::{Page, code};
use super::reading::{code_of, entries, figure, given, prose_of, reason_of};
use crate::scenario::format;
use crate::scenario::tree::{Node, Text};

/// What the built-in contest keeps for each area and side, or each area, and what it means.
const OF_THE_CONTEST: [(&str, &str); 9] = [
    ("posts", "for each side: the posts that it holds, a whole number"),
    ("garrison", "for each side: extra strength that its rules place there; it decays"),
    ("supply", "for each side: how well supplied it is, 0 to 1"),
    ("fire", "for each side: air and artillery fire that delays the fall of its posts; it decays"),
    ("threat", "for each side: the hostile share of the strength that acts there"),
    ("cut_off", "for each side: 1 where no neighbouring area supports it, else 0"),
    ("holder", "the side with most posts; ties keep the last"),
    ("town_holder", "the side that holds the towns"),
    ("ruined", "posts that are destroyed or given up and not rebuilt"),
];

/// Areas, what is known of them, and who fights there.
pub(super) fn entities(subject: &Subject, page: &mut Page) {
    let Some(territory) = subject.said.tree.get("territory").filter(|_| subject.scenario.territory.is_some()) else {
        return;
    };
    page.heading(3, "Areas");
    let why = reason_of(territory);
    if !why.is_empty() {
        page.paragraph(&why);
    }
    page.paragraph(&extent(subject));
    let columns = columns(subject);
    let rows: Vec<Vec<String>> =
        columns.iter().map(|column| std::iter::once(code(&column.name)).chain(column.summary()).collect()).collect();
    page.table(&["Column, fixed for a run", "Holds", "Least", "Greatest", "Sum"], &rows);
    let states = entries(territory, "state");
    if !states.is_empty() {
        page.paragraph("Every area keeps:");
        state_table("Variable of an area", states, page);
    }
    if given(territory, "sides").is_some() {
        page.paragraph("The built-in contest keeps in every area:");
        let rows: Vec<Vec<String>> =
            OF_THE_CONTEST.iter().map(|(name, meaning)| vec![code(name), (*meaning).to_owned()]).collect();
        page.table(&["Variable of the contest", "Meaning"], &rows);
        let why = subject.of_territory("sides").map(|all| prose_of(all, "because")).unwrap_or_default();
        page.paragraph(format!("Who fights: {why}").trim_end());
        let row = |(name, side): &(Text, Node)| {
            let theatre = match code_of(side, "theatre") {
                none if none.is_empty() => "everywhere".to_owned(),
                condition => format!("where {condition}"),
            };
            let posts = match code_of(side, "posts") {
                none if none.is_empty() => "as the table says".to_owned(),
                expected => format!("drawn in each run, expected {expected}"),
            };
            vec![code(&name.value), code_of(side, "force"), code_of(side, "stock"), theatre, posts]
        };
        let rows: Vec<Vec<String>> = sides(subject).map(row).collect();
        page.table(
            &["Side", "Its force is its", "Captured stock goes to its", "Can hold and attack", "Posts at the start"],
            &rows,
        );
    }
}

/// The sides of the contest, without the notes on all of them.
pub(super) fn sides<'a>(subject: &Subject<'a>) -> impl Iterator<Item = &'a (Text, Node)> {
    let all = subject.of_territory("sides").and_then(Node::as_map).unwrap_or_default();
    all.iter().filter(|(name, _)| !format::SIDES.knows(&name.value))
}

/// Who holds what at the start.
pub(super) fn start(subject: &Subject, page: &mut Page) {
    let columns = columns(subject);
    let find = |name: &str| columns.iter().find(|column| column.name == name);
    let Some(holders) = find("held_by") else { return };
    let weights: Vec<(&str, Vec<f64>)> =
        ["posts", "towns", "population"].into_iter().filter_map(|name| Some((name, find(name)?.numbers()?))).collect();
    let own: Vec<(&str, f64)> = sides(subject)
        .filter_map(|(name, _)| {
            let numbers = find(&format!("posts_{}", name.value))?.numbers()?;
            Some((name.value.as_str(), numbers.iter().fold(0.0, |sum, n| sum + n)))
        })
        .collect();
    // Posts that are not only the holder's have a column of their own.
    let apart = !own.is_empty() || sides(subject).any(|(_, side)| given(side, "posts").is_some());
    let town_holders: Vec<&str> = holders
        .cells
        .iter()
        .enumerate()
        .map(|(i, holder)| {
            let own = find("town_held_by").and_then(|column| column.cells.get(i)).filter(|cell| !cell.is_empty());
            own.unwrap_or(holder).as_str()
        })
        .collect();
    let rows: Vec<Vec<String>> = sides(subject)
        .map(|(name, side)| {
            let held: Vec<bool> = holders.cells.iter().map(|cell| *cell == name.value).collect();
            let towns: Vec<bool> = town_holders.iter().map(|holder| *holder == name.value).collect();
            let mut row = vec![code(&name.value), held.iter().filter(|held| **held).count().to_string()];
            if given(side, "posts").is_some() {
                row.push("drawn in each run".to_owned());
            } else if apart {
                let posts = own.iter().find(|(side, _)| *side == name.value).map_or(0.0, |(_, posts)| *posts);
                row.push(figure(posts));
            }
            let others = weights.iter().filter(|(weight, _)| !apart || *weight != "posts");
            row.extend(
                others.map(|(weight, numbers)| figure(sum(numbers, if *weight == "towns" { &towns } else { &held }))),
            );
            row
        })
        .collect();
    let mut head = vec!["Side", "Areas held"];
    if apart {
        head.push("Posts");
    }
    head.extend(weights.iter().filter(|(weight, _)| !apart || *weight != "posts").map(|(weight, _)| match *weight {
        "posts" => "Posts",
        "towns" => "Towns",
        _ => "Population of the areas held",
    }));
    page.table(&head, &rows);
}

fn sum(numbers: &[f64], held: &[bool]) -> f64 {
    numbers.iter().zip(held).filter(|(_, held)| **held).fold(0.0, |sum, (number, _)| sum + number)
}
