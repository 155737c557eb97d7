//! Element 7: submodels: the contest, equations and flows, events.

use super::Subject;
use super::markdown::{Page, code, prose};
use super::reading::{entries, figure, given, prose_of, reason_of, written};
use super::rules::item;
use super::territory::sides;
use crate::scenario::tree::{Node, Text};
use crate::world::contest::{Parameter, SideParameter, Specification};

pub(super) fn write(subject: &Subject, page: &mut Page) {
    page.heading(2, "7. Submodels");
    page.paragraph("Messages and rules are in element 3. Beside them:");
    if subject.of_territory("sides").is_some() {
        contest(subject, page);
    }
    equations(subject, page);
    flows(subject, page);
    events(subject, page);
}

fn contest(subject: &Subject, page: &mut Page) {
    page.heading(3, "The contest over areas");
    page.paragraph(
        "Entente's built-in contest. Each side spreads a part of its force over the posts that it holds and sends the rest, its \
         mobile reserve, where it prefers. In every area hostile strength wears forces down, posts and garrisons fall or give \
         up by chance, towns fall to who dominates, and supply comes over the roads that one holds. Its equations, with their \
         sources, stand in the program's documentation (`world::contest`).",
    );
    let own = subject.of_territory("contest");
    let rows: Vec<Vec<String>> = Parameter::ALL
        .iter()
        .map(|parameter| {
            let about = parameter.specification();
            let given = own.and_then(|own| given(own, about.name));
            let (value, basis, reason) = match given {
                Some(node) => (value_of(node), parameter_basis(node, own, subject), parameter_reason(node)),
                None => (default_of(about), String::new(), String::new()),
            };
            vec![code(about.name), value, about.meaning.to_owned(), basis, reason]
        })
        .collect();
    page.table(&["Parameter", "Value", "Meaning", "Basis", "Reason"], &rows);
    if let Some(reason) = own.map(reason_of).filter(|reason| !reason.is_empty()) {
        page.paragraph(&reason);
    }
    side_table(subject, page);
}

fn value_of(node: &Node) -> String {
    code(&written(given(node, "value").filter(|_| node.as_map().is_some()).unwrap_or(node)))
}

/// A default, said to be one.
fn default_of(about: &Specification) -> String {
    let rate = if about.rate { " a week" } else { "" };
    format!("{}{rate} (default)", figure(about.default))
}

/// A parameter's own basis, or that of the map it stands in, or of the territory.
fn parameter_basis(node: &Node, map: Option<&Node>, subject: &Subject) -> String {
    let own = [Some(node), map].into_iter().flatten().find_map(|node| given(node, "basis"));
    let basis = own.or_else(|| subject.of_territory("basis"));
    basis.map_or_else(|| "placeholder".to_owned(), |basis| prose(&written(basis)))
}

fn parameter_reason(node: &Node) -> String {
    if node.as_map().is_some() { reason_of(node) } else { String::new() }
}

fn side_table(subject: &Subject, page: &mut Page) {
    let all = subject.of_territory("sides");
    let row = |(name, side): &(Text, Node)| {
        let mut row = vec![code(&name.value)];
        row.extend(SideParameter::NAMES.iter().map(|key| given(side, key).map(value_of).unwrap_or_default()));
        row.push(given(side, "prefer").map(value_of).unwrap_or_default());
        row.push(parameter_basis(side, all, subject));
        row.push(reason_of(side));
        row
    };
    let rows: Vec<Vec<String>> = sides(subject).map(row).collect();
    let mut head = vec!["Side"];
    head.extend(SideParameter::NAMES);
    head.extend(["prefer", "Basis", "Reason"]);
    page.paragraph("The sides' own parameters; where nothing stands, the default holds:");
    page.table(&head, &rows);
    let meaning = |about: &Specification| vec![code(about.name), default_of(about), about.meaning.to_owned()];
    let mut meanings: Vec<Vec<String>> = SideParameter::SPECIFICATIONS.iter().map(meaning).collect();
    let prefer = "how much the side wants its mobile reserve in an area, worked out for each area and tick";
    meanings.push(vec![code("prefer"), "1 (default)".to_owned(), prefer.to_owned()]);
    page.table(&["Parameter of a side", "Otherwise", "Meaning"], &meanings);
}

/// What a flow or an equation writes: a row a variable.
fn written_rows(whose: &str, node: &Node) -> Vec<Vec<String>> {
    let because = prose_of(node, "because");
    let rows = |key: &str, how: &str| {
        let row = |(name, value): &(Text, Node)| {
            vec![whose.to_owned(), code(&name.value), format!("{how} {}", code(&written(value))), because.clone()]
        };
        entries(node, key).iter().map(row).collect::<Vec<_>>()
    };
    [rows("set", "becomes"), rows("change", "changes by")].concat()
}

fn equations(subject: &Subject, page: &mut Page) {
    let Some(node) = subject.of_territory("each_tick") else { return };
    page.heading(3, "Equations of areas");
    page.paragraph("Every tick, in every area, all at once:");
    page.table(&["", "Variable of an area", "Every tick", "Reason"], &written_rows("", node));
}

fn flows(subject: &Subject, page: &mut Page) {
    let mut rows = Vec::new();
    for (name, actor) in subject.section("actors") {
        if let Some(flows) = given(actor, "each_tick") {
            rows.extend(written_rows(&code(&name.value), flows));
        }
    }
    if rows.is_empty() {
        return;
    }
    page.heading(3, "Flows");
    page.paragraph("Every tick, after the rules, all at once:");
    page.table(&["Actor", "Variable", "Every tick", "Reason"], &rows);
}

fn events(subject: &Subject, page: &mut Page) {
    let events = subject.section("events");
    if events.is_empty() {
        return;
    }
    page.heading(3, "Events");
    page.paragraph("What happens and no actor does, in this order:");
    page.list(true, &events.iter().map(|(name, event)| item(&name.value, event)).collect::<Vec<_>>());
}
