//! Brings a database's tables up to date, the same text on both engines, each step once.

use crate::args;
use crate::engine::{Db, StoreError};

const STEPS: &[(i64, &str, &str)] = &[
    (1, "register", include_str!("../migrations/0001_register.sql")),
    (2, "plan", include_str!("../migrations/0002_plan.sql")),
    (3, "access", include_str!("../migrations/0003_access.sql")),
    (4, "intake", include_str!("../migrations/0004_intake.sql")),
    (5, "strategy", include_str!("../migrations/0005_strategy.sql")),
    (8, "linkage", include_str!("../migrations/0008_linkage.sql")),
    (10, "agreements", include_str!("../migrations/0010_agreements.sql")),
    (11, "stated", include_str!("../migrations/0011_stated.sql")),
    // Rests on agreements, so it comes after them.
    (7, "trust", include_str!("../migrations/0007_trust.sql")),
    (13, "partners", include_str!("../migrations/0013_access.sql")),
    (14, "handed over", include_str!("../migrations/0014_handed_over.sql")),
    (19, "measures", include_str!("../migrations/0019_measures.sql")),
    (25, "pack_kind", include_str!("../migrations/0025_pack_kind.sql")),
    (23, "predictor", include_str!("../migrations/0023_predictor.sql")),
    (24, "early support", include_str!("../migrations/0024_early_support.sql")),
    (21, "releases", include_str!("../migrations/0021_releases.sql")),
    (22, "reports", include_str!("../migrations/0022_reports.sql")),
    (15, "rights", include_str!("../migrations/0015_rights.sql")),
    (30, "pack schedules", include_str!("../migrations/0030_pack_schedules.sql")),
    (31, "education level", include_str!("../migrations/0031_education_level.sql")),
    (16, "keys", include_str!("../migrations/0016_keys.sql")),
    (26, "single sign-on", include_str!("../migrations/0026_single_sign_on.sql")),
    (27, "erasures", include_str!("../migrations/0027_erasures.sql")),
    (28, "machine", include_str!("../migrations/0028_machine.sql")),
    (29, "results", include_str!("../migrations/0029_results.sql")),
    (34, "answers", include_str!("../migrations/0034_answers.sql")),
    (35, "whom rows name", include_str!("../migrations/0035_whom_rows_name.sql")),
    (36, "carried", include_str!("../migrations/0036_carried.sql")),
    (37, "held_out", include_str!("../migrations/0037_held_out.sql")),
    (39, "drafts", include_str!("../migrations/0039_drafts.sql")),
    (40, "named officer, notices passed on", include_str!("../migrations/0040_named_officer.sql")),
    (41, "youth programmes", include_str!("../migrations/0041_engagement.sql")),
    (47, "when an intention was said", include_str!("../migrations/0047_intended.sql")),
    (48, "whether silence is no", include_str!("../migrations/0048_silence.sql")),
    (49, "what a sender is told", include_str!("../migrations/0049_told.sql")),
    (50, "sets as they were sent", include_str!("../migrations/0050_as_sent.sql")),
    (51, "applications by who told", include_str!("../migrations/0051_ties_by_teller.sql")),
    (52, "how many figures are of", include_str!("../migrations/0052_figures_of_how_many.sql")),
    (53, "safeguards", include_str!("../migrations/0053_safeguards.sql")),
    (54, "packs told", include_str!("../migrations/0054_packs_told.sql")),
    (55, "what rows told", include_str!("../migrations/0055_told.sql")),
    (56, "complaints, clauses met", include_str!("../migrations/0056_complaints.sql")),
    (57, "follow-ups asked for, tracking plan", include_str!("../migrations/0057_tracking.sql")),
    (58, "training, reviews of caseloads", include_str!("../migrations/0058_training.sql")),
    (59, "acknowledged", include_str!("../migrations/0059_acknowledged_own_postcodes.sql")),
    (60, "reviews taken back", include_str!("../migrations/0060_reviews_taken_back.sql")),
    (61, "own pages, period ends", include_str!("../migrations/0061_on_own_page_period_ends.sql")),
    (62, "follow-ups ended undone", include_str!("../migrations/0062_undone.sql")),
    (63, "kinds of programme", include_str!("../migrations/0063_programme_kind.sql")),
    (64, "what stands in the way", include_str!("../migrations/0064_obstacles.sql")),
    (65, "annual checks in words", include_str!("../migrations/0065_annual_checks.sql")),
    (66, "own retention rules", include_str!("../migrations/0066_retention_rules.sql")),
    (67, "reasons of referrals", include_str!("../migrations/0067_referral_reasons.sql")),
    (68, "born between two days", include_str!("../migrations/0068_born_between.sql")),
    (69, "who told is no reason", include_str!("../migrations/0069_who_told.sql")),
];

/// Applies the steps that are missing, all or none.
pub async fn migrate(db: &Db) -> Result<(), StoreError> {
    let mut tx = db.begin().await?;
    tx.run(
        "CREATE TABLE IF NOT EXISTS schema_step (step BIGINT PRIMARY KEY, name TEXT NOT NULL)",
        args![],
    )
    .await?;
    if db.is_postgres() {
        // Two servers that start together must not both build the tables.
        tx.run("LOCK TABLE schema_step IN ACCESS EXCLUSIVE MODE", args![]).await?;
    }
    let done = tx.rows("SELECT step FROM schema_step", args![], |row| row.int(0)).await?;
    for (step, name, text) in STEPS.iter().filter(|(step, ..)| !done.contains(step)) {
        for statement in statements(text) {
            tx.run(&dialect(db, &statement), args![]).await?;
        }
        tx.run("INSERT INTO schema_step (step, name) VALUES ($1, $2)", args![*step, *name]).await?;
    }
    tx.commit().await
}

/// Texts sort by their bytes on both engines, so that lists and prefixes agree.
fn dialect(db: &Db, statement: &str) -> String {
    if db.is_postgres() && statement.starts_with("CREATE TABLE") {
        return statement.replace(" TEXT", " TEXT COLLATE \"C\"");
    }
    statement.to_owned()
}

/// The statements of a step's text, without its comments. No statement holds a semicolon in a text.
fn statements(text: &str) -> Vec<String> {
    let bare: Vec<&str> = text.lines().filter(|l| !l.trim_start().starts_with("--")).collect();
    bare.join("\n").split(';').map(|s| s.trim().to_owned()).filter(|s| !s.is_empty()).collect()
}
