# Sourced by the benches. `registers PEOPLE`: two made-up registers of PEOPLE people as Parquet and CSV, made once;
# the folder stands in $registers_folder, a Python with the peers in $registers_python.
registers() {
  local people=$1 folder=target/bench-compare
  registers_python="$folder/python/bin/python"
  registers_folder="$folder/$people"
  mkdir -p "$folder"
  [ -x "$registers_python" ] || python3 -m venv "$folder/python"
  "$folder/python/bin/pip" install --quiet --disable-pip-version-check "duckdb==2.0.1" "datacompy==1.1.0" "polars==1.33.1" "pyarrow==26.0.1"
  [ -e "$registers_folder/labels.parquet" ] || "$registers_python" scripts/bench_compare_data.py "$registers_folder" "$people"
}
