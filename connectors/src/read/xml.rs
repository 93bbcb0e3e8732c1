//! XML as a small tree, read safely.
//!
//! No DTD, no entities but the five of the language and character references, and limits on depth,
//! elements and attributes: what goes beyond is refused and not tried again.

use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};
use schemas::{ErrorClass, SourceError};
use serde_json::{Map, Value};

const DEEPEST: usize = 32;
const MOST_ELEMENTS: usize = 200_000;
const MOST_ATTRIBUTES: usize = 64;

#[derive(Default)]
pub struct Element {
    /// Without its namespace prefix.
    pub name: String,
    pub attributes: Vec<(String, String)>,
    pub children: Vec<Element>,
    pub text: String,
}

impl Element {
    /// This element or the first one of that name below it.
    pub fn find(&self, name: &str) -> Option<&Element> {
        if self.name.eq_ignore_ascii_case(name) {
            return Some(self);
        }
        self.children.iter().find_map(|child| child.find(name))
    }

    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The same tree as JSON, so that one reader serves both wires: a leaf is a text, and of
    /// several children of one name the first counts.
    pub fn to_json(&self) -> Value {
        if self.children.is_empty() {
            return Value::String(self.text.trim().to_owned());
        }
        let mut map = Map::new();
        for child in &self.children {
            map.entry(child.name.clone()).or_insert_with(|| child.to_json());
        }
        Value::Object(map)
    }
}

/// Parses a whole document. `bad_xml` (transient) looks like a cut body; everything that a hostile
/// document does is a contract error.
pub fn parse(body: &[u8]) -> Result<Element, SourceError> {
    let text = std::str::from_utf8(body).map_err(|_| bad("the body is not UTF-8"))?;
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let begin: String = text.chars().take(14).collect::<String>().to_ascii_lowercase();
    if begin.starts_with("<!doctype html") || begin.starts_with("<html") {
        return Err(refused("not_xml", "a page came where XML was expected"));
    }
    if text.starts_with(['{', '[']) {
        return Err(refused("not_xml", "JSON came where XML was expected"));
    }
    let mut reader = Reader::from_str(text);
    let (mut open, mut root, mut elements): (Vec<Element>, Option<Element>, usize) = (Vec::new(), None, 0);
    loop {
        match reader.read_event().map_err(|_| bad("the body is not well-formed XML"))? {
            Event::Start(start) => {
                elements += 1;
                if open.len() >= DEEPEST || elements > MOST_ELEMENTS {
                    return Err(refused("xml_too_large", "the document is too deep or has too many elements"));
                }
                open.push(element(&start, &mut elements)?);
            }
            Event::Empty(start) => {
                elements += 1;
                if elements > MOST_ELEMENTS {
                    return Err(refused("xml_too_large", "the document has too many elements"));
                }
                close(element(&start, &mut elements)?, &mut open, &mut root)?;
            }
            Event::End(_) => {
                let done = open.pop().ok_or_else(|| bad("an element ends that never began"))?;
                close(done, &mut open, &mut root)?;
            }
            Event::Text(text) => {
                if let Some(element) = open.last_mut() {
                    element.text.push_str(&text.xml10_content());
                }
            }
            Event::CData(text) => {
                if let Some(element) = open.last_mut() {
                    element.text.push_str(&text.xml10_content());
                }
            }
            Event::GeneralRef(reference) => {
                let character = reference.resolve_char_ref().map_err(|_| bad("a character reference is wrong"))?;
                let Some(element) = open.last_mut() else { continue };
                match (character, resolve_xml_entity(&reference)) {
                    (Some(character), _) => element.text.push(character),
                    (None, Some(entity)) => element.text.push_str(entity),
                    (None, None) => return Err(refused("entity_refused", "entities are not allowed")),
                }
            }
            Event::DocType(_) => return Err(refused("doctype_refused", "a document type is not allowed")),
            Event::Decl(declaration) => {
                let encoding = declaration.encoding().and_then(Result::ok).map(|name| name.into_owned());
                if encoding.is_some_and(|name| !is_read_as_declared(&name, text)) {
                    return Err(refused("encoding_refused", "the document declares another encoding than UTF-8"));
                }
            }
            Event::Comment(_) | Event::PI(_) => {}
            Event::Eof => break,
        }
    }
    if !open.is_empty() {
        return Err(bad("the document ends inside an element"));
    }
    root.ok_or_else(|| bad("the document is empty"))
}

/// A text that is UTF-8 and declares UTF-16 was written by a library that forgot to say what it wrote:
/// read as UTF-16 the declaration itself would be no text. In any other encoding letters beyond ASCII
/// would be other letters, and a name would silently differ.
fn is_read_as_declared(encoding: &str, text: &str) -> bool {
    let name = encoding.to_ascii_lowercase();
    text.is_ascii() || matches!(name.as_str(), "utf-8" | "utf8") || name.starts_with("utf-16")
}

/// Attributes count like elements: they cost as much.
fn element(start: &BytesStart<'_>, elements: &mut usize) -> Result<Element, SourceError> {
    let name = start.local_name().into_inner().to_owned();
    let mut attributes = Vec::new();
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|_| bad("an attribute is not well-formed"))?;
        if attributes.len() >= MOST_ATTRIBUTES {
            return Err(refused("xml_too_large", "an element has too many attributes"));
        }
        let value = attribute
            .normalized_value(XmlVersion::Implicit1_0)
            .map_err(|_| refused("entity_refused", "entities are not allowed"))?;
        *elements += 1;
        attributes.push((attribute.key.local_name().into_inner().to_owned(), value.into_owned()));
    }
    Ok(Element { name, attributes, ..Element::default() })
}

fn close(done: Element, open: &mut [Element], root: &mut Option<Element>) -> Result<(), SourceError> {
    match open.last_mut() {
        Some(parent) => parent.children.push(done),
        None if root.is_none() => *root = Some(done),
        None => return Err(bad("the document has two roots")),
    }
    Ok(())
}

fn bad(detail: &str) -> SourceError {
    SourceError::new(ErrorClass::Transient, "bad_xml", detail)
}

fn refused(code: &str, detail: &str) -> SourceError {
    SourceError::new(ErrorClass::Contract, code, detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str) -> SourceError {
        parse(text.as_bytes()).map(|_| ()).expect_err("must be refused")
    }

    #[test]
    fn prefixes_references_and_empty_elements_are_read() {
        let text = r#"<?xml version="1.0"?><a:r xmlns:a="u" n="1 &amp; 2"><a:x>T&#432; &lt;1</a:x><a:y/><z><![CDATA[<q>]]></z></a:r>"#;
        let root = parse(text.as_bytes()).expect("well-formed");
        assert_eq!((root.name.as_str(), root.attribute("N")), ("r", Some("1 & 2")));
        assert_eq!(root.find("x").map(|x| x.text.as_str()), Some("Tư <1"));
        assert_eq!(root.to_json(), serde_json::json!({"x": "Tư <1", "y": "", "z": "<q>"}));
    }

    #[test]
    fn a_document_type_is_refused() {
        let bomb = r#"<!DOCTYPE r [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><r>&b;</r>"#;
        assert_eq!((error(bomb).class, error(bomb).code.as_str()), (ErrorClass::Contract, "doctype_refused"));
        assert_eq!(error("<r>&xxe;</r>").code, "entity_refused");
        assert_eq!(error(r#"<r a="&xxe;"/>"#).code, "entity_refused");
    }

    #[test]
    fn depth_and_attributes_are_bounded() {
        assert_eq!(error(&"<a>".repeat(100_000)).code, "xml_too_large");
        let flood: String = (0..10_000).map(|n| format!(" a{n}=\"\"")).collect();
        assert_eq!(error(&format!("<r{flood}/>")).code, "xml_too_large");
    }

    #[test]
    fn a_cut_document_may_be_tried_again_and_a_page_may_not() {
        let whole = "<r><x>1</x><y k=\"v\"/></r>";
        for cut in 0..whole.len() {
            let error = error(&whole[..cut]);
            assert_eq!((error.class, error.code.as_str()), (ErrorClass::Transient, "bad_xml"), "{cut}");
        }
        assert_eq!(error("<!DOCTYPE html><html></html>").code, "not_xml");
    }
}
