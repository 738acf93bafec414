//! Numbers that name people and places, and whether they can be right: UPN, ULN, UKPRN,
//! establishment number, postcode. Each check answers with the reason when it says no.
