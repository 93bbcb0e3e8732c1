//! What the resolver answers, and why: everything a person needs to judge the answer.

use config::units::REFORM;
use jiff::civil::Date;
use schemas::CommuneCode;
use std::fmt;

/// What is asked: a text, a code, or both, and the day on which the record was last changed.
#[derive(Clone, Copy, Default)]
pub struct Query<'a> {
    pub text: Option<&'a str>,
    pub code: Option<&'a str>,
    pub as_of: Option<Date>,
}

impl fmt::Debug for Query<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // An address is a personal value.
        f.write_str("Query(<hidden>)")
    }
}

impl Query<'_> {
    pub(crate) fn is_old(&self) -> bool {
        self.as_of.is_some_and(|day| day < REFORM)
    }

    pub(crate) fn is_new(&self) -> bool {
        self.as_of.is_some_and(|day| day >= REFORM)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// A unit of today, called as today.
    Current,
    /// An abolished unit or name with one successor.
    Stale,
    /// An abolished unit that was divided.
    Split,
    /// The words fit several units.
    Ambiguous,
    Unknown,
}

impl Status {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Current => "current",
            Self::Stale => "stale",
            Self::Split => "split",
            Self::Ambiguous => "ambiguous",
            Self::Unknown => "unknown",
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The one reason that decided the status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    CalledAsToday,
    /// The commune was abolished or renamed.
    CommuneGone,
    /// Only its type word changed.
    TypeChanged,
    /// Today's commune, written with a district.
    DistrictGone,
    /// Today's commune, written with a province or a type word of a province that is gone.
    ProvinceGone,
    /// The text itself says which unit of today it is.
    SaidInText,
    /// An officer said where the hamlet went.
    LearnedHamlet,
    /// The unit was divided.
    Divided,
    /// Units of two times bear the name, and nothing tells the time.
    TwoTimes,
    /// Several units fit equally well.
    SeveralFit,
    /// Code and text speak of different units.
    CodeAgainstText,
    /// The name is only similar to one.
    WeakName,
    /// The unit is known; what became of it is not.
    SuccessorUnknown,
    /// A province or a district is named and no commune.
    NoCommune,
    NothingFound,
}

/// One thing that speaks for a candidate, or against it.
#[derive(Debug, Clone, PartialEq)]
pub enum Evidence<'a> {
    Name,
    NameWithoutAccents,
    NameOtherAccents,
    NameJoined,
    NameTypo {
        edits: u8,
    },
    TypeDiffers,
    District {
        name: &'a str,
    },
    DistrictOfPredecessor {
        name: &'a str,
    },
    Province,
    ProvinceBeforeMerger,
    ProvinceAfterMerger,
    Code,
    CodeDiffers,
    Day,
    /// The office's note: all the population went here.
    AllPopulation,
    /// The office's note: only this part is inhabited.
    OnlyInhabitedPart,
    /// A third party's guess from maps. Orders candidates, decides nothing.
    GeometryGuess,
    Learned {
        hamlet: String,
        by: String,
        on: Date,
    },
}

impl Evidence<'_> {
    pub fn vietnamese(&self) -> String {
        match self {
            Self::Name => "đúng tên".into(),
            Self::NameWithoutAccents => "đúng tên (viết không dấu)".into(),
            Self::NameOtherAccents => "tên chỉ khác dấu".into(),
            Self::NameJoined => "đúng tên (viết liền)".into(),
            Self::NameTypo { edits } => format!("tên gần giống (sai {edits} ký tự)"),
            Self::TypeDiffers => "khác loại đơn vị (xã/phường/thị trấn)".into(),
            Self::District { name } => format!("thuộc {name}"),
            Self::DistrictOfPredecessor { name } => format!("lập từ địa bàn {name}"),
            Self::Province => "đúng tỉnh".into(),
            Self::ProvinceBeforeMerger => "ghi tỉnh trước khi hợp nhất".into(),
            Self::ProvinceAfterMerger => "xã cũ, ghi tỉnh sau khi hợp nhất".into(),
            Self::Code => "đúng mã".into(),
            Self::CodeDiffers => "mã là của đơn vị khác".into(),
            Self::Day => "phù hợp ngày cập nhật của bản ghi".into(),
            Self::AllPopulation => "Cục Thống kê ghi: toàn bộ dân số về đây".into(),
            Self::OnlyInhabitedPart => "Cục Thống kê ghi: phần duy nhất có dân cư".into(),
            Self::GeometryGuess => "phỏng đoán theo bản đồ của bên thứ ba, không chính thức".into(),
            Self::Learned { hamlet, by, on } => format!("cán bộ {by} xác nhận {hamlet} về đây ({on})"),
        }
    }

    pub fn english(&self) -> String {
        match self {
            Self::Name => "the name".into(),
            Self::NameWithoutAccents => "the name, without accents".into(),
            Self::NameOtherAccents => "the name but for accents".into(),
            Self::NameJoined => "the name, written as one word".into(),
            Self::NameTypo { edits } => format!("a similar name ({edits} edits)"),
            Self::TypeDiffers => "another type word".into(),
            Self::District { name } => format!("in {name}"),
            Self::DistrictOfPredecessor { name } => format!("made of communes of {name}"),
            Self::Province => "the province".into(),
            Self::ProvinceBeforeMerger => "the province of before the merger".into(),
            Self::ProvinceAfterMerger => "an old commune with the merged province".into(),
            Self::Code => "the code".into(),
            Self::CodeDiffers => "the code is another unit's".into(),
            Self::Day => "the day of the record".into(),
            Self::AllPopulation => "official note: all the population went here".into(),
            Self::OnlyInhabitedPart => "official note: the only inhabited part".into(),
            Self::GeometryGuess => "a third party's guess from maps, not official".into(),
            Self::Learned { hamlet, by, on } => format!("{by} said on {on} that {hamlet} is here"),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StepKind {
    /// One to one.
    Whole,
    /// The whole of it joined others.
    Merge,
    /// A part of it.
    Part,
    Renamed,
    TypeChanged,
}

impl StepKind {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Whole => "whole",
            Self::Merge => "merge",
            Self::Part => "part",
            Self::Renamed => "renamed",
            Self::TypeChanged => "type changed",
        }
    }

    pub fn vietnamese(self) -> &'static str {
        match self {
            Self::Whole => "giữ nguyên địa bàn",
            Self::Merge => "nhập toàn bộ",
            Self::Part => "nhập một phần",
            Self::Renamed => "đổi tên",
            Self::TypeChanged => "đổi loại hình",
        }
    }
}

/// A unit in its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnitRef<'a> {
    pub code: CommuneCode,
    pub full_name: &'a str,
    /// District and province as they were then; since the reform the province.
    pub within: &'a str,
    /// First day, where known; of names gone before 2025-06-30 the list that first had them.
    pub from: Option<Date>,
    /// First day on which it was no more; `None`: it stands today.
    pub ended_on: Option<Date>,
    /// `from` and `ended_on` are days of official lists, not legal days.
    pub days_of_lists: bool,
}

/// One change on the way from what was written to today.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Step<'a> {
    pub from: UnitRef<'a>,
    pub to: UnitRef<'a>,
    pub kind: StepKind,
    pub date: Option<Date>,
    pub act: &'a str,
    pub source: &'a str,
    /// How sure it is that this change happened so, 0 to 1.
    pub confidence: f32,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Candidate<'a> {
    pub code: CommuneCode,
    /// Larger is better; comparable within one answer only.
    pub score: i32,
    pub evidence: Vec<Evidence<'a>>,
    /// Empty where the text names the unit as it is today.
    pub path: Vec<Step<'a>>,
}

/// Borrows names and acts from the resolver.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer<'a> {
    pub status: Status,
    /// Best first; exactly one for [`Status::Current`] and [`Status::Stale`].
    pub candidates: Vec<Candidate<'a>>,
    pub reason: Reason,
    /// In at least this share of such answers a candidate should be right. Set by hand from the kind
    /// of evidence, and kept by a test on cases with known answers; see `docs/units.md`. 0 for
    /// [`Status::Unknown`].
    pub confidence: f32,
}

impl Answer<'_> {
    pub(crate) fn unknown(reason: Reason) -> Self {
        Self { status: Status::Unknown, candidates: Vec::new(), reason, confidence: 0.0 }
    }

    pub fn codes(&self) -> impl Iterator<Item = CommuneCode> {
        self.candidates.iter().map(|c| c.code)
    }

    /// The one commune of today, where the answer is one.
    pub fn single(&self) -> Option<CommuneCode> {
        match (self.status, self.candidates.as_slice()) {
            (Status::Current | Status::Stale, [one]) => Some(one.code),
            _ => None,
        }
    }
}

impl Reason {
    pub fn vietnamese(self) -> &'static str {
        match self {
            Self::CalledAsToday => "đúng tên hiện nay",
            Self::CommuneGone => "xã đã sắp xếp hoặc đổi tên",
            Self::TypeChanged => "đã đổi loại đơn vị",
            Self::DistrictGone => "còn ghi cấp huyện đã bỏ",
            Self::ProvinceGone => "còn ghi tên hoặc loại tỉnh cũ",
            Self::SaidInText => "địa chỉ tự ghi đơn vị hiện nay",
            Self::LearnedHamlet => "cán bộ đã xác nhận thôn này",
            Self::Divided => "xã cũ đã chia về nhiều đơn vị",
            Self::TwoTimes => "tên này có cả trước và sau sắp xếp",
            Self::SeveralFit => "nhiều đơn vị cùng phù hợp",
            Self::CodeAgainstText => "mã và địa chỉ nói về đơn vị khác nhau",
            Self::WeakName => "tên chỉ gần giống",
            Self::SuccessorUnknown => "biết đơn vị cũ, chưa rõ nay thuộc đâu",
            Self::NoCommune => "không ghi xã",
            Self::NothingFound => "không nhận ra đơn vị nào",
        }
    }

    pub fn english(self) -> &'static str {
        match self {
            Self::CalledAsToday => "called as today",
            Self::CommuneGone => "the commune was abolished or renamed",
            Self::TypeChanged => "its type has changed",
            Self::DistrictGone => "written with a district, which is abolished",
            Self::ProvinceGone => "written with a province's former name or type",
            Self::SaidInText => "the text itself names the unit of today",
            Self::LearnedHamlet => "an officer said where this hamlet went",
            Self::Divided => "the old commune was divided",
            Self::TwoTimes => "the name is of both before and after the reform",
            Self::SeveralFit => "several units fit",
            Self::CodeAgainstText => "code and text speak of different units",
            Self::WeakName => "the name is only similar",
            Self::SuccessorUnknown => "the unit is known, its successor is not",
            Self::NoCommune => "no commune is named",
            Self::NothingFound => "no unit was recognised",
        }
    }
}
