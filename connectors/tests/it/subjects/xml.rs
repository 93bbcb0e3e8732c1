//! A value as XML: objects are elements inside each other, lists repeat their element.

use serde_json::Value;

pub fn element(name: &str, value: &Value) -> String {
    match value {
        Value::Array(list) => list.iter().map(|value| element(name, value)).collect(),
        _ => format!("<n:{name}>{}</n:{name}>", inside(value)),
    }
}

fn inside(value: &Value) -> String {
    match value {
        Value::Object(map) => map.iter().map(|(name, value)| element(name, value)).collect(),
        Value::String(text) => text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;"),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}
