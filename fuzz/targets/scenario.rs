#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| entente_fuzz::targets::scenario(bytes));
libfuzzer_sys::fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    entente_fuzz::bend(data, size, max_size, seed)
});
