//! The province's gateway: what it wants around the question, and what it puts around the answer.
//!
//! An answer is taken out of whatever it came in; an error of the gateway never turns into "not
//! found". `error_code` and its likes in an answer with status 200 are read as everywhere
//! (`transport::classify`): 408, 500, 502, 503, 504 say that the service behind the gateway is
//! away and may be asked again, 429 is a quota, every other code is final.

use super::question::Asked;
use crate::read::Json;
use crate::read::xml::{self, Element};
use crate::transport::{Expect, Payload, Reply, Request, classify};
use config::{BirthDateShape, ConfigError, Operation, SecretRef, SourceSettings, Wrapper};
use schemas::{ErrorClass, Sensitive, SourceError};
use serde_json::{Value, json};

/// How deep inside the JSON the XML may lie: `{message}`, `{data: {message}}`.
const DEEPEST: u32 = 3;

/// The wrapper, with its secrets resolved. Nothing in here can be printed.
pub enum Wrapping {
    None,
    OpenCps {
        /// `None`: the source's own bearer token goes in.
        access_token: Option<Sensitive>,
        lgsp_access_token: Sensitive,
        auth_hash: Sensitive,
    },
    FlatJson {
        user_name: Sensitive,
    },
    XmlInJson,
}

/// What an answer holds once the wrapper is off.
pub enum Content {
    Xml(Element),
    /// Only from a wrapper that speaks JSON of its own.
    Json(Value),
}

impl Wrapping {
    pub fn resolve(
        settings: &SourceSettings,
        environment: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Self, ConfigError> {
        let account = settings.wrapper_account.clone().unwrap_or_default();
        let read = |secret: &Option<SecretRef>| secret.as_ref().map(|secret| secret.resolve(environment)).transpose();
        // Which of them must be there is checked when the settings are loaded.
        let needed = |secret: &Option<SecretRef>| read(secret).map(|read| read.unwrap_or_else(|| Sensitive::new("")));
        Ok(match settings.wrapper {
            Wrapper::None => Self::None,
            Wrapper::Opencps => Self::OpenCps {
                access_token: read(&account.access_token)?,
                lgsp_access_token: needed(&account.lgsp_access_token)?,
                auth_hash: needed(&account.auth_hash)?,
            },
            Wrapper::FlatJson => Self::FlatJson { user_name: needed(&account.user_name)? },
            Wrapper::XmlInJson => Self::XmlInJson,
        })
    }

    pub fn request(&self, asked: &Asked<'_>, operation: Operation, shape: BirthDateShape) -> Request {
        let path = match operation {
            Operation::LookUp => "/tracuu",
            Operation::Verify => "/xacthuc",
        };
        let payload = match self {
            Self::None | Self::XmlInJson => Payload::Soap(asked.envelope(operation, shape)),
            Self::OpenCps { access_token, lgsp_access_token, auth_hash } => {
                let mut object = json!({
                    "lgspAccessToken": lgsp_access_token.expose(),
                    "AuthHash": auth_hash.expose(),
                    "data": asked.envelope(operation, shape).expose(),
                });
                match access_token {
                    Some(token) => {
                        object["accessToken"] = json!(bearer(token.expose()));
                        Payload::Json(Sensitive::new(object.to_string()))
                    }
                    None => Payload::JsonWithProof { key: "accessToken", object: Sensitive::new(object.to_string()) },
                }
            }
            Self::FlatJson { user_name } => Payload::Json(Sensitive::new(
                json!({
                    "maYeuCau": asked.request_id,
                    "maDVC": asked.procedure,
                    "maCanBo": asked.purpose.officer.expose(),
                    "soDinhDanh": asked.personal_id,
                    "soCMND": asked.old_id,
                    "hoVaTen": asked.name,
                    "ngayThangNam": asked.birth_text(shape),
                    "userNameService": user_name.expose(),
                })
                .to_string(),
            )),
        };
        // A fault about the question is told in XML, whatever the question came in.
        Request { expect: Expect::Xml, ..Request::post(path, payload) }
    }

    /// Takes the answer out of its wrapper.
    pub fn content(&self, reply: &Reply) -> Result<Content, SourceError> {
        let body = reply.body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&reply.body).trim_ascii_start();
        let is_json = body.first().is_some_and(|first| matches!(first, b'{' | b'[' | b'"'));
        if !is_json {
            return without_fault(xml::parse(&reply.body)?);
        }
        let value = classify::json(reply)?;
        if matches!(self, Self::None) {
            // A gateway in between reports its own failures as JSON with status 200.
            return Err(contract("not_xml", "JSON came where XML was expected"));
        }
        let mut texts = Vec::new();
        xml_texts(&value, DEEPEST, &mut texts);
        match (texts.as_slice(), self) {
            ([text], _) => without_fault(xml::parse(text.as_bytes())?),
            ([], Self::FlatJson { .. }) => Ok(Content::Json(value.to_value())),
            ([], _) => Err(contract("not_xml", "the JSON of the wrapper holds no XML")),
            _ => Err(contract("bad_page", "the JSON of the wrapper holds more than one XML text")),
        }
    }
}

fn without_fault(root: Element) -> Result<Content, SourceError> {
    if root.find("Fault").is_some() {
        return Err(contract("soap_fault", "a fault came with a status of success"));
    }
    Ok(Content::Xml(root))
}

fn contract(code: &str, detail: &str) -> SourceError {
    SourceError::new(ErrorClass::Contract, code, detail)
}

fn bearer(token: &str) -> String {
    if token.starts_with("Bearer ") { token.to_owned() } else { format!("Bearer {token}") }
}

/// The texts that begin as XML does.
fn xml_texts<'a>(value: &'a Json<'_>, depth: u32, found: &mut Vec<&'a str>) {
    match value {
        Json::Text(text) if text.trim_start_matches('\u{feff}').trim_start().starts_with('<') => found.push(text),
        Json::Object(map) if depth > 0 => map.iter().for_each(|(_, value)| xml_texts(value, depth - 1, found)),
        Json::List(list) if depth > 0 => list.iter().for_each(|value| xml_texts(value, depth - 1, found)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::Purpose;
    use crate::connector::Question;
    use crate::testing;

    const XML: &str = "<?xml version=\"1.0\"?><r><a>1</a></r>";

    fn content(wrapping: &Wrapping, body: &str) -> Result<String, SourceError> {
        wrapping.content(&testing::reply(body)).map(|content| match content {
            Content::Xml(root) => root.name,
            Content::Json(value) => value.to_string(),
        })
    }

    fn error(wrapping: &Wrapping, body: &str) -> (ErrorClass, String) {
        let error = content(wrapping, body).expect_err(body);
        assert!(!error.to_string().contains("CANARY"), "{error}");
        (error.class, error.code)
    }

    fn flat() -> Wrapping {
        Wrapping::FlatJson { user_name: Sensitive::new("u") }
    }

    #[test]
    fn the_answer_is_taken_out_of_whatever_it_came_in() {
        let bodies = [
            XML.to_owned(),
            json!(XML).to_string(),
            json!({"error_code": 0, "message": XML}).to_string(),
            json!({"status": "ok", "data": {"result": format!("\u{feff}\n{XML}")}}).to_string(),
        ];
        for body in &bodies {
            for wrapping in [&Wrapping::XmlInJson, &flat()] {
                assert_eq!(content(wrapping, body).ok().as_deref(), Some("r"), "{body}");
            }
        }
        assert_eq!(error(&Wrapping::None, &bodies[2]), (ErrorClass::Contract, "not_xml".into()));
        assert_eq!(content(&flat(), r#"{"SoDinhDanh": "x"}"#).ok().as_deref(), Some(r#"{"SoDinhDanh":"x"}"#));
    }

    #[test]
    fn an_error_of_the_gateway_has_the_class_of_its_code_and_is_never_an_empty_answer() {
        use ErrorClass::*;
        for (code, class) in [
            (json!(408), Transient),
            (json!(500), Transient),
            (json!("503"), Transient),
            (json!(429), Throttled),
            (json!(404), Contract),
            (json!(1), Contract),
            (json!(-1), Contract),
            (json!("NOT_FOUND"), Contract),
        ] {
            for message in ["CANARY", XML] {
                let body = json!({"error_code": code, "message": message}).to_string();
                for wrapping in [&Wrapping::None, &Wrapping::XmlInJson, &flat()] {
                    assert_eq!(error(wrapping, &body), (class, "error_in_200".into()), "{body}");
                }
            }
        }
    }

    #[test]
    fn a_wrapper_without_an_answer_is_a_contract_error() {
        for (body, code) in [
            (json!({"error_code": 0, "message": ""}).to_string(), "not_xml"),
            (json!({"error_code": 0, "message": "CANARY"}).to_string(), "not_xml"),
            (json!({"a": XML, "b": XML}).to_string(), "bad_page"),
            (json!({"message": "<html><form/></html>"}).to_string(), "not_xml"),
            (json!({"message": "<e><Fault><faultcode>CANARY</faultcode></Fault></e>"}).to_string(), "soap_fault"),
        ] {
            assert_eq!(error(&Wrapping::XmlInJson, &body), (ErrorClass::Contract, code.into()), "{body}");
        }
        let cut = json!({"error_code": 0, "message": &XML[..XML.len() - 6]}).to_string();
        assert_eq!(error(&Wrapping::XmlInJson, &cut), (ErrorClass::Transient, "bad_xml".into()));
    }

    #[test]
    fn a_request_shows_neither_tokens_nor_the_citizen() {
        let question = Question {
            personal_id: "099085000123".into(),
            name: "CANARY".into(),
            birth_date: "1985".into(),
            procedure: None,
            case: None,
        };
        let secret = || Sensitive::new("CANARY");
        let purpose = Purpose { procedure: "2".into(), officer: secret(), agency: "H".into() };
        let asked = Asked::new(&question, &purpose, "r", Operation::LookUp).expect("a question");
        let opencps =
            |access_token| Wrapping::OpenCps { access_token, lgsp_access_token: secret(), auth_hash: secret() };
        for wrapping in [Wrapping::None, opencps(None), opencps(Some(secret())), flat(), Wrapping::XmlInJson] {
            let shown = format!("{:?}", wrapping.request(&asked, Operation::LookUp, BirthDateShape::Element));
            assert!(!shown.contains("CANARY") && !shown.contains("099085") && shown.contains("<hidden>"), "{shown}");
        }
    }

    #[test]
    fn a_token_is_a_bearer_token_once() {
        assert_eq!(bearer("abc"), "Bearer abc");
        assert_eq!(bearer("Bearer abc"), "Bearer abc");
    }
}
