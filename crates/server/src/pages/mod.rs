//! Pages: each folder loads through `app`, fills one typed view and renders its template of
//! the same path. No SQL, no rule and no HTML in code.

pub mod about;
pub mod account;
pub mod admin;
pub mod agreements;
pub mod ahead;
pub mod cohorts;
pub mod figures;
pub mod followup;
pub mod gallery;
pub mod home;
pub mod hot_spots;
pub mod imports;
pub mod looks;
pub mod month_end;
pub mod notices;
pub mod own;
pub mod parts;
pub mod people;
pub mod plan;
pub mod predictor;
pub mod quality;
pub mod releases;
pub mod reports;
pub mod retention;
pub mod rights;
pub mod sharing;
pub mod sign_in;
pub mod support;
pub mod who_is_who;
