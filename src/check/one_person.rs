//! The engine over the rows of one person: the same functions as in the night.

use config::SourceKind;
use reconcile::engine::{
    Context, Decisions, Found, Index, OldNumbers, OldNumbersAsked, Row, Survey, Table, View, evaluate_rows,
    global_counted, merged,
};
use schemas::Finding;

/// What the night would find about these rows as a person's.
pub fn findings(context: &Context, rows: &[Row<'_>]) -> Vec<Finding> {
    evaluate_rows(context, &surveyed(context, rows), rows).findings
}

/// The same, and what only a whole province can tell, as if these rows were one.
pub fn findings_of_a_province(context: &Context, rows: &[Row<'_>]) -> Vec<Finding> {
    let index = surveyed(context, rows);
    let people = evaluate_rows(context, &index, rows);
    merged([people.findings, global_counted(context, index, people.shared).findings])
}

fn surveyed(context: &Context, rows: &[Row<'_>]) -> Index {
    let is_population = |row: &&Row<'_>| {
        context.sources[row.source].kind == SourceKind::Population && matches!(row.view, View::Person(_))
    };
    let mut asked = OldNumbersAsked::default();
    rows.iter().filter(|row| !is_population(row)).for_each(|row| asked.ask(&Table::of(row), 0));
    let asked = OldNumbers::of(vec![asked]);
    let mut survey = Survey::new(context, &asked);
    rows.iter().filter(is_population).for_each(|row| survey.population(&Table::of(row), 0));
    let sealed = survey.seal();
    let mut gathered = sealed.gathered();
    rows.iter().filter(|row| !is_population(row)).for_each(|row| {
        sealed.other(row, &mut gathered);
    });
    // As in a night, rows without a usable number are looked for among the people.
    let mut found = Found::default();
    let search = sealed.search(vec![gathered], Decisions::default());
    if search.is_needed() {
        rows.iter().filter(is_population).for_each(|row| search.population(&Table::of(row), 0, &mut found));
    }
    search.finish_in_memory(vec![found], 1).0
}
