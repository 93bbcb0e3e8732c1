#!/usr/bin/env bash
# The health page over a year of made-up nights, of 124 communes and of 3,321, under 20 requests a second, server
# and load on the same machine. Over the province of scripts/bench.sh, or CONFIG's folder. For docs/performance.md.
# Needs `hey` (Debian package of that name) and a build: cargo build --release
set -euo pipefail
cd "$(dirname "$0")/.."
province=${PROVINCE:-target/bench/province}
command -v hey >/dev/null || { echo "Missing: hey. Install it: apt-get install hey" >&2; exit 1; }
python3 scripts/bench_health.py "$province" "${SECONDS_OF_LOAD:-60}"
