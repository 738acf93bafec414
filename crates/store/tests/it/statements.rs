//! Every fixed statement prepares on both engines with the placeholders it shows.

use testkit::each_engine;

/// The highest `$n` in a text.
fn placeholders(sql: &str) -> usize {
    sql.split('$')
        .skip(1)
        .filter_map(|rest| {
            let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
            digits.parse().ok()
        })
        .max()
        .unwrap_or(0)
}

#[tokio::test]
async fn every_statement_prepares_with_its_placeholders() {
    each_engine(async |register| {
        for (module, name, sql) in store::all_statements() {
            let counted = register
                .db
                .placeholders(sql)
                .await
                .unwrap_or_else(|e| panic!("{module}::{name} on {}: {e}", register.engine));
            assert_eq!(counted, placeholders(sql), "{module}::{name} on {}", register.engine);
        }
    })
    .await;
}
