//! The province's view: which communes can work today.

mod commune;
mod export;
mod list;
mod source;
mod strip;
mod wall;

pub use commune::{fill, one, sign_off};
pub use export::{export, week};
pub use list::list;
pub use source::source;
pub use wall::wall;

use crate::Lang;
use crate::problem::Problem;
use crate::province::{Board, SourceColumn, words};
use crate::web::app::{App, Who};
use crate::web::views::StateView;
use config::rules::{source_name_en, source_name_vi};
use health::State;
use jiff::SignedDuration;

/// The board of those communes that this person may see.
async fn board(app: &App, who: &Who) -> Result<Board, Problem> {
    let mut board = app.boards.board().await?;
    let scope = who.actor().scope;
    if board.communes.iter().any(|row| !scope.sees(Some(&row.code))) {
        board.communes.retain(|row| scope.sees(Some(&row.code)));
        board.counts = health::counts(board.communes.iter().map(|row| row.state));
        for (at, source) in board.sources.iter_mut().enumerate() {
            source.counts = health::counts(board.communes.iter().map(|row| row.sources[at].judged.state));
        }
    }
    Ok(board)
}

fn state_view(state: State, lang: Lang) -> StateView {
    StateView { class: state.as_str(), letter: words::letter(state), words: words::state(state, lang) }
}

/// “5 giờ”, “2 ngày”.
fn age(age: Option<SignedDuration>, lang: Lang) -> String {
    match age.map(|age| age.as_hours()) {
        None => lang.pick("chưa có", "none").to_owned(),
        Some(hours) if hours < 1 => lang.pick("dưới 1 giờ", "under 1 h").to_owned(),
        Some(hours) if hours < 48 => format!("{hours} {}", lang.pick("giờ", "h")),
        Some(hours) => format!("{} {}", hours / 24, lang.pick("ngày", "days")),
    }
}

/// By its kind; with its own name where there are several of the kind.
fn source_name(source: &SourceColumn, all: &[SourceColumn], lang: Lang) -> String {
    let kind = match lang {
        Lang::Vi => source_name_vi(source.kind),
        Lang::En => source_name_en(source.kind),
    };
    match all.iter().filter(|other| other.kind == source.kind).count() {
        1 => kind.to_owned(),
        _ => format!("{kind} ({})", source.id),
    }
}
