//! Parcels, certificates and owners. Sheet and number are unique within today's commune, serials
//! within the province; owners live, or the land system knows that they died.

use crate::days::{Minute, minute, plus};
use crate::dice::{Dice, scattered};
use crate::people::{NOBODY, People};
use crate::places::Places;
use jiff::civil::Date;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OwnerKind {
    Individual,
    Couple,
    Household,
    Organisation,
}

/// One certificate over one parcel.
#[derive(Debug, Clone, Copy)]
pub struct Certificate {
    pub owner_kind: OwnerKind,
    /// The individual, the husband or the household's head; nobody for an organisation.
    pub owner: u32,
    /// The wife of a couple.
    pub wife: u32,
    /// The land system knows that the owner died.
    pub death_known: bool,
    /// Today's commune of the parcel.
    pub commune: u16,
    /// The old unit in the parcel's key.
    pub origin: Option<u16>,
    pub sheet: u16,
    pub parcel: u16,
    /// Tenths of a square metre.
    pub area: u32,
    pub legal_area: u32,
    /// Position in the order of serials.
    pub serial: u32,
    pub issued: Date,
    pub updated: Minute,
}

impl Certificate {
    pub fn owners(&self) -> impl Iterator<Item = u32> {
        [self.owner, self.wife].into_iter().filter(|p| *p != NOBODY)
    }
}

const SERIES: [&str; 24] = [
    "AB", "AĐ", "BA", "BĐ", "BK", "BS", "BX", "CA", "CB", "CC", "CĐ", "CG", "CH", "CK", "CM", "CN", "CS", "CT", "DA",
    "DB", "DĐ", "DG", "DK", "DM",
];

/// `CĐ 123456`; since 2025 `AA 01234567`.
pub fn serial_text(serial: u32, issued: Date) -> String {
    let at = u64::from(serial);
    if issued.year() >= 2025 {
        return format!("AA {:08}", scattered(at, 100_000_000, 4_711));
    }
    let series = SERIES[(at % 24) as usize];
    format!("{series} {:06}", scattered(at / 24, 1_000_000, 271_828))
}

/// The land system's own key of a certificate.
pub fn certificate_id(certificate: u32) -> u64 {
    3_000_000 + u64::from(certificate) * 3
}

/// Parcels on one map sheet; prime, so that the numbers can be scattered.
const SHEET: u32 = 151;

pub fn generate(places: &Places, people: &People, seed: u64, today: Date) -> Vec<Certificate> {
    let mut dice = Dice::new(seed, "land");
    let mut parcels = vec![0u32; places.communes.len()];
    let mut certificates = Vec::with_capacity(people.households.len() * 5 / 4);
    for household in &people.households {
        if !dice.chance(0.85) {
            continue;
        }
        for _ in 0..if dice.chance(0.3) { 2 } else { 1 } {
            let mut certificate =
                parcel(places, people.all[household.head as usize].commune, &mut parcels, &mut dice, today);
            certificate.serial = certificates.len() as u32;
            own(&mut certificate, people, household.head, &mut dice);
            certificates.push(certificate);
        }
    }
    certificates
}

fn parcel(places: &Places, commune: u16, parcels: &mut [u32], dice: &mut Dice, today: Date) -> Certificate {
    let at = parcels[usize::from(commune)];
    parcels[usize::from(commune)] += 1;
    let origins = &places.communes[usize::from(commune)].origins;
    let area = dice.between(600, 24_000) as u32;
    // Two measurements of one field agree within two parts in a hundred.
    let legal_area = (area as i32 + dice.between(-(area as i32) / 60, area as i32 / 60)) as u32;
    let issued = plus(today, -dice.between(40, 9_000));
    let changed = plus(issued.max(Date::constant(2025, 7, 1)), dice.between(0, 400)).min(plus(today, -1));
    Certificate {
        owner_kind: OwnerKind::Individual,
        owner: NOBODY,
        wife: NOBODY,
        death_known: false,
        commune,
        origin: (!origins.is_empty()).then(|| origins[dice.below(origins.len())]),
        sheet: (at / SHEET + 1) as u16,
        parcel: (at % SHEET * 37 % SHEET + 1) as u16,
        area,
        legal_area: if dice.chance(0.5) { area } else { legal_area },
        serial: 0,
        issued,
        updated: minute(changed, 9, dice.below(60) as u32),
    }
}

fn own(certificate: &mut Certificate, people: &People, head: u32, dice: &mut Dice) {
    let person = &people.all[head as usize];
    let spouse = person.spouse;
    let spouse_lives = spouse != NOBODY && people.all[spouse as usize].is_resident();
    certificate.owner = head;
    if dice.chance(0.012) {
        certificate.owner_kind = OwnerKind::Organisation;
        certificate.owner = NOBODY;
    } else if person.died.is_some() {
        certificate.death_known = true;
    } else if spouse_lives && dice.chance(0.45) {
        certificate.owner_kind = OwnerKind::Couple;
        (certificate.owner, certificate.wife) = if person.male { (head, spouse) } else { (spouse, head) };
    } else if dice.chance(0.1) {
        certificate.owner_kind = OwnerKind::Household;
    } else if spouse_lives && dice.chance(0.3) {
        certificate.owner = spouse;
    } else if spouse != NOBODY && !spouse_lives && dice.chance(0.2) {
        certificate.owner = spouse;
        certificate.death_known = true;
    }
}
