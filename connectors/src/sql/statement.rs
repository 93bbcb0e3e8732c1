//! A statement to send: its text, and the values that are bound to it.

#[derive(Clone, PartialEq, Eq)]
pub enum Bind {
    Integer(i64),
    Text(String),
}

#[derive(Clone, Default, PartialEq, Eq)]
pub struct Statement {
    pub text: String,
    pub binds: Vec<Bind>,
}

impl Statement {
    pub fn of(text: impl Into<String>) -> Self {
        Self { text: text.into(), binds: Vec::new() }
    }
}

impl std::fmt::Debug for Statement {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Statement({} values)", self.binds.len())
    }
}
