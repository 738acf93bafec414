//! Every fixed statement by name, so that a test can prepare each on both engines and count its
//! placeholders: SQLite would bind a forgotten one to NULL without a word.

/// Declares a module's statements as constants and lists them for the test.
macro_rules! statements {
    ($($(#[$meta:meta])* $name:ident = $sql:expr;)*) => {
        $($(#[$meta])* const $name: &str = $sql;)*
        pub(crate) const STATEMENTS: &[(&str, &str)] = &[$((stringify!($name), $name)),*];
    };
}
pub(crate) use statements;

/// All fixed statements: module, name, text.
pub fn all() -> Vec<(&'static str, &'static str, &'static str)> {
    let modules: &[(&str, &[(&str, &str)])] = &[
        ("accounts", crate::accounts::STATEMENTS),
        ("agreements", crate::agreements::STATEMENTS),
        ("analysis", crate::analysis::STATEMENTS),
        ("audit", crate::audit::STATEMENTS),
        ("changes", crate::changes::STATEMENTS),
        ("complaints", crate::complaints::STATEMENTS),
        ("consents", crate::consents::STATEMENTS),
        ("contacts", crate::contacts::STATEMENTS),
        ("deliveries", crate::deliveries::STATEMENTS),
        ("emergency", crate::emergency::STATEMENTS),
        ("envelopes", crate::envelopes::STATEMENTS),
        ("grants", crate::grants::STATEMENTS),
        ("haste", crate::haste::STATEMENTS),
        ("imports", crate::imports::STATEMENTS),
        ("leavers", crate::leavers::STATEMENTS),
        ("linking::carry", crate::linking::carry::STATEMENTS),
        ("linking::crossmatch", crate::linking::crossmatch::STATEMENTS),
        ("linking::decision", crate::linking::decision::STATEMENTS),
        ("linking::pair", crate::linking::pair::STATEMENTS),
        ("linking::merge", crate::linking::merge::STATEMENTS),
        ("linking::model", crate::linking::model::STATEMENTS),
        ("machine", crate::machine::STATEMENTS),
        ("notices", crate::notices::STATEMENTS),
        ("organisations", crate::organisations::STATEMENTS),
        ("outside", crate::outside::STATEMENTS),
        ("people", crate::people::STATEMENTS),
        ("people::back", crate::people::back::STATEMENTS),
        ("people::home", crate::people::home::STATEMENTS),
        ("people::since", crate::people::since::STATEMENTS),
        ("plans", crate::plans::STATEMENTS),
        ("plans::load", crate::plans::LOAD_STATEMENTS),
        ("plans::marks", crate::plans::marks::STATEMENTS),
        ("plans::courses", crate::plans::courses::STATEMENTS),
        ("plans::entries", crate::plans::entries::STATEMENTS),
        ("plans::packs", crate::plans::packs::STATEMENTS),
        ("quality", crate::quality::STATEMENTS),
        ("results", crate::results::STATEMENTS),
        ("retention", crate::retention::STATEMENTS),
        ("rights", crate::rights::STATEMENTS),
        ("rights::held", crate::rights::HELD_STATEMENTS),
        ("seal", crate::seal::STATEMENTS),
        ("sign_in", crate::sign_in::STATEMENTS),
        ("predictors", crate::predictors::STATEMENTS),
        ("releases", crate::releases::STATEMENTS),
        ("reports", crate::reports::STATEMENTS),
        ("schedules", crate::schedules::STATEMENTS),
        ("snapshots", crate::snapshots::STATEMENTS),
        ("targets", crate::targets::STATEMENTS),
        ("tasks", crate::tasks::STATEMENTS),
        ("tracking", crate::tracking::STATEMENTS),
        ("trainings", crate::trainings::STATEMENTS),
        ("whole", crate::whole::STATEMENTS),
    ];
    modules
        .iter()
        .flat_map(|(module, list)| list.iter().map(move |(name, sql)| (*module, *name, *sql)))
        .collect()
}
