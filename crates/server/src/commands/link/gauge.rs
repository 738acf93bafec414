//! How long each stage took and how much memory the process reached. CPU time is summed over the
//! live threads, which the thread pool keeps until the end; where the system does not tell, it is 0.

use serde::Serialize;
use std::time::Instant;

#[derive(Clone, Debug, Serialize)]
pub struct Stage {
    pub name: &'static str,
    pub cpu_seconds: f64,
    pub wall_seconds: f64,
}

pub struct Gauge {
    begun: Instant,
    last: (Instant, f64),
    pub stages: Vec<Stage>,
}

#[expect(
    clippy::disallowed_methods,
    reason = "this is the command's stopwatch; no result depends on it"
)]
fn now() -> Instant {
    Instant::now()
}

impl Gauge {
    pub fn start() -> Self {
        let begun = now();
        // What starting the process cost belongs to the first stage.
        Self { begun, last: (begun, 0.0), stages: Vec::new() }
    }

    pub fn lap(&mut self, name: &'static str) {
        let (at, cpu) = (now(), cpu_seconds());
        let (before, spent) = self.last;
        self.stages.push(Stage {
            name,
            cpu_seconds: cpu - spent,
            wall_seconds: (at - before).as_secs_f64(),
        });
        self.last = (at, cpu);
    }

    pub fn cpu(&self) -> f64 {
        self.stages.iter().map(|stage| stage.cpu_seconds).sum()
    }

    pub fn wall(&self) -> f64 {
        (self.last.0 - self.begun).as_secs_f64()
    }
}

fn cpu_seconds() -> f64 {
    let Ok(tasks) = std::fs::read_dir("/proc/self/task") else { return 0.0 };
    let spent = tasks.flatten().filter_map(|task| {
        let text = std::fs::read_to_string(task.path().join("schedstat")).ok()?;
        text.split(' ').next()?.parse::<f64>().ok()
    });
    spent.sum::<f64>() / 1e9
}

/// The most memory the process ever held.
pub fn peak_memory_mib() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: f64 = line.trim().trim_end_matches(" kB").trim().parse().ok()?;
    Some(kib / 1024.0)
}
