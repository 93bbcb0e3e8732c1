//! A name, whole or in the parts `Ho`, `ChuDem`, `Ten`.

use super::{Fields, Problem};

/// The whole name stands in one part or is split into three; joined it is the same.
pub fn name(holder: Fields<'_>, field: &str) -> Result<Option<String>, Problem> {
    let Some(parts) = holder.object(field) else { return holder.text(field) };
    let mut words = Vec::new();
    for part in ["Ho", "ChuDem", "Ten"] {
        words.extend(parts.text(part)?);
    }
    Ok(if words.is_empty() { None } else { Some(words.join(" ")) })
}
