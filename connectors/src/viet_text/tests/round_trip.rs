//! Any Vietnamese text goes into each encoding and comes back.

use super::lists;
use super::table::letters;
use crate::viet_text::{Encoding, decode, encode};
use rand::RngExt;
use unicode_normalization::UnicodeNormalization;

#[test]
fn any_vietnamese_text_comes_back_from_each_encoding() {
    let alphabet: Vec<char> =
        letters().into_iter().chain("abcdeghiklmnopqrstuvxyABCDEGHIKLMNOPQRSTUVXY0123456789 ,.-/\n".chars()).collect();
    for seed in 0..3_000u64 {
        let mut dice = lists::dice(seed);
        let length = dice.random_range(0..60);
        let text: String = (0..length).map(|_| alphabet[dice.random_range(0..alphabet.len())]).collect();
        let apart: String = text.nfd().collect();
        for encoding in Encoding::ALL {
            let bytes = encode(&apart, encoding).unwrap_or_else(|| panic!("seed {seed}: {encoding:?} cannot write"));
            let back = decode(&bytes, encoding).unwrap_or_else(|| panic!("seed {seed}: {encoding:?} cannot read"));
            if encoding == Encoding::Tcvn3 {
                assert_eq!(back.to_lowercase(), text.to_lowercase(), "seed {seed}");
            } else {
                assert_eq!(back, text, "seed {seed} {encoding:?}");
            }
        }
    }
}

#[test]
fn lines_of_lists_come_back_from_tcvn3_but_for_capitals_that_it_has_not() {
    let mut dice = lists::dice(1);
    let (mut whole, mut mistaken) = (0, 0);
    for _ in 0..2_000 {
        let line = lists::line(&mut dice);
        let back = decode(&encode(&line, Encoding::Tcvn3).expect("written"), Encoding::Tcvn3).expect("read");
        for (was, is) in line.chars().zip(back.chars()) {
            let no_capital = was.is_uppercase() && !was.is_ascii() && !"ĂÂÊÔƠƯĐ".contains(was);
            assert!(was == is || was.to_lowercase().eq(is.to_lowercase()), "{was} became {is}");
            mistaken += usize::from(was != is && !no_capital);
        }
        let large = line.to_uppercase();
        let back = decode(&encode(&large, Encoding::Tcvn3).expect("written"), Encoding::Tcvn3).expect("read");
        assert_eq!(back.to_uppercase(), large);
        whole += usize::from(back == large);
    }
    // A name such as Xã IA Ko looks like one in capitals.
    assert!(mistaken <= 20, "{mistaken} small letters became capitals");
    // What stays small are words of short syllables, such as HÀ TÚ.
    assert!(whole > 1_500, "{whole} of 2000 lines of capitals");
}
