//! The pages and the API, over HTTP, as people and programs use them.

mod accounts;
mod api;
mod browser;
mod canaries;
mod crowd;
mod day;
mod doors;
mod errors;
mod forged;
mod live;
mod neighbours;
mod oidc;
pub mod person;
pub mod site;
mod tls;
