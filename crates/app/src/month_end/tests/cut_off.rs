//! A freezing that its caller does not wait for to the end.

use super::*;

#[tokio::test]
async fn a_freeze_that_is_cut_off_leaves_nothing_or_a_whole_month() {
    each_engine(|register| async move {
        let (ctx, actor) = world(register, date(2025, 12, 9)).await;
        settle_in(&ctx, &[somebody(1, "P", None)]).await;
        'cuts: for steps in [1, 3, 6, 12, 20] {
            let mut freezing = Box::pin(freeze(&ctx, &actor, asked(OCTOBER, 0)));
            for _ in 0..steps {
                let waited = std::time::Duration::from_micros(200);
                if tokio::time::timeout(waited, &mut freezing).await.is_ok() {
                    break 'cuts; // it was quicker than the knife: nothing left to cut
                }
            }
            drop(freezing);
            if !list(&ctx, &actor).await.unwrap().versions.is_empty() {
                break 'cuts; // it was on its way to be kept when the knife fell, and is whole
            }
        }
        let again = freeze(&ctx, &actor, asked(OCTOBER, 0)).await;
        let versions = list(&ctx, &actor).await.unwrap().versions;
        let [only] = versions.as_slice() else { panic!("{again:?}") };
        assert!(!file(&ctx, &actor, only.snapshot.id).await.unwrap().1.is_empty());
    })
    .await;
}
