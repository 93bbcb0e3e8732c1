//! The look-up's question and its answer on the wire.

use super::person;
use crate::connector::Question;
use crate::read::text::for_look_up;
use crate::read::{Drift, Problem, instant, key, xml};
use crate::transport::{Reply, classify};
use jiff::Timestamp;
use quick_xml::escape::escape;
use schemas::{CanonicalRecord, Envelope, ErrorClass, PartialDate, Record, Reject, Sensitive, SourceError};

/// The name of the operation.
pub const LOOK_UP: &str = "TraCuuThongTinCongDan";
/// The service code of the look-up.
const SERVICE: &str = "037";

/// For whom is asked: goes with every question.
pub struct Purpose {
    pub procedure: String,
    pub officer: Sensitive,
    pub agency: String,
}

/// The envelope of one question; the service insists on the order of the elements. `None` when
/// the question lacks what the service demands: a number of 9 or 12 digits, a name, a birth date.
pub fn question(question: &Question, purpose: &Purpose, request_id: &str) -> Option<Sensitive> {
    let number = question.personal_id.trim();
    let number_element = match (number.len(), number.bytes().all(|b| b.is_ascii_digit())) {
        (12, true) => "SoDinhDanh",
        (9, true) => "SoCMND",
        _ => return None,
    };
    let name = for_look_up(&question.name);
    let birth = PartialDate::parse_iso(question.birth_date.trim()).ok()?;
    if name.is_empty() {
        return None;
    }
    let (birth_element, birth_text) = match (birth.month(), birth.day()) {
        (Some(month), Some(day)) => ("NgayThangNam", format!("{:04}{month:02}{day:02}", birth.year())),
        _ => ("Nam", format!("{:04}", birth.year())),
    };
    let procedure = question.procedure.as_deref().unwrap_or(&purpose.procedure);
    let mut body = String::new();
    for (element, value) in [
        ("MaYeuCau", request_id),
        ("MaDVC", procedure),
        ("MaTichHop", SERVICE),
        ("MaCanBo", purpose.officer.expose()),
        ("MaDonVi", purpose.agency.as_str()),
        (number_element, number),
        ("HoVaTen", name.as_str()),
    ] {
        body.push_str(&format!("<dan:{element}>{}</dan:{element}>", escape(value)));
    }
    body.push_str(&format!(
        "<dan:NgayThangNamSinh><dan:{birth_element}>{birth_text}</dan:{birth_element}></dan:NgayThangNamSinh>"
    ));
    Some(Sensitive::new(format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\
         <soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\" \
         xmlns:dan=\"http://dancuquocgia.bca\"><soapenv:Body><dan:TraCuuThongTinCongDan>{body}\
         </dan:TraCuuThongTinCongDan></soapenv:Body></soapenv:Envelope>"
    )))
}

/// What one answer holds; both empty: the source does not know this citizen.
pub struct Citizens {
    pub rows: Vec<CanonicalRecord>,
    pub rejects: Vec<Reject>,
    pub as_of: Timestamp,
}

/// Reads the collection. `asked` is the number of the question: an answer under another 12-digit
/// number says that the asked one is a former one.
pub fn citizens(reply: &Reply, asked: &str, communes: &[String], drift: &Drift) -> Result<Citizens, SourceError> {
    let contract = |code: &str, detail: &str| SourceError::new(ErrorClass::Contract, code, detail);
    if reply.body.trim_ascii_start().starts_with(b"{") {
        // A gateway in between reports its own failures as JSON with status 200.
        classify::json(reply)?;
        return Err(contract("not_xml", "JSON came where XML was expected"));
    }
    let root = xml::parse(&reply.body)?;
    if root.find("Fault").is_some() {
        return Err(contract("soap_fault", "a fault came with a status of success"));
    }
    let collection =
        root.find("CongdanCollection").ok_or_else(|| contract("bad_page", "the answer has no CongdanCollection"))?;
    let as_of = match collection.attribute("ThoiDiemDuLieu") {
        Some(text) => instant::instant(text, "ThoiDiemDuLieu").map_err(|p| contract("bad_page", &p.detail))?,
        None => None,
    };
    let as_of = as_of.unwrap_or_else(|| reply.served_at());
    let elements: Vec<_> = collection.children.iter().filter(|c| c.name.eq_ignore_ascii_case("CongDan")).collect();
    // "Not found" is a statement; an answer that promises a citizen and brings none is not one.
    let promised = collection.attribute("SoCongDan").and_then(|text| text.trim().parse::<usize>().ok());
    if promised.is_some_and(|promised| promised != elements.len()) || (promised.is_none() && elements.is_empty()) {
        return Err(contract("bad_count", "SoCongDan does not agree with the citizens that came"));
    }
    let mut found = Citizens { rows: Vec::new(), rejects: Vec::new(), as_of };
    for element in elements {
        let value = element.to_json();
        match row(&value, asked, communes, as_of, drift) {
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

fn row(
    value: &serde_json::Value,
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
    use crate::testing;

    fn asked(personal_id: &str, name: &str, birth_date: &str) -> Option<String> {
        let purpose =
            Purpose { procedure: "2.000986".into(), officer: Sensitive::new("099080000001"), agency: "<H99>".into() };
        let asked = Question {
            personal_id: personal_id.into(),
            name: name.into(),
            birth_date: birth_date.into(),
            procedure: None,
        };
        question(&asked, &purpose, "r1").map(|text| text.expose().to_owned())
    }

    fn collection(attributes: &str, citizens: &str) -> Reply {
        testing::reply(&format!(
            r#"<e:Envelope xmlns:e="x"><e:Body><n:CongdanCollection xmlns:n="y" {attributes}>{citizens}</n:CongdanCollection></e:Body></e:Envelope>"#
        ))
    }

    fn read(reply: &Reply) -> Result<Citizens, SourceError> {
        citizens(reply, "099085000123", &["14758".into()], &Drift::default())
    }

    const CITIZEN: &str = "<n:CongDan><n:SoDinhDanh>099085000124</n:SoDinhDanh><n:SoCMND/>\
        <n:HoVaTen><n:Ho/><n:ChuDem/><n:Ten>NGUYỄN VĂN MẪU</n:Ten></n:HoVaTen><n:GioiTinh>1</n:GioiTinh>\
        <n:NgayThangNamSinh><n:Nam>1985</n:Nam><n:NgayThangNam/></n:NgayThangNamSinh>\
        <n:ThuongTru><n:MaTinhThanh>38</n:MaTinhThanh><n:MaPhuongXa>14758</n:MaPhuongXa></n:ThuongTru></n:CongDan>";

    #[test]
    fn a_question_has_its_elements_in_the_order_of_the_service() {
        let text = asked("099085000123", "Nguyễn Văn Mẫu", "1985-03-05").expect("a question");
        let order = [
            "MaYeuCau>",
            "MaDVC>",
            "MaTichHop>",
            "MaCanBo>",
            "MaDonVi>",
            "SoDinhDanh>",
            "HoVaTen>",
            "NgayThangNamSinh>",
        ];
        let places: Vec<_> = order.iter().map(|element| text.find(&format!("<dan:{element}"))).collect();
        assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{places:?}");
        assert!(text.contains("<dan:HoVaTen>NGUYENVANMAU</dan:HoVaTen>"));
        assert!(text.contains("<dan:NgayThangNam>19850305</dan:NgayThangNam>"));
        assert!(text.contains("&lt;H99&gt;"), "texts are escaped");
    }

    #[test]
    fn a_year_alone_and_an_old_number_have_their_own_elements() {
        let text = asked("990000123", "Mẫu", "1956").expect("a question");
        assert!(text.contains("<dan:SoCMND>990000123</dan:SoCMND>") && text.contains("<dan:Nam>1956</dan:Nam>"));
    }

    #[test]
    fn a_question_that_the_service_would_refuse_is_not_put() {
        assert!(asked("99085000123", "Mẫu", "1956").is_none());
        assert!(asked("099085000123", " ", "1956").is_none());
        assert!(asked("099085000123", "Mẫu", "05/03/1956").is_none());
    }

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
}
