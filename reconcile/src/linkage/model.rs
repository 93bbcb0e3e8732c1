//! What was learned: for each comparison how often each level occurs among true pairs and by chance.

#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    pub name: String,
    /// Of true pairs with evidence, by level.
    pub m: Vec<f64>,
    /// Of pairs by chance.
    pub u: Vec<f64>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    /// Fields in the order of the specification, then exchanges.
    pub comparisons: Vec<Comparison>,
    /// The share of true pairs among all pairs.
    pub prior: f64,
}

impl Model {
    /// Logarithm (natural) of m over u.
    pub fn weight(&self, comparison: usize, level: u8) -> f64 {
        let comparison = &self.comparisons[comparison];
        (comparison.m[level as usize] / comparison.u[level as usize]).ln()
    }

    pub fn prior_weight(&self) -> f64 {
        (self.prior / (1.0 - self.prior)).ln()
    }
}
