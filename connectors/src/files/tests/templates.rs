//! Hotich158, PL3-01 and free tables.

use super::write::{cells, csv, xlsx};
use super::{read_file, shown};
use config::{DateOrder, TableSettings};
use schemas::{Dataset, Record};
use std::collections::BTreeMap;

#[test]
fn births_deaths_and_marriages_of_hotich158_are_read_by_their_names() {
    let births = csv(
        &cells(&[
            "STT|so|quyenSo|trangSo|ngayDangKy|noiDangKy|nksSoDinhDanh|nksHoTen|nksGioiTinh|nksNgaySinh|nksDanToc|meHoTen|meSoDinhDanhCaNhan|chaHoTen",
            "1|12|01/2026|7|10.03.2026|691|099326000001|NGUYỄN THỊ MẪU|2|05.03.2026|63002|LÝ THỊ MẸ|099190000001|NGUYỄN VĂN CHA",
            "2|13|01/2026|7|10.03.2026|691||TRẦN VĂN MẪU|1|31.02.2026|01|||",
        ]),
        ';',
    );
    let read = read_file("00691_khaisinh.csv", births.as_bytes(), Dataset::CivilEvent, "00691:ks", Vec::new());
    assert_eq!(
        shown(&read.page.records),
        [
            "00691:ks/01/2026|12 0: birth|child|099326000001|NGUYỄN THỊ MẪU|f|2026-03-05|02|NGUYỄN VĂN CHA|LÝ THỊ MẸ|099190000001|12|01/2026|7|2026-03-10|00691"
        ]
    );
    assert_eq!((read.page.served, read.returned[0].rows[0].line), (2, 3));
    assert_eq!(read.returned[0].rows[0].reason, "bad_date");

    let deaths = xlsx(&cells(&[
        "SỔ ĐĂNG KÝ KHAI TỬ",
        "STT|so|quyenSo|ngayDangKy|nktHoTen|nktNgaySinh|nktLoaiGiayToTuyThan|nktSoGiayToTuyThan|nktNgayChet|nktNoiCuTru",
        "#1|#3|#2026|#46057|MẪU|#1956|#4|#99056000001|01/02/2026|Thôn 1, xã Mẫu",
    ]));
    let read = read_file("00691_kt.xlsx", &deaths, Dataset::CivilEvent, "00691:kt", Vec::new());
    assert_eq!(
        shown(&read.page.records),
        ["00691:kt/2026|3 0: death|deceased|99056000001|cccd|MẪU|1956|Thôn 1, xã Mẫu|2026-02-01|3|2026|2026-02-04"]
    );

    let marriages = csv(
        &cells(&[
            "so|quyenSo|ngayDangKy|chongHoTen|chongSoDinhDanh|chongNgaySinh|voHoTen|voSoDinhDanh|voNgaySinh",
            "5|01/2026|01/01/2026|A|099090000001|1990|B|099192000001|1992",
        ]),
        ',',
    );
    let read = read_file("00691_kh.csv", marriages.as_bytes(), Dataset::CivilEvent, "00691:kh", Vec::new());
    let roles: Vec<_> = read
        .page
        .records
        .iter()
        .map(|row| match &row.record {
            Record::CivilEvent(event) => (row.envelope.part, event.role.clone(), event.spouse_id.clone()),
            _ => panic!("an event"),
        })
        .collect();
    assert_eq!(
        roles,
        [
            (0, Some("husband".into()), Some("099192000001".into())),
            (1, Some("wife".into()), Some("099090000001".into())),
        ]
    );
}

/// 38 columns with data from row 7, as the form has them.
fn pl3_01(lines: &[&str]) -> Vec<u8> {
    let mut rows = cells(&[
        "BIỂU PL3-01",
        "UBND XÃ MẪU",
        "",
        "Số thứ tự||Thông tin giấy chứng nhận",
        "",
        "1|2|3|4|5|6|7|8|9|10|11|12|13|14",
    ]);
    rows.extend(cells(lines));
    xlsx(&rows)
}

#[test]
fn a_parcel_of_pl3_01_is_one_record_with_a_row_for_each_owner() {
    let content = pl3_01(&[
        "#1|#691|AA 00000001|05/03/2020|CH 00123|||Nguyễn Văn Mẫu|1956|Nam|099056000001|Thôn 1|Vợ chồng|Chồng|||||00694_12_345|5|120a|#12|#345|Thôn 1|150,5|ODT",
        "#2|#691|AA 00000001|05/03/2020|CH 00123|||Trần Thị Mẫu|1960|Nữ|990000123|Thôn 1|Vợ chồng|Vợ|||||00694_12_345|5|120a|#12|#345|Thôn 1|150,5|ODT",
        "#3|#691|AA 00000002|05/03/2020|CT 00124|Hợp tác xã Mẫu|0100000000||||||Tổ chức|||||||12|346|#12|#346||1.000,5|LUC",
        "#4|#691||||||Lý Văn Mẫu|1970|Nam|099070000001|||||||||||#12|#347||80|ODT",
    ]);
    let read = read_file("00691_dat.xlsx", &content, Dataset::LandRight, "00691:dat", Vec::new());
    assert_eq!(
        shown(&read.page.records),
        [
            "00691:dat/AA00000001|00694_12_345 0: couple|099056000001|Nguyễn Văn Mẫu|m|1956|Thôn 1|AA 00000001|AA 00000001|CH 00123|2020-03-05|00694_12_345|00691|00694|12|345|5|120a|150.5|Thôn 1|ODT",
            "00691:dat/AA00000001|00694_12_345 1: couple|990000123|cmnd|Trần Thị Mẫu|f|1960|Thôn 1|AA 00000001|AA 00000001|CH 00123|2020-03-05|00694_12_345|00691|00694|12|345|5|120a|150.5|Thôn 1|ODT",
            "00691:dat/stt4|12-347 0: 099070000001|Lý Văn Mẫu|m|1970|00691|12|347|80|ODT",
        ]
    );
    assert_eq!((read.page.served, read.page.rejects.len()), (3, 1));
    assert_eq!((read.returned[0].rows[0].line, read.returned[0].rows[0].reason.as_str()), (9, "bad_number"));
}

fn poor() -> TableSettings {
    TableSettings {
        name: "ho_ngheo".into(),
        files: "*ho-ngheo*".into(),
        dataset: Dataset::Person,
        commune_column: None,
        sheet: None,
        header_row: None,
        date_order: DateOrder::MonthFirst,
        key: vec!["Mã hộ".into(), "CCCD chủ hộ".into()],
        columns: [("Chủ hộ", "name"), ("CCCD chủ hộ", "personal_id"), ("Sinh ngày", "birth_date")]
            .map(|(header, field)| (header.to_owned(), field.to_owned()))
            .into(),
        fixed: BTreeMap::from([("relation_to_head".to_owned(), "Chủ hộ".to_owned())]),
    }
}

#[test]
fn a_free_table_is_read_as_the_settings_say_and_no_number_of_a_person_is_in_a_key() {
    let text = csv(
        &cells(&["Mã hộ|Chủ hộ|CCCD chủ hộ|Sinh ngày|Ghi chú", "H1|Mẫu|099056000001|03/05/1956|x", "H2|Mẫu|||"]),
        ',',
    );
    let read = read_file("00691_ho-ngheo.csv", text.as_bytes(), Dataset::Person, "00691:ho_ngheo", vec![poor()]);
    let key = crate::read::key::hashed("099056000001");
    assert_eq!(shown(&read.page.records), [format!("00691:ho_ngheo/H1|{key} 0: 099056000001|Mẫu|1956-03-05|Chủ hộ")]);
    assert_eq!(read.page.rejects[0].reason, "no_key");
}

#[test]
fn a_table_that_tells_each_rows_commune_serves_all_communes() {
    let table = TableSettings { commune_column: Some("Mã xã".into()), ..poor() };
    let text = csv(
        &cells(&[
            "Mã hộ|Chủ hộ|CCCD chủ hộ|Sinh ngày|Mã xã",
            "H1|A|099056000001|1956|691",
            "H2|B|099056000002|1956|00694",
            "H3|C|099056000003|1956|00699",
        ]),
        ',',
    );
    let read = read_file("tinh_ho-ngheo.csv", text.as_bytes(), Dataset::Person, "all:ho_ngheo", vec![table]);
    let communes: Vec<_> = read.page.records.iter().map(|row| row.envelope.commune.as_deref()).collect();
    assert_eq!(communes, [Some("00691"), Some("00694")]);
    assert_eq!(read.page.rejects[0].reason, "wrong_commune");
}
