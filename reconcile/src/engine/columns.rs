//! Which columns the passes look at: a caller need not read the others, of whatever dataset. What
//! a mosaic of single answers leaves out says something itself, so of such all must be read.

/// Of the sources other than the population, for [`super::SealedSurvey::other`], and for
/// [`super::evaluate_counted`] where the row has to be evaluated elsewhere.
pub const OTHER_COLUMNS: &[&str] = &[
    "part",
    "commune",
    "updated_at",
    "personal_id",
    "old_id",
    "paper_number",
    "paper_kind",
    "name",
    "sex",
    "birth_date",
    "ethnicity",
    "marital_status",
    "residence_province",
    "residence_district",
    "residence_commune",
    "residence_commune_name",
    "residence_detail",
    "residence_text",
    "father_name",
    "mother_name",
    "event",
    "role",
    "event_date",
    "registered_on",
    "owner_kind",
    "death_year",
    "certificate_id",
    "serial",
    "certificate_status",
    "parcel_commune",
    "parcel_old_commune",
    "sheet",
    "parcel",
    "area_m2",
    "legal_area_m2",
    "code",
    "national_code",
    "status",
    // Not looked at when a person is evaluated:
    "old_sheet",
    "old_parcel",
    "note",
];

/// Of every source, for [`super::evaluate_counted`].
pub const EVALUATED_COLUMNS: &[&str] = OTHER_COLUMNS.split_at(OTHER_COLUMNS.len() - 3).0;
