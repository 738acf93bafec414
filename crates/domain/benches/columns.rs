//! The plainest count beside its peers: reads the columns that `bench-measures-peers.py` wrote, counts
//! cohort, NEET and not known by ward and sex for 36 month ends, and writes every cell so that the peers'
//! answers can be compared. Run by `script/bench-measures`.

#![expect(clippy::print_stdout, clippy::disallowed_methods, reason = "a benchmark tells the time")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a benchmark may stop where it stands"
)]

use domain::measure::{Class, Columns, count_columns};
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

fn column<T, const N: usize>(folder: &Path, name: &str, of: fn([u8; N]) -> T) -> Vec<T> {
    let bytes = std::fs::read(folder.join(name)).unwrap();
    bytes.as_chunks::<N>().0.iter().map(|bytes| of(*bytes)).collect()
}

/// Processor time of this process. Units: seconds.
fn processor() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
    (fields[11].parse::<f64>().unwrap() + fields[12].parse::<f64>().unwrap()) / 100.0
}

fn class(code: u16) -> Class {
    match code {
        710 => Class::Outside,
        619 | 640 => Class::Neet,
        810 | 820 => Class::NotKnown,
        _ => Class::Counted,
    }
}

fn main() {
    let Some(folder) = std::env::args().skip(1).find(|text| Path::new(text).is_dir()) else {
        println!("no folder of columns given: skipped");
        return;
    };
    let folder = Path::new(&folder);
    let person = column(folder, "pid.bin", u32::from_le_bytes);
    let code = column(folder, "code.bin", u16::from_le_bytes);
    let start = column(folder, "s.bin", i16::from_le_bytes);
    let end = column(folder, "e.bin", i16::from_le_bytes);
    let lapse = column(folder, "lapse.bin", i16::from_le_bytes);
    let ward = column(folder, "ward.bin", u16::from_le_bytes);
    let sex = column(folder, "sex.bin", |[sex]: [u8; 1]| sex);
    let wards = usize::from(*ward.iter().max().unwrap()) + 1;
    let months: Vec<i16> = (1..=36).map(|i| (30.4 * f64::from(i)) as i16).collect();
    let mut best = (Duration::MAX, f64::MAX);
    let mut counts = Vec::new();
    for _ in 0..5 {
        let (wall, cpu) = (Instant::now(), processor());
        // The cell of each person is part of the work, as grouping by two columns is the peers'.
        let cells: Vec<u32> =
            ward.iter().zip(&sex).map(|(w, s)| u32::from(*w) * 2 + u32::from(*s)).collect();
        let columns = Columns {
            cells: &cells,
            person: &person,
            code: &code,
            start: &start,
            end: &end,
            lapse: &lapse,
        };
        counts = count_columns(columns, wards * 2, &months, class);
        let took = (wall.elapsed(), processor() - cpu);
        best = if took.0 < best.0 { took } else { best };
    }
    println!("ours: {:.4} s wall, {:.2} CPU s", best.0.as_secs_f64(), best.1);
    let mut out = std::io::BufWriter::new(std::fs::File::create(folder.join("ours.csv")).unwrap());
    writeln!(out, "m,ward,sex,cohort,neet,nk").unwrap();
    for (cell, row) in counts.chunks_exact(months.len()).enumerate() {
        for (month, three) in months.iter().zip(row) {
            let (ward, sex) = (cell / 2, cell % 2);
            writeln!(
                out,
                "{month},{ward},{sex},{},{},{}",
                three.cohort, three.neet, three.not_known
            )
            .unwrap();
        }
    }
}
