//! The cases of today and tomorrow, judged in the night, worst first.

use super::draw::{Page, draw, see};
use super::sign_in::note;
use crate::Lang;
use crate::check::Question;
use crate::problem::Problem;
use crate::web::app::{App, Failure, Look, Reader, Who, frame};
use crate::web::views::{FilterLink, MorningPage, MorningRow};
use crate::work::add_working_days;
use axum::extract::{Form, Query, State};
use schemas::Subject;
use schemas::clock::vietnam_date;
use serde::Deserialize;
use store::ledger::CaseVerdict;

/// Rows of one page: more make a slow one.
const PAGE: usize = 100;

#[derive(Deserialize, Default, Clone)]
pub struct Narrow {
    /// ISO day.
    #[serde(default)]
    day: String,
    #[serde(default)]
    verdict: String,
    #[serde(default)]
    page: usize,
}

impl Narrow {
    fn fits(&self, row: &CaseVerdict) -> bool {
        (self.day.is_empty() || row.due_on == self.day) && (self.verdict.is_empty() || row.conclusion == self.verdict)
    }

    fn path(&self) -> String {
        let mut parts: Vec<String> = Vec::new();
        // Both are checked against what there is before they come here.
        parts.extend(Some(format!("day={}", self.day)).filter(|_| !self.day.is_empty()));
        parts.extend(Some(format!("verdict={}", self.verdict)).filter(|_| !self.verdict.is_empty()));
        parts.extend(Some(format!("page={}", self.page)).filter(|_| self.page > 0));
        if parts.is_empty() { "/morning".to_owned() } else { format!("/morning?{}", parts.join("&")) }
    }
}

/// A row's name on the page: says nothing of the case.
fn row_id(row: &CaseVerdict) -> String {
    crate::access::hash_token(&row.case_code)[..16].to_owned()
}

/// Today, and the next day on which offices work.
fn these_days(app: &App) -> [String; 2] {
    let today = vietnam_date(app.now());
    let next = add_working_days(today, 1, &app.desk.workspace.settings.serve.holidays);
    [today.to_string(), next.to_string()]
}

async fn of_these_days(app: &App, who: &Who) -> Result<Vec<CaseVerdict>, Problem> {
    let days = these_days(app);
    let mut all = app.ledger().case_verdicts(&who.actor().scope).await?;
    all.retain(|row| days.contains(&row.due_on));
    Ok(all)
}

pub async fn list(State(app): State<App>, who: Who, reader: Reader, Query(narrow): Query<Narrow>) -> Page {
    let lang = reader.lang;
    // The list has names in it.
    note(&app, &who.signed_in.account.login, "morning.view", "morning").await?;
    let all = of_these_days(&app, &who).await?;
    let known = |of: &dyn Fn(&CaseVerdict) -> bool| all.iter().any(of);
    let narrow = Narrow {
        day: Some(narrow.day.clone()).filter(|day| known(&|row| row.due_on == *day)).unwrap_or_default(),
        verdict: Some(narrow.verdict.clone()).filter(|word| known(&|row| row.conclusion == *word)).unwrap_or_default(),
        page: narrow.page,
    };
    let fitting: Vec<&CaseVerdict> = all.iter().filter(|row| narrow.fits(row)).collect();
    let shown = fitting.iter().skip(narrow.page * PAGE).take(PAGE);
    let rows = shown.map(|row| view(&app, row, lang)).collect();
    draw(&MorningPage {
        frame: frame(&app, &who, &reader, "morning", lang.pick("Sáng nay", "This morning")).await?,
        sentence: sentence(&all, lang),
        computed: computed(&all, lang),
        days: days(&app, &all, &narrow, lang),
        verdicts: verdicts(&all, &narrow, lang),
        rows,
        pages: pages(fitting.len(), &narrow, lang),
    })
}

#[derive(Deserialize)]
pub struct Opened {
    row: String,
}

pub async fn open(State(app): State<App>, who: Who, Form(opened): Form<Opened>) -> Page {
    let all = of_these_days(&app, &who).await?;
    let row = all.into_iter().find(|row| row_id(row) == opened.row);
    let row = row.ok_or_else(|| Problem::usage("NOT_FOUND", "the case is no longer in the list"))?;
    let question = Question::Case(row.case_code);
    let look = Look { morning: Some(opened.row), ..Look::new(&who, question, None) };
    let handle = app.looks.keep(look, app.now(), app.entropy.as_ref())?;
    see(&format!("/check/{handle}"))
}

/// For a verdict that was opened from the list: the way back to its row, and the row after it.
pub async fn around(app: &App, who: &Who, look: &Look) -> Result<(String, String), Failure> {
    let Some(row) = &look.morning else { return Ok((String::new(), String::new())) };
    let all = of_these_days(app, who).await?;
    let at = all.iter().position(|other| row_id(other) == *row);
    let page = at.map_or(0, |at| at / PAGE);
    let back = format!("{}#row-{row}", Narrow { page, ..Narrow::default() }.path());
    Ok((back, at.and_then(|at| all.get(at + 1)).map(row_id).unwrap_or_default()))
}

fn view(app: &App, row: &CaseVerdict, lang: Lang) -> MorningRow {
    let procedure = row.procedure.as_deref();
    let name = procedure.and_then(|code| app.desk.procedures.get(code)).map(|p| p.name.clone());
    MorningRow {
        id: row_id(row),
        due: due(app, &row.due_on, lang),
        case_code: row.case_code.clone(),
        procedure: name.or_else(|| row.procedure.clone()).unwrap_or_default(),
        name: row.applicant.clone().unwrap_or_else(|| "–".to_owned()),
        masked_number: row
            .person
            .as_deref()
            .map(|number| Subject::person(number).masked().trim_start_matches("person:").to_owned())
            .unwrap_or_default(),
        conclusion: word(&row.conclusion).to_owned(),
        words: words(&row.conclusion, row.conflicts, lang),
        reason: masked(lang.pick(&row.reason_vi, &row.reason_en)),
        done: if row.worked_on { lang.pick("đã quyết định", "decided").to_owned() } else { String::new() },
    }
}

/// A sentence of a list with the numbers in it masked.
fn masked(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        let (before, from) = rest.split_at(start);
        let end = from.find(|c: char| !c.is_ascii_digit()).unwrap_or(from.len());
        let (digits, after) = from.split_at(end);
        shown.push_str(before);
        let number = Subject::person(digits).masked();
        shown.push_str(if digits.len() >= 9 { number.trim_start_matches("person:") } else { digits });
        rest = after;
    }
    shown.push_str(rest);
    shown
}

fn word(conclusion: &str) -> &str {
    match conclusion {
        "proceed_with_note" => "note",
        "cannot_conclude" => "unknown",
        other => other,
    }
}

fn words(conclusion: &str, conflicts: u32, lang: Lang) -> String {
    match (conclusion, lang) {
        ("stop", Lang::Vi) => format!("DỪNG: {conflicts} vướng mắc"),
        ("stop", Lang::En) => format!("STOP: {conflicts}"),
        ("cannot_conclude", _) => lang.pick("CHƯA KẾT LUẬN ĐƯỢC", "CANNOT CONCLUDE").to_owned(),
        ("proceed_with_note", _) => lang.pick("ĐƯỢC, CÓ LƯU Ý", "PROCEED, NOTE").to_owned(),
        _ => lang.pick("TIẾP NHẬN ĐƯỢC", "PROCEED").to_owned(),
    }
}

fn due(app: &App, day: &str, lang: Lang) -> String {
    let today = vietnam_date(app.now());
    if day == today.to_string() {
        return lang.pick("hôm nay", "today").to_owned();
    }
    if today.tomorrow().is_ok_and(|tomorrow| tomorrow.to_string() == day) {
        return lang.pick("ngày mai", "tomorrow").to_owned();
    }
    lang.date(day)
}

const CONCLUSIONS: [&str; 4] = ["stop", "cannot_conclude", "proceed_with_note", "proceed"];

fn short(conclusion: &str, lang: Lang) -> &'static str {
    match conclusion {
        "stop" => lang.pick("dừng", "stop"),
        "cannot_conclude" => lang.pick("chưa kết luận được", "cannot conclude"),
        "proceed_with_note" => lang.pick("có lưu ý", "with a note"),
        _ => lang.pick("tiếp nhận được", "proceed"),
    }
}

fn sentence(all: &[CaseVerdict], lang: Lang) -> String {
    let count = |word: &str| all.iter().filter(|row| row.conclusion == word).count();
    let parts: Vec<String> =
        CONCLUSIONS.iter().map(|word| format!("{} {}", lang.number(count(word) as u64), short(word, lang))).collect();
    format!("{} {}: {}", lang.number(all.len() as u64), lang.pick("hồ sơ", "cases"), parts.join(" · "))
}

fn computed(all: &[CaseVerdict], lang: Lang) -> String {
    // What was judged anew after a decision is no night.
    match all.iter().filter(|row| !row.worked_on).map(|row| row.judged_at).max() {
        Some(at) => format!("{} {}", lang.pick("Tính trong đêm, lúc", "Judged in the night, at"), lang.instant(at)),
        None => lang
            .pick(
                "Đêm qua không có hồ sơ nào hẹn trả hôm nay hoặc ngày mai, hoặc chưa đối soát.",
                "No case is due today or tomorrow, or the night did not get to it.",
            )
            .to_owned(),
    }
}

fn days(app: &App, all: &[CaseVerdict], narrow: &Narrow, lang: Lang) -> Vec<FilterLink> {
    let mut days: Vec<&str> = all.iter().map(|row| row.due_on.as_str()).collect();
    days.sort_unstable();
    days.dedup();
    let link = |day: &str, label: String| {
        let to = Narrow { day: day.to_owned(), page: 0, ..narrow.clone() };
        let count = all.iter().filter(|row| to.fits(row)).count();
        FilterLink {
            label,
            path: to.path(),
            count: u32::try_from(count).unwrap_or(u32::MAX),
            current: narrow.day == day,
        }
    };
    let mut links = vec![link("", lang.pick("Cả hai ngày", "Both days").to_owned())];
    links.extend(days.into_iter().map(|day| link(day, due(app, day, lang))));
    links
}

fn verdicts(all: &[CaseVerdict], narrow: &Narrow, lang: Lang) -> Vec<FilterLink> {
    let link = |word: &str, label: &str| {
        let to = Narrow { verdict: word.to_owned(), page: 0, ..narrow.clone() };
        let count = all.iter().filter(|row| to.fits(row)).count();
        let (label, path) = (label.to_owned(), to.path());
        FilterLink { label, path, count: u32::try_from(count).unwrap_or(u32::MAX), current: narrow.verdict == word }
    };
    let mut links = vec![link("", lang.pick("Tất cả", "All"))];
    links.extend(CONCLUSIONS.iter().map(|word| link(word, short(word, lang))));
    links
}

fn pages(count: usize, narrow: &Narrow, lang: Lang) -> Vec<FilterLink> {
    if count <= PAGE {
        return Vec::new();
    }
    let link = |page: usize| {
        let of_page = (count - page * PAGE).min(PAGE);
        FilterLink {
            label: format!("{} {}", lang.pick("Trang", "Page"), page + 1),
            path: Narrow { page, ..narrow.clone() }.path(),
            count: u32::try_from(of_page).unwrap_or(u32::MAX),
            current: narrow.page == page,
        }
    };
    (0..count.div_ceil(PAGE)).map(link).collect()
}

#[cfg(test)]
mod tests {
    use super::masked;

    #[test]
    fn a_number_in_a_sentence_is_masked_and_a_date_is_not() {
        let text = masked("Một cửa (13/11/2026) ghi 099066416424, không phải 990000123.");
        assert!(text.contains("13/11/2026") && !text.contains("099066416424") && !text.contains("990000123"), "{text}");
    }
}
