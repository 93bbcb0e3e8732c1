//! Cursors are JSON text: readable in the ledger, opaque to everybody else.

use schemas::{Cursor, ErrorClass, SourceError};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Longer ones were not written by us.
const LONGEST: usize = 1_000;

/// `None`, the first page, is the default state.
pub fn read<T: DeserializeOwned + Default>(cursor: Option<&Cursor>) -> Result<T, SourceError> {
    let Some(Cursor(text)) = cursor else { return Ok(T::default()) };
    let bad = || SourceError::new(ErrorClass::Contract, "bad_cursor", "the cursor was not written by this connector");
    // The library would read a list as a state, value by value.
    if text.len() > LONGEST || !text.starts_with('{') {
        return Err(bad());
    }
    serde_json::from_str(text).map_err(|_| bad())
}

pub fn write<T: Serialize>(state: &T) -> Result<Cursor, SourceError> {
    serde_json::to_string(state)
        .map(Cursor)
        .map_err(|_| SourceError::new(ErrorClass::Contract, "bad_cursor", "the cursor cannot be written"))
}

/// A source that leads back to where we are would be pulled for ever.
pub fn guard(current: Option<&Cursor>, next: Option<Cursor>) -> Result<Option<Cursor>, SourceError> {
    if next.is_some() && next.as_ref() == current {
        let detail = "the source leads back to the page that it has just served";
        return Err(SourceError::new(ErrorClass::Contract, "cursor_loop", detail));
    }
    Ok(next)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct State {
        page: u32,
    }

    #[test]
    fn a_cursor_is_read_back_and_the_first_page_needs_none() {
        let cursor = write(&State { page: 3 }).expect("written");
        assert_eq!(cursor.0, r#"{"page":3}"#);
        assert_eq!(read::<State>(Some(&cursor)).expect("read"), State { page: 3 });
        assert_eq!(read::<State>(None).expect("the first"), State::default());
    }

    #[test]
    fn what_we_did_not_write_is_a_contract_error() {
        for text in ["", "3", "[]", "[3]", "null", r#"{"page":-1}"#, r#"{"page":1,"x":2}"#, &" ".repeat(2_000)] {
            let error = read::<State>(Some(&Cursor(text.into()))).expect_err(text);
            assert_eq!((error.class, error.code.as_str()), (ErrorClass::Contract, "bad_cursor"));
        }
    }

    #[test]
    fn a_next_cursor_that_leads_back_is_a_loop() {
        let here = Cursor("{}".into());
        assert_eq!(guard(Some(&here), Some(here.clone())).expect_err("a loop").code, "cursor_loop");
        assert!(guard(None, Some(here)).is_ok());
    }
}
