//! Returns of another system for one month after another: each newest one is written again as it was sent.

use super::*;

/// The second return knows less than the first: it is written so, and the register forgets nothing of it.
#[tokio::test]
async fn what_a_later_return_left_out_is_left_out_of_it_and_kept_by_the_register() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/nccis/");
    let april = std::fs::read_to_string(format!("{root}written-2019-20.xml")).unwrap();
    let mut may = april.clone();
    for (known, told) in [
        ("2019-04-30", "2019-05-31"),
        ("<Ethnicity>WBRI<", "<Ethnicity>NOBT<"),
        ("<AddressLine1>1 Invented Road</AddressLine1>", ""),
        ("<Town>Chatham</Town>", ""),
        ("ME4 4TR", "ZZ99 9ZZ"),
        ("<UniqueLearnerNo>1000000019</UniqueLearnerNo>", ""),
        ("<IntendedDestinationYr11>111</IntendedDestinationYr11>", ""),
    ] {
        assert!(may.contains(known), "{known}");
        may = may.replace(known, told);
    }
    let end = date(2019, 5, 31);
    let (said, _) = read_whole(may.as_bytes()).unwrap();
    let wanted: Vec<_> = said.records.iter().map(plain).collect();
    each_engine(|register| {
        let (april, may, wanted) = (april.clone(), may.clone(), wanted.clone());
        async move {
            let engine = register.engine;
            let (ctx, _) = world(register, date(2026, 3, 2)).await;
            bring_in(&ctx, april.as_bytes()).await;
            bring_in(&ctx, may.as_bytes()).await;
            let of_may = async || {
                let ours = bytes(&prepared(&ctx, "2019-20", end).await);
                let (again, _) = read_whole(ours.as_slice()).unwrap();
                again.records.iter().map(plain).collect::<Vec<_>>()
            };
            assert_eq!(of_may().await, wanted, "{engine}");
            let mut tx = ctx.db.begin_read().await.unwrap();
            let people = load_all(&mut tx, Moment::Now).await.unwrap();
            drop(tx);
            let zoe = people.iter().find(|l| l.record.ypid.ends_with('1')).unwrap();
            let field = |field| zoe.record.particulars.get(field);
            assert_eq!(field(Field::Ethnicity), Some("WBRI"), "{engine}");
            assert_eq!(field(Field::Uln), Some("1000000019"), "{engine}");
            let home = zoe.record.address_on(end).unwrap();
            assert_eq!(home.postcode, "ME4 4TR", "{engine}");
            // What is learnt since stands in the return, as it does in any other.
            edit(&ctx, zoe.person, |r| r.particulars.set(Field::Ethnicity, "APKN".to_owned()))
                .await;
            let now = of_may().await;
            assert_eq!(now[0].ethnicity.as_deref(), Some("APKN"), "{engine}");
            assert_eq!(now[0].postcode.as_deref(), Some("ZZ99 9ZZ"), "{engine}");
            assert_eq!(now[1], wanted[1], "{engine}");
        }
    })
    .await;
}
