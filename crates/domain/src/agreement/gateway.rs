//! The legal gateways through which facts about young people may pass, each with its source.

/// Why the law lets something be shared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Gateway {
    /// An institution tells of a young person who stops attending.
    Section13,
    /// Education providers give what the service asks for, Part 1.
    Section14,
    /// Benefits information, Part 1.
    Section15,
    /// Councils, police, probation, youth offending teams and health bodies may supply.
    Section16,
    /// Sharing and use for these functions, Part 1.
    Section17,
    /// Support services.
    Section68,
    /// Education providers give what the service asks for, Part 2.
    Section72,
    /// Benefits information, Part 2.
    Section76,
    /// Supply by public bodies, Part 2.
    Section77,
    /// The young person agreed.
    Consent,
    /// Another power, named in the agreement's purpose.
    Other,
}

impl Gateway {
    pub const ALL: &'static [Gateway] = &[
        Gateway::Section13,
        Gateway::Section14,
        Gateway::Section15,
        Gateway::Section16,
        Gateway::Section17,
        Gateway::Section68,
        Gateway::Section72,
        Gateway::Section76,
        Gateway::Section77,
        Gateway::Consent,
        Gateway::Other,
    ];

    pub const fn name(self) -> &'static str {
        match self {
            Gateway::Section13 => "esa-13",
            Gateway::Section14 => "esa-14",
            Gateway::Section15 => "esa-15",
            Gateway::Section16 => "esa-16",
            Gateway::Section17 => "esa-17",
            Gateway::Section68 => "esa-68",
            Gateway::Section72 => "esa-72",
            Gateway::Section76 => "esa-76",
            Gateway::Section77 => "esa-77",
            Gateway::Consent => "consent",
            Gateway::Other => "other",
        }
    }

    /// Source: Education and Skills Act 2008 (c. 25), the section named; UK GDPR Article 6(1)(a).
    pub const fn source(self) -> &'static str {
        match self {
            Gateway::Section13 => "Education and Skills Act 2008, section 13",
            Gateway::Section14 => "Education and Skills Act 2008, section 14",
            Gateway::Section15 => {
                "Education and Skills Act 2008, section 15 (commencement to be checked by a lawyer)"
            }
            Gateway::Section16 => "Education and Skills Act 2008, section 16",
            Gateway::Section17 => "Education and Skills Act 2008, section 17",
            Gateway::Section68 => "Education and Skills Act 2008, section 68",
            Gateway::Section72 => "Education and Skills Act 2008, section 72",
            Gateway::Section76 => "Education and Skills Act 2008, section 76",
            Gateway::Section77 => "Education and Skills Act 2008, section 77",
            Gateway::Consent => "the young person's consent, UK GDPR Article 6(1)(a)",
            Gateway::Other => "another power, named in the purpose",
        }
    }

    pub fn from_name(name: &str) -> Option<Gateway> {
        Gateway::ALL.iter().copied().find(|g| g.name() == name)
    }

    /// Whether education providers must give the statutory tier on request, whatever the pupil says.
    ///
    /// Source: Education and Skills Act 2008, sections 14 and 72, paragraphs (a) and (b).
    pub const fn has_statutory_tier(self) -> bool {
        matches!(self, Gateway::Section14 | Gateway::Section72)
    }

    /// Whether it lets an institution tell the council, and nobody tell an institution.
    ///
    /// Source: Education and Skills Act 2008, sections 13, 14 and 72: each is a duty or a power of the
    /// institution's alone.
    pub const fn is_inward_only(self) -> bool {
        matches!(self, Gateway::Section13 | Gateway::Section14 | Gateway::Section72)
    }

    /// Whether what comes through it may not be passed on.
    ///
    /// Source: Education and Skills Act 2008, sections 15 and 76: onward disclosure is an offence.
    pub const fn is_benefits(self) -> bool {
        matches!(self, Gateway::Section15 | Gateway::Section76)
    }
}
