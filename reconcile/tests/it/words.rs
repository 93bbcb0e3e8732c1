//! The words in which an answer about a unit is told: what each says, and that no two say the same.

use super::catalogue::World;
use super::record::is_on_record;
use reconcile::Catalogue;
use reconcile::units::{Evidence, Query, Reason, Status, StepKind};
use schemas::CommuneCode;
use std::collections::BTreeSet;

const REASONS: [Reason; 15] = [
    Reason::CalledAsToday,
    Reason::CommuneGone,
    Reason::TypeChanged,
    Reason::DistrictGone,
    Reason::ProvinceGone,
    Reason::SaidInText,
    Reason::LearnedHamlet,
    Reason::Divided,
    Reason::TwoTimes,
    Reason::SeveralFit,
    Reason::CodeAgainstText,
    Reason::WeakName,
    Reason::SuccessorUnknown,
    Reason::NoCommune,
    Reason::NothingFound,
];

const STEPS: [StepKind; 5] =
    [StepKind::Whole, StepKind::Merge, StepKind::Part, StepKind::Renamed, StepKind::TypeChanged];

const STATUSES: [Status; 5] = [Status::Current, Status::Stale, Status::Split, Status::Ambiguous, Status::Unknown];

fn evidence() -> [Evidence<'static>; 18] {
    let (hamlet, by) = ("thôn Mẫu".to_owned(), "canbo1".to_owned());
    [
        Evidence::Name,
        Evidence::NameWithoutAccents,
        Evidence::NameOtherAccents,
        Evidence::NameJoined,
        Evidence::NameTypo { edits: 2 },
        Evidence::TypeDiffers,
        Evidence::District { name: "Huyện Yên Sơn" },
        Evidence::DistrictOfPredecessor { name: "Huyện Yên Sơn" },
        Evidence::Province,
        Evidence::ProvinceBeforeMerger,
        Evidence::ProvinceAfterMerger,
        Evidence::Code,
        Evidence::CodeDiffers,
        Evidence::Day,
        Evidence::AllPopulation,
        Evidence::OnlyInhabitedPart,
        Evidence::GeometryGuess,
        Evidence::Learned { hamlet, by, on: jiff::civil::date(2026, 3, 1) },
    ]
}

#[test]
fn every_reason_evidence_and_change_is_told_in_words_of_its_own() {
    let mut lines: Vec<String> = STATUSES.iter().map(|status| format!("status: {status}")).collect();
    lines.extend(REASONS.iter().map(|reason| format!("{reason:?}: {} / {}", reason.vietnamese(), reason.english())));
    lines.extend(evidence().iter().map(|one| format!("evidence: {} / {}", one.vietnamese(), one.english())));
    lines.extend(STEPS.iter().map(|step| format!("step: {} / {}", step.vietnamese(), step.as_str())));
    is_on_record("answers/words.txt", &lines);
    let distinct: BTreeSet<&str> = REASONS.iter().map(|reason| reason.vietnamese()).collect();
    assert_eq!(distinct.len(), REASONS.len());
    let distinct: BTreeSet<String> = evidence().iter().map(Evidence::vietnamese).collect();
    assert_eq!(distinct.len(), evidence().len());
}

#[test]
fn a_question_never_shows_its_address() {
    let query = Query { text: Some("Thôn 5, Xã Thái Bình"), code: Some("02494"), as_of: None };
    assert_eq!(format!("{query:?}"), "Query(<hidden>)");
}

#[test]
fn a_unit_is_told_by_its_former_name_only_where_it_had_another() {
    let catalogue = Catalogue::new(&World::new().units);
    let former = |code: &str| catalogue.former_name(CommuneCode::parse(code).expect("a code"));
    // Another unit has the code today, or none.
    assert_eq!(former("00691").as_deref(), Some("Phường Trần Phú"));
    assert_eq!(former("00692").as_deref(), Some("Phường Ngọc Hà"));
    assert_eq!(former("00913").as_deref(), Some("Thị trấn Vị Xuyên"));
    // Code and name are today's.
    assert_eq!(former("02494"), None);
    // Nobody ever had this code.
    assert_eq!(former("99999"), None);
}
