//! What must always be true of findings, as functions that tests and production call alike.

use schemas::Finding;

/// Findings are in the order of their sort keys, and no identity stands twice (invariant 8).
/// Names the first pair that breaks it, by kind only.
pub fn findings_sorted_and_unique(findings: &[Finding]) -> Result<(), String> {
    match findings.windows(2).position(|pair| pair[0].sort_key() >= pair[1].sort_key()) {
        None => Ok(()),
        Some(at) => {
            let problem = if findings[at].sort_key() == findings[at + 1].sort_key() { "twice" } else { "out of order" };
            Err(format!("finding {} of kind {} is {problem}", at + 1, findings[at + 1].kind))
        }
    }
}

/// Every finding names at least one record, and none of its next steps repeats a value of one
/// (invariant 12).
pub fn findings_name_records_and_hide_values(findings: &[Finding]) -> Result<(), String> {
    for (at, finding) in findings.iter().enumerate() {
        if finding.values.is_empty() {
            return Err(format!("finding {at} of kind {} names no record", finding.kind));
        }
        let mut values = finding.values.iter().filter_map(|v| v.value.as_ref()).map(schemas::Sensitive::expose);
        // Shorter values (a code, a letter for the sex) are inside ordinary words.
        if values.any(|v| v.len() > 8 && (finding.next_step_vi.contains(v) || finding.next_step_en.contains(v))) {
            return Err(format!("the next step of finding {at} of kind {} shows a value", finding.kind));
        }
    }
    Ok(())
}
