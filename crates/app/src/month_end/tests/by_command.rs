//! A month signed off by whoever has no account: the command line.

use super::*;

#[tokio::test]
async fn a_month_is_signed_off_from_the_command_line_as_on_the_page() {
    each_engine(|register| async move {
        let (ctx, account) = world(register, date(2025, 12, 9)).await;
        let records = [somebody(1, "P", None), somebody(2, "M", Some("2025-10-15"))];
        let ids = settle_in(&ctx, &records).await;
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
        assert!(blocked.contains("open. Correct and freeze again"), "{blocked}");
        // What a return does not tell makes it no other file; what it tells does, and another may have been sent.
        edit(&ctx, ids[0], |_| {}).await;
        assert_eq!(frozen(&ctx, &command, october, false).await.unwrap(), first);
        edit(&ctx, ids[0], |r| r.particulars.set(Field::GivenName, "Samira".to_owned())).await;
        let changed = frozen(&ctx, &command, october, false).await.unwrap_err().to_string();
        assert!(changed.contains("version 1") && changed.contains("--again"), "{changed}");
        let second = frozen(&ctx, &command, october, true).await.unwrap();
        assert!(sign_off(&ctx, &command, first).await.is_err(), "version 2 took its place");

        settle_all(&ctx, &account, second).await;
        sign_off(&ctx, &command, second).await.unwrap();
        edit(&ctx, ids[0], |r| r.particulars.set(Field::GivenName, "Sam".to_owned())).await;
        assert_eq!(frozen(&ctx, &command, october, false).await.unwrap(), second, "it is signed");
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

#[tokio::test]
async fn a_return_written_by_the_command_is_remembered_of_everybody_in_it() {
    each_engine(|register| async move {
        let (ctx, account) = world(register, date(2025, 12, 9)).await;
        let records = [somebody(1, "P", None), somebody(2, "P", None)];
        let mut ids = settle_in(&ctx, &records).await;
        ids.sort_unstable();
        let command = Actor { account: 0, name: "the command line".to_owned(), ..account.clone() };
        let edition = edition_for(Some("2026-27"), NOVEMBER).unwrap();
        let mut tx = ctx.db.begin_seeing().await.unwrap();
        let prepared = prepare(&mut tx, edition, NOVEMBER, ctx.today()).await.unwrap();
        written(&ctx, &mut tx, &command, &prepared).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(remembered(&ctx, "taken out in a return").await, ids);
        let adviser = Actor { role: Role::Adviser, ..account };
        let mut tx = ctx.db.begin_seeing().await.unwrap();
        assert!(written(&ctx, &mut tx, &adviser, &prepared).await.is_err());
    })
    .await;
}

/// A setting begins no change of the register, but the file tells it: what was sent since is not what was frozen.
#[tokio::test]
async fn a_month_is_not_signed_by_the_command_when_a_setting_made_its_return_another_file() {
    each_engine(|register| async move {
        let (ctx, account) = world(register, date(2025, 12, 9)).await;
        settle_in(&ctx, &[somebody(1, "P", None)]).await;
        let command = Actor { account: 0, name: "the command line".to_owned(), ..account };
        let october = (OCTOBER, Some("2026-27"));
        let first = frozen(&ctx, &command, october, false).await.unwrap();
        let say = async |la_code: &str| {
            let mut tx = ctx.db.begin().await.unwrap();
            organisations::set(&mut tx, "la_code", la_code).await.unwrap();
            tx.commit().await.unwrap();
        };
        say("886").await;
        let refused = frozen(&ctx, &command, october, false).await.unwrap_err().to_string();
        assert!(refused.starts_with("A return written now is another file"), "{refused}");
        say("887").await;
        assert_eq!(frozen(&ctx, &command, october, false).await.unwrap(), first, "as it was");
    })
    .await;
}

/// The header says which version of the program wrote the file: that another one is running is no change of the month.
#[tokio::test]
async fn a_month_frozen_by_the_version_before_is_signed_by_the_command() {
    each_engine(|register| async move {
        let (ctx, account) = world(register, date(2025, 12, 9)).await;
        let ids = settle_in(&ctx, &[somebody(1, "P", None)]).await;
        let command = Actor { account: 0, name: "the command line".to_owned(), ..account };
        let october = (OCTOBER, Some("2026-27"));
        let first = frozen(&ctx, &command, october, false).await.unwrap();
        // As the version before would have kept it.
        let ours = format!("<SupplierXMLVersion>{}<", env!("CARGO_PKG_VERSION"));
        let kept = String::from_utf8(file(&ctx, &command, first).await.unwrap().1).unwrap();
        assert!(kept.contains(&ours), "{kept}");
        let kept = kept.replace(&ours, "<SupplierXMLVersion>0.0.1<").into_bytes();
        let hash = crate::accounts::hex(&<sha2::Sha256 as sha2::Digest>::digest(&kept));
        let mut tx = ctx.db.begin().await.unwrap();
        let of_file = "UPDATE snapshot_file SET hash = $1, content = $2 WHERE snapshot = $3";
        tx.run(of_file, store::args![&hash, kept, first]).await.unwrap();
        let of_month = "UPDATE snapshot SET hash = $1 WHERE id = $2";
        tx.run(of_month, store::args![&hash, first]).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(frozen(&ctx, &command, october, false).await.unwrap(), first);
        edit(&ctx, ids[0], |r| r.particulars.set(Field::GivenName, "Samira".to_owned())).await;
        assert!(frozen(&ctx, &command, october, false).await.is_err(), "the register changed");
    })
    .await;
}

/// Whom a signed return of a later month has told of, no later one tells of, whatever became of this month.
#[tokio::test]
async fn whom_a_later_month_told_of_is_told_of_again_by_none() {
    each_engine(|register| async move {
        let (ctx, actor) = world(register, date(2025, 12, 9)).await;
        let records = [somebody(1, "P", None), somebody(2, "M", Some("2025-10-15"))];
        settle_in(&ctx, &records).await;
        let again = async |end: Date| {
            let prepared = prepared(&ctx, "2026-27", end).await;
            let mut tx = ctx.db.begin_read().await.unwrap();
            told_again(&mut tx, &prepared).await.unwrap()
        };
        assert_eq!(again(OCTOBER).await, 1);
        let id = freeze(&ctx, &actor, asked(NOVEMBER, 0)).await.unwrap();
        settle_all(&ctx, &actor, id).await;
        assert_eq!(again(OCTOBER).await, 1, "frozen is not signed");
        sign_off(&ctx, &actor, id).await.unwrap();
        assert_eq!((again(OCTOBER).await, again(NOVEMBER).await), (0, 0));
    })
    .await;
}
