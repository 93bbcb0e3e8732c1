//! Made-up lists: names, and communes and hamlets of the real catalogue.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::sync::LazyLock;

static COMMUNES: LazyLock<Vec<String>> = LazyLock::new(|| {
    let units = config::units::Units::embedded().expect("the catalogue");
    units.communes.iter().map(|commune| commune.full_name.replace(['–', '’'], "-")).collect()
});

const FAMILY: &str = "Nguyễn Trần Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Nông Lò Vàng Sùng Giàng Bàn Phàn \
    Triệu Đặng Chảo Tẩn Hứa Ma Lù Thào Quan Viên Hà Lương Đàm Lục Khổng Tống Mông Âu";
const MIDDLE: &str =
    "Văn Thị Hữu Đức Minh Ngọc Xuân Thanh Quang Đình Bá Seo Mí Thừa Kim Thế Công Trọng Như Bích Mạnh Duy";
const GIVEN: &str = "An Anh Ánh Bình Chung Cường Dũng Duyên Đạt Đông Giang Hà Hải Hạnh Hằng Hiền Hòa Hoà Hùng Hương Khánh \
    Lan Liên Long Mai Mẩy Nam Nga Nhung Páo Phượng Quý Quỳnh Sơn Tâm Thảo Thúy Tuấn Tuyết Uyên Vân Vinh Xoan Yến Ỷ Pó Chẳn";
const HAMLET: &str = "Thôn|Xóm|Bản|Tổ|Khu";

fn pick<'a>(dice: &mut ChaCha8Rng, words: &'a str, at: char) -> &'a str {
    let words: Vec<&str> = words.split(at).map(str::trim).filter(|word| !word.is_empty()).collect();
    words[dice.random_range(0..words.len())]
}

pub fn name(dice: &mut ChaCha8Rng) -> String {
    format!("{} {} {}", pick(dice, FAMILY, ' '), pick(dice, MIDDLE, ' '), pick(dice, GIVEN, ' '))
}

/// A line of a list: a name, a hamlet, a commune.
pub fn line(dice: &mut ChaCha8Rng) -> String {
    let commune = &COMMUNES[dice.random_range(0..COMMUNES.len())];
    let (hamlet, number) = (pick(dice, HAMLET, '|'), dice.random_range(1..20));
    let place = COMMUNES[dice.random_range(0..COMMUNES.len())].split_once(' ').map_or("", |(_, name)| name).to_owned();
    format!("{},{hamlet} {place} {number},{commune}", name(dice))
}

pub fn dice(seed: u64) -> ChaCha8Rng {
    ChaCha8Rng::seed_from_u64(seed)
}
