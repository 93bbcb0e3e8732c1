//! What residences mean, each form asked once: a bucket holds some hundred forms of the same
//! communes and tens of thousands of people.

use super::row::{Context, day_of, is_from_before_the_reform};
use crate::hashed::Texts;
use crate::units::Resolution;
use schemas::record::Residence;
use std::hash::{Hash, Hasher};
use std::rc::Rc;

pub(super) struct Residences<'r, 'a> {
    context: &'r Context,
    known: Texts<Form<'a>, Rc<Resolution>>,
    pub unknown: Rc<Resolution>,
}

impl<'r, 'a> Residences<'r, 'a> {
    pub fn new(context: &'r Context) -> Self {
        Self { context, known: Texts::default(), unknown: Rc::new(Resolution::Unknown) }
    }

    /// `updated_at`: of the record, see [`super::Row::updated_at`].
    pub fn resolve(&mut self, residence: &Residence<'a>, updated_at: Option<&str>) -> Rc<Resolution> {
        let catalogue = &self.context.catalogue;
        let day = || updated_at.and_then(day_of);
        let Some(form) = shared(residence) else { return Rc::new(catalogue.resolve(residence, day())) };
        let resolve = || Rc::new(catalogue.resolve(&form, day()));
        let form = Form { residence: form, old: is_from_before_the_reform(updated_at) };
        self.known.entry(form).or_insert_with(resolve).clone()
    }
}

/// A residence without its house, where that is all that matters: many people share it. A text is
/// a place of its own, and so is a detail that has to name the units.
pub(super) fn shared<'a>(residence: &Residence<'a>) -> Option<Residence<'a>> {
    let has_unit = residence.commune.is_some() || residence.commune_name.is_some();
    let own = residence.text.is_some() || !has_unit && residence.detail.is_some_and(|detail| detail.contains(','));
    (!own).then_some(Residence { detail: None, ..*residence })
}

/// What a residence without its house means depends on nothing else.
#[derive(PartialEq, Eq)]
struct Form<'a> {
    residence: Residence<'a>,
    old: bool,
}

impl Hash for Form<'_> {
    /// Of the ends of code and name: they tell nearly all forms apart, and every row has one.
    fn hash<H: Hasher>(&self, state: &mut H) {
        let end = |text: Option<&str>| {
            let bytes = text.unwrap_or_default().as_bytes();
            let word = bytes.last_chunk::<8>().map(|word| u64::from_le_bytes(*word));
            word.unwrap_or_else(|| bytes.iter().fold(0, |word, byte| word << 8 | u64::from(*byte)))
        };
        state.write_u64(end(self.residence.commune));
        state.write_u64(end(self.residence.commune_name) ^ end(self.residence.district).rotate_left(17));
        state.write_u64(end(self.residence.province) ^ u64::from(self.old) << 63);
    }
}
