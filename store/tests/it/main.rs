//! The stores, tried as the program uses them. One binary.

#![allow(clippy::unwrap_used)]

#[path = "../support/postgres.rs"]
mod postgres;

mod both;
mod contract;
mod lookup;
mod nights;
mod people;
mod snapshot;
mod work;
mod world;
