//! The usual headers of our fields in Vietnamese and English files, folded: lower case, without
//! accents, spaces and signs.

use config::comparing::Kind;
use config::rules::Spelling;
use reconcile::normal::fold::fold;

pub struct Known {
    pub field: &'static str,
    pub kind: Kind,
    spellings: &'static [&'static str],
}

const fn known(field: &'static str, kind: Kind, spellings: &'static [&'static str]) -> Known {
    Known { field, kind, spellings }
}

const KNOWN: &[Known] = &[
    known(
        "personal_id",
        Kind::Id,
        &[
            "personalid",
            "sodinhdanh",
            "sodinhdanhcanhan",
            "madinhdanh",
            "sodddcn",
            "soddcn",
            "cccd",
            "socccd",
            "socancuoc",
            "socancuoccongdan",
            "citizenid",
            "nationalid",
        ],
    ),
    known("old_id", Kind::Id, &["oldid", "socmnd", "cmnd", "sochungminh", "sochungminhnhandan"]),
    known("name", Kind::Name, &["name", "fullname", "hoten", "hovaten", "hovatenkhaisinh", "hochudemvaten"]),
    known(
        "birth_date",
        Kind::Date,
        &["birthdate", "dateofbirth", "dob", "ngaysinh", "namsinh", "ngaythangnamsinh", "ngaysinhkhaisinh"],
    ),
    known("sex", Kind::Sex, &["sex", "gender", "gioitinh", "gioi", "namnu", "phai"]),
    known("ethnicity", Kind::Ethnicity, &["ethnicity", "dantoc", "madantoc"]),
    known("father_name", Kind::Name, &["fathername", "hotencha", "hovatencha", "tencha", "cha"]),
    known("mother_name", Kind::Name, &["mothername", "hotenme", "hovatenme", "tenme", "me"]),
    known("spouse_name", Kind::Name, &["spousename", "hotenvochong", "hovatenvochong", "vochong"]),
    known(
        "residence",
        Kind::Address,
        &["residence", "address", "diachi", "thuongtru", "noithuongtru", "diachithuongtru", "noicutru", "noiohientai"],
    ),
    known(
        "commune",
        Kind::Address,
        &["commune", "communecode", "residencecommune", "maxa", "maxaphuong", "xaphuong", "phuongxa", "tenxa", "xa"],
    ),
    known("death_date", Kind::Date, &["deathdate", "ngaychet", "ngaymat"]),
    known("area", Kind::Area, &["area", "aream2", "dientich", "dientichm2"]),
    known("marital_status", Kind::Text, &["maritalstatus", "tinhtranghonnhan", "honnhan"]),
    known("relation_to_head", Kind::Text, &["relationtohead", "quanhevoichuho", "quanhechuho", "quanhe"]),
    known("household_number", Kind::Text, &["householdnumber", "sohokhau", "sosohokhau", "sohk"]),
];

/// `Số định danh` → `sodinhdanh`
pub fn folded(header: &str) -> String {
    fold(header, &Spelling::ALL).chars().filter(|c| c.is_alphanumeric()).collect()
}

/// The field that a header usually means.
pub fn of(header: &str) -> Option<&'static Known> {
    let folded = folded(header);
    KNOWN.iter().find(|known| known.spellings.contains(&folded.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_known_in_any_spelling_and_each_means_one_field() {
        for (header, field) in [
            ("Số định danh", "personal_id"),
            ("so_dinh_danh", "personal_id"),
            ("CCCD", "personal_id"),
            ("HỌ VÀ TÊN", "name"),
            ("Ngày sinh", "birth_date"),
            ("Địa chỉ", "residence"),
            ("DIỆN TÍCH (m2)", "area"),
        ] {
            assert_eq!(of(header).map(|known| known.field), Some(field), "{header}");
        }
        assert!(of("ghi chú").is_none());
        let mut all: Vec<_> = KNOWN.iter().flat_map(|known| known.spellings).collect();
        let count = all.len();
        all.sort();
        all.dedup();
        assert_eq!(all.len(), count, "no spelling means two fields");
    }
}
