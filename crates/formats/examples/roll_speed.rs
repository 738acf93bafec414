//! How long a roll of 100,000 rows takes to read: a time, printed and not judged.
//! `cargo run --release -p formats --example roll_speed`

use domain::intake::Row;
use formats::{Kind, Options, read};

fn main() -> Result<(), String> {
    let head = "UPN,ULN,Legal Surname,Legal Forename,DOB,Gender,Ethnicity,Year Group,Address 1,Town,\
                Post Code,SEN Provision,Entry Date,Leaving Date,DfE Number,Free Meals\n";
    let text = (0..100_000).fold(head.to_owned(), |text, at| text + &row(at));
    let mut people = 0;
    #[expect(clippy::disallowed_methods, reason = "measuring time is what this is for")]
    let began = std::time::Instant::now();
    read(Kind::Roll, text.as_bytes(), &Options::default(), &mut |row| {
        people += usize::from(matches!(row, Row::Person(_)));
    })
    .map_err(|wrong| format!("{wrong:?}"))?;
    #[expect(clippy::print_stdout, reason = "an example tells what it measured")]
    {
        println!("{people} rows of {} MB in {:.2?}", text.len() >> 20, began.elapsed());
    }
    Ok(())
}

fn row(at: usize) -> String {
    let (month, day) = (at % 12 + 1, at % 28 + 1);
    format!(
        "H887419920001,1020304005,Lakeland{at},Zoë,{day:02}/{month:02}/2009,F,WBRI,12,\
         \"{at}, Invented Row\",Chatham,ME4 4TR,K,05/09/2025,,887/4199,N\n"
    )
}
