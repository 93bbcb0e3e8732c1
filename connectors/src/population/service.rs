//! The service behind the look-ups: one operation, in one wrapper, for one purpose.

use super::citizens::{self, Citizens};
use super::question::{Asked, LOOK_UP, VERIFY};
use super::verification;
use super::wrapper::{Content, Wrapping};
use crate::audit::Purpose;
use crate::connector::Question;
use crate::read::Drift;
use crate::transport::{Reply, Request};
use config::{BirthDateShape, Operation};
use schemas::{ErrorClass, SourceError};

pub struct Service {
    pub operation: Operation,
    pub birth_date: BirthDateShape,
    pub wrapping: Wrapping,
    pub purpose: Purpose,
    /// Today's communes of the province.
    pub communes: Vec<String>,
    pub drift: Drift,
}

impl Service {
    /// As the audit trail calls it.
    pub fn operation(&self) -> &'static str {
        match self.operation {
            Operation::LookUp => LOOK_UP,
            Operation::Verify => VERIFY,
        }
    }

    /// The request of a question; `None` when the service would refuse it.
    pub fn request(&self, question: &Question, request_id: &str) -> Option<Request> {
        let asked = Asked::new(question, &self.purpose, request_id, self.operation)?;
        Some(self.wrapping.request(&asked, self.operation, self.birth_date))
    }

    /// What the answer says of the citizen that was asked about.
    pub fn read(&self, reply: &Reply, question: &Question) -> Result<Citizens, SourceError> {
        let content = self.wrapping.content(reply)?;
        match (self.operation, &content) {
            (Operation::LookUp, content) => citizens::read(content, reply, question, &self.communes, &self.drift),
            (Operation::Verify, Content::Xml(root)) => verification::read(root, reply, question),
            (Operation::Verify, Content::Json(_)) => {
                Err(SourceError::new(ErrorClass::Contract, "not_xml", "a verification is answered in XML"))
            }
        }
    }
}
