//! What a browser that waits for an import is told, second by second.

use app::imports::Done;
use domain::access::Role;
use serde_json::{Value, json};

use super::town::{email, town};
use super::{ask, sign_in, text_of};

#[tokio::test]
async fn who_waits_for_an_import_is_told_how_far_it_is() {
    let register = testkit::sqlite().await;
    let town = town(register.db).await;
    let cookie = sign_in(&town.router, &email(Role::DataManager)).await;
    let told = async |done: Option<Done>| -> Value {
        town.edge.work().set(7, done);
        let answer = ask(&town.router, "GET", "/imports/7/progress", &cookie, "").await;
        serde_json::from_str(&text_of(answer).await).unwrap()
    };
    for (rows, of, percent, words) in [
        (0, Some(120), json!(0), "0 of about 120 rows done"),
        (30, Some(120), json!(25), "30 of about 120 rows done"),
        (120, Some(120), json!(99), "120 of about 120 rows done"),
        (30, None, Value::Null, "30 rows done"),
    ] {
        let said = told(Some(Done { rows, of })).await;
        assert_eq!(said, json!({"percent": percent, "words": words, "done": false}));
    }
    assert_eq!(told(None).await, json!({"percent": 100, "words": "Done", "done": true}));
}
