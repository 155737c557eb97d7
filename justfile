# What a person working on Entente types. `just` lists it.

default:
    @just --list

# Formatting and lints.
check:
    cargo fmt --all -- --check
    cargo clippy --all-targets -- -D warnings

# All tests.
test:
    cargo test

# The reference workload beside a plain scalar loop.
bench:
    cargo bench --bench patrons

# The contest by itself beside a plain scalar loop.
bench-contest:
    cargo bench --bench contest

# The main job.
myanmar:
    cargo run --release -- run scenarios/myanmar --runs 10000 --seed 7
