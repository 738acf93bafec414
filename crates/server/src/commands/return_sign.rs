//! `waymark return sign`: signs a month off, as the page does, for those who work at a terminal. From then on the
//! month has told of its leavers. A month that nobody has frozen is frozen first.

use super::{Outcome, Place, Result, Wrong, block_on, day, whole_authority};
use crate::{
    output::{self, Format},
    wiring,
};
use app::month_end::{self, Listed, edition_for};
use domain::calendar::shown;
use serde_json::json;

#[derive(clap::Args)]
pub struct Args {
    /// The last day of the month that is signed off: YYYY-MM-DD.
    #[arg(long, value_name = "DATE")]
    period_end: String,
    /// The edition of the return, where it is not that of the period end.
    #[arg(long, value_name = "NAME")]
    edition: Option<String>,
    /// Freeze the month once more first, as a correction of what is frozen.
    #[arg(long)]
    again: bool,
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    #[command(flatten)]
    place: Place,
}

impl Args {
    pub fn run(self) -> Result {
        let day = day(&self.period_end)?;
        edition_for(self.edition.as_deref(), day)
            .map_err(|wrong| Wrong::Usage(wrong.to_string()))?;
        let signed = block_on(async {
            let ctx = wiring::open(&self.place).await?;
            let actor = whole_authority();
            let asked = (day, self.edition.as_deref());
            let id = month_end::frozen(&ctx, &actor, asked, self.again).await?;
            month_end::sign_off(&ctx, &actor, id).await?;
            let all = month_end::list(&ctx, &actor).await?.versions;
            let signed = all.into_iter().find(|listed| listed.snapshot.id == id);
            signed.ok_or_else(|| Wrong::Failed("The month that was signed is not there.".into()))
        })??;
        self.report(&signed);
        Ok(Outcome::Done)
    }

    fn report(&self, listed: &Listed) {
        let s = &listed.snapshot;
        if self.format == Format::Json {
            return output::json(&json!({
                "period_end": s.period_end.to_string(),
                "edition": s.edition,
                "version": s.version,
                "records": s.records,
                "sha256": s.hash,
                "frozen_at": s.frozen_at,
                "signed_at": s.signed_at,
            }));
        }
        output::line(&format!(
            "The return for {}, version {}, is signed off: {} records by {}. No later return tells of its \
             leavers again.",
            shown(s.period_end),
            s.version,
            s.records,
            s.edition
        ));
        output::line(&format!(
            "It is the file that was frozen at {}, SHA-256 {}.",
            s.frozen_at, s.hash
        ));
    }
}
