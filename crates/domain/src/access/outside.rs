//! Whether what another service says of somebody lets them in: the claims of its identity token, how
//! strongly it says they proved themselves, and whether that stands for a second factor here. Signatures
//! are `formats`'s; instants are the caller's.
//!
//! Invariant: somebody is who the issuer and its own number for them say, never who an address says. What
//! a service does not say counts as the weakest it could have said.

use super::{Role, SecondFactor, second_factor};

/// How far another service's clock may be from ours.
///
/// Units: seconds. Source: RFC 7519, section 4.1.4, which allows some small leeway.
pub const SKEW_SECONDS: i64 = 120;
/// A token that was made longer ago than this is not from this sign-in.
///
/// Units: seconds.
pub const TOKEN_SECONDS_MOST: i64 = 600;

/// What an identity token says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Claims {
    pub issuer: String,
    /// The issuer's own number for somebody.
    pub subject: String,
    pub audience: Vec<String>,
    /// Whom it was made for, where it has several audiences.
    pub party: Option<String>,
    /// Units: seconds since 1970, as are all instants here.
    pub expires: Option<i64>,
    pub issued: Option<i64>,
    pub not_before: Option<i64>,
    pub nonce: Option<String>,
    /// When somebody last proved themselves there.
    pub authenticated: Option<i64>,
    /// `acr`: the class of how they did.
    pub class: Option<String>,
    /// `amr`: the methods that they used.
    pub methods: Vec<String>,
}

/// What the token of this sign-in has to say.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'a> {
    pub issuer: &'a str,
    pub client: &'a str,
    pub nonce: &'a str,
    pub now: i64,
    /// Where somebody has to prove themselves anew: within how many seconds.
    pub proof_within: Option<i64>,
}

/// Why a token is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TokenFault {
    Issuer,
    Subject,
    Audience,
    Party,
    Expired,
    NotYet,
    Age,
    Nonce,
    /// It does not say that somebody proved themselves a moment ago.
    Proof,
}

impl TokenFault {
    /// For the log and the audit, which name nobody.
    pub const fn label(self) -> &'static str {
        match self {
            TokenFault::Issuer => "made by another issuer",
            TokenFault::Subject => "names nobody",
            TokenFault::Audience => "made for another program",
            TokenFault::Party => "made for another party",
            TokenFault::Expired => "expired",
            TokenFault::NotYet => "not valid yet",
            TokenFault::Age => "not from this sign-in: too old, or ahead of our clock",
            TokenFault::Nonce => "not the answer to this sign-in",
            TokenFault::Proof => "no fresh proof of who somebody is",
        }
    }
}

/// Everything that is wrong with a token's claims; none where it is good.
///
/// Source: OpenID Connect Core 1.0, section 3.1.3.7 (steps 2 to 5 and 9 to 13); RFC 7519, section 4.1.5,
/// for `nbf`.
/// Differs: `iat` has to be near, which the standard leaves to the client.
pub fn token_faults(claims: &Claims, expected: &Expected<'_>) -> Vec<TokenFault> {
    let now = expected.now;
    let party_is_us = claims.party.as_deref().map(|party| party == expected.client);
    let lone = claims.audience.len() == 1;
    let near = |at: i64| at - now <= SKEW_SECONDS && now - at <= TOKEN_SECONDS_MOST;
    let proved = |most: i64| {
        claims.authenticated.is_some_and(|at| at - now <= SKEW_SECONDS && now - at <= most)
    };
    [
        (claims.issuer == expected.issuer, TokenFault::Issuer),
        (!claims.subject.is_empty() && claims.subject.len() <= 255, TokenFault::Subject),
        (claims.audience.iter().any(|one| one == expected.client), TokenFault::Audience),
        (party_is_us.unwrap_or(lone), TokenFault::Party),
        (claims.expires.is_some_and(|at| now < at + SKEW_SECONDS), TokenFault::Expired),
        (claims.not_before.is_none_or(|at| at - now <= SKEW_SECONDS), TokenFault::NotYet),
        (claims.issued.is_some_and(near), TokenFault::Age),
        (claims.nonce.as_deref() == Some(expected.nonce), TokenFault::Nonce),
        (expected.proof_within.is_none_or(proved), TokenFault::Proof),
    ]
    .into_iter()
    .filter_map(|(fine, fault)| (!fine).then_some(fault))
    .collect()
}

/// How strongly a service says that somebody proved themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Strength {
    /// One thing, or nothing was said.
    One,
    /// Two things of different kinds.
    Several,
    /// Several, one of them a key that cannot be passed on to a false page.
    Unphishable,
}

/// What somebody knows, has or is, by the method's name.
///
/// Source: RFC 8176, section 2; `fido` and `ngcmfa` are Microsoft's words for a security key and for
/// several factors.
fn kind(method: &str) -> Option<char> {
    match method {
        "pwd" | "pin" | "kba" => Some('k'),
        "otp" | "sms" | "tel" | "hwk" | "swk" | "sc" | "pop" | "fido" => Some('h'),
        "fpt" | "face" | "iris" | "retina" | "vbm" => Some('i'),
        _ => None,
    }
}

/// How strongly, by class and methods. `classes` are those that the administrator says stand for several
/// factors with this service.
///
/// Source: OWASP ASVS 5.0, 6.8.4: what is not said counts as the weakest.
pub fn strength(class: Option<&str>, methods: &[String], classes: &[String]) -> Strength {
    let has = |wanted: &[&str]| methods.iter().any(|method| wanted.contains(&method.as_str()));
    let kinds: std::collections::BTreeSet<char> = methods.iter().filter_map(|m| kind(m)).collect();
    let several = has(&["mfa", "ngcmfa"])
        || kinds.len() > 1
        || class.is_some_and(|class| classes.iter().any(|known| known == class));
    match several {
        true if has(&["hwk", "fido", "sc"]) => Strength::Unphishable,
        true => Strength::Several,
        false => Strength::One,
    }
}

/// Whether a role that comes from another service still needs our own second factor, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Still {
    pub needed: bool,
    pub reason: &'static str,
}

/// Whoever watches over the others or makes accounts needs a key that cannot be phished or our own second
/// factor; everybody else needs several factors there or our own.
///
/// Source: the house's security page, 1.3: administrators and governance by a hardware-backed key, staff
/// and partners by their organisation's sign-on; Cyber Essentials 3.3 for several factors everywhere.
pub fn still_needed(role: Role, strength: Strength) -> Still {
    let over_others = matches!(role, Role::DataManager | Role::Governance)
        || second_factor(role) == SecondFactor::Always;
    let (needed, reason) = match (strength, over_others) {
        (Strength::Unphishable, _) => (false, "proved there with a key of one's own"),
        (Strength::Several, false) => (false, "proved there with several factors"),
        (Strength::Several, true) => (true, "this role needs a key that cannot be phished"),
        (Strength::One, _) => (true, "the other service does not speak of several factors"),
    };
    Still { needed, reason }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_800_000_000;

    fn good() -> Claims {
        Claims {
            issuer: "https://id.example".to_owned(),
            subject: "7".to_owned(),
            audience: vec!["waymark".to_owned()],
            expires: Some(NOW + 300),
            issued: Some(NOW - 1),
            nonce: Some("n".to_owned()),
            authenticated: Some(NOW - 30),
            ..Claims::default()
        }
    }

    fn faults(claims: &Claims, proof_within: Option<i64>) -> Vec<TokenFault> {
        let (issuer, client, nonce) = ("https://id.example", "waymark", "n");
        token_faults(claims, &Expected { issuer, client, nonce, now: NOW, proof_within })
    }

    #[test]
    fn each_wrong_claim_of_an_identity_token_is_named_and_a_good_one_passes() {
        assert_eq!(faults(&good(), None), []);
        let some = |text: &str| Some(text.to_owned());
        for (claims, wanted) in [
            (Claims { issuer: "https://id.example/".to_owned(), ..good() }, TokenFault::Issuer),
            (Claims { subject: String::new(), ..good() }, TokenFault::Subject),
            (Claims { subject: "7".repeat(256), ..good() }, TokenFault::Subject),
            (Claims { audience: vec!["else".to_owned()], ..good() }, TokenFault::Audience),
            (Claims { party: some("else"), ..good() }, TokenFault::Party),
            (
                Claims { audience: vec!["waymark".to_owned(), "else".to_owned()], ..good() },
                TokenFault::Party,
            ),
            (Claims { expires: None, ..good() }, TokenFault::Expired),
            (Claims { expires: Some(NOW - SKEW_SECONDS), ..good() }, TokenFault::Expired),
            (Claims { not_before: Some(NOW + SKEW_SECONDS + 1), ..good() }, TokenFault::NotYet),
            (Claims { issued: None, ..good() }, TokenFault::Age),
            (Claims { issued: Some(NOW + SKEW_SECONDS + 1), ..good() }, TokenFault::Age),
            (Claims { issued: Some(NOW - TOKEN_SECONDS_MOST - 1), ..good() }, TokenFault::Age),
            (Claims { nonce: some("m"), ..good() }, TokenFault::Nonce),
            (Claims { nonce: None, ..good() }, TokenFault::Nonce),
        ] {
            assert_eq!(faults(&claims, None), [wanted], "{claims:?}");
        }
    }

    #[test]
    fn a_clock_that_is_a_little_off_keeps_nobody_out() {
        let slow = Claims { expires: Some(NOW - SKEW_SECONDS + 1), ..good() };
        let fast =
            Claims { issued: Some(NOW + SKEW_SECONDS), not_before: Some(NOW + 60), ..good() };
        assert_eq!(faults(&slow, None), []);
        assert_eq!(faults(&fast, None), []);
    }

    #[test]
    fn a_fresh_proof_is_asked_for_and_silence_is_none() {
        assert_eq!(faults(&good(), Some(60)), []);
        let old = Claims { authenticated: Some(NOW - 61), ..good() };
        let silent = Claims { authenticated: None, ..good() };
        assert_eq!(faults(&old, Some(60)), [TokenFault::Proof]);
        assert_eq!(faults(&silent, Some(60)), [TokenFault::Proof]);
        assert_eq!(faults(&silent, None), []);
    }

    #[test]
    fn what_a_service_does_not_say_is_the_weakest() {
        let classes = ["gold".to_owned()];
        for (class, methods, wanted) in [
            (None, &[][..], Strength::One),
            (Some("silver"), &["pwd"][..], Strength::One),
            (None, &["pwd", "pin"][..], Strength::One),
            (None, &["pwd", "otp"][..], Strength::Several),
            (None, &["pwd", "mfa"][..], Strength::Several),
            (Some("gold"), &[][..], Strength::Several),
            (None, &["hwk"][..], Strength::One),
            (None, &["fido", "mfa"][..], Strength::Unphishable),
            (None, &["hwk", "pin"][..], Strength::Unphishable),
            (None, &["weather"][..], Strength::One),
        ] {
            let methods: Vec<String> = methods.iter().map(|m| (*m).to_owned()).collect();
            assert_eq!(strength(class, &methods, &classes), wanted, "{class:?} {methods:?}");
        }
    }

    #[test]
    fn another_service_spares_a_second_factor_only_as_far_as_the_role_allows() {
        for role in Role::ALL {
            assert!(still_needed(*role, Strength::One).needed, "{role:?}");
            assert!(!still_needed(*role, Strength::Unphishable).needed, "{role:?}");
            let over = matches!(role, Role::DataManager | Role::Governance);
            assert_eq!(still_needed(*role, Strength::Several).needed, over, "{role:?}");
        }
    }
}
