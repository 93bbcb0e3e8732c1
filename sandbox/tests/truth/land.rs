//! Certificates, read through the search.

use crate::common::{land_page, land_token};
use crate::mention::{Mention, iso, text};
use crate::opinion::Opinion;
use sandbox::Running;
use schemas::FindingKind as K;
use std::collections::{BTreeMap, BTreeSet};

pub fn owner_name(name: &str) -> (String, bool) {
    let cut = ["Hộ ông ", "Hộ bà ", "Ông "].iter().find_map(|p| name.strip_prefix(p));
    let head = cut.unwrap_or(name);
    let head = head.split(" và ").next().unwrap_or(head);
    (head.to_owned(), head != name)
}

pub async fn land(running: &Running, communes: &[String], dead: &BTreeSet<String>, opinion: &mut Opinion) {
    let token = land_token(running).await;
    let (mut serials, mut parcels) = (BTreeMap::<String, u32>::new(), BTreeMap::<String, BTreeSet<String>>::new());
    for commune in communes {
        let value = land_page(running, &token, commune, 0, 5_000).await.json();
        for record in value["data"].as_array().expect("data") {
            let (paper, parcel, owner) = (&record["GiayChungNhan"], &record["TaiSan"][0], &record["ChuSoHuu"][0]);
            let written = text(&paper["soPhatHanh"]);
            let letters: String = written.chars().filter(|c| c.is_alphabetic()).collect::<String>().to_uppercase();
            let digits: String = written.chars().filter(char::is_ascii_digit).collect();
            let serial = format!("{letters} {digits}");
            let certificate = format!("certificate:{serial}");
            if written != serial {
                opinion.found.add(K::CertSerialFormat, &certificate, "serial", "land");
            }
            *serials.entry(serial).or_default() += 1;
            let (sheet, number) = (text(&parcel["soHieuToBanDo"]), text(&parcel["soThuTuThua"]));
            let origin = text(&parcel["maThua"]).split('_').next().expect("origin").to_owned();
            let subject = format!("parcel:{origin}/{sheet}/{number}");
            if (text(&paper["soToCu"]), text(&paper["soThuaCu"])) != (sheet.clone(), number.clone()) {
                opinion.found.add(K::ParcelOldSheet, &subject, "parcel", "land");
            }
            parcels.entry(format!("parcel:{commune}/{sheet}/{number}")).or_default().insert(origin);
            let area = |key: &str| text(&parcel[key]).parse::<f64>().expect("area");
            let (measured, legal) = (area("dienTich"), area("dienTichPhapLy"));
            if (measured - legal).abs() > 10.0 && (measured - legal).abs() > 0.1 * legal {
                opinion.found.add(K::AreaDiff, &subject, "area", "land");
            }
            if text(&paper["ghiChu"]).contains("chưa đồng bộ thông tin ba khối") {
                opinion.found.add(K::NotScanned, &certificate, "scan", "land");
            }
            if text(&paper["ghiChu"]).contains("gốc chưa bàn giao") {
                opinion.found.add(K::OriginalsKept, &certificate, "originals", "land");
            }
            let shapes =
                [&owner["CaNhan"], &owner["VoChong"]["Chong"], &owner["VoChong"]["Vo"], &owner["HoGiaDinh"]["ChuHo"]];
            for person in shapes.into_iter().filter(|p| p.is_object()) {
                let (name, odd) = owner_name(&text(&person["hoTen"]));
                if odd {
                    opinion.found.add(K::OwnerType, &certificate, "owner", "land");
                }
                let district = format!("{:0>3}", text(&person["huyenId"]));
                let identity = &person["ListGiayToTuyThan"][0];
                let mention = Mention {
                    source: "land",
                    key: text(&paper["giayChungNhanId"]),
                    number: text(&person["maSoDinhDanh"]),
                    cmnd: if text(&identity["loaiGiayToTuyThanId"]) == "1" {
                        text(&identity["soGiayTo"])
                    } else {
                        String::new()
                    },
                    name,
                    birth: iso(&text(&person["ngaySinh"])),
                    sex: text(&person["gioiTinh"]),
                    commune: format!("{:0>5}", text(&person["xaId"])),
                    district: if district == "000" { String::new() } else { district },
                    ..Mention::default()
                };
                let number = opinion.hear(&mention);
                if let Some(number) = number.filter(|n| dead.contains(n) && person["namMat"].is_null()) {
                    opinion.found.add(K::DeadOwner, format!("person:{number}"), "life_status", "land");
                }
            }
        }
    }
    for (serial, _) in serials.into_iter().filter(|(_, count)| *count > 1) {
        opinion.found.add(K::CertDup, format!("certificate:{serial}"), "serial", "land");
    }
    for (subject, _) in parcels.into_iter().filter(|(_, origins)| origins.len() > 1) {
        opinion.found.add(K::ParcelCollision, subject, "parcel", "land");
    }
}
