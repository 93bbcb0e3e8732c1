//! What is checked of a SQL source when the settings are loaded.

use super::SourceKind;
use super::sql::{SqlAddress, SqlDialect, SqlField, SqlSettings, SqlView};
use schemas::record::{CivilEventRecord, DossierRecord, LandRightRecord, PersonRecord};
use schemas::{CommuneCode, Dataset};
use std::collections::BTreeMap;

/// A key under the source's table, and what is wrong with its value.
type Wrong = (String, String);

/// The longest name that all three databases accept.
const LONGEST_NAME: usize = 63;

/// Columns that hold a number of a person: a key that is one of them must be hashed.
const NUMBERS_OF_PEOPLE: [&str; 7] =
    ["personal_id", "old_id", "former_ids", "paper_number", "father_id", "mother_id", "spouse_id"];

/// The first thing that is not allowed.
pub(super) fn problem(sql: &SqlSettings) -> Option<Wrong> {
    let wrong = |key: &str, cause: &str| Some((format!("sql.{key}"), cause.to_owned()));
    if address(&sql.url).is_none() {
        return wrong(
            "url",
            "must be postgres://, mysql:// or mssql:// with host, optional port and database, without user and password",
        );
    }
    if sql.user.trim().is_empty() {
        return wrong("user", "must name the read-only account");
    }
    if sql.stands_for == SourceKind::Sql {
        return wrong("stands_for", "must be population, civil_status, land, one_stop or files");
    }
    for (key, value) in
        [("connect_timeout_ms", sql.connect_timeout_ms), ("statement_timeout_ms", sql.statement_timeout_ms)]
    {
        if !(10..=600_000).contains(&value) {
            return wrong(key, "must be from 10 to 600000");
        }
    }
    if sql.views.is_empty() {
        return wrong("views", "must name at least one view");
    }
    let mut feeds: BTreeMap<Dataset, bool> = BTreeMap::new();
    for (at, view) in sql.views.iter().enumerate() {
        if let Some((key, cause)) = view_problem(view) {
            return Some((format!("sql.views.{at}.{key}"), cause));
        }
        if sql.views[..at].iter().any(|other| other.name == view.name && other.dataset == view.dataset) {
            return wrong(&format!("views.{at}.name"), "is there twice for one dataset");
        }
        let shares_keys = |other: &&SqlView| other.dataset == view.dataset && other.key_prefix == view.key_prefix;
        if sql.views[..at].iter().any(|other| shares_keys(&other)) {
            return wrong(
                &format!("views.{at}.key_prefix"),
                "must tell the keys of this view from those of the other views of its dataset",
            );
        }
        if *feeds.entry(view.dataset).or_insert(view.watermark.is_some()) != view.watermark.is_some() {
            return wrong(&format!("views.{at}"), "views of one dataset must all have a watermark, or none");
        }
    }
    None
}

fn view_problem(view: &SqlView) -> Option<Wrong> {
    let wrong = |key: &str, cause: String| Some((key.to_owned(), cause));
    let parts: Vec<&str> = view.name.split('.').collect();
    if parts.len() > 3 || !parts.iter().all(|part| is_name(part)) {
        return wrong("name", NAME_RULE.to_owned());
    }
    let columns = [
        ("key", Some(view.key.as_str())),
        ("watermark", view.watermark.as_ref().map(|watermark| watermark.column())),
        ("commune_column", view.commune_column.as_deref()),
        ("deleted", view.deleted.as_deref()),
    ];
    for (key, column) in columns {
        if column.is_some_and(|column| !is_name(column)) {
            return wrong(key, NAME_RULE.to_owned());
        }
    }
    if view.key_prefix.len() > 20 || !view.key_prefix.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-./".contains(&b))
    {
        return wrong("key_prefix", "must be made of letters, digits and _ - . /, 20 at most".into());
    }
    match (&view.commune_column, &view.commune) {
        (Some(_), None) => {}
        (None, Some(code)) if CommuneCode::parse(code).is_ok() => {}
        (None, Some(_)) => return wrong("commune", "must be a commune code of 5 digits".into()),
        _ => return wrong("commune_column", "either commune_column or commune must be set, not both".into()),
    }
    let known = columns_of(view.dataset);
    for (field, from) in &view.fields {
        let key = format!("fields.{field}");
        if !known.contains(&field.as_str()) {
            let cause = format!("is no column of {}: one of {}", view.dataset, known.join(", "));
            return wrong(&key, cause);
        }
        if from.column().is_some_and(|column| !is_name(column)) {
            return wrong(&key, NAME_RULE.to_owned());
        }
        if let SqlField::Mapped(mapped) = from
            && mapped.date_format.is_some()
            && !is_date(field)
        {
            return wrong(&key, "is no date: it takes no date_format".into());
        }
        if let Some(cause) = words_problem(field, from) {
            return wrong(&key, cause);
        }
        if from.column() == Some(view.key.as_str()) && NUMBERS_OF_PEOPLE.contains(&field.as_str()) && !view.hash_key {
            return wrong("key", "is the number of a person: set hash_key = true, or choose another key".into());
        }
    }
    if view.fields.is_empty() {
        return wrong("fields", "must map at least one column".into());
    }
    None
}

/// The words that a field takes, where it takes only some.
pub fn canonical_words(field: &str) -> Option<&'static [&'static str]> {
    Some(match field {
        "sex" => &["m", "f", "o"],
        "marital_status" => &["single", "married", "divorced", "widowed"],
        "paper_kind" => &["cmnd", "cccd", "passport", "other"],
        "owner_kind" => &["individual", "couple", "household", "organisation", "community"],
        "status" => &["received", "processing", "supplement", "done", "refused", "cancelled", "unknown"],
        "event" => &["birth", "death", "marriage"],
        "role" => &["child", "deceased", "husband", "wife"],
        _ => return None,
    })
}

/// Constants and mapped values are taken as they are: they must be canonical.
fn words_problem(field: &str, from: &SqlField) -> Option<String> {
    let words = canonical_words(field)?;
    let given: Vec<&str> = match from {
        SqlField::Column(_) => Vec::new(),
        SqlField::Constant(constant) => vec![&constant.constant],
        SqlField::Mapped(mapped) => mapped.values.values().map(String::as_str).collect(),
    };
    given.iter().any(|word| !words.contains(word)).then(|| format!("takes only {}", words.join(", ")))
}

const NAME_RULE: &str = "must be made of letters A-Z, digits and _, 63 at most, and begin with a letter or _";

fn is_name(text: &str) -> bool {
    text.len() <= LONGEST_NAME
        && text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

fn is_date(field: &str) -> bool {
    matches!(field, "birth_date" | "died_on" | "event_date" | "registered_on" | "issued_on")
}

fn columns_of(dataset: Dataset) -> &'static [&'static str] {
    match dataset {
        Dataset::Person => PersonRecord::COLUMNS,
        Dataset::CivilEvent => CivilEventRecord::COLUMNS,
        Dataset::LandRight => LandRightRecord::COLUMNS,
        Dataset::Dossier => DossierRecord::COLUMNS,
    }
}

pub(super) fn address(url: &str) -> Option<SqlAddress> {
    let (scheme, rest) = url.split_once("://")?;
    let (dialect, usual_port) = match scheme {
        "postgres" | "postgresql" => (SqlDialect::Postgres, 5432),
        "mysql" | "mariadb" => (SqlDialect::MySql, 3306),
        "mssql" | "sqlserver" => (SqlDialect::SqlServer, 1433),
        _ => return None,
    };
    let (authority, database) = rest.split_once('/')?;
    let (host, port) = match authority.strip_prefix('[') {
        Some(v6) => {
            let (host, port) = v6.split_once(']')?;
            (host, if port.is_empty() { None } else { Some(port.strip_prefix(':')?) })
        }
        None => match authority.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (authority, None),
        },
    };
    let port = match port {
        Some(port) => port.parse().ok()?,
        None => usual_port,
    };
    let plain = |text: &str| !text.is_empty() && !text.contains(|c: char| "@?#/ \\'\"".contains(c) || c.is_control());
    (plain(host) && plain(database)).then(|| SqlAddress {
        dialect,
        host: host.to_owned(),
        port,
        database: database.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Settings;
    use std::path::Path;

    const GOOD: &str = "[province]\ncode = \"08\"\n\n[sources.case]\nkind = \"sql\"\n\n[sources.case.sql]\n\
        url = \"postgres://db.example.invalid/motcua\"\nuser = \"reader\"\npassword = { env = \"P\" }\n\
        stands_for = \"one_stop\"\n\n[[sources.case.sql.views]]\nname = \"doisoat.ho_so\"\ndataset = \"dossier\"\n\
        key = \"id\"\ncommune_column = \"ma_xa\"\nwatermark = { kind = \"time\", column = \"cap_nhat\" }\n\
        [sources.case.sql.views.fields]\ncode = \"ma_ho_so\"\n\
        birth_date = { column = \"ngay_sinh\", date_format = \"dd/MM/yyyy\" }\n\
        sex = { column = \"gioi_tinh\", values = { \"0\" = \"f\" } }\n";

    fn error(text: &str) -> String {
        Settings::parse(text, Path::new("d.toml")).map(|_| ()).map_err(|e| e.to_string()).expect_err(text)
    }

    #[test]
    fn a_database_is_configured_by_its_views() {
        let settings = Settings::parse(GOOD, Path::new("d.toml")).expect("valid");
        let source = settings.sources.values().next().expect("a source");
        let sql = source.sql.as_ref().expect("a database");
        assert_eq!(source.system(), SourceKind::OneStop);
        let address = sql.address().expect("an address");
        assert_eq!((address.dialect, address.port), (SqlDialect::Postgres, 5432));
        assert_eq!(address.database, "motcua");
        let again = Settings::parse(&settings.to_toml(), Path::new("again")).expect("what is written is read");
        assert_eq!(again, settings);
    }

    #[test]
    fn the_example_in_the_template_is_valid() {
        let (_, example) = crate::settings::TEMPLATE.split_once("# [sources.one_stop_sql]").expect("the example");
        let lines = example.lines().skip(1).map(|line| line.strip_prefix("# ").unwrap_or_default());
        let text = lines.collect::<Vec<_>>().join("\n");
        let text = format!("[province]\ncode = \"08\"\n[sources.one_stop_sql]\n{text}");
        let settings = Settings::parse(&text, Path::new("template")).expect("valid");
        assert!(settings.sources.values().all(|source| source.sql.is_some()));
    }

    #[test]
    fn what_is_wrong_is_named_with_its_line() {
        for (from, to, expected) in [
            ("postgres://db", "postgres://u:secret@db", "d.toml:8: sources.case.sql.url: must be"),
            ("postgres://db", "oracle://db", "d.toml:8: sources.case.sql.url: must be"),
            ("\"one_stop\"", "\"sql\"", "d.toml:11: sources.case.sql.stands_for: must be"),
            ("doisoat.ho_so", "ho_so; DROP TABLE x", "d.toml:14: sources.case.sql.views.0.name: must be made of"),
            ("doisoat.ho_so", "hồ_sơ", "d.toml:14: sources.case.sql.views.0.name: must be made of"),
            ("key = \"id\"", "key = \"i\\\"d\"", "d.toml:16: sources.case.sql.views.0.key: must be made of"),
            ("ma_xa", "ma xa", "d.toml:17: sources.case.sql.views.0.commune_column: must be made of"),
            ("commune_column = \"ma_xa\"", "commune = \"691\"", "d.toml:17: sources.case.sql.views.0.commune: must be"),
            (
                "\ncode = \"ma",
                "\ncod = \"ma",
                "d.toml:20: sources.case.sql.views.0.fields.cod: is no column of dossier",
            ),
            ("code = \"ma_ho_so\"", "code = \"a`b\"", "d.toml:20: sources.case.sql.views.0.fields.code: must be made"),
            ("code = \"ma_ho_so\"", "personal_id = \"id\"", "d.toml:16: sources.case.sql.views.0.key: is the number"),
            ("\"f\"", "\"nữ\"", "d.toml:22: sources.case.sql.views.0.fields.sex: takes only m, f, o"),
            ("birth_date", "name", "d.toml:21: sources.case.sql.views.0.fields.name: is no date"),
        ] {
            let error = error(&GOOD.replace(from, to));
            assert!(error.starts_with(expected), "{error}\n{expected}");
            assert!(!error.contains("secret"), "{error}");
        }
        let second = GOOD.split_once("[[").map(|(_, view)| view.replace("doisoat.ho_so", "doisoat.ho_so_cu"));
        let twice = format!("{GOOD}[[{}", second.expect("a view"));
        let error_of_second = error(&twice);
        assert!(
            error_of_second.starts_with("d.toml:23: sources.case.sql.views.1.key_prefix: must"),
            "{error_of_second}"
        );
        let told_apart = twice.replace("ho_so_cu\"", "ho_so_cu\"\nkey_prefix = \"cu/\"");
        Settings::parse(&told_apart, Path::new("d.toml")).expect("told apart");
        let error = error(&GOOD.replace("kind = \"sql\"", "kind = \"land\"\nbase_url = \"https://h\""));
        assert!(error.contains("sources.case.sql: only"), "{error}");
    }

    #[test]
    fn a_whole_address_has_host_and_database() {
        for (url, expected) in [
            ("mysql://10.0.0.1:3307/a", Some(("10.0.0.1", 3307, "a"))),
            ("mssql://[::1]/a", Some(("::1", 1433, "a"))),
            ("mssql://[::1]:14330/a", Some(("::1", 14330, "a"))),
            ("postgres://h", None),
            ("postgres:///a", None),
            ("postgres://h/a?sslmode=disable", None),
            ("postgres://h:99999/a", None),
        ] {
            let found = address(url);
            let found = found.as_ref().map(|a| (a.host.as_str(), a.port, a.database.as_str()));
            assert_eq!(found, expected, "{url}");
        }
        assert!(address("mysql://127.0.0.1/a").is_some_and(|a| a.is_loopback()));
        assert!(address("mysql://10.0.0.1/a").is_some_and(|a| !a.is_loopback()));
    }
}
