//! One list in every format and encoding is one list.

use super::write::{self, Cell, cells};
use super::{read_file, refusal, shown};
use crate::viet_text::{Encoding, encode};
use schemas::Dataset;

/// Titles, merged header rows with column numbers, a header that repeats, a sum: one list.
fn list() -> Vec<Vec<Cell>> {
    cells(&[
        "UBND XÃ MẪU",
        "DANH SÁCH NHÂN KHẨU",
        "",
        "STT|Giấy tờ||Họ và tên|Ngày sinh|Giới tính|Dân tộc|Thôn/xóm",
        "|Số định danh|Số CMND||||||",
        "(1)|(2)|(3)|(4)|(5)|(6)|(7)|(8)",
        "#1|#99085000123||Nguyễn Văn Mẫu|#20519|Nam|Tày|Thôn Hòa Bình",
        "#2|099185000124|990000123|Trần Thị \"Huệ\"; Mẫu|03/1962|Nữ|Kinh|Tổ 1, khu phố Đồng Tiến",
        "STT|Giấy tờ||Họ và tên|Ngày sinh|Giới tính|Dân tộc|Thôn/xóm",
        "#3|099085000125||Vàng Seo Phượng|#1956|Nam|H'Mông|Bản Nậm Mười",
        "Tổng cộng: 3 người",
    ])
}

fn expected() -> Vec<String> {
    [
        "00691/1 0: 99085000123|Nguyễn Văn Mẫu|m|1956-03-05|02|Thôn Hòa Bình",
        "00691/2 0: 099185000124|990000123|Trần Thị \"Huệ\"; Mẫu|f|1962-03|01|Tổ 1, khu phố Đồng Tiến",
        "00691/3 0: 099085000125|Vàng Seo Phượng|m|1956|08|Bản Nậm Mười",
    ]
    .map(str::to_owned)
    .to_vec()
}

fn persons(name: &str, content: &[u8]) -> Vec<String> {
    let read = read_file(name, content, Dataset::Person, "00691", Vec::new());
    assert!(read.returned.is_empty(), "{name}: {}", read.returned[0].rows[0].reason);
    shown(&read.page.records)
}

#[test]
fn a_csv_is_read_in_every_encoding_with_every_separator() {
    for separator in [',', ';', '\t', '|'] {
        let text = write::csv(&list(), separator);
        for encoding in Encoding::ALL {
            let bytes = encode(&text, encoding).expect("written");
            assert_eq!(persons("00691_ds.csv", &bytes), expected(), "{encoding:?} {separator:?}");
        }
        for (mark, encoding) in
            [(&b"\xef\xbb\xbf"[..], Encoding::Utf8), (b"\xff\xfe", Encoding::Utf16Le), (b"\xfe\xff", Encoding::Utf16Be)]
        {
            let bytes = [mark, &encode(&text, encoding).expect("written")].concat();
            assert_eq!(persons("00691_ds.csv", &bytes), expected(), "{encoding:?} with its mark");
        }
    }
}

#[test]
fn every_workbook_format_gives_the_same_list() {
    for (name, content) in [
        ("00691_ds.xlsx", write::xlsx(&list())),
        ("00691_ds.xls", write::xls(&list(), false)),
        ("00691_ds.ods", write::ods(&list())),
        // Names of files lie.
        ("00691_ds.xls", write::xlsx(&list())),
        ("00691_ds.xlsx", write::csv(&list(), ';').into_bytes()),
    ] {
        assert_eq!(persons(name, &content), expected(), "{name}");
    }
}

#[test]
fn cells_in_old_fonts_are_read_in_workbooks_and_in_utf8() {
    for encoding in [Encoding::Tcvn3, Encoding::Vni] {
        let font = |cell: &Cell| match cell {
            Cell::Text(text) => {
                Cell::Text(encode(text, encoding).expect("written").into_iter().map(char::from).collect())
            }
            number => number.clone(),
        };
        let rows: Vec<Vec<Cell>> = list().iter().map(|row| row.iter().map(font).collect()).collect();
        for (name, content) in [
            ("00691_ds.xlsx", write::xlsx(&rows)),
            ("00691_ds.xls", write::xls(&rows, false)),
            ("00691_ds.ods", write::ods(&rows)),
            ("00691_ds.csv", write::csv(&rows, ';').into_bytes()),
        ] {
            assert_eq!(persons(name, &content), expected(), "{encoding:?} {name}");
        }
    }
}

#[test]
fn serial_numbers_count_from_1904_where_the_workbook_says_so() {
    let rows = cells(&["STT|Họ và tên|Ngày sinh", "#1|Mẫu|#19057"]);
    assert_eq!(persons("00691.xls", &write::xls(&rows, true)), ["00691/1 0: Mẫu|1956-03-05"]);
    let xlsx = write::xlsx(&rows);
    assert_eq!(persons("00691.xlsx", &xlsx), ["00691/1 0: Mẫu|1952-03-04"]);
}

#[test]
fn sheets_of_one_kind_are_one_list_whose_numbers_do_not_collide() {
    let mut workbook = rust_xlsxwriter::Workbook::new();
    for hamlet in ["Thôn Một", "Thôn Hai"] {
        let sheet = workbook.add_worksheet();
        for (at, title) in ["STT", "Họ và tên", "Thôn"].into_iter().enumerate() {
            sheet.write_string(0, at as u16, title).expect("written");
        }
        sheet.write_number(1, 0, 1).expect("written");
        sheet.write_string(1, 1, "Mẫu").expect("written");
        sheet.write_string(1, 2, hamlet).expect("written");
    }
    let seen = persons("00691.xlsx", &workbook.save_to_buffer().expect("saved"));
    assert_eq!(seen, ["00691/1 0: Mẫu|Thôn Một", "00691/2~1 0: Mẫu|Thôn Hai"]);
}

#[test]
fn a_file_that_cannot_be_read_says_why() {
    let whole = write::xlsx(&list());
    for cut in [100, whole.len() / 2, whole.len() - 30] {
        assert_eq!(refusal("00691.xlsx", &whole[..cut]), "bad_workbook", "{cut}");
    }
    let xls = write::xls(&list(), false);
    for cut in [600, 1_200, xls.len() - 600] {
        assert_eq!(refusal("00691.xls", &xls[..cut]), "bad_workbook", "{cut}");
    }
    assert_eq!(refusal("00691.csv", b""), "no_header");
    assert_eq!(refusal("00691.csv", b"a,b,c\n1,2,3\n"), "no_header");
    let noise: Vec<u8> = (0..400u32).map(|at| (0x80 + at * 37 % 0x7f) as u8).collect();
    assert_eq!(refusal("00691.csv", &noise), "bad_encoding");
}

#[test]
fn a_workbook_that_asks_for_more_memory_than_a_list_may_have_is_refused() {
    // ODS: one cell repeated over the whole sheet.
    let bomb = "<table:table table:name=\"x\"><table:table-row table:number-rows-repeated=\"1000000\"><table:table-cell table:number-columns-repeated=\"16000\" office:value-type=\"string\"><text:p>x</text:p></table:table-cell></table:table-row></table:table>";
    assert_eq!(refusal("00691.ods", &write::ods_of(bomb)), "too_many_cells");
    let far = "<table:table table:name=\"x\"><table:table-row table:number-rows-repeated=\"1000000\"><table:table-cell table:number-columns-repeated=\"255\"/><table:table-cell office:value-type=\"string\"><text:p>x</text:p></table:table-cell></table:table-row></table:table>";
    assert_eq!(refusal("00691.ods", &write::ods_of(far)), "too_many_cells");
    // XLS: a sheet that states a span, and one whose two cells are far from each other.
    let span = |rows: u32, columns: u16| -> Vec<u8> {
        let mut body = vec![0x00, 0x02, 14, 0, 0, 0, 0, 0];
        body.extend(rows.to_le_bytes());
        body.extend([0u16, columns, 0].into_iter().flat_map(u16::to_le_bytes));
        body
    };
    assert_eq!(refusal("00691.xls", &write::xls_of(&span(u32::MAX, u16::MAX), false)), "too_many_cells");
    let number = |row: u16, column: u16| -> Vec<u8> {
        let mut body: Vec<u8> = [0x0203u16, 14, row, column, 0].into_iter().flat_map(u16::to_le_bytes).collect();
        body.extend(1f64.to_le_bytes());
        body
    };
    let corners = [number(0, 0), number(u16::MAX, 255)].concat();
    assert_eq!(refusal("00691.xls", &write::xls_of(&corners, false)), "too_many_cells");
}
