//! What is found out beside the file, and taken into a report that was drawn already.

use super::check::{Check, Outcome};
use super::circular;
use super::established::Established;
use super::register_answer::RegisterAnswer;
use super::report::Report;

impl Report {
    /// Takes in whether the pages say what the data in the file say: where they don't, somebody is
    /// deceived, whatever the signatures are worth.
    pub fn add_reproduction(&mut self, check: Check) {
        let data_contradict = check.outcome == Outcome::Fail;
        self.conclude(Established { data_contradict, ..self.established.clone() });
        self.reproduction = Some(check);
        circular::tell(self);
    }

    /// Takes in what the register of the office that the document names answered.
    pub fn add_register(&mut self, answer: RegisterAnswer) {
        self.register = Some(answer);
        let register = self.register.as_ref().and_then(RegisterAnswer::cause);
        self.conclude(Established { register, ..self.established.clone() });
        circular::tell(self);
    }
}
