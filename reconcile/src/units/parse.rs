//! A free address taken apart at its commas: `Thôn 5, Xã X, Huyện Y, Tỉnh Z`, old form and new.
//!
//! Only what is certain is taken: a province that exists, a district by its type word or because
//! the province had it, a commune next to them. What is left of it (hamlet, street) is not read.

use super::catalogue::Catalogue;
use super::name::{Kind, written};
use crate::normal::fold::loose;

#[derive(Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Address<'a> {
    pub commune: Option<&'a str>,
    pub district: Option<&'a str>,
    pub province: Option<&'a str>,
}

impl Catalogue {
    pub(super) fn parse<'a>(&self, text: &'a str) -> Address<'a> {
        let mut address = Address::default();
        let mut parts: Vec<&str> = text.split([',', ';']).map(str::trim).filter(|part| !part.is_empty()).collect();
        if parts.last().is_some_and(|last| loose(last) == "vietnam") {
            parts.pop();
        }
        if let Some(last) = parts.last().copied().filter(|last| self.is_province(last, parts.len())) {
            address.province = Some(last);
            parts.pop();
        }
        if let Some(last) = parts.last().copied().filter(|last| self.is_district(last, address.province, parts.len())) {
            address.district = Some(last);
            parts.pop();
        }
        let commune = |part: &str| {
            matches!(written(part).kind, Some(Kind::Commune | Kind::Ward | Kind::Township | Kind::SpecialZone))
        };
        // Without a province or a district beside it, a bare word is no evidence of a commune.
        let anchored = address.province.is_some() || address.district.is_some();
        address.commune = parts.last().copied().filter(|last| commune(last) || (anchored && self.is_known(last)));
        if address.commune.is_none() {
            address.commune = parts.iter().rev().copied().find(|part| commune(part) && self.is_known(part));
        }
        address
    }

    /// `Thành phố Tuyên Quang` was a district, `Tỉnh Tuyên Quang` is the province.
    fn is_province(&self, part: &str, parts: usize) -> bool {
        let kind = written(part).kind;
        let named = self.provinces_named(part);
        match kind {
            Some(Kind::Province) => !named.is_empty(),
            Some(Kind::City) => named.iter().any(|p| written(&p.full_name).kind == Some(Kind::City)),
            None => parts > 1 && !named.is_empty(),
            _ => false,
        }
    }

    fn is_district(&self, part: &str, province: Option<&str>, parts: usize) -> bool {
        match written(part).kind {
            Some(Kind::District | Kind::City) => true,
            None if parts > 1 => {
                let provinces = province.map(|p| self.provinces_named(p)).unwrap_or_default();
                self.districts_named(part).any(|d| provinces.iter().any(|p| p.code == d.province))
            }
            _ => false,
        }
    }

    fn is_known(&self, part: &str) -> bool {
        !self.named(written(part).bare).is_empty()
    }
}
