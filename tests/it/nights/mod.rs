//! The province's view and the nights without a person.

mod brought;
mod month;
mod pages;
mod prometheus;
mod receivers;
mod schedule;
#[cfg(feature = "otel")]
mod traces;
