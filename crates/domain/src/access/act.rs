//! What somebody may want to do, which roles may, and for what purpose.

use super::{Actor, Decision, Role};

/// What somebody wants to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Act {
    /// Open a person's record, search, see lists of people.
    ViewPeople,
    /// Correct a person's particulars or activity.
    EditPeople,
    /// Record a contact and what came of it.
    RecordContact,
    /// Follow up somebody one was asked to, and say what came of it.
    AnswerFollowUp,
    /// See the follow-up list.
    ViewFollowUp,
    /// Send a file in, review and apply it.
    Import,
    /// Take an applied import back.
    UndoImport,
    /// Read figures and open them into people.
    ViewFigures,
    /// Decide which records are one person, merge and take apart.
    DecideIdentity,
    /// Freeze, check and write the return.
    MonthEnd,
    /// Sign a month off.
    SignOff,
    /// Manage accounts and organisations.
    Administer,
    /// See who has read a record.
    ViewAudit,
    /// See whose records an account has read.
    InvestigateAccount,
    /// Read the strategy, its ratings and its group.
    ViewPlan,
    /// Rate outcomes and actions, write minutes and registers.
    RatePlan,
    /// Bring plans in and take them back, bind figures, publish.
    KeepPlan,
    /// Send the own organisation's lists and see what came of them.
    SendOwn,
    /// Say who of the own organisation still needs an account.
    Vouch,
    /// Read what was passed on to the own council of its residents, and acknowledge it.
    ReceiveNotices,
    /// Open a record beyond one's reach in an emergency.
    BreakGlass,
    /// Judge emergency openings and curious looks.
    ReviewLooks,
    /// See who is listed for early support, and why.
    ViewSupport,
    /// Add to the list of early support and take off it.
    DecideSupport,
    /// Read how the predictor does, its papers and registers.
    ViewPredictor,
    /// Fit, sign, watch and withdraw predictors, write their registers.
    KeepPredictor,
    /// Answer what people ask about their own data; keep records longer.
    HandleRights,
    /// Draw, and approve what somebody else drew, of the lists of what is destroyed.
    KeepRetention,
}

impl Act {
    pub const ALL: &'static [Act] = &[
        Act::ViewPeople,
        Act::EditPeople,
        Act::RecordContact,
        Act::AnswerFollowUp,
        Act::ViewFollowUp,
        Act::Import,
        Act::UndoImport,
        Act::ViewFigures,
        Act::DecideIdentity,
        Act::MonthEnd,
        Act::SignOff,
        Act::Administer,
        Act::ViewAudit,
        Act::InvestigateAccount,
        Act::ViewPlan,
        Act::RatePlan,
        Act::KeepPlan,
        Act::SendOwn,
        Act::Vouch,
        Act::ReceiveNotices,
        Act::BreakGlass,
        Act::ReviewLooks,
        Act::ViewSupport,
        Act::DecideSupport,
        Act::ViewPredictor,
        Act::KeepPredictor,
        Act::HandleRights,
        Act::KeepRetention,
    ];

    pub const fn label(self) -> &'static str {
        match self {
            Act::ViewPeople => "see people's records",
            Act::EditPeople => "correct a record",
            Act::RecordContact => "record a contact",
            Act::AnswerFollowUp => "do a follow-up asked of them",
            Act::ViewFollowUp => "see the follow-up list",
            Act::Import => "bring files in",
            Act::UndoImport => "take an import back",
            Act::ViewFigures => "read figures",
            Act::DecideIdentity => "decide who is who",
            Act::MonthEnd => "prepare the return",
            Act::SignOff => "sign a month off",
            Act::Administer => "manage people and organisations",
            Act::ViewAudit => "see who has read a record",
            Act::InvestigateAccount => "see whose records an account has read",
            Act::ViewPlan => "read the strategy",
            Act::RatePlan => "rate the strategy's outcomes",
            Act::KeepPlan => "keep the strategy's plan",
            Act::SendOwn => "send their own organisation's lists",
            Act::Vouch => "confirm their own organisation's accounts",
            Act::ReceiveNotices => "read notices passed on to their own council",
            Act::BreakGlass => "open a record beyond their reach in an emergency",
            Act::ReviewLooks => "review emergency openings and curious looks",
            Act::ViewSupport => "see the list of early support",
            Act::DecideSupport => "add to the list of early support and take off it",
            Act::ViewPredictor => "read how the predictor does",
            Act::KeepPredictor => "keep the predictor",
            Act::HandleRights => "answer what people ask about their own data",
            Act::KeepRetention => "draw and approve lists of what is destroyed",
        }
    }
}

/// Why somebody looks or writes. A file about young people may be used for what it was given for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Purpose {
    /// Helping a young person.
    Support,
    /// Keeping the register right.
    Register,
    /// The return and the figures.
    Statutory,
    /// The strategy and its group.
    Strategy,
    /// What partners agreed to send and to be told.
    Sharing,
    /// Watching over who looks at what.
    Oversight,
    /// Accounts and settings.
    Running,
}

impl Purpose {
    pub const ALL: &'static [Purpose] = &[
        Purpose::Support,
        Purpose::Register,
        Purpose::Statutory,
        Purpose::Strategy,
        Purpose::Sharing,
        Purpose::Oversight,
        Purpose::Running,
    ];

    pub const fn label(self) -> &'static str {
        match self {
            Purpose::Support => "supporting a young person",
            Purpose::Register => "keeping the register right",
            Purpose::Statutory => "the return and its figures",
            Purpose::Strategy => "the strategy",
            Purpose::Sharing => "what partners agreed to share",
            Purpose::Oversight => "watching over who looks at what",
            Purpose::Running => "running the service",
        }
    }
}

/// Roles that may do an act. One row an act: this is the table to read and sign.
pub const fn roles(act: Act) -> &'static [Role] {
    use Role::{
        Adviser, College, DataManager, Governance, Jobcentre, LocalityManager, OtherCouncil,
        School, SupportPartner, TrainingProvider, YouthOffending, YouthService,
    };
    match act {
        Act::ViewPeople => &[
            DataManager,
            LocalityManager,
            Adviser,
            School,
            College,
            TrainingProvider,
            YouthOffending,
            Jobcentre,
            YouthService,
            SupportPartner,
            OtherCouncil,
        ],
        Act::ViewPlan => Role::ALL,
        Act::ViewFigures | Act::ViewSupport | Act::DecideSupport | Act::ViewPredictor => {
            &[DataManager, LocalityManager, Adviser, School]
        }
        Act::EditPeople | Act::RecordContact | Act::ViewFollowUp => {
            &[DataManager, LocalityManager, Adviser]
        }
        Act::AnswerFollowUp => &[DataManager, LocalityManager, Adviser, YouthService],
        Act::ViewAudit => &[DataManager, LocalityManager, Governance],
        Act::RatePlan => &[DataManager, LocalityManager],
        Act::Administer | Act::InvestigateAccount => &[DataManager, Governance],
        Act::Import
        | Act::UndoImport
        | Act::DecideIdentity
        | Act::MonthEnd
        | Act::SignOff
        | Act::KeepPlan
        | Act::KeepPredictor
        | Act::HandleRights
        | Act::KeepRetention => &[DataManager],
        Act::SendOwn | Act::Vouch => &[
            School,
            College,
            TrainingProvider,
            YouthOffending,
            Jobcentre,
            YouthService,
            SupportPartner,
            OtherCouncil,
        ],
        Act::ReceiveNotices => &[OtherCouncil],
        Act::BreakGlass => &[LocalityManager, Adviser],
        Act::ReviewLooks => &[Governance],
    }
}

/// What an act may be done for. One row an act.
pub const fn purposes(act: Act) -> &'static [Purpose] {
    match act {
        Act::ViewPeople => &[Purpose::Support, Purpose::Register, Purpose::Sharing],
        Act::EditPeople => &[Purpose::Support, Purpose::Register],
        Act::RecordContact
        | Act::AnswerFollowUp
        | Act::ViewFollowUp
        | Act::BreakGlass
        | Act::ViewSupport
        | Act::DecideSupport
        | Act::ViewPredictor
        | Act::KeepPredictor => &[Purpose::Support],
        Act::Import | Act::UndoImport | Act::DecideIdentity => &[Purpose::Register],
        Act::ViewFigures => &[Purpose::Statutory, Purpose::Strategy],
        Act::MonthEnd | Act::SignOff => &[Purpose::Statutory],
        Act::ViewPlan | Act::RatePlan | Act::KeepPlan => &[Purpose::Strategy],
        Act::SendOwn | Act::ReceiveNotices => &[Purpose::Sharing],
        Act::ViewAudit | Act::InvestigateAccount | Act::ReviewLooks | Act::HandleRights => {
            &[Purpose::Oversight]
        }
        Act::Administer | Act::Vouch | Act::KeepRetention => &[Purpose::Running],
    }
}

/// Roles that work for a purpose. One row a purpose.
pub const fn pursued_by(purpose: Purpose) -> &'static [Role] {
    use Role::{
        Adviser, College, DataManager, Governance, Jobcentre, LocalityManager, OtherCouncil,
        School, SupportPartner, TrainingProvider, YouthOffending, YouthService,
    };
    match purpose {
        Purpose::Support => &[
            DataManager,
            LocalityManager,
            Adviser,
            School,
            College,
            TrainingProvider,
            YouthOffending,
            Jobcentre,
            YouthService,
            SupportPartner,
            OtherCouncil,
        ],
        Purpose::Register => &[DataManager, LocalityManager, Adviser],
        Purpose::Statutory => &[DataManager, LocalityManager, Adviser],
        Purpose::Strategy => Role::ALL,
        Purpose::Sharing => &[
            DataManager,
            School,
            College,
            TrainingProvider,
            YouthOffending,
            Jobcentre,
            YouthService,
            SupportPartner,
            OtherCouncil,
        ],
        Purpose::Oversight => &[DataManager, LocalityManager, Governance],
        Purpose::Running => &[
            DataManager,
            Governance,
            School,
            College,
            TrainingProvider,
            YouthOffending,
            Jobcentre,
            YouthService,
            SupportPartner,
            OtherCouncil,
        ],
    }
}

/// Whether an act needs no agreement: it tells a partner nothing of anybody, as the portal has to open to say
/// which one is wanting, and what is sent by it is asked at its own door; or the law has us tell it.
///
/// Source: Education and Skills Act 2008, section 13, for notices about another council's residents.
const fn needs_no_agreement(act: Act) -> bool {
    matches!(act, Act::SendOwn | Act::Vouch | Act::ViewPlan | Act::ReceiveNotices)
}

/// Whether an actor may do an act at all; the people it touches are [`super::Scope::admits`]'s question.
pub fn decide(actor: &Actor, act: Act) -> Decision {
    let allowed = roles(act).contains(&actor.role);
    if allowed
        && !needs_no_agreement(act)
        && let Some(why) = actor.wanting()
    {
        return Decision { allowed: false, reasons: vec![why.to_owned()] };
    }
    let verb = if allowed { "may" } else { "may not" };
    Decision { allowed, reasons: vec![format!("{} {verb} {}", spoken(actor.role), act.label())] }
}

/// Somebody of a role, in the middle of a sentence.
pub(super) fn spoken(role: Role) -> String {
    let label = role.label();
    match role {
        Role::Jobcentre => format!("a {label}"),
        Role::Governance => label.to_lowercase(),
        Role::OtherCouncil => "a user of another council".to_owned(),
        _ => format!("a {}", label.to_lowercase()),
    }
}
