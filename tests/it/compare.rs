//! `doisoat compare` on files in hand.

use crate::support::{json, run, stderr, text};
use polars::prelude::*;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/data/compare").join(name)
}

type Line = BTreeMap<String, String>;

/// The lines of a CSV by the names of its columns.
fn lines(path: &Path) -> Vec<Line> {
    let text = std::fs::read_to_string(path).expect("a file");
    let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    reader.deserialize().map(|row| row.expect("a row")).collect()
}

/// What the expectations say of a finding.
fn short(lines: &[Line]) -> Vec<Vec<String>> {
    let columns = ["key", "field", "level", "code", "left_row", "right_row"];
    lines.iter().map(|line| columns.iter().map(|column| line[*column].clone()).collect()).collect()
}

fn compare(left: &Path, right: &Path, out: &Path, more: &[&str]) -> serde_json::Value {
    let arguments = ["compare", text(left), text(right), "--key", "personal_id", "--json", "--out", text(out)];
    json(&run(&[&arguments, more].concat()), 0)
}

/// A CSV as Parquet, all columns text, in the order of its columns.
fn as_parquet(csv: &Path, separator: u8, out: &Path) {
    let mut reader = csv::ReaderBuilder::new().delimiter(separator).from_path(csv).expect("a table");
    let header: Vec<String> = reader.headers().expect("a header").iter().map(str::to_owned).collect();
    let rows: Vec<csv::StringRecord> = reader.records().map(|row| row.expect("a row")).collect();
    let column = |(at, name): (usize, &String)| {
        let values: Vec<Option<&str>> = rows.iter().map(|row| row.get(at).filter(|value| !value.is_empty())).collect();
        Column::new(name.as_str().into(), values)
    };
    let columns = header.iter().enumerate().map(column).collect();
    let mut frame = DataFrame::new(rows.len(), columns).expect("a frame");
    ParquetWriter::new(std::fs::File::create(out).expect("a file")).finish(&mut frame).expect("written");
}

#[test]
fn every_difference_is_found_in_its_level_with_its_reason() {
    let folder = tempfile::tempdir().expect("a folder");
    let (out, html) = (folder.path().join("out.csv"), folder.path().join("out.html"));
    let summary = compare(&data("left.csv"), &data("right.csv"), &out, &["--lang", "vi", "--html", text(&html)]);
    let found = lines(&out);
    assert_eq!(short(&found), short(&lines(&data("expected.csv"))));
    assert_eq!((&summary["shared_keys"], &summary["compared"]), (&7.into(), &6.into()), "{summary}");
    let name = &summary["fields"][0];
    assert_eq!((&name["field"], &name["levels"]["spelling"]), (&"Họ và tên".into(), &4.into()), "{name}");
    let of = |code: &str| found.iter().find(|line| line["code"] == code).expect(code);
    assert!(of("spelling")["reason"].contains("i/y"), "{:?}", of("spelling"));
    assert_eq!(of("name")["left"], "'=Công Thức", "no cell begins like a formula");
    assert!(of("repeat_left")["reason"].contains("dòng 5"));
    let page = std::fs::read_to_string(&html).expect("a page");
    assert!(page.contains("<html lang=\"vi\">") && page.contains("L<mark>ý</mark> Thị Thử"), "{page}");
    assert!(!page.contains("<script") && !page.contains("http") && page.len() < 150_000);
}

#[test]
fn the_findings_are_the_same_from_parquet_from_csv_and_through_the_disk() {
    let folder = tempfile::tempdir().expect("a folder");
    let place = |name: &str| folder.path().join(name);
    as_parquet(&data("left.csv"), b';', &place("left.parquet"));
    as_parquet(&data("right.csv"), b',', &place("right.parquet"));
    // Enough rows that little memory does not hold them.
    let many = |name: &str, step: u64| {
        let mut text = String::from("so_dinh_danh,ho_ten,ngay_sinh\n");
        for n in (0..60_000u64).map(|n| n * step) {
            text += &format!(
                "099{n:09},Nguyễn Văn {}{n},{}\n",
                if n % 100 == 0 { "Lý" } else { "Lí" },
                1940 + n % (70 + step)
            );
        }
        std::fs::write(place(name), text).expect("a table");
    };
    many("many-left.csv", 2);
    many("many-right.csv", 3);
    as_parquet(&place("many-left.csv"), b',', &place("many-left.parquet"));
    as_parquet(&place("many-right.csv"), b',', &place("many-right.parquet"));
    let sorted = |left: PathBuf, right: PathBuf, more: &[&str]| {
        let out = place("out.csv");
        compare(&left, &right, &out, more);
        assert_eq!(
            std::fs::read_dir(folder.path())
                .expect("a folder")
                .filter(|f| { f.as_ref().is_ok_and(|f| f.file_name().to_string_lossy().contains("partial")) })
                .count(),
            0,
            "nothing is left behind"
        );
        let mut found: Vec<_> = lines(&out).into_iter().collect();
        found.sort();
        found
    };
    let small = sorted(data("left.csv"), data("right.csv"), &[]);
    assert_eq!(sorted(place("left.parquet"), place("right.parquet"), &[]), small);
    assert_eq!(sorted(place("left.parquet"), data("right.csv"), &["--workers", "1"]), small);
    let expected = sorted(place("many-left.csv"), place("many-right.csv"), &[]);
    assert!(expected.len() > 60_000, "{}", expected.len());
    for (left, right) in [("many-left.csv", "many-right.csv"), ("many-left.parquet", "many-right.parquet")] {
        for more in [&["--memory-mib", "1"][..], &["--workers", "1"]] {
            assert!(sorted(place(left), place(right), more) == expected, "{left} {more:?}");
        }
    }
}

#[test]
fn a_map_decides_what_is_compared_and_how() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("out.csv");
    let summary = compare(&data("left.csv"), &data("right.csv"), &out, &["--map", text(&data("map.toml"))]);
    let names = summary["fields"].as_array().expect("fields").iter().map(|field| field["field"].clone());
    assert_eq!(names.collect::<Vec<_>>(), ["ten", "ngay"]);
    let of_names = lines(&out).into_iter().filter(|line| line["field"] == "ten");
    assert_eq!(of_names.map(|line| line["code"].clone()).collect::<Vec<_>>(), ["text"; 5], "letters count now");
}

#[test]
fn the_findings_can_be_a_workbook_or_parquet() {
    let folder = tempfile::tempdir().expect("a folder");
    let place = |name: &str| folder.path().join(name);
    let (left, right) = (data("left.csv"), data("right.csv"));
    let expected = lines(&data("expected.csv"));
    compare(&left, &right, &place("out.parquet"), &[]);
    let frame = ParquetReader::new(std::fs::File::open(place("out.parquet")).expect("a file")).finish().expect("reads");
    let keys: Vec<&str> = frame.column("key").expect("keys").str().expect("texts").iter().flatten().collect();
    assert_eq!(keys, expected.iter().map(|line| line["key"].as_str()).collect::<Vec<_>>());
    let summary = compare(&left, &right, &place("out.xlsx"), &[]);
    assert_eq!(summary["findings"].as_u64(), Some(expected.len() as u64));
    // The findings are a table themselves: compared with themselves they do not differ.
    let again = run(&[
        "compare",
        text(&place("out.xlsx")),
        text(&place("out.xlsx")),
        "--key",
        "code",
        "--json",
        "--out",
        text(&place("again.csv")),
    ]);
    let again = json(&again, 0);
    assert_eq!(again["left"]["rows"].as_u64(), Some(expected.len() as u64), "{again}");
}

#[test]
fn a_file_in_an_old_encoding_is_decoded_and_said_so() {
    let folder = tempfile::tempdir().expect("a folder");
    let place = |name: &str| folder.path().join(name);
    let table = "so_dinh_danh,ho_ten,dia_chi\n099085000001,Nguyễn Văn Mẫu,xã Hiệp Hòa\n099085000002,Trần Thị Thử,xã Tân Quang\n";
    let old = connectors::viet_text::encode(table, connectors::viet_text::Encoding::Tcvn3).expect("encodes");
    std::fs::write(place("old.csv"), old).expect("a table");
    std::fs::write(place("new.csv"), table).expect("a table");
    let summary = compare(&place("old.csv"), &place("new.csv"), &place("out.csv"), &[]);
    assert!(summary["left"]["decoded_from"].is_string() && summary["findings"] == 0, "{summary}");
}

#[test]
fn what_cannot_be_compared_says_code_cause_and_next_step() {
    let folder = tempfile::tempdir().expect("a folder");
    let place = |name: &str| folder.path().join(name);
    std::fs::write(place("good.csv"), "cccd,ho_ten\n099085000001,Mẫu\n").expect("a table");
    std::fs::write(place("two.csv"), "cccd,so_dinh_danh,ho_ten\n099085000001,,Mẫu\n").expect("a table");
    std::fs::write(place("other.csv"), "ma,gia\n1,2\n").expect("a table");
    std::fs::write(place("alone.csv"), "cccd,gia\n1,2\n").expect("a table");
    std::fs::write(place("empty.csv"), " \n").expect("a table");
    std::fs::write(place("odd.csv"), b"cccd,ho_ten\n1,\xff\xfe\xfd\xfc\n").expect("a table");
    std::fs::write(place("no.parquet"), "cccd").expect("a table");
    for (right, exit, code, cause) in [
        ("two.csv", 3, "TWO_KEYS", "cccd, so_dinh_danh"),
        ("other.csv", 3, "NO_COLUMN", "there are: ma, gia"),
        ("alone.csv", 3, "NOTHING_IN_COMMON", "gia"),
        ("empty.csv", 3, "TABLE", "the file is empty"),
        ("odd.csv", 3, "NOT_UTF8", "encoding"),
        ("no.parquet", 3, "TABLE", "Parquet"),
        ("gone.csv", 3, "TABLE", "gone.csv"),
        ("good.doc", 64, "USAGE", "must end in"),
    ] {
        let (left, right, out) = (place("good.csv"), place(right), place("out.csv"));
        let output = run(&["compare", text(&left), text(&right), "--key", "personal_id", "--out", text(&out)]);
        let said = stderr(&output);
        assert_eq!(output.status.code(), Some(exit), "{said}");
        assert!(said.contains(&format!("[{code}]")) && said.contains(cause), "{said}");
        assert!(!out.exists() && !place("out.csv.partial").exists(), "nothing half-made");
    }
}
