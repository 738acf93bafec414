//! The predictor's engine: points tables, ridge logistic regression, explanations and an
//! honest evaluation. Values in, values out: files, clocks and lists of people live elsewhere.
//! Invariant: the same values give the same bits, on any number of threads.

pub mod bootstrap;
pub mod calibration;
pub mod crossfit;
pub mod drift;
pub mod encoding;
pub mod evaluation;
pub mod explain;
pub mod importance;
pub mod infer;
pub mod leaks;
pub mod linalg;
pub mod logistic;
pub mod measures;
pub mod model;
pub mod odds;
pub mod penalty;
pub mod points;
pub mod promotion;
pub mod stumps;
pub mod table;
pub mod unknown;
pub mod words;

pub use model::{FitOptions, Model, Penalty, Training};
pub use table::{Column, Table, Values};
