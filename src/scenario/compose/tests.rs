use std::fs;

use tempfile::TempDir;

use super::*;

/// A folder of files, each given as its path and its text.
fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

fn options(variant: Option<&str>, with: &[PathBuf], set: &[&str]) -> Composition {
    Composition {
        variant: variant.map(str::to_owned),
        with: with.to_vec(),
        set: set.iter().map(|text| (*text).to_owned()).collect(),
    }
}

fn load_tree(path: &Path, options: &Composition) -> Result<(Parts, Composed), LoadError> {
    let mut reading = read(path, options, None);
    let Some(parts) = reading.parts.take() else { return Err(reading.into_error()) };
    let composed = parts.lay_over(parts.file.clone(), parts.chosen.clone(), &mut reading.errors);
    if reading.errors.is_empty() { Ok((parts, composed)) } else { Err(reading.into_error()) }
}

fn load_parts(folder: &TempDir, file: &str, options: &Composition) -> (Parts, Composed) {
    load_tree(&folder.path().join(file), options).unwrap_or_else(|error| panic!("{error}"))
}

fn load(folder: &TempDir, file: &str, options: &Composition) -> Composed {
    load_parts(folder, file, options).1
}

/// The refusal with the temporary folder's name taken out.
fn refusal(folder: &TempDir, file: &str, options: &Composition) -> String {
    let error = load_tree(&folder.path().join(file), options).expect_err("should be refused");
    assert!(!error.diagnostics.is_empty());
    error.to_string().replace(&folder.path().display().to_string(), "DIR")
}

fn default_of(tree: &Node, lever: &str) -> String {
    match &tree.get("levers").unwrap().get(lever).unwrap().get("default").unwrap().value {
        Value::Number(_, text) | Value::Text(text) => text.value.clone(),
        other => panic!("{other:?}"),
    }
}

const LEVERS: &str = "title: t\nlevers: { l: { default: 1 }, m: { default: 1 } }\n\
    variants:\n  v: { title: V, levers: { l: 2, m: 2 } }\n  dated: { from: 2024-03-01, levers: { l: 3 } }\n";

#[test]
fn a_file_or_a_folder_with_a_scenario_is_read() {
    let folder = folder(&[("myanmar/scenario.yaml", LEVERS), ("two-patrons.yaml", LEVERS)]);
    let (from_folder, _) = load_parts(&folder, "myanmar", &Composition::default());
    assert_eq!((from_folder.name.as_str(), from_folder.folder), ("myanmar", folder.path().join("myanmar")));
    assert_eq!(load_parts(&folder, "myanmar/scenario.yaml", &Composition::default()).0.name, "myanmar");
    let (from_file, composed) = load_parts(&folder, "two-patrons.yaml", &Composition::default());
    assert_eq!((from_file.name.as_str(), from_file.folder), ("two-patrons", folder.path().to_path_buf()));
    assert!(composed.patched.get("variants").is_none() && composed.base.is_none());
}

#[test]
fn variant_with_and_set_are_applied_in_this_order() {
    let folder = folder(&[("a.yaml", LEVERS), ("p.yaml", "levers: { l: 5, m: 5 }"), ("q.yaml", "levers: { m: 6 }")]);
    let with = [folder.path().join("p.yaml"), folder.path().join("q.yaml")];
    for (variant, with, set, expected) in [
        (None, &with[..0], &[][..], ["1", "1"]),
        (Some("baseline"), &with[..0], &[], ["1", "1"]),
        (Some("v"), &with[..0], &[], ["2", "2"]),
        (Some("v"), &with[..1], &[], ["5", "5"]),
        (Some("v"), &with[..], &[], ["5", "6"]),
        (Some("v"), &with[..], &["l=7", "l=8"], ["8", "6"]),
    ] {
        let composed = load(&folder, "a.yaml", &options(variant, with, set));
        let levers = ["l", "m"].map(|lever| default_of(&composed.patched, lever));
        assert_eq!(levers, expected, "{variant:?} {with:?} {set:?}");
    }
}

#[test]
fn a_dated_variant_yields_the_tree_with_it_and_without() {
    let folder = folder(&[("a.yaml", LEVERS)]);
    let composed = load(&folder, "a.yaml", &options(Some("dated"), &[], &["m=9"]));
    let base = composed.base.unwrap();
    assert_eq!([default_of(&base, "l"), default_of(&base, "m")], ["1", "9"]);
    assert!(base.get("variants").is_none());
    assert_eq!([default_of(&composed.patched, "l"), default_of(&composed.patched, "m")], ["3", "9"]);
    assert_eq!(composed.variant.unwrap().from.unwrap().value, "2024-03-01");
}

#[test]
fn what_only_the_variant_has_can_be_patched_and_set_with_it() {
    let text = "title: t\nlevers: { l: { default: 1 } }\n\
        variants: { v: { from: 2024-03-01, levers: { n: { default: 2 } } } }\n";
    let folder = folder(&[("a.yaml", text), ("p.yaml", "levers: { n: { unit: u } }")]);
    let with = [folder.path().join("p.yaml")];
    let composed = load(&folder, "a.yaml", &options(Some("v"), &with, &["n=3"]));
    assert_eq!(default_of(&composed.patched, "n"), "3");
    assert!(composed.base.unwrap().get("levers").unwrap().get("n").is_none());
    assert!(refusal(&folder, "a.yaml", &options(None, &with, &["n=3"])).contains("no lever `n`"));
}

#[test]
fn a_file_that_extends_another_is_a_patch_of_it() {
    let folder = folder(&[
        (
            "a.yaml",
            "extends: sub/b.yaml\ntitle: A\nlevers: { l: 2 }\nvariants: { w: { from: 2024-03-01, levers: { l: 4 } } }\n",
        ),
        ("sub/b.yaml", "extends: c.yaml\nlevers: { m: { default: 7 } }\n"),
        ("sub/c.yaml", LEVERS),
    ]);
    let composed = load(&folder, "a.yaml", &options(Some("w"), &[], &[]));
    let base = composed.base.unwrap();
    assert_eq!([default_of(&base, "l"), default_of(&composed.patched, "l")], ["2", "4"]);
    assert_eq!(default_of(&base, "m"), "7");
    assert!(base.get("extends").is_none());
    let read = read(&folder.path().join("a.yaml"), &Composition::default(), None).sources;
    assert_eq!(read.iter().count(), 3);
    assert_eq!(default_of(&load(&folder, "a.yaml", &options(Some("v"), &[], &[])).patched, "m"), "2");
}

#[test]
fn a_circle_of_extends_is_named() {
    let folder = folder(&[("a.yaml", "extends: b.yaml\ntitle: x\n"), ("b.yaml", "extends: a.yaml\ntitle: x\n")]);
    insta::assert_snapshot!(refusal(&folder, "a.yaml", &Composition::default()), @r"
    error: `extends` goes in a circle
     --> DIR/b.yaml:1:10
      |
    1 | extends: a.yaml
      |          ^^^^^^ comes back to a file that is being read
      |
    help: DIR/a.yaml → DIR/b.yaml → DIR/a.yaml
    ");
    fs::write(folder.path().join("a.yaml"), "extends: ./a.yaml\ntitle: x\n").unwrap();
    assert!(refusal(&folder, "a.yaml", &Composition::default()).contains("goes in a circle"));
}

#[test]
fn a_long_chain_of_extends_is_refused() {
    let names: Vec<String> = (0..40).map(|i| format!("f{i}.yaml")).collect();
    let texts: Vec<String> = (1..41).map(|i| format!("extends: f{i}.yaml\ntitle: x\n")).collect();
    let files: Vec<(&str, &str)> =
        names.iter().zip(&texts).map(|(name, text)| (name.as_str(), text.as_str())).collect();
    assert!(refusal(&folder(&files), "f0.yaml", &Composition::default()).contains("too many files extend each other"));
}

#[test]
fn extends_reads_nothing_outside_the_folder() {
    let outside = folder(&[("secret.yaml", "title: secret\n")]);
    let target = outside.path().join("secret.yaml");
    let folder = folder(&[("in/other.yaml", LEVERS)]);
    #[cfg(unix)]
    std::os::unix::fs::symlink(&target, folder.path().join("link.yaml")).unwrap();
    for (named, sentence) in [
        ("../secret.yaml", "leads out of the scenario's folder"),
        ("in/../in/other.yaml", "leads out of the scenario's folder"),
        (target.to_str().unwrap(), "leads out of the scenario's folder"),
        #[cfg(unix)]
        ("link.yaml", "is a link out of the scenario's folder"),
        ("in", "is not a plain file"),
        ("none.yaml", "there is no such file"),
        ("''", "no file is named"),
        ("[a.yaml]", "`extends` names one file"),
    ] {
        fs::write(folder.path().join("a.yaml"), format!("extends: {named}\ntitle: x\n")).unwrap();
        let text = refusal(&folder, "a.yaml", &Composition::default());
        assert!(text.contains(sentence) && text.contains("a.yaml:1:"), "{named}\n{text}");
    }
}

#[cfg(unix)]
#[test]
fn extends_does_not_wait_for_a_pipe() {
    let folder = folder(&[("a.yaml", "extends: pipe\ntitle: x\n")]);
    let made = std::process::Command::new("mkfifo").arg(folder.path().join("pipe")).status();
    if made.is_ok_and(|status| status.success()) {
        assert!(refusal(&folder, "a.yaml", &Composition::default()).contains("is not a plain file"));
    }
}

#[test]
fn missing_files_and_folders_are_named() {
    let folder = folder(&[("empty/notes.txt", "x"), ("a.yaml", LEVERS)]);
    let none = Composition::default();
    insta::assert_snapshot!(refusal(&folder, "none.yaml", &none), @r"
    error: cannot read scenario `DIR/none.yaml`: there is no such file
    help: a scenario is a YAML file, or a folder with a `scenario.yaml`
    ");
    insta::assert_snapshot!(refusal(&folder, "empty", &none), @r"
    error: the folder `DIR/empty` holds no `scenario.yaml`
    help: name the YAML file itself, or a folder with a `scenario.yaml`
    ");
    let with = |name: &str| options(None, &[folder.path().join(name)], &[]);
    assert!(refusal(&folder, "a.yaml", &with("p.yaml")).contains("cannot read `DIR/p.yaml`: there is no such file"));
    assert!(refusal(&folder, "a.yaml", &with("empty")).contains("cannot read `DIR/empty`: it is a folder"));
}

#[test]
fn all_errors_of_all_files_are_shown_at_once() {
    let folder = folder(&[
        (
            "a.yaml",
            "title: t\nlevers: { l: { default: 1 } }\nvariants:\n  x: { levers: { k: 1 } }\n  y: { actors: null }\n",
        ),
        ("p.yaml", "levers: { ll: 1 }\nextends: b.yaml\n"),
        ("broken.yaml", "a: b: c\n"),
    ]);
    let with = [folder.path().join("p.yaml"), folder.path().join("broken.yaml")];
    let text = refusal(&folder, "a.yaml", &options(Some("z"), &with, &["n=1", "=", "q"]));
    for sentence in [
        "no variant `z`",
        "no lever `k`",
        "no `actors` to remove",
        "no lever `ll`",
        "cannot hold `extends`",
        "a colon cuts this value in two",
        "nothing called `n`",
        "names nothing",
        "needs a `=`",
    ] {
        assert!(text.contains(sentence), "{sentence}\n{text}");
    }
    assert_eq!(text.matches("error: ").count(), 9, "{text}");
}

#[test]
fn a_variant_that_is_wrong_is_told_once_even_if_chosen() {
    let folder = folder(&[("a.yaml", "title: t\nlevers: { l: 1 }\nvariants: { x: { levers: { k: 1 } }, y: 5 }\n")]);
    for chosen in [None, Some("x"), Some("y")] {
        let text = refusal(&folder, "a.yaml", &options(chosen, &[], &[]));
        assert_eq!(text.matches("error: ").count(), 2, "{text}");
    }
}

#[test]
fn the_example_of_the_language_page_composes_with_each_variant() {
    let folder = folder(&[("a.yaml", include_str!("../../../tests/data/language-example.yaml"))]);
    let set = ["patience=0.3", "regime.troops=60"];
    let composed = load(&folder, "a.yaml", &options(Some("far_aid_doubled"), &[], &set));
    let base = load(&folder, "a.yaml", &options(None, &[], &set)).patched;
    assert_eq!([default_of(&base, "far_aid"), default_of(&composed.patched, "far_aid")], ["40", "80"]);
    assert_eq!(composed.variant.unwrap().title.unwrap().value, "What if the far patron pays twice?");
    load(&folder, "a.yaml", &options(Some("patient_neighbour"), &[], &[]));
}
