#!/usr/bin/env bash
# Two made-up registers of PEOPLE people, compared by an optimised build and by its peers in ROUNDS interleaved rounds.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/registers.sh
cargo build --release --quiet
registers "${PEOPLE:-1870000}"
"$registers_python" scripts/bench_compare.py target/release/doisoat "$registers_folder" "${ROUNDS:-5}"
