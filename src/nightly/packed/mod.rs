//! The findings of a night, packed until they are published: a province has hundreds of thousands,
//! each of more than a kilobyte, and nearly all of that are the same words.
//!
//! Each bucket's findings are sorted and written as the lines of the export, compressed block by
//! block and put on the disk, while other buckets are still read. Later they are read in one order over all buckets; a
//! block of each bucket is open then.

mod entry;
mod merge;
mod part;

pub(super) use part::Part;

use crate::problem::Problem;
use entry::Entry;
use merge::Merge;
use part::BLOCK;
use reconcile::engine::ExportDigest;
use reconcile::quality::ErrorGroups;
use reconcile::stale_rates::StaleRecords;
use schemas::Finding;
use std::sync::mpsc::sync_channel;
use store::ledger::FindingLine;

fn failed(what: &str) -> Problem {
    Problem::failed("PACKED_FINDINGS", format!("packed findings cannot be read or written: {what}"))
}

/// All findings of a night.
#[derive(Default)]
pub struct PackedFindings {
    parts: Vec<Part>,
    count: u64,
}

/// What is told of all findings together.
#[derive(Default)]
pub(super) struct Summed {
    pub digest: String,
    pub groups: ErrorGroups,
    pub stale: StaleRecords,
}

impl PackedFindings {
    /// Reads all parts once. Lines are hashed on a thread of their own: that takes as long as all else.
    pub(super) fn of(parts: Vec<Part>) -> Result<(Self, Summed), Problem> {
        let mut packed = Self { parts, count: 0 };
        let (mut summed, mut count) = (Summed::default(), 0);
        let (send, receive) = sync_channel::<Vec<u8>>(4);
        let digest = std::thread::scope(|scope| {
            let hashing = scope.spawn(move || {
                let mut digest = ExportDigest::default();
                receive.into_iter().for_each(|lines| digest.add(&lines));
                digest.finish()
            });
            let mut lines = Vec::with_capacity(2 * BLOCK);
            packed.each(|entry| {
                let (kind, source) = entry.kind_and_source()?;
                let unit = entry.unit()?;
                summed.groups.add(source, unit, kind);
                summed.stale.add(source, unit, kind, entry.records);
                count += 1;
                lines.extend_from_slice(entry.line);
                if lines.len() >= BLOCK {
                    let full = std::mem::replace(&mut lines, Vec::with_capacity(2 * BLOCK));
                    send.send(full).map_err(|_| failed("the digest"))?;
                }
                Ok(())
            })?;
            send.send(lines).map_err(|_| failed("the digest"))?;
            drop(send);
            hashing.join().map_err(|_| failed("the digest"))
        })?;
        packed.count = count;
        Ok((packed, Summed { digest, ..summed }))
    }

    pub fn len(&self) -> u64 {
        self.count
    }

    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// In the order of every export, up to `size` at a time.
    pub fn chunks(&self, size: usize) -> Chunks<'_, Finding> {
        Chunks { merge: Merge::new(&self.parts), size, is_chosen: Box::new(|_, _| true), make: |entry| entry.finding() }
    }

    /// Those that are chosen by their identity and the hash of their body, as the ledger takes them in.
    pub fn chosen<'p>(
        &'p self,
        size: usize,
        is_chosen: impl FnMut(&[u8; 12], &[u8; 12]) -> bool + Send + 'p,
    ) -> Chunks<'p, FindingLine> {
        Chunks {
            merge: Merge::new(&self.parts),
            size,
            is_chosen: Box::new(is_chosen),
            make: |entry| entry.for_ledger(),
        }
    }

    /// All of them, one after the other.
    pub fn iter(&self) -> impl Iterator<Item = Result<Finding, Problem>> {
        self.chunks(256).flat_map(|chunk| match chunk {
            Ok(findings) => findings.into_iter().map(Ok).collect::<Vec<_>>(),
            Err(problem) => vec![Err(problem)],
        })
    }

    fn each(&self, mut take: impl FnMut(Entry<'_>) -> Result<(), Problem>) -> Result<(), Problem> {
        let mut merge = Merge::new(&self.parts)?;
        while merge.next(&mut take)?.is_some() {}
        Ok(())
    }
}

type Choice<'p> = Box<dyn FnMut(&[u8; 12], &[u8; 12]) -> bool + Send + 'p>;

/// See [`PackedFindings::chosen`].
pub struct Chunks<'p, T> {
    merge: Result<Merge<'p>, Problem>,
    size: usize,
    is_chosen: Choice<'p>,
    make: fn(&Entry<'_>) -> Result<T, Problem>,
}

impl<T> Iterator for Chunks<'_, T> {
    type Item = Result<Vec<T>, Problem>;

    fn next(&mut self) -> Option<Self::Item> {
        let merge = match &mut self.merge {
            Ok(merge) => merge,
            Err(_) => return std::mem::replace(&mut self.merge, Ok(Merge::default())).err().map(Err),
        };
        let mut findings = Vec::with_capacity(self.size.min(4096));
        while findings.len() < self.size {
            let taken = merge.next(&mut |entry: Entry<'_>| {
                if (self.is_chosen)(&entry.identity, &entry.hash) {
                    findings.push((self.make)(&entry)?);
                }
                Ok(())
            });
            match taken {
                Ok(Some(())) => {}
                Ok(None) => break,
                Err(problem) => {
                    // What comes after would no longer be all there is.
                    self.merge = Ok(Merge::default());
                    return Some(Err(problem));
                }
            }
        }
        (!findings.is_empty()).then_some(Ok(findings))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use reconcile::engine::merged;
    use reconcile::findings_digest;
    use schemas::{Dataset, FindingKind, Level, Sensitive, Severity, SourceId, SourceValue, Subject};
    use store::ledger::body_hash;
    use store::spill::Shelf;

    fn finding(person: u32, record: &str) -> Finding {
        let source = SourceId::parse("land").expect("a name");
        let value = SourceValue {
            source: source.clone(),
            dataset: Dataset::LandRight,
            record_key: record.to_owned(),
            value: Some(Sensitive::new(format!("Mẫu {person}"))),
            updated_on: None,
            forgotten: false,
        };
        Finding {
            kind: [FindingKind::NameDiff, FindingKind::AddrStaleUnit][person as usize % 2],
            severity: Severity::Check,
            subject: Subject::person(&format!("099085{person:06}")),
            field: "name".into(),
            source,
            unit: (!person.is_multiple_of(3)).then(|| "00691".into()),
            level: Level::Different,
            values: vec![value],
            suggestion: None,
            owner: "land".into(),
            explanation_vi: Sensitive::new("lời giải thích dài ".repeat(40)),
            explanation_en: Sensitive::default(),
            next_step_vi: String::new(),
            next_step_en: String::new(),
        }
    }

    fn packed(parts: &[Vec<Finding>]) -> Vec<Part> {
        let shelf = Shelf::new(&std::env::temp_dir()).expect("a shelf");
        parts.iter().map(|part| Part::of(part, &shelf)).collect::<Result<_, _>>().expect("packs")
    }

    /// Parts in which some identities are twice, each in order.
    fn parts() -> Vec<Vec<Finding>> {
        let people = |from: u32, step: usize, record: &str| {
            merged([(from..2000).step_by(step).map(|person| finding(person, record)).collect()])
        };
        vec![people(0, 3, "a"), people(1, 5, "b"), Vec::new(), people(2, 7, "c"), vec![finding(6, "d")]]
    }

    #[test]
    fn packed_findings_are_those_that_merging_gives_in_the_same_order_with_the_same_digest() {
        let whole = merged(parts());
        let packed = packed(&parts());
        assert!(packed.iter().any(|part| part.blocks.len() > 3), "several blocks");
        let size: usize = packed.iter().flat_map(|part| &part.blocks).map(|block| block.compressed.length()).sum();
        let (packed, summed) = PackedFindings::of(packed).expect("reads");
        assert_eq!(packed.iter().collect::<Result<Vec<_>, _>>().expect("reads"), whole);
        assert_eq!((packed.len(), packed.is_empty()), (whole.len() as u64, false));
        let chunks: Vec<usize> = packed.chunks(500).map(|chunk| chunk.expect("reads").len()).collect();
        assert!(chunks[..chunks.len() - 1].iter().all(|length| *length == 500) && chunks.len() > 1);
        assert_eq!(summed.digest, findings_digest(&whole, 2));
        assert_eq!(summed.groups, ErrorGroups::of(&whole));
        assert_eq!(summed.stale, StaleRecords::of(&whole));
        assert!(size * 4 < whole.len() * 1000, "{size} bytes");
    }

    #[test]
    fn whatever_a_record_is_called_its_findings_stand_in_the_order_of_every_export() {
        let source = SourceId::parse("land").expect("a name");
        let named = |key: &str| Finding { subject: Subject::record(&source, key), ..finding(0, key) };
        let part = |keys: &[&str]| merged([keys.iter().map(|key| named(key)).collect()]);
        let parts = [part(&["a", "a\0b", "b"]), part(&["a\0", "a\0b", "a\u{1}", "aa"])];
        let whole = merged(parts.clone());
        let packed = packed(&parts);
        let (packed, summed) = PackedFindings::of(packed).expect("reads");
        assert_eq!(packed.iter().collect::<Result<Vec<_>, _>>().expect("reads"), whole);
        assert_eq!((packed.len(), summed.groups), (6, ErrorGroups::of(&whole)));
        // They are told apart as the ledger names them, and by the body that it would keep.
        let mut told = Vec::new();
        let chosen = packed.chosen(2, |identity, hash| {
            told.push((hex::encode(identity), *hash));
            told.len() % 2 == 1
        });
        let made = |line: &FindingLine| serde_json::from_slice::<Finding>(&line.body).expect("JSON");
        let chosen: Vec<Vec<Finding>> = chosen.map(|chunk| chunk.expect("reads").iter().map(made).collect()).collect();
        let every_other: Vec<Finding> = whole.iter().step_by(2).cloned().collect();
        assert_eq!(chosen, [&every_other[..2], &every_other[2..]]);
        let expected = whole.iter().map(|f| (f.id(), body_hash(&serde_json::to_vec(f).expect("JSON"))));
        assert_eq!(told, expected.collect::<Vec<_>>());
    }

    #[test]
    fn a_block_that_is_not_whole_is_an_error_and_no_end() {
        let mut part = packed(&parts()[..1]).remove(0);
        let mut block = Vec::new();
        part.shelf.get(part.blocks[1].compressed, &mut block).expect("there");
        part.blocks[1].compressed = part.shelf.put(&block[..100]).expect("puts it");
        let unread = PackedFindings { parts: vec![part], count: 0 };
        let read: Vec<_> = unread.iter().collect();
        let (last, before) = read.split_last().expect("the first block");
        assert!(last.is_err() && before.iter().all(Result::is_ok), "told once, and the last word");
        assert!(PackedFindings::of(unread.parts).is_err());
        let (empty, summed) = PackedFindings::of(Vec::new()).expect("nothing");
        assert!(empty.is_empty() && empty.iter().next().is_none());
        assert_eq!(summed.digest, findings_digest(&[], 1));
    }
}
