//! The HTTP face: pages for clerks, units as JSON and as an OpenRefine reconciliation service.
//!
//! Pages are drawn here and work without scripts. Every one of them stands in one list with what it
//! asks of whoever comes (`pages/mod.rs`); requests are not logged with what they ask.

mod api;
mod app;
mod health;
mod openrefine;
mod pages;
mod problem;
mod serve;
mod units;
mod views;

pub use api::health_of;
pub use app::{App, AppState, Needs, RouteInfo};
pub use health::routes as health_routes;
pub use serve::{Serving, certificate, serve};
