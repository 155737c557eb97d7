//! How words are written where people read them.

/// The same text with a capital at its beginning.
pub(crate) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::capital;

    #[test]
    fn the_first_letter_is_raised_whatever_it_is() {
        let raised = ["towns lost", "Élan", "ßen", "«quoted»", "3 towns", ""].map(capital);
        assert_eq!(raised, ["Towns lost", "Élan", "SSen", "«quoted»", "3 towns", ""]);
    }
}
