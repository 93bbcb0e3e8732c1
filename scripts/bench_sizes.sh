#!/usr/bin/env bash
# Cost against size: a made-up province of each of SIZES people, pulled once by an optimised build, then
# reconciled alone beside plain polars joins of the same files and of registers of as many people, in a process of its own
# for each.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/province.sh
. scripts/registers.sh
sizes=${SIZES:-250000 500000 1000000 2000000 4000000}
folder=target/bench-sizes
cargo build --release --quiet -p doisoat --bins --benches
for persons in $sizes; do
  [ -f "$folder/$persons/run.json" ] || province "$folder/$persons" "$persons"
done
for persons in $sizes; do
  echo "== $persons people"
  registers "$persons"
  DOISOAT_BENCH_CONFIG="$folder/$persons/province/doisoat.toml" DOISOAT_BENCH_REGISTERS="$registers_folder" \
    cargo bench --quiet -p doisoat --bench reconcile
done
