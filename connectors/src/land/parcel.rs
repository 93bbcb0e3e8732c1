//! The parcel of a certificate: on the map, on paper, before the reform.

use crate::read::text::padded;
use crate::read::{Drift, Fields, Problem, area};
use schemas::{CommuneCode, LandRightRecord};

const KNOWN: &[&str] = &[
    "thuaDatId",
    "thuaDatIdOld",
    "thuaDatIdGoc",
    "tinhId",
    "huyenId",
    "xaId",
    "soHieuToBanDo",
    "soThuTuThua",
    "soHieuToBanDoCu",
    "soThuTuThuaCu",
    "soHieuToBanDoGoc",
    "maThua",
    "maThuaDat",
    "dienTich",
    "dienTichPhapLy",
    "diaChi",
    "ListMucDichSuDung",
    "version",
    "isLastest",
];

/// Fills the parcel's columns. Sheet and parcel of the certificate count where the certificate
/// tells them, else the parcel's own old ones; they are kept only where they differ from the map.
pub fn fill(
    parcel: Fields<'_>,
    certificate: Fields<'_>,
    row: &mut LandRightRecord,
    drift: &Drift,
) -> Result<(), Problem> {
    drift.note(parcel, "TaiSan", KNOWN);
    row.parcel_id = parcel.text("thuaDatId")?;
    row.parcel_commune = parcel.text_not_zero("xaId")?.map(|code| padded(&code, 5));
    row.parcel_old_commune = old_commune(parcel.trimmed("maThua")?.as_deref());
    row.sheet = parcel.text("soHieuToBanDo")?;
    row.parcel = parcel.text("soThuTuThua")?;
    let printed = (certificate.text("soToCu")?, certificate.text("soThuaCu")?);
    let (sheet, number) = match printed {
        (None, None) => (parcel.text("soHieuToBanDoCu")?, parcel.text("soThuTuThuaCu")?),
        printed => printed,
    };
    if (sheet.is_some() && sheet != row.sheet) || (number.is_some() && number != row.parcel) {
        (row.old_sheet, row.old_parcel) = (sheet, number);
    }
    row.area_m2 = area::decimal(&parcel.trimmed("dienTich")?.unwrap_or_default(), "dienTich")?;
    row.legal_area_m2 = area::decimal(&parcel.trimmed("dienTichPhapLy")?.unwrap_or_default(), "dienTichPhapLy")?;
    row.parcel_address = parcel.text("diaChi")?;
    row.purpose = purposes(parcel)?;
    Ok(())
}

/// `maThua` is `<old commune>_<sheet>_<parcel>`.
fn old_commune(natural_key: Option<&str>) -> Option<String> {
    let (commune, _) = natural_key?.split_once('_')?;
    CommuneCode::parse_lenient(commune).ok().map(|code| code.to_string())
}

fn purposes(parcel: Fields<'_>) -> Result<Option<String>, Problem> {
    let mut codes = Vec::new();
    for value in parcel.list("ListMucDichSuDung")? {
        if let Some(purpose) = Fields::of(value) {
            codes.extend(purpose.trimmed("loaiMucDichSuDungId")?);
        }
    }
    Ok(if codes.is_empty() { None } else { Some(codes.join(";")) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::Json;
    use serde_json::{Value, json};

    fn read(parcel: Value, certificate: Value) -> Result<LandRightRecord, Problem> {
        let mut row = LandRightRecord::default();
        let (parcel, certificate) = (Json::from(&parcel), Json::from(&certificate));
        fill(Fields::record(&parcel)?, Fields::record(&certificate)?, &mut row, &Drift::default())?;
        Ok(row)
    }

    #[test]
    fn a_parcel_keeps_its_old_commune_and_gets_its_zeros_back() {
        let row = read(
            json!({"thuaDatId": 5, "xaId": 691, "soHieuToBanDo": 12, "soThuTuThua": "345", "maThua": "0694_12_345",
                "dienTich": 150.5, "dienTichPhapLy": "150,50",
                "ListMucDichSuDung": [{"loaiMucDichSuDungId": "ODT"}, {"loaiMucDichSuDungId": "CLN"}]}),
            json!({"soToCu": "12", "soThuaCu": 345}),
        )
        .expect("a parcel");
        assert_eq!((row.parcel_commune.as_deref(), row.parcel_old_commune.as_deref()), (Some("00691"), Some("00694")));
        assert_eq!((row.area_m2.as_deref(), row.legal_area_m2.as_deref()), (Some("150.5"), Some("150.5")));
        assert_eq!((row.old_sheet.as_deref(), row.old_parcel.as_deref()), (None, None), "the same as on the map");
        assert_eq!(row.purpose.as_deref(), Some("ODT;CLN"));
    }

    #[test]
    fn sheet_and_parcel_on_paper_are_kept_where_they_differ() {
        let parcel = json!({"soHieuToBanDo": 12, "soThuTuThua": 345, "soHieuToBanDoCu": "9", "soThuTuThuaCu": "9"});
        let row = read(parcel.clone(), json!({"soToCu": "05-II", "soThuaCu": "120a"})).expect("a parcel");
        assert_eq!((row.old_sheet.as_deref(), row.old_parcel.as_deref()), (Some("05-II"), Some("120a")));
        let row = read(parcel, json!({})).expect("a parcel");
        assert_eq!((row.old_sheet.as_deref(), row.old_parcel.as_deref()), (Some("9"), Some("9")));
    }

    #[test]
    fn an_area_that_is_no_number_is_a_problem() {
        assert_eq!(read(json!({"dienTich": "rộng"}), json!({})).expect_err("no number").reason, "bad_number");
    }
}
