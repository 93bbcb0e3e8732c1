//! The faults that the program must survive, each with its figures in
//! `tests/scenarios/reliability.toml`. `make chaos` runs the full ones.

mod clocks;
mod database;
mod disk;
mod failures;
mod instances;
mod kill;
mod province;
mod proxy;
#[path = "../../support/chaos.rs"]
mod scenario;
