//! A list as the file that a school's own system takes.

use domain::access::Actor;
use domain::prediction::Point;

use super::{Asked, List, list};
use crate::context::{Context, Wrong};
use crate::predict::refused;

/// The list of a point as the file that a school's own system takes, the same by page and by machine:
/// whoever asks gets their own young people and the reasons they may know. None where no chance may be
/// shown. Every young person in it is audited as shown.
pub async fn file(
    ctx: &Context,
    actor: &Actor,
    point: Point,
    asked: &Asked,
) -> Result<Option<String>, Wrong> {
    list(ctx, actor, point, asked).await?.as_ref().map(csv).transpose()
}

/// A list as a table for a school's own system.
pub fn csv(list: &List) -> Result<String, Wrong> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let head =
        ["ypid", "upn", "name", "born", "school", "chance", "reasons", "not known", "last contact"];
    writer.write_record(head).map_err(refused)?;
    for one in &list.listed {
        let safe = |text: &str| match text.starts_with(['=', '+', '-', '@']) {
            true => format!("'{text}"),
            false => text.to_owned(),
        };
        let row = [
            one.ypid.clone(),
            one.upn.clone().unwrap_or_default(),
            safe(&one.name),
            one.born.clone(),
            safe(&one.school),
            one.in_words.to_owned(),
            one.reasons.join("; "),
            one.missing.join("; "),
            one.last_contact.map(|day| day.to_string()).unwrap_or_default(),
        ];
        writer.write_record(row).map_err(refused)?;
    }
    let bytes = writer.into_inner().map_err(refused)?;
    String::from_utf8(bytes).map_err(refused)
}
