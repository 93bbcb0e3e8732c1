//! One syllable, and how two of them compare.

use super::Reason;
use crate::linkage::similar::one_edit;
use crate::normal::fold::{fold, letter};
use config::rules::Spelling;

/// One word of a name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Syllable {
    /// Tone placement, i/y and đ folded away; accents kept.
    pub key: String,
    /// Without accents.
    pub plain: String,
    pub is_bare: bool,
    /// 0 to 5, as in [`letter`].
    pub tone: u8,
    /// Written without an accent, it is no Vietnamese word: the accents were lost.
    lost_its_accents: bool,
    /// It may be a syllable of Vietnamese.
    pub is_vietnamese: bool,
}

/// How two syllables compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Alike {
    Equal,
    /// Equal, if the accents of one were lost.
    Lost,
    Initial,
    Slip(Reason),
    No,
}

impl Alike {
    /// Of one name, whatever the way of writing.
    pub fn is_one(self) -> bool {
        matches!(self, Self::Equal | Self::Lost)
    }
}

const GENDER_WORDS: [&str; 3] = ["thi", "van", "a"];
const MILD: [Spelling; 3] = [Spelling::TonePlacement, Spelling::IOrY, Spelling::DStroke];

impl Syllable {
    pub fn new(text: &str) -> Self {
        let plain: String = fold(text, &Spelling::ALL);
        let is_bare = text.chars().all(|c| c != 'đ' && letter(c).base == c);
        let (is_vietnamese, needs_accents) = shape(&plain.replace('đ', "d"));
        let tone = text.chars().map(|c| letter(c).tone).max().unwrap_or(0);
        Self { key: fold(text, &MILD), tone, plain, is_bare, lost_its_accents: is_bare && needs_accents, is_vietnamese }
    }

    /// Words that tell the sex: `Thị`, `Văn`, and `A` among the Hmong.
    pub fn is_gender_word(&self) -> bool {
        GENDER_WORDS.contains(&self.plain.as_str())
    }

    pub fn says_female(&self) -> bool {
        self.plain == "thi"
    }

    fn is_initial_of(&self, other: &Self) -> bool {
        self.plain.chars().count() == 1 && other.plain.chars().count() > 1 && other.plain.starts_with(&self.plain)
    }

    /// `bare`: whether the whole name that each of the two stands in is without accents.
    pub fn compare(&self, other: &Self, bare: [bool; 2]) -> Alike {
        if self.key == other.key {
            return Alike::Equal;
        }
        if self.plain == other.plain {
            let lost = |one: &Self, bare: bool| one.is_bare && (bare || one.lost_its_accents);
            let lost = lost(self, bare[0]) || lost(other, bare[1]);
            return if lost { Alike::Lost } else { Alike::Slip(Reason::OneAccent) };
        }
        if self.is_initial_of(other) || other.is_initial_of(self) {
            return Alike::Initial;
        }
        // Another letter and another tone besides are another word: `Minh`, `Mạnh`.
        if self.tone != other.tone && !bare[0] && !bare[1] {
            return Alike::No;
        }
        if sound(&self.plain) == sound(&other.plain) {
            return Alike::Slip(Reason::SoundsAlike);
        }
        // Words of two and three letters are one letter away from many others.
        let long = self.plain.len().max(other.plain.len()) >= 4;
        if long && one_edit(self.plain.as_bytes(), other.plain.as_bytes()) {
            return Alike::Slip(Reason::OneLetter);
        }
        Alike::No
    }
}

/// How it begins, where people write what they hear.
pub(super) fn sound(plain: &str) -> (u8, &str) {
    let same: [(u8, &[&str]); 3] = [(1, &["gi", "d", "r"]), (2, &["tr", "ch"]), (3, &["s", "x"])];
    for (number, onsets) in same {
        for onset in onsets {
            let rest = plain.strip_prefix(onset).filter(|rest| rest.starts_with(['a', 'e', 'i', 'o', 'u', 'y']));
            if let Some(rest) = rest {
                return (number, rest);
            }
        }
    }
    (0, plain)
}

const ONSETS: [&str; 28] = [
    "ngh", "ng", "nh", "gh", "gi", "ch", "kh", "ph", "qu", "th", "tr", "b", "c", "d", "g", "h", "k", "l", "m", "n",
    "p", "r", "s", "t", "v", "x", "", "w",
];
const CODAS: [&str; 9] = ["ng", "nh", "ch", "c", "m", "n", "p", "t", ""];
const NUCLEI: [&str; 36] = [
    "a", "e", "i", "o", "u", "y", "ai", "ao", "au", "ay", "eo", "eu", "ia", "ie", "ieu", "iu", "oa", "oai", "oao",
    "oay", "oe", "oeo", "oi", "oo", "ua", "uay", "ue", "ui", "uo", "uoi", "uou", "uu", "uy", "uya", "uye", "yeu",
];
/// These are written with a circumflex or a horn.
const NEVER_BARE: [&str; 6] = ["ieu", "uoi", "uou", "uye", "yeu", "ye"];

/// Whether plain letters may be a Vietnamese syllable, and whether it then has to have accents.
fn shape(plain: &str) -> (bool, bool) {
    for onset in ONSETS {
        let Some(rime) = plain.strip_prefix(onset) else { continue };
        for coda in CODAS {
            let Some(nucleus) = rime.strip_suffix(coda) else { continue };
            if NUCLEI.contains(&nucleus) || nucleus == "ye" {
                let stopped = matches!(coda, "c" | "ch" | "p" | "t");
                let broken = !coda.is_empty() && matches!(nucleus, "ie" | "uo");
                return (true, stopped || broken || NEVER_BARE.contains(&nucleus));
            }
        }
    }
    (false, false)
}
