//! One page, run from its beginning to its end in a folder of its own.

use super::blocks::{Block, applied, blocks, console, fits};
use crate::played::repository;
use crate::support::Scratch;
use snapbox::cmd::cargo_bin;
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

/// A page's folder, and how to run there what was typed.
pub struct Page {
    folder: Scratch,
    /// What the program printed where the page says something else, by the line of the block.
    printed: BTreeMap<usize, String>,
}

/// What became of a block.
type Outcome = Result<(), String>;

impl Page {
    /// A folder that holds the scenarios of the repository.
    pub fn new() -> Self {
        let folder = Scratch::new();
        let copied = Command::new("cp").args(["-r", &repository("scenarios"), &folder.path("scenarios")]).status();
        assert!(copied.is_ok_and(|status| status.success()), "the scenarios are copied");
        Self { folder, printed: BTreeMap::new() }
    }

    /// Writes the files that another page shows.
    pub fn take_files_of(&mut self, path: &Path) {
        let text = std::fs::read_to_string(path).expect("a page");
        for block in blocks(&text).0 {
            if let Some(("scenario" | "file", name)) = block.marker.split_once(' ') {
                self.folder.file(name, &block.text);
            }
        }
    }

    /// The text of a file in the folder.
    pub fn file(&self, name: &str) -> String {
        std::fs::read_to_string(self.folder.path(name)).unwrap_or_default()
    }

    /// Runs every block, and says what is wrong.
    pub fn run(&mut self, path: &Path) -> Vec<String> {
        let text = std::fs::read_to_string(path).expect("a page");
        let (blocks, examples) = blocks(&text);
        let mut problems = Vec::new();
        let mut answered = false;
        for (place, block) in blocks.iter().enumerate() {
            if std::mem::take(&mut answered) {
                continue;
            }
            let next = blocks.get(place + 1).filter(|next| next.language == "text" && next.marker.is_empty());
            let outcome = match self.scenario(block, examples.as_deref()) {
                Some(Ok(arguments)) => {
                    answered = next.is_some();
                    self.held(&arguments, next)
                }
                Some(Err(problem)) => Err(problem),
                None => self.plain(block),
            };
            if let Err(problem) = outcome {
                problems.push(format!("{}:{}: {problem}", path.display(), block.line));
            }
        }
        if std::env::var("ENTENTE_DOCS").is_ok_and(|value| value == "write") && !self.printed.is_empty() {
            std::fs::write(path, self.rewritten(&text)).expect("the page is written");
        }
        problems
    }

    /// Writes a block that is a scenario or is laid over one, and tells the arguments by which it is played.
    fn scenario(&mut self, block: &Block, examples: Option<&str>) -> Option<Result<String, String>> {
        let (word, rest) = block.marker.split_once(' ').unwrap_or((&block.marker, ""));
        Some(match (word, block.language.as_str()) {
            ("scenario", "yaml") => {
                self.folder.file(rest, &block.text);
                Ok(rest.to_owned())
            }
            ("change", "diff") => applied(&self.file(rest), &block.text).map(|text| {
                self.folder.file(rest, &text);
                rest.to_owned()
            }),
            ("in", "yaml") => match rest.split_once(" of ") {
                Some((key, over)) => {
                    let lines = block.text.lines().map(|line| format!("  {line}\n"));
                    self.folder.file("example.yaml", &format!("{key}:\n{}", lines.collect::<String>()));
                    Ok(format!("{over} --with example.yaml"))
                }
                None => Err(String::from("write `<!-- in KEY of NAME -->`")),
            },
            ("", "yaml") => match examples {
                Some(over) => {
                    self.folder.file("example.yaml", &block.text);
                    Ok(format!("{over} --with example.yaml"))
                }
                None => return None,
            },
            _ => return None,
        })
    }

    /// A scenario is fine and can be played, or is refused with exactly the words that follow.
    fn held(&mut self, arguments: &str, refusal: Option<&Block>) -> Outcome {
        let check = format!("entente check {arguments}");
        if let Some(refusal) = refusal {
            return self.prints(&check, &refusal.text, refusal.line);
        }
        let run = format!("entente run {arguments} --runs 20 --out played --force --series none --quiet");
        let (_, printed) = self.sh(&check);
        if !printed.is_empty() {
            return Err(format!("the scenario is refused:\n{printed}"));
        }
        let (fine, printed) = self.sh(&run);
        if !fine {
            return Err(format!("the scenario cannot be played:\n{printed}"));
        }
        if printed.contains(" failed, and are left out") {
            return Err(format!("runs fail:\n{printed}"));
        }
        Ok(())
    }

    /// A block that is no scenario.
    fn plain(&mut self, block: &Block) -> Outcome {
        let (word, rest) = block.marker.split_once(' ').unwrap_or((&block.marker, ""));
        match (word, block.language.as_str()) {
            ("not", _) if rest.starts_with("run: ") => Ok(()),
            ("file", _) => {
                self.folder.file(rest, &block.text);
                Ok(())
            }
            ("output", _) => match rest.strip_prefix("of ") {
                Some(command) => self.prints(command, &block.text, block.line),
                None => Err(String::from("write `<!-- output of COMMAND -->`")),
            },
            ("commands", _) => {
                let runs = rest.strip_prefix("with ").and_then(|rest| rest.strip_suffix(" runs"));
                block.text.lines().filter(|line| !line.is_empty()).try_for_each(|line| self.succeeds(line, runs))
            }
            ("", "console") => self.console(block),
            _ => Err(String::from("the page does not say what to do with this block: see tests/it/docs/mod.rs")),
        }
    }

    fn console(&mut self, block: &Block) -> Outcome {
        let typed = console(&block.text);
        let mut answers = String::new();
        let mut fine = true;
        for one in &typed {
            let (_, printed) = self.sh(&one.command);
            let fits = fits(&one.printed, &printed);
            fine &= fits;
            let shown = if fits { one.printed.trim_end() } else { printed.trim_end() };
            answers.push_str(&format!("$ {}\n{shown}{}", one.command, if shown.is_empty() { "" } else { "\n" }));
        }
        if fine {
            return Ok(());
        }
        self.printed.insert(block.line, answers.clone());
        Err(format!("the program prints something else:\n{answers}"))
    }

    fn prints(&mut self, command: &str, expected: &str, line: usize) -> Outcome {
        let (_, printed) = self.sh(command);
        if fits(expected, &printed) {
            return Ok(());
        }
        self.printed.insert(line, printed.clone());
        Err(format!("`{command}` prints something else:\n{printed}"))
    }

    fn succeeds(&self, line: &str, runs: Option<&str>) -> Outcome {
        let mut words: Vec<&str> = line.split(' ').collect();
        if let (Some(runs), Some(at)) = (runs, words.iter().position(|word| *word == "--runs"))
            && let Some(word) = words.get_mut(at + 1)
        {
            *word = runs;
        }
        match self.sh(&words.join(" ")) {
            (true, _) => Ok(()),
            (false, printed) => Err(format!("`{line}` fails:\n{printed}")),
        }
    }

    /// Runs a line in the page's folder, as a person would type it: whether it succeeds, and what it prints.
    fn sh(&self, line: &str) -> (bool, String) {
        let program = cargo_bin!("entente");
        let folder = program.parent().expect("a folder").display().to_string();
        let path = std::env::var("PATH").unwrap_or_default();
        let output = Command::new("sh")
            .args(["-c", &format!("{{ {line}\n}} 2>&1")])
            .current_dir(self.folder.path(""))
            .env("PATH", format!("{folder}:{path}"))
            .env("NO_COLOR", "1")
            .env_remove("ENTENTE_LOG")
            .output()
            .expect("a shell");
        (output.status.success(), String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// The page with what the program prints in the blocks that said something else.
    fn rewritten(&self, text: &str) -> String {
        let mut new = String::new();
        let mut replaced = false;
        for (place, line) in text.lines().enumerate() {
            replaced &= !line.starts_with("```");
            if !replaced {
                new.extend([line, "\n"]);
            }
            if let Some(printed) = self.printed.get(&(place + 1)) {
                new.extend(printed.trim_end().lines().flat_map(|line| [line.trim_end(), "\n"]));
                replaced = true;
            }
        }
        new
    }
}
