//! The civil-status system: entries of the register, and the state of linked cases.

use super::population::feed_page;
use super::{Subject, minute};
use crate::server::Asked;
use config::{SourceKind, SourceMode};
use schemas::Dataset;
use serde_json::{Value, json};

pub const REGISTER: Subject = Subject {
    name: "civil status register",
    kind: SourceKind::CivilStatus,
    mode: SourceMode::Feed,
    dataset: Dataset::CivilEvent,
    record: entry,
    answer: feed_page,
    list: "data",
};

pub const POLL: Subject = Subject {
    name: "civil status poll",
    kind: SourceKind::CivilStatus,
    mode: SourceMode::Feed,
    dataset: Dataset::Dossier,
    record: case,
    answer: states,
    list: "value",
};

pub fn code(n: u32) -> String {
    format!("H99.14-261124-{n:04}")
}

/// Births, deaths and marriages in turn.
fn entry(n: u32) -> Value {
    let (module, data) = match n % 3 {
        0 => ("LTKS", birth(n)),
        1 => ("LTKT", death(n)),
        _ => ("LTKH", marriage(n)),
    };
    json!({
        "NguonDuLieu": {"MaLoaiDuLieu": "G03"},
        "DuLieuTiepNhan": {"IdBanGhi": format!("HT-{n}"), "maDonVi": "00691", "module": module,
            "data": data.to_string()},
        "TrangThaiDuLieu": {"LoaiSuKien": "NEW", "PhienBan": 1, "ThoiGianCapNhat": minute(n, "%Y-%m-%dT%H:%M:%S")},
    })
}

fn birth(n: u32) -> Value {
    json!({"HoTichKhaiSinh": {
        "nksHoTen": format!("Nguyễn Thị Mẫu {n}"), "nksGioiTinh": 2, "nksNgaySinh": "05.03.2026", "nksDanToc": "01",
        "meHoTen": "Lý Thị Mẫu", "meSoDDCN": format!("099085{n:06}"), "chaHoTen": "Nguyễn Văn Mẫu",
        "chaLoaiGiayToTuyThan": 1, "chaSoGiayToTuyThan": "990000123", "soDinhDanh": format!("099085{n:06}"),
        "soDangKy": "12", "quyenSo": "01/2026", "trangSo": "7", "ngayDangKy": "10.03.2026", "noiDangKy": "691",
    }})
}

fn death(n: u32) -> Value {
    json!({"HoTichKhaiTu": {
        "nktHoTen": format!("Nguyễn Văn Mẫu {n}"), "nktNgaySinh": "1956", "nktLoaiGiayToTuyThan": "4",
        "nktSoGiayToTuyThan": format!("099085{n:06}"), "nktNgayChet": "01.02.2026", "nktNoiCuTru": "Thôn Mẫu 1",
    }, "soDangKy": "3", "quyenSo": "01/2026", "ngayDangKy": "03.02.2026"})
}

fn marriage(n: u32) -> Value {
    json!({"DataDKKH": {
        "chongHoTen": format!("Nguyễn Văn Mẫu {n}"), "chongSoDDCN": format!("099085{n:06}"), "chongNgaySinh": "03.1990",
        "chongNoiCuTru": {"maTinh": "8", "maHuyen": "", "maXa": "691", "dcChiTiet": "Thôn Mẫu 1"},
        "voHoTen": "Lý Thị Mẫu", "voSoDDCN": "099085900001", "voNgaySinh": "1992", "ngayDangKy": "01.01.2026",
        "soDangKy": "5", "quyenSo": "01/2026",
    }})
}

fn case(n: u32) -> Value {
    json!({"maDonVi": "00691", "maTinh": "08", "module": "LTKS", "maHoSoLT": format!("G22.99.14-261124-{n:06}"),
        "maHoSoMCDT": code(n), "trangThai": 4, "thoiGianThucHien": minute(n, "%d/%m/%Y %H:%M:%S"), "ghiChu": "Mẫu",
        "ketQuaXuLy": {"nguoiXuLy": "Cán bộ Mẫu"}})
}

/// The cases of the asked codes, whatever their records hold.
fn states(asked: &Asked, records: &[Value]) -> String {
    let body: Value = serde_json::from_str(&asked.body).unwrap_or_default();
    let codes = body["maDinhDanhHoSo"].as_array().cloned().unwrap_or_default();
    let number = |code: &Value| code.as_str().and_then(|code| code.get(14..)?.parse::<usize>().ok());
    let value: Vec<&Value> = codes.iter().filter_map(|code| records.get(number(code)?)).collect();
    json!({"status": 1, "statusDescription": "OK", "value": value}).to_string()
}
