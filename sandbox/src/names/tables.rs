//! Which names are how frequent, by nation, sex and generation, and which nations live where.

pub type Weighted = &'static [(&'static str, u32)];

/// The nations whose naming the sandbox knows, in the order of the official 2-digit codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nation {
    Kinh,
    Tay,
    Thai,
    Hoa,
    Khmer,
    Muong,
    Nung,
    Hmong,
    Dao,
}

impl Nation {
    pub const ALL: [Nation; 9] =
        [Self::Kinh, Self::Tay, Self::Thai, Self::Hoa, Self::Khmer, Self::Muong, Self::Nung, Self::Hmong, Self::Dao];

    pub fn surnames(self) -> Weighted {
        match self {
            Self::Kinh => KINH,
            Self::Tay => TAY,
            Self::Thai => {
                &[("Lò", 30), ("Quàng", 14), ("Cà", 9), ("Lường", 14), ("Hoàng", 10), ("Vì", 10), ("Tòng", 8)]
            }
            Self::Hoa => &[("Trần", 20), ("Lâm", 18), ("Lý", 16), ("Huỳnh", 12), ("Quách", 10), ("Vương", 9)],
            Self::Khmer => &[("Thạch", 26), ("Sơn", 18), ("Kim", 16), ("Danh", 14), ("Lâm", 12), ("Lý", 8)],
            Self::Muong => &[("Bùi", 38), ("Đinh", 16), ("Quách", 14), ("Hà", 12), ("Bạch", 8), ("Nguyễn", 12)],
            Self::Nung => &[("Nông", 24), ("Hoàng", 24), ("Lương", 12), ("Vi", 10), ("Lành", 6), ("Lý", 8), ("Hứa", 6)],
            Self::Hmong => HMONG,
            Self::Dao => DAO,
        }
    }

    pub fn middles(self, male: bool, young: bool) -> Weighted {
        match (self, male, young) {
            (Self::Hmong, true, _) => &[("A", 85), ("Mí", 15)],
            (Self::Hmong, false, _) => &[("Thị", 100)],
            (Self::Dao, true, _) => &[("Văn", 40), ("Tiến", 10), ("Chàn", 12), ("Kim", 10), ("Thừa", 8), ("Tòn", 10)],
            (Self::Dao, false, _) => &[("Thị", 80), ("Mùi", 14), ("", 6)],
            (_, true, false) => MIDDLES_MEN,
            (_, true, true) => MIDDLES_BOYS,
            (_, false, false) => MIDDLES_WOMEN,
            (_, false, true) => MIDDLES_GIRLS,
        }
    }

    pub fn givens(self, male: bool, young: bool) -> Weighted {
        match (self, male, young) {
            (Self::Hmong, true, _) => HMONG_MEN,
            (Self::Hmong, false, _) => HMONG_WOMEN,
            (Self::Dao, true, _) => DAO_MEN,
            (Self::Dao, false, _) => DAO_WOMEN,
            (_, true, false) => MEN,
            (_, true, true) => BOYS,
            (_, false, false) => WOMEN,
            (_, false, true) => GIRLS,
        }
    }
}

/// Official names of the nations, as files write them.
pub const NATION_NAMES: [&str; 9] = ["Kinh", "Tày", "Thái", "Hoa", "Khmer", "Mường", "Nùng", "Mông", "Dao"];

/// Share of each nation (Kinh, Tày, Thái, Hoa, Khmer, Mường, Nùng, Mông, Dao) by province.
pub fn nations_of(province: &str) -> [u32; 9] {
    match province {
        "08" => [355, 270, 2, 12, 0, 2, 60, 170, 129],
        "04" => [55, 410, 0, 1, 0, 0, 298, 116, 120],
        "20" => [165, 360, 0, 2, 0, 1, 430, 2, 40],
        "11" => [172, 2, 375, 2, 0, 2, 1, 385, 11],
        "12" => [160, 3, 330, 2, 0, 1, 1, 240, 134],
        "14" => [165, 1, 540, 1, 0, 72, 0, 160, 18],
        "15" => [455, 165, 62, 2, 0, 10, 22, 165, 115],
        "19" => [620, 225, 1, 2, 0, 2, 75, 10, 55],
        "25" => [690, 6, 10, 1, 0, 270, 1, 3, 19],
        "38" => [830, 1, 65, 1, 0, 98, 0, 4, 1],
        "40" => [860, 0, 105, 1, 0, 1, 0, 12, 0],
        "22" => [880, 30, 1, 5, 0, 1, 2, 0, 60],
        "79" => [940, 0, 0, 52, 5, 0, 0, 0, 0],
        "66" | "68" | "52" => [800, 20, 8, 10, 0, 8, 25, 15, 5],
        "86" | "92" | "96" | "91" => [880, 0, 0, 15, 105, 0, 0, 0, 0],
        _ => [980, 2, 1, 10, 1, 3, 2, 0, 1],
    }
}

const KINH: Weighted = &[
    ("Nguyễn", 335),
    ("Trần", 101),
    ("Lê", 86),
    ("Phạm", 63),
    ("Hoàng", 38),
    ("Huỳnh", 13),
    ("Phan", 45),
    ("Vũ", 25),
    ("Võ", 14),
    ("Đặng", 21),
    ("Bùi", 20),
    ("Đỗ", 14),
    ("Hồ", 13),
    ("Ngô", 13),
    ("Dương", 10),
    ("Lý", 5),
    ("Đào", 7),
    ("Đinh", 7),
    ("Trịnh", 6),
    ("Lương", 6),
    ("Mai", 5),
    ("Cao", 5),
    ("Tạ", 4),
    ("Quách", 2),
    ("Kiều", 2),
    ("Tô", 3),
    ("Thái", 3),
    ("Châu", 2),
];

const TAY: Weighted = &[
    ("Hoàng", 24),
    ("Nông", 18),
    ("Ma", 16),
    ("Hà", 8),
    ("Lý", 8),
    ("Nguyễn", 12),
    ("Lương", 5),
    ("Quan", 5),
    ("Chẩu", 4),
];

const HMONG: Weighted = &[
    ("Giàng", 18),
    ("Vàng", 18),
    ("Sùng", 15),
    ("Thào", 11),
    ("Lầu", 8),
    ("Mua", 7),
    ("Hầu", 6),
    ("Vừ", 8),
    ("Ly", 5),
    ("Hạng", 4),
];

const DAO: Weighted =
    &[("Triệu", 22), ("Bàn", 20), ("Đặng", 14), ("Phùng", 12), ("Lý", 12), ("Chảo", 8), ("Tẩn", 8), ("Phàn", 4)];

const MIDDLES_MEN: Weighted = &[
    ("Văn", 420),
    ("Đình", 60),
    ("Hữu", 60),
    ("Xuân", 60),
    ("Ngọc", 50),
    ("Đức", 60),
    ("Quang", 45),
    ("Minh", 40),
    ("Công", 35),
    ("Quốc", 30),
    ("Viết", 25),
    ("Trọng", 25),
    ("Huy", 15),
    ("Quý", 8),
    ("", 12),
];

const MIDDLES_BOYS: Weighted = &[
    ("Văn", 150),
    ("Minh", 120),
    ("Gia", 100),
    ("Đức", 90),
    ("Tuấn", 60),
    ("Hoàng", 60),
    ("Quang", 55),
    ("Anh", 50),
    ("Bảo", 55),
    ("Quốc", 45),
    ("Hải", 30),
    ("Đăng", 30),
    ("Nhật", 25),
    ("Hoàng Bảo", 6),
    ("Nguyễn Hoàng Gia", 2),
];

const MIDDLES_WOMEN: Weighted = &[
    ("Thị", 600),
    ("Thị Thu", 60),
    ("Thị Thanh", 50),
    ("Thị Hồng", 40),
    ("Thị Ngọc", 40),
    ("Thị Mỹ", 12),
    ("Thị Kim", 30),
    ("Ngọc", 25),
    ("Thuý", 10),
    ("Thúy", 10),
    ("Phúc Công Tằng Tôn Nữ", 2),
];

const MIDDLES_GIRLS: Weighted = &[
    ("Thị", 160),
    ("Thị Thu", 45),
    ("Ngọc", 110),
    ("Khánh", 70),
    ("Phương", 80),
    ("Bảo", 70),
    ("Thuỳ", 40),
    ("Thùy", 40),
    ("Minh", 60),
    ("Hà", 35),
    ("Quỳnh", 45),
    ("Gia", 30),
    ("Mai", 30),
    ("Hoàng Phương Thảo", 4),
];

const MEN: Weighted = &[
    ("Hùng", 50),
    ("Dũng", 46),
    ("Tuấn", 50),
    ("Thắng", 40),
    ("Bình", 36),
    ("Đức", 34),
    ("Long", 30),
    ("Hoà", 14),
    ("Hòa", 16),
    ("Quý", 12),
    ("Quí", 6),
    ("Sỹ", 6),
    ("Kỳ", 6),
    ("Lý", 5),
    ("Thuỷ", 6),
    ("Thủy", 6),
    ("Cường", 38),
    ("Sơn", 34),
    ("Hải", 34),
    ("Minh", 30),
    ("Thành", 34),
    ("Tiến", 24),
    ("Khoa", 10),
    ("Toàn", 20),
    ("Nghĩa", 18),
    ("Phúc", 18),
    ("Chiến", 18),
    ("Đông", 14),
    ("Định", 10),
    ("Vinh", 16),
    ("Trường", 16),
    ("Luân", 8),
    ("Tỵ", 4),
];

const BOYS: Weighted = &[
    ("Huy", 50),
    ("Khang", 46),
    ("Bảo", 42),
    ("Minh", 46),
    ("Phúc", 38),
    ("Anh", 44),
    ("Nam", 30),
    ("Khôi", 30),
    ("Đăng", 24),
    ("Kiệt", 24),
    ("Quân", 26),
    ("Long", 26),
    ("Khoa", 24),
    ("Hưng", 20),
    ("Dương", 20),
    ("Đạt", 26),
    ("Hoà", 4),
    ("Hòa", 4),
    ("Hiếu", 26),
    ("Thiên", 14),
    ("Vỹ", 5),
    ("Vĩ", 4),
    ("Phong", 24),
    ("Trung", 22),
    ("Duy", 22),
];

const WOMEN: Weighted = &[
    ("Lan", 40),
    ("Hoa", 42),
    ("Hồng", 36),
    ("Hương", 40),
    ("Nga", 32),
    ("Thuý", 12),
    ("Thúy", 14),
    ("Thuỷ", 16),
    ("Thủy", 18),
    ("Hoà", 8),
    ("Hòa", 8),
    ("Mỹ", 6),
    ("Mĩ", 3),
    ("Quý", 5),
    ("Lý", 8),
    ("Loan", 24),
    ("Oanh", 16),
    ("Tuyết", 20),
    ("Mai", 26),
    ("Liên", 24),
    ("Hạnh", 24),
    ("Hằng", 28),
    ("Thu", 28),
    ("Yến", 20),
    ("Bích", 12),
    ("Đào", 10),
    ("Xuân", 16),
    ("Phượng", 16),
    ("Nhung", 16),
    ("Khoẻ", 2),
    ("Khỏe", 2),
    ("Quỳnh Như", 3),
];

const GIRLS: Weighted = &[
    ("Linh", 50),
    ("Trang", 42),
    ("Vy", 30),
    ("Ngọc", 40),
    ("Anh", 50),
    ("Nhi", 34),
    ("Chi", 30),
    ("Hân", 26),
    ("Thảo", 34),
    ("My", 14),
    ("Mi", 6),
    ("Huyền", 26),
    ("Hà", 26),
    ("Thuý", 4),
    ("Thúy", 4),
    ("Ly", 10),
    ("Quyên", 12),
    ("Nguyên", 14),
    ("Châu", 20),
    ("Diệp", 14),
    ("Trâm", 16),
    ("Yến", 16),
    ("Ánh", 16),
    ("Đan", 8),
    ("Phương Thảo Nguyên", 2),
];

const HMONG_MEN: Weighted = &[
    ("Páo", 14),
    ("Chu", 10),
    ("Dính", 12),
    ("Lử", 9),
    ("Giống", 8),
    ("Tủa", 9),
    ("Nhè", 8),
    ("Chứ", 9),
    ("Sình", 8),
    ("Pó", 8),
    ("Vư", 6),
    ("Minh", 4),
    ("Lý", 4),
];

const HMONG_WOMEN: Weighted = &[
    ("Mỷ", 16),
    ("Dính", 10),
    ("Máy", 12),
    ("Say", 9),
    ("Chở", 9),
    ("Pà", 8),
    ("Sua", 9),
    ("Xúa", 8),
    ("Dợ", 7),
    ("Hoa", 6),
    ("Mai", 5),
];

const DAO_MEN: Weighted = &[
    ("Sinh", 14),
    ("Phú", 12),
    ("Tá", 8),
    ("Mềnh", 8),
    ("Vạn", 10),
    ("Hương", 6),
    ("Phấu", 8),
    ("Quý", 5),
    ("Tài", 10),
    ("Đức", 8),
    ("Hoà", 4),
];

const DAO_WOMEN: Weighted = &[
    ("Mẩy", 14),
    ("Mui", 8),
    ("Nái", 8),
    ("Pham", 8),
    ("Thanh", 10),
    ("Hiền", 10),
    ("Duyên", 8),
    ("Lý", 5),
    ("Thuỷ", 4),
    ("Ton", 6),
];
