//! Beside a figure stands what is published of the same measure, and nothing that is published of another.

use domain::access::Role;
use store::organisations;
use testkit::each_engine;

use super::town::{email, town};
use super::{ask, sign_in, text_of};

const WINTER: &str = "mean of December 2024 to February 2025, published";
const MARCH: &str = "March 2025, published";
const RELEASE: &str = "in the figures of 2025, published";

/// Measures with what their pages say and what they do not.
///
/// Source: the department's figures of Medway, 2025.
const TOLD: [(&str, &[&str], &[&str]); 5] = [
    ("neet", &[">6.6 %<", ">3.1 %<", ">9.7 %<", "fifth 5 of 5", WINTER], &[">87.1 %<", MARCH]),
    ("participation", &[">87.1 %<", "fifth 5 of 5", MARCH], &[">6.6 %<", ">3.1 %<", WINTER]),
    ("eet-apprenticeship", &[">3.0 %<", MARCH], &[">87.1 %<", "fifth 5"]),
    ("guarantee-offer", &[">90.5 %<", "fifth 5 of 5", RELEASE], &[">87.1 %<", ">6.6 %<"]),
    ("currency", &["published of this measure"], &[">6.6 %<", "fifth 5", WINTER]),
];

#[tokio::test]
async fn a_measure_stands_beside_what_is_published_of_it() {
    each_engine(async |register| {
        let town = town(register.db).await;
        let mut tx = town.ctx.db.begin().await.unwrap();
        organisations::set(&mut tx, "la_code", "887").await.unwrap();
        tx.commit().await.unwrap();
        let cookie = sign_in(&town.router, &email(Role::DataManager)).await;
        let page = async |measure: &str| {
            let path = format!("/figures?measure={measure}&month=2025-10");
            text_of(ask(&town.router, "GET", &path, &cookie, "").await).await
        };
        for (measure, told, untold) in TOLD {
            let page = page(measure).await;
            assert_eq!(page.contains(">South East <"), measure != "currency", "{measure}");
            for words in told {
                assert!(page.contains(words), "{measure}: {words} ({})", register.engine);
            }
            for words in untold {
                assert!(!page.contains(words), "{measure}: {words} ({})", register.engine);
            }
        }
    })
    .await;
}

/// The town's day is in November: neither that month nor the two after it have ended.
#[tokio::test]
async fn a_mean_of_three_months_is_shown_of_those_that_have_ended() {
    each_engine(async |register| {
        let town = town(register.db).await;
        let cookie = sign_in(&town.router, &email(Role::DataManager)).await;
        for month in ["2024-12", "2025-10", "2025-11", "2025-12"] {
            let path = format!("/figures?measure=psa2-neet&month={month}");
            let page = text_of(ask(&town.router, "GET", &path, &cookie, "").await).await;
            let run = "November 2024 to January 2025";
            assert!(page.contains(run), "{month} ({}): {page}", register.engine);
        }
    })
    .await;
}
