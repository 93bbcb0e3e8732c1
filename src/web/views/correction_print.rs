//! The letter, A4, in the form of NĐ 30/2020/NĐ-CP. Always in Vietnamese: it is an official paper.

use super::{CorrectionItem, Frame};

#[derive(askama::Template)]
#[template(path = "correction_print.html")]
pub struct CorrectionPrint {
    pub frame: Frame,
    /// “ỦY BAN NHÂN DÂN XÃ …”.
    pub parent_agency: String,
    /// “TRUNG TÂM PHỤC VỤ HÀNH CHÍNH CÔNG”.
    pub agency: String,
    /// “12/ĐNĐC-TTHCC”.
    pub number: String,
    pub place: String,
    pub day: String,
    pub month: String,
    pub year: String,
    pub receiver: String,
    pub bases: Vec<String>,
    pub items: Vec<CorrectionItem>,
    /// Working days in which an answer is asked for.
    pub answer_days: u32,
    pub contact: String,
    pub copies_to: Vec<String>,
    /// “GIÁM ĐỐC”.
    pub signer_title: String,
    pub signer_name: String,
    /// `/corrections/…`, to go back.
    pub path: String,
}
