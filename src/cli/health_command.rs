//! `doisoat health`: which communes can work today.

use super::args::HealthArgs;
use super::table::table;
use crate::Lang;
use crate::problem::{EXIT_COMPLETE, EXIT_INCOMPLETE, Problem};
use crate::province::open_data::{csv, open_data, parquet, xlsx};
use crate::province::{Board, Boards, words};
use crate::web::health_of;
use crate::workspace::{Workspace, load_settings};
use health::State;
use schemas::Clock;
use schemas::clock::{FixedClock, SystemClock};
use std::path::Path;
use std::sync::Arc;
use store::Scope;

/// 0 where nobody has to look, else 2.
pub async fn run(config: Option<&Path>, args: HealthArgs, lang: Lang) -> Result<u8, Problem> {
    let clock: Arc<dyn Clock> = match args.as_if {
        Some(instant) => Arc::new(FixedClock(instant)),
        None => Arc::new(SystemClock),
    };
    let wanted = args.state.as_deref().map(|word| State::parse(word).ok_or_else(|| unknown(word))).transpose()?;
    let workspace = Workspace::open(load_settings(config)?.settings, clock, 0).await?;
    let mut board = Boards::new(&workspace).board().await?;
    workspace.ledger.close().await;
    let calm = board.communes.iter().all(|row| row.state.is_calm());
    if let Some(state) = wanted {
        board.communes.retain(|row| row.state == state);
    }
    if let Some(out) = &args.out {
        let rows = open_data(&board);
        let bytes = match out.extension().and_then(|ending| ending.to_str()) {
            Some("csv") => csv(&rows)?,
            Some("xlsx") => xlsx(&rows)?,
            Some("parquet") => parquet(&rows)?,
            _ => return Err(Problem::usage("USAGE", "--out must end in .csv, .xlsx or .parquet")),
        };
        std::fs::write(out, bytes)?;
    }
    if args.json {
        let told = health_of(&board, &Scope::Province);
        println!("{}", serde_json::to_string(&told).map_err(|e| Problem::failed("REPORT", e.to_string()))?);
    } else {
        print(&board, lang);
    }
    Ok(if calm { EXIT_COMPLETE } else { EXIT_INCOMPLETE })
}

fn unknown(word: &str) -> Problem {
    let known: Vec<&str> = State::ALL.into_iter().map(State::as_str).collect();
    Problem::usage("USAGE", format!("there is no state {word}; there are: {}", known.join(", ")))
}

fn print(board: &Board, lang: Lang) {
    println!("{}", words::sentence(&board.counts, lang));
    if let Some(at) = board.data_as_of {
        println!("{} {}", lang.pick("Số liệu đến", "Data as of"), lang.instant(at));
    }
    if let Some((code, cause)) = &board.failure {
        println!("{} [{code}]: {cause}", lang.pick("Lượt chạy gần nhất không xong", "The newest run did not end well"));
    }
    let mut rows = table(&match lang {
        Lang::Vi => ["Mã", "Xã, phường", "Trạng thái", "Đối soát đến", "Chưa ổn ở"],
        Lang::En => ["Code", "Commune", "State", "Verified through", "Not well at"],
    });
    for row in &board.communes {
        let sources = board.sources.iter().zip(&row.sources);
        let bad: Vec<String> = sources
            .filter(|(_, cell)| !cell.judged.state.is_calm())
            .map(|(source, cell)| format!("{}: {}", source.id, words::state(cell.judged.state, lang)))
            .collect();
        rows.add_row([
            row.code.clone(),
            row.name.clone(),
            words::state(row.state, lang).to_owned(),
            row.verified_through.map_or_else(|| "–".to_owned(), |day| lang.date(&day.to_string())),
            bad.join("; "),
        ]);
    }
    println!("{rows}");
}
