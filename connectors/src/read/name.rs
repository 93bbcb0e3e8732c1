//! A name, whole or in the parts `Ho`, `ChuDem`, `Ten`.

use super::{Fields, Problem};

/// The whole name stands in one part or is split into three; joined it is the same.
pub fn name(holder: Fields<'_>, field: &str) -> Result<Option<String>, Problem> {
    match holder.object(field) {
        Some(parts) => joined(parts),
        None => holder.text(field),
    }
}

/// The parts with a space between each.
pub fn joined(parts: Fields<'_>) -> Result<Option<String>, Problem> {
    let mut name: Option<String> = None;
    for part in ["Ho", "ChuDem", "Ten"] {
        let Some(word) = parts.trimmed(part)? else { continue };
        match &mut name {
            Some(name) => {
                name.push(' ');
                name.push_str(&word);
            }
            None => name = Some(word.into_owned()),
        }
    }
    Ok(name)
}
