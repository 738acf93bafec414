//! A month signed off by whoever has no account: the command line.

use super::*;

#[tokio::test]
async fn a_month_is_signed_off_from_the_command_line_as_on_the_page() {
    each_engine(|register| async move {
        let (ctx, account) = world(register, date(2025, 12, 9)).await;
        let records = [somebody(1, "P", None), somebody(2, "M", Some("2025-10-15"))];
        settle_in(&ctx, &records).await;
        let command = Actor { account: 0, name: "the command line".to_owned(), ..account.clone() };
        let again = async |end: Date| {
            let prepared = prepared(&ctx, "2026-27", end).await;
            let mut tx = ctx.db.begin_read().await.unwrap();
            told_again(&mut tx, &prepared).await.unwrap()
        };
        assert_eq!((again(OCTOBER).await, again(NOVEMBER).await), (1, 1), "nothing is signed");

        let october = (OCTOBER, Some("2026-27"));
        let first = frozen(&ctx, &command, october, false).await.unwrap();
        assert_eq!(frozen(&ctx, &command, october, false).await.unwrap(), first);
        let other = frozen(&ctx, &command, (OCTOBER, Some("2020-21")), false).await.unwrap_err();
        assert!(other.to_string().contains("is frozen by 2026-27"), "{other}");
        assert_eq!(again(OCTOBER).await, 1, "frozen is not signed");
        let blocked = sign_off(&ctx, &command, first).await.unwrap_err().to_string();
        assert!(blocked.contains("serious findings are open"), "{blocked}");
        let second = frozen(&ctx, &command, october, true).await.unwrap();
        assert!(sign_off(&ctx, &command, first).await.is_err(), "version 2 took its place");

        settle_all(&ctx, &account, second).await;
        sign_off(&ctx, &command, second).await.unwrap();
        let listed = list(&ctx, &account).await.unwrap().versions;
        let names: Vec<_> = listed
            .iter()
            .map(|one| (one.snapshot.frozen_by_name.as_str(), one.snapshot.signed_by_name.as_str()))
            .collect();
        assert_eq!(names, [("a command", "a command"), ("a command", "")]);
        assert_eq!((again(OCTOBER).await, again(NOVEMBER).await), (0, 0), "told of in October");
        let signed = sign_off(&ctx, &command, second).await.unwrap_err().to_string();
        assert_eq!(signed, "This version is signed already.");
    })
    .await;
}
