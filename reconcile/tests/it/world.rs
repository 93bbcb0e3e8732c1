//! A small world from a scenario file, run through the passes as the nightly run does it, with the columns
//! that each pass says it looks at and no others.

use config::SourceKind;
use config::rules::Rules;
use config::units::Units;
use reconcile::engine::{EVALUATED_COLUMNS, OTHER_COLUMNS, Table};
use reconcile::{
    Catalogue, Context, Counted, Decisions, Found, Gathered, Index, Links, OldNumbers, OldNumbersAsked, PeopleSeen,
    Placement, Row, Search, Settled, Shared, SourceInfo, Survey, Tally, View, evaluate_counted, evaluate_rows,
    global_counted, merged,
};
use schemas::record::{CivilEventRecord, CivilEventView, DossierRecord, DossierView, LandRightRecord, LandRightView};
use schemas::record::{PersonRecord, PersonView};
use schemas::{Dataset, Finding, ProvinceCode, SourceId, bucket_of};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    pub scenario: Vec<Scenario>,
}

/// The cases of a test, as most of its data files hold them.
pub fn cases<C: DeserializeOwned>(text: &str) -> Vec<C> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Cases<C> {
        case: Vec<C>,
    }
    toml::from_str::<Cases<C>>(text).expect("cases").case
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    pub name: String,
    /// Only single answers of the population database: absence means nothing.
    #[serde(default)]
    pub mosaic: bool,
    #[serde(default)]
    pub row: Vec<ScenarioRow>,
    #[serde(default)]
    pub expect: Vec<Expected>,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScenarioRow {
    pub source: String,
    pub key: String,
    #[serde(default)]
    pub part: u16,
    pub commune: Option<String>,
    pub updated: Option<String>,
    pub person: Option<PersonRecord>,
    pub civil: Option<CivilEventRecord>,
    pub land: Option<LandRightRecord>,
    pub dossier: Option<DossierRecord>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    pub kind: String,
    pub subject: String,
    pub field: String,
    pub source: String,
    pub unit: Option<String>,
    pub suggestion: Option<String>,
    /// All values, reference first.
    pub values: Option<Vec<String>>,
}

const SOURCES: [(&str, SourceKind); 5] = [
    ("population", SourceKind::Population),
    ("civil_status", SourceKind::CivilStatus),
    ("land", SourceKind::Land),
    ("one_stop", SourceKind::OneStop),
    ("files", SourceKind::Files),
];

/// One of each serves all tests: reading the units takes longer than most of them.
pub fn context(mosaic: bool) -> &'static Context {
    static CONTEXTS: [OnceLock<Context>; 2] = [const { OnceLock::new() }; 2];
    CONTEXTS[usize::from(mosaic)].get_or_init(|| own_context(mosaic))
}

/// A context that a test may change.
pub fn own_context(mosaic: bool) -> Context {
    let source = |(id, kind): (&str, SourceKind)| SourceInfo {
        id: SourceId::parse(id).expect("a source name"),
        kind,
        complete: !(mosaic && kind == SourceKind::Population),
    };
    Context {
        catalogue: Arc::new(Catalogue::new(&Units::embedded().expect("the catalogue loads"))),
        rules: Rules::embedded().expect("the rules load"),
        date: jiff::civil::date(2026, 11, 24),
        province: ProvinceCode::parse("08").expect("a province"),
        sources: SOURCES.into_iter().map(source).collect(),
    }
}

pub fn scenarios() -> Vec<Scenario> {
    let directory = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/scenarios");
    let mut files: Vec<_> =
        std::fs::read_dir(directory).expect("scenarios").map(|entry| entry.expect("an entry").path()).collect();
    files.sort();
    let read = |file: &std::path::PathBuf| {
        let text = std::fs::read_to_string(file).expect("readable");
        toml::from_str::<File>(&text).map_err(|e| format!("{}: {e}", file.display())).expect("a scenario file").scenario
    };
    files.iter().flat_map(read).collect()
}

impl ScenarioRow {
    pub fn population(key: String, person: PersonRecord) -> Self {
        let source = "population".to_owned();
        Self {
            source,
            key,
            part: 0,
            commune: None,
            updated: None,
            person: Some(person),
            civil: None,
            land: None,
            dossier: None,
        }
    }

    /// The same row of a person with another birth date.
    pub fn born_on(&self, day: &str) -> Self {
        let mut row = self.clone();
        if let Some(person) = &mut row.person {
            person.birth_date = Some(day.to_owned());
        }
        row
    }

    pub fn view(&self) -> Row<'_> {
        let view = match (&self.person, &self.civil, &self.land, &self.dossier) {
            (Some(record), None, None, None) => View::Person(record.view()),
            (None, Some(record), None, None) => View::CivilEvent(record.view()),
            (None, None, Some(record), None) => View::LandRight(record.view()),
            (None, None, None, Some(record)) => View::Dossier(record.view()),
            _ => panic!("row {} must have exactly one record", self.key),
        };
        Row {
            source: SOURCES.iter().position(|(id, _)| *id == self.source).expect("a known source"),
            record_key: &self.key,
            part: self.part,
            commune: self.commune.as_deref(),
            updated_at: self.updated.as_deref(),
            view,
        }
    }

    /// The row as a night reads it that looks at some columns only.
    fn read(&self, columns: &[&str]) -> Row<'_> {
        let read = |name: &str| columns.contains(&name);
        macro_rules! read {
            ($record:expr, $type:ident, $view:ident) => {
                $view::from_columns(|at| $record.values()[at].filter(|_| read($type::COLUMNS[at])))
            };
        }
        let whole = self.view();
        let view = match (&self.person, &self.civil, &self.land, &self.dossier) {
            (Some(r), ..) => View::Person(read!(r, PersonRecord, PersonView)),
            (_, Some(r), ..) => View::CivilEvent(read!(r, CivilEventRecord, CivilEventView)),
            (_, _, Some(r), _) => View::LandRight(read!(r, LandRightRecord, LandRightView)),
            (.., Some(r)) => View::Dossier(read!(r, DossierRecord, DossierView)),
            _ => whole.view,
        };
        Row {
            part: if read("part") { whole.part } else { 0 },
            commune: whole.commune.filter(|_| read("commune")),
            updated_at: whole.updated_at.filter(|_| read("updated_at")),
            view,
            ..whole
        }
    }

    fn link_key(&self) -> Option<&str> {
        match (&self.person, &self.civil, &self.land, &self.dossier) {
            (Some(r), ..) => r.personal_id.as_deref(),
            (_, Some(r), ..) => r.personal_id.as_deref().or(r.paper_number.as_deref()),
            (_, _, Some(r), _) => r.personal_id.as_deref().or(r.paper_number.as_deref()),
            (.., Some(r)) => r.personal_id.as_deref(),
            _ => None,
        }
    }
}

/// Survey, search, buckets, global findings, merge: with the rows in the order given.
pub fn run(context: &Context, rows: &[&ScenarioRow], buckets: u32) -> Vec<Finding> {
    run_with(context, rows, buckets, Decisions::new()).0
}

/// As [`run`], with what officers decided; also what came of linking.
pub fn run_with(context: &Context, rows: &[&ScenarioRow], buckets: u32, decisions: Decisions) -> (Vec<Finding>, Links) {
    let (counted, links) = run_counted(context, rows, buckets, decisions);
    (counted.findings, links)
}

/// The CMNDs that rows of other sources ask for.
pub fn asked_by(rows: &[&ScenarioRow]) -> OldNumbers {
    let mut asked = [OldNumbersAsked::default(), OldNumbersAsked::default()];
    for (at, row) in rows.iter().filter(|row| row.source != "population").enumerate() {
        asked[at % 2].ask(&Table::of(&row.read(OldNumbersAsked::COLUMNS)), 0);
    }
    OldNumbers::of(asked.into())
}

/// What survey and search learn: who everybody is.
pub fn indexed(context: &Context, rows: &[&ScenarioRow], buckets: u32, decisions: Decisions) -> (Index, Settled) {
    let population = |row: &&&ScenarioRow| row.source == "population";
    let asked = asked_by(rows);
    let mut survey = Survey::new(context, &asked);
    rows.iter().filter(population).for_each(|row| {
        survey.population(&Table::of(&row.read(Survey::POPULATION_COLUMNS)), 0);
    });
    let survey = survey.seal();
    let mut gathered: Vec<Gathered> = (0..buckets).map(|_| survey.gathered()).collect();
    for (at, row) in rows.iter().filter(|row| row.source != "population").enumerate() {
        let part = at % gathered.len();
        survey.other(&row.read(OTHER_COLUMNS), &mut gathered[part]);
    }
    let search = survey.search(gathered, decisions);
    let mut parts: Vec<Found> = (0..buckets).map(|_| Found::default()).collect();
    if search.is_needed() {
        // In parts, as several threads do it.
        for (at, row) in rows.iter().filter(population).enumerate() {
            let part = at % parts.len();
            search.population(&Table::of(&row.read(Search::POPULATION_COLUMNS)), 0, &mut parts[part]);
        }
    }
    search.finish_in_memory(parts, buckets as usize)
}

/// As [`run_with`], with the counts of the quality of data.
pub fn run_counted(context: &Context, rows: &[&ScenarioRow], buckets: u32, decisions: Decisions) -> (Counted, Links) {
    let (index, settled) = indexed(context, rows, buckets, decisions);
    let mut placed: Vec<Bucket<'_>> = (0..buckets).map(|_| Bucket::default()).collect();
    for row in rows {
        // What a mosaic leaves out says something: all of it is read.
        let complete = context.sources.iter().all(|source| source.complete);
        let view = if complete { row.read(EVALUATED_COLUMNS) } else { row.view() };
        let own = row.link_key().map_or(0, |key| bucket_of(key, buckets));
        let bucket = match index.placement_of(context, &row.read(OTHER_COLUMNS)) {
            Placement::At(number) if row.source != "population" => bucket_of(&number, buckets),
            _ => own,
        };
        let at_home = own == bucket;
        let bucket = &mut placed[bucket as usize];
        if at_home { bucket.home(view) } else { bucket.from_elsewhere.push(view) }
    }
    let (mut tally, mut shared) = (Tally::default(), Shared::default());
    let (mut parts, mut seen) = (Vec::new(), Vec::new());
    for bucket in &placed {
        let mut people = PeopleSeen::default();
        bucket.tables().iter().for_each(|table| settled.see(context, table, &mut people));
        seen.push(people);
        let part = bucket.evaluate(context, &index);
        tally.add(part.tally);
        shared.add(part.shared);
        parts.push(part.findings);
    }
    let global = global_counted(context, index, shared);
    tally.add(global.tally);
    parts.push(global.findings);
    (Counted { findings: merged(parts), tally, shared: Shared::default() }, settled.links(seen))
}

/// The rows of a bucket: those stored in it, by source and dataset, and the others.
#[derive(Default)]
struct Bucket<'a> {
    at_home: BTreeMap<(usize, Dataset), Vec<Row<'a>>>,
    from_elsewhere: Vec<Row<'a>>,
}

impl<'a> Bucket<'a> {
    fn home(&mut self, row: Row<'a>) {
        self.at_home.entry((row.source, row.dataset())).or_default().push(row);
    }

    fn tables(&self) -> Vec<Table<'_, Vec<Row<'a>>>> {
        let table = |((source, dataset), columns): (&(usize, Dataset), _)| Table {
            source: *source,
            dataset: *dataset,
            columns,
            without: Vec::new(),
        };
        self.at_home.iter().map(table).collect()
    }

    /// By columns, as a night does it. Row by row must give the same, and one of them is the check of
    /// the other in every world of these tests.
    fn evaluate(&self, context: &Context, index: &Index) -> Counted {
        let counted = evaluate_counted(context, index, &self.tables(), self.from_elsewhere.clone());
        let rows: Vec<Row<'_>> = self.at_home.values().flatten().chain(&self.from_elsewhere).copied().collect();
        let by_rows = evaluate_rows(context, index, &rows);
        assert_eq!(counted.findings, by_rows.findings);
        assert_eq!(counted.tally, by_rows.tally);
        counted
    }
}
