//! The questions of the catalogue, by family.

mod arrays;
mod by_size;
mod classes;
mod collections;
mod contents;
mod duplicates;
mod exclusions;
mod find;
mod found;
mod grouping;
mod holders;
mod objects;
mod owners;
mod references;
mod retained;
mod strings;
mod tally;
mod waste;
mod weight;

use super::query::{Question, QuestionFacts};
use crate::error::{Error, ErrorKind, Result};

/// Every question, in the order in which they are listed.
static CATALOGUE: &[&[Question]] = &[
    objects::QUESTIONS,
    strings::QUESTIONS,
    arrays::QUESTIONS,
    collections::QUESTIONS,
    waste::QUESTIONS,
    holders::QUESTIONS,
    retained::QUESTIONS,
    weight::QUESTIONS,
    references::QUESTIONS,
    classes::QUESTIONS,
    find::QUESTIONS,
];

fn all() -> impl Iterator<Item = &'static Question> {
    CATALOGUE.iter().copied().flatten()
}

/// The question of this name.
///
/// # Errors
/// `NotFound` when there is none.
pub fn named(name: &str) -> Result<&'static Question> {
    all().find(|question| question.name == name).ok_or_else(|| {
        let name: String = name.chars().take(80).collect();
        Error::new(ErrorKind::NotFound, format!("There is no question \"{name}\""))
    })
}

/// The questions for people.
pub fn catalogue() -> Vec<QuestionFacts> {
    all().map(Question::facts).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_question_has_a_name_of_its_own_and_says_what_it_is_for() {
        let mut names = HashSet::new();
        for question in all() {
            assert!(names.insert(question.name), "{} is there twice", question.name);
            assert!(question.about.ends_with('.'), "{}", question.name);
            for parameter in question.parameters {
                assert!(parameter.hint.ends_with('.'), "{}", parameter.name);
                assert_ne!(parameter.name, "of");
            }
        }
    }
}
