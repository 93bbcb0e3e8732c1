//! Why an officer decides as they do: a list, so that decisions can be counted and read by others.

use crate::Lang;
use reconcile::verdict::Said;

pub struct Reason {
    pub word: &'static str,
    pub vi: &'static str,
    pub en: &'static str,
}

const fn reason(word: &'static str, vi: &'static str, en: &'static str) -> Reason {
    Reason { word, vi, en }
}

const RIGHT: &[Reason] = &[
    reason("original_agrees", "Bản chính giấy tờ khớp với nguồn này", "The original paper agrees with this source"),
    reason("newer_change", "Nguồn này có thay đổi mới hơn", "This source has a newer change"),
    reason("same_thing", "Hai cách ghi là một", "Both say the same thing"),
];
const WRONG: &[Reason] = &[
    reason("original_differs", "Bản chính giấy tờ khác nguồn này", "The original paper differs from this source"),
    reason("typing_error", "Nguồn này nhập sai", "This source was typed wrongly"),
    reason("outdated", "Nguồn này chưa cập nhật", "This source is out of date"),
    reason("other_person", "Bản ghi của người khác", "The record is of somebody else"),
];
const NOT_ENOUGH: &[Reason] = &[
    reason("no_original", "Chưa có bản chính", "The original is not here"),
    reason("originals_not_handed_over", "Hồ sơ gốc chưa được bàn giao", "The files were not handed over"),
    reason("papers_disagree", "Giấy tờ mâu thuẫn nhau", "The papers contradict each other"),
];

/// The reasons that fit what is said, in the order in which they are offered.
pub fn reasons(said: Said) -> &'static [Reason] {
    match said {
        Said::SourceRight => RIGHT,
        Said::SourceWrong => WRONG,
        Said::NotEnough => NOT_ENOUGH,
    }
}

pub fn reason_text(word: &str, lang: Lang) -> &str {
    let all = RIGHT.iter().chain(WRONG).chain(NOT_ENOUGH);
    all.into_iter().find(|reason| reason.word == word).map_or(word, |reason| lang.pick(reason.vi, reason.en))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_stands_for_one_reason() {
        let mut words: Vec<&str> = Said::ALL.iter().flat_map(|said| reasons(*said)).map(|reason| reason.word).collect();
        let count = words.len();
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), count);
    }
}
