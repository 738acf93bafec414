//! The plan of a made-up town, brought into a register the day after the group's meeting of 12 March.

#![expect(clippy::unwrap_used, reason = "a helper of tests fails as a test does")]

use app::plan::{Incoming, Names, bring};
use app::{Clock, Context};
use domain::access::{Actor, Role, Scope};
use testkit::Register;

pub const TOWN: &str = include_str!("../../../../testdata/plan/our-town.txt");

pub async fn context(register: &Register, names: Names) -> Context {
    let at = "2026-03-13T10:00:00Z".parse().unwrap();
    let ctx = Context::seeded(register.db.clone(), None, Clock::Fixed(at), 1);
    let (file_name, bytes) = ("town.txt", TOWN.as_bytes());
    bring(&ctx, Incoming { file_name, bytes, names, account: None }).await.unwrap();
    ctx
}

pub fn actor(role: Role) -> Actor {
    Actor { account: 0, name: "Ada Quill".into(), role, scope: Scope::everyone() }
}
