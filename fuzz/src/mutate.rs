//! Bends text as a person would who has it in for its reader: lines and words are moved, doubled, dropped and exchanged for
//! others that mean something. Bytes are bent too, but what is no YAML any more tests no more than the YAML reader.

use rand::Rng;
use rand_chacha::ChaCha8Rng;

/// Words that mean something, one a line, in quotes as libFuzzer has them.
const DICTIONARY: &str = include_str!("../dictionary.txt");

/// A number below another.
fn below(rng: &mut ChaCha8Rng, most: usize) -> usize {
    (rng.next_u64() % most.max(1) as u64) as usize
}

/// Bends a text in one to four ways; parts of another may come in.
pub fn mutate(text: &[u8], other: &[u8], rng: &mut ChaCha8Rng) -> Vec<u8> {
    let mut text = text.to_vec();
    for _ in 0..=below(rng, 4) {
        text = match below(rng, 10) {
            0 => bytes(text, rng),
            1..=4 => words(text, rng),
            5..=8 => lines(text, other, rng),
            _ => splice(&text, other, rng),
        };
    }
    text
}

fn bytes(mut text: Vec<u8>, rng: &mut ChaCha8Rng) -> Vec<u8> {
    let at = below(rng, text.len());
    match below(rng, 4) {
        0 => text.insert(at.min(text.len()), rng.next_u64() as u8),
        1 if !text.is_empty() => drop(text.remove(at)),
        2 if !text.is_empty() => text[at] ^= 1 << below(rng, 8),
        _ => {
            let end = (at + below(rng, 64)).min(text.len());
            drop(text.drain(at.min(end)..end));
        }
    }
    text
}

/// Whether a byte belongs to a word or number.
fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.')
}

/// Where words begin and end.
fn words_of(text: &[u8]) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut at = 0;
    for run in text.chunk_by(|a, b| is_word(*a) == is_word(*b)) {
        if run.first().is_some_and(|byte| is_word(*byte)) {
            found.push((at, at + run.len()));
        }
        at += run.len();
    }
    found
}

fn words(text: Vec<u8>, rng: &mut ChaCha8Rng) -> Vec<u8> {
    let places = words_of(&text);
    if places.is_empty() {
        return text;
    }
    let (start, end) = places[below(rng, places.len())];
    let known: Vec<&str> = DICTIONARY.lines().filter_map(|line| line.strip_prefix('"')?.strip_suffix('"')).collect();
    let new: Vec<u8> = match below(rng, 3) {
        // Another word of the text: names that exist, in places where they should not.
        0 => {
            let (from, to) = places[below(rng, places.len())];
            text[from..to].to_vec()
        }
        1 => known[below(rng, known.len())].into(),
        _ => [&text[start..end], b" ", known[below(rng, known.len())].as_bytes()].concat(),
    };
    [&text[..start], new.as_slice(), &text[end..]].concat()
}

fn lines(text: Vec<u8>, other: &[u8], rng: &mut ChaCha8Rng) -> Vec<u8> {
    let mut lines: Vec<&[u8]> = text.split_inclusive(|byte| *byte == b'\n').collect();
    if lines.is_empty() {
        return text;
    }
    let (a, b) = (below(rng, lines.len()), below(rng, lines.len()));
    match below(rng, 5) {
        0 => drop(lines.remove(a)),
        1 => lines.insert(b, lines[a]),
        2 => lines.swap(a, b),
        3 => {
            let of_other: Vec<&[u8]> = other.split_inclusive(|byte| *byte == b'\n').collect();
            if !of_other.is_empty() {
                lines.insert(a, of_other[below(rng, of_other.len())]);
            }
        }
        _ => {
            let indented = [b"  ", lines[a]].concat();
            let mut lines: Vec<Vec<u8>> = lines.into_iter().map(<[u8]>::to_vec).collect();
            lines[a] = indented;
            return lines.concat();
        }
    }
    lines.concat()
}

/// The beginning of one and the end of the other.
fn splice(text: &[u8], other: &[u8], rng: &mut ChaCha8Rng) -> Vec<u8> {
    let (cut, from) = (below(rng, text.len() + 1), below(rng, other.len() + 1));
    [&text[..cut], &other[from..]].concat()
}
