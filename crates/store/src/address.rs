//! What names a database on a server.

use sqlx::postgres::PgConnectOptions;

/// Whether these words are an address of PostgreSQL, whatever may answer there.
pub fn is_address(words: &str) -> bool {
    let scheme = words.split_once(':').map(|(scheme, _)| scheme);
    matches!(scheme, Some("postgres" | "postgresql")) && words.parse::<PgConnectOptions>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::is_address;

    #[test]
    fn an_address_of_another_kind_is_none() {
        assert!(is_address("postgres://waymark@127.0.0.1:5432/waymark"));
        assert!(is_address("postgresql:///waymark?host=/var/run/postgresql"));
        for other in ["", "waymark", "/srv/waymark", "mysql://a@b/c", "postgres://a@b:port/c"] {
            assert!(!is_address(other), "{other}");
        }
    }
}
