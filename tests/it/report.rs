//! `entente report`: a page that is a pure function of results, safe to open whatever names a scenario has, and right.

use crate::played::repository;
use crate::support::{Scratch, entente};
use resvg::usvg::roxmltree;
use serde_json::Value;

/// Plays two-patrons, or another scenario, into a folder of the scratch, and returns that.
fn played(scratch: &Scratch, scenario: &str, name: &str, more: &[&str]) -> String {
    let folder = scratch.path(name);
    let fixed = ["run", scenario, "--runs", "300", "--seed", "7", "--out", &folder, "--quiet"];
    entente(&[&fixed, more].concat()).success();
    folder
}

fn patrons() -> String {
    repository("scenarios/two-patrons.yaml")
}

/// The page of some folders.
fn page(scratch: &Scratch, folders: &[&str], more: &[&str]) -> String {
    let file = scratch.path("page.html");
    entente(&[&["report"], folders, &["-o", &file, "--quiet"], more].concat()).success();
    std::fs::read_to_string(file).expect("the page")
}

/// What stands between tags, a line each.
fn text_of(html: &str) -> String {
    let (mut text, mut inside) = (String::new(), false);
    for letter in html.chars() {
        match letter {
            '<' => inside = true,
            '>' => inside = false,
            _ if !inside => text.push(letter),
            _ => {}
        }
    }
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}

/// Everything from `open` to `close`, both included, again and again.
fn parts<'p>(page: &'p str, open: &str, close: &str) -> Vec<&'p str> {
    let mut parts = Vec::new();
    let mut rest = page;
    while let Some(from) = rest.find(open) {
        let tail = &rest[from..];
        let Some(to) = tail[open.len()..].find(close) else { break };
        let (part, after) = tail.split_at(open.len() + to + close.len());
        parts.push(part);
        rest = after;
    }
    parts
}

/// Without the style and the script, which are the program's own.
fn without_own(page: &str) -> String {
    let mut page = page.to_owned();
    for (open, close) in [("<style>", "</style>"), ("<script ", "</script>"), ("<template ", "</template>")] {
        for part in parts(&page.clone(), open, close) {
            page = page.replace(part, "");
        }
    }
    page
}

/// What a page must fulfil whatever it shows.
fn is_sound(page: &str) {
    let shown = without_own(page);
    for part in
        ["<script", "<iframe", "<img", "<link", "<object", "<embed", " src=", " onload=", " onclick=", " onerror="]
    {
        let begun = shown.to_lowercase();
        // As text it may stand there, escaped; as a tag or an attribute it may not.
        let found = begun.match_indices(part).find(|(at, _)| part.starts_with('<') || inside_a_tag(&begun, *at));
        assert!(found.is_none(), "{part}: …{}…", &begun[found.unwrap().0.saturating_sub(80)..found.unwrap().0 + 40]);
    }
    for href in parts(&shown, " href=\"", "\"") {
        assert!(href.starts_with(" href=\"#"), "{href}");
    }
    let own: String = ["<style>", "<script "]
        .iter()
        .zip(["</style>", "</script>"])
        .fold(String::new(), |all, (open, close)| all + &parts(page, open, close).concat());
    // References within the page begin with a number sign.
    let elsewhere = own.replace("url(#", "").contains("url(") || own.contains("://") || own.contains("@import");
    assert!(!elsewhere, "something is loaded");
    for svg in parts(page, "<svg", "</svg>") {
        roxmltree::Document::parse(svg).unwrap_or_else(|error| panic!("{error}: {svg}"));
    }
    for figure in parts(page, "<figure class=\"chart", "</figure>") {
        assert!(figure.contains("<table") && figure.contains("role=\"img\""), "{figure}");
        let svg = parts(figure, "<svg", "</svg>");
        let document = roxmltree::Document::parse(svg[0]).expect("XML");
        let named = |name: &str| document.descendants().any(|node| node.has_tag_name(name) && node.text().is_some());
        assert!(named("title"), "{}", svg[0]);
    }
    // Headings go down one step at a time.
    let mut level = 0;
    for heading in
        parts(&shown, "<h", ">").iter().filter_map(|tag| tag.as_bytes().get(2).filter(|b| b.is_ascii_digit()))
    {
        let next = u32::from(heading - b'0');
        assert!(next <= level + 1, "h{next} after h{level}");
        level = next;
    }
}

/// Whether a place lies within a tag.
fn inside_a_tag(page: &str, at: usize) -> bool {
    let before = &page[..at];
    before.rfind('<') > before.rfind('>')
}

#[test]
fn the_same_results_give_the_same_page_wherever_they_lie() {
    let scratch = Scratch::new();
    let one = played(&scratch, &patrons(), "one", &["--threads", "1"]);
    let other = played(&scratch, &patrons(), "elsewhere/other", &["--threads", "2", "--batch", "17"]);
    let first = page(&scratch, &[&one], &[]);
    assert_eq!(first, page(&scratch, &[&one], &[]), "twice");
    assert_eq!(first, page(&scratch, &[&other], &[]), "elsewhere");
    let host = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    for place in [scratch.path(""), repository(""), "/tmp".to_owned(), host.trim().to_owned()] {
        assert!(place.len() < 4 || !first.contains(&place), "the page says {place}");
    }
    is_sound(&first);
}

#[test]
fn a_page_is_safe_whatever_names_the_scenario_has() {
    const EVIL: [&str; 6] = [
        "<script>alert(1)</script>",
        "\\\"><img src=x onerror=alert(1)>",
        "' onload='alert(1)",
        "]]>--><!-- </style></script></template></svg></table>",
        "javascript:alert(1) {{7*7}} ${x} &lt;b&gt; &#0;",
        "\\u202Ereversed \\u0007 \\u2028 \\U0001F600",
    ];
    let mut text = std::fs::read_to_string(patrons()).expect("the scenario");
    let mut replace = |from: &str, to: String| {
        assert!(text.contains(from), "{from}");
        text = text.replace(from, &to);
    };
    replace("title: Two patrons", format!("title: \"{}\"", EVIL.join(" ")));
    replace("about: A regime leans", format!("about: \"{}\" #", EVIL[0]));
    replace("unit: posts,", format!("unit: \"{}\", title: \"{}\",", EVIL[3], EVIL[1]));
    replace("title: population under the regime", format!("title: \"{}\"", EVIL[0]));
    replace("unit: USD million, matters", format!("unit: \"{}\", matters", EVIL[2]));
    let reason = "because: the trust below which the near patron stops helping";
    replace(reason, format!("title: \"{}\"\n    because: x", EVIL[3]));
    replace("title: The regime", format!("title: \"{}\"", EVIL[4]));
    replace("title: The near patron", format!("title: \"{}\"", EVIL[5]));
    replace("because: A regime that loses posts", format!("because: \"{}\" #", EVIL[1]));
    replace("near_walks_away: support", format!("near_walks_away: {{ title: \"{}\", when: \"support", EVIL[1]));
    replace("regime] < 0.2", "regime] < 0.2\" }".to_owned());
    replace("title: What if the far patron pays twice?", format!("title: \"{}\"", EVIL[0]));
    let scratch = Scratch::new();
    let scenario = scratch.file("evil.yaml", &text);
    let one = played(&scratch, &scenario, "one", &[]);
    let other = played(&scratch, &scenario, "other", &["--variant", "far_aid_doubled"]);
    let charts = scratch.path("charts");
    let alone = page(&scratch, &[&one], &["--charts", &charts]);
    is_sound(&alone);
    is_sound(&page(&scratch, &[&one, &other], &[]));
    assert!(alone.contains("&lt;script&gt;alert(1)&lt;/script&gt;"), "what is named is shown");
    for file in std::fs::read_dir(charts).expect("charts").map(|entry| entry.expect("a chart").path()) {
        if file.extension().is_some_and(|end| end == "svg") {
            let svg = std::fs::read_to_string(&file).expect("text");
            let document = roxmltree::Document::parse(&svg).expect("XML");
            assert!(document.descendants().all(|node| !node.has_tag_name("script") && !node.has_tag_name("img")));
        }
    }
}

#[test]
fn the_numbers_are_those_of_the_summary() {
    let scratch = Scratch::new();
    let folder = played(&scratch, &patrons(), "one", &[]);
    let ran =
        entente(&["run", &patrons(), "--runs", "300", "--seed", "7", "--out", &folder, "--format", "json"]).success();
    let json: Value = serde_json::from_slice(&ran.get_output().stdout).expect("JSON");
    let page = page(&scratch, &[&folder], &[]);
    let section = parts(&page, "<section id=\"outcomes\"", "</table>")[0];
    let rows = parts(section, "<tr>", "</tr>");
    for (name, title) in
        [("territory", "Population under the regime"), ("posts_lost", "Posts lost"), ("near_support", "Near support")]
    {
        let row = rows.iter().find(|row| text_of(row).starts_with(title)).expect("a row");
        let cells: Vec<String> = parts(row, "<td", "</td>").iter().map(|cell| text_of(cell)).collect();
        for (cell, key) in cells[1..].iter().zip(["mean", "mc_error", "sd", "q05", "q25", "q50", "q75", "q95"]) {
            let (shown, known): (f64, f64) =
                (cell.parse().expect("a number"), json["outcomes"][name][key].as_f64().expect("one"));
            let digits = cell.split_once('.').map_or(0, |(_, digits)| digits.len());
            let room: f64 = format!("5e-{}", digits + 1).parse().expect("half of the last digit");
            assert!((shown - known).abs() <= room + 1e-12, "{name} {key}: {shown}, {known}");
        }
    }
    let section = parts(&page, "<section id=\"milestones-all\"", "</table>")[0];
    let share = json["milestones"]["near_walks_away"]["share"].as_f64().expect("a share");
    assert!(text_of(section).contains(&format!("Near walks away{:.1}%", share * 100.0)));
    assert!(page.contains(json["digest"].as_str().expect("a digest")));
}

#[test]
fn the_briefing_answers_in_sentences() {
    let scratch = Scratch::new();
    let folder = played(&scratch, &patrons(), "one", &[]);
    let page = page(&scratch, &[&folder], &[]);
    let words = parts(&page, "<div class=\"words\">", "</div>")[0];
    let lines: Vec<String> = parts(words, "<p", "</p>").iter().map(|part| text_of(part)).collect();
    insta::assert_snapshot!("briefing", lines.join("\n"));
    let watched = parts(&page, "<ul class=\"signposts\">", "</ul>")[0];
    let lines: Vec<String> = parts(watched, "<li>", "</li>").iter().map(|part| text_of(part)).collect();
    insta::assert_snapshot!("signposts", lines.join("\n"));
}

#[test]
fn what_is_shown_of_a_sample_is_what_counting_gives() {
    // A milestone that is reached where a drawn number is above 0.6, and an outcome that is that number: nothing is left to chance.
    let scene = "title: Known
clock: { start: 2024-01-01, tick: 1 week, ticks: 8 }
uncertainties:
  luck: { uniform: [0, 1], title: Luck }
  idle: { uniform: [0, 1] }
actors:
  a: { state: { x: 0 }, each_tick: { change: { x: luck/week } } }
outcomes:
  gain: { is: a.x, title: Gain }
milestones:
  rich: { when: a.x > 4.8, title: Rich }
";
    let scratch = Scratch::new();
    let scenario = scratch.file("known.yaml", scene);
    let folder = played(&scratch, &scenario, "one", &[]);
    let page = page(&scratch, &[&folder], &[]);
    let text = text_of(&page);
    // After eight weeks x is eight times the luck, so that the milestone is reached exactly where the luck is above 0.6.
    let hinge = parts(&page, "<tr><th scope=\"row\">Luck</th>", "</tr>")[0];
    let cells: Vec<String> = parts(hinge, "<td", "</td>").iter().map(|cell| text_of(cell)).collect();
    let at: f64 = cells[0].parse().expect("a value");
    assert!((at - 0.6).abs() < 0.02, "{cells:?}");
    assert_eq!((cells[1].as_str(), cells[2].as_str()), ("0%", "100%"), "{cells:?}");
    assert!(text.contains("Moves with Luck (1.00)."), "{text}");
    assert!(!text.contains("Moves with idle"), "{text}");
    is_sound(&page);
}

#[test]
fn charts_are_written_as_svg_and_png_without_a_browser() {
    let scratch = Scratch::new();
    let folder = played(&scratch, &patrons(), "one", &[]);
    let charts = scratch.path("charts");
    page(&scratch, &[&folder], &["--charts", &charts]);
    let names: Vec<String> = std::fs::read_dir(&charts)
        .expect("charts")
        .map(|entry| entry.expect("a chart").file_name().to_string_lossy().into_owned())
        .collect();
    for name in ["main-fan", "milestones", "hinges", "fan-1-territory", "end-1-territory"] {
        assert!(
            names.contains(&format!("{name}.svg")) && names.contains(&format!("{name}.png")),
            "{name} in {names:?}"
        );
        let png = std::fs::read(format!("{charts}/{name}.png")).expect("a picture");
        let pixels = resvg::tiny_skia::Pixmap::decode_png(&png).expect("a PNG");
        let inked = pixels.pixels().iter().filter(|pixel| pixel.red() < 250).count();
        assert!(pixels.width() > 600 && inked > 1000, "{name}: {inked} of {}", pixels.pixels().len());
    }
    let blocked = scratch.file("blocked", "a file");
    let out = scratch.path("page.html");
    entente(&["report", &folder, "-o", &out, "--charts", &blocked, "--quiet"]).code(1);
    entente(&["report", &folder, "-o", &scratch.path("no/such/folder/page.html"), "--quiet"]).code(1);
}

#[test]
fn a_scenario_of_many_outcomes_gives_a_page_of_bearable_size() {
    let mut text = "title: Many\nclock: { start: 2024-01-01, tick: 1 week, ticks: 104 }\nuncertainties:\n".to_owned();
    (0..40).for_each(|one| text += &format!("  u{one}: {{ uniform: [0, 1] }}\n"));
    text += "actors:\n  a: { state: { x: 0 }, each_tick: { change: { x: u0/week } } }\noutcomes:\n";
    (0..200).for_each(|one| text += &format!("  o{one}: a.x + u{}\n", one % 40));
    text += "milestones:\n";
    (0..60).for_each(|one| text += &format!("  m{one}: a.x > {one}\n"));
    let scratch = Scratch::new();
    let scenario = scratch.file("many.yaml", &text);
    let folder = played(&scratch, &scenario, "one", &["--series", "quantiles"]);
    let page = page(&scratch, &[&folder], &[]);
    assert!(page.len() < 3_000_000, "{} bytes", page.len());
    assert!(page.contains("O199") && page.contains("further outcomes stand in the table only"));
    is_sound(&page);
}

#[test]
fn run_writes_the_page_that_report_writes() {
    let scratch = Scratch::new();
    let file = scratch.path("of-run.html");
    let folder = played(&scratch, &patrons(), "one", &["--report", &file]);
    assert_eq!(std::fs::read_to_string(&file).expect("the page"), page(&scratch, &[&folder], &[]));
}

#[test]
fn several_results_are_held_against_the_first() {
    let scratch = Scratch::new();
    let one = played(&scratch, &patrons(), "one", &[]);
    let other = played(&scratch, &patrons(), "other", &["--variant", "patient_neighbour"]);
    let page = page(&scratch, &[&one, &other], &["--outcome", "near_support"]);
    let section = parts(&page, "<section id=\"comparison\"", "</section>")[0];
    for chart in ["differences", "milestone-differences", "against-1-territory", "parting"] {
        assert!(section.contains(&format!("<figure class=\"chart\" id=\"{chart}\"")), "{chart}");
    }
    let compared = entente(&["compare", &one, &other, "--format", "json"]).success();
    let json: Value = serde_json::from_slice(&compared.get_output().stdout).expect("JSON");
    let difference =
        json["outcomes"]["near_support"]["patient_neighbour"]["difference"].as_f64().expect("a difference");
    assert!(text_of(section).contains(&format!("+{difference:.2}")), "{difference}: {}", text_of(section));
    is_sound(&page);
}

#[test]
fn weights_are_said_and_change_the_figures() {
    let scratch = Scratch::new();
    let folder = played(&scratch, &patrons(), "one", &[]);
    let weights = scratch.path("weights.csv");
    entente(&["calibrate", &folder, "--accept", "0.2", "-o", &weights, "--quiet"]).success();
    let (plain, weighted) = (page(&scratch, &[&folder], &[]), page(&scratch, &[&folder], &["--weights", &weights]));
    assert!(weighted.contains("Weighted: all figures") && !plain.contains("Weighted: all figures"));
    let ran = entente(&[
        "run",
        &patrons(),
        "--runs",
        "300",
        "--seed",
        "7",
        "--out",
        &folder,
        "--weights",
        &weights,
        "--format",
        "json",
    ]);
    let json: Value = serde_json::from_slice(&ran.success().get_output().stdout).expect("JSON");
    let share = json["milestones"]["near_walks_away"]["share"].as_f64().expect("a share");
    let section = parts(&weighted, "<section id=\"milestones-all\"", "</table>")[0];
    assert!(text_of(section).contains(&format!("Near walks away{:.1}%", share * 100.0)));
    is_sound(&weighted);
}

#[test]
fn results_that_keep_nothing_over_time_say_so_on_their_page() {
    let scratch = Scratch::new();
    let folder = played(&scratch, &patrons(), "bare", &["--series", "none"]);
    let page = page(&scratch, &[&folder], &[]);
    assert!(page.contains("Nothing over time is stored"));
    is_sound(&page);
}

#[test]
fn what_cannot_be_shown_is_refused_with_a_hint() {
    let scratch = Scratch::new();
    let folder = played(&scratch, &patrons(), "a", &[]);
    let (out, nowhere) = (scratch.path("page.html"), scratch.path("nowhere"));
    let refused = |folder: &str, out: &str, more: &[&str], code: i32| {
        let ran = entente(&[&["report", folder, "-o", out], more].concat()).code(code);
        assert!(ran.get_output().stdout.is_empty());
        String::from_utf8_lossy(&ran.get_output().stderr).into_owned()
    };
    let text = refused(&folder, &out, &["--outcome", "nothing"], 2);
    assert!(text.contains("no outcome `nothing`") && text.contains("help: it has territory, posts_lost"), "{text}");
    let text = refused(&folder, &out, &["--outcome", "post_lost"], 2);
    assert!(text.contains("help: did you mean `posts_lost`?"), "{text}");
    let text = refused(&nowhere, &out, &[], 2);
    assert!(text.contains("holds no results: there is no manifest.json in it"), "{text}");
    let text = refused(&folder, &format!("{nowhere}/page.html"), &[], 1);
    assert!(text.contains("page.html` cannot be written: there is no such folder"), "{text}");
    assert!(!std::path::Path::new(&out).exists(), "nothing is written when something is wrong");
}

#[test]
fn a_comparison_makes_a_page_with_results_or_without() {
    let scratch = Scratch::new();
    let file = scratch.path("page.html");
    let plain = ["compare", &patrons(), "--runs", "60", "--seed", "7", "--quiet", "--report", &file];
    let read = |more: &[&str]| {
        entente(&[&plain, more].concat()).success();
        std::fs::read_to_string(&file).expect("the page")
    };
    let alone = read(&["--variant", "far_aid_doubled"]);
    assert!(alone.contains("id=\"differences\"") && !alone.contains("<section id=\"briefing\""));
    is_sound(&alone);
    let with = read(&["--variant", "far_aid_doubled", "--out", &scratch.path("out")]);
    assert!(with.contains("id=\"differences\"") && with.contains("<section id=\"briefing\""));
    is_sound(&with);
    let ranked = read(&["--knock-out", "policies"]);
    let rows = parts(parts(&ranked, "<section id=\"comparison\"", "</section>")[0], "<tr><th scope=\"row\">", "</tr>");
    assert!(text_of(&rows.concat()).contains("far.pay"), "{rows:?}");
    is_sound(&ranked);
}

#[test]
fn without_the_scenario_a_page_says_what_is_missing() {
    let scratch = Scratch::new();
    let text = std::fs::read_to_string(patrons()).expect("the scenario");
    let scenario = scratch.file("gone.yaml", &text);
    let folder = played(&scratch, &scenario, "one", &[]);
    let whole = page(&scratch, &[&folder], &[]);
    std::fs::remove_file(&scenario).expect("it goes");
    assert_eq!(whole, page(&scratch, &[&folder], &[]), "the folder keeps its scenario");
    std::fs::remove_file(format!("{folder}/source.json")).expect("that goes too");
    let bare = page(&scratch, &[&folder], &[]);
    assert!(bare.contains("The scenario of these results could not be read") && !bare.contains("<section id=\"map\""));
    is_sound(&bare);
}
