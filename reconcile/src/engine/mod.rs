//! Passes over the rows of all sources.
//!
//! 1. [`OldNumbersAsked`]: the CMNDs that other sources ask for. [`Survey`]: every population row,
//!    then the others. Learns which numbers were cancelled, whose CMND is whose, and what only the
//!    whole province can tell (double serials, parcels that collide, case codes). Tells for each row
//!    the bucket in which its person is.
//!    Rows whose number leads to nobody wait for a pass over the population of their own
//!    ([`Search`]), narrow and only where there are such rows; who is told of with them is seen in
//!    the buckets ([`Settled`]).
//! 2. [`evaluate_counted`]: the rows of one bucket, in any order, to findings about people. Of most
//!    people there is nothing to be told: they are sifted out by columns.
//! 3. [`global_counted`]: findings about certificates, parcels, cases, and rows without a person; takes the
//!    index, for it is the last.
//!
//! Buckets may run in parallel. [`merged`] puts the parts together in the order of every export.

mod arena;
mod beside;
mod columns;
mod draft;
mod export;
mod facts;
mod index;
mod link;
mod numberless;
mod objects;
mod old_numbers;
mod person;
mod quiet;
mod records;
mod render;
mod residences;
mod row;
mod shown;
mod survey;
mod table;
mod tally;
mod twins;

pub use beside::{FieldBeside, ValueBeside, beside, residence_communes};
pub use columns::{EVALUATED_COLUMNS, OTHER_COLUMNS};
pub use export::{ExportDigest, canonical_export, export_line, findings_digest, merged};
pub use index::Index;
pub use link::Placement;
pub use numberless::{
    Decided, Decisions, Found, LinkStep, LinkedRow, Links, OfficerDecision, PairShown, PeopleSeen, RecordRef, Search,
    Settled, SourceCount,
};
pub use old_numbers::{OldNumbers, OldNumbersAsked};
pub use person::rank;
pub use row::{Context, Row, SourceInfo, View};
pub use shown::shown_value;
pub use survey::{Gathered, SealedSurvey, Survey};
pub use table::{Columns, Table};
pub use tally::{Counts, Place, Tally};

use draft::Draft;
use facts::Facts;
use quiet::Counting;
use residences::Residences;
use schemas::Finding;
use tally::Kinds;

/// Findings, and the counts that the quality of data is made of.
#[derive(Default)]
pub struct Counted {
    pub findings: Vec<Finding>,
    pub tally: Tally,
    pub shared: Shared,
}

/// Rows of which only the whole province tells what they mean: for [`global_counted`].
#[derive(Default)]
pub struct Shared(objects::Sharing);

impl Shared {
    pub fn add(&mut self, other: Self) {
        self.0.add(other.0);
    }
}

/// Findings about the people of one bucket. Takes the rows whose placement is
/// [`Placement::Here`] in this bucket or [`Placement::At`] a number of this bucket; rows that are
/// [`Placement::Unlinked`] may be among them and are passed over (they are global).
/// Counts all the rows: each row of the night must be in one bucket.
///
/// `tables`: the rows that are stored in the bucket; `rows`: those that come from another one. A
/// row in either gives the same.
pub fn evaluate_counted<'a, T: Columns>(
    context: &Context,
    index: &Index,
    tables: &[Table<'a, T>],
    mut rows: Vec<Row<'a>>,
) -> Counted {
    let mut residences = Residences::new(context);
    let mut counting = Counting::new(context);
    quiet::sift(context, index, tables, &mut rows, &mut residences, &mut counting);
    let facts: Vec<Facts> = rows.iter().map(|row| Facts::of_row(context.kind(row), row)).collect();
    let mut asked = vec![Kinds::default(); rows.len()];
    let drafts = person::drafts(context, index, &rows, &facts, &mut residences, &mut asked);
    let Counting { mut looking, mut sharing, .. } = counting;
    for ((row, facts), asked) in rows.iter().zip(facts).zip(asked) {
        looking.at((row.source, row.dataset(), row.place()), facts, || row.registered_on(), asked);
        sharing.see(context, &index.shared_keys, row);
    }
    let mut tally = looking.tally();
    Counted { findings: finish(context, drafts, &mut tally), tally, shared: Shared(sharing) }
}

/// The same, of rows alone.
pub fn evaluate_rows(context: &Context, index: &Index, rows: &[Row<'_>]) -> Counted {
    evaluate_counted::<Vec<Row<'_>>>(context, index, &[], rows.to_vec())
}

/// Findings that no single bucket can tell, with the rows that they are found in. `shared`: what
/// all buckets together had of it.
pub fn global_counted(context: &Context, index: Index, shared: Shared) -> Counted {
    let mut tally = Tally::default();
    let mut drafts = index.drafts;
    shared.0.finish(context, &index.shared_keys, &mut drafts);
    Counted { findings: finish(context, drafts, &mut tally), tally, shared: Shared::default() }
}

fn finish(context: &Context, drafts: Vec<Draft>, tally: &mut Tally) -> Vec<Finding> {
    let drafts = draft::merge(drafts);
    tally.broken_by(&drafts);
    let mut room = String::new();
    let mut findings: Vec<Finding> = drafts.iter().map(|d| render::finding(context, d, &mut room)).collect();
    findings.sort_by(|a, b| a.sort_key().cmp(&b.sort_key()));
    findings
}
