//! Snapshots are read by another program.

use crate::support::{Sandbox, json, text};
use std::path::Path;
use std::process::Command;

#[test]
fn pyarrow_reads_the_same_rows_from_the_snapshots() {
    let python = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/python/bin/python");
    assert!(python.exists(), "pyarrow is missing: run `make setup`");
    let sandbox = Sandbox::serve(&["--persons", "500", "--seed", "8", "--faults", "0"]);
    let report = json(&sandbox.run().output().expect("runs"), 0);
    let script = "import sys, json, pyarrow.dataset as ds, os\n\
                  out = {}\n\
                  for source in sorted(os.listdir(sys.argv[1])):\n\
                  \x20   for dataset in sorted(os.listdir(f'{sys.argv[1]}/{source}')):\n\
                  \x20       home = f'{sys.argv[1]}/{source}/{dataset}'\n\
                  \x20       snapshot = [s for s in os.listdir(home) if not s.startswith('.')][0]\n\
                  \x20       files = [f'{home}/{snapshot}/{f}' for f in os.listdir(f'{home}/{snapshot}') if f.endswith('.parquet')]\n\
                  \x20       table = ds.dataset(files, format='parquet').to_table()\n\
                  \x20       keys = set(table.column('record_key').to_pylist())\n\
                  \x20       out[f'{source}/{dataset}'] = len(keys)\n\
                  \x20       assert table.column('link_key').type == 'large_string' or str(table.column('link_key').type) in ('string', 'string_view'), table.schema\n\
                  print(json.dumps(out))\n";
    let snapshots = sandbox.folder.path().join("s/data/snapshots");
    let output = Command::new(python).args(["-c", script, text(&snapshots)]).output().expect("python runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let counted: serde_json::Value = serde_json::from_slice(&output.stdout).expect("its JSON");
    for source in report["sources"].as_array().expect("sources") {
        let name = format!("{}/{}", source["name"].as_str().unwrap_or(""), source["dataset"].as_str().unwrap_or(""));
        assert_eq!(counted[&name], source["snapshot_records"], "{name}");
    }
}
