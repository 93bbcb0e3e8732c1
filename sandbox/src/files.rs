//! The communes' own resident lists, dropped as files: CSV in several habits, and workbooks.
//!
//! Traps served on purpose: a byte-order mark; semicolons or commas; letters taken apart (NFD);
//! title rows, headers merged over two rows and repeated; dates as serial numbers; numbers that
//! lost their zero; CSV in the encodings of old fonts (TCVN3, VNI).

pub mod old_text;
mod sheet;

use crate::SandboxError;
use crate::defects::of_slot;
use crate::dice::mix;
use crate::names::tables::NATION_NAMES;
use crate::people::{Marital, Person, Relation};
use crate::rows::ImpostorRow;
use crate::shown::{Birth, Residence, Shown, address};
use crate::wire::population::household_number;
use crate::world::World;
use std::path::Path;
use unicode_normalization::UnicodeNormalization;

pub(crate) const COLUMNS: [&str; 18] = [
    "STT",
    "Số định danh",
    "Số CMND",
    "Họ và tên",
    "Ngày sinh",
    "Giới tính",
    "Dân tộc",
    "Thôn/xóm",
    "Xã/phường",
    "Mã xã",
    "Huyện",
    "Tỉnh",
    "Họ tên cha",
    "Họ tên mẹ",
    "Họ tên vợ/chồng",
    "Tình trạng hôn nhân",
    "Quan hệ với chủ hộ",
    "Số hộ khẩu",
];

/// Position of the birth date among the columns.
pub(crate) const BIRTH: usize = 4;
/// Position of the personal number.
pub(crate) const NUMBER: usize = 1;

/// A row as texts, and the birth date where it is full.
pub(crate) struct Row {
    pub cells: [String; 18],
    pub birth: Birth,
}

/// Writes each commune's list into `folder`; returns how many files were written.
pub fn drop_files(world: &World, folder: &Path) -> Result<usize, SandboxError> {
    std::fs::create_dir_all(folder).map_err(SandboxError::File)?;
    for (at, commune) in world.places.communes.iter().enumerate() {
        let habit = mix(world.settings.seed ^ 0xf11e, at as u64);
        let name = format!("{}_danhsach_nhankhau", commune.code);
        let title = format!("DANH SÁCH NHÂN KHẨU {}", commune.full_name.to_uppercase());
        if habit.is_multiple_of(4) {
            sheet::write(&folder.join(format!("{name}.xlsx")), &title, rows(world, at), habit)?;
        } else {
            write_csv(&folder.join(format!("{name}.csv")), &title, rows(world, at), habit)?;
        }
    }
    Ok(world.places.communes.len())
}

/// How an office's program writes text.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Script {
    Utf8,
    /// Letters taken apart.
    Apart,
    Tcvn3,
    Vni,
}

impl Script {
    fn of(habit: u64) -> Self {
        match (habit >> 16) % 8 {
            0 | 1 => Self::Apart,
            2 => Self::Tcvn3,
            3 => Self::Vni,
            _ => Self::Utf8,
        }
    }

    fn write(self, text: &str) -> Vec<u8> {
        match self {
            Self::Utf8 => text.as_bytes().to_vec(),
            Self::Apart => text.nfd().collect::<String>().into_bytes(),
            Self::Tcvn3 => old_text::tcvn3(text),
            Self::Vni => old_text::vni(text),
        }
    }
}

/// Rows of one printed page: some offices' programs put the header on each.
const PAGE: usize = 40;

fn write_csv(file: &Path, title: &str, rows: impl Iterator<Item = Row>, habit: u64) -> Result<(), SandboxError> {
    use std::io::Write;
    let script = Script::of(habit);
    let mut out = std::io::BufWriter::new(std::fs::File::create(file).map_err(SandboxError::File)?);
    if matches!(script, Script::Utf8 | Script::Apart) {
        out.write_all("\u{feff}".as_bytes()).map_err(SandboxError::File)?;
    }
    let separator = if (habit >> 8).is_multiple_of(2) { b';' } else { b',' };
    let mut csv = csv::WriterBuilder::new().delimiter(separator).flexible(true).from_writer(out);
    let mut write =
        |cells: &[&str]| csv.write_record(cells.iter().map(|cell| script.write(cell))).map_err(SandboxError::Csv);
    if (habit >> 24).is_multiple_of(2) {
        write(&[title])?;
    }
    let paged = (habit >> 40).is_multiple_of(3);
    write(&COLUMNS)?;
    for (at, row) in rows.enumerate() {
        if paged && at > 0 && at.is_multiple_of(PAGE) {
            write(&COLUMNS)?;
        }
        let cells: Vec<&str> = row.cells.iter().map(String::as_str).collect();
        write(&cells)?;
    }
    csv.flush().map_err(SandboxError::File)
}

/// A commune's rows, made one by one: residents first, then those who should not be there.
fn rows(world: &World, commune: usize) -> impl Iterator<Item = Row> + '_ {
    let (start, end) = (world.lists.starts[commune], world.lists.starts[commune + 1]);
    let residents = (start..end).map(move |row| resident(world, row, row - start + 1));
    let impostors = world.lists.impostors[commune].iter().enumerate();
    residents.chain(impostors.map(move |(at, row)| impostor(world, commune, row, end - start + 1 + at as u32)))
}

fn resident(world: &World, row: u32, position: u32) -> Row {
    let person = &world.people.all[world.lists.people[row as usize] as usize];
    let shown = Shown::of(world, person, of_slot(&world.marks.lists, row, 0));
    let mut row = common(world, &shown, person.hamlet, position);
    let name_of = |at: u32| world.people.all.get(at as usize).map_or_else(String::new, |p| world.names.full(p.name));
    row.cells[12] = name_of(person.father);
    row.cells[13] = name_of(person.mother);
    row.cells[14] = name_of(person.spouse);
    row.cells[15] = marital(person.marital).to_owned();
    row.cells[16] = relation(person).to_owned();
    row.cells[17] = household_number(world, person);
    row
}

fn impostor(world: &World, commune: usize, row: &ImpostorRow, position: u32) -> Row {
    let shown = Shown {
        number: crate::numbers::number_text(row.number),
        cmnd: String::new(),
        name: world.names.full(row.name),
        male: row.male,
        birth: Birth::Full(row.birth),
        ethnicity: row.ethnicity,
        residence: Residence::Today(commune as u16),
    };
    common(world, &shown, row.hamlet, position)
}

fn common(world: &World, shown: &Shown, hamlet: u8, position: u32) -> Row {
    let place = address(world, shown.residence, hamlet);
    let ethnicity = if position.is_multiple_of(7) {
        format!("{:02}", shown.ethnicity)
    } else {
        NATION_NAMES[usize::from(shown.ethnicity - 1)].to_owned()
    };
    let mut cells: [String; 18] = Default::default();
    cells[0] = position.to_string();
    cells[NUMBER] = shown.number.clone();
    cells[2] = shown.cmnd.clone();
    cells[3] = shown.name.clone();
    cells[BIRTH] = shown.birth.text('/');
    cells[5] = if shown.male { "Nam" } else { "Nữ" }.to_owned();
    cells[6] = ethnicity;
    cells[7] = place.detail.clone();
    cells[8] = place.commune_name.to_owned();
    cells[9] = place.commune_code.to_owned();
    cells[10] = place.district_name.to_owned();
    cells[11] = place.province_name.to_owned();
    Row { cells, birth: shown.birth }
}

fn marital(marital: Marital) -> &'static str {
    match marital {
        Marital::Single => "Chưa kết hôn",
        Marital::Married => "Đã kết hôn",
        Marital::Divorced => "Ly hôn",
        Marital::Widowed => "Góa",
    }
}

fn relation(person: &Person) -> &'static str {
    match person.relation {
        Relation::Head => "Chủ hộ",
        Relation::Spouse if person.male => "Chồng",
        Relation::Spouse => "Vợ",
        Relation::Child => "Con",
        Relation::Parent if person.male => "Bố",
        Relation::Parent => "Mẹ",
    }
}
