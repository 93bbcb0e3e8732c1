//! Views for the unit tests.

use config::settings::{SqlField, SqlView, Watermark};
use schemas::Dataset;

pub fn view() -> SqlView {
    SqlView {
        name: "doisoat.ho_so".into(),
        dataset: Dataset::Dossier,
        key: "id".into(),
        hash_key: false,
        key_prefix: String::new(),
        watermark: Some(Watermark::Time { column: "cap_nhat".into(), overlap_seconds: 3_600 }),
        commune_column: Some("ma_xa".into()),
        commune: None,
        deleted: Some("da_xoa".into()),
        fields: [("name".to_owned(), SqlField::Column("ho_ten".into()))].into(),
    }
}

pub fn view_without_watermark() -> SqlView {
    SqlView { watermark: None, ..view() }
}
