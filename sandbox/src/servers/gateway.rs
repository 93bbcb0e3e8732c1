//! The gateways that provinces put before the population database: what they take a question out
//! of, and what they put its answer in.

use super::auth::Credentials;
use super::http::{Ask, Reply};
use super::soap::{self, Asked, Fault, Lookup};
use super::variants::Variants;
use axum::http::StatusCode;
use config::{Operation, Wrapper};
use serde_json::{Value, json};

/// The question, or what is answered instead: the tokens are wrong, or a field is.
pub fn open(ask: &Ask, operation: Operation, variants: Variants, credentials: &Credentials) -> Result<Asked, Reply> {
    let read = |body: &str| soap::read(body, operation, variants.birth_date);
    let asked = match variants.wrapper {
        Wrapper::None | Wrapper::XmlInJson => read(&ask.body),
        Wrapper::Opencps => {
            let body = object(&ask.body)?;
            let is_known = body["accessToken"] == format!("Bearer {}", credentials.gateway_access_token)
                && body["lgspAccessToken"] == credentials.gateway_lgsp_token.as_str()
                && body["AuthHash"] == credentials.gateway_auth_hash.as_str();
            if !is_known {
                return Err(Reply::unauthorized());
            }
            read(body["data"].as_str().unwrap_or_default())
        }
        Wrapper::FlatJson => {
            let body = object(&ask.body)?;
            if body["userNameService"] != credentials.gateway_user.as_str() {
                return Err(Reply::unauthorized());
            }
            flat(&body, variants)
        }
    };
    asked.map_err(|fault| Reply::xml(StatusCode::INTERNAL_SERVER_ERROR, soap::fault_xml(&fault)))
}

/// The answer as the gateway passes it on.
pub fn wrap(wrapper: Wrapper, xml: String) -> Reply {
    match wrapper {
        Wrapper::None => Reply::xml(StatusCode::OK, xml),
        Wrapper::Opencps => Reply::json(&Value::String(xml)),
        Wrapper::FlatJson => Reply::json(&json!({"ketQua": xml})),
        Wrapper::XmlInJson => Reply::json(&json!({"error_code": 0, "message": xml})),
    }
}

fn object(body: &str) -> Result<Value, Reply> {
    serde_json::from_str(body).ok().filter(Value::is_object).ok_or_else(|| Reply::bad_request("body"))
}

/// The fields of the plain form. There is no `maDonVi` in it.
fn flat(body: &Value, variants: Variants) -> Result<Asked, Fault> {
    let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
    for (field, element) in [("maYeuCau", "MaYeuCau"), ("maDVC", "MaDVC"), ("maCanBo", "MaCanBo")] {
        if text(field).is_empty() {
            return Err(Fault(element));
        }
    }
    let (by_number, by_cmnd) = (text("soDinhDanh"), text("soCMND"));
    let birth = soap::birth(&text("ngayThangNam"), variants.birth_date)?;
    let is_cmnd = by_number.is_empty();
    let number = if is_cmnd { by_cmnd } else { by_number };
    Ok(Asked { lookup: Lookup::new(number, is_cmnd, text("hoVaTen"))?, birth: Some(birth) })
}
