#!/usr/bin/env bash
# The verdict page under load: 50 requests a second for a minute over a province that scripts/bench.sh made
# (target/bench/province), two cores for server and load together, no live questions. Each request draws the
# verdict of another citizen anew, with its two entries in the audit log. For docs/performance.md.
# Needs `hey` (Debian package of that name) and a build: cargo build --release
set -euo pipefail
cd "$(dirname "$0")/.."
config=${CONFIG:-target/bench/province/doisoat.toml}
seconds=${SECONDS_OF_LOAD:-60}
command -v hey >/dev/null || { echo "Missing: hey. Install it: apt-get install hey" >&2; exit 1; }
python3 scripts/bench_serve.py "$config" "$seconds"
