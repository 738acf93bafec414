use jiff::civil::{Date, date};
use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::{
    ActivitySaid, Answer, Declaration, Effect, PlanContext, ProviderSaid, Told, plan,
    plan_answered, undo,
};
use crate::edition::{Activity, Codes, Duty, Group, Lapse, OnRoll, UnknownActivity};
use crate::person::{Address, Field, Particulars, PersonRecord};
use crate::status::Spell;

mod began;
mod left;
mod told;

static ON_ROLL: LazyLock<OnRoll> = LazyLock::new(|| OnRoll {
    compulsory: "110".into(),
    school: "210".into(),
    college: "230".into(),
    other: "270".into(),
});
static UNKNOWN: LazyLock<UnknownActivity> =
    LazyLock::new(|| UnknownActivity { compulsory: "150".into(), after: "810".into() });

static ACTIVITIES: LazyLock<BTreeMap<String, Activity>> = LazyLock::new(|| {
    let rows = [
        (Group::Compulsory, "110 150"),
        (Group::Education, "210 220 230 250 270 280"),
        (Group::Employment, "310 330"),
        (Group::Training, "450"),
        (Group::NeetAvailable, "619"),
        (Group::NotKnown, "810"),
    ];
    let activity = |group, code: &str| Activity {
        code: code.to_owned(),
        label: String::new(),
        group,
        participation: None,
        duty: Duty::Outside,
        lapse: Lapse::Never,
        review_required: false,
        end_date_required: false,
        lapse_required: false,
        needs: Vec::new(),
    };
    let of = |(group, codes): (Group, &'static str)| {
        codes.split(' ').map(move |code| (code.to_owned(), activity(group, code)))
    };
    rows.into_iter().flat_map(of).collect()
});

fn context(as_of: Date) -> PlanContext<'static> {
    PlanContext {
        as_of,
        today: as_of,
        sender: "MidKent College",
        how: "college list",
        tolerance_days: 14,
        codes: Codes {
            on_roll: &ON_ROLL,
            unknown: &UNKNOWN,
            compulsory_age: 15,
            activities: &ACTIVITIES,
        },
        own_la: "887",
        benefits: &[],
        offers_alone: false,
    }
}

fn college() -> ProviderSaid {
    ProviderSaid {
        ukprn: Some("10004442".into()),
        name: Some("MidKent College".into()),
        ..Default::default()
    }
}

fn student() -> PersonRecord {
    let particulars = Particulars::default()
        .with(Field::GivenName, "Amina")
        .with(Field::FamilyName, "Khan")
        .with(Field::DateOfBirth, "2008-05-04");
    let mut spell = Spell::new("230", date(2025, 9, 8));
    spell.ukprn = Some("10004442".into());
    spell.verified = Some(date(2025, 10, 1));
    PersonRecord { particulars, spells: vec![spell], ..PersonRecord::default() }
}

fn says(activity: ActivitySaid) -> Declaration {
    Declaration { activities: vec![activity], ..Declaration::default() }
}

fn started(start: Date) -> Declaration {
    says(ActivitySaid::Started {
        code: Some("230".into()),
        provider: college(),
        start,
        predicted_end: Some(date(2026, 7, 3)),
    })
}

#[test]
fn a_confirmed_start_within_tolerance_refreshes_the_verified_date() {
    let planned = plan(&started(date(2025, 9, 15)), Some(&student()), &context(date(2026, 1, 9)));
    assert_eq!(planned.effect, Effect::Changed);
    let [spell] = planned.after.spells.as_slice() else { panic!("one spell") };
    assert_eq!((spell.start, spell.verified), (date(2025, 9, 8), Some(date(2026, 1, 9))));
    assert_eq!(spell.predicted_end, Some(date(2026, 7, 3)));
}

#[test]
fn a_start_out_of_tolerance_is_held_and_changes_nothing() {
    let before = student();
    let planned = plan(&started(date(2025, 11, 1)), Some(&before), &context(date(2026, 1, 9)));
    assert_eq!(planned.effect, Effect::Held);
    assert_eq!(planned.after, before);
}

#[test]
fn what_a_person_answers_of_a_start_is_done() {
    let (before, day, nothing) = (student(), date(2026, 1, 9), Told::default());
    let said = started(date(2025, 11, 1));
    assert_eq!(plan(&said, Some(&before), &context(day)).answers, [Answer::Recorded, Answer::Sent]);
    for (answer, start) in [(Answer::Recorded, date(2025, 9, 8)), (Answer::Sent, date(2025, 11, 1))]
    {
        let planned = plan_answered(&said, Some(&before), &context(day), (Some(answer), &nothing));
        assert_eq!(planned.effect, Effect::Changed, "{answer:?}");
        let [spell] = planned.after.spells.as_slice() else { panic!("one spell") };
        assert_eq!((spell.start, spell.verified), (start, Some(day)), "{answer:?}");
    }
    // A start before another activity: that one ends as this begins.
    let mut after_school = student();
    after_school.spells[0].start = date(2025, 11, 1);
    let mut school = Spell::new("110", date(2024, 9, 2));
    school.end = Some(date(2025, 10, 31));
    after_school.spells.insert(0, school);
    let said = started(date(2025, 9, 1));
    let answer = (Some(Answer::Sent), &nothing);
    let planned = plan_answered(&said, Some(&after_school), &context(day), answer);
    let days: Vec<_> = planned.after.spells.iter().map(|s| (s.start, s.end)).collect();
    assert_eq!(days, [(date(2024, 9, 2), Some(date(2025, 8, 31))), (date(2025, 9, 1), None)]);
}

/// A learner record names everybody of the year each time, whoever left months ago included.
#[test]
fn a_whole_years_file_sent_again_changes_and_holds_nothing() {
    let mut said = started(date(2025, 9, 12));
    said.activities.push(ActivitySaid::Left {
        provider: college(),
        end: date(2026, 1, 5),
        reason: Some("withdrawn".into()),
        moved_on: None,
    });
    let first = plan(&said, Some(&student()), &context(date(2026, 1, 9)));
    assert_eq!(first.effect, Effect::Changed);
    let mut found_work = first.after.clone();
    found_work.spells[1].end = Some(date(2026, 1, 31));
    found_work.spells.push(Spell::new("330", date(2026, 2, 1)));
    let mut back = first.after.clone();
    back.spells[1].end = Some(date(2026, 1, 31));
    let mut second_stay = student().spells.remove(0);
    (second_stay.start, second_stay.verified) = (date(2026, 2, 1), Some(date(2026, 2, 1)));
    back.spells.push(second_stay);
    for (what, since) in
        [("still not known", first.after), ("at work", found_work), ("back there", back)]
    {
        for day in [date(2026, 1, 9), date(2026, 3, 6)] {
            let again = plan(&said, Some(&since), &context(day));
            assert_eq!(again.effect, Effect::Unchanged, "{what}: {:?}", again.reasons);
        }
    }
}

#[test]
fn a_leaver_closes_the_spell_and_opens_not_known() {
    let said = says(ActivitySaid::Left {
        provider: college(),
        end: date(2026, 1, 5),
        reason: None,
        moved_on: None,
    });
    let planned = plan(&said, Some(&student()), &context(date(2026, 1, 9)));
    let [spell, unknown] = planned.after.spells.as_slice() else { panic!("two spells") };
    assert_eq!(spell.end, Some(date(2026, 1, 5)));
    assert_eq!((unknown.code.as_str(), unknown.start), ("810", date(2026, 1, 6)));
    assert_eq!(unknown.end, None);
    let again = plan(&said, Some(&planned.after), &context(date(2026, 1, 9)));
    assert_eq!(again.effect, Effect::Unchanged, "the same news twice changes nothing");
}

/// The register gives every provider both its numbers; a college stays a college.
#[test]
fn the_kind_of_provider_says_what_a_roll_stands_for() {
    let both = ProviderSaid { establishment_number: Some("8878000".into()), ..college() };
    let school = ProviderSaid { ukprn: None, ..both.clone() };
    let of_kind = |kind: &str, said: &ProviderSaid| ProviderSaid {
        kind: Some(kind.to_owned()),
        ..said.clone()
    };
    // provider, code at 16
    let rows = [
        (of_kind("college", &both), "230"),
        (of_kind("training-provider", &both), "230"),
        (of_kind("school", &both), "210"),
        (of_kind("special-school", &both), "210"),
        (of_kind("alternative-provision", &both), "270"),
        (college(), "230"),
        (school, "210"),
    ];
    for (provider, code) in rows {
        let said = says(ActivitySaid::OnRoll {
            code: None,
            provider: provider.clone(),
            since: None,
            until: None,
        });
        let mut pupil = student();
        pupil.spells.clear();
        let of = |day| plan(&said, Some(&pupil), &context(day)).after.spells[0].code.clone();
        assert_eq!(of(date(2025, 10, 2)), code, "{provider:?}");
        assert_eq!(of(date(2023, 10, 2)), "110", "{provider:?}");
    }
}

/// Source: a school's export gives the day on which somebody came to the school, mostly in Year 7.
#[test]
fn a_sixth_form_begins_after_the_last_compulsory_year() {
    let roll = |since, until| {
        let school = ProviderSaid {
            establishment_number: Some("8874199".into()),
            kind: Some("school".into()),
            ..Default::default()
        };
        says(ActivitySaid::OnRoll { code: None, provider: school, since, until })
    };
    let mut nobody_yet = student();
    nobody_yet.spells.clear();
    let admitted = Some(date(2019, 9, 4));
    let spell = |day, since, until| {
        let planned = plan(&roll(since, until), Some(&nobody_yet), &context(day));
        let spell = planned.after.spells[0].clone();
        (spell.code, spell.start, spell.predicted_end)
    };
    let (in_year_11, in_year_12) = (date(2023, 10, 2), date(2024, 10, 2));
    let last_day = date(2024, 8, 31);
    let compulsory = ("110".to_owned(), date(2019, 9, 4), Some(last_day));
    assert_eq!(spell(in_year_11, admitted, None), compulsory);
    let sixth_form = ("210".to_owned(), date(2024, 9, 1), None);
    assert_eq!(spell(in_year_12, admitted, None), sixth_form);
    let later = Some(date(2024, 9, 9));
    let sixth_form = ("210".to_owned(), date(2024, 9, 9), Some(date(2026, 7, 31)));
    assert_eq!(spell(in_year_12, later, Some(date(2026, 7, 31))), sixth_form);
    assert_eq!(spell(in_year_12, None, None), ("210".to_owned(), in_year_12, None));
    // After the years at the same school: one ends as the other begins.
    let before = plan(&roll(admitted, None), Some(&nobody_yet), &context(in_year_11)).after;
    let after = plan(&roll(admitted, None), Some(&before), &context(in_year_12)).after;
    let days: Vec<_> = after.spells.iter().map(|s| (s.code.as_str(), s.start, s.end)).collect();
    let of_school = ("110", date(2019, 9, 4), Some(last_day));
    assert_eq!(days, [of_school, ("210", date(2024, 9, 1), None)]);
}

#[test]
fn older_news_does_not_refresh() {
    let planned = plan(&started(date(2025, 9, 8)), Some(&student()), &context(date(2025, 9, 20)));
    assert_eq!(planned.after.spells[0].verified, Some(date(2025, 10, 1)));
}

#[test]
fn a_new_name_keeps_the_old_one_and_a_new_address_ends_the_old_one() {
    let mut before = student();
    before.addresses = vec![Address { postcode: "ME7 1AB".into(), ..Address::default() }];
    let said = Declaration {
        particulars: Particulars::default().with(Field::FamilyName, "Shah"),
        address: Some(Address { postcode: "ME8 9ZZ".into(), ..Address::default() }),
        ..Declaration::default()
    };
    let day = date(2026, 1, 9);
    let planned = plan(&said, Some(&before), &context(day));
    assert_eq!(planned.after.former_names[0].family, "Khan");
    assert_eq!(planned.after.address_on(day).unwrap().postcode, "ME8 9ZZ");
    assert_eq!(planned.after.address_on(date(2026, 1, 8)).unwrap().postcode, "ME7 1AB");
    let again = plan(&said, Some(&planned.after), &context(day));
    assert_eq!(again.effect, Effect::Unchanged);
}

/// A cell that is filled with a word, because nobody knew, is not news.
#[test]
fn what_says_nothing_replaces_nothing() {
    let mut known = student();
    for (field, text) in
        [(Field::Sex, "M"), (Field::Ethnicity, "WBRI"), (Field::Phone, "07700 900178")]
    {
        known.particulars.set(field, text.to_owned());
    }
    let lines = |first: &str| [first, "", "", ""].map(String::from);
    let home = Address {
        lines: lines("43 Upper Lines"),
        town: "Chatham".into(),
        postcode: "ME4 6UQ".into(),
        ..Address::default()
    };
    known.addresses = vec![home];
    let ctx = context(date(2026, 1, 9));
    let address = |lines: [String; 4], postcode: &str| {
        Some(Address { lines, postcode: postcode.into(), ..Address::default() })
    };
    for (born, sex, ethnicity, phone, home) in [
        ("2099-05-04", "U", "N/A", "n/a", address(lines(""), "Unknown")),
        ("1900-01-01", "U", "NOBT", "-", address(lines(""), "ZZ99 9ZZ")),
        ("-", "Unknown", "-", "TBC", address(lines("Withheld"), "ZZ99 9ZZ")),
        ("2008-05-04", "M", "WBRI", "", address(lines("43 UPPER LINES,"), "")),
        ("2008-05-04", "M", "WBRI", "", address(lines("43 Upper Lines"), "N/A")),
    ] {
        let mut said = Declaration { address: home, ..Declaration::default() };
        for (field, text) in [
            (Field::DateOfBirth, born),
            (Field::Sex, sex),
            (Field::Ethnicity, ethnicity),
            (Field::Phone, phone),
        ] {
            said.particulars.set(field, text.to_owned());
        }
        let planned = plan(&said, Some(&known), &ctx);
        assert_eq!(
            (planned.effect, planned.changes),
            (Effect::Unchanged, Vec::new()),
            "{born} {sex}"
        );
    }
    // What is said replaces what says nothing, and a move ends the address.
    let mut filled = known.clone();
    filled.particulars.set(Field::Sex, "U".to_owned());
    let mut said =
        Declaration { address: address(lines("2 Elm Row"), ""), ..Declaration::default() };
    said.particulars.set(Field::Sex, "F".to_owned());
    let after = plan(&said, Some(&filled), &ctx).after;
    assert_eq!(after.particulars.get(Field::Sex), Some("F"));
    assert_eq!(after.addresses.len(), 2);
}

#[test]
fn whoever_could_not_be_found_again_is_not_added() {
    let mut said = Declaration {
        particulars: student().particulars.with(Field::DateOfBirth, "2009-02-30"),
        ..Declaration::default()
    };
    let refused = plan(&said, None, &context(date(2026, 1, 9)));
    assert_eq!(refused.effect, Effect::Refused);
    assert!(refused.reasons.iter().any(|why| why.contains("a birth date that is a day")));
    // With a number the same birth date stays as it was said.
    said.ypid = Some("8870000000001".into());
    let kept = plan(&said, None, &context(date(2026, 1, 9)));
    assert_eq!(kept.effect, Effect::New);
    assert_eq!(kept.after.particulars.get(Field::DateOfBirth), Some("2009-02-30"));
}

#[test]
fn nobody_is_added_without_name_and_birth_date() {
    let said = Declaration {
        particulars: Particulars::default().with(Field::GivenName, "Amina"),
        ..Declaration::default()
    };
    let planned = plan(&said, None, &context(date(2026, 1, 9)));
    assert_eq!(planned.effect, Effect::Refused);
    assert!(planned.reasons[0].contains("family name"), "{:?}", planned.reasons);
}

#[test]
fn undo_gives_back_what_stands_and_keeps_what_came_later() {
    let before = student();
    let mut after = before.clone();
    after.particulars.set(Field::FamilyName, "Shah".to_owned());
    after.particulars.set(Field::Phone, "01634 000000".to_owned());
    after.spells[0].verified = Some(date(2026, 1, 9));
    let mut now = after.clone();
    now.particulars.set(Field::Phone, "01634 111111".to_owned());
    now.particulars.set(Field::Email, "amina@example.org".to_owned());
    let (merged, kept) = undo(&before, &after, &now);
    assert_eq!(merged.particulars.get(Field::FamilyName), Some("Khan"));
    assert_eq!(merged.particulars.get(Field::Phone), Some("01634 111111"));
    assert_eq!(merged.particulars.get(Field::Email), Some("amina@example.org"));
    assert_eq!(merged.spells, before.spells);
    assert_eq!(kept, ["phone was changed later and stays"]);
    assert_eq!(undo(&before, &after, &after).0, before, "with nothing later, all goes back");
}

#[test]
fn an_offer_is_placed_with_the_authority_whose_guarantee_it_meets() {
    let told = Particulars::default()
        .with(Field::GuaranteeYear11, "110")
        .with(Field::GuaranteeYear12, "110");
    let said = Declaration { particulars: told, ..Declaration::default() };
    let alone = PlanContext { offers_alone: true, ..context(date(2026, 1, 9)) };
    let authorities = |before: &PersonRecord, ctx: &PlanContext<'_>| {
        let after = plan(&said, Some(before), ctx).after.particulars;
        let la = |field| after.get(field).map(str::to_owned);
        (la(Field::GuaranteeYear11La), la(Field::GuaranteeYear12La))
    };
    let code = |code: &str| Some(code.to_owned());
    let mut before = student();
    assert_eq!(authorities(&before, &alone), (code("887"), code("887")));
    before.particulars.set(Field::LaAtYear11, "886".to_owned());
    before.particulars.set(Field::LeadLa, "826".to_owned());
    assert_eq!(authorities(&before, &alone), (code("886"), code("826")));
    // A school in Wales meets nobody's guarantee in England.
    before.particulars.set(Field::LaAtYear11, "001".to_owned());
    assert_eq!(authorities(&before, &alone).0, code("887"));
    before.particulars.set(Field::GuaranteeYear11La, "885".to_owned());
    assert_eq!(authorities(&before, &alone).0, code("885"), "what was said before stays");
    // Another system's record is taken as it is.
    assert_eq!(authorities(&student(), &context(date(2026, 1, 9))), (None, None));
}

/// What a return for a period end says of a cohort status.
fn in_return(status: &str, to: Option<&str>, period_end: Date) -> Declaration {
    let mut spell = student().spells.remove(0);
    spell.stated_on = Some(period_end);
    let mut said = says(ActivitySaid::Current(spell));
    said.particulars.set(Field::CohortStatus, status.to_owned());
    said.particulars.set(Field::TransferredTo, to.map(str::to_owned));
    said
}

#[test]
fn a_status_that_a_file_brings_has_its_day() {
    let stands = |record: &PersonRecord| {
        let text = |field| record.particulars.get(field).unwrap_or("-").to_owned();
        [Field::CohortStatus, Field::StatusSince, Field::TransferredTo].map(text).join(" ")
    };
    // The day told with the file is later than the period it speaks of.
    let ctx = context(date(2026, 1, 9));
    let (september, october) = (date(2025, 9, 30), date(2025, 10, 31));
    let told = |before: &PersonRecord, status, to, end| {
        plan(&in_return(status, to, end), Some(before), &ctx)
    };
    let first = told(&student(), "P", None, september).after;
    assert_eq!(stands(&first), "P - -", "in the cohort for as long as we know");
    let gone = told(&first, "T", Some("886"), october).after;
    assert_eq!(stands(&gone), "T 2025-10-31 886");
    let again = told(&gone, "T", Some("886"), date(2025, 11, 30)).after;
    assert_eq!(stands(&again), "T 2025-10-31 886", "the same status has begun when it did");
    let older = told(&gone, "P", None, september);
    assert_eq!(stands(&older.after), "T 2025-10-31 886");
    assert!(older.reasons.iter().any(|why| why.contains("older")), "{:?}", older.reasons);
    let back = told(&gone, "P", None, date(2025, 12, 31)).after;
    assert_eq!(stands(&back), "P 2025-12-31 -", "who comes back goes to nobody");
    // Somebody met first as a leaver has left by then; a file without a period speaks of its own day.
    let mut said = in_return("A", None, october);
    said.particulars = student().particulars.with(Field::CohortStatus, "A");
    said.particulars.set(Field::Upn, "H887419920001".to_owned());
    assert_eq!(stands(&plan(&said, None, &ctx).after), "A 2025-10-31 -");
    said.activities.clear();
    assert_eq!(stands(&plan(&said, None, &ctx).after), "A 2026-01-09 -");
    said.particulars.set(Field::StatusSince, "2025-11-03".to_owned());
    assert_eq!(stands(&plan(&said, None, &ctx).after), "A 2025-11-03 -");
}

#[test]
fn what_somebody_intends_has_its_day_and_its_teller() {
    let stands = |record: &PersonRecord| {
        let text = |field| record.particulars.get(field).unwrap_or("-").to_owned();
        [Field::IntendedDestination, Field::IntendedOn, Field::IntendedBy].map(text).join(" ")
    };
    let says = |code: &str, more: &[(Field, &str)]| {
        let told = more.iter().fold(
            Particulars::default().with(Field::IntendedDestination, code),
            |told, (field, value)| told.with(*field, value),
        );
        Declaration { particulars: told, ..Declaration::default() }
    };
    let (autumn, winter) = (context(date(2025, 11, 14)), context(date(2026, 1, 9)));
    let first = plan(&says("330", &[]), Some(&student()), &autumn).after;
    assert_eq!(stands(&first), "330 2025-11-14 MidKent College");
    let again = plan(&says("330", &[]), Some(&first), &winter);
    assert_eq!((again.effect, stands(&again.after)), (Effect::Unchanged, stands(&first)));
    let told = [(Field::IntendedOn, "2025-12-01"), (Field::IntendedBy, "Their tutor")];
    let other = plan(&says("350", &told), Some(&first), &winter).after;
    assert_eq!(stands(&other), "350 2025-12-01 Their tutor");
    let older = plan(&says("330", &[(Field::IntendedOn, "2025-11-20")]), Some(&other), &winter);
    assert_eq!(stands(&older.after), stands(&other));
    assert!(older.reasons.iter().any(|why| why.contains("older")), "{:?}", older.reasons);
    let asked_again =
        plan(&says("350", &[(Field::IntendedOn, "2026-01-05")]), Some(&other), &winter);
    assert_eq!(stands(&asked_again.after), "350 2026-01-05 Their tutor");
    // That nobody asked replaces no answer, whenever it was said; an answer replaces it.
    let undated: &[(Field, &str)] = &[];
    for more in [undated, &[(Field::IntendedOn, "2026-01-05")]] {
        let nobody_asked = plan(&says("611", more), Some(&first), &winter);
        assert_eq!((nobody_asked.effect, &nobody_asked.after), (Effect::Unchanged, &first));
    }
    let nobody_asked = plan(&says("611", &[]), Some(&student()), &autumn).after;
    assert_eq!(stands(&nobody_asked), "611 2025-11-14 MidKent College");
    let answered = plan(&says("330", &[]), Some(&nobody_asked), &winter).after;
    assert_eq!(stands(&answered), "330 2026-01-09 MidKent College");
    // A day alone says nothing.
    let alone = Particulars::default().with(Field::IntendedOn, "2026-01-05");
    let alone = Declaration { particulars: alone, ..Declaration::default() };
    assert_eq!(plan(&alone, Some(&student()), &winter).effect, Effect::Unchanged);
}

/// A return that confirms for a day that is still to come would never lapse, and no later roll would be heard.
#[test]
fn what_another_system_confirms_ahead_is_confirmed_on_the_files_day() {
    let day = date(2025, 11, 3);
    let mut spell = Spell::new("230", date(2025, 9, 8));
    spell.verified = Some(date(2099, 1, 1));
    spell.ascertained = Some(date(2099, 1, 1));
    let planned = plan(&says(ActivitySaid::Current(spell)), Some(&student()), &context(day));
    let kept = &planned.after.spells[0];
    assert_eq!((kept.verified, kept.ascertained), (Some(day), Some(day)));
    let told = planned.reasons.iter().filter(|reason| reason.contains("lies ahead")).count();
    assert_eq!(told, 2, "{:?}", planned.reasons);

    // What lies behind stays as it was said.
    let mut spell = Spell::new("230", date(2025, 9, 8));
    spell.verified = Some(date(2025, 10, 20));
    let planned = plan(&says(ActivitySaid::Current(spell)), Some(&student()), &context(day));
    assert_eq!(planned.after.spells[0].verified, Some(date(2025, 10, 20)));
    assert!(planned.reasons.is_empty(), "{:?}", planned.reasons);
}

#[test]
fn no_file_speaks_of_a_day_that_is_still_to_come() {
    use super::{own_day, typed_day};
    let (today, ahead) = (date(2025, 11, 24), date(2062, 6, 1));
    assert_eq!(typed_day(today, today), Ok(today));
    let refused = typed_day(ahead, today).unwrap_err();
    assert!(refused.contains("1 June 2062 is after today"), "{refused}");
    assert_eq!(
        (own_day(ahead, today), own_day(date(2025, 9, 1), today)),
        (today, date(2025, 9, 1))
    );
}
