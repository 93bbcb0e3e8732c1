//! The people inside a register entry: `nks*`, `nkt*`, `me*`, `cha*`, `chong*`, `vo*` are the same
//! fields under different prefixes.

use crate::codes::{ethnicity, paper, sex};
use crate::read::name::joined;
use crate::read::text::padded;
use crate::read::{Fields, Problem, date};
use schemas::CivilEventRecord;
use std::borrow::Cow;

pub struct PersonPart<'a> {
    pub entry: Fields<'a>,
    pub prefix: &'static str,
}

impl<'a> PersonPart<'a> {
    fn trimmed(&self, name: &str) -> Result<Option<Cow<'a, str>>, Problem> {
        self.entry.trimmed_under(self.prefix, name)
    }

    fn text(&self, name: &str) -> Result<Option<String>, Problem> {
        Ok(self.trimmed(name)?.map(Cow::into_owned))
    }

    fn object(&self, name: &str) -> Option<Fields<'a>> {
        self.entry.get_under(self.prefix, name).and_then(Fields::of)
    }

    pub fn name(&self) -> Result<Option<String>, Problem> {
        match self.object("HoTen") {
            Some(parts) => joined(parts),
            None => self.text("HoTen"),
        }
    }

    /// A text, or an object of a year, a month and a day, of which the last ones may be missing.
    pub fn date(&self, name: &str) -> Result<Option<String>, Problem> {
        let field = format!("{}{name}", self.prefix);
        let Some(parts) = self.object(name) else {
            return date::iso(self.trimmed(name)?.as_deref(), &field);
        };
        let (year, month, day) =
            (parts.trimmed("namSinh")?, parts.text_not_zero("thangSinh")?, parts.text_not_zero("ngaySinh")?);
        let text = match (year, month, day) {
            (year, None, None) => year,
            (Some(year), Some(month), None) => Some(format!("{month}/{year}").into()),
            (Some(year), Some(month), Some(day)) => Some(format!("{day}/{month}/{year}").into()),
            _ => return Err(Problem::new("bad_date", format!("{field} must be a date that exists"))),
        };
        date::iso(text.as_deref(), &field)
    }

    /// The personal number, else the number of the paper.
    pub fn any_number(&self) -> Result<Option<String>, Problem> {
        match self.text("SoDDCN")? {
            Some(number) => Ok(Some(number)),
            None => self.paper_number(),
        }
    }

    fn paper_number(&self) -> Result<Option<String>, Problem> {
        match self.text("SoGiayToTuyThan")? {
            Some(number) => Ok(Some(number)),
            None => self.text("SoGiayTo"),
        }
    }

    /// Fills in what the entry says of this person as the one that the row is about.
    pub fn fill(&self, row: &mut CivilEventRecord) -> Result<(), Problem> {
        row.name = self.name()?;
        row.personal_id = self.text("SoDDCN")?;
        row.paper_number = self.paper_number()?;
        if row.paper_number.is_some() {
            row.paper_kind = self.trimmed("LoaiGiayToTuyThan")?.map(|code| paper::kind(&code));
        }
        row.sex = self.trimmed("GioiTinh")?.as_deref().and_then(sex::from_civil_status);
        row.birth_date = self.date("NgaySinh")?;
        row.ethnicity = self.trimmed("DanToc")?.as_deref().and_then(ethnicity::code);
        row.nationality = self.text("QuocTich")?;
        self.residence(row)
    }

    /// An object with codes, or one flat text.
    fn residence(&self, row: &mut CivilEventRecord) -> Result<(), Problem> {
        let Some(address) = self.object("NoiCuTru") else {
            row.residence_text = self.text("NoiCuTru")?;
            return Ok(());
        };
        row.residence_province = address.trimmed("maTinh")?.map(|code| padded(&code, 2));
        row.residence_district = address.text_not_zero("maHuyen")?.map(|code| padded(&code, 3));
        row.residence_commune = address.trimmed("maXa")?.map(|code| padded(&code, 5));
        row.residence_commune_name = address.text("tenXa")?;
        row.residence_detail = address.text("dcChiTiet")?;
        Ok(())
    }
}
