//! Commune files from the inbox to the findings: encodings, nights, what comes back.

use crate::support::{Sandbox, digest, json};
use calamine::{Reader, Xlsx, open_workbook};
use connectors::viet_text::{Encoding, decode, encode, recognise};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

fn inbox(sandbox: &Sandbox) -> PathBuf {
    sandbox.folder.path().join("s/inbox")
}

fn files_in(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten();
    let mut files: Vec<PathBuf> =
        entries.map(|entry| entry.expect("an entry").path()).filter(|path| path.is_file()).collect();
    files.sort();
    files
}

fn of_files<'r>(report: &'r Value, dataset: &str) -> &'r Value {
    let sources = report["sources"].as_array().expect("sources");
    let found = sources.iter().find(|s| s["name"] == "commune_files" && s["dataset"] == dataset);
    found.unwrap_or_else(|| panic!("no {dataset} of files in {report}"))
}

fn counts(report: &Value) -> [u64; 5] {
    let files = &of_files(report, "person")["files"];
    ["taken", "returned", "already_taken", "waiting", "returned_rows"].map(|key| files[key].as_u64().expect("a count"))
}

#[test]
fn the_findings_are_the_same_whatever_encoding_a_communes_list_came_in() {
    let sandbox = Sandbox::serve(&["--persons", "600", "--seed", "3", "--faults", "0"]);
    let inbox = inbox(&sandbox);
    // The lists as texts; workbooks stay as they are.
    let mut lists: BTreeMap<PathBuf, String> = BTreeMap::new();
    let mut others: BTreeMap<PathBuf, Vec<u8>> = BTreeMap::new();
    for path in files_in(&inbox) {
        let bytes = std::fs::read(&path).expect("a file");
        if path.extension().is_some_and(|ending| ending == "csv") {
            let encoding = recognise(&bytes).encoding.expect("recognised");
            lists.insert(path, decode(&bytes, encoding).expect("decoded"));
        } else {
            others.insert(path, bytes);
        }
    }
    assert!(lists.len() > 80 && others.len() > 10, "{} lists, {} workbooks", lists.len(), others.len());
    let mut seen: Vec<(Encoding, String, Value)> = Vec::new();
    for encoding in
        [Encoding::Utf8, Encoding::Tcvn3, Encoding::Vni, Encoding::Viscii, Encoding::Windows1258, Encoding::Utf16Le]
    {
        for folder in ["s/inbox", "s/data"] {
            let folder = sandbox.folder.path().join(folder);
            if folder.exists() {
                std::fs::remove_dir_all(&folder).expect("removed");
            }
        }
        std::fs::create_dir_all(&inbox).expect("made");
        for (path, list) in &lists {
            std::fs::write(path, encode(list, encoding).expect("encoded")).expect("written");
        }
        for (path, bytes) in &others {
            std::fs::write(path, bytes).expect("written");
        }
        let report = json(&sandbox.run().output().expect("runs"), 0);
        assert_eq!(counts(&report), [124, 0, 0, 0, 0], "{encoding:?}");
        seen.push((encoding, digest(&report), report["findings"].clone()));
    }
    let (_, first_digest, first_findings) = seen[0].clone();
    assert!(first_findings.as_object().is_some_and(|kinds| kinds.len() > 5), "{first_findings}");
    for (encoding, digest, findings) in seen {
        assert_eq!(findings, first_findings, "{encoding:?}");
        // TCVN3 has no capitals with tone marks: what is shown of a name may differ in case.
        if encoding != Encoding::Tcvn3 {
            assert_eq!(digest, first_digest, "{encoding:?}");
        }
    }
}

#[test]
fn a_folder_is_watched_over_four_nights() {
    let sandbox = Sandbox::serve(&["--persons", "1500", "--seed", "5", "--faults", "0"]);
    let (inbox, taken) = (inbox(&sandbox), inbox(&sandbox).join("da-nhan/2026-11-24"));
    let first = json(&sandbox.run().output().expect("runs"), 0);
    assert_eq!(counts(&first), [124, 0, 0, 0, 0]);
    assert_eq!((files_in(&inbox).len(), files_in(&taken).len()), (0, 124));
    let records = of_files(&first, "person")["snapshot_records"].as_u64().expect("records");

    // A second night: one list with a row more that cannot be read, one that came before, one that
    // nobody knows the commune of. All other communes bring nothing and keep what they have.
    let lists: Vec<PathBuf> =
        files_in(&taken).into_iter().filter(|p| p.extension().is_some_and(|e| e == "csv")).collect();
    let largest = lists.iter().max_by_key(|p| std::fs::metadata(p).expect("a file").len()).expect("a list");
    let commune = largest.file_name().expect("a name").to_string_lossy()[..5].to_owned();
    let bytes = std::fs::read(largest).expect("a file");
    let list = decode(&bytes, recognise(&bytes).encoding.expect("recognised")).expect("decoded");
    let separator = if list.contains("STT;") { ";" } else { "," };
    let bad = ["9999", "099085000999", "", "=1+1", "31/02/1956"].join(separator);
    std::fs::write(inbox.join(format!("{commune}_moi.csv")), format!("{}\r\n{bad}\r\n", list.trim_end()))
        .expect("written");
    let other = lists.iter().find(|path| *path != largest).expect("another list");
    let again = format!("{}_lai.csv", &other.file_name().expect("a name").to_string_lossy()[..5]);
    std::fs::copy(other, inbox.join(&again)).expect("copied");
    std::fs::copy(other, inbox.join("danh-sach.csv")).expect("copied");
    let second = json(&sandbox.run().output().expect("runs"), 0);
    assert_eq!(counts(&second), [1, 1, 1, 0, 1], "{}", of_files(&second, "person"));
    assert_eq!(of_files(&second, "person")["snapshot_records"].as_u64(), Some(records));
    assert_eq!(second["findings"], first["findings"]);
    assert!(files_in(&inbox).is_empty());
    let returned: Vec<String> = files_in(&inbox.join("tra-lai"))
        .iter()
        .map(|path| path.file_name().expect("a name").to_string_lossy().into_owned())
        .collect();
    let mut expected = vec![
        again.clone(),
        format!("{again}-giai-thich.txt"),
        format!("{commune}_moi-dong-loi.xlsx"),
        "danh-sach.csv".to_owned(),
        "danh-sach.csv-giai-thich.txt".to_owned(),
    ];
    expected.sort();
    assert_eq!(returned, expected);
    let mut book: Xlsx<_> =
        open_workbook(inbox.join(format!("tra-lai/{commune}_moi-dong-loi.xlsx"))).expect("a workbook");
    let range = book.worksheet_range_at(0).expect("a sheet").expect("readable");
    let rows: Vec<Vec<String>> = range.rows().map(|row| row.iter().map(ToString::to_string).collect()).collect();
    let back = rows.last().expect("a row");
    assert_eq!(back[..5], ["9999", "099085000999", "", "'=1+1", "31/02/1956"]);
    assert!(
        rows[0].iter().any(|cell| cell == "Lý do trả lại")
            && back.iter().any(|cell| cell.contains("Ngày không có thật"))
    );

    // A third night: a form of the land campaign and a register of deaths.
    let deaths = "so,quyenSo,ngayDangKy,nktHoTen,nktNgaySinh,nktSoGiayToTuyThan,nktLoaiGiayToTuyThan,nktNgayChet\n\
                  1,01/2026,02.02.2026,NGUYỄN VĂN MẪU,1930,099030999999,4,01.02.2026\n";
    std::fs::write(inbox.join(format!("{commune}_khaitu.csv")), deaths).expect("written");
    let right = [
        "1",
        commune.as_str(),
        "AA 99999999",
        "05/03/2020",
        "CH 1",
        "",
        "",
        "Nguyễn Văn Mẫu",
        "1930",
        "Nam",
        "099030999999",
    ];
    let mut form = rust_xlsxwriter::Workbook::new();
    let sheet = form.add_worksheet();
    sheet.write_string(0, 0, "Biểu PL3-01").expect("written");
    for (column, cell) in (0u16..).zip(right).chain([(21, "1"), (22, "2"), (24, "150,5")]) {
        sheet.write_string(6, column, cell).expect("written");
    }
    form.save(inbox.join(format!("{commune}_dat.xlsx"))).expect("saved");
    let third = json(&sandbox.run().output().expect("runs"), 0);
    assert_eq!(of_files(&third, "land_right")["snapshot_records"], 1);
    assert_eq!(of_files(&third, "civil_event")["snapshot_records"], 1);
    assert_eq!(of_files(&third, "person")["snapshot_records"].as_u64(), Some(records));

    // A fourth night brings nothing, and nothing is lost.
    let fourth = json(&sandbox.run().output().expect("runs"), 0);
    assert_eq!(counts(&fourth), [0, 0, 0, 0, 0]);
    for dataset in ["land_right", "civil_event", "person"] {
        assert_eq!(of_files(&fourth, dataset)["snapshot_records"], of_files(&third, dataset)["snapshot_records"]);
        assert_eq!(of_files(&fourth, dataset)["status"], "complete");
    }
    assert_eq!(digest(&fourth), digest(&third));
}

#[test]
fn a_list_that_would_lose_half_its_people_waits_for_an_approval_and_the_others_are_taken() {
    let sandbox = Sandbox::serve(&["--persons", "1500", "--seed", "5", "--faults", "0"]);
    let (inbox, taken) = (inbox(&sandbox), inbox(&sandbox).join("da-nhan/2026-11-24"));
    let first = json(&sandbox.run().output().expect("runs"), 0);
    let records = of_files(&first, "person")["snapshot_records"].as_u64().expect("records");
    let lists: Vec<PathBuf> =
        files_in(&taken).into_iter().filter(|p| p.extension().is_some_and(|e| e == "csv")).collect();
    let largest = lists.iter().max_by_key(|p| std::fs::metadata(p).expect("a file").len()).expect("a list");
    let code = |path: &Path| path.file_name().expect("a name").to_string_lossy()[..5].to_owned();
    let other = lists.iter().find(|path| code(path) != code(largest)).expect("another list");
    let short = "STT,Họ và tên,Ngày sinh\n1,Nguyễn Văn Mẫu,1956\n";
    std::fs::write(inbox.join(format!("{}_ngan.csv", code(largest))), short).expect("written");
    // The same list with a line that says nothing is another file with the same people.
    let bytes = [std::fs::read(other).expect("a file"), b"\r\n".to_vec()].concat();
    std::fs::write(inbox.join(format!("{}_moi.csv", code(other))), bytes).expect("written");
    let second = json(&sandbox.run().output().expect("runs"), 2);
    assert_eq!(counts(&second), [1, 0, 0, 1, 0], "{}", of_files(&second, "person"));
    let person = of_files(&second, "person");
    assert_eq!(person["error_code"], "DELETIONS_NEED_APPROVAL", "{person}");
    assert_eq!(person["snapshot_records"].as_u64(), Some(records));
    let approved = sandbox.run().args(["--approve-deletions", "commune_files"]).output().expect("runs");
    let third = json(&approved, 0);
    assert_eq!(counts(&third)[0], 1);
    assert!(of_files(&third, "person")["snapshot_records"].as_u64() < Some(records));
    assert!(files_in(&inbox).is_empty());
}
