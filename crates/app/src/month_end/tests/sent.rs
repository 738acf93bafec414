//! The day of sending that a return tells.

use super::*;

/// The header tells the day of sending; of a frozen month that is the day of the freezing, whenever it is written.
/// Source: file header of the return (DateOfSend beside PeriodEnd).
#[tokio::test]
async fn a_return_tells_the_day_on_which_it_was_written() {
    each_engine(|register| async move {
        let (ctx, actor) = world(register, date(2025, 11, 10)).await;
        settle_in(&ctx, &[somebody(1, "P", None)]).await;
        let later = Context::seeded(ctx.db.clone(), None, at(date(2025, 11, 12)), 8);
        for (ctx, day) in [(&ctx, "2025-11-10"), (&later, "2025-11-12")] {
            let header = prepared(ctx, "2026-27", OCTOBER).await.header;
            assert_eq!(header.date_of_send.as_deref(), Some(day));
        }
        let id = freeze(&ctx, &actor, asked(OCTOBER, 0)).await.unwrap();
        let kept = file(&ctx, &actor, id).await.unwrap().1;
        assert_eq!(bytes(&prepared(&later, "2026-27", OCTOBER).await), kept);
        let text = String::from_utf8(kept).unwrap();
        assert!(text.contains("<DateOfSend>2025-11-10</DateOfSend>"), "{text}");
    })
    .await;
}
