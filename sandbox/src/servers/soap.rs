//! Reading a look-up. The service is strict: a missing, empty or misplaced element is a fault.

use quick_xml::Reader;
use quick_xml::events::Event;

/// What is asked of the population database.
#[derive(Debug, PartialEq, Eq)]
pub struct Lookup {
    pub number: String,
    pub by_cmnd: bool,
    pub name: String,
    /// `yyyy` or `yyyyMMdd`
    pub birth: String,
}

/// The element that is wrong, by name.
#[derive(Debug, PartialEq, Eq)]
pub struct Fault(pub &'static str);

const PURPOSE: [&str; 5] = ["MaYeuCau", "MaDVC", "MaTichHop", "MaCanBo", "MaDonVi"];
const OPERATION: &str = "TraCuuThongTinCongDan";

pub fn read(body: &str) -> Result<Lookup, Fault> {
    let fields = leaves(body)?;
    let mut rest = fields.iter();
    let mut next = |wanted: &[&str], fault: &'static str| match rest.next() {
        Some((name, text)) if wanted.contains(&name.as_str()) && !text.is_empty() => Ok((name.clone(), text.clone())),
        _ => Err(Fault(fault)),
    };
    for name in PURPOSE {
        next(&[name], name)?;
    }
    let (kind, number) = next(&["SoDinhDanh", "SoCMND"], "SoDinhDanh")?;
    let (_, name) = next(&["HoVaTen"], "HoVaTen")?;
    let (precision, birth) = next(&["Nam", "NgayThangNam"], "NgayThangNamSinh")?;
    let digits = if precision == "Nam" { 4 } else { 8 };
    if birth.len() != digits || !birth.bytes().all(|b| b.is_ascii_digit()) {
        return Err(Fault("NgayThangNamSinh"));
    }
    if !name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit()) {
        return Err(Fault("HoVaTen"));
    }
    let by_cmnd = kind == "SoCMND";
    if number.len() != if by_cmnd { 9 } else { 12 } || !number.bytes().all(|b| b.is_ascii_digit()) {
        return Err(Fault("SoDinhDanh"));
    }
    if rest.next().is_some() { Err(Fault(OPERATION)) } else { Ok(Lookup { number, by_cmnd, name, birth }) }
}

/// The texts under the operation, with the local names of their elements, in document order.
fn leaves(body: &str) -> Result<Vec<(String, String)>, Fault> {
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
                if leaf && path.iter().any(|parent| parent == OPERATION) {
                    fields.push((name, text.trim().to_owned()));
                }
                leaf = false;
            }
            Ok(Event::Eof) if path.is_empty() && !fields.is_empty() => return Ok(fields),
            Ok(Event::Eof) | Err(_) => return Err(Fault(OPERATION)),
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
        let lookup = read(&request(&format!("{PURPOSE}{NUMBER}{NAME}{BIRTH}"))).expect("in order");
        assert_eq!((lookup.number.as_str(), lookup.birth.as_str()), ("099085000123", "19850305"));
    }

    #[test]
    fn another_order_or_a_missing_purpose_is_a_fault() {
        assert_eq!(read(&request(&format!("{PURPOSE}{NAME}{NUMBER}{BIRTH}"))), Err(Fault("SoDinhDanh")));
        assert_eq!(read(&request(&format!("{NUMBER}{NAME}{BIRTH}"))), Err(Fault("MaYeuCau")));
        assert_eq!(read("<not-closed>"), Err(Fault(OPERATION)));
    }

    #[test]
    fn a_name_with_accents_is_a_fault() {
        let accented = "<d:HoVaTen>NGUYỄN VĂN MẪU</d:HoVaTen>";
        assert_eq!(read(&request(&format!("{PURPOSE}{NUMBER}{accented}{BIRTH}"))), Err(Fault("HoVaTen")));
    }
}
