//! Rows that do not stand under the number of their person, as the lookup needs to know them.

use super::packed_row::{read_head, read_text, text, write_head};
use super::{failed, locked};
use crate::problem::Problem;
use reconcile::engine::Row;
use schemas::{Dataset, PersonalId};
use std::path::Path;
use std::sync::Mutex;
use store::spill::Spill;

/// Bytes that are held in memory.
const HELD: usize = 2 << 20;

/// A row that belongs to a person under whose number it does not stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moved<'a> {
    /// Index into the context's sources.
    pub source: usize,
    pub dataset: Dataset,
    /// Its link key, or its record key where it has none.
    pub place: &'a str,
    pub record_key: &'a str,
    pub part: u16,
    /// The person's number.
    pub person: &'a str,
}

/// All such rows, by the bucket in which they are stored.
pub struct MovedRows {
    rows: Mutex<Spill>,
    buckets: u32,
}

/// Those of one bucket.
#[derive(Default)]
pub(in crate::nightly) struct MovedHere(Vec<u8>);

impl MovedHere {
    /// A row of `person`; a group of rows without one has no number.
    pub fn add(&mut self, row: &Row<'_>, person: &str) {
        if PersonalId::parse(person).is_err() {
            return;
        }
        write_head(row, &mut self.0);
        for value in [row.link_key().unwrap_or(row.record_key), row.record_key, person] {
            text(Some(value), &mut self.0);
        }
    }
}

impl MovedRows {
    /// `folder`: where they are once they are many.
    pub(in crate::nightly) fn new(folder: &Path, buckets: u32) -> Self {
        Self { rows: Mutex::new(Spill::new(folder, buckets, HELD)), buckets }
    }

    pub(in crate::nightly) fn take(&self, bucket: u32, here: &mut MovedHere) -> Result<(), Problem> {
        locked(&self.rows).append(bucket, &here.0)?;
        here.0.clear();
        Ok(())
    }

    /// Shows all of them, bucket by bucket; they are shown once.
    pub(in crate::nightly) fn each(
        &self,
        mut show: impl FnMut(&Moved<'_>) -> Result<(), Problem>,
    ) -> Result<(), Problem> {
        for bucket in 0..self.buckets {
            let bytes = locked(&self.rows).take(bucket)?;
            let mut rest = bytes.as_slice();
            while !rest.is_empty() {
                show(&read(&mut rest).ok_or_else(failed)?)?;
            }
        }
        Ok(())
    }
}

fn read<'a>(bytes: &mut &'a [u8]) -> Option<Moved<'a>> {
    let (source, part, dataset) = read_head(bytes)?;
    let [place, record_key, person] = [read_text(bytes)??, read_text(bytes)??, read_text(bytes)??];
    Some(Moved { source, dataset, place, record_key, part, person })
}

#[cfg(test)]
mod tests {
    use super::*;
    use reconcile::engine::View;
    use schemas::record::{DossierView, PersonView};

    #[test]
    fn rows_are_shown_once_with_their_people_and_groups_are_left_out() {
        let folder = tempfile::tempdir().expect("a folder");
        let moved = MovedRows::new(folder.path(), 3);
        let mut here = MovedHere::default();
        let row = |view, record_key| Row { source: 2, record_key, part: 7, commune: None, updated_at: None, view };
        let old = PersonView { personal_id: Some("073000001"), ..PersonView::default() };
        here.add(&row(View::Person(old), "a"), "099183000001");
        here.add(&row(View::Person(old), "g"), "1000000000003");
        moved.take(2, &mut here).expect("takes it");
        here.add(&row(View::Dossier(DossierView::default()), "b"), "099183000002");
        moved.take(0, &mut here).expect("takes it");
        let shown = || {
            let mut shown = Vec::new();
            moved
                .each(|row| {
                    let place = format!("{} {} {} {}", row.source, row.dataset, row.place, row.part);
                    shown.push((place, row.record_key.to_owned(), row.person.to_owned()));
                    Ok(())
                })
                .expect("shows them");
            shown
        };
        let line = |place: &str, key: &str, person: &str| (place.into(), key.into(), person.into());
        let expected = [line("2 dossier b 7", "b", "099183000002"), line("2 person 073000001 7", "a", "099183000001")];
        assert_eq!(shown(), expected);
        assert_eq!(shown(), []);
    }
}
