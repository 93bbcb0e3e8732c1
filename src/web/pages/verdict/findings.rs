//! One finding with what was said of it.

use super::{may_undo, name_of};
use crate::Lang;
use crate::access::{Actor, Permission};
use crate::check::wording::severity_words;
use crate::check::{Checked, CheckedFinding, CorrectionShown};
use crate::web::app::App;
use crate::web::pages::words::{clock_words, state_words};
use crate::web::views::{Choice, FindingView};
use crate::work::{reason_text, reasons};
use reconcile::verdict::Said;
use schemas::Severity;

pub fn finding_view(app: &App, actor: &Actor, checked: &Checked, finding: &CheckedFinding, lang: Lang) -> FindingView {
    let place = checked.findings.iter().position(|f| f.finding_id == finding.finding_id);
    let is_aside = place.is_some_and(|at| checked.verdict.aside.contains(&at));
    let severity = if is_aside { "aside" } else { finding.severity.as_str() };
    let severity_words = if is_aside {
        lang.pick("Không thuộc thủ tục này", "No matter of this")
    } else {
        severity_words(finding.severity, lang)
    };
    let decision = finding.decision.as_ref().filter(|decision| decision.holds);
    let needed = if finding.severity == Severity::Stop { Permission::DecideStop } else { Permission::Decide };
    let open = decision.is_none() && finding.severity != Severity::Note && !is_aside;
    let source = name_of(checked, &finding.source, lang);
    let seen = match (finding.new, lang) {
        (true, Lang::Vi) => "vừa hỏi".to_owned(),
        (true, Lang::En) => "just now".to_owned(),
        (false, _) => lang.date(&finding.since),
    };
    let correction = finding.correction.as_ref();
    FindingView {
        id: finding.finding_id.clone(),
        severity: severity.to_owned(),
        severity_words: severity_words.to_owned(),
        explanation: lang.pick(finding.explanation_vi.expose(), finding.explanation_en.expose()).to_owned(),
        next_step: lang.pick(&finding.next_step_vi, &finding.next_step_en).to_owned(),
        owner: crate::check::wording::owner_words(&finding.owner, lang).to_owned(),
        since: seen,
        may_decide: open && actor.may(needed),
        reasons: if open { choices(lang) } else { Vec::new() },
        error: String::new(),
        decision: decision.map(|d| decision_words(d.said, &d.reason, &source, lang)).unwrap_or_default(),
        decided_by: decision.map(|d| format!("{}, {}", d.officer, lang.instant(d.decided_at))).unwrap_or_default(),
        may_undo: decision.is_some_and(|d| d.officer == actor.name) && may_undo(correction.map(|c| c.state)),
        request: correction.map(|c| request_words(app, c, lang)).unwrap_or_default(),
        request_path: correction.map(|c| format!("/corrections/{}", c.correction_id)).unwrap_or_default(),
        source,
    }
}

/// All reasons, each with what it is a reason for.
fn choices(lang: Lang) -> Vec<Choice> {
    let of = |said: Said| {
        let about = match said {
            Said::SourceRight => lang.pick("ghi đúng", "right"),
            Said::SourceWrong => lang.pick("ghi sai", "wrong"),
            Said::NotEnough => lang.pick("chưa đủ căn cứ", "not enough"),
        };
        reasons(said).iter().map(move |reason| Choice {
            value: reason.word.to_owned(),
            label: format!("{about}: {}", lang.pick(reason.vi, reason.en)),
            chosen: false,
        })
    };
    [Said::NotEnough, Said::SourceWrong, Said::SourceRight].into_iter().flat_map(of).collect()
}

fn decision_words(said: Said, reason: &str, source: &str, lang: Lang) -> String {
    let said = match said {
        Said::SourceRight => format!("{source} {}", lang.pick("ghi đúng", "is right")),
        Said::SourceWrong => format!("{source} {}", lang.pick("ghi sai", "is wrong")),
        Said::NotEnough => lang.pick("Chưa đủ căn cứ", "Not enough to say").to_owned(),
    };
    format!("{said}: {}", reason_text(reason, lang).to_lowercase())
}

fn request_words(app: &App, shown: &CorrectionShown, lang: Lang) -> String {
    let state = state_words(shown.state, lang);
    let (clock, _) = clock_words(app, shown.state, shown.due_on, lang);
    let clock = if clock.is_empty() { clock } else { format!(", {clock}") };
    format!("{} {}/{}: {state}{clock}", lang.pick("Phiếu", "Request"), shown.number, shown.year)
}
