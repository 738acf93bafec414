//! One fact as the predictor reads it, with where it came from and how old it is.

use crate::calendar::Day;

/// A number, a name, or nothing: "not known" is never nought.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Value {
    Number(f64),
    Name(String),
    #[default]
    NotKnown,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cell {
    pub value: Value,
    /// The newest day that the fact speaks of.
    pub day: Option<Day>,
    /// Who said so.
    pub source: Option<String>,
    /// The organisation whose data it is; none where it is the register's own.
    pub whose: Option<String>,
}

impl Cell {
    pub fn number(value: f64, day: Option<Day>, source: &str) -> Self {
        Self { value: Value::Number(value), day, source: Some(source.to_owned()), whose: None }
    }

    pub fn name(value: &str, day: Option<Day>, source: &str) -> Self {
        Self {
            value: Value::Name(value.to_owned()),
            day,
            source: Some(source.to_owned()),
            whose: None,
        }
    }

    pub fn yes_no(yes: bool, day: Option<Day>, source: &str) -> Self {
        Self::name(if yes { "yes" } else { "no" }, day, source)
    }

    /// The same, as the data of an organisation.
    pub fn of(self, whose: Option<String>) -> Self {
        Self { whose, ..self }
    }

    pub fn is_yes(&self) -> bool {
        matches!(&self.value, Value::Name(name) if name == "yes")
    }

    pub fn as_number(&self) -> Option<f64> {
        match self.value {
            Value::Number(number) => Some(number),
            Value::Name(_) | Value::NotKnown => None,
        }
    }

    pub fn as_name(&self) -> Option<&str> {
        match &self.value {
            Value::Name(name) => Some(name),
            Value::Number(_) | Value::NotKnown => None,
        }
    }
}
