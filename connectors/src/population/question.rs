//! One question about a citizen, as the service wants its fields.

use crate::audit::Purpose;
use crate::connector::Question;
use crate::read::text::for_look_up;
use config::{BirthDateShape, Operation};
use quick_xml::escape::escape;
use schemas::{PartialDate, Sensitive};

/// The names of the operations, on the wire and in the audit trail.
pub const LOOK_UP: &str = "TraCuuThongTinCongDan";
pub const VERIFY: &str = "XacThucThongTinCongDan";
/// The service code of the look-up.
const SERVICE: &str = "037";

/// A question that has what the service demands: a number of 9 or 12 digits, a name, and for a
/// look-up a birth date.
pub struct Asked<'a> {
    pub request_id: &'a str,
    pub procedure: &'a str,
    pub purpose: &'a Purpose,
    /// 12 digits, or empty.
    pub personal_id: &'a str,
    /// 9 digits, or empty.
    pub old_id: &'a str,
    /// A–Z and 0–9 only.
    pub name: String,
    pub birth_date: Option<PartialDate>,
}

impl<'a> Asked<'a> {
    /// `None` when the service would refuse the question.
    pub fn new(
        question: &'a Question,
        purpose: &'a Purpose,
        request_id: &'a str,
        operation: Operation,
    ) -> Option<Self> {
        let number = question.personal_id.trim();
        let (personal_id, old_id) = match (number.len(), number.bytes().all(|b| b.is_ascii_digit())) {
            (12, true) => (number, ""),
            (9, true) => ("", number),
            _ => return None,
        };
        let name = for_look_up(&question.name);
        let birth_date = PartialDate::parse_iso(question.birth_date.trim()).ok();
        if name.is_empty() || (operation == Operation::LookUp && birth_date.is_none()) {
            return None;
        }
        let procedure = question.procedure.as_deref().unwrap_or(&purpose.procedure);
        Some(Self { request_id, procedure, purpose, personal_id, old_id, name, birth_date })
    }

    /// The whole date, or only the year where the month or the day is not known.
    pub fn birth_text(&self, shape: BirthDateShape) -> String {
        let Some(date) = self.birth_date else { return String::new() };
        match (shape, date.month(), date.day()) {
            (BirthDateShape::Element, Some(month), Some(day)) => format!("{:04}{month:02}{day:02}", date.year()),
            (BirthDateShape::Text, Some(month), Some(day)) => format!("{:04}-{month:02}-{day:02}", date.year()),
            _ => format!("{:04}", date.year()),
        }
    }

    /// The SOAP envelope. The service insists on the order of the elements.
    pub fn envelope(&self, operation: Operation, shape: BirthDateShape) -> Sensitive {
        let officer = self.purpose.officer.expose();
        let (root, body) = match operation {
            Operation::LookUp => {
                let number =
                    if self.old_id.is_empty() { ("SoDinhDanh", self.personal_id) } else { ("SoCMND", self.old_id) };
                let fields = [
                    ("MaYeuCau", self.request_id),
                    ("MaDVC", self.procedure),
                    ("MaTichHop", SERVICE),
                    ("MaCanBo", officer),
                    ("MaDonVi", self.purpose.agency.as_str()),
                    number,
                    ("HoVaTen", self.name.as_str()),
                ];
                (LOOK_UP, elements(&fields) + &self.birth_element(shape))
            }
            Operation::Verify => {
                let fields = [
                    ("MaYeuCau", self.request_id),
                    ("MaDichVu", self.procedure),
                    ("MaCanBo", officer),
                    ("SoDinhDanh", self.personal_id),
                    ("SoCMND", self.old_id),
                    ("HoVaTen", self.name.as_str()),
                ];
                ("XacThucThongTinCongDanRequest", elements(&fields))
            }
        };
        Sensitive::new(format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\
             <soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\" \
             xmlns:dan=\"http://dancuquocgia.bca\"><soapenv:Body><dan:{root}>{body}</dan:{root}>\
             </soapenv:Body></soapenv:Envelope>"
        ))
    }

    fn birth_element(&self, shape: BirthDateShape) -> String {
        let text = self.birth_text(shape);
        let inner = match shape {
            BirthDateShape::Text => text,
            BirthDateShape::Element => {
                let precision = if text.len() == 4 { "Nam" } else { "NgayThangNam" };
                format!("<dan:{precision}>{text}</dan:{precision}>")
            }
        };
        format!("<dan:NgayThangNamSinh>{inner}</dan:NgayThangNamSinh>")
    }
}

fn elements(fields: &[(&str, &str)]) -> String {
    fields.iter().map(|(element, value)| format!("<dan:{element}>{}</dan:{element}>", escape(*value))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn envelope(question: (&str, &str, &str), operation: Operation, shape: BirthDateShape) -> Option<String> {
        let purpose =
            Purpose { procedure: "2.000986".into(), officer: Sensitive::new("099080000001"), agency: "<H99>".into() };
        let (personal_id, name, birth_date) = question;
        let question = Question {
            personal_id: personal_id.into(),
            name: name.into(),
            birth_date: birth_date.into(),
            procedure: None,
            case: None,
        };
        let asked = Asked::new(&question, &purpose, "r1", operation)?;
        Some(asked.envelope(operation, shape).expose().to_owned())
    }

    fn look_up(personal_id: &str, name: &str, birth_date: &str) -> Option<String> {
        envelope((personal_id, name, birth_date), Operation::LookUp, BirthDateShape::Element)
    }

    fn in_order(text: &str, elements: &[&str]) {
        let places: Vec<_> = elements.iter().map(|element| text.find(&format!("<dan:{element}>"))).collect();
        assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{places:?}");
        assert_eq!(text.matches("<dan:").count(), elements.len(), "and no other: {text}");
    }

    #[test]
    fn a_look_up_has_its_elements_in_the_order_of_the_service() {
        let text = look_up("099085000123", "Nguyễn Văn Mẫu", "1985-03-05").expect("a question");
        let order = [
            "TraCuuThongTinCongDan",
            "MaYeuCau",
            "MaDVC",
            "MaTichHop",
            "MaCanBo",
            "MaDonVi",
            "SoDinhDanh",
            "HoVaTen",
            "NgayThangNamSinh",
            "NgayThangNam",
        ];
        in_order(&text, &order);
        assert!(text.contains("<dan:HoVaTen>NGUYENVANMAU</dan:HoVaTen>"));
        assert!(text.contains("<dan:NgayThangNam>19850305</dan:NgayThangNam>"));
        assert!(text.contains("&lt;H99&gt;"), "texts are escaped");
    }

    #[test]
    fn a_verification_has_its_own_elements_and_needs_no_birth_date() {
        let verify = |question| envelope(question, Operation::Verify, BirthDateShape::Element);
        let order =
            ["XacThucThongTinCongDanRequest", "MaYeuCau", "MaDichVu", "MaCanBo", "SoDinhDanh", "SoCMND", "HoVaTen"];
        let text = verify(("099085000123", "Nguyễn Văn Mẫu", "")).expect("a question");
        in_order(&text, &order);
        assert!(text.contains("<dan:SoDinhDanh>099085000123</dan:SoDinhDanh><dan:SoCMND></dan:SoCMND>"), "{text}");
        let text = verify(("990000123", "Mẫu", "1956")).expect("a question");
        assert!(text.contains("<dan:SoDinhDanh></dan:SoDinhDanh><dan:SoCMND>990000123</dan:SoCMND>"), "{text}");
        assert!(verify(("099085000123", " ", "1956")).is_none());
    }

    #[test]
    fn a_birth_date_stands_in_elements_or_as_a_text() {
        let birth = |date, shape| {
            let text = envelope(("099085000123", "Mẫu", date), Operation::LookUp, shape).expect("a question");
            let (_, rest) = text.split_once("<dan:NgayThangNamSinh>").expect("a birth date");
            rest.split("</dan:NgayThangNamSinh>").next().unwrap_or_default().to_owned()
        };
        for (date, element, text) in [
            ("1985-03-05", "<dan:NgayThangNam>19850305</dan:NgayThangNam>", "1985-03-05"),
            ("1985-03", "<dan:Nam>1985</dan:Nam>", "1985"),
            ("1985", "<dan:Nam>1985</dan:Nam>", "1985"),
        ] {
            assert_eq!(birth(date, BirthDateShape::Element), element);
            assert_eq!(birth(date, BirthDateShape::Text), text);
        }
    }

    #[test]
    fn an_old_number_has_its_own_element() {
        let text = look_up("990000123", "Mẫu", "1956").expect("a question");
        assert!(text.contains("<dan:SoCMND>990000123</dan:SoCMND>") && !text.contains("SoDinhDanh"));
    }

    #[test]
    fn a_question_that_the_service_would_refuse_is_not_put() {
        assert!(look_up("99085000123", "Mẫu", "1956").is_none());
        assert!(look_up("099085000123", " ", "1956").is_none());
        assert!(look_up("099085000123", "Mẫu", "05/03/1956").is_none());
    }
}
