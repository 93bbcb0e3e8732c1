//! How often each encoding is recognised, from lists of different length.

use super::lists;
use crate::viet_text::{Cells, Encoding, decode_cell, encode, recognise, recognise_cells};

const LENGTHS: [usize; 7] = [1, 2, 3, 5, 10, 30, 100];
const LEGACY: [Encoding; 4] = [Encoding::Windows1258, Encoding::Tcvn3, Encoding::Vni, Encoding::Viscii];

#[derive(Default, Clone, Copy)]
struct Score {
    right: usize,
    unknown: usize,
    wrong: usize,
}

fn sample(seed: u64, lines: usize, names_only: bool) -> String {
    let mut dice = lists::dice(seed);
    (0..lines).map(|_| if names_only { lists::name(&mut dice) } else { lists::line(&mut dice) } + "\n").collect()
}

fn score(encoding: Encoding, lines: usize, names_only: bool, samples: u64) -> Score {
    let mut score = Score::default();
    for seed in 0..samples {
        let text = sample(seed * 1_000 + lines as u64, lines, names_only);
        if text.is_ascii() {
            score.right += 1;
            continue;
        }
        match recognise(&encode(&text, encoding).expect("written")).encoding {
            Some(found) if found == encoding => score.right += 1,
            None => score.unknown += 1,
            Some(_) => score.wrong += 1,
        }
    }
    score
}

fn cells_score(encoding: Option<Encoding>, lines: usize, samples: u64) -> Score {
    let mut score = Score::default();
    for seed in 0..samples {
        let text = sample(seed * 1_000 + lines as u64, lines, true);
        let cells: Vec<String> = text
            .lines()
            .map(|line| match encoding {
                Some(encoding) => encode(line, encoding).expect("written").into_iter().map(char::from).collect(),
                None => line.to_owned(),
            })
            .collect();
        if text.is_ascii() {
            score.right += 1;
            continue;
        }
        match (recognise_cells(cells.iter().map(String::as_str)), encoding) {
            (Cells::Font(found, _), Some(encoding)) if found == encoding => score.right += 1,
            (Cells::Unicode, None) => score.right += 1,
            (Cells::Unknown, _) => score.unknown += 1,
            _ => score.wrong += 1,
        }
    }
    score
}

#[test]
fn a_list_of_ten_lines_is_recognised_in_every_encoding() {
    for encoding in Encoding::ALL {
        let score = score(encoding, 10, false, 200);
        assert_eq!((score.right, score.wrong), (200, 0), "{encoding:?}");
    }
}

#[test]
fn a_single_name_is_rather_unknown_than_wrong() {
    for encoding in Encoding::ALL {
        let score = score(encoding, 1, true, 1_000);
        assert!(score.wrong <= 10, "{encoding:?}: {} of 1000 wrong", score.wrong);
    }
}

#[test]
fn a_column_in_an_old_font_is_recognised_and_a_proper_one_is_left_alone() {
    for encoding in [Encoding::Tcvn3, Encoding::Vni] {
        let score = cells_score(Some(encoding), 10, 200);
        assert_eq!((score.right, score.wrong), (200, 0), "{encoding:?}");
    }
    for lines in LENGTHS {
        let score = cells_score(None, lines, 300);
        assert_eq!((score.wrong, score.unknown), (0, 0), "{lines} lines of Unicode");
    }
}

#[test]
fn text_that_is_not_vietnamese_is_not_guessed_at() {
    let random = |seed: u64| -> Vec<u8> {
        use rand::RngExt;
        let mut dice = lists::dice(seed);
        (0..400).map(|at| if at % 7 == 0 { b' ' } else { dice.random_range(0x80..=0xff) }).collect()
    };
    for seed in 0..200 {
        assert_eq!(recognise(&random(seed)).encoding, None, "seed {seed}");
    }
    let german = "Müller für Größe übergießen Straße schöne Grüße aus Köln";
    let latin: Vec<u8> = german.chars().map(|c| c as u8).collect();
    assert_eq!(recognise(&latin).encoding, None);
    assert_eq!(recognise_cells([german].into_iter()), Cells::Unknown);
}

#[test]
fn a_cell_with_a_letter_that_no_font_has_stays_as_it_is() {
    assert_eq!(decode_cell("Nguyễn", Encoding::Tcvn3), None);
    assert_eq!(decode_cell("Nguyen", Encoding::Tcvn3), None);
    assert_eq!(decode_cell("NguyÔn", Encoding::Tcvn3).as_deref(), Some("Nguyễn"));
}

/// Prints the figures of docs/wire.md: `cargo test -p doisoat-connectors figures -- --ignored --nocapture`.
#[test]
#[ignore = "a thousand lists for each figure of docs/wire.md: minutes in a debug build"]
fn figures() {
    let print = |name: &str, lines: usize, score: Score| {
        println!("{name}\t{lines}\t{}\t{}\t{}", score.right, score.unknown, score.wrong);
    };
    for names_only in [true, false] {
        println!("{}: encoding, lines, right, unknown, wrong (of 1000)", if names_only { "names" } else { "lists" });
        for encoding in LEGACY.into_iter().chain([Encoding::Utf8, Encoding::Utf16Le]) {
            for lines in LENGTHS {
                let score = score(encoding, lines, names_only, 1_000);
                print(encoding.name(), lines, score);
                assert!(score.wrong < 50);
            }
        }
    }
    println!("cells");
    for encoding in [None, Some(Encoding::Tcvn3), Some(Encoding::Vni), Some(Encoding::Utf8)] {
        for lines in LENGTHS {
            let score = cells_score(encoding, lines, 1_000);
            print(encoding.map_or("Unicode", Encoding::name), lines, score);
            // A column of one cell may mislead; two cells do not, and Unicode is never touched.
            assert!(score.wrong <= if lines == 1 && encoding.is_some() { 10 } else { 0 });
        }
    }
}
