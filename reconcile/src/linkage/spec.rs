//! What is compared, and how. Column names are the caller's matter: a field is known by its place.

/// How the values of a field are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Equal or not.
    Exact,
    /// A name: typing errors, spelling.
    Name,
    /// Longer text of several words: an address.
    Text,
    /// Digits: a number, a code.
    Digits,
    /// A date, day, month and year in any usual form.
    Date,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldSpec {
    pub name: String,
    pub kind: Kind,
    /// Does agreement on a rare value say more than on a common one?
    pub frequency: bool,
}

/// A key by which pairs are found: rows that agree on all its parts are compared.
pub type BlockingRule = Vec<Part>;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    pub field: usize,
    pub of: PartOf,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PartOf {
    Whole,
    /// The first so many letters.
    Prefix(usize),
    /// Consonants of the beginning, so that typing errors in vowels do not matter.
    Sound,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spec {
    pub fields: Vec<FieldSpec>,
    /// Fields whose values are sometimes entered the wrong way round.
    pub exchanged: Vec<(usize, usize)>,
    /// Empty: every pair of fields.
    pub blocking: Vec<BlockingRule>,
    /// Rows that share a key with more than so many pairs are not compared for that key.
    pub largest_block: u64,
    pub seed: u64,
}
