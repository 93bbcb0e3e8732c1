//! The program: it joins the rooms below it (connectors, stores, reconciliation, sandbox) into a
//! nightly run and the commands around it.
//!
//! Errors: every room has its own typed error; here they become a [`Problem`], which is what a
//! person reads: a code, the cause and the next step.

pub mod access;
pub mod audit;
pub mod check;
pub mod cli;
pub mod demo;
pub mod keep;
pub mod lang;
pub mod metrics;
pub mod nightly;
pub mod problem;
pub mod province;
pub mod rows;
pub mod rules_trial;
pub mod schedule;
pub mod sync;
pub mod tables;
pub mod units;
pub mod watch;
pub mod web;
pub mod work;
pub mod workspace;

pub use lang::Lang;
pub use problem::Problem;

/// Reading a source is allocating small texts from many threads. The allocator of glibc spends
/// about a fifth of the time of a pull on that (`docs/performance.md`). Its second version, for the third
/// keeps for a second what it was given back (ADR 16).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;
