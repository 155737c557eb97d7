//! "Did you mean".

use strsim::damerau_levenshtein;

/// Longer names are not compared: nobody mistypes one by a letter or two, and comparing costs their product.
const LONGEST: usize = 64;
/// Candidates are looked at until this many pairs of letters might have been compared, so that a hostile file cannot make
/// errors slow: 1,000 candidates of ten letters.
const MOST_PAIRS: usize = 100_000;

/// The candidate nearest to `name`, if one is near enough to be a slip of the keyboard; the first among equals.
///
/// Near are: the same letters but for capitals, underscores and dashes; a missing or extra plural `s`; one whole part of
/// a name with underscores left out at its end; and up to one edit in three letters (swapped neighbours count once).
pub fn suggest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let length = name.chars().count();
    if length == 0 || length > LONGEST {
        return None;
    }
    let folded = fold(name);
    let mut best: Option<(usize, &'a str)> = None;
    let mut pairs = 0;
    for candidate in candidates {
        pairs += length * candidate.len().min(LONGEST);
        if pairs > MOST_PAIRS {
            break;
        }
        let Some(distance) = distance(name, &folded, length, candidate) else { continue };
        if best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// How far apart two names are, or `None` if it was hardly a slip.
fn distance(name: &str, folded: &str, length: usize, candidate: &str) -> Option<usize> {
    if candidate == name {
        return None;
    }
    let other = candidate.chars().count();
    if other == 0 || other > LONGEST {
        return None;
    }
    let folded_candidate = fold(candidate);
    if folded_candidate == folded {
        return Some(0);
    }
    if plural(folded, &folded_candidate) || plural(&folded_candidate, folded) {
        return Some(1);
    }
    let allowed = if length.max(other) <= 2 { 0 } else { (length.max(other) / 3).clamp(1, 4) };
    if length.abs_diff(other) <= allowed {
        let edits = damerau_levenshtein(name, candidate).min(damerau_levenshtein(folded, &folded_candidate) + 1);
        if edits <= allowed {
            return Some(edits);
        }
    }
    // `far_aid` for `far_aid_share`: better than nothing, worse than any slip.
    let part =
        |long: &str, short: &str| short.len() >= 4 && long.strip_prefix(short).is_some_and(|r| r.starts_with('_'));
    (part(candidate, name) || part(name, candidate)).then_some(LONGEST)
}

fn fold(name: &str) -> String {
    name.chars().filter(|c| !matches!(c, '_' | '-' | ' ')).flat_map(char::to_lowercase).collect()
}

fn plural(long: &str, short: &str) -> bool {
    long.strip_suffix('s').is_some_and(|stem| stem == short)
        || long.strip_suffix("es").is_some_and(|stem| stem == short)
        || long.strip_suffix("ies").is_some_and(|stem| short.strip_suffix('y') == Some(stem))
}

#[cfg(test)]
mod tests {
    use super::suggest;

    const NAMES: [&str; 7] = ["support", "stock", "far_aid", "troops", "actors", "when", "policy"];

    #[test]
    fn slips_of_the_keyboard_find_their_name() {
        for (typed, meant) in [
            ("suport", "support"),
            ("supprot", "support"),
            ("farAid", "far_aid"),
            ("faraid", "far_aid"),
            ("far-aid", "far_aid"),
            ("troop", "troops"),
            ("actor", "actors"),
            ("policies", "policy"),
            ("whne", "when"),
            ("Stock", "stock"),
            ("stcok", "stock"),
        ] {
            assert_eq!(suggest(typed, NAMES), Some(meant), "{typed}");
        }
    }

    #[test]
    fn strangers_get_no_suggestion() {
        for typed in ["", "x", "patience", "zz", "population"] {
            assert_eq!(suggest(typed, NAMES), None, "{typed}");
        }
    }

    #[test]
    fn the_first_among_equals_is_taken_and_the_nearer_one_before_it() {
        assert_eq!(suggest("cat", ["bat", "hat", "cart"]), Some("bat"));
        assert_eq!(suggest("far_ad", ["far_add", "far_aids", "far_aid", "far_ad_x"]), Some("far_add"));
        assert_eq!(suggest("suport", ["sport", "support"]), Some("sport"));
        assert_eq!(suggest("troop", ["trop", "troops"]), Some("trop"));
        assert_eq!(suggest("faraid", ["far_aids", "far_aid"]), Some("far_aid"));
    }

    #[test]
    fn short_names_need_to_be_nearly_the_same() {
        assert_eq!(suggest("a", ["b", "A"]), Some("A"));
        assert_eq!(suggest("is", ["if", "at"]), None);
    }

    #[test]
    fn endless_names_are_not_compared() {
        let long = "a".repeat(100_000);
        assert_eq!(suggest(&long, [long.as_str(), "a"]), None);
        assert_eq!(suggest("aaaa", [long.as_str()]), None);
    }
}
