//! How a population source is asked about one citizen: which question, in which words, through
//! whose gateway.

use super::{Auth, SourceKind, SourceSettings};
use crate::SecretRef;
use serde::{Deserialize, Serialize};

/// What is asked about a citizen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Operation {
    /// `TraCuuThongTinCongDan`: the record.
    #[default]
    LookUp,
    /// `XacThucThongTinCongDan`: whether number and name are there together, and nothing more.
    Verify,
}

/// How the birth date stands in the question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BirthDateShape {
    /// An element with a child `Nam` (`yyyy`) or `NgayThangNam` (`yyyyMMdd`): what clients send.
    #[default]
    Element,
    /// A plain text `yyyy-mm-dd` or `yyyy`: what the specification says.
    Text,
}

/// The province's gateway around the question and its answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Wrapper {
    /// SOAP both ways.
    #[default]
    None,
    /// The SOAP text inside JSON that also carries the tokens.
    Opencps,
    /// The fields of the question as JSON.
    FlatJson,
    /// SOAP out, the answer's XML as a text inside JSON.
    XmlInJson,
}

/// What a wrapper wants to know of us beside [`Auth`]. References to secrets, never secrets.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WrapperAccount {
    /// `opencps`: the token of `accessToken` where no `auth` of the source brings one.
    #[serde(default)]
    pub access_token: Option<SecretRef>,
    /// `opencps`: `lgspAccessToken`.
    #[serde(default)]
    pub lgsp_access_token: Option<SecretRef>,
    /// `opencps`: `AuthHash`.
    #[serde(default)]
    pub auth_hash: Option<SecretRef>,
    /// `flat_json`: `userNameService`.
    #[serde(default)]
    pub user_name: Option<SecretRef>,
}

impl WrapperAccount {
    pub(super) fn secrets_mut(&mut self) -> impl Iterator<Item = &mut SecretRef> {
        [&mut self.access_token, &mut self.lgsp_access_token, &mut self.auth_hash, &mut self.user_name]
            .into_iter()
            .flatten()
    }
}

/// The first thing that is not allowed of how a citizen is asked about: its key and why.
pub(super) fn problem(source: &SourceSettings) -> Option<(&'static str, &'static str)> {
    const ONLY: &str = "only a population source with a purpose is asked about single citizens";
    let (operation, wrapper, account) = (source.operation, source.wrapper, source.wrapper_account.as_ref());
    if source.kind != SourceKind::Population || source.purpose.is_none() {
        return [
            ("operation", operation != Operation::default()),
            ("birth_date", source.birth_date != BirthDateShape::default()),
            ("wrapper", wrapper != Wrapper::default()),
            ("wrapper_account", account.is_some()),
        ]
        .into_iter()
        .find_map(|(key, is_set)| is_set.then_some((key, ONLY)));
    }
    let given = |secret: fn(&WrapperAccount) -> &Option<SecretRef>| account.is_some_and(|a| secret(a).is_some());
    let brings_token = matches!(source.auth, Auth::ClientCredentials { .. } | Auth::Password { .. });
    match wrapper {
        Wrapper::None | Wrapper::XmlInJson if account.is_some() => {
            Some(("wrapper_account", "only the wrappers opencps and flat_json need an account"))
        }
        Wrapper::FlatJson if operation == Operation::Verify => {
            Some(("operation", "flat_json has only the look-up: no verification of that form is known"))
        }
        Wrapper::FlatJson if !given(|a| &a.user_name) => {
            Some(("wrapper_account", "flat_json needs user_name, which it sends as userNameService"))
        }
        Wrapper::Opencps if !given(|a| &a.lgsp_access_token) || !given(|a| &a.auth_hash) => {
            Some(("wrapper_account", "opencps needs lgsp_access_token and auth_hash"))
        }
        Wrapper::Opencps if !brings_token && !given(|a| &a.access_token) => {
            Some(("wrapper_account", "opencps needs access_token, or an auth that brings a token"))
        }
        Wrapper::Opencps if brings_token && given(|a| &a.access_token) => {
            Some(("wrapper_account", "access_token would stand beside the token that auth brings: give one of them"))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::Settings;
    use std::path::Path;

    const PURPOSE: &str = "purpose = { procedure = \"2\", officer = { env = \"O\" }, agency = \"H\" }\n";
    const TOKEN: &str = "auth = { kind = \"client_credentials\", token_path = \"/t\", client_id = \"c\", client_secret = { env = \"S\" } }\n";

    /// What is wrong with a source of these lines, without the place; empty: nothing.
    fn wrong(lines: &str) -> String {
        let text = format!("[province]\ncode = \"08\"\n[sources.p]\nbase_url = \"https://h\"\n{lines}");
        let error = Settings::parse(&text, Path::new("f")).map(|_| ()).map_err(|error| error.to_string());
        error
            .err()
            .and_then(|error| error.split_once("sources.p.").map(|(_, rest)| rest.to_owned()))
            .unwrap_or_default()
    }

    #[test]
    fn how_a_citizen_is_asked_about_is_a_matter_of_population_look_ups_alone() {
        for line in ["operation = \"verify\"", "birth_date = \"text\"", "wrapper = \"xml_in_json\""] {
            let key = line.split(' ').next().unwrap_or_default();
            assert!(wrong(&format!("kind = \"land\"\n{line}\n")).starts_with(&format!("{key}: only a population")));
            assert!(wrong(&format!("kind = \"population\"\n{line}\n")).starts_with(key), "no purpose: {line}");
            let asked = format!("kind = \"population\"\nmode = \"lookup\"\n{PURPOSE}{line}\n");
            assert_eq!(wrong(&asked), "", "{line}");
        }
    }

    #[test]
    fn a_wrapper_says_what_it_lacks() {
        let base = format!("kind = \"population\"\nmode = \"lookup\"\n{PURPOSE}");
        let hashes = "lgsp_access_token = { env = \"L\" }, auth_hash = { env = \"H\" }";
        for (lines, expected) in [
            ("wrapper = \"flat_json\"\n".to_owned(), "wrapper_account: flat_json needs user_name"),
            (
                "wrapper = \"flat_json\"\nwrapper_account = { user_name = { env = \"U\" } }\noperation = \"verify\"\n"
                    .into(),
                "operation: flat_json has only the look-up",
            ),
            ("wrapper = \"flat_json\"\nwrapper_account = { user_name = { env = \"U\" } }\n".into(), ""),
            ("wrapper_account = { user_name = { env = \"U\" } }\n".into(), "wrapper_account: only the wrappers"),
            ("wrapper = \"opencps\"\n".into(), "wrapper_account: opencps needs lgsp_access_token"),
            (
                format!("wrapper = \"opencps\"\nwrapper_account = {{ {hashes} }}\n"),
                "wrapper_account: opencps needs access_token",
            ),
            (format!("wrapper = \"opencps\"\nwrapper_account = {{ {hashes} }}\n{TOKEN}"), ""),
            (
                format!(
                    "wrapper = \"opencps\"\nwrapper_account = {{ {hashes}, access_token = {{ env = \"A\" }} }}\n{TOKEN}"
                ),
                "wrapper_account: access_token would stand beside",
            ),
            (
                format!("wrapper = \"opencps\"\nwrapper_account = {{ {hashes}, access_token = {{ env = \"A\" }} }}\n"),
                "",
            ),
        ] {
            let said = wrong(&format!("{base}{lines}"));
            assert!(said.starts_with(expected) && said.is_empty() == expected.is_empty(), "{lines}: {said}");
        }
    }
}
