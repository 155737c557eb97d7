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

# Kills the command two hundred and fifty times at random moments; each time it must go on to the same bytes.
kill:
    cargo test --test it -- --ignored --nocapture killed_two_hundred

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

# How the engine grows: with actors and areas, early ends, threads, a continent, and what is written. Then the curves.
bench-growth:
    #!/usr/bin/env bash
    set -euo pipefail
    ENTENTE_BENCH_CSV="$PWD/target/growth.csv" cargo bench --bench growth
    venv="$PWD/target/growth-venv"
    if python3 -m venv "$venv" && "$venv/bin/pip" install --quiet --requirement benches/growth/requirements.txt; then
        "$venv/bin/python" benches/growth/plot.py target/growth.csv target/growth.svg
    else
        echo "The curves are not drawn: no environment could be made for matplotlib." >&2
    fi

# Opens scenarios in the YAML language server, as an editor does. Needs node and, the first time, a network.
editor:
    .ci/editor

# Whether the kernels are still vector code.
vectorised:
    .ci/vectorised

# Licences, doubled crates, where they come from, and known vulnerabilities where they can be looked up.
deny:
    .ci/deny

# Whether the oldest promised compiler still compiles the program.
msrv:
    .ci/msrv

# The hostile corpus under its limits.
hostile:
    cargo test --test it hostile

# Looks for inputs that panic, hang or play otherwise than the reference: scenario, expression, table, results or run.
fuzz target seconds="600":
    .ci/fuzz {{ target }} {{ seconds }}

# Every target in turn, for so many seconds each. RELIABILITY.md says how long it has been run and what it found.
fuzz-all seconds="3600":
    for target in scenario expression table results run; do .ci/fuzz $target {{ seconds }} || exit 1; done

# The main job.
myanmar:
    cargo run --release -- run scenarios/myanmar --runs 10000 --seed 7
