//! The keystream against `rand_chacha`, and the many-lane way against the single one.

use proptest::prelude::*;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::address::{Key, RUNS, Stream, TICKS, uniform, word};
use super::keystream::{Lanes, LanesError, Words, uniforms};
use crate::processor::{Detected, Level};

/// The word that another implementation of the cipher has at this address.
fn reference(seed: u64, name: &str, tick: u64, run: u64) -> u64 {
    let mut rng = ChaCha8Rng::from_seed(*blake3::hash(&seed.to_le_bytes()).as_bytes());
    let hash = blake3::hash(name.as_bytes());
    rng.set_stream(u64::from_le_bytes(hash.as_bytes()[..8].try_into().unwrap()));
    let block = u128::from(tick) * (1 << 40) + u128::from(8 * (run / 64) + run % 8);
    rng.set_word_pos(16 * block + 2 * u128::from((run / 8) % 8));
    rng.next_u64()
}

proptest! {
    #[test]
    fn a_word_is_rand_chachas(seed: u64, name: String, tick in 0..TICKS, run in 0..RUNS) {
        prop_assert_eq!(word(&Key::from_seed(seed), Stream::named(&name), tick, run), reference(seed, &name, tick, run));
    }

    #[test]
    fn any_lanes_get_the_words_of_their_runs(
        seed: u64,
        tick in 0..TICKS,
        pieces in prop::collection::vec((0..RUNS - 300, 0usize..200), 0..5),
        near in prop::collection::vec(prop_oneof![0u64..700, (1u64 << 35) - 300..(1 << 35) + 300], 0..300),
        far in prop::option::of(0..300_u64),
    ) {
        let (key, stream) = (Key::from_seed(seed), Stream::named("front/attack"));
        let mut runs: Vec<u64> = pieces.iter().flat_map(|&(first, n)| (first & !31..).take(n)).collect();
        runs.extend(near);
        // Rows on either side of the run from which on the upper half of its block is another.
        runs.extend(far.iter().flat_map(|lanes| (1 << 35) - 128..(1 << 35) + lanes));
        let lanes = Lanes::new(&runs).unwrap();
        prop_assert_eq!(lanes.len(), runs.len());
        let expected: Vec<f64> = runs.iter().map(|&run| uniform(word(&key, stream, tick, run))).collect();
        for level in Level::available().iter().map(|&level| Detected::from(level)) {
            let mut draws = vec![-1.0; runs.len()];
            lanes.fill(level, &key, stream, tick, &mut Words::new(runs.len()), &mut draws);
            prop_assert_eq!(&draws, &expected);
            let (mut words, mut at) = (Words::new(runs.len()), 0);
            while at < runs.len() {
                let piece = lanes.piece(at);
                prop_assert_eq!(piece.start, at);
                lanes.words::<true>(level, &key, stream, tick, at, &mut words);
                let upper = words.upper.clone();
                words.upper.fill(0);
                lanes.words::<false>(level, &key, stream, tick, at, &mut words);
                prop_assert_eq!(&words.upper[..piece.len()], &upper[..piece.len()]);
                let mut draws = vec![-1.0; piece.len()];
                uniforms(level, &mut draws, &words.lower, &words.upper);
                at = piece.end;
                prop_assert_eq!(&draws[..], &expected[piece]);
            }
        }
    }
}

#[test]
fn neighbours_in_run_tick_name_and_seed_have_other_words() {
    let at = |seed, name, tick, run| word(&Key::from_seed(seed), Stream::named(name), tick, run);
    let here = at(7, "near/arm", 3, 100);
    for other in [at(8, "near/arm", 3, 100), at(7, "near/arn", 3, 100), at(7, "near/arm", 4, 100)] {
        assert_ne!(here, other);
    }
    let mut words: Vec<u64> = (0..4096).map(|run| at(7, "near/arm", 3, run)).collect();
    words.sort_unstable();
    words.dedup();
    assert_eq!(words.len(), 4096);
}

#[test]
fn a_run_without_an_address_is_refused() {
    assert_eq!(Lanes::new(&[0, RUNS]).unwrap_err(), LanesError::RunTooLarge { run: RUNS });
    assert!(Lanes::new(&[RUNS - 1]).is_ok());
    assert!(Lanes::new(&[]).unwrap().is_empty());
}

proptest! {
    #[test]
    fn a_uniform_draw_is_the_upper_53_bits_of_its_word_and_a_half(word: u64, few in 0..1_u64 << 12, up in any::<bool>()) {
        // Few bits, and all but few, too.
        for word in [word, few, if up { few << 52 } else { u64::MAX - few }] {
            prop_assert_eq!(uniform(word), ((word >> 11) as f64 + 0.5) / 9007199254740992.0);
        }
    }
}

#[test]
fn the_uniform_draw_keeps_53_bits_above_0_and_at_most_1() {
    assert_eq!(uniform(0), 1.0 / 18014398509481984.0);
    assert_eq!(uniform(1 << 11), 3.0 / 18014398509481984.0);
    assert_eq!(uniform(1 << 63), 0.5);
    assert_eq!(uniform(u64::MAX), 1.0);
}

#[test]
fn a_name_has_these_words_for_ever() {
    let (key, stream) = (Key::from_seed(7), Stream::named("regime/ask_for_arms/chance"));
    let words = [(0, 0), (0, 1), (0, 8), (3, 4711), (155, 999_999)].map(|(tick, run)| word(&key, stream, tick, run));
    assert_eq!(stream.number(), 7654727146442532409);
    let golden =
        [9847266181099611377, 11341297485881289424, 6217938860433943037, 10819630905146747122, 814594483797581010];
    assert_eq!(words, golden);
}
