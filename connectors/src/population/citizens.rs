//! The answer of a look-up: the citizens in it, whether they came as XML or as JSON.

use super::person;
use super::wrapper::Content;
use crate::connector::Question;
use crate::read::text::for_look_up;
use crate::read::{Drift, Fields, Json, Problem, instant, key};
use crate::transport::Reply;
use jiff::Timestamp;
use schemas::{CanonicalRecord, Envelope, ErrorClass, Record, Reject, Sensitive, SourceError};
use serde_json::Value;

/// What one answer holds; without rows and rejects it says what [`Citizens::nobody`] means.
pub struct Citizens {
    pub rows: Vec<CanonicalRecord>,
    pub rejects: Vec<Reject>,
    pub as_of: Timestamp,
    pub nobody: Nobody,
}

/// What the source says where it gives no citizen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nobody {
    /// It does not hold this citizen.
    NotFound,
    /// Number and name are not there together: of the citizen that says nothing.
    NotConfirmed,
}

/// The citizens of an answer as they came, and how many it says that there are.
struct Collection {
    citizens: Vec<Value>,
    promised: Option<usize>,
    as_of: Option<String>,
}

/// Reads the collection. An answer under another 12-digit number than the asked one says that this
/// is a former one, if name or birth date are those of the question; else somebody in between, such
/// as a cache, gave the answer to another question.
pub fn read(
    content: &Content,
    reply: &Reply,
    question: &Question,
    communes: &[String],
    drift: &Drift,
) -> Result<Citizens, SourceError> {
    let collection = match content {
        Content::Xml(root) => {
            let found = root.find("CongdanCollection");
            let found = found.ok_or_else(|| contract("bad_page", "the answer has no CongdanCollection"))?;
            let citizens = found.children.iter().filter(|child| child.name.eq_ignore_ascii_case("CongDan"));
            Collection {
                citizens: citizens.map(|citizen| citizen.to_json()).collect(),
                promised: found.attribute("SoCongDan").and_then(|text| text.trim().parse().ok()),
                as_of: found.attribute("ThoiDiemDuLieu").map(str::to_owned),
            }
        }
        Content::Json(value) => from_json(value)?,
    };
    let as_of = match collection.as_of.as_deref() {
        Some(text) => instant::instant(text, "ThoiDiemDuLieu").map_err(|p| contract("bad_page", &p.detail))?,
        None => None,
    };
    let as_of = as_of.unwrap_or_else(|| reply.served_at());
    // "Not found" is a statement; an answer that promises a citizen and brings none is not one.
    let (came, promised) = (collection.citizens.len(), collection.promised);
    if promised.is_some_and(|promised| promised != came) || (promised.is_none() && came == 0) {
        return Err(contract("bad_count", "SoCongDan does not agree with the citizens that came"));
    }
    let asked = question.personal_id.trim();
    let mut found = Citizens { rows: Vec::new(), rejects: Vec::new(), as_of, nobody: Nobody::NotFound };
    for value in collection.citizens {
        match row(&value, asked, communes, as_of, drift) {
            Ok(row) if is_another(question, &row.record) => {
                return Err(contract("another_citizen", "the answer is about another citizen than the question"));
            }
            Ok(row) => found.rows.push(row),
            Err(problem) => found.rejects.push(Reject {
                record_key: Some(key::hashed(asked)),
                reason: problem.reason.to_owned(),
                detail: problem.detail,
                payload: Sensitive::new(value.to_string()),
            }),
        }
    }
    Ok(found)
}

/// Has the answered citizen neither the number nor the name nor the birth date of the question?
fn is_another(question: &Question, record: &Record) -> bool {
    let Record::Person(person) = record else { return false };
    let asked = question.personal_id.trim();
    let numbers = [&person.personal_id, &person.old_id];
    if numbers.into_iter().flatten().any(|number| number == asked) {
        return false;
    }
    let name = person.name.as_deref().is_some_and(|name| for_look_up(name) == for_look_up(&question.name));
    let born = person.birth_date.as_deref().is_some_and(|date| date == question.birth_date.trim());
    !name && !born
}

fn contract(code: &str, detail: &str) -> SourceError {
    SourceError::new(ErrorClass::Contract, code, detail)
}

/// The citizen as the change feed writes it: bare, or in a list `data` or `CongDan` beside its
/// count, each perhaps in `DuLieuTiepNhan`.
fn from_json(answer: &Value) -> Result<Collection, SourceError> {
    let bad = |problem: Problem| contract("bad_page", &problem.detail);
    let json = Json::from(answer);
    let frame = Fields::record(&json).map_err(bad)?;
    let holder = frame.object("CongdanCollection").or_else(|| frame.object("data")).unwrap_or(frame);
    let inner = |value: &Json<'_>| match Fields::of(value).and_then(|f| f.get("DuLieuTiepNhan")) {
        Some(inner) => inner.to_value(),
        None => value.to_value(),
    };
    let citizens = match holder.get("CongDan").or_else(|| frame.get("data")) {
        Some(Json::List(list)) => list.iter().map(inner).collect(),
        Some(one @ Json::Object(_)) => vec![inner(one)],
        None if holder.get("SoDinhDanh").or_else(|| holder.get("SoCMND")).is_some() => vec![answer.clone()],
        _ => return Err(contract("bad_page", "the answer has neither XML nor a citizen")),
    };
    let count = |fields: Fields<'_>, name: &str| fields.integer(name).map_err(bad);
    let promised = match count(holder, "SoCongDan")? {
        Some(promised) => Some(promised),
        None => count(frame, "totalRecords")?,
    };
    Ok(Collection {
        citizens,
        promised: promised.and_then(|promised| usize::try_from(promised).ok()),
        as_of: holder.text("ThoiDiemDuLieu").map_err(bad)?,
    })
}

fn row(
    value: &Value,
    asked: &str,
    communes: &[String],
    as_of: Timestamp,
    drift: &Drift,
) -> Result<CanonicalRecord, Problem> {
    let mut person = person::from_value(value, drift)?;
    let number = person.personal_id.as_deref().or(person.old_id.as_deref());
    let record_key = key::hashed(number.ok_or_else(|| Problem::new("no_key", "the citizen has no number"))?);
    if asked.len() == 12 && person.personal_id.as_deref().is_some_and(|now| now != asked) {
        person.former_ids = Some(asked.to_owned());
    }
    let envelope = Envelope {
        record_key,
        part: 0,
        commune: person::commune(&person, communes),
        // The look-up has no version; a later answer replaces an earlier one.
        version: as_of.as_millisecond(),
        updated_at: None,
        deleted: false,
    };
    Ok(CanonicalRecord { envelope, record: Record::Person(person) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::population::wrapper::Wrapping;
    use crate::testing;
    use serde_json::json;

    fn collection(attributes: &str, citizens: &str) -> Reply {
        testing::reply(&format!(
            r#"<e:Envelope xmlns:e="x"><e:Body><n:CongdanCollection xmlns:n="y" {attributes}>{citizens}</n:CongdanCollection></e:Body></e:Envelope>"#
        ))
    }

    fn read(reply: &Reply) -> Result<Citizens, SourceError> {
        let content = Wrapping::None.content(reply)?;
        read_for("NGUYỄN VĂN MẪU", "1985", &content, reply)
    }

    fn read_for(name: &str, birth_date: &str, content: &Content, reply: &Reply) -> Result<Citizens, SourceError> {
        let question = Question {
            personal_id: "099085000123".into(),
            name: name.into(),
            birth_date: birth_date.into(),
            procedure: None,
            case: None,
        };
        super::read(content, reply, &question, &["14758".into()], &Drift::default())
    }

    #[test]
    fn an_answer_about_somebody_else_is_no_answer() {
        let reply = collection(r#"SoCongDan="1""#, CITIZEN);
        let content = Wrapping::None.content(&reply).expect("XML");
        for (name, birth_date, is_answer) in [
            ("Nguyễn Văn Mẫu", "1985", true),
            ("NGUYEN VAN MAU", "1990-01-01", true),
            ("Trần Thị Mẫu", "1985", true),
            ("Trần Thị Mẫu", "1990-01-01", false),
        ] {
            let found = read_for(name, birth_date, &content, &reply).map(|found| found.rows.len());
            match is_answer {
                true => assert_eq!(found.expect("an answer"), 1),
                false => assert_eq!(found.expect_err("none").code, "another_citizen"),
            }
        }
    }

    const CITIZEN: &str = "<n:CongDan><n:SoDinhDanh>099085000124</n:SoDinhDanh><n:SoCMND/>\
        <n:HoVaTen><n:Ho/><n:ChuDem/><n:Ten>NGUYỄN VĂN MẪU</n:Ten></n:HoVaTen><n:GioiTinh>1</n:GioiTinh>\
        <n:NgayThangNamSinh><n:Nam>1985</n:Nam><n:NgayThangNam/></n:NgayThangNamSinh>\
        <n:ThuongTru><n:MaTinhThanh>38</n:MaTinhThanh><n:MaPhuongXa>14758</n:MaPhuongXa></n:ThuongTru></n:CongDan>";

    #[test]
    fn an_answer_under_a_new_number_tells_the_former_one() {
        let found = read(&collection(r#"SoCongDan="1" ThoiDiemDuLieu="2026-11-24T09:00:00""#, CITIZEN)).expect("found");
        assert_eq!((found.rows.len(), found.as_of.to_string().as_str()), (1, "2026-11-24T02:00:00Z"));
        let row = &found.rows[0];
        assert_eq!(row.envelope.record_key, key::hashed("099085000124"));
        assert_eq!(row.envelope.commune.as_deref(), Some("14758"));
        let Record::Person(person) = &row.record else { panic!("a person") };
        assert_eq!(person.former_ids.as_deref(), Some("099085000123"));
        assert_eq!(person.birth_date.as_deref(), Some("1985"));
    }

    #[test]
    fn not_found_must_be_said_and_a_count_that_is_wrong_is_no_answer() {
        let found = read(&collection(r#"SoCongDan="0""#, "")).expect("an answer");
        assert!(found.rows.is_empty() && found.rejects.is_empty());
        for (attributes, citizens) in [("", ""), (r#"SoCongDan="1""#, ""), (r#"SoCongDan="0""#, CITIZEN)] {
            assert_eq!(read(&collection(attributes, citizens)).map(|_| ()).expect_err("no answer").code, "bad_count");
        }
        assert_eq!(read(&testing::reply("<a/>")).map(|_| ()).expect_err("no collection").code, "bad_page");
    }

    #[test]
    fn an_error_object_of_a_gateway_has_the_class_of_its_code() {
        let class = |body: &str| read(&testing::reply(body)).map(|_| ()).expect_err(body).class;
        assert_eq!(class(r#"{"error_code": 500, "message": "x"}"#), ErrorClass::Transient);
        assert_eq!(class(r#"{"error_code": 7, "message": "x"}"#), ErrorClass::Contract);
        assert_eq!(class(r#"{"error_code": 0}"#), ErrorClass::Contract);
    }

    #[test]
    fn a_citizen_that_cannot_be_read_is_a_reject_and_not_absent() {
        let citizen = "<n:CongDan><n:HoVaTen><n:Ten>MẪU</n:Ten></n:HoVaTen></n:CongDan>";
        let found = read(&collection(r#"SoCongDan="1""#, citizen)).expect("an answer");
        assert_eq!((found.rows.len(), found.rejects.len()), (0, 1));
        assert_eq!(found.rejects[0].reason, "no_key");
    }

    #[test]
    fn a_citizen_is_the_same_in_every_shape_of_names_dates_and_addresses() {
        const SPLIT: &str = "<n:HoVaTen><n:Ho>NGUYỄN</n:Ho><n:ChuDem>VĂN</n:ChuDem><n:Ten>MẪU</n:Ten></n:HoVaTen>";
        const WHOLE: &str = "<n:HoVaTen><n:Ho/><n:ChuDem></n:ChuDem><n:Ten>NGUYỄN VĂN MẪU</n:Ten></n:HoVaTen>";
        const FLAT: &str = "<n:HoVaTen>NGUYỄN VĂN MẪU</n:HoVaTen>";
        const DATES: [&str; 4] = [
            "<n:NgayThangNamSinh><n:Nam>1985</n:Nam><n:NgayThangNam>19850305</n:NgayThangNam></n:NgayThangNamSinh>",
            "<n:NgayThangNamSinh><n:Nam/><n:NgayThangNam>1985-03-05</n:NgayThangNam></n:NgayThangNamSinh>",
            "<n:NgayThangNamSinh>1985-03-05</n:NgayThangNamSinh>",
            "<n:NgayThangNamSinh>19850305</n:NgayThangNamSinh>",
        ];
        const DISTRICTS: [&str; 3] = ["", "<n:MaQuanHuyen/>", "<n:MaQuanHuyen>000</n:MaQuanHuyen>"];
        let mut seen = Vec::new();
        for (at, name) in [SPLIT, WHOLE, FLAT].into_iter().enumerate() {
            for date in DATES {
                let district = DISTRICTS[at];
                let citizen = format!(
                    "<n:CongDan><n:SoDinhDanh>099085000123</n:SoDinhDanh>{name}{date}<n:ThuongTru>\
                     <n:MaTinhThanh>38</n:MaTinhThanh>{district}<n:MaPhuongXa>14758</n:MaPhuongXa></n:ThuongTru></n:CongDan>"
                );
                seen.push(citizen.clone());
                // The same elements with a small first letter, which some publishers write.
                let small =
                    ["CongDan", "SoDinhDanh", "HoVaTen", "NgayThangNam", "ThuongTru", "MaPhuongXa", "Ten>", "Nam>"];
                let small = small.iter().fold(citizen, |xml, name| {
                    let (first, rest) = name.split_at(1);
                    xml.replace(&format!("n:{name}"), &format!("n:{}{rest}", first.to_lowercase()))
                });
                seen.push(small);
            }
        }
        for citizen in seen {
            let found = read(&collection(r#"SoCongDan="1""#, &citizen)).expect(&citizen);
            let Record::Person(person) = &found.rows[0].record else { panic!("a person") };
            assert_eq!(person.name.as_deref(), Some("NGUYỄN VĂN MẪU"), "{citizen}");
            assert_eq!(person.birth_date.as_deref(), Some("1985-03-05"), "{citizen}");
            assert_eq!(person.residence_district, None, "{citizen}");
            assert_eq!(found.rows[0].envelope.commune.as_deref(), Some("14758"), "{citizen}");
        }
    }

    #[test]
    fn a_year_alone_is_a_year_in_either_shape() {
        for date in ["<n:Nam>1956</n:Nam><n:NgayThangNam/>", "<n:Nam>1956</n:Nam>", "1956"] {
            let citizen = format!(
                "<n:CongDan><n:SoDinhDanh>099085000123</n:SoDinhDanh><n:NgayThangNamSinh>{date}</n:NgayThangNamSinh></n:CongDan>"
            );
            let found = read(&collection(r#"SoCongDan="1""#, &citizen)).expect("found");
            let Record::Person(person) = &found.rows[0].record else { panic!("a person") };
            assert_eq!(person.birth_date.as_deref(), Some("1956"), "{date}");
        }
    }

    #[test]
    fn a_citizen_in_json_is_read_as_the_change_feed_writes_it() {
        let citizen = json!({"soDinhDanh": "099085000123", "hoVaTen": {"ho": "", "chuDem": "", "ten": "MẪU"},
            "ngayThangNamSinh": {"nam": 1985}});
        let read = |answer: Value| {
            let reply = testing::reply("");
            read_for("MẪU", "1985", &Content::Json(answer), &reply)
        };
        for answer in [
            citizen.clone(),
            json!({"data": [citizen]}),
            json!({"error_code": 0, "data": citizen}),
            json!({"totalRecords": 1, "data": [{"DuLieuTiepNhan": citizen}]}),
            json!({"CongdanCollection": {"SoCongDan": "1", "CongDan": [citizen]}}),
        ] {
            let found = read(answer.clone()).expect("found");
            let Record::Person(person) = &found.rows[0].record else { panic!("a person") };
            assert_eq!((found.rows.len(), person.name.as_deref()), (1, Some("MẪU")), "{answer}");
        }
        let none = read(json!({"totalRecords": 0, "data": []})).expect("said");
        assert!(none.rows.is_empty() && none.nobody == Nobody::NotFound);
        for (answer, code) in [
            (json!({"data": []}), "bad_count"),
            (json!({"totalRecords": 2, "data": [citizen]}), "bad_count"),
            (json!({"message": ""}), "bad_page"),
            (json!({"data": "x"}), "bad_page"),
            (json!(null), "bad_page"),
        ] {
            assert_eq!(read(answer.clone()).map(|_| ()).expect_err("no answer").code, code, "{answer}");
        }
    }
}
