#!/usr/bin/env bash
# Coverage-guided fuzzing on stable Rust: scripts/fuzz.sh TARGET [RUNS]. Needs a C++ compiler (for
# libFuzzer). Inputs that break something stay in fuzz/artifacts/, with the command to replay them.
set -euo pipefail
cd "$(dirname "$0")/../fuzz"
target=${1:?which target: $(ls fuzz_targets | sed 's/\.rs$//' | tr '\n' ' ')}
runs=${2:-1000000}
# What cargo-fuzz sets, as far as stable compilers take it: counters for each edge, and the values
# that are compared.
flags="-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4"
flags+=" -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table"
flags+=" -Cllvm-args=-sanitizer-coverage-trace-compares -Ccodegen-units=1 --cfg fuzzing"
host=$(rustc -vV | sed -n 's/^host: //p')
# With --target the flags stay off build scripts.
RUSTFLAGS="$flags" cargo build --quiet --release --target "$host" --bin "$target"
mkdir -p "corpus/$target" "artifacts/$target"
# One seed a line: each becomes a file of the corpus.
number=0
while IFS= read -r seed; do
  number=$((number + 1))
  printf '%s' "$seed" > "corpus/$target/seed-$number"
done < "seeds/$target.txt"
exec "target/$host/release/$target" "corpus/$target" \
  -runs="$runs" -timeout=1 -rss_limit_mb=1024 -max_len=400 -artifact_prefix="artifacts/$target/" -print_final_stats=1
