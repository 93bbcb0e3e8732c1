//! How many values a JSON text holds, before anybody builds them.
//!
//! A value of one byte costs 32 in memory, and a record that cannot be read costs hundreds: a body
//! within its limit of bytes could still fill the memory many times over.

/// A page of the largest size that the settings allow, with 200 values in each record.
pub const MOST_VALUES: usize = 2_000_000;

/// Counts what stands before a value: commas and opening brackets outside of texts.
pub fn is_bearable(body: &[u8]) -> bool {
    // No value is shorter than one byte and what stands before it.
    if body.len() / 2 <= MOST_VALUES {
        return true;
    }
    let (mut values, mut in_text, mut escaped) = (0usize, false, false);
    for byte in body {
        match (in_text, escaped, byte) {
            (true, true, _) => escaped = false,
            (true, false, b'\\') => escaped = true,
            (_, _, b'"') => in_text = !in_text,
            (false, _, b',' | b'[' | b'{') => values += 1,
            _ => {}
        }
    }
    values <= MOST_VALUES
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_values_are_counted_and_what_stands_in_texts_is_not() {
        assert!(is_bearable(&b"0,".repeat(MOST_VALUES)));
        assert!(!is_bearable(&b"0,".repeat(MOST_VALUES + 1)), "not by its length alone");
        assert!(!is_bearable(&b"[]{}".repeat(MOST_VALUES / 2 + 1)));
        let text = [b"\"\\\"".as_slice(), &b"0,[{".repeat(MOST_VALUES), b"\""].concat();
        assert!(is_bearable(&text), "a long text is one value");
    }
}
