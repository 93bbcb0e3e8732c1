//! Keys of other programs, for IT staff.

use super::accounts::{communes, known_communes, scope_of};
use super::draw::{Page, draw, draw_with, see};
use super::sign_in::note;
use crate::Lang;
use crate::access::{KEY_SCOPES, Token, random_id};
use crate::problem::Problem;
use crate::web::app::{App, Failure, Reader, Who, fields_of_form, frame, scope_words};
use crate::web::views::{Choice, FormError, KeyRow, KeysPage, OneTime};
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use jiff::civil::Date;
use jiff::{SignedDuration, ToSpan};
use schemas::clock::{VIETNAM, vietnam_date};
use store::ledger::ApiKey;

/// A key that lasts for ever is one that nobody remembers.
const LONGEST_DAYS: i32 = 366;
/// Its last days are told.
const SOON: SignedDuration = SignedDuration::from_hours(14 * 24);

#[derive(Default)]
struct Typed {
    name: String,
    expires_on: String,
    scopes: Vec<String>,
    communes: Vec<String>,
    errors: Vec<FormError>,
    one_time: Option<(String, String)>,
}

pub async fn list(State(app): State<App>, who: Who, reader: Reader) -> Page {
    draw(&page(&app, &who, &reader, Typed::default()).await?)
}

async fn page(app: &App, who: &Who, reader: &Reader, typed: Typed) -> Result<KeysPage, Failure> {
    let lang = reader.lang;
    let keys = app.ledger().api_keys().await?;
    let one_time = match typed.one_time {
        Some((about, value)) => OneTime { shown: true, about, value, until: lang.date(&typed.expires_on) },
        None => OneTime { shown: false, about: String::new(), value: String::new(), until: String::new() },
    };
    let scope = |word: &&str| Choice {
        value: (*word).to_owned(),
        label: scope_name(word, lang).to_owned(),
        chosen: typed.scopes.iter().any(|chosen| chosen == word),
    };
    let default_end = vietnam_date(app.now()).saturating_add(180.days()).to_string();
    Ok(KeysPage {
        frame: frame(app, who, reader, "keys", lang.pick("Khóa kết nối", "API keys")).await?,
        rows: keys.iter().map(|key| row(app, key, lang)).collect(),
        one_time,
        errors: typed.errors,
        name: typed.name,
        expires_on: if typed.expires_on.is_empty() { default_end } else { typed.expires_on },
        scopes: KEY_SCOPES.iter().map(scope).collect(),
        communes: communes(app, &typed.communes, lang),
    })
}

fn scope_name(word: &str, lang: Lang) -> &str {
    match word {
        "check" => lang.pick("hỏi kết luận", "ask for verdicts"),
        "morning" => lang.pick("đọc danh sách sáng nay", "read the morning's list"),
        "decide" => lang.pick("ghi quyết định", "record decisions"),
        other => other,
    }
}

fn row(app: &App, key: &ApiKey, lang: Lang) -> KeyRow {
    let now = app.now();
    let state = match (key.revoked_at, key.expires_at.duration_since(now)) {
        (Some(_), _) => lang.pick("đã thu hồi", "revoked"),
        (None, left) if left.is_negative() => lang.pick("đã hết hạn", "expired"),
        (None, left) if left < SOON => lang.pick("sắp hết hạn", "expires soon"),
        _ => lang.pick("đang dùng", "in use"),
    };
    KeyRow {
        id: key.key_id.clone(),
        name: key.name.clone(),
        prefix: format!("{}…", &key.key_id[..8.min(key.key_id.len())]),
        scopes: key.scopes.iter().map(|word| scope_name(word, lang)).collect::<Vec<_>>().join(", "),
        communes: scope_words(app, &key.scope, lang),
        expires: lang.instant(key.expires_at),
        last_used: key.used_at.map_or_else(|| "–".to_owned(), |at| lang.instant(at)),
        state_words: state.to_owned(),
        may_revoke: key.revoked_at.is_none(),
    }
}

pub async fn create(State(app): State<App>, who: Who, reader: Reader, body: Bytes) -> Page {
    let fields = fields_of_form(&body);
    let field =
        |name: &str| fields.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone()).unwrap_or_default();
    let all = |name: &str| -> Vec<String> {
        fields.iter().filter(|(key, _)| key == name).map(|(_, value)| value.clone()).collect()
    };
    let mut typed = Typed {
        name: field("name"),
        expires_on: field("expires_on"),
        scopes: all("scopes"),
        communes: all("communes"),
        ..Typed::default()
    };
    match made(&app, &who, &typed).await {
        Ok(token) => {
            let lang = reader.lang;
            let about = format!("{} {}", lang.pick("Khóa của", "The key of"), typed.name);
            typed = Typed { one_time: Some((about, token)), expires_on: typed.expires_on, ..Typed::default() };
            draw(&page(&app, &who, &reader, typed).await?)
        }
        Err(problem) => {
            let field = match problem.code.as_str() {
                "DISPLAY_NAME" => "name",
                "EXPIRY" => "expires-on",
                "KEY_SCOPES" => "scopes",
                "NO_COMMUNE" => "communes",
                _ => return Err(problem.into()),
            };
            typed.errors = vec![FormError { field: field.into(), text: problem.next_step(reader.lang).to_owned() }];
            draw_with(StatusCode::UNPROCESSABLE_ENTITY, &page(&app, &who, &reader, typed).await?)
        }
    }
}

async fn made(app: &App, who: &Who, typed: &Typed) -> Result<String, Problem> {
    let name = typed.name.trim();
    if name.is_empty() || name.chars().count() > 100 {
        return Err(Problem::usage("DISPLAY_NAME", "say what the key is for"));
    }
    let now = app.now();
    let today = vietnam_date(now);
    let expires_on: Date =
        typed.expires_on.parse().map_err(|_| Problem::usage("EXPIRY", "the day on which it expires is missing"))?;
    if expires_on <= today || expires_on > today.saturating_add(LONGEST_DAYS.days()) {
        return Err(Problem::usage("EXPIRY", "a key expires within a year, and not before tomorrow"));
    }
    if typed.scopes.is_empty() || typed.scopes.iter().any(|word| !KEY_SCOPES.contains(&word.as_str())) {
        return Err(Problem::usage("KEY_SCOPES", "choose what the key may do"));
    }
    if typed.communes.is_empty() {
        return Err(Problem::usage("NO_COMMUNE", "choose communes, or the whole province"));
    }
    known_communes(app, &typed.communes)?;
    let token = Token::new("dsk_", app.entropy.as_ref())?;
    let end = VIETNAM.to_timestamp(expires_on.at(0, 0, 0, 0));
    let key = ApiKey {
        key_id: random_id(app.entropy.as_ref())?,
        name: name.to_owned(),
        token_hash: token.hash(),
        scopes: typed.scopes.clone(),
        scope: scope_of(&typed.communes),
        created_by: who.signed_in.account.login.clone(),
        created_at: now,
        expires_at: end.map_err(|_| Problem::usage("EXPIRY", "there is no such day"))?,
        revoked_at: None,
        used_at: None,
    };
    note(app, &who.signed_in.account.login, "key.create", &key.key_id).await?;
    app.ledger().create_api_key(&key).await?;
    Ok(token.text().to_owned())
}

pub async fn revoke(State(app): State<App>, who: Who, Path(id): Path<String>) -> Page {
    note(&app, &who.signed_in.account.login, "key.revoke", &id).await?;
    app.ledger().revoke_api_key(&id, app.now()).await?;
    see("/keys")
}
