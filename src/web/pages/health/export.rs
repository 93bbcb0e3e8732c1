//! The board as a file for the province's own tools, and a commune's week for its officers.

use super::board;
use crate::problem::Problem;
use crate::province::open_data::{csv, open_data, parquet, xlsx};
use crate::web::app::{App, Reader, Who, unit_name};
use crate::web::pages::draw::Page;
use crate::web::pages::sign_in::note;
use crate::work::weekly;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::IntoResponse;
use schemas::clock::vietnam_date;

pub async fn export(State(app): State<App>, who: Who, Path(format): Path<String>) -> Page {
    let board = board(&app, &who).await?;
    let rows = open_data(&board);
    let (bytes, kind, ending) = match format.as_str() {
        "csv" => (csv(&rows)?, "text/csv; charset=utf-8", "csv"),
        "xlsx" => (xlsx(&rows)?, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
        "parquet" => (parquet(&rows)?, "application/vnd.apache.parquet", "parquet"),
        _ => return Err(Problem::usage("NOT_FOUND", "there is csv, xlsx and parquet").into()),
    };
    let name = format!("attachment; filename=\"tinh-trang-{}.{ending}\"", vietnam_date(board.at));
    let headers = [(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, name)];
    Ok((headers, bytes).into_response())
}

const WORKBOOK: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// What stands in a commune, by who must correct it. There are citizens in it: it is noted.
pub async fn week(State(app): State<App>, who: Who, reader: Reader, Path(code): Path<String>) -> Page {
    let actor = who.actor();
    if !actor.scope.sees(Some(&code)) || !app.boards.knows(&code) {
        return Err(Problem::usage("NOT_FOUND", "there is no such commune here").into());
    }
    note(&app, &actor.name, "week.export", &code).await?;
    let found = weekly::standing(&app.desk.workspace, &code).await?;
    let bytes = weekly::workbook(&unit_name(&app, &code), &found, reader.lang)?;
    let name = format!("attachment; filename=\"can-sua-{code}-{}.xlsx\"", vietnam_date(app.now()));
    Ok(([(header::CONTENT_TYPE, WORKBOOK.to_owned()), (header::CONTENT_DISPOSITION, name)], bytes).into_response())
}
