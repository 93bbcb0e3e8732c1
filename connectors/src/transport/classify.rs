//! What kind of failure an answer is: by its status, and, because these systems like to fail with
//! status 200, by its body.

use super::json_size;
use super::request::{Expect, Reply};
use super::retry_after::RetryAfter;
use crate::read::{Fields, Json};
use schemas::{ErrorClass, SourceError};

/// The class of a status, `None` for success. `retry_after` is what the answer asked for.
pub fn status(status: u16, retry_after: RetryAfter) -> Option<SourceError> {
    let class = match status {
        200..=299 => return None,
        300..=399 => {
            let detail = format!("the source answered {status}: redirects are not followed");
            return Some(SourceError::new(ErrorClass::Contract, "redirect_refused", detail));
        }
        401 | 403 => ErrorClass::Authentication,
        429 => ErrorClass::Throttled,
        408 | 425 => ErrorClass::Transient,
        // 501 and 505 say that it will never work.
        501 | 505 => ErrorClass::Permanent,
        500.. if retry_after != RetryAfter::Unsaid => ErrorClass::Throttled,
        500.. => ErrorClass::Transient,
        _ => ErrorClass::Permanent,
    };
    let mut error = SourceError::new(class, format!("http_{status}"), format!("the source answered {status}"));
    error.retry_after_ms = retry_after.as_ms();
    Some(error)
}

/// A SOAP fault that blames the question comes with status 500 but will not go away.
pub fn is_fault_of_the_question(expect: Expect, body: &[u8]) -> bool {
    const LONGEST: usize = 64 << 10;
    if expect != Expect::Xml {
        return false;
    }
    let text = String::from_utf8_lossy(&body[..body.len().min(LONGEST)]);
    let Some((_, after)) = text.split_once("faultcode") else { return false };
    let code = after.split('<').next().unwrap_or_default();
    code.contains("Client") || code.contains("Sender")
}

/// Parses a JSON answer. HTML is a contract error (a login page); anything else that does not
/// parse looks like a cut body and is tried again. An error object is an error.
pub fn json(reply: &Reply) -> Result<Json<'_>, SourceError> {
    let body = reply.body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&reply.body);
    if body.trim_ascii_start().starts_with(b"<") {
        return Err(SourceError::new(ErrorClass::Contract, "not_json", "markup came where JSON was expected"));
    }
    if !json_size::is_bearable(body) {
        let detail = format!("the answer has more than {} values", json_size::MOST_VALUES);
        return Err(SourceError::new(ErrorClass::Contract, "json_too_large", detail));
    }
    // Only the place: the library's text may quote the body.
    let bad = |place: String| SourceError::new(ErrorClass::Transient, "bad_json", format!("the body is not {place}"));
    let text = std::str::from_utf8(body).map_err(|error| bad(format!("UTF-8 at byte {}", error.valid_up_to())))?;
    let value =
        Json::parse(text).map_err(|error| bad(format!("JSON at line {}, column {}", error.line(), error.column())))?;
    match Fields::of(&value).and_then(error_object) {
        Some(error) => Err(error),
        None => Ok(value),
    }
}

/// The shapes of "error with status 200" that are known: `error_code`, `Result`, `status.success`
/// and `errorCode`. The message is not kept: it may quote the record.
fn error_object(object: Fields<'_>) -> Option<SourceError> {
    let code = object.get("error_code").or_else(|| object.get("errorCode")).and_then(code_text);
    if let Some(code) = code {
        return Some(in_200(&code));
    }
    if object.get("Result").and_then(code_text_or_zero).as_deref() == Some("0") {
        return Some(in_200("Result 0"));
    }
    let status = object.object("status")?;
    match status.get("success") {
        Some(Json::Bool(false)) => Some(in_200(&status.get("code").and_then(code_text).unwrap_or_default())),
        _ => None,
    }
}

/// A code that means failure: not empty and not zero.
fn code_text(value: &Json<'_>) -> Option<String> {
    code_text_or_zero(value).filter(|code| !code.bytes().all(|b| b == b'0'))
}

fn code_text_or_zero(value: &Json<'_>) -> Option<String> {
    match value {
        Json::Text(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
        Json::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn in_200(code: &str) -> SourceError {
    let class = match code.parse::<u16>() {
        Ok(429) => ErrorClass::Throttled,
        Ok(408 | 500 | 502..=504) => ErrorClass::Transient,
        _ => ErrorClass::Contract,
    };
    // A code is a short word; anything else could be a message that quotes somebody.
    let is_word =
        code.len() <= 20 && code.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b' '));
    let shown = if is_word { code } else { "a text" };
    SourceError::new(class, "error_in_200", format!("status 200 with an error in the body: {shown}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::Timestamp;
    use std::time::Duration;

    fn class_of(code: u16) -> Option<ErrorClass> {
        status(code, RetryAfter::Unsaid).map(|error| error.class)
    }

    fn read(body: &str) -> Result<(), SourceError> {
        json(&Reply { body: body.as_bytes().to_vec(), date: None, received_at: Timestamp::UNIX_EPOCH }).map(|_| ())
    }

    #[test]
    fn each_status_has_its_class() {
        use ErrorClass::*;
        for (code, class) in [
            (200, None),
            (302, Some(Contract)),
            (400, Some(Permanent)),
            (401, Some(Authentication)),
            (403, Some(Authentication)),
            (404, Some(Permanent)),
            (408, Some(Transient)),
            (422, Some(Permanent)),
            (425, Some(Transient)),
            (429, Some(Throttled)),
            (500, Some(Transient)),
            (503, Some(Transient)),
            (504, Some(Transient)),
        ] {
            assert_eq!(class_of(code), class, "{code}");
        }
    }

    #[test]
    fn an_unavailable_source_that_names_a_time_is_throttled() {
        let error = status(503, RetryAfter::Wait(Duration::from_secs(2))).expect("an error");
        assert_eq!((error.class, error.retry_after_ms), (ErrorClass::Throttled, Some(2_000)));
    }

    #[test]
    fn an_error_object_in_a_success_is_an_error_and_its_message_is_not_kept() {
        for (body, class) in [
            (r#"{"error_code": 503, "message": "CANARY"}"#, ErrorClass::Transient),
            (r#"{"error_code": "7", "message": "CANARY"}"#, ErrorClass::Contract),
            (r#"{"Result": 0, "Message": "CANARY"}"#, ErrorClass::Contract),
            (r#"{"data": 1, "status": {"success": false, "code": 500, "message": "CANARY"}}"#, ErrorClass::Transient),
            (r#"{"errorCode": "CANARY quá hạn", "errorDescription": ""}"#, ErrorClass::Contract),
        ] {
            let error = read(body).expect_err(body);
            assert_eq!((error.class, error.code.as_str()), (class, "error_in_200"), "{body}");
            assert!(!error.to_string().contains("CANARY"), "{error}");
        }
        for body in [r#"{"error_code": 0, "data": []}"#, r#"{"Result": 1}"#, r#"{"status": 1, "value": []}"#] {
            assert!(read(body).is_ok(), "{body}");
        }
    }

    #[test]
    fn a_login_page_is_refused_and_a_cut_body_may_be_tried_again() {
        let page = read("\n <html><form></form></html>").expect_err("a page");
        assert_eq!((page.class, page.code.as_str()), (ErrorClass::Contract, "not_json"));
        let whole = r#"{"data": [{"hoTen": "Nguyễn Văn Mẫu"}]}"#;
        for cut in (0..whole.len()).filter(|cut| whole.is_char_boundary(*cut)) {
            let error = read(&whole[..cut]).expect_err("cut");
            assert_eq!((error.class, error.code.as_str()), (ErrorClass::Transient, "bad_json"), "{cut}");
        }
    }

    #[test]
    fn nesting_without_end_is_refused_by_the_parser() {
        let error = read(&"[".repeat(100_000)).expect_err("too deep");
        assert_eq!(error.code, "bad_json");
    }

    #[test]
    fn a_fault_that_blames_the_question_is_told_from_one_of_the_server() {
        let fault = |code: &str| format!("<s:Fault><faultcode>s:{code}</faultcode></s:Fault>").into_bytes();
        assert!(is_fault_of_the_question(Expect::Xml, &fault("Client")));
        assert!(!is_fault_of_the_question(Expect::Xml, &fault("Server")));
        assert!(!is_fault_of_the_question(Expect::Json, &fault("Client")));
    }
}
