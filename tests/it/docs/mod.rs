//! What the pages say is what the program does: every block of the pages is run.
//!
//! A block is fenced by three backticks at the beginning of a line. What is done with it stands in a comment on the line
//! above, which a reader of the page does not see, or follows from the block's language:
//!
//! | above the block | the block |
//! |---|---|
//! | `<!-- scenario NAME -->` | is the file NAME: checked with all its variants, and 20 runs are played |
//! | `<!-- change NAME -->` | is a `diff` of NAME: applied, then as above |
//! | `<!-- file NAME -->` | is the file NAME, such as a table or a patch |
//! | `<!-- in KEY of NAME -->` | is what stands under KEY: laid over NAME with `--with`, checked, and 20 runs are played |
//! | `<!-- output of COMMAND -->` | is what the command prints |
//! | `<!-- commands -->` | is commands, one a line, that succeed; `with 40 runs` plays so many of whatever is typed |
//! | `<!-- not run: REASON -->` | is left alone |
//! | nothing, ```` ```console ```` | is commands behind `$ `, each followed by what it prints |
//! | nothing, ```` ```yaml ```` | is laid over the scenario that `<!-- examples over NAME -->` names for the page |
//! | nothing, ```` ```text ```` after one of the scenarios | is what `entente check` says of it, which then is wrong |
//!
//! In what is printed a line `...` stands for any number of lines. Pages below `docs/NAME/` find the files that
//! `docs/NAME.md` has written. `ENTENTE_DOCS=write cargo test --test it docs` writes what the program prints into the pages.

mod blocks;
mod page;
mod words;

use crate::played::repository;
use page::Page;
use std::path::{Path, PathBuf};

/// Every page whose blocks are run.
fn pages() -> Vec<PathBuf> {
    let mut pages = vec![PathBuf::from(repository("README.md"))];
    let mut folders = vec![PathBuf::from(repository("docs")), PathBuf::from(repository("scenarios"))];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder").map(|entry| entry.expect("an entry").path()) {
            match entry.is_dir() {
                true => folders.push(entry),
                false if entry.extension().is_some_and(|end| end == "md") => pages.push(entry),
                false => {}
            }
        }
    }
    pages.sort();
    pages
}

/// The page whose files a page finds: `docs/language.md` for all below `docs/language/`.
fn parent(path: &Path) -> Option<PathBuf> {
    let parent = path.parent()?.with_extension("md");
    parent.is_file().then_some(parent)
}

/// Runs these pages, and says everything that is wrong with them.
fn hold(pages: &[PathBuf]) {
    let mut problems = Vec::new();
    for path in pages {
        let mut page = Page::new();
        if let Some(parent) = parent(path) {
            page.take_files_of(&parent);
        }
        problems.extend(page.run(path));
    }
    assert!(problems.is_empty(), "{}", problems.join("\n\n"));
}

#[test]
fn every_block_of_the_pages_is_what_the_program_does() {
    let pages: Vec<PathBuf> = pages().into_iter().filter(|page| !page.ends_with("tutorial.md")).collect();
    assert!(pages.len() > 5, "{pages:?}");
    hold(&pages);
}

#[test]
fn the_tutorial_is_what_the_program_does_and_ends_with_the_scenario_that_it_promises() {
    let mut page = Page::new();
    let problems = page.run(Path::new(&repository("docs/tutorial.md")));
    assert!(problems.is_empty(), "{}", problems.join("\n\n"));
    let promised = std::fs::read_to_string(repository("scenarios/two-patrons.yaml")).expect("the scenario");
    assert_eq!(page.file("patrons.yaml"), promised);
}

#[test]
fn a_block_that_says_nothing_of_itself_is_refused() {
    for text in [
        "```\nentente check\n```\n",
        "```yaml\ntitle: x\n```\n",
        "```text\nx\n```\n",
        "<!-- shown -->\n```yaml\na: 1\n```\n",
    ] {
        let scratch = crate::support::Scratch::new();
        let path = scratch.file("page.md", text);
        let problems = Page::new().run(Path::new(&path));
        assert_eq!(problems.len(), 1, "{text}: {problems:?}");
    }
}

#[test]
fn a_block_that_says_what_is_not_so_is_told() {
    let fine = "clock: { start: 2024-01-01, tick: 1 week, ticks: 3 }\nactors: { a: {} }\n";
    let wrong = [
        format!("<!-- scenario a.yaml -->\n```yaml\n{fine}outcomes: {{ x: y }}\n```\n"),
        format!("<!-- scenario a.yaml -->\n```yaml\n{fine}```\n```text\nerror: nothing\n```\n"),
        format!("<!-- scenario a.yaml -->\n```yaml\n{fine}```\n```console\n$ entente check a.yaml\nfine\n```\n"),
        format!("<!-- scenario a.yaml -->\n```yaml\n{fine}```\n<!-- change a.yaml -->\n```diff\n-title: x\n```\n"),
        format!("<!-- scenario a.yaml -->\n```yaml\n{fine}```\n<!-- commands -->\n```\nentente check b.yaml\n```\n"),
    ];
    for text in wrong {
        let scratch = crate::support::Scratch::new();
        let path = scratch.file("page.md", &text);
        let problems = Page::new().run(Path::new(&path));
        assert_eq!(problems.len(), 1, "{text}: {problems:?}");
    }
}
