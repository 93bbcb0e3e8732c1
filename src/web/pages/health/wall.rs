//! The same as tiles, for a screen on a wall. Loads itself anew.

use super::list::{as_of, failure};
use super::{board, state_view};
use crate::province::words;
use crate::web::app::{App, Reader, Who, frame};
use crate::web::pages::draw::{Page, draw};
use crate::web::views::{Tile, WallPage};
use axum::extract::State;
use axum::http::{HeaderValue, header};

/// Seconds until the wall is drawn anew.
const ANEW: &str = "60";

pub async fn wall(State(app): State<App>, who: Who, reader: Reader) -> Page {
    let lang = reader.lang;
    let board = board(&app, &who).await?;
    let tiles = board.communes.iter().map(|row| Tile {
        code: row.code.clone(),
        name: row.name.clone(),
        state: state_view(row.state, lang),
    });
    let mut response = draw(&WallPage {
        frame: frame(&app, &who, &reader, "health", lang.pick("Màn hình theo dõi", "Wall")).await?,
        sentence: words::sentence(&board.counts, lang),
        as_of: as_of(&board, lang),
        failure: failure(&board, lang),
        tiles: tiles.collect(),
    })?;
    response.headers_mut().insert(header::REFRESH, HeaderValue::from_static(ANEW));
    Ok(response)
}
