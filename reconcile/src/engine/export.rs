//! Findings in the one order and the one form that two runs can be compared by.

use crate::linkage::parallel::in_pieces;
use schemas::Finding;
use sha2::{Digest, Sha256};

/// Joins the findings of all buckets and the global ones: in order, each identity once.
pub fn merged(parts: impl IntoIterator<Item = Vec<Finding>>) -> Vec<Finding> {
    let mut findings: Vec<Option<Finding>> = parts.into_iter().flatten().map(Some).collect();
    // A finding is large: places are sorted, and each finding moves once.
    let mut order: Vec<u32> = (0..findings.len() as u32).collect();
    let key = |at: &u32| findings[*at as usize].as_ref().map(|finding| (finding.sort_key(), &finding.values));
    order.sort_by(|a, b| key(a).cmp(&key(b)));
    let mut out: Vec<Finding> = Vec::with_capacity(findings.len());
    for finding in order.into_iter().filter_map(|at| findings[at as usize].take()) {
        match out.last_mut() {
            Some(last) if last.sort_key() == finding.sort_key() => {
                for value in finding.values {
                    if !last.values.contains(&value) {
                        last.values.push(value);
                    }
                }
            }
            _ => out.push(finding),
        }
    }
    out
}

/// JSON lines in the order of [`Finding::sort_key`]. Carries personal values.
pub fn canonical_export(findings: &[Finding]) -> Vec<u8> {
    lines(&in_order(findings))
}

/// [`findings_digest`] of lines that come one by one, in their order.
#[derive(Default)]
pub struct ExportDigest(Sha256);

impl ExportDigest {
    /// `line`: as [`export_line`] writes it.
    pub fn add(&mut self, line: &[u8]) {
        self.0.update(line);
    }

    pub fn finish(self) -> String {
        hex::encode(self.0.finalize())
    }
}

/// SHA-256 of [`canonical_export`], in hex: two runs with one digest found the same. Made on up to
/// `workers` threads, and never of all lines at once.
pub fn findings_digest(findings: &[Finding], workers: usize) -> String {
    let mut digest = ExportDigest::default();
    for some in in_order(findings).chunks(LINES_A_PIECE * PIECES_AT_A_TIME) {
        in_pieces(some, LINES_A_PIECE, workers, lines).iter().for_each(|bytes| digest.add(bytes));
    }
    digest.finish()
}

/// Lines that one thread writes at a time, and pieces that are held.
const LINES_A_PIECE: usize = 256;
const PIECES_AT_A_TIME: usize = 32;

fn in_order(findings: &[Finding]) -> Vec<&Finding> {
    let mut ordered: Vec<&Finding> = findings.iter().collect();
    ordered.sort_by(|a, b| a.sort_key().cmp(&b.sort_key()));
    ordered
}

fn lines(findings: &[&Finding]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(findings.len() * 1536);
    findings.iter().for_each(|finding| export_line(finding, &mut bytes));
    bytes
}

/// Appends the line of one finding.
pub fn export_line(finding: &Finding, out: &mut Vec<u8>) {
    // A finding is texts, plain enums and lists of them: nothing here can fail to serialise.
    let _ = serde_json::to_writer(&mut *out, finding);
    out.push(b'\n');
}
