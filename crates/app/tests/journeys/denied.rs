//! Journeys that once refused whoever may not in words of their own: each says that it is a denial, which the audit
//! tells of where it leaves. A rule about the thing itself says no otherwise. On both engines.

use crate::town::{actor, context};
use app::linking::Wanted;
use app::predict::train;
use app::survey::{Question, survey};
use app::{Wrong, agreement, consents, linking, people};
use domain::access::Role;
use domain::measure::Cut;
use domain::person::ChangeId;
use domain::prediction::State;
use formats::reference::editions;
use std::collections::BTreeSet;
use testkit::each_engine;

/// Whether somebody was denied something by their role, with the table's own reason.
fn is_denied<T>(answer: Result<T, Wrong>) -> bool {
    matches!(answer, Err(Wrong::Denied(denial)) if denial.why().contains("may not"))
}

#[tokio::test]
async fn whoever_may_not_is_denied_in_the_older_journeys_as_in_the_others() {
    each_engine(async |register| {
        let ctx = context(&register);
        let (adviser, school) = (actor(1, Role::Adviser), actor(1, Role::School));
        let college = actor(1, Role::College);
        let edition = editions().on(ctx.today()).unwrap();
        let (prefer, reason) = (BTreeSet::new(), "One person");
        let two = Wanted { kept: 1, gone: 2, seen: 0, prefer, reason };
        let left = Question { summer: 2024, by: Cut::Sex, school: None, known_on: None };
        let signed = (State::Tested, "Robin Hale", "It was tried");
        let all = [
            ("doubles", is_denied(linking::doubles(&ctx, &adviser).await)),
            ("vulnerable", is_denied(linking::vulnerable(&ctx, &adviser, edition).await)),
            ("lines", is_denied(linking::set_wanted(&ctx, &adviser, ["99", "98"]).await)),
            ("preview", is_denied(linking::preview(&ctx, &adviser, (1, 2)).await)),
            ("merge", is_denied(linking::merge(&ctx, &adviser, &two).await)),
            ("survey", is_denied(survey(&ctx, &college, &left).await)),
            ("enforced", is_denied(agreement::enforce_from(&ctx, &adviser, ctx.today()).await)),
            ("rates", is_denied(consents::rates(&ctx, &adviser).await)),
            ("sign", is_denied(train::sign(&ctx, &adviser, 1, signed).await)),
            ("unconfirm", is_denied(people::unconfirm(&ctx, &school, ChangeId(1)).await)),
        ];
        for (which, denied) in all {
            assert!(denied, "{which} on {}", register.engine);
        }
        let keeper = actor(1, Role::DataManager);
        let none = train::sign(&ctx, &keeper, 1, signed).await;
        assert!(matches!(none, Err(Wrong::Refused(_))), "there is no such predictor: {none:?}");
    })
    .await;
}
