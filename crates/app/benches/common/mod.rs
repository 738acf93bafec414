//! What the benches of measures share.

use domain::edition::Edition;
use domain::measure::{DEFINITIONS, Definition, Tally};

/// Every measure's value in every cell and month, on every processor; how many there are.
pub fn values(tables: &[Tally], edition: &Edition) -> usize {
    let cells: Vec<(&Tally, usize)> = tables
        .iter()
        .flat_map(|table| (0..table.keys.len()).map(move |cell| (table, cell)))
        .collect();
    let share = cells.len().div_ceil(std::thread::available_parallelism().unwrap().get()).max(1);
    let told = |cells: &[(&Tally, usize)]| -> usize {
        let months = cells.iter().flat_map(|(table, cell)| {
            (0..table.span.months()).map(move |month| table.counts(*cell, month))
        });
        months
            .map(|counts| {
                let value = |measure: &&Definition| {
                    measure.value(measure.share(&counts, edition)).is_some()
                };
                DEFINITIONS.iter().filter(value).count()
            })
            .sum()
    };
    std::thread::scope(|scope| {
        let parts: Vec<_> =
            cells.chunks(share).map(|cells| scope.spawn(move || told(cells))).collect();
        parts.into_iter().map(|part| part.join().unwrap()).sum()
    })
}
