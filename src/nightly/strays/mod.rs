//! Rows that belong to a person of another bucket than the one in which they are stored, and rows of
//! which it is not known yet where they belong. A province has a hundred thousand of them: if they
//! are more than some, they are on the disk until they are asked for.

mod moved;
mod packed_row;

pub(super) use moved::MovedHere;
pub use moved::MovedRows;

use crate::problem::Problem;
use packed_row::{number, read_number, read_text, text};
use reconcile::engine::Row;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use store::spill::Spill;

/// Bytes of each of the two that are held in memory.
const HELD: usize = 4 << 20;

/// A row of a snapshot: snapshot, bucket, number of the row in the bucket.
pub(super) type Place = (usize, u32, usize);

/// Where the rows are that moved: skipped at home, added where their person is.
pub(super) struct Strays {
    /// By bucket of the person.
    arriving: Mutex<Spill>,
    /// Numbers of rows by snapshot and bucket, in order once [`Self::settled`] has seen them.
    left: BTreeMap<(usize, u32), Vec<u32>>,
}

/// Rows that one thread sends.
#[derive(Default)]
pub(super) struct Leaving {
    by_bucket: BTreeMap<u32, Vec<u8>>,
    left: BTreeMap<(usize, u32), Vec<u32>>,
}

/// Rows of other buckets.
pub(super) struct Arrived(Vec<u8>);

fn failed() -> Problem {
    Problem::failed("SPILLED_ROWS", "rows that were put aside on the disk are not as they were written")
}

fn locked(spill: &Mutex<Spill>) -> MutexGuard<'_, Spill> {
    spill.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Leaving {
    /// Moves the row at `place` to where its person is: the bucket `target`, be it the same, and in it
    /// the link key `person`.
    pub fn send(&mut self, (at, bucket, number): Place, (target, person): (u32, &str), row: &Row<'_>) {
        self.left.entry((at, bucket)).or_default().push(number as u32);
        let bytes = self.by_bucket.entry(target).or_default();
        text(Some(person), bytes);
        packed_row::write(row, bytes);
    }
}

impl Strays {
    /// `folder`: where rows are once they are many.
    pub fn new(folder: &Path, buckets: u32) -> Self {
        Self { arriving: Mutex::new(Spill::new(folder, buckets, HELD)), left: BTreeMap::new() }
    }

    /// Takes the rows of `leaving`; threads may do it side by side.
    pub fn take(&self, leaving: &mut Leaving) -> Result<(), Problem> {
        let mut arriving = locked(&self.arriving);
        for (bucket, rows) in &mut leaving.by_bucket {
            arriving.append(*bucket, rows)?;
            rows.clear();
        }
        Ok(())
    }

    /// No row will be sent any more.
    pub fn settled(mut self, parts: impl IntoIterator<Item = Leaving>) -> Result<Self, Problem> {
        for mut part in parts {
            self.take(&mut part)?;
            part.left.into_iter().for_each(|(place, rows)| self.left.entry(place).or_default().extend(rows));
        }
        self.left.values_mut().for_each(|rows| rows.sort_unstable());
        Ok(self)
    }

    /// Numbers of the rows that are not evaluated in the bucket in which they are stored, in order.
    pub fn left(&self, snapshot: usize, bucket: u32) -> &[u32] {
        self.left.get(&(snapshot, bucket)).map_or(&[], Vec::as_slice)
    }

    /// The rows that were sent to a bucket; they are given once.
    pub fn arriving(&self, bucket: u32) -> Result<Arrived, Problem> {
        Ok(Arrived(locked(&self.arriving).take(bucket)?))
    }
}

impl Arrived {
    /// With the link key of each one's person, in the order of these.
    pub fn rows(&self) -> Result<Vec<(&str, Row<'_>)>, Problem> {
        let (mut rows, mut rest) = (Vec::new(), self.0.as_slice());
        while !rest.is_empty() {
            let person = read_text(&mut rest).flatten().ok_or_else(failed)?;
            rows.push((person, packed_row::read(&mut rest).ok_or_else(failed)?));
        }
        rows.sort_by_key(|(person, _)| *person);
        Ok(rows)
    }
}

/// Rows that wait until it is known whose they are, by the bucket in which they are stored.
pub(super) struct Waiting(Mutex<Spill>);

/// Rows of one bucket that wait.
#[derive(Default)]
pub(super) struct WaitingHere(Vec<u8>);

impl WaitingHere {
    /// `snapshot`, `number`: see [`Place`].
    pub fn add(&mut self, snapshot: usize, row_number: usize, row: &Row<'_>) {
        number(snapshot as u32, &mut self.0);
        number(row_number as u32, &mut self.0);
        packed_row::write(row, &mut self.0);
    }
}

impl Waiting {
    /// `folder`: where rows are once they are many.
    pub fn new(folder: &Path, buckets: u32) -> Self {
        Self(Mutex::new(Spill::new(folder, buckets, HELD)))
    }

    pub fn take(&self, bucket: u32, here: &mut WaitingHere) -> Result<(), Problem> {
        locked(&self.0).append(bucket, &here.0)?;
        here.0.clear();
        Ok(())
    }

    /// Shows every row of a bucket with the place where it is stored; rows are shown once.
    pub fn each(&self, bucket: u32, mut show: impl FnMut(Place, &Row<'_>)) -> Result<(), Problem> {
        let bytes = locked(&self.0).take(bucket)?;
        let mut rest = bytes.as_slice();
        while !rest.is_empty() {
            let mut place = || read_number(&mut rest).map(|number| number as usize).ok_or_else(failed);
            let (snapshot, number) = (place()?, place()?);
            show((snapshot, bucket, number), &packed_row::read(&mut rest).ok_or_else(failed)?);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use reconcile::engine::View;
    use schemas::record::PersonView;

    fn row<'a>(key: &'a str, name: &'a str) -> Row<'a> {
        let view = View::Person(PersonView { name: Some(name), ..PersonView::default() });
        Row { source: 1, record_key: key, part: 0, commune: None, updated_at: None, view }
    }

    #[test]
    fn a_row_arrives_where_it_was_sent_and_is_left_out_where_it_was_stored() {
        let folder = tempfile::tempdir().expect("a folder");
        let strays = Strays::new(folder.path(), 4);
        let mut parts = [Leaving::default(), Leaving::default()];
        // More than is held in memory.
        let name = "Lò Thị Ánh ".repeat(1000);
        let keys: Vec<String> = (0..2000).map(|n| format!("k{n}")).collect();
        for (n, key) in keys.iter().enumerate() {
            parts[n % 2].send((n % 3, 1, 5000 - n), (n as u32 % 4, &format!("p{}", n / 8)), &row(key, &name));
            strays.take(&mut parts[n % 2]).expect("takes it");
        }
        let strays = strays.settled(parts).expect("settles");
        for bucket in 0..4 {
            let arrived = strays.arriving(bucket).expect("reads");
            let found: Vec<(&str, Row<'_>)> = arrived.rows().expect("rows");
            assert!(found.is_sorted_by_key(|(person, _)| *person));
            let mut found: Vec<(String, &str)> =
                found.iter().map(|(person, row)| ((*person).to_owned(), row.record_key)).collect();
            let sent = (0..2000).filter(|n| n % 4 == bucket as usize);
            let mut sent: Vec<(String, &str)> = sent.map(|n| (format!("p{}", n / 8), keys[n].as_str())).collect();
            found.sort();
            sent.sort();
            assert_eq!(found, sent);
        }
        for snapshot in 0..3 {
            let left = (0..2000).filter(|n| n % 3 == snapshot).map(|n| 5000 - n as u32);
            let mut left: Vec<u32> = left.collect();
            left.sort_unstable();
            assert_eq!(strays.left(snapshot, 1), left);
        }
        assert!(strays.left(0, 2).is_empty());
    }

    #[test]
    fn rows_that_wait_are_shown_once_with_their_places() {
        let folder = tempfile::tempdir().expect("a folder");
        let waiting = Waiting::new(folder.path(), 2);
        let mut here = WaitingHere::default();
        here.add(3, 7, &row("a", "Mẫu"));
        here.add(0, 1, &row("b", ""));
        waiting.take(1, &mut here).expect("takes them");
        waiting.take(1, &mut here).expect("takes nothing");
        let shown = || {
            let mut shown = Vec::new();
            for bucket in 0..2 {
                let show = |place, row: &Row<'_>| shown.push((place, row.record_key.to_owned()));
                waiting.each(bucket, show).expect("reads");
            }
            shown
        };
        assert_eq!(shown(), [((3, 1, 7), "a".to_owned()), ((0, 1, 1), "b".to_owned())]);
        assert_eq!(shown(), []);
    }
}
