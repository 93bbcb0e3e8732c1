#!/usr/bin/env bash
# Two made-up tables of ROWS people without numbers, linked by an optimised build and by Splink in ROUNDS interleaved rounds.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=target/bench-link
venv="$folder/python"
cargo build --release --quiet
cargo build --release --quiet -p doisoat-reconcile --example link_speed
mkdir -p "$folder"
[ -x "$venv/bin/python" ] || python3 -m venv "$venv"
"$venv/bin/pip" install --quiet --disable-pip-version-check "splink==5.0.0" "duckdb==2.0.1" "pandas" "pyarrow" "numpy"
"$venv/bin/python" scripts/bench_link.py target/release/doisoat target/release/examples/link_speed "$folder/data" "${ROWS:-100000}" "${ROUNDS:-5}"
