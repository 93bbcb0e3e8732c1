//! The slip that a citizen takes home. Its text is a template that a province edits; one file a
//! language.

use crate::problem::Problem;
use minijinja::{AutoEscape, Environment, UndefinedBehavior};
use qrcodegen::{QrCode, QrCodeEcc};
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

const EMBEDDED: [(&str, &str); 2] =
    [("vi", include_str!("../../config/slips/vi.html")), ("en", include_str!("../../config/slips/en.html"))];

/// The templates in force.
pub struct Slips {
    environment: Environment<'static>,
}

/// What a template is given: see `config/slips/README.md`.
#[derive(Serialize, Default)]
pub struct Slip {
    pub verdict: SlipVerdict,
    pub reasons: Vec<String>,
    pub bring: Vec<String>,
    pub go_to: Vec<SlipPlace>,
    pub handled_by_us: bool,
    pub come_back_on: String,
    pub agency: SlipPlaceName,
    pub date: String,
    pub case_code: String,
    pub qr_svg: String,
}

#[derive(Serialize, Default)]
pub struct SlipVerdict {
    pub level: String,
    pub words: String,
}

#[derive(Serialize, Default)]
pub struct SlipPlaceName {
    pub name: String,
    pub address: String,
    pub phone: String,
}

#[derive(Serialize, Default, Clone, PartialEq, Eq)]
pub struct SlipPlace {
    pub agency: String,
    pub what_for: String,
    pub address: String,
    pub phone: String,
}

impl Slips {
    /// The embedded ones, and those of the folder in their place or beside them. Each is drawn once
    /// with nothing in it, so that a mistake is told at the start and not in front of a citizen.
    pub fn load(folder: Option<&Path>) -> Result<Self, Problem> {
        let mut sources: BTreeMap<String, String> =
            EMBEDDED.iter().map(|(language, text)| ((*language).to_owned(), (*text).to_owned())).collect();
        if let Some(folder) = folder {
            for entry in std::fs::read_dir(folder)? {
                let path = entry?.path();
                if path.extension().is_some_and(|extension| extension == "html")
                    && let Some(language) = path.file_stem().and_then(|stem| stem.to_str())
                {
                    sources.insert(language.to_owned(), std::fs::read_to_string(&path)?);
                }
            }
        }
        let mut environment = Environment::new();
        environment.set_auto_escape_callback(|_| AutoEscape::Html);
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        let wrong = |language: &str, error: minijinja::Error| {
            Problem::usage("SLIP_TEMPLATE", format!("{language}.html: {error:#}"))
        };
        for (language, text) in sources {
            environment.add_template_owned(language.clone(), text).map_err(|error| wrong(&language, error))?;
        }
        let slips = Self { environment };
        for language in slips.languages() {
            slips.draw(&language, &Slip::default())?;
        }
        Ok(slips)
    }

    /// Vietnamese first.
    pub fn languages(&self) -> Vec<String> {
        let mut all: Vec<String> = self.environment.templates().map(|(language, _)| language.to_owned()).collect();
        all.sort_by_key(|language| (language != "vi", language.clone()));
        all
    }

    /// HTML; `language` must be one of [`Self::languages`].
    pub fn draw(&self, language: &str, slip: &Slip) -> Result<String, Problem> {
        let template = self
            .environment
            .get_template(language)
            .map_err(|_| Problem::usage("NOT_FOUND", "there is no slip in that language"))?;
        template
            .render(minijinja::value::Serde(slip))
            .map_err(|error| Problem::usage("SLIP_TEMPLATE", format!("{language}.html: {error:#}")))
    }
}

/// A code as a drawing; empty where there is none to draw.
pub fn qr_svg(text: &str) -> String {
    let Some(code) =
        Some(text).filter(|text| !text.is_empty()).and_then(|text| QrCode::encode_text(text, QrCodeEcc::Medium).ok())
    else {
        return String::new();
    };
    let (size, border) = (code.size(), 2);
    let mut path = String::new();
    for y in 0..size {
        for x in (0..size).filter(|x| code.get_module(*x, y)) {
            let _ = write!(path, "M{},{}h1v1h-1z", x + border, y + border);
        }
    }
    let side = size + 2 * border;
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" role=\"img\" aria-label=\"QR\" \
         shape-rendering=\"crispEdges\"><path d=\"{path}\"/></svg>"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_province_may_change_a_slip_and_add_a_language() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("hmn.html"), "<h1 lang=\"vi\">{{ verdict.words }}</h1>").expect("written");
        let slips = Slips::load(Some(folder.path())).expect("loads");
        assert_eq!(slips.languages(), ["vi", "en", "hmn"]);
        let verdict = SlipVerdict { level: "stop".into(), words: "DỪNG <b>".into() };
        let drawn = slips.draw("hmn", &Slip { verdict, ..Slip::default() }).expect("drawn");
        assert_eq!(drawn, "<h1 lang=\"vi\">DỪNG &lt;b&gt;</h1>");
    }

    #[test]
    fn a_mistake_in_a_template_is_told_at_the_start_with_its_line() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("vi.html"), "<p>\n{{ verdikt.words }}").expect("written");
        let problem = Slips::load(Some(folder.path())).map(|_| ()).expect_err("refused");
        assert_eq!(problem.code, "SLIP_TEMPLATE");
        assert!(problem.cause.contains("vi.html") && problem.cause.contains(":2"), "{}", problem.cause);
    }

    #[test]
    fn a_code_is_drawn_and_nothing_is_not() {
        assert!(qr_svg("H60.094-261113-0001").contains("viewBox=\"0 0 "));
        assert_eq!(qr_svg(""), "");
    }
}
