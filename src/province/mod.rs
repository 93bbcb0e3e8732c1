//! Which communes can work today: from the nights in the ledger to a board, judged at an instant.
//!
//! The rules are those of the room `health`; here is where they get their facts. Page, API, command
//! line and metrics show the same board.

mod board;
mod history;
mod judging;
pub mod open_data;
pub mod readiness;
pub mod words;

pub use board::{Board, CommuneRow, FindingTrend, SourceCell, SourceColumn, StaleShare};
pub use history::{History, Mark, Quality};
pub use judging::{Boards, network, policy};
pub use open_data::{OpenData, open_data};
pub use readiness::{Readiness, readiness};
