//! The names of the fields of the civil-status wire, to be found in a text.

use std::sync::LazyLock;

/// Of the envelope, the entry and the papers.
const OWN: &[&str] = &[
    "maDonVi",
    "module",
    "maHoSoLT",
    "maHoSoMCDT",
    "maDinhDanhHoSo",
    "ngayTiepNhan",
    "fileDinhKem",
    "loaiGiayTo",
    "tenGiayTo",
    "tenTepDinhKem",
    "duLieuTepDinhKem",
    "maTinh",
    "maHuyen",
    "maXa",
    "dcChiTiet",
    "quocGia",
    "namSinh",
    "thangSinh",
    "ngaySinh",
    "loaiDangKy",
    "noiDangKy",
    "soDangKy",
    "quyenSo",
    "trangSo",
    "ngayDangKy",
    "soDangKyTruocDay",
    "quyenSoDangKyTruocDay",
    "ngayDangKyTruocDay",
    "maGCS",
    "ngayCapGCS",
    "maGBT",
    "ngayCapGBT",
    "ngayXacLapQuanHeHonNhan",
    "soBanSao",
    "soLuongBanSao",
    "ghiChu",
    "soDinhDanh",
    "gbtLoai",
    "gbtSo",
    "gbtNgay",
    "gbtCoQuanCap",
    "soDDCN",
    "soGiayToTuyThan",
    "hoTen",
    "danToc",
    "quocTich",
    "gioiTinh",
    "chuDem",
];

/// The people of an entry.
const PEOPLE: &[&str] = &["nks", "nkt", "me", "cha", "chong", "vo", "nyc"];

/// What is said of each of them, behind their prefix.
const OF_PEOPLE: &[&str] = &[
    "HoTen",
    "GioiTinh",
    "NgaySinh",
    "NgaySinhBangChu",
    "NoiSinh",
    "NoiSinhDVHC",
    "QueQuan",
    "DanToc",
    "DanTocKhac",
    "QuocTich",
    "QuocTichKhac",
    "LoaiKhaiSinh",
    "LoaiCuTru",
    "NoiCuTru",
    "LoaiGiayToTuyThan",
    "SoGiayToTuyThan",
    "NgayCapGiayToTuyThan",
    "NoiCapGiayToTuyThan",
    "SoGiayTo",
    "SoDDCN",
    "SoDinhDanh",
    "XacThucThongTin",
    "QuanHe",
    "NgayCap",
    "NoiCap",
    "SoDienThoai",
    "Email",
    "NgayChet",
    "GioPhutChet",
    "NoiChet",
    "NguyenNhanChet",
    "SoLanKH",
    "LoaiTinhTrangHonNhan",
    "YeuCauXNTTHN",
    "NoiXNTTHN",
];

/// All of them, the longest first: of two that fit, the longer one is meant.
static FIELDS: LazyLock<Vec<Field>> = LazyLock::new(|| {
    let of_people = PEOPLE.iter().flat_map(|who| OF_PEOPLE.iter().map(move |what| format!("{who}{what}")));
    let names = OWN.iter().map(|name| (*name).to_owned()).chain(of_people);
    let mut fields: Vec<Field> = names.map(Field::new).collect();
    fields.sort_by_key(|field| std::cmp::Reverse(field.name.len()));
    fields
});

pub fn fields() -> &'static [Field] {
    &FIELDS
}

pub struct Field {
    pub name: String,
    /// `maTinh` is no word of any text; `module` may be.
    is_a_word: bool,
}

impl Field {
    fn new(name: String) -> Self {
        let is_a_word = name.bytes().all(|b| b.is_ascii_lowercase());
        Self { name, is_a_word }
    }

    /// Whether `rest` begins with this field. Its first letter comes in either case; the text
    /// before may run into it, the text behind does not.
    pub fn begins(&self, before: &str, rest: &str) -> bool {
        let Some((head, tail)) = rest.split_at_checked(self.name.len()) else { return false };
        let (head, name) = (head.as_bytes(), self.name.as_bytes());
        let same = head[..1].eq_ignore_ascii_case(&name[..1]) && head[1..] == name[1..];
        let ends = !tail.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
        same && ends && !(self.is_a_word && before.ends_with(char::is_alphanumeric))
    }
}
