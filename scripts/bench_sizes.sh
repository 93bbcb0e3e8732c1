#!/usr/bin/env bash
# Cost against size: a made-up province of each of SIZES people, pulled once by an optimised build, then
# reconciled alone beside a plain polars join of the same files, in a process of its own for each.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/province.sh
sizes=${SIZES:-250000 500000 1000000 2000000 4000000}
folder=target/bench-sizes
cargo build --release --quiet
cargo bench --quiet --bench reconcile --no-run
for persons in $sizes; do
  [ -f "$folder/$persons/run.json" ] || province "$folder/$persons" "$persons"
done
for persons in $sizes; do
  echo "== $persons people"
  DOISOAT_BENCH_CONFIG="$folder/$persons/province/doisoat.toml" cargo bench --quiet --bench reconcile
done
