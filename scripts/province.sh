# Sourced by the benches. `province FOLDER PERSONS`: a made-up province in FOLDER/province, pulled over
# loopback HTTP by an optimised build that is there already; the night's report is FOLDER/run.json.
province() {
  local folder=$1 persons=$2 sandbox
  rm -rf "$folder/province" "$folder/run.json"
  mkdir -p "$folder"
  target/release/doisoat sandbox --dir "$folder/province" --persons "$persons" --seed 1 --faults 0 > "$folder/sandbox.log" &
  sandbox=$!
  # shellcheck disable=SC2064 # the process of now
  trap "kill $sandbox 2>/dev/null || true" EXIT
  until grep -q doisoat.toml "$folder/sandbox.log" 2>/dev/null; do
    kill -0 $sandbox 2>/dev/null || { cat "$folder/sandbox.log"; exit 1; }
    sleep 1
  done
  target/release/doisoat run --json --config "$folder/province/doisoat.toml" --as-if 2026-11-24T15:00:00Z > "$folder/night.json"
  kill $sandbox
  wait $sandbox 2>/dev/null || true
  mv "$folder/night.json" "$folder/run.json"
}
