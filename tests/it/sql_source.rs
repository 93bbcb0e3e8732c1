//! A one-stop system that gives a database view instead of an HTTP interface: the same cases, the
//! same findings.

use crate::postgres::{Cluster, PASSWORD};
use crate::support::{Sandbox, digest, doisoat, json, stdout, text};
use doisoat::demo::WORLD_DAY;
use sandbox::{World, WorldSettings};
use schemas::ProvinceCode;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const PERSONS: usize = 3_000;
const SEED: u64 = 5;

/// What a vendor would write: its own tables below, and the columns that were agreed on top.
const VIEW: &str = "CREATE VIEW v_ho_so AS SELECT h->>'id' AS id, h->'agency'->>'id' AS ma_xa, \
    h->>'code' AS ma_ho_so, h->>'nationCode' AS ma_quoc_gia, h->'agency'->>'code' AS ma_don_vi, \
    h->'procedure'->>'code' AS ma_tthc, h->'procedure'->>'name' AS ten_tthc, h->>'dataType' AS loai, \
    (h->'dossierStatus'->>'id')::int AS trang_thai, \
    (coalesce(h->>'acceptedDate', h->>'appliedDate'))::timestamptz AS tiep_nhan, \
    (h->>'appointmentDate')::timestamptz AS hen_tra, (h->>'completedDate')::timestamptz AS xong, \
    (h->>'updatedDate')::timestamptz AS cap_nhat, n->>'fullname' AS ho_ten, n->>'identityNumber' AS so_dinh_danh, \
    n->>'birthday' AS ngay_sinh, (n->>'gender')::int AS gioi_tinh, n->>'province' AS tinh, n->>'district' AS huyen, \
    n->>'ward' AS xa, n->>'wardName' AS ten_xa, \
    CASE WHEN coalesce(n->>'ward', '') <> '' OR coalesce(n->>'wardName', '') <> '' THEN n->>'address' END AS chi_tiet, \
    CASE WHEN coalesce(n->>'ward', '') = '' AND coalesce(n->>'wardName', '') = '' THEN n->>'address' END AS dia_chi \
    FROM ho_so, LATERAL (SELECT h->'applicant'->'data' AS n) nguoi";

fn settings_of(database: &str) -> String {
    format!(
        "[sources.one_stop]\nkind = \"sql\"\npage_size = 200\n\n[sources.one_stop.sql]\nurl = \"{database}\"\n\
         user = \"reader\"\npassword = {{ env = \"DOISOAT_LEDGER_PASSWORD\" }}\nstands_for = \"one_stop\"\n\n\
         [[sources.one_stop.sql.views]]\nname = \"public.v_ho_so\"\ndataset = \"dossier\"\nkey = \"id\"\n\
         commune_column = \"ma_xa\"\nwatermark = {{ kind = \"time\", column = \"cap_nhat\" }}\n\n\
         [sources.one_stop.sql.views.fields]\ncode = \"ma_ho_so\"\nnational_code = \"ma_quoc_gia\"\n\
         agency_code = \"ma_don_vi\"\nprocedure_code = \"ma_tthc\"\nprocedure_name = \"ten_tthc\"\nmodule = \"loai\"\n\
         accepted_at = \"tiep_nhan\"\ndue_at = \"hen_tra\"\ncompleted_at = \"xong\"\nname = \"ho_ten\"\n\
         personal_id = \"so_dinh_danh\"\nbirth_date = {{ column = \"ngay_sinh\", date_format = \"dd/MM/yyyy\" }}\n\
         sex = {{ column = \"gioi_tinh\", values = {{ \"1\" = \"m\", \"2\" = \"f\" }} }}\n\
         status = {{ column = \"trang_thai\", values = {{ \"2\" = \"processing\", \"3\" = \"supplement\", \
         \"4\" = \"done\", \"5\" = \"done\", \"6\" = \"cancelled\", \"12\" = \"refused\" }} }}\n\
         residence_province = \"tinh\"\nresidence_district = \"huyen\"\nresidence_commune = \"xa\"\n\
         residence_commune_name = \"ten_xa\"\nresidence_detail = \"chi_tiet\"\nresidence_text = \"dia_chi\"\n\n"
    )
}

/// Runs statements as the administrator of the private cluster.
fn psql(database: &str, statements: &str) {
    let mut child = Command::new("psql")
        .args(["-q", "-v", "ON_ERROR_STOP=1", "-d", database])
        .env("PGPASSWORD", PASSWORD)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("psql runs: see `make setup`");
    child.stdin.take().expect("its input").write_all(statements.as_bytes()).expect("written");
    let output = child.wait_with_output().expect("psql ends");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// A database with the cases of the sandbox's world, and a reader of the view.
fn database(cases: impl Iterator<Item = serde_json::Value>) -> String {
    let url = Cluster::shared().database();
    let mut statements = String::from("CREATE TABLE ho_so (h jsonb NOT NULL);\n");
    for case in cases {
        writeln!(statements, "INSERT INTO ho_so VALUES ($case${case}$case$);").expect("a text");
    }
    write!(
        statements,
        "{VIEW};\nCREATE ROLE reader LOGIN PASSWORD '{PASSWORD}';\nGRANT SELECT ON v_ho_so TO reader;\n"
    )
    .expect("a text");
    psql(&url, &statements);
    url
}

/// The sandbox's settings with the one-stop system's HTTP replaced by its database.
fn settings_file(sandbox: &Sandbox, url: &str) -> PathBuf {
    let original = sandbox.settings();
    let text = std::fs::read_to_string(&original).expect("settings");
    let begin = text.find("[sources.one_stop]").expect("its section");
    let end = begin + text[begin + 1..].find("[sources.").expect("a next section") + 1;
    // Without the user in front of the host.
    let url = url.replace("postgres://doisoat@", "postgres://");
    let text = format!("{}{}{}", &text[..begin], settings_of(&url), &text[end..]);
    let file = original.with_file_name("sql.toml");
    std::fs::write(&file, text.replace("directory = \"data\"", "directory = \"data-sql\"")).expect("settings");
    file
}

fn run(settings: &Path) -> serde_json::Value {
    let arguments = ["run", "--json", "--config", text(settings), "--as-if", "2026-11-24T15:00:00Z"];
    json(&doisoat().args(arguments).output().expect("runs"), 0)
}

fn one_stop(report: &serde_json::Value) -> &serde_json::Value {
    let sources = report["sources"].as_array().expect("sources");
    sources.iter().find(|source| source["name"] == "one_stop").expect("the one-stop system")
}

#[test]
fn a_database_view_gives_the_findings_that_the_same_cases_give_over_http() {
    let sandbox = Sandbox::serve(&["--persons", &PERSONS.to_string(), "--seed", &SEED.to_string(), "--faults", "0"]);
    let world = World::generate(&WorldSettings {
        province: ProvinceCode::parse("08").expect("a code"),
        persons: PERSONS,
        seed: SEED,
        today: WORLD_DAY,
        defect_rate: 1.0,
    });
    let world = world.expect("a world");
    let cases = world.summary().cases;
    let url = database((0..cases as u32).map(|at| sandbox::wire::one_stop::record(&world, at)));
    let file = settings_file(&sandbox, &url);

    let over_http = run(&sandbox.settings());
    // That night took the communes' files.
    sandbox.bring_files_back();
    let from_sql = run(&file);
    assert_eq!(one_stop(&from_sql)["snapshot_records"], cases, "{}", one_stop(&from_sql));
    assert_eq!(one_stop(&over_http)["snapshot_records"], cases);
    assert_eq!(digest(&from_sql), digest(&over_http));

    let check = doisoat().args(["sources", "check", "--json", "--config", text(&file)]).output().expect("runs");
    let check = json(&check, 0);
    let row = check.as_array().expect("rows").iter().find(|row| row["source"] == "one_stop").expect("its row");
    assert_eq!(row["status"], "answers", "{row}");
    assert!(
        !stdout(&doisoat().args(["config", "show", "--config", text(&file)]).output().expect("runs"))
            .contains(PASSWORD)
    );

    // The second night is a feed: only what lies within the overlap of an hour.
    psql(
        &url,
        "UPDATE ho_so SET h = jsonb_set(h, '{updatedDate}', '\"2026-11-24T18:00:00.000+0700\"') \
         WHERE h->>'id' = (SELECT min(h->>'id') FROM ho_so)",
    );
    let second = run(&file);
    let source = one_stop(&second);
    assert_eq!(source["snapshot_records"], cases, "{source}");
    let served = source["records"].as_u64().expect("a number");
    assert!(served >= 1 && served < cases as u64, "{source}");
}
