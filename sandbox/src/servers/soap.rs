//! Reading a question. The service is strict: a missing, empty or misplaced element is a fault.

use config::{BirthDateShape, Operation};
use quick_xml::Reader;
use quick_xml::events::Event;

/// Whom the population database is asked about.
#[derive(Debug, PartialEq, Eq)]
pub struct Lookup {
    pub number: String,
    pub by_cmnd: bool,
    pub name: String,
}

#[derive(Debug, PartialEq, Eq)]
pub struct Asked {
    pub lookup: Lookup,
    /// `yyyy` or `yyyyMMdd`; a verification has none.
    pub birth: Option<String>,
}

/// The element that is wrong, by name.
#[derive(Debug, PartialEq, Eq)]
pub struct Fault(pub &'static str);

const LOOK_UP: &str = "TraCuuThongTinCongDan";
const VERIFY: &str = "XacThucThongTinCongDanRequest";

impl Lookup {
    pub fn new(number: String, by_cmnd: bool, name: String) -> Result<Self, Fault> {
        if name.is_empty() || !name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit()) {
            return Err(Fault("HoVaTen"));
        }
        if number.len() != if by_cmnd { 9 } else { 12 } || !number.bytes().all(|b| b.is_ascii_digit()) {
            return Err(Fault("SoDinhDanh"));
        }
        Ok(Self { number, by_cmnd, name })
    }
}

pub fn read(body: &str, operation: Operation, shape: BirthDateShape) -> Result<Asked, Fault> {
    match operation {
        Operation::LookUp => look_up(body, shape),
        Operation::Verify => verify(body),
    }
}

fn look_up(body: &str, shape: BirthDateShape) -> Result<Asked, Fault> {
    let fields = leaves(body, LOOK_UP)?;
    let mut rest = fields.iter();
    let mut next = |wanted: &[&str], fault: &'static str| match rest.next() {
        Some((name, text)) if wanted.contains(&name.as_str()) && !text.is_empty() => Ok((name.clone(), text.clone())),
        _ => Err(Fault(fault)),
    };
    for name in ["MaYeuCau", "MaDVC", "MaTichHop", "MaCanBo", "MaDonVi"] {
        next(&[name], name)?;
    }
    let (kind, number) = next(&["SoDinhDanh", "SoCMND"], "SoDinhDanh")?;
    let (_, name) = next(&["HoVaTen"], "HoVaTen")?;
    let elements: &[&str] = match shape {
        BirthDateShape::Element => &["Nam", "NgayThangNam"],
        BirthDateShape::Text => &["NgayThangNamSinh"],
    };
    let (precision, text) = next(elements, "NgayThangNamSinh")?;
    let birth = birth(&text, shape)?;
    if (precision == "Nam" && birth.len() != 4) || (precision == "NgayThangNam" && birth.len() != 8) {
        return Err(Fault("NgayThangNamSinh"));
    }
    if rest.next().is_some() {
        return Err(Fault(LOOK_UP));
    }
    Ok(Asked { lookup: Lookup::new(number, kind == "SoCMND", name)?, birth: Some(birth) })
}

/// One of the two numbers is there, the other one is empty.
fn verify(body: &str) -> Result<Asked, Fault> {
    const ORDER: [&str; 6] = ["MaYeuCau", "MaDichVu", "MaCanBo", "SoDinhDanh", "SoCMND", "HoVaTen"];
    let fields = leaves(body, VERIFY)?;
    if !fields.iter().map(|(name, _)| name.as_str()).eq(ORDER) {
        return Err(Fault(VERIFY));
    }
    let text = |at: usize| fields[at].1.clone();
    if let Some(at) = (0..3).find(|at| text(*at).is_empty()) {
        return Err(Fault(ORDER[at]));
    }
    let by_cmnd = text(3).is_empty();
    if !by_cmnd && !text(4).is_empty() {
        return Err(Fault("SoCMND"));
    }
    Ok(Asked { lookup: Lookup::new(text(if by_cmnd { 4 } else { 3 }), by_cmnd, text(5))?, birth: None })
}

/// `yyyy`, or the whole date as the shape has it; comes back as digits alone.
pub fn birth(text: &str, shape: BirthDateShape) -> Result<String, Fault> {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let expected = match (digits.len(), shape) {
        (4, _) | (8, BirthDateShape::Element) => digits.clone(),
        (8, BirthDateShape::Text) => format!("{}-{}-{}", &digits[..4], &digits[4..6], &digits[6..]),
        _ => return Err(Fault("NgayThangNamSinh")),
    };
    if expected == text { Ok(digits) } else { Err(Fault("NgayThangNamSinh")) }
}

/// The texts under the operation, with the local names of their elements, in document order.
fn leaves(body: &str, operation: &'static str) -> Result<Vec<(String, String)>, Fault> {
    let mut reader = Reader::from_str(body);
    let mut path: Vec<String> = Vec::new();
    let mut fields: Vec<(String, String)> = Vec::new();
    let mut text = String::new();
    let mut leaf = false;
    loop {
        match reader.read_event() {
            Ok(Event::Start(element)) => {
                path.push(element.local_name().as_ref().to_owned());
                text.clear();
                leaf = true;
            }
            Ok(Event::Text(part)) => text.push_str(&part),
            Ok(Event::End(_)) => {
                let name = path.pop().unwrap_or_default();
                if leaf && path.iter().any(|parent| parent == operation) {
                    fields.push((name, text.trim().to_owned()));
                }
                leaf = false;
            }
            Ok(Event::Eof) if path.is_empty() && !fields.is_empty() => return Ok(fields),
            Ok(Event::Eof) | Err(_) => return Err(Fault(operation)),
            Ok(_) => {}
        }
    }
}

pub fn fault_xml(fault: &Fault) -> String {
    format!(
        "<soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\"><soapenv:Body><soapenv:Fault>\
         <faultcode>soapenv:Client</faultcode><faultstring>Dữ liệu không hợp lệ: {}</faultstring>\
         </soapenv:Fault></soapenv:Body></soapenv:Envelope>",
        fault.0
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> Result<Asked, Fault> {
        super::read(body, Operation::LookUp, BirthDateShape::Element)
    }

    fn request(fields: &str) -> String {
        format!(
            "<e:Envelope xmlns:e=\"x\"><e:Body><d:TraCuuThongTinCongDan xmlns:d=\"y\">{fields}</d:TraCuuThongTinCongDan></e:Body></e:Envelope>"
        )
    }

    const PURPOSE: &str = "<d:MaYeuCau>1</d:MaYeuCau><d:MaDVC>2</d:MaDVC><d:MaTichHop>037</d:MaTichHop><d:MaCanBo>099080000001</d:MaCanBo><d:MaDonVi>H99</d:MaDonVi>";
    const NAME: &str = "<d:HoVaTen>NGUYENVANMAU</d:HoVaTen>";
    const BIRTH: &str = "<d:NgayThangNamSinh><d:NgayThangNam>19850305</d:NgayThangNam></d:NgayThangNamSinh>";
    const NUMBER: &str = "<d:SoDinhDanh>099085000123</d:SoDinhDanh>";

    #[test]
    fn a_request_in_order_is_read() {
        let asked = read(&request(&format!("{PURPOSE}{NUMBER}{NAME}{BIRTH}"))).expect("in order");
        assert_eq!((asked.lookup.number.as_str(), asked.birth.as_deref()), ("099085000123", Some("19850305")));
    }

    #[test]
    fn another_order_or_a_missing_purpose_is_a_fault() {
        assert_eq!(read(&request(&format!("{PURPOSE}{NAME}{NUMBER}{BIRTH}"))), Err(Fault("SoDinhDanh")));
        assert_eq!(read(&request(&format!("{NUMBER}{NAME}{BIRTH}"))), Err(Fault("MaYeuCau")));
        assert_eq!(read("<not-closed>"), Err(Fault(LOOK_UP)));
    }

    #[test]
    fn a_name_with_accents_is_a_fault() {
        let accented = "<d:HoVaTen>NGUYỄN VĂN MẪU</d:HoVaTen>";
        assert_eq!(read(&request(&format!("{PURPOSE}{NUMBER}{accented}{BIRTH}"))), Err(Fault("HoVaTen")));
    }

    #[test]
    fn each_shape_of_the_birth_date_refuses_the_other() {
        const TEXT: &str = "<d:NgayThangNamSinh>1985-03-05</d:NgayThangNamSinh>";
        let read = |birth: &str, shape| {
            super::read(&request(&format!("{PURPOSE}{NUMBER}{NAME}{birth}")), Operation::LookUp, shape)
        };
        let wrong = Err(Fault("NgayThangNamSinh"));
        assert_eq!(read(TEXT, BirthDateShape::Text).map(|asked| asked.birth), Ok(Some("19850305".into())));
        assert_eq!(read(TEXT, BirthDateShape::Element), wrong);
        assert_eq!(read(BIRTH, BirthDateShape::Text), wrong);
        assert_eq!(birth("05/03/1985", BirthDateShape::Text), Err(Fault("NgayThangNamSinh")));
    }

    #[test]
    fn a_verification_has_one_number_and_its_own_order() {
        let read = |fields: &str| {
            let body = request(fields).replace("TraCuuThongTinCongDan", "XacThucThongTinCongDanRequest");
            super::read(&body, Operation::Verify, BirthDateShape::Element)
        };
        let purpose = "<d:MaYeuCau>1</d:MaYeuCau><d:MaDichVu>2</d:MaDichVu><d:MaCanBo>099080000001</d:MaCanBo>";
        let asked = read(&format!("{purpose}{NUMBER}<d:SoCMND></d:SoCMND>{NAME}")).expect("in order");
        assert_eq!((asked.lookup.by_cmnd, asked.birth), (false, None));
        let old = "<d:SoDinhDanh></d:SoDinhDanh><d:SoCMND>990000123</d:SoCMND>";
        assert!(read(&format!("{purpose}{old}{NAME}")).is_ok_and(|asked| asked.lookup.by_cmnd));
        assert_eq!(read(&format!("{purpose}{NUMBER}<d:SoCMND>990000123</d:SoCMND>{NAME}")), Err(Fault("SoCMND")));
        assert_eq!(read(&format!("{purpose}<d:SoCMND></d:SoCMND>{NUMBER}{NAME}")), Err(Fault(VERIFY)));
    }
}
