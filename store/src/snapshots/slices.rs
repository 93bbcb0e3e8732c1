//! The rows of one bucket of several snapshots, a range of link keys at a time: as much is in memory as
//! a group of rows of each, however large the bucket. Whatever stands under one key is in one slice.

use super::columns::Frame;
use super::groups::GroupedFile;
use super::read::SnapshotReader;
use crate::error::Result;

/// Some rows of a bucket of one snapshot.
pub struct Rows {
    /// The number of the first in the bucket: rows are numbered as [`SnapshotReader::groups`] shows them.
    pub first: usize,
    pub frame: Frame,
}

/// The rows of one range of link keys.
pub struct Slice {
    /// By snapshot.
    pub rows: Vec<Vec<Rows>>,
    /// See [`Slice::has`].
    last: Option<Option<String>>,
}

impl Slice {
    /// Is `key` in the range of this slice, or of one before it?
    pub fn has(&self, key: Option<&str>) -> bool {
        self.last.as_ref().is_none_or(|last| key <= last.as_deref())
    }
}

/// See the module.
pub struct Slices {
    /// By snapshot, its files of this bucket.
    snapshots: Vec<Vec<Run>>,
    /// The largest snapshot: its groups are the slices.
    leader: usize,
    is_done: bool,
}

impl Slices {
    /// `columns`: those wanted of each snapshot besides `record_key`, or all. What link keys are made
    /// of must be among them.
    pub fn of(snapshots: &[(&SnapshotReader, Option<&[&str]>)], bucket: u32, buckets: u32) -> Result<Self> {
        let leader = (0..snapshots.len()).max_by_key(|at| snapshots[*at].0.manifest().rows).unwrap_or_default();
        let runs = |(reader, columns): &(&SnapshotReader, Option<&[&str]>)| {
            let mut number = 0;
            let files = reader.files_of(bucket, buckets).map(|fine| {
                let run = Run { file: reader.grouped(fine, *columns)?, open: None, number };
                number += reader.rows_of(fine);
                Ok(run)
            });
            files.collect::<Result<Vec<_>>>()
        };
        Ok(Self { snapshots: snapshots.iter().map(runs).collect::<Result<_>>()?, leader, is_done: false })
    }

    /// The next slice; `None`: there is no more.
    pub fn next_slice(&mut self) -> Result<Option<Slice>> {
        if self.is_done {
            return Ok(None);
        }
        let mut last: Option<Option<String>> = None;
        for run in self.snapshots.get_mut(self.leader).into_iter().flatten() {
            let Some(key) = run.last_key_but_at_its_end()? else { continue };
            last = Some(last.map_or(key.clone(), |before| before.min(key)));
        }
        self.is_done = last.is_none();
        let up_to = last.as_ref().map(|key| key.as_deref());
        let rows = self.snapshots.iter_mut().map(|runs| {
            let mut taken = Vec::new();
            runs.iter_mut().try_for_each(|run| run.take(up_to, &mut taken)).map(|()| taken)
        });
        Ok(Some(Slice { rows: rows.collect::<Result<_>>()?, last }))
    }
}

/// One file: its rows are in the order of their link keys.
struct Run {
    file: GroupedFile,
    /// The rest of the group that was read last.
    open: Option<Frame>,
    /// Of the next row.
    number: usize,
}

impl Run {
    /// The last link key of the group in hand; `None` where no group comes after it.
    fn last_key_but_at_its_end(&mut self) -> Result<Option<Option<String>>> {
        if self.open.is_none() {
            self.open = self.file.next_group()?;
        }
        let Some(open) = self.open.as_ref().filter(|open| !self.file.is_at_its_end() && !open.is_empty()) else {
            return Ok(None);
        };
        Ok(Some(open.link_key(open.len() - 1).map(str::to_owned)))
    }

    /// Takes the rows up to a link key, or all there are.
    fn take(&mut self, up_to: Option<Option<&str>>, taken: &mut Vec<Rows>) -> Result<()> {
        loop {
            let open = match self.open.take() {
                Some(open) => open,
                None if up_to.is_some_and(|key| self.file.begins_after(key)) => return Ok(()),
                None => match self.file.next_group()? {
                    Some(open) => open,
                    None => return Ok(()),
                },
            };
            let here = up_to.map_or(open.len(), |key| open.rows_up_to(key));
            if here < open.len() {
                self.open = Some(open.part(here, open.len()));
            }
            if here > 0 {
                let frame = if here < open.len() { open.part(0, here) } else { open };
                taken.push(Rows { first: self.number, frame });
                self.number += here;
            }
            if self.open.is_some() {
                return Ok(());
            }
        }
    }
}
