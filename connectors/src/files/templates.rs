//! The tables that are known without any settings: the resident list, the civil-status registers
//! of Hotich158, and form PL3-01 of the land-data campaign.

use super::shape::{Column, Event, Form, Reading, Shape};
use crate::read::text::fold;
use schemas::Dataset;
use std::collections::BTreeMap;

/// Resident lists: field and folded headers, the usual one first.
const RESIDENT: &[(&str, &[&str])] = &[
    ("#number", &["stt", "sott", "sothutu", "tt"]),
    (
        "personal_id",
        &[
            "sodinhdanh",
            "sodinhdanhcanhan",
            "madinhdanh",
            "sodddcn",
            "soddcn",
            "cccd",
            "socccd",
            "socancuoc",
            "socancuoccongdan",
        ],
    ),
    ("old_id", &["socmnd", "cmnd", "sochungminh", "sochungminhnhandan"]),
    ("name", &["hovaten", "hoten", "hovatenkhaisinh", "hochudemvaten"]),
    ("birth_date", &["ngaysinh", "ngaythangnamsinh", "namsinh"]),
    ("sex", &["gioitinh", "gioi", "namnu"]),
    ("ethnicity", &["dantoc"]),
    ("residence_detail", &["thonxom", "thon", "xom", "thonban", "thonbantodanpho", "diachi"]),
    ("residence_commune_name", &["xaphuong", "xa", "phuongxa", "tenxa", "xaphuongthitran"]),
    ("residence_commune", &["maxa", "maxaphuong", "madonvi"]),
    ("residence_district", &["huyen", "quanhuyen", "huyenquan"]),
    ("residence_province", &["tinh", "tinhthanh", "tinhthanhpho"]),
    ("father_name", &["hotencha", "hovatencha", "cha", "tencha"]),
    ("mother_name", &["hotenme", "hovatenme", "me", "tenme"]),
    ("spouse_name", &["hotenvochong", "hovatenvochong", "vochong"]),
    ("marital_status", &["tinhtranghonnhan", "honnhan"]),
    ("relation_to_head", &["quanhevoichuho", "quanhechuho", "quanhe"]),
    ("household_number", &["sohokhau", "sosohokhau", "sohk"]),
];

/// Of an entry, whoever it is about.
const REGISTER: &[(&str, &[&str])] = &[
    ("soDangKy", &["so", "sodangky"]),
    ("quyenSo", &["quyenso"]),
    ("trangSo", &["trangso"]),
    ("ngayDangKy", &["ngaydangky"]),
    ("loaiDangKy", &["loaidangky"]),
    ("noiDangKy", &["noidangky"]),
    ("ngayXacLapQuanHeHonNhan", &["ngayxaclapquanhehonnhan"]),
];
/// Of each person, behind their prefix; the workbook calls the number otherwise than the wire.
const PERSON: &[(&str, &[&str])] = &[
    ("HoTen", &["hoten"]),
    ("GioiTinh", &["gioitinh"]),
    ("NgaySinh", &["ngaysinh"]),
    ("DanToc", &["dantoc"]),
    ("QuocTich", &["quoctich"]),
    ("NoiCuTru", &["noicutru"]),
    ("SoDDCN", &["sodinhdanh", "sodinhdanhcanhan", "soddcn"]),
    ("LoaiGiayToTuyThan", &["loaigiaytotuythan"]),
    ("SoGiayToTuyThan", &["sogiaytotuythan"]),
    ("NgayChet", &["ngaychet"]),
];

/// PL3-01 where its headers were shortened to the usual words.
const LAND: &[(&str, &[&str])] = &[
    ("#number", &["stt", "sott", "tt"]),
    ("parcel_commune", &["maxa", "madonvihanhchinh", "maxaphuong"]),
    ("serial", &["sophathanh", "sophathanhgcn", "soserigcn", "soseri"]),
    ("issued_on", &["ngaycap", "ngaycapgcn", "ngaycapgiaychungnhan"]),
    ("register_number", &["sovaoso", "sovaosogcn", "sovaosocapgcn"]),
    ("#organisation", &["tentochuc"]),
    ("#organisation_id", &["madinhdanhtochuc", "masotochuc"]),
    ("name", &["hovaten", "hoten", "hotenchusudung"]),
    ("birth_date", &["ngaysinh", "ngaythangnamsinh", "namsinh"]),
    ("sex", &["gioitinh"]),
    ("personal_id", &["cccd", "socccd", "sodinhdanh", "sodinhdanhcanhan"]),
    ("residence_text", &["diachithuongtru", "noithuongtru", "diachi"]),
    ("owner_kind", &["loaidoituong", "doituong", "phaply"]),
    ("note", &["lydothaydoi", "lydobiendong"]),
    ("parcel_id", &["mathua", "madinhdanhthuadat", "mathuadat"]),
    ("old_sheet", &["sotogcn", "sototrengcn", "giaychungnhansoto", "trengcnsoto", "gcnsoto"]),
    ("old_parcel", &["sothuagcn", "sothuatrengcn", "giaychungnhansothua", "trengcnsothua", "gcnsothua"]),
    ("sheet", &["soto", "sotobando", "sohieutobando", "bandodiachinhsoto", "bandosoto"]),
    ("parcel", &["sothua", "sothutuathua", "sothututhua", "bandodiachinhsothua", "bandosothua"]),
    ("parcel_address", &["diachithuadat", "diachithua"]),
    ("area_m2", &["dientich", "dientichm2"]),
    ("purpose", &["loaidat", "loaidat1", "mucdichsudung"]),
];

/// The places of PL3-01, from 0; its data begin in row 7.
const LAND_PLACES: &[(&str, usize)] = &[
    ("#number", 0),
    ("parcel_commune", 1),
    ("serial", 2),
    ("issued_on", 3),
    ("register_number", 4),
    ("#organisation", 5),
    ("#organisation_id", 6),
    ("name", 7),
    ("birth_date", 8),
    ("sex", 9),
    ("personal_id", 10),
    ("residence_text", 11),
    ("owner_kind", 12),
    ("note", 17),
    ("parcel_id", 18),
    ("old_sheet", 19),
    ("old_parcel", 20),
    ("sheet", 21),
    ("parcel", 22),
    ("parcel_address", 23),
    ("area_m2", 24),
    ("purpose", 25),
];

pub fn known() -> Vec<Shape> {
    vec![
        resident(),
        register(Event::Birth, "ks", &["nks", "me", "cha"], &["nksHoTen"]),
        register(Event::Death, "kt", &["nkt"], &["nktHoTen"]),
        register(Event::Marriage, "kh", &["chong", "vo"], &["chongHoTen", "voHoTen"]),
        land(),
    ]
}

fn columns(words: &[(&str, &[&str])]) -> Vec<Column> {
    let column = |(target, words): &(&str, &[&str])| Column {
        target: (*target).to_owned(),
        words: words.iter().map(|word| (*word).to_owned()).collect(),
    };
    words.iter().map(column).collect()
}

fn shape(key: &str, dataset: Dataset, columns: Vec<Column>, reading: Reading) -> Shape {
    let (sheet, header_row, form) = (None, None, None);
    let needs = Vec::new();
    Shape {
        key: key.to_owned(),
        dataset,
        columns,
        needs,
        least: 3,
        form,
        reading,
        sheet,
        header_row,
        month_first: false,
    }
}

fn texts(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

fn resident() -> Shape {
    let reading = Reading::List {
        key: texts(&["#number"]),
        fixed: BTreeMap::new(),
        commune: None,
        about: texts(&["name", "personal_id", "old_id"]),
    };
    shape("", Dataset::Person, columns(RESIDENT), reading)
}

fn register(event: Event, key: &str, people: &[&str], needs: &[&str]) -> Shape {
    let mut all = columns(REGISTER);
    for prefix in people {
        for (name, words) in PERSON {
            let words = words.iter().map(|word| fold(prefix) + word).collect();
            all.push(Column { target: format!("{prefix}{name}"), words });
        }
    }
    Shape { needs: texts(needs), ..shape(key, Dataset::CivilEvent, all, Reading::Register(event)) }
}

fn land() -> Shape {
    let form = Form { mark: "pl301", head: 6, places: LAND_PLACES.to_vec() };
    let shape = shape("dat", Dataset::LandRight, columns(LAND), Reading::Land);
    Shape { needs: texts(&["serial"]), least: 5, form: Some(form), ..shape }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn no_word_means_two_columns_of_a_table() {
        for shape in known() {
            let words: Vec<&String> = shape.columns.iter().flat_map(|column| &column.words).collect();
            assert_eq!(words.len(), words.iter().collect::<BTreeSet<_>>().len(), "{}", shape.key);
        }
    }

    #[test]
    fn every_target_is_a_field_of_its_record() {
        for shape in known().iter().filter(|shape| shape.dataset != Dataset::CivilEvent) {
            let fields = config::settings::fields_of(shape.dataset);
            for column in shape.columns.iter().filter(|column| !column.target.starts_with('#')) {
                assert!(fields.contains(&column.target.as_str()), "{}", column.target);
            }
        }
    }
}
