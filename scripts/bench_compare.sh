#!/usr/bin/env bash
# Two made-up registers of PEOPLE people, compared by an optimised build and by its peers in ROUNDS interleaved rounds.
set -euo pipefail
cd "$(dirname "$0")/.."
people=${PEOPLE:-1870000}
folder=target/bench-compare
venv="$folder/python"
cargo build --release --quiet
mkdir -p "$folder"
[ -x "$venv/bin/python" ] || python3 -m venv "$venv"
"$venv/bin/pip" install --quiet --disable-pip-version-check "duckdb==2.0.1" "datacompy==1.1.0" "polars==1.33.1" "pyarrow==26.0.1"
[ -e "$folder/$people/labels.parquet" ] || "$venv/bin/python" scripts/bench_compare_data.py "$folder/$people" "$people"
"$venv/bin/python" scripts/bench_compare.py target/release/doisoat "$folder/$people" "${ROUNDS:-5}"
