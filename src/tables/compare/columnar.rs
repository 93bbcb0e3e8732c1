//! Two Parquet files that fit: keys first, then one field after the other. A field's two columns
//! are in memory only while it is compared, on one thread; other threads take other fields.

use super::emit::Part;
use super::rows::{Differences, Side};
use super::sink::Sink;
use super::source::Source;
use super::{CompareError, Work, in_file};
use polars::prelude::{PolarsDataType, StringChunked, StringType};
use reconcile::tables::keys::Keys;
use reconcile::tables::{Joined, Memory, NONE, Repeat, join};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};

type Texts = <StringType as PolarsDataType>::Array;

/// Rows whose texts are fetched together; they fit into the first cache.
const ROWS_A_BLOCK: usize = 512;
/// Bytes that a view holds itself.
const SHORT: u32 = 12;

/// Compares all, or answers `false` before anything was written: the differences do not fit.
pub fn compare(work: &Work<'_>, sink: &mut Sink, memory_bytes: u64) -> Result<bool, CompareError> {
    let keys = Keys::new(work.plan.is_of_people());
    let (left, right) = std::thread::scope(|scope| {
        let other = scope.spawn(|| side(work.right, work.plan.key.right, &keys));
        let left = side(work.left, work.plan.key.left, &keys);
        (left, other.join().unwrap_or(Err(CompareError::TooManyRows)))
    });
    let (left, right) = (left?, right?);
    let joined = join(&left.keys, &right.keys, work.threads);
    let flags = |repeats: &[Repeat]| repeats.iter().map(|_| AtomicBool::new(false)).collect::<Vec<_>>();
    let conflicts = [flags(&joined.left_repeats), flags(&joined.right_repeats)];
    let (next, bytes) = (AtomicUsize::new(0), AtomicU64::new(0));
    let fields = || -> Result<Vec<(usize, Differences)>, CompareError> {
        let (mut done, mut memory) = (Vec::new(), Memory::default());
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            if at >= work.plan.fields.len() || bytes.load(Ordering::Relaxed) > memory_bytes {
                return Ok(done);
            }
            let differences = field(work, at, &joined, &conflicts, &mut memory)?;
            bytes.fetch_add(differences.bytes(), Ordering::Relaxed);
            done.push((at, differences));
        }
    };
    let done: Vec<Result<Vec<_>, _>> = std::thread::scope(|scope| {
        let others: Vec<_> = (1..work.threads).map(|_| scope.spawn(fields)).collect();
        let mut done = vec![fields()];
        done.extend(others.into_iter().map(|other| other.join().unwrap_or(Err(CompareError::TooManyRows))));
        done
    });
    let mut lists: Vec<(usize, Differences)> =
        done.into_iter().collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect();
    if bytes.into_inner() > memory_bytes {
        return Ok(false);
    }
    lists.sort_by_key(|(field, _)| *field);
    let lists: Vec<Differences> = lists.into_iter().map(|(_, list)| list).collect();
    let conflicts = conflicts.map(|flags| flags.into_iter().map(AtomicBool::into_inner).collect());
    let part = Part::new(&joined, &keys, [&left, &right], conflicts);
    part.count(sink);
    part.left(0..left.keys.len() as u32, &lists, sink)?;
    part.right(sink)?;
    Ok(true)
}

fn column(source: &Source, at: usize) -> Result<StringChunked, CompareError> {
    source.parquet_column(at, None).map_err(|error| in_file(&source.path, error))
}

fn side(source: &Source, key: usize, keys: &Keys) -> Result<Side, CompareError> {
    let column = column(source, key)?;
    let mut side = Side::default();
    side.keys.reserve_exact(column.len());
    column.iter().try_for_each(|text| side.push(text.unwrap_or_default(), keys))?;
    Ok(side)
}

fn field(
    work: &Work<'_>,
    at: usize,
    joined: &Joined,
    conflicts: &[Vec<AtomicBool>; 2],
    memory: &mut Memory,
) -> Result<Differences, CompareError> {
    let field = &work.plan.fields[at];
    let (left, right) = (column(work.left, field.left)?, column(work.right, field.right)?);
    let mut differences = Differences::default();
    let (Some(lefts), Some(rights)) = (left.downcast_iter().next(), right.downcast_iter().next()) else {
        return Ok(differences);
    };
    for (column, repeats, flags) in
        [(lefts, &joined.left_repeats, &conflicts[0]), (rights, &joined.right_repeats, &conflicts[1])]
    {
        for (repeat, flag) in repeats.iter().zip(flags) {
            let value = |row: u32| column.get(row as usize).unwrap_or_default();
            if value(repeat.row) != value(repeat.first) {
                flag.store(true, Ordering::Relaxed);
            }
        }
    }
    let mut warmed = 0u8;
    for (block, partners) in joined.partner.chunks(ROWS_A_BLOCK).enumerate() {
        warmed ^= warm(rights, partners);
        let from = block * ROWS_A_BLOCK;
        for (at_row, partner) in partners.iter().enumerate().filter(|(_, partner)| **partner != NONE) {
            let row = from + at_row;
            let (a, b) = (lefts.get(row), rights.get(*partner as usize));
            if a == b {
                continue;
            }
            let (a, b) = (a.unwrap_or_default(), b.unwrap_or_default());
            if let Some(code) = work.judge.judge(field.kind, a, b, memory) {
                differences.push(row as u32, at, code, a, b);
            }
        }
    }
    std::hint::black_box(warmed);
    Ok(differences)
}

/// The rows of the other table lie anywhere. Looked at one by one, each would be waited for; the
/// loads of a block, none of which needs another, are under way together.
fn warm(column: &Texts, partners: &[u32]) -> u8 {
    let (views, buffers) = (column.views(), column.data_buffers());
    let mut long = [(0u32, 0u32); ROWS_A_BLOCK];
    let mut count = 0;
    for partner in partners.iter().filter(|partner| **partner != NONE) {
        let view = views[*partner as usize];
        long[count] = (view.buffer_idx, view.offset);
        // Short texts stand in the view itself.
        count += usize::from(view.length > SHORT);
    }
    let first = |(buffer, offset): &(u32, u32)| buffers[*buffer as usize].get(*offset as usize).copied().unwrap_or(0);
    long[..count].iter().map(first).fold(0, |all, byte| all ^ byte)
}
