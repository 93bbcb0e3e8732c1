//! What kind of value each column of a canonical record holds.

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldKind {
    Text,
    /// Digits that must get lost zeros back.
    Code(usize),
    Date,
    Instant,
    Sex,
    Ethnicity,
    MaritalStatus,
    PaperKind,
    Area,
    Flag,
    Module,
    Status,
    OwnerKind,
    Event,
    Role,
}

pub fn kind(field: &str) -> FieldKind {
    match field {
        "birth_date" | "died_on" | "event_date" | "registered_on" | "issued_on" => FieldKind::Date,
        "accepted_at" | "due_at" | "completed_at" => FieldKind::Instant,
        "sex" => FieldKind::Sex,
        "ethnicity" => FieldKind::Ethnicity,
        "marital_status" => FieldKind::MaritalStatus,
        "paper_kind" => FieldKind::PaperKind,
        "residence_province" => FieldKind::Code(2),
        "residence_district" => FieldKind::Code(3),
        "residence_commune" | "register_commune" | "parcel_commune" | "parcel_old_commune" => FieldKind::Code(5),
        "area_m2" | "legal_area_m2" => FieldKind::Area,
        "id_verified" => FieldKind::Flag,
        "module" => FieldKind::Module,
        "status" => FieldKind::Status,
        "owner_kind" => FieldKind::OwnerKind,
        "event" => FieldKind::Event,
        "role" => FieldKind::Role,
        _ => FieldKind::Text,
    }
}
