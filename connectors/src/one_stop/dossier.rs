//! One case. What the applicant typed is free-form: it is taken as typed.

use crate::codes::sex;
use crate::read::text::padded;
use crate::read::{Drift, Fields, Json, Problem, date, instant, key};
use schemas::{CanonicalRecord, CommuneCode, DossierRecord, Envelope, Record};

const KNOWN: &[&str] = &[
    "id",
    "code",
    "nationCode",
    "isDVCLT",
    "agency",
    "procedure",
    "applicant",
    "appliedDate",
    "acceptedDate",
    "appointmentDate",
    "completedDate",
    "updatedDate",
    "createdDate",
    "dossierStatus",
    "dataType",
    "currentTask",
    "eForm",
];

pub fn row(value: &Json<'_>, commune: &str, drift: &Drift) -> Result<CanonicalRecord, Problem> {
    let case = Fields::record(value)?;
    let id = case.trimmed("id")?.ok_or_else(|| Problem::new("no_key", "id is missing"))?;
    let id = key::safe(&id);
    read(case, &id, commune, drift).map_err(|problem| problem.of(&id))
}

fn read(case: Fields<'_>, id: &str, commune: &str, drift: &Drift) -> Result<CanonicalRecord, Problem> {
    drift.note(case, "content", KNOWN);
    let agency_code = agency(case, commune)?;
    let at = |name: &str| instant::instant(&case.trimmed(name)?.unwrap_or_default(), name);
    let iso = |name: &str| Ok(at(name)?.map(instant::rfc3339));
    let updated = at("updatedDate")?;
    let procedure = case.object("procedure");
    let of_procedure = |name: &str| procedure.map_or(Ok(None), |procedure| procedure.text(name));
    let status = case.object("dossierStatus").map_or(Ok(None), |status| status.trimmed("id"))?;
    let accepted_at = match iso("acceptedDate")? {
        Some(accepted) => Some(accepted),
        None => iso("appliedDate")?,
    };
    let mut dossier = DossierRecord {
        code: case.text("code")?,
        national_code: case.text("nationCode")?,
        agency_code,
        procedure_code: of_procedure("code")?,
        procedure_name: of_procedure("name")?,
        module: case.trimmed("dataType")?.map(|module| module.to_ascii_uppercase()),
        status: Some(status_of(status.as_deref()).to_owned()),
        accepted_at,
        due_at: iso("appointmentDate")?,
        completed_at: iso("completedDate")?,
        ..DossierRecord::default()
    };
    if let Some(applicant) = case.object("applicant").and_then(|applicant| applicant.object("data")) {
        fill_applicant(applicant, &mut dossier)?;
    }
    let envelope = Envelope {
        record_key: id.to_owned(),
        part: 0,
        commune: Some(commune.to_owned()),
        version: updated.map_or(0, |at| at.as_millisecond()),
        updated_at: updated.map(instant::rfc3339),
        deleted: false,
    };
    Ok(CanonicalRecord { envelope, record: Record::Dossier(dossier) })
}

/// The agency's code. Where the agency is named by a commune code, it must be the one asked for.
fn agency(case: Fields<'_>, commune: &str) -> Result<Option<String>, Problem> {
    let Some(agency) = case.object("agency") else { return Ok(None) };
    let (id, code) = (agency.text("id")?, agency.text("code")?);
    for unit in [&id, &code].into_iter().flatten() {
        if CommuneCode::parse(unit).is_ok() && unit != commune {
            return Err(Problem::new("wrong_commune", "agency must be the commune that was asked for"));
        }
    }
    Ok(code.or(id))
}

fn fill_applicant(applicant: Fields<'_>, dossier: &mut DossierRecord) -> Result<(), Problem> {
    dossier.name = applicant.text("fullname")?;
    dossier.personal_id = applicant.text("identityNumber")?;
    dossier.birth_date = date::iso(applicant.trimmed("birthday")?.as_deref(), "birthday")?;
    dossier.sex = applicant.trimmed("gender")?.as_deref().and_then(sex::from_population);
    dossier.residence_province = applicant.trimmed("province")?.map(|code| padded(&code, 2));
    dossier.residence_district = applicant.trimmed("district")?.map(|code| padded(&code, 3));
    dossier.residence_commune = applicant.trimmed("ward")?.map(|code| padded(&code, 5));
    dossier.residence_commune_name = applicant.text("wardName")?;
    let address = applicant.text("address")?;
    if dossier.residence_commune.is_some() || dossier.residence_commune_name.is_some() {
        dossier.residence_detail = address;
    } else {
        dossier.residence_text = address;
    }
    Ok(())
}

/// 2 processing, 3 supplement, 4 done, 5 done and returned, 6 cancelled, 12 refused.
fn status_of(id: Option<&str>) -> &'static str {
    match id {
        Some("2") => "processing",
        Some("3") => "supplement",
        Some("4" | "5") => "done",
        Some("6") => "cancelled",
        Some("12") => "refused",
        _ => "unknown",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn case() -> Value {
        json!({
            "id": "65f0aa000000000000000001", "code": "H99.14-261124-0001", "nationCode": null,
            "agency": {"id": "00691", "code": "H99.14"}, "procedure": {"code": "2.000986", "name": "Khai sinh"},
            "applicant": {"data": {"fullname": "Nguyễn Văn Mẫu", "identityNumber": "099085000123",
                "birthday": "05/03/1985", "gender": 1, "address": "Thôn 1", "ward": 691, "wardName": "Xã Mẫu"}},
            "acceptedDate": "2026-11-24T08:30:00.000+0700", "updatedDate": "2026-11-24T09:00:00.000+0700",
            "dossierStatus": {"id": 3, "name": "Bổ sung"}, "dataType": "LTKS"
        })
    }

    fn read(case: &Value) -> Result<CanonicalRecord, Problem> {
        row(&Json::from(case), "00691", &Drift::default())
    }

    #[test]
    fn a_case_is_read_with_its_instants_in_rfc_3339() {
        let row = read(&case()).expect("a case");
        assert_eq!(row.envelope.version, 1_795_485_600_000);
        assert_eq!(row.envelope.updated_at.as_deref(), Some("2026-11-24T09:00:00+07:00"));
        let Record::Dossier(dossier) = row.record else { panic!("a dossier") };
        assert_eq!(dossier.accepted_at.as_deref(), Some("2026-11-24T08:30:00+07:00"));
        assert_eq!((dossier.status.as_deref(), dossier.sex.as_deref()), (Some("supplement"), Some("m")));
        assert_eq!(dossier.agency_code.as_deref(), Some("H99.14"));
        assert_eq!(
            (dossier.residence_commune.as_deref(), dossier.residence_detail.as_deref()),
            (Some("00691"), Some("Thôn 1"))
        );
        assert_eq!(dossier.residence_text, None);
    }

    #[test]
    fn another_communes_case_and_broken_ones_are_problems() {
        let change = |pointer: &str, value: Value| {
            let mut changed = case();
            *changed.pointer_mut(pointer).expect(pointer) = value;
            read(&changed).map(|_| ()).expect_err(pointer).reason
        };
        assert_eq!(change("/agency/id", json!("00694")), "wrong_commune");
        assert_eq!(change("/id", json!(null)), "no_key");
        assert_eq!(change("/updatedDate", json!("soon")), "bad_date");
        assert_eq!(change("/applicant/data/birthday", json!("31/02/1985")), "bad_date");
        assert_eq!(change("/code", json!({})), "wrong_type");
    }

    #[test]
    fn a_status_that_we_do_not_know_is_unknown() {
        let mut odd = case();
        odd["dossierStatus"] = json!({"id": 77});
        let Record::Dossier(dossier) = read(&odd).expect("a case").record else { panic!("a dossier") };
        assert_eq!(dossier.status.as_deref(), Some("unknown"));
    }
}
