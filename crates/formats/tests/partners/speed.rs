//! How long a large roll takes. Ignored by default: a time only means something in a release build
//! on a quiet machine, so it is printed and not judged. `cargo test --release -p formats --test partners speed -- --ignored --nocapture`

use super::*;
use std::fmt::Write;

fn large_roll() -> String {
    let head = "UPN,ULN,Legal Surname,Legal Forename,DOB,Gender,Ethnicity,Year Group,Address 1,Town,\
                Post Code,SEN Provision,Entry Date,Leaving Date,DfE Number,Free Meals\n";
    (0..100_000).fold(head.to_owned(), |mut text, at| {
        let (month, day) = (at % 12 + 1, at % 28 + 1);
        writeln!(
            text,
            "H887419920001,1020304005,Lakeland{at},Zoë,{day:02}/{month:02}/2009,F,WBRI,12,\
             \"{at}, Invented Row\",Chatham,ME4 4TR,K,05/09/2025,,887/4199,N"
        )
        .unwrap();
        text
    })
}

#[test]
#[ignore = "a time, to be read in a release build"]
#[expect(clippy::disallowed_methods, reason = "measuring time is what this is for")]
fn a_hundred_thousand_rows() {
    let text = large_roll();
    let mut people = 0;
    let began = std::time::Instant::now();
    let facts = read(Kind::Roll, text.as_bytes(), &Options::default(), &mut |row| {
        people += usize::from(matches!(row, Row::Person(_)));
    });
    let took = began.elapsed();
    facts.unwrap();
    assert_eq!(people, 100_000);
    println!("100,000 rows of {} MB in {took:.2?}", text.len() >> 20);
}
