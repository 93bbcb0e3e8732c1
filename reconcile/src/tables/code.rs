//! What a difference is, for programs (a word) and for people (a sentence), and its level.

use config::rules::Spelling;
use schemas::Level;

/// One kind of difference. The order is that of lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Code {
    /// The row's key is in the left table only.
    RowOnlyLeft,
    RowOnlyRight,
    /// An earlier row has the key and says the same in every compared field.
    RepeatLeft,
    RepeatRight,
    /// An earlier row has the key and says something else: nothing is compared until a person chose.
    ConflictLeft,
    ConflictRight,
    NoKeyLeft,
    NoKeyRight,
    /// The keys meet, but one is written with a fault.
    KeyWritten,
    ValueOnlyLeft,
    ValueOnlyRight,
    /// Letter case, white space, composition, the form of a date: counted, not listed.
    Written,
    /// Bits of [`Spelling::ALL`], in its order.
    Spelling(u8),
    NameDiffers,
    /// The left date knows less than the right one, and agrees with it.
    DatePartialLeft,
    DatePartialRight,
    DateSwapped,
    DateDiffers,
    SexDiffers,
    EthnicityDiffers,
    /// An abolished unit or name against what came of it.
    UnitOld,
    /// An abolished unit that was divided against one of its parts.
    UnitSplit,
    /// The names fit several units, and one of them is the same.
    UnitUnclear,
    /// The commune is the same; one side leaves house, hamlet or street out.
    AddressPartial,
    /// The commune is the same; house, hamlet or street differ.
    AddressDetail,
    CommuneDiffers,
    AreaRounded,
    NumberDiffers,
    IdRepaired,
    /// A CMND of nine digits against a number of twelve.
    IdNineTwelve,
    IdDiffers,
    TextDiffers,
    /// A value that its kind does not know: compared as text, and not the same.
    Unread,
}

impl Code {
    pub(super) fn spelling(spelling: &[Spelling]) -> Self {
        let bit = |one: &Spelling| Spelling::ALL.iter().position(|s| s == one).map_or(0, |at| 1u8 << at);
        Self::Spelling(spelling.iter().map(bit).fold(0, |mask, bit| mask | bit))
    }

    pub fn level(self) -> Level {
        match self {
            Self::RowOnlyLeft
            | Self::RowOnlyRight
            | Self::NoKeyLeft
            | Self::NoKeyRight
            | Self::ValueOnlyLeft
            | Self::ValueOnlyRight => Level::OnlyHere,
            Self::RepeatLeft | Self::RepeatRight => Level::Same,
            Self::KeyWritten | Self::Written | Self::Spelling(_) | Self::IdRepaired => Level::Spelling,
            Self::DatePartialLeft
            | Self::DatePartialRight
            | Self::UnitOld
            | Self::UnitSplit
            | Self::UnitUnclear
            | Self::AddressPartial
            | Self::AreaRounded => Level::Compatible,
            _ => Level::Different,
        }
    }

    /// Whether it has a line of its own among the findings.
    pub fn is_listed(self) -> bool {
        self != Self::Written
    }

    /// About a row as a whole, not about a field.
    pub fn is_of_row(self) -> bool {
        self <= Self::NoKeyRight
    }

    /// A word for programs; it stays.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::RowOnlyLeft => "row_only_left",
            Self::RowOnlyRight => "row_only_right",
            Self::RepeatLeft => "repeat_left",
            Self::RepeatRight => "repeat_right",
            Self::ConflictLeft => "conflict_left",
            Self::ConflictRight => "conflict_right",
            Self::NoKeyLeft => "no_key_left",
            Self::NoKeyRight => "no_key_right",
            Self::KeyWritten => "key_written",
            Self::ValueOnlyLeft => "value_only_left",
            Self::ValueOnlyRight => "value_only_right",
            Self::Written => "written",
            Self::Spelling(_) => "spelling",
            Self::NameDiffers => "name",
            Self::DatePartialLeft => "date_partial_left",
            Self::DatePartialRight => "date_partial_right",
            Self::DateSwapped => "date_swapped",
            Self::DateDiffers => "date",
            Self::SexDiffers => "sex",
            Self::EthnicityDiffers => "ethnicity",
            Self::UnitOld => "unit_old",
            Self::UnitSplit => "unit_split",
            Self::UnitUnclear => "unit_unclear",
            Self::AddressPartial => "address_partial",
            Self::AddressDetail => "address_detail",
            Self::CommuneDiffers => "commune",
            Self::AreaRounded => "area_rounded",
            Self::NumberDiffers => "number",
            Self::IdRepaired => "id_written",
            Self::IdNineTwelve => "id_9_12",
            Self::IdDiffers => "id",
            Self::TextDiffers => "text",
            Self::Unread => "unread",
        }
    }

    /// The reason in Vietnamese and in English.
    pub fn reason(self) -> (String, String) {
        if let Self::Spelling(mask) = self {
            let set = Spelling::ALL.iter().enumerate().filter(|(at, _)| mask & (1 << at) != 0);
            let (vi, en): (Vec<_>, Vec<_>) = set.map(|(_, one)| spelling_words(*one)).unzip();
            return (format!("chỉ khác chính tả: {}", vi.join(", ")), format!("spelling only: {}", en.join(", ")));
        }
        let (vi, en) = self.words();
        (vi.to_owned(), en.to_owned())
    }

    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::RowOnlyLeft => ("dòng chỉ có ở bảng trái", "row in the left table only"),
            Self::RowOnlyRight => ("dòng chỉ có ở bảng phải", "row in the right table only"),
            Self::RepeatLeft => ("bảng trái lặp lại y nguyên một dòng trước", "the left table repeats an earlier row"),
            Self::RepeatRight => {
                ("bảng phải lặp lại y nguyên một dòng trước", "the right table repeats an earlier row")
            }
            Self::ConflictLeft => (
                "bảng trái có hai dòng cùng khóa nhưng khác nội dung; chưa so",
                "two rows of the left table have one key and differ; not compared",
            ),
            Self::ConflictRight => (
                "bảng phải có hai dòng cùng khóa nhưng khác nội dung; chưa so",
                "two rows of the right table have one key and differ; not compared",
            ),
            Self::NoKeyLeft => ("dòng của bảng trái không có khóa", "row of the left table without a key"),
            Self::NoKeyRight => ("dòng của bảng phải không có khóa", "row of the right table without a key"),
            Self::KeyWritten => (
                "cùng khóa nhưng viết khác: mất số 0, khoảng trắng hay dấu ngăn",
                "one key, written otherwise: a lost zero, spaces or separators",
            ),
            Self::ValueOnlyLeft => ("chỉ bảng trái có giá trị", "only the left table has a value"),
            Self::ValueOnlyRight => ("chỉ bảng phải có giá trị", "only the right table has a value"),
            Self::Written | Self::Spelling(_) => (
                "cùng giá trị, chỉ khác chữ hoa, khoảng trắng hay cách viết",
                "one value; only case, white space or form differ",
            ),
            Self::NameDiffers => ("họ tên khác nhau", "the names differ"),
            Self::DatePartialLeft => ("khớp, nhưng bảng trái ghi thiếu ngày tháng", "agree; the left date knows less"),
            Self::DatePartialRight => {
                ("khớp, nhưng bảng phải ghi thiếu ngày tháng", "agree; the right date knows less")
            }
            Self::DateSwapped => ("ngày và tháng đổi chỗ cho nhau", "day and month are exchanged"),
            Self::DateDiffers => ("ngày khác nhau", "the dates differ"),
            Self::SexDiffers => ("giới tính khác nhau", "sex differs"),
            Self::EthnicityDiffers => ("dân tộc khác nhau", "ethnicity differs"),
            Self::UnitOld => {
                ("một bên ghi đơn vị hoặc tên cũ, nay là một", "an old unit or name against its successor")
            }
            Self::UnitSplit => ("đơn vị cũ đã chia, bên kia là một phần", "a divided unit against one of its parts"),
            Self::UnitUnclear => {
                ("có thể là cùng một xã, tên chưa đủ rõ", "perhaps one commune: the name fits several")
            }
            Self::AddressPartial => ("cùng xã, một bên ghi thiếu chi tiết", "one commune; one side knows less"),
            Self::AddressDetail => ("cùng xã, khác phần chi tiết", "one commune, other details"),
            Self::CommuneDiffers => ("xã, phường khác nhau", "the communes differ"),
            Self::AreaRounded => ("chỉ khác do làm tròn", "only rounding differs"),
            Self::NumberDiffers => ("số khác nhau", "the numbers differ"),
            Self::IdRepaired => ("một số, viết khác: mất số 0 hoặc có dấu ngăn", "one number, written otherwise"),
            Self::IdNineTwelve => ("một bên 9 số (CMND), một bên 12 số", "nine digits (CMND) against twelve"),
            Self::IdDiffers => ("số giấy tờ khác nhau", "the numbers of papers differ"),
            Self::TextDiffers => ("nội dung khác nhau", "the texts differ"),
            Self::Unread => ("một bên không đọc được đúng kiểu", "one value is not of its kind"),
        }
    }
}

fn spelling_words(spelling: Spelling) -> (&'static str, &'static str) {
    match spelling {
        Spelling::TonePlacement => ("vị trí dấu thanh", "tone placement"),
        Spelling::IOrY => ("i/y", "i/y"),
        Spelling::DStroke => ("d/đ", "d/đ"),
        Spelling::Accents => ("dấu", "accents"),
        Spelling::Hyphen => ("gạch nối", "hyphen"),
    }
}
