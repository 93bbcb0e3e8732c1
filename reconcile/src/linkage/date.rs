//! Dates of eight digits, four bits for each: they are compared at once, without a branch, for
//! whole tables are compared by them.

/// No value.
pub const NO_DATE: u32 = 0;
/// A value that is no date of eight digits: it has no parts to compare.
pub const STRANGE: u32 = u32::MAX;

/// The lowest bit of each digit.
const DIGITS: u32 = 0x1111_1111;
const DIGIT_BITS: u32 = 0b1111;

/// The digits of `yyyymmdd`, each one more, so that neither [`NO_DATE`] nor [`STRANGE`] is a date.
pub fn packed(letters: &[u8]) -> u32 {
    match <[u8; 8]>::try_from(letters) {
        Ok(digits) if digits.iter().all(u8::is_ascii_digit) => {
            digits.iter().fold(0, |date, digit| date << 4 | u32::from(digit - b'0' + 1))
        }
        _ => STRANGE,
    }
}

/// The level of two dates that are neither [`NO_DATE`] nor [`STRANGE`].
#[inline]
pub fn level(a: u32, b: u32) -> u8 {
    LEVELS[usize::from(alike(a, b))]
}

/// So many answers [`alike`] has.
pub const ALIKE: usize = 16;

/// The level of each answer of [`alike`].
pub const LEVELS: [u8; ALIKE] = [3, 3, 3, 2, 3, 2, 2, 0, 1, 1, 1, 1, 1, 1, 1, 0];

/// How two dates are alike, in bits: year, month, and day are the same; they are one slip apart.
#[inline]
pub fn alike(a: u32, b: u32) -> u8 {
    let other = a ^ b;
    let (year, month, day) = (other >> 16 == 0, other & 0xff00 == 0, other & 0xff == 0);
    let exchanged = year & (a as u16 == (b as u16).swap_bytes());
    let near = one_edit(a, b) | exchanged;
    u8::from(year) | u8::from(month) << 1 | u8::from(day) << 2 | u8::from(near) << 3
}

/// Of different dates: one digit is another, or two neighbours are exchanged.
#[inline]
fn one_edit(a: u32, b: u32) -> bool {
    let other = a ^ b;
    let digits = (other | other >> 1 | other >> 2 | other >> 3) & DIGITS;
    let last = digits & digits.wrapping_neg();
    // Where two neighbours are exchanged, both differ by what they differ from each other.
    let neighbours = (a ^ a >> 4) & last.wrapping_mul(DIGIT_BITS);
    (digits == last) | (other == neighbours | neighbours << 4)
}

#[cfg(test)]
mod tests {
    use super::super::similar;
    use super::*;

    #[test]
    fn dates_are_told_apart_by_slips_exchanges_and_parts() {
        for (a, b, expected) in [
            ("19850305", "19850305", 0),
            // One digit.
            ("19850305", "19850306", 1),
            ("19850305", "19950305", 1),
            // Neighbours exchanged.
            ("19850312", "19850321", 1),
            // Day and month exchanged.
            ("19850412", "19851204", 1),
            // Two parts agree, the third differs in more than a digit.
            ("19850305", "19850322", 2),
            ("19850305", "19851205", 2),
            ("19850305", "19720305", 2),
            // One part or none.
            ("19850305", "19851222", 3),
            ("19850305", "19721222", 3),
            // Day and month exchanged in another year.
            ("19850412", "19721204", 3),
        ] {
            let (x, y) = (packed(a.as_bytes()), packed(b.as_bytes()));
            assert_eq!((level(x, y), level(y, x)), (expected, expected), "{a} {b}");
        }
    }

    #[test]
    fn an_edit_is_told_at_once_as_digit_by_digit() {
        let mut all: Vec<[u8; 8]> = vec![*b"19850305", *b"00000000", *b"99999999"];
        for _ in 0..2 {
            for digits in all.clone() {
                for at in 0..8 {
                    let mut other = digits;
                    other[at] = b'7';
                    all.push(other);
                    other = digits;
                    other.swap(at, (at + 1) % 8);
                    all.push(other);
                }
            }
        }
        for a in &all {
            for b in all.iter().filter(|b| *b != a) {
                assert_eq!(one_edit(packed(a), packed(b)), similar::one_edit(a, b), "{a:?} {b:?}");
            }
        }
    }

    #[test]
    fn what_is_no_date_of_eight_digits_is_no_date() {
        for text in ["", "1985", "1985030", "198503055", "1985o305"] {
            assert_eq!(packed(text.as_bytes()), STRANGE, "{text}");
        }
        assert!([NO_DATE, STRANGE].iter().all(|none| packed(b"00000000") != *none && packed(b"99999999") != *none));
    }
}
