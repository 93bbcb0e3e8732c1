//! The connectors against a small HTTP server that misbehaves on request.

mod ask_now;
mod authentication;
mod bodies;
mod campaign;
mod civil_errors;
mod conformance;
mod look_ups;
mod moving_list;
mod retries;
mod server;
mod servers;
mod sql_pull;
#[cfg(feature = "mssql")]
mod sql_server;
mod sql_support;
mod sql_survival;
mod subjects;
mod support;
mod verification;
mod wrappers;
