//! The whole program, as its users run it: the real binary, the sandbox's real HTTP, a real
//! PostgreSQL. One binary, so that polars is linked once.

#[path = "../../store/tests/support/postgres.rs"]
mod postgres;

mod answers;
mod architecture;
mod audit;
mod bad_input;
mod chaos;
mod check;
mod command_line;
mod compare;
mod demo;
mod digest;
mod documents;
mod files;
mod interrupted;
mod keep;
mod link;
mod links;
mod morning;
mod nights;
mod nonsense;
mod parquet;
mod privacy;
mod replay;
mod rules;
mod shapes;
mod sql_source;
mod support;
mod units;
mod web;
