//! The monthly return: its records, who is put in it, its checks, and how people leave it.
//! Every answer is by an edition and a period end; bytes and files are the business of `formats`.

pub mod assemble;
pub mod check;
pub mod leaving;
pub mod month_end;
pub mod moved_in;
pub mod record;
pub mod registered;
