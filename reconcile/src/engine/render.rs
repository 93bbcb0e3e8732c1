//! From a draft to a finding: severity, owner and the two texts.

use super::draft::{Draft, Said};
use super::row::Context;
use super::shown::{Language, push_updated, push_value};
use config::rules::{Placeholder, Template, source_name_en, source_name_vi};
use schemas::{Finding, Sensitive, SourceValue};
use std::collections::BTreeSet;

/// `room`: for a text while it grows; what a finding keeps is as long as it is.
pub(super) fn finding(context: &Context, draft: &Draft, room: &mut String) -> Finding {
    let rule = context.rules.rule(draft.kind);
    let source = &context.sources[draft.source];
    let mut text = |template: &Template, language| {
        room.clear();
        template.render(room, |slot, out| fill(context, draft, slot, language, out));
        room.as_str().to_owned()
    };
    let values = draft.reference.iter().chain(&draft.values);
    Finding {
        kind: draft.kind,
        severity: rule.severity,
        subject: draft.subject.clone(),
        field: draft.field.to_owned(),
        source: source.id.clone(),
        unit: draft.unit.clone(),
        level: draft.level,
        values: values.map(|said| value(context, said)).collect(),
        suggestion: draft.suggestion.clone().map(Sensitive::new),
        owner: rule.owner.word(source.kind).to_owned(),
        explanation_vi: Sensitive::new(text(&rule.explain_vi, Language::Vietnamese)),
        explanation_en: Sensitive::new(text(&rule.explain_en, Language::English)),
        next_step_vi: text(&rule.next_vi, Language::Vietnamese),
        next_step_en: text(&rule.next_en, Language::English),
    }
}

fn value(context: &Context, said: &Said) -> SourceValue {
    SourceValue {
        source: context.sources[said.source].id.clone(),
        dataset: said.dataset,
        record_key: said.record_key.clone(),
        value: said.value.clone().map(Sensitive::new),
        updated_on: said.updated_on.clone(),
        forgotten: false,
    }
}

fn fill(context: &Context, draft: &Draft, slot: Placeholder, language: Language, out: &mut String) {
    let vietnamese = language == Language::Vietnamese;
    let name = |source: usize| {
        let kind = context.sources[source].kind;
        if vietnamese { source_name_vi(kind) } else { source_name_en(kind) }
    };
    let reference = draft.reference.as_ref().or(draft.values.first());
    let own = draft.values.iter().find(|said| said.source == draft.source);
    let deviating = if draft.of_reference { draft.reference.as_ref() } else { own.or(draft.values.first()) };
    let say = |said: Option<&Said>, out: &mut String| {
        push_value(draft.field, said.and_then(|said| said.value.as_deref()), language, out);
    };
    match slot {
        Placeholder::Reference => out.push_str(name(reference.map_or(draft.source, |said| said.source))),
        Placeholder::ReferenceDate => {
            push_updated(reference.and_then(|said| said.updated_on.as_deref()), language, out)
        }
        Placeholder::ReferenceValue => say(reference, out),
        Placeholder::Source => out.push_str(name(draft.source)),
        Placeholder::SourceDate => push_updated(deviating.and_then(|said| said.updated_on.as_deref()), language, out),
        Placeholder::Value => say(deviating, out),
        Placeholder::Suggestion => match &draft.suggestion {
            Some(suggestion) => push_value(draft.field, Some(suggestion), language, out),
            None => out.push_str(if vietnamese { "chưa xác định được" } else { "not known" }),
        },
        Placeholder::Variants => {
            let words: Vec<&str> = draft.spelling.iter().map(|s| if vietnamese { s.vi() } else { s.en() }).collect();
            out.push_str(&words.join(", "));
        }
        Placeholder::Count => {
            let records: BTreeSet<_> = draft.values.iter().map(|said| (said.source, &said.record_key)).collect();
            out.push_str(&records.len().to_string());
        }
    }
}
