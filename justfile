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

# The reference workload beside the same model as others write it, as far as this machine has what they need.
bench:
    #!/usr/bin/env bash
    set -euo pipefail
    venv="$PWD/target/rivals-venv"
    if python3 -m venv "$venv" && "$venv/bin/pip" install --quiet --requirement benches/rivals/requirements.txt; then
        export ENTENTE_RIVALS_PYTHON="$venv/bin/python"
    else
        echo "NumPy and Mesa are left out: no environment could be made for them." >&2
    fi
    cargo bench --bench patrons

# The contest by itself beside a plain scalar loop.
bench-contest:
    cargo bench --bench contest

# How the engine grows: sizes, runs that end early, a continent, threads, writing.
bench-growth:
    cargo bench --bench growth

# Whether the kernels are still vector code.
vectorised:
    .ci/vectorised

# The main job.
myanmar:
    cargo run --release -- run scenarios/myanmar --runs 10000 --seed 7
