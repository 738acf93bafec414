//! Brings a database's tables up to date, the same text on both engines, each step once.

use crate::args;
use crate::engine::{Db, StoreError};

const STEPS: &[(i64, &str, &str)] = &[
    (1, "register", include_str!("../migrations/0001_register.sql")),
    (2, "plan", include_str!("../migrations/0002_plan.sql")),
    (3, "access", include_str!("../migrations/0003_access.sql")),
    (4, "intake", include_str!("../migrations/0004_intake.sql")),
    (5, "strategy", include_str!("../migrations/0005_strategy.sql")),
    (10, "agreements", include_str!("../migrations/0010_agreements.sql")),
