//! The stores, tried as the program uses them. One binary.

#![allow(clippy::unwrap_used)]

#[path = "../support/postgres.rs"]
mod postgres;

mod contract;
mod lookup;
mod snapshot;
mod world;
