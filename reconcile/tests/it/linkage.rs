//! The linker at its edges: empty tables, missing values, exchanged fields, partners.

use config::linkage::{Decide, LinkageSpec, Partners};
use reconcile::linkage::{Column, Decision, Explainer, Fields, Scored, decide, link};
use std::path::Path;

fn spec() -> LinkageSpec {
    let field = |name: &str, compare: &str| format!("[[fields]]\nname = \"{name}\"\ncompare = \"{compare}\"\n");
    let text = "exchanged = [[\"surname\", \"given\"]]\n".to_owned()
        + &field("surname", "name")
        + &field("given", "name")
        + &field("born", "date");
    LinkageSpec::parse(&text, Path::new("spec.toml")).expect("a specification")
}

fn columns(rows: &[[&str; 3]]) -> Vec<Column> {
    (0..3).map(|at| rows.iter().map(|row| row[at]).collect()).collect()
}

fn fields(spec: &LinkageSpec, left: &[[&str; 3]], right: Option<&[[&str; 3]]>) -> Fields {
    Fields::new(spec, &columns(left), right.map(columns).as_deref(), 2)
}

/// Made-up people: every surname five times, every given name twelve times, every day once.
fn people() -> Vec<[String; 3]> {
    let surname = |n: usize| format!("ho{}", (b'a' + (n % 12) as u8) as char);
    let given = |n: usize| format!("ten{}", (b'k' + (n % 5) as u8) as char);
    (0..60).map(|n| [surname(n), given(n), format!("19{:02}-{:02}-{:02}", 30 + n, n % 12 + 1, n % 28 + 1)]).collect()
}

#[test]
fn tables_without_rows_or_with_one_are_linked_to_nothing() {
    let one: &[[&str; 3]] = &[["a", "b", "1985-03-05"]];
    for (left, right) in [(&[][..], Some(one)), (one, Some(&[][..])), (&[], Some(&[])), (&[], None), (one, None)] {
        let fields = fields(&spec(), left, right);
        let linked = link(&spec(), &fields, None, 2);
        assert_eq!((linked.candidates, linked.pairs.len()), (0, 0));
    }
}

#[test]
fn a_missing_value_is_no_evidence_either_way() {
    let people = people();
    let mut left: Vec<[&str; 3]> = people.iter().map(|p| [p[0].as_str(), p[1].as_str(), p[2].as_str()]).collect();
    let right = left.clone();
    left[0][1] = "";
    let fields = fields(&spec(), &left, Some(&right));
    let linked = link(&spec(), &fields, None, 1);
    let steps = Explainer::new(&spec(), &fields, &linked.model).explain(0, 0);
    let step = |name: &str| steps.iter().find(|step| step.name.starts_with(name)).expect("a step");
    for silent in ["given", "surname ⇄ given"] {
        assert_eq!((step(silent).level.as_deref(), step(silent).weight), (None, 0.0), "{silent}");
    }
    assert!(step("born").weight > 0.0 && step("surname").weight > 0.0);
    assert!(linked.pairs.iter().any(|d| (d.pair.left, d.pair.right) == (0, 0)), "the rest is evidence enough");
}

#[test]
fn names_the_wrong_way_round_are_told_and_are_as_frequent_as_where_they_belong() {
    let people = people();
    let right: Vec<[&str; 3]> = people.iter().map(|p| [p[0].as_str(), p[1].as_str(), p[2].as_str()]).collect();
    let mut left = right.clone();
    left[7].swap(0, 1);
    let fields = fields(&spec(), &left, Some(&right));
    let spec = spec();
    let linked = link(&spec, &fields, None, 1);
    let explainer = Explainer::new(&spec, &fields, &linked.model);
    let (exchanged, straight) = (explainer.explain(7, 7), explainer.explain(19, 19));
    assert_eq!(exchanged.last().and_then(|step| step.level.as_deref()), Some("exchanged"));
    assert_eq!(straight.last().and_then(|step| step.level.as_deref()), Some("in place"));
    // Row 19 has the surname of row 7: what is rare only where it does not belong is not rare.
    let rarest = |steps: &[reconcile::linkage::Contribution]| {
        steps.iter().filter(|s| s.name != "born").map(|step| step.rarity).fold(f64::MIN, f64::max)
    };
    assert!(rarest(&exchanged) < rarest(&straight) + 1.0, "{exchanged:?}\n{straight:?}");
}

fn links(partners: Partners, pairs: &[(u32, u32, f64)], one_table: bool) -> Vec<(u32, u32)> {
    let pairs: Vec<Scored> =
        pairs.iter().map(|(left, right, weight)| Scored { left: *left, right: *right, weight: *weight }).collect();
    let decided = decide(&Decide { partners, ..Decide::default() }, &pairs, one_table);
    decided.iter().filter(|d| d.decision == Decision::Link).map(|d| (d.pair.left, d.pair.right)).collect()
}

#[test]
fn who_may_have_one_partner_has_the_heaviest() {
    let pairs = [(0, 1, 9.0), (0, 2, 8.0), (1, 2, 7.0), (3, 4, 6.0)];
    assert_eq!(links(Partners::Many, &pairs, false), [(0, 1), (0, 2), (1, 2), (3, 4)]);
    assert_eq!(
        links(Partners::One, &pairs, false),
        [(0, 1), (1, 2), (3, 4)],
        "a row of the left is another on the right"
    );
    assert_eq!(links(Partners::One, &pairs, true), [(0, 1), (3, 4)], "in one table a row is one row");
}

#[test]
fn the_pairs_themselves_show_whether_partners_are_many() {
    let mut pairs: Vec<(u32, u32, f64)> = (0..100).map(|n| (n, n, 9.0)).collect();
    pairs.push((0, 1, 8.0));
    assert_eq!(links(Partners::Auto, &pairs, false).len(), 100, "one of a hundred is a mistake");
    pairs.extend((1..10).map(|n| (n, n + 1, 8.0)));
    assert_eq!(links(Partners::Auto, &pairs, false).len(), 110, "ten of a hundred are not");
}

#[test]
fn whole_names_of_people_are_compared_as_a_vietnamese_reader_does() {
    let text =
        "[[fields]]\nname = \"name\"\ncompare = \"person_name\"\n[[fields]]\nname = \"born\"\ncompare = \"date\"\n";
    let spec = LinkageSpec::parse(text, Path::new("spec.toml")).expect("a specification");
    let side = |name: &str| [name, "1985-03-05"].map(|text| [text].into_iter().collect::<Column>());
    for (other, level) in [("HOANG THI HA", "writing"), ("Hoàng Hà", "compatible"), ("Hoàng Thị Hạ", "close")] {
        let fields = Fields::new(&spec, &side("Hoàng Thị Hà"), Some(&side(other)), 1);
        let linked = link(&spec, &fields, None, 1);
        let steps = Explainer::new(&spec, &fields, &linked.model).explain(0, 0);
        assert_eq!(steps[1].level.as_deref(), Some(level), "{other}");
    }
}
