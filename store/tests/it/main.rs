//! The stores, tried as the program uses them. One binary.

#![allow(clippy::unwrap_used)]

#[path = "../support/postgres.rs"]
mod postgres;

mod audit;
mod both;
mod findings;
mod kept_findings;
mod lease;
mod lookup;
mod nights;
mod opening;
mod pages;
mod people;
mod promotion;
mod retention;
mod run_results;
mod snapshot;
mod work;
mod world;
