//! The names of all units as paths of folded tokens, for reading a text from any token on.

use super::super::history::{History, UnitId};
use super::super::word::Word;
use super::token::{Letters, Token, Tokens, hash, run, step};
use crate::hashed::Table;
use config::units::{FormerLevel, Units};

/// A spelling that is not the name itself: joined into one word, or shortened.
pub(crate) const JOINED: u64 = 0;
pub(crate) const SHORT: u64 = 1;

#[derive(Default)]
pub(crate) struct Terminal {
    pub communes: Vec<(UnitId, u64)>,
    pub districts: Vec<(u16, u64)>,
    pub provinces: Vec<(u8, u64)>,
}

/// A name of a province, and the provinces that bore it.
pub(crate) struct ProvinceName {
    /// Bits of provinces of today.
    pub today: u64,
    /// Bits of provinces of 2025-06-30.
    pub before: u64,
    /// Bits of provinces of 2025-06-30 that had left before that day: Đắk Nông was of Đắk Lắk.
    pub ancient: u64,
    /// Type words of today, of after the reform and of before that go with it.
    pub words_today: [Option<Word>; 1],
    pub words_since: Option<Word>,
    pub words_before: Option<Word>,
    pub letters: Vec<u8>,
}

pub(crate) struct Lexicon {
    /// (node, token) to node.
    steps: Table<u32>,
    ends: Vec<Option<u32>>,
    pub terminals: Vec<Terminal>,
    pub provinces: Vec<ProvinceName>,
    /// Joined plain letters of units and of district names.
    pub unit_letters: Vec<Box<[u8]>>,
    pub district_letters: Vec<Box<[u8]>>,
}

impl Lexicon {
    pub fn new(units: &Units, history: &History, letters: &Letters) -> Self {
        let mut lexicon = Self {
            steps: Table::default(),
            ends: vec![None],
            terminals: Vec::new(),
            provinces: Vec::new(),
            unit_letters: Vec::new(),
            district_letters: Vec::new(),
        };
        let mut tokens = Tokens::default();
        let mut joined = Vec::new();
        for (at, unit) in history.units.iter().enumerate() {
            tokens.read(&unit.name, letters);
            let list = std::mem::take(&mut tokens.list);
            let accents = run(&list, |t| t.accents);
            lexicon.end(&list).communes.push((at as UnitId, accents));
            for path in farms(&list) {
                lexicon.end_of(&path).communes.push((at as UnitId, JOINED));
            }
            tokens.list = list;
            tokens.as_one_word(0, tokens.list.len(), &mut joined);
            if tokens.list.len() > 1 && joined.len() > 5 {
                lexicon.end_of(&[hash(&joined)]).communes.push((at as UnitId, JOINED));
            }
            tokens.joined(0, tokens.list.len(), &mut joined);
            lexicon.unit_letters.push(joined.as_slice().into());
        }
        for (at, district) in history.districts.iter().enumerate() {
            tokens.read(&district.name, letters);
            let accents = run(&tokens.list, |t| t.accents);
            let list = std::mem::take(&mut tokens.list);
            lexicon.end(&list).districts.push((at as u16, accents));
            tokens.list = list;
            tokens.as_one_word(0, tokens.list.len(), &mut joined);
            if tokens.list.len() > 1 && joined.len() > 4 {
                lexicon.end_of(&[hash(&joined)]).districts.push((at as u16, JOINED));
            }
            tokens.joined(0, tokens.list.len(), &mut joined);
            lexicon.district_letters.push(joined.as_slice().into());
        }
        lexicon.add_districts(&mut tokens, letters);
        lexicon.add_provinces(units, letters);
        lexicon
    }

    fn add_districts(&mut self, tokens: &mut Tokens, letters: &Letters) {
        for (short, name) in SHORT_DISTRICTS {
            let mut path = |text: &str| {
                tokens.read(text, letters);
                tokens.list.iter().map(|t| t.plain).collect::<Vec<u64>>()
            };
            let (own, short) = (path(name), path(short));
            let ids: Vec<u16> = self.end_of(&own).districts.iter().map(|(id, _)| *id).collect();
            self.end_of(&short).districts.extend(ids.into_iter().map(|id| (id, SHORT)));
        }
    }

    fn add_provinces(&mut self, units: &Units, letters: &Letters) {
        type Names = Vec<(String, ProvinceName)>;
        let put = |names: &mut Names, full_name: &str, today: u64, before: u64, since: Option<Word>| {
            let (word, name) = Word::split(full_name);
            let known = names.iter().position(|(known, _)| known == name);
            let at = known.unwrap_or_else(|| {
                let (words_today, letters) = ([None], Vec::new());
                let fresh = ProvinceName {
                    today: 0,
                    before: 0,
                    ancient: 0,
                    words_today,
                    words_since: None,
                    words_before: None,
                    letters,
                };
                names.push((name.to_owned(), fresh));
                names.len() - 1
            });
            let entry = &mut names[at].1;
            entry.today |= today;
            entry.before |= before;
            if today != 0 && entry.words_today[0].is_none() {
                entry.words_today[0] = word;
                entry.words_since = since;
            }
            if before != 0 && entry.words_before != Some(Word::Province) {
                entry.words_before = word;
            }
        };
        let mut names = Names::new();
        for (at, province) in units.provinces.iter().enumerate() {
            let since = province.former_type.as_deref().and_then(Word::parse);
            put(&mut names, &province.full_name, 1 << at, 0, since);
            province.former_names.iter().for_each(|name| put(&mut names, name, 1 << at, 0, None));
        }
        for (at, province) in units.old_provinces.iter().enumerate() {
            put(&mut names, &province.full_name, 0, 1 << at, None);
        }
        for former in units.former_names.iter().filter(|f| f.level == FormerLevel::Province) {
            let bit = |code: &String| units.old_provinces.iter().position(|p| p.code.as_str() == code);
            let bits: u64 = former.codes.iter().filter_map(bit).fold(0, |bits, at| bits | 1 << at);
            let (_, name) = Word::split(&former.full_name);
            match names.iter_mut().find(|(known, entry)| known == name && entry.before != 0) {
                Some((_, entry)) => entry.ancient |= bits & !entry.before,
                None => put(&mut names, &former.full_name, 0, bits, None),
            }
        }
        let mut tokens = Tokens::default();
        for (at, (name, mut entry)) in names.into_iter().enumerate() {
            tokens.read(&name, letters);
            tokens.as_one_word(0, tokens.list.len(), &mut entry.letters);
            self.province_spellings(at as u8, &tokens, &entry.letters);
            tokens.joined(0, tokens.list.len(), &mut entry.letters);
            self.provinces.push(entry);
        }
        for (short, name) in SHORT_PROVINCES {
            tokens.read(name, letters);
            let run_of: Vec<u64> = tokens.list.iter().map(|t| t.plain).collect();
            let Some(province) = self.end_of(&run_of).provinces.first().copied() else { continue };
            tokens.read(short, letters);
            let run_of: Vec<u64> = tokens.list.iter().map(|t| t.plain).collect();
            self.end_of(&run_of).provinces.push((province.0, SHORT));
        }
    }

    fn province_spellings(&mut self, at: u8, tokens: &Tokens, joined: &[u8]) {
        let list = &tokens.list;
        let accents = run(list, |t| t.accents);
        self.end(list).provinces.push((at, accents));
        if list.len() > 1 {
            self.end_of(&[hash(joined)]).provinces.push((at, JOINED));
        }
        // `T. Quang`, `B. Dương`: the first letter for the first syllable.
        if list.len() == 2 {
            let first = hash(&tokens.letters_of(&list[0])[..1]);
            self.end_of(&[first, list[1].plain]).provinces.push((at, SHORT));
        }
        let initials: Vec<u8> = list.iter().map(|t| tokens.letters_of(t)[0]).collect();
        let is_word = matches!(initials.as_slice(), b"tt" | b"tp" | b"tx" | b"t" | b"h" | b"p" | b"kt");
        if initials.len() > 1 && !is_word {
            // `HY` folds as a syllable with a lone y would.
            let folded: Vec<u8> = initials.iter().map(|b| if *b == b'y' { b'i' } else { *b }).collect();
            self.end_of(&[hash(&folded)]).provinces.push((at, SHORT));
        }
    }

    fn end(&mut self, list: &[Token]) -> &mut Terminal {
        let path: Vec<u64> = list.iter().map(|t| t.plain).collect();
        self.end_of(&path)
    }

    fn end_of(&mut self, path: &[u64]) -> &mut Terminal {
        let mut node = 0;
        for token in path {
            let next = self.ends.len() as u32;
            node = *self.steps.entry(key(node, *token)).or_insert(next);
            if node == next {
                self.ends.push(None);
            }
        }
        let terminals = &mut self.terminals;
        let at = *self.ends[node as usize].get_or_insert_with(|| {
            terminals.push(Terminal::default());
            terminals.len() as u32 - 1
        });
        &mut self.terminals[at as usize]
    }

    pub fn step(&self, node: u32, token: u64) -> Option<u32> {
        self.steps.get(&key(node, token)).copied()
    }

    pub fn at(&self, node: u32) -> Option<&Terminal> {
        self.ends[node as usize].map(|at| &self.terminals[at as usize])
    }
}

/// `NT Mộc Châu`, `N.T Mộc Châu` and `Nông trường Mộc Châu` are one name.
fn farms(list: &[Token]) -> Vec<Vec<u64>> {
    let spellings: [&[&[u8]]; 3] = [&[b"nt"], &[b"n", b"t"], &[b"nong", b"truong"]];
    let spellings = spellings.map(|words| words.iter().map(|word| hash(word)).collect::<Vec<u64>>());
    let plain: Vec<u64> = list.iter().map(|t| t.plain).collect();
    match spellings.iter().find(|words| plain.len() > words.len() && plain.starts_with(words)) {
        Some(own) => {
            let rest = &plain[own.len()..];
            spellings.iter().filter(|words| *words != own).map(|words| [words, rest].concat()).collect()
        }
        None => Vec::new(),
    }
}

fn key(node: u32, token: u64) -> u64 {
    step(token, u64::from(node))
}

/// Names by which provinces are called that no rule gives.
const SHORT_PROVINCES: [(&str, &str); 19] = [
    ("HCM", "Hồ Chí Minh"),
    ("TPHCM", "Hồ Chí Minh"),
    ("HCMC", "Hồ Chí Minh"),
    ("Sài Gòn", "Hồ Chí Minh"),
    ("SaiGon", "Hồ Chí Minh"),
    ("SG", "Hồ Chí Minh"),
    ("TPHN", "Hà Nội"),
    ("Ha Noi City", "Hà Nội"),
    ("TTH", "Thừa Thiên Huế"),
    ("TT Huế", "Thừa Thiên Huế"),
    ("T T Huế", "Thừa Thiên Huế"),
    ("Thừa Thiên - Huế", "Thừa Thiên Huế"),
    ("Vũng Tàu", "Bà Rịa - Vũng Tàu"),
    ("BRVT", "Bà Rịa - Vũng Tàu"),
    ("BR VT", "Bà Rịa - Vũng Tàu"),
    ("Bà Rịa VT", "Bà Rịa - Vũng Tàu"),
    ("Đắc Lắc", "Đắk Lắk"),
    ("Darlac", "Đắk Lắk"),
    ("TP HCM", "Hồ Chí Minh"),
];

const SHORT_DISTRICTS: [(&str, &str); 7] = [
    ("BMT", "Buôn Ma Thuột"),
    ("Ban Mê Thuột", "Buôn Ma Thuột"),
    ("PRTC", "Phan Rang-Tháp Chàm"),
    ("PR TC", "Phan Rang-Tháp Chàm"),
    ("Phan Rang", "Phan Rang-Tháp Chàm"),
    ("ĐBP", "Điện Biên Phủ"),
    ("TDM", "Thủ Dầu Một"),
];
