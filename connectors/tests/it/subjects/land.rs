//! The land system: certificates with a person, a couple or a household as the owner.

use super::{Subject, minute, number};
use crate::server::Asked;
use config::{SourceKind, SourceMode};
use schemas::Dataset;
use serde_json::{Value, json};

pub const LAND: Subject = Subject {
    name: "land",
    kind: SourceKind::Land,
    mode: SourceMode::Feed,
    dataset: Dataset::LandRight,
    record: certificate,
    answer: found,
    list: "data",
};

fn person(n: u32) -> Value {
    json!({
        "caNhanId": n, "maSoDinhDanh": format!("099085{n:06}"), "hoTen": format!("Nguyễn Văn Mẫu {n}"), "gioiTinh": 1,
        "ngaySinh": "05/03/1985", "namSinh": 1985, "namMat": 0, "danTocId": 1, "xaId": 691, "huyenId": 0,
        "diaChi": "Thôn Mẫu 1", "daDinhDanh": true,
        "ListGiayToTuyThan": [{"loaiGiayToTuyThanId": 1, "soGiayTo": "990000123"}],
    })
}

fn certificate(n: u32) -> Value {
    let owner = match n % 3 {
        0 => json!({"loaiDoiTuong": 1, "CaNhan": person(n)}),
        1 => {
            json!({"loaiDoiTuong": 2, "VoChong": {"chongId": 1, "voId": 2, "Chong": person(n), "Vo": person(n + 500)}})
        }
        _ => json!({"loaiDoiTuong": 3, "HoGiaDinh": {"chuHoId": 1, "ChuHo": person(n)}}),
    };
    json!({
        "GiayChungNhan": {"giayChungNhanId": n + 1, "soPhatHanh": format!("AA {n:08}"), "soVaoSo": "CH 00123",
            "ngayVaoSo": "05/03/2020", "tinhTrangGiayChungNhan": 1, "xaId": 691, "version": 3, "isLastest": true,
            "ngayCapNhat": minute(n, "%Y-%m-%dT%H:%M:%S"), "ghiChu": "ông Mẫu", "soToCu": "1", "soThuaCu": "2"},
        "ChuSoHuu": [owner],
        "TaiSan": [{"thuaDatId": n + 1, "xaId": 691, "soHieuToBanDo": 12, "soThuTuThua": 345, "soHieuToBanDoCu": "3",
            "soThuTuThuaCu": "4", "maThua": "00691_12_345", "dienTich": 120.5, "dienTichPhapLy": 120.0,
            "diaChi": "Thôn Mẫu 1", "ListMucDichSuDung": [{"loaiMucDichSuDungId": "ONT", "dienTich": 120.5}]}],
    })
}

fn found(asked: &Asked, records: &[Value]) -> String {
    let (start, length) = (number(asked, "start").min(records.len()), number(asked, "length"));
    let data = &records[start..(start + length).min(records.len())];
    json!({"draw": number(asked, "draw"), "recordsTotal": records.len(), "recordsFiltered": records.len(),
        "statusText": "OK", "data": data})
    .to_string()
}
