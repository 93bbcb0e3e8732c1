//! Incidents and nights in words, by templates that a province may change. The first line of a text
//! is the subject of a mail.

use crate::Lang;
use crate::nightly::{Report, run_status, source_status};
use crate::problem::Problem;
use crate::province::{Board, words};
use config::Settings;
use config::rules::{source_name_en, source_name_vi};
use health::{Incident, Notice, NoticeKind, Scope, Trouble, trouble};
use minijinja::{AutoEscape, Environment, UndefinedBehavior, context};
use serde::Serialize;
use std::path::Path;

const EMBEDDED: [(&str, &str); 4] = [
    ("incident.vi.txt", include_str!("../../config/notices/incident.vi.txt")),
    ("incident.en.txt", include_str!("../../config/notices/incident.en.txt")),
    ("night.vi.txt", include_str!("../../config/notices/night.vi.txt")),
    ("night.en.txt", include_str!("../../config/notices/night.en.txt")),
];

/// The texts in force.
pub struct Notices {
    environment: Environment<'static>,
    lang: Lang,
}

/// Subject and text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    pub subject: String,
    pub body: String,
}

#[derive(Serialize)]
struct SourceLine {
    name: String,
    status: String,
    records: String,
    partitions: String,
    error: String,
}

impl Notices {
    /// The embedded texts, and those of the folder in their place.
    pub fn load(folder: Option<&Path>, lang: Lang) -> Result<Self, Problem> {
        let mut environment = Environment::new();
        environment.set_auto_escape_callback(|_| AutoEscape::None);
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        for (name, embedded) in EMBEDDED {
            let own = folder.map(|folder| folder.join(name)).filter(|file| file.exists());
            let text = match own {
                Some(file) => std::fs::read_to_string(file)?,
                None => embedded.to_owned(),
            };
            environment
                .add_template_owned(name, text)
                .map_err(|error| Problem::usage("NOTICE_TEMPLATE", format!("{name}: {error:#}")))?;
        }
        Ok(Self { environment, lang })
    }

    pub fn incident(&self, notice: &Notice, settings: &Settings, link: &str) -> Result<Text, Problem> {
        let (incident, lang) = (&notice.incident, self.lang);
        let (what, next) = words::trouble(&incident.code, lang);
        let who = match trouble(&incident.code) {
            Trouble::Person(blame) => words::blame(blame, lang),
            Trouble::Own | Trouble::Unreachable => "",
        };
        let names: Vec<String> = incident.sources.iter().map(|source| name(settings, source, lang)).collect();
        let contacts: Vec<&str> = incident
            .sources
            .iter()
            .filter_map(|source| settings.sources.iter().find(|(id, _)| id.as_str() == source))
            .map(|(_, source)| source.contact.as_str())
            .filter(|contact| !contact.is_empty())
            .collect();
        self.text(
            "incident",
            context! {
                headline => headline(notice.kind, incident, settings, lang),
                opened => lang.instant(incident.opened_at),
                closed => incident.closed_at.map(|at| lang.instant(at)).unwrap_or_default(),
                sources => names.join(", "),
                count => incident.sources.len(),
                of => incident.of,
                communes => incident.communes,
                trouble => what,
                code => incident.code.clone(),
                next_step => next,
                who => who,
                contact => contacts.join("; "),
                link => link,
            },
        )
    }

    pub fn night(&self, report: &Report, board: &Board, settings: &Settings, link: &str) -> Result<Text, Problem> {
        let lang = self.lang;
        let sources: Vec<SourceLine> = report
            .sources
            .iter()
            .map(|source| SourceLine {
                name: format!("{}/{}", name(settings, source.name.as_str(), lang), source.dataset),
                status: source_status(source.status, lang).to_owned(),
                records: lang.number(source.snapshot_records),
                partitions: format!("{}/{}", source.partitions_complete, source.partitions),
                error: source
                    .error_code
                    .as_deref()
                    .map(|code| words::trouble(code, lang).0.to_owned())
                    .unwrap_or_default(),
            })
            .collect();
        let as_of = board.data_as_of.map(|at| lang.instant(at)).unwrap_or_default();
        self.text(
            "night",
            context! {
                night => lang.date(&report.business_date),
                status => run_status(report.status, lang),
                sentence => words::sentence(&board.counts, lang),
                as_of => format!("{}: {as_of}", lang.pick("Số liệu đến", "Data as of")),
                run_id => report.run_id.clone(),
                seconds => lang.number(report.seconds.round() as u64),
                sources => minijinja::value::Serde(&sources),
                findings => lang.number(report.finding_count()),
                link => link,
            },
        )
    }

    fn text(&self, which: &str, values: minijinja::Value) -> Result<Text, Problem> {
        let name = format!("{which}.{}.txt", self.lang.pick("vi", "en"));
        let failed = |error: minijinja::Error| Problem::usage("NOTICE_TEMPLATE", format!("{name}: {error:#}"));
        let drawn = self.environment.get_template(&name).and_then(|t| t.render(values)).map_err(failed)?;
        let (subject, body) = drawn.split_once('\n').unwrap_or((&drawn, ""));
        Ok(Text { subject: subject.trim().to_owned(), body: body.trim_start().to_owned() })
    }
}

/// One line: what is broken, or what is well again.
pub fn headline(kind: NoticeKind, incident: &Incident, settings: &Settings, lang: Lang) -> String {
    let of = match incident.scope {
        Scope::Interconnect => format!("{} {}", lang.pick("Trục liên thông", "Interconnect"), incident.name),
        Scope::Source | Scope::Communes => name(settings, &incident.name, lang),
    };
    let what = match (kind, incident.scope) {
        (NoticeKind::Recovered, _) => lang.pick("đã ổn định trở lại", "is well again").to_owned(),
        (_, Scope::Communes) => format!(
            "{} {}",
            incident.communes,
            lang.pick("xã, phường không có số liệu mới", "communes without good data")
        ),
        (NoticeKind::Grown, _) => format!(
            "{} {}/{}",
            lang.pick("sự cố lan rộng:", "incident has grown:"),
            incident.sources.len(),
            incident.of
        ),
        (NoticeKind::Still, _) => lang.pick("vẫn chưa xử lý xong", "is still not well").to_owned(),
        (NoticeKind::Opened, _) => lang.pick("gặp sự cố", "has an incident").to_owned(),
    };
    format!("{of}: {what}")
}

fn name(settings: &Settings, source: &str, lang: Lang) -> String {
    let known = settings.sources.iter().find(|(id, _)| id.as_str() == source);
    known.map_or_else(
        || source.to_owned(),
        |(_, settings)| {
            match lang {
                Lang::Vi => source_name_vi(settings.system()),
                Lang::En => source_name_en(settings.system()),
            }
            .to_owned()
        },
    )
}
