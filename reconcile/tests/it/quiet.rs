//! Nearly everybody has nothing to be told: their rows are counted by columns, and only those of the
//! others are read whole.

use super::world::{self, ScenarioRow, asked_by, context, indexed, scenarios};
use reconcile::engine::{Columns, Table};
use reconcile::{Context, Decisions, OldNumbers, Placement, Row, SealedSurvey, Survey, evaluate_counted};
use schemas::Dataset;
use serde::Deserialize;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    #[serde(default)]
    mosaic: bool,
    quiet: bool,
    row: Vec<ScenarioRow>,
}

fn cases() -> Vec<Case> {
    world::cases(include_str!("../data/quiet.toml"))
}

/// Two people of whom there is nothing to be told, whoever else there is.
fn neighbours() -> Vec<ScenarioRow> {
    let text = r#"
        [[case]]
        name = "neighbours"
        quiet = true
        row = [
          { source = "population", key = "n1", person = { personal_id = "099185000001", name = "Trần Thị Láng", sex = "f", residence_province = "08", residence_commune = "02215" } },
          { source = "files", key = "n2", person = { personal_id = "099185000001", name = "TRẦN THỊ LÁNG", residence_province = "08", residence_commune = "02215" } },
          { source = "population", key = "n3", person = { personal_id = "099200000002", birth_date = "2000-01-01" } },
          { source = "civil_status", key = "n4", civil = { event = "birth", role = "child", personal_id = "099200000002", birth_date = "2000-01-01" } },
        ]
    "#;
    world::cases::<Case>(text).remove(0).row
}

/// Columns that note which rows were read whole.
struct Watched<'a> {
    rows: Vec<Row<'a>>,
    read: RefCell<BTreeSet<&'a str>>,
}

impl Columns for Watched<'_> {
    fn rows(&self) -> usize {
        self.rows.len()
    }

    fn text(&self, column: usize, row: usize) -> Option<&str> {
        self.rows.text(column, row)
    }

    fn commune(&self, row: usize) -> Option<&str> {
        self.rows.commune(row)
    }

    fn updated_at(&self, row: usize) -> Option<&str> {
        self.rows.updated_at(row)
    }

    fn row(&self, source: usize, row: usize) -> Row<'_> {
        self.read.borrow_mut().insert(self.rows[row].record_key);
        Row { source, ..self.rows[row] }
    }
}

/// The rows of people and events that were read whole, by key, and how many findings there are. Of
/// land and cases all are read, for what the whole province tells.
fn read<'a>(context: &Context, rows: &'a [&ScenarioRow]) -> (BTreeSet<&'a str>, usize) {
    let (index, _) = indexed(context, rows, 1, Decisions::new());
    let mut tables: BTreeMap<(usize, Dataset), Watched<'a>> = BTreeMap::new();
    for row in rows.iter().map(|row| row.view()) {
        let empty = || Watched { rows: Vec::new(), read: RefCell::default() };
        tables.entry((row.source, row.dataset())).or_insert_with(empty).rows.push(row);
    }
    let findings = {
        let tables: Vec<Table<'_, Watched<'a>>> = tables
            .iter()
            .map(|((source, dataset), columns)| Table { source: *source, dataset: *dataset, columns, without: vec![] })
            .collect();
        evaluate_counted(context, &index, &tables, Vec::new()).findings.len()
    };
    let people = tables.iter().filter(|((_, dataset), _)| matches!(dataset, Dataset::Person | Dataset::CivilEvent));
    (people.flat_map(|(_, watched)| watched.read.borrow().clone()).collect(), findings)
}

#[test]
fn whoever_agrees_everywhere_is_counted_unread_and_nobody_else_is() {
    let neighbours = neighbours();
    for case in cases() {
        let context = context(case.mosaic);
        let beside = neighbours.iter().filter(|_| !case.mosaic);
        let rows: Vec<&ScenarioRow> = case.row.iter().chain(beside).collect();
        let (read, findings) = read(context, &rows);
        let own = |row: &&ScenarioRow| row.person.is_some() || row.civil.is_some();
        let all: BTreeSet<&str> = case.row.iter().filter(own).map(|row| row.key.as_str()).collect();
        assert_eq!(read, if case.quiet { BTreeSet::new() } else { all }, "{}", case.name);
        assert!(!case.quiet || findings == 0, "{}", case.name);
    }
}

#[test]
fn rows_that_come_from_elsewhere_have_the_others_of_their_person_read() {
    let rows = neighbours();
    let rows: Vec<&ScenarioRow> = rows.iter().collect();
    let context = context(false);
    let (index, _) = indexed(context, &rows, 1, Decisions::new());
    let at_home = Watched { rows: vec![rows[0].view(), rows[2].view()], read: RefCell::default() };
    let table = Table { source: rows[0].view().source, dataset: Dataset::Person, columns: &at_home, without: vec![] };
    evaluate_counted(context, &index, &[table], vec![rows[1].view()]);
    assert_eq!(at_home.read.borrow().iter().copied().collect::<Vec<_>>(), ["n1"]);
}

#[test]
fn a_row_that_is_evaluated_elsewhere_is_neither_read_nor_counted_here() {
    let rows = neighbours();
    let rows: Vec<&ScenarioRow> = rows.iter().collect();
    let context = context(false);
    let (index, _) = indexed(context, &rows, 1, Decisions::new());
    let at_home = vec![rows[0].view(), rows[2].view(), rows[0].view(), rows[0].view()];
    let counted = |columns: &Vec<Row<'_>>, without| {
        let table = Table { source: rows[0].view().source, dataset: Dataset::Person, columns, without };
        let counted = evaluate_counted(context, &index, &[table], Vec::new());
        (counted.findings.len(), counted.tally)
    };
    assert_eq!(counted(&at_home, vec![2, 3]), counted(&at_home[..2].to_vec(), vec![]));
    assert_eq!(counted(&at_home, vec![0, 3]), counted(&at_home[1..3].to_vec(), vec![]));
}

/// Does it stay where it is stored, as a night asks before it looks at the row?
fn stays(survey: &SealedSurvey<'_>, row: Row<'_>) -> bool {
    survey.stays(&Table::of(&row), 0)
}

#[test]
fn a_row_under_its_persons_own_number_stays_and_has_nothing_to_teach() {
    let context = context(false);
    let case = cases().into_iter().find(|case| case.name == "a row under a number of before").expect("a case");
    let own = cases().into_iter().find(|case| case.name.starts_with("every register once")).expect("a case");
    let asked = OldNumbers::default();
    let mut survey = Survey::new(context, &asked);
    survey.population(&Table::of(&case.row[0].view()), 0);
    let survey = survey.seal();
    let staying: Vec<&str> =
        own.row.iter().filter(|row| stays(&survey, row.view())).map(|row| row.key.as_str()).collect();
    // Of land and cases the whole province is told something.
    assert_eq!(staying, ["p1", "b1", "f1"]);
    assert!(!stays(&survey, case.row[1].view()), "it stands under a number of before");
    for scenario in scenarios() {
        let asked = asked_by(&scenario.row.iter().collect::<Vec<_>>());
        let mut survey = Survey::new(context, &asked);
        scenario
            .row
            .iter()
            .filter(|row| row.source == "population")
            .for_each(|row| survey.population(&Table::of(&row.view()), 0));
        let survey = survey.seal();
        let others = || scenario.row.iter().filter(|row| row.source != "population");
        for row in others().map(ScenarioRow::view).filter(|row| stays(&survey, *row)) {
            assert_eq!(survey.other(&row, &mut survey.gathered()), Placement::Here, "{}", scenario.name);
        }
    }
}
