//! Tables for a terminal.

use comfy_table::{ContentArrangement, Table, presets};

/// A table with a rule under its header and nothing else.
pub fn table(header: &[&str]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic).set_header(header.to_vec());
    table
}
