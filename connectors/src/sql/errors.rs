//! What the errors of each database mean. Their texts are not passed on: they quote values.

use schemas::ErrorClass::{self, Authentication, Contract, Permanent, Throttled, Transient};
use schemas::SourceError;

/// An error of the database by its own code.
pub fn postgres(state: &str) -> SourceError {
    let (class, code, what) = match state {
        "57014" => STATEMENT_TIMEOUT,
        "57P01" | "57P02" | "57P03" => SHUTTING_DOWN,
        "53300" => TOO_MANY_CONNECTIONS,
        "40001" | "40P01" => DEADLOCK,
        "55P03" => LOCK_TIMEOUT,
        "42501" => NO_PERMISSION,
        "3D000" => NO_DATABASE,
        "42P01" | "3F000" => NO_VIEW,
        "42703" => NO_COLUMN,
        "42883" | "42804" | "42846" => TYPE_MISMATCH,
        "25006" => READ_ONLY,
        _ => match state.get(..2).unwrap_or_default() {
            "08" => CONNECTION_RESET,
            "28" => LOGIN_REFUSED,
            "22" => TYPE_MISMATCH,
            "53" | "58" | "XX" => INTERNAL,
            _ => OTHER,
        },
    };
    told(class, code, what, state)
}

pub fn mysql(number: u16) -> SourceError {
    let (class, code, what) = match number {
        // MariaDB and MySQL.
        1969 | 3024 => STATEMENT_TIMEOUT,
        1053 | 1077 | 1317 | 1927 | 2006 | 2013 => SHUTTING_DOWN,
        1040 | 1203 | 1226 => TOO_MANY_CONNECTIONS,
        1213 => DEADLOCK,
        1205 => LOCK_TIMEOUT,
        1142 | 1143 | 1227 | 1370 => NO_PERMISSION,
        1044 | 1045 | 1130 | 1251 | 1524 | 1698 | 1820 | 1862 | 3118 => LOGIN_REFUSED,
        1049 => NO_DATABASE,
        1146 | 1356 => NO_VIEW,
        1054 => NO_COLUMN,
        1264 | 1292 | 1366 | 1411 | 1525 => TYPE_MISMATCH,
        1792 => READ_ONLY,
        1152..=1161 | 1184 => CONNECTION_RESET,
        1021 | 1037 | 1038 | 1041 | 1135 => INTERNAL,
        _ => OTHER,
    };
    told(class, code, what, &number.to_string())
}

#[cfg_attr(not(feature = "mssql"), allow(dead_code))]
pub fn sql_server(number: u32) -> SourceError {
    let (class, code, what) = match number {
        1205 => DEADLOCK,
        1222 => LOCK_TIMEOUT,
        6005 | 6006 | 17142 | 18401 | 40197 | 40613 => SHUTTING_DOWN,
        10928 | 10929 | 17809 | 17810 | 40501 | 49918..=49920 => TOO_MANY_CONNECTIONS,
        229 | 230 | 262 | 300 | 297 | 916 => NO_PERMISSION,
        18450..=18470 | 18486..=18488 => LOGIN_REFUSED,
        911 | 4060 => NO_DATABASE,
        208 => NO_VIEW,
        207 => NO_COLUMN,
        206 | 241 | 242 | 245 | 257 | 8114..=8116 | 8169 => TYPE_MISMATCH,
        701 | 802 | 823..=825 | 1204 | 8645 | 8651 => INTERNAL,
        3906 | 3908 | 978 => READ_ONLY,
        _ => OTHER,
    };
    told(class, code, what, &number.to_string())
}

type Meaning = (ErrorClass, &'static str, &'static str);

const STATEMENT_TIMEOUT: Meaning = (Transient, "statement_timeout", "the statement took longer than allowed");
const SHUTTING_DOWN: Meaning = (Transient, "shutting_down", "the database is starting, stopping or ended the session");
const TOO_MANY_CONNECTIONS: Meaning = (Throttled, "too_many_connections", "the database takes no more connections");
const DEADLOCK: Meaning = (Transient, "deadlock", "the statement lost against another transaction");
const LOCK_TIMEOUT: Meaning = (Transient, "lock_timeout", "a lock was not free in time");
const CONNECTION_RESET: Meaning = (Transient, "connection_reset", "the connection broke");
const INTERNAL: Meaning = (Transient, "database_error", "the database has an error or no resources");
const LOGIN_REFUSED: Meaning = (Authentication, "login_refused", "the account or its password is refused");
const NO_PERMISSION: Meaning = (Authentication, "no_permission", "the account may not read the view");
const NO_DATABASE: Meaning = (Permanent, "no_database", "the database does not exist");
const NO_VIEW: Meaning = (Contract, "no_view", "the view does not exist or is broken");
const NO_COLUMN: Meaning = (Contract, "no_column", "the view lacks a column that the settings name");
const TYPE_MISMATCH: Meaning = (Contract, "type_mismatch", "a column has another type than its use needs");
const READ_ONLY: Meaning = (Contract, "writes", "the view tries to write");
const OTHER: Meaning = (Contract, "sql_error", "the database refuses the statement");

fn told(class: ErrorClass, code: &str, what: &str, number: &str) -> SourceError {
    SourceError::new(class, code, format!("{what} (error {number} of the database)"))
}

/// An error below SQL.
pub fn io(error: &std::io::Error, connecting: bool) -> SourceError {
    if error.get_ref().is_some_and(|inner| inner.is::<rustls::Error>()) {
        return tls();
    }
    match error.kind() {
        std::io::ErrorKind::TimedOut => timeout("the connection took too long"),
        _ if connecting => SourceError::new(Transient, "connect", "the database cannot be reached"),
        _ => SourceError::new(Transient, "connection_reset", "the connection broke"),
    }
}

pub fn tls() -> SourceError {
    SourceError::new(Permanent, "tls_refused", "the certificate or the handshake is refused")
}

pub fn timeout(what: &str) -> SourceError {
    SourceError::new(Transient, "timeout", what)
}

/// An error of sqlx that is none of the database.
pub fn sqlx(error: &sqlx::Error, connecting: bool) -> SourceError {
    match error {
        sqlx::Error::Io(error) => io(error, connecting),
        sqlx::Error::Tls(_) => tls(),
        sqlx::Error::Configuration(_) => {
            SourceError::new(Permanent, "bad_settings", "the connection settings cannot be used")
        }
        // A connection that is cut inside an answer looks like a broken protocol.
        _ => SourceError::new(Transient, "bad_answer", "the answer of the database cannot be understood"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_database_says_the_same_in_its_own_numbers() {
        for (error, class, code) in [
            (postgres("28P01"), Authentication, "login_refused"),
            (mysql(1045), Authentication, "login_refused"),
            (sql_server(18456), Authentication, "login_refused"),
            (postgres("42501"), Authentication, "no_permission"),
            (mysql(1142), Authentication, "no_permission"),
            (sql_server(229), Authentication, "no_permission"),
            (postgres("42P01"), Contract, "no_view"),
            (mysql(1146), Contract, "no_view"),
            (sql_server(208), Contract, "no_view"),
            (postgres("42703"), Contract, "no_column"),
            (mysql(1054), Contract, "no_column"),
            (sql_server(207), Contract, "no_column"),
            (postgres("40P01"), Transient, "deadlock"),
            (mysql(1213), Transient, "deadlock"),
            (sql_server(1205), Transient, "deadlock"),
            (postgres("53300"), Throttled, "too_many_connections"),
            (mysql(1040), Throttled, "too_many_connections"),
            (sql_server(10928), Throttled, "too_many_connections"),
            (postgres("57014"), Transient, "statement_timeout"),
            (mysql(1969), Transient, "statement_timeout"),
            (mysql(3024), Transient, "statement_timeout"),
            (postgres("57P01"), Transient, "shutting_down"),
            (mysql(1053), Transient, "shutting_down"),
            (sql_server(6005), Transient, "shutting_down"),
            (postgres("22P02"), Contract, "type_mismatch"),
            (sql_server(245), Contract, "type_mismatch"),
            (postgres("42601"), Contract, "sql_error"),
            (mysql(9999), Contract, "sql_error"),
            (sql_server(99999), Contract, "sql_error"),
        ] {
            assert_eq!((error.class, error.code.as_str()), (class, code), "{error}");
        }
    }
}
