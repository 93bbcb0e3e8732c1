//! The population database: its feed, and its answers about single citizens.

use super::{Subject, minute, number, slice, xml};
use crate::server::Asked;
use config::{SourceKind, SourceMode};
use schemas::Dataset;
use serde_json::{Value, json};

pub const FEED: Subject = Subject {
    name: "population feed",
    kind: SourceKind::Population,
    mode: SourceMode::Feed,
    dataset: Dataset::Person,
    record: entry,
    answer: feed,
    list: "data",
};

pub const LOOK_UP: Subject = Subject {
    name: "look-up",
    kind: SourceKind::Population,
    mode: SourceMode::Lookup,
    dataset: Dataset::Person,
    record: citizen,
    answer: collection,
    list: "",
};

fn citizen(n: u32) -> Value {
    let relative = |who: &str, k: u32| json!({"HoVaTen": format!("Nguyễn Văn Mẫu {who}"), "SoCMND": format!("990000{:03}", (n + k) % 1_000)});
    json!({
        "SoDinhDanh": format!("099085{n:06}"), "SoCMND": format!("990000{:03}", n % 1_000),
        "HoVaTen": {"Ho": "Nguyễn", "ChuDem": "Văn", "Ten": format!("Mẫu {n}")},
        "GioiTinh": "1", "DanToc": "01", "TinhTrangHonNhan": "2", "QuocTich": "VN",
        "NgayThangNamSinh": {"Nam": "1985", "NgayThangNam": "19850305"},
        "ThuongTru": {"MaTinhThanh": "08", "MaPhuongXa": "00691", "TenPhuongXa": "Xã Mẫu", "ChiTiet": "Thôn Mẫu 1"},
        "Cha": relative("Cha", 1), "Me": relative("Mẹ", 2), "VoChong": relative("Vợ", 3),
        "ChuHo": {"HoVaTen": "Nguyễn Văn Mẫu", "QuanHe": "CH01", "SoDinhDanh": format!("099085{n:06}")},
        "SoSoHoKhau": format!("HK{n}"),
    })
}

fn entry(n: u32) -> Value {
    let mut citizen = citizen(n);
    citizen["IdBanGhi"] = json!(format!("CD-{n}"));
    json!({
        "NguonDuLieu": {"MaLoaiDuLieu": "G02_001", "IdNguonDuLieu": "C06"},
        "DuLieuTiepNhan": citizen,
        "TrangThaiDuLieu": {"LoaiSuKien": "NEW", "PhienBan": 1, "ThoiGianCapNhat": minute(n, "%Y-%m-%dT%H:%M:%S")},
    })
}

fn feed(asked: &Asked, records: &[Value]) -> String {
    let records = if asked.path.starts_with("/daxoa") { &[] } else { records };
    feed_page(asked, records)
}

/// The frame of a change feed.
pub fn feed_page(asked: &Asked, records: &[Value]) -> String {
    let (page, size) = (number(asked, "page"), number(asked, "pageSize"));
    let (data, pages) = slice(records, page, size);
    json!({
        "totalRecords": records.len(), "thoiDiemDuLieu": "2026-11-24T02:00:00", "data": data,
        "pagination": {"page": page, "pageSize": size, "totalPages": pages, "totalElements": records.len()},
    })
    .to_string()
}

/// Which of the questions of [`crate::support::question`] was asked.
fn collection(asked: &Asked, records: &[Value]) -> String {
    let number = asked.body.split_once("SoDinhDanh>").map_or("", |(_, after)| after.get(6..12).unwrap_or_default());
    let citizen = number.parse().ok().and_then(|n: usize| records.get(n));
    let citizens: String = citizen.iter().map(|value| xml::element("CongDan", value)).collect();
    format!(
        "<e:Envelope xmlns:e=\"x\"><e:Body><n:CongdanCollection xmlns:n=\"y\" SoCongDan=\"{}\" \
         ThoiDiemDuLieu=\"2026-11-24T02:00:00\">{citizens}</n:CongdanCollection></e:Body></e:Envelope>",
        citizen.iter().count()
    )
}
