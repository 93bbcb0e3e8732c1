#!/usr/bin/env bash
# Figures for docs/performance.md: a made-up province of PERSONS people, pulled over loopback HTTP by an
# optimised build, then reconciled alone five times beside plain polars joins of two of the same snapshots and of two
# dense registers of as many people.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/province.sh
. scripts/registers.sh
persons=${PERSONS:-2000000}
folder=target/bench
cargo build --release --quiet
province "$folder" "$persons"
python3 - "$folder/run.json" "$persons" <<'PYTHON'
import json, sys
run = json.load(open(sys.argv[1]))
print(f"province of {int(sys.argv[2]):,} people: {run['status']}, {sum(run['findings'].values()):,} findings")
for source in run["sources"]:
    print(f"  {source['name']}/{source['dataset']}: {source['snapshot_records']:,} records, {source['requests']:,} requests")
print("  seconds:", ", ".join(f"{stage} {seconds}" for stage, seconds in run["stages"].items()))
print(f"  whole run {run['seconds']} s, peak memory {run['peak_memory_mib']} MiB")
PYTHON
registers "$persons"
DOISOAT_BENCH_CONFIG="$folder/province/doisoat.toml" DOISOAT_BENCH_REGISTERS="$registers_folder" \
  cargo bench --quiet --bench reconcile
DOISOAT_BENCH_CONFIG="$folder/province/doisoat.toml" cargo bench --quiet --bench ledger
PERSONS=100000 cargo bench --quiet --bench pull
venv="$folder/python"
[ -x "$venv/bin/python" ] || python3 -m venv "$venv"
"$venv/bin/pip" install --quiet --disable-pip-version-check "vietnamadminunits==1.0.4"
"$venv/bin/python" scripts/bench_units.py target/release/doisoat "$folder/units"
