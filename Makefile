# The commands people use; continuous integration runs these too.

.PHONY: demo test lint doc bench bench-compare bench-link bench-serve bench-health bench-sizes setup chaos

# The main job on embedded defaults: a made-up province, one night, and what it found.
demo:
	cargo run --quiet -- demo --dir target/demo

# Everything that can be tested here. Installs what the tests need where it is missing.
test: setup
	cargo test --workspace

setup:
	bash scripts/setup.sh

lint:
	cargo fmt --all --check
	cargo clippy --workspace --all-targets -- -D warnings

doc:
	RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps

# The fault scenarios with their full figures, one after another, in an optimised build: hours. Remakes the
# table of docs/reliability.md.
chaos: setup
	DOISOAT_CHAOS=full cargo test --release --features failpoints --test it chaos -- --test-threads=1
	DOISOAT_CHAOS=full cargo test --release -p doisoat-connectors --test it campaign -- --test-threads=1
	python3 scripts/reliability.py

# Figures for docs/performance.md. Builds with optimisation: ten minutes the first time.
bench:
	bash scripts/bench.sh

# `compare` beside DuckDB and datacompy, PEOPLE in each of two made-up registers; for docs/performance.md.
bench-compare:
	bash scripts/bench_compare.sh

# `link` beside Splink, ROWS people in each of two made-up tables; for docs/performance.md.
bench-link:
	bash scripts/bench_link.sh

# Reconciling provinces of several sizes; for docs/performance.md. Hours of pulling the first time.
bench-sizes:
	bash scripts/bench_sizes.sh

# The verdict page under load, over the province of `make bench`; for docs/performance.md.
bench-serve:
	bash scripts/bench_serve.sh

# The health page under load, over a year of made-up nights; for docs/performance.md.
bench-health:
	bash scripts/bench_health.sh
