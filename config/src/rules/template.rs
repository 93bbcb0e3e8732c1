//! Texts with placeholders, parsed once: an unknown placeholder cannot reach a screen.

/// A name in braces that a finding fills in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Placeholder {
    /// The source that is the reference: `Dân cư`.
    Reference,
    /// When the reference record was last changed: `cập nhật 03/11/2026`.
    ReferenceDate,
    ReferenceValue,
    /// The source that deviates.
    Source,
    SourceDate,
    /// What the deviating record says.
    Value,
    /// What it probably should be.
    Suggestion,
    /// In what two spellings differ.
    Variants,
    /// How many records of the source deviate.
    Count,
}

impl Placeholder {
    const NAMES: [(&'static str, Placeholder); 9] = [
        ("reference", Self::Reference),
        ("reference_date", Self::ReferenceDate),
        ("reference_value", Self::ReferenceValue),
        ("source", Self::Source),
        ("source_date", Self::SourceDate),
        ("value", Self::Value),
        ("suggestion", Self::Suggestion),
        ("variants", Self::Variants),
        ("count", Self::Count),
    ];

    fn parse(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(known, _)| *known == name).map(|(_, placeholder)| *placeholder)
    }

    /// Whether what it stands for may be a citizen's data.
    pub fn is_personal(self) -> bool {
        matches!(self, Self::ReferenceValue | Self::Value | Self::Suggestion)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    Text(String),
    Slot(Placeholder),
}

/// A parsed text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template(Vec<Part>);

impl Template {
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut parts = Vec::new();
        let mut rest = text.trim();
        if rest.is_empty() {
            return Err("the text is empty".into());
        }
        while let Some(open) = rest.find('{') {
            let close = rest[open..].find('}').ok_or("a { is never closed")? + open;
            let name = &rest[open + 1..close];
            let slot = Placeholder::parse(name).ok_or_else(|| {
                let known: Vec<&str> = Placeholder::NAMES.iter().map(|(name, _)| *name).collect();
                format!("unknown placeholder {{{name}}}; known are {}", known.join(", "))
            })?;
            if open > 0 {
                parts.push(Part::Text(rest[..open].to_owned()));
            }
            parts.push(Part::Slot(slot));
            rest = &rest[close + 1..];
        }
        if !rest.is_empty() {
            parts.push(Part::Text(rest.to_owned()));
        }
        Ok(Self(parts))
    }

    pub fn slots(&self) -> impl Iterator<Item = Placeholder> {
        self.0.iter().filter_map(|part| match part {
            Part::Slot(slot) => Some(*slot),
            Part::Text(_) => None,
        })
    }

    /// Appends the text with every placeholder filled in by `fill`, which appends to what is there.
    pub fn render(&self, text: &mut String, mut fill: impl FnMut(Placeholder, &mut String)) {
        for part in &self.0 {
            match part {
                Part::Text(fixed) => text.push_str(fixed),
                Part::Slot(slot) => fill(*slot, text),
            }
        }
    }
}
