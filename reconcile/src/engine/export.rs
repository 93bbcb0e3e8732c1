//! Findings in the one order and the one form that two runs can be compared by.

use schemas::Finding;
use sha2::{Digest, Sha256};

/// Joins the findings of all buckets and the global ones: in order, each identity once.
pub fn merged(parts: impl IntoIterator<Item = Vec<Finding>>) -> Vec<Finding> {
    let mut findings: Vec<Finding> = parts.into_iter().flatten().collect();
    findings.sort_by(|a, b| (a.sort_key(), &a.values).cmp(&(b.sort_key(), &b.values)));
    let mut out: Vec<Finding> = Vec::with_capacity(findings.len());
    for finding in findings {
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
    let mut ordered: Vec<&Finding> = findings.iter().collect();
    ordered.sort_by(|a, b| a.sort_key().cmp(&b.sort_key()));
    let mut bytes = Vec::with_capacity(findings.len() * 1024);
    for finding in ordered {
        // A finding is texts, plain enums and lists of them: nothing here can fail to serialise.
        bytes.extend(serde_json::to_vec(finding).unwrap_or_default());
        bytes.push(b'\n');
    }
    bytes
}

/// SHA-256 of [`canonical_export`], in hex: two runs with one digest found the same.
pub fn findings_digest(findings: &[Finding]) -> String {
    hex::encode(Sha256::digest(canonical_export(findings)))
}
