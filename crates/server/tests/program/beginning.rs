//! From nothing to a page signed in: the council, its schools, an account, a roll; all by the program.

use std::io::Write;
use std::process::{Output, Stdio};

use testkit::{Register, each_empty_engine};

use super::site::Site;
use super::{complaint, document, json, program, roll, run};

const EMAIL: &str = "jo@example.gov.uk";
const PASSWORD: &str = "three unrelated words";

/// Runs a command and types a line.
fn typed(register: &Register, words: &[&str], line: &str) -> Output {
    let mut child = program(register, words)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    writeln!(child.stdin.take().unwrap(), "{line}").unwrap();
    child.wait_with_output().unwrap()
}

/// How many stand on the roll of a school.
async fn on_roll(register: &Register, school: &str) -> i64 {
    let mut tx = register.db.begin_read().await.unwrap();
    let sql = "SELECT COUNT(*) FROM particulars WHERE ended IS NULL AND school = $1";
    tx.one(sql, store::args![school], |row| row.int(0)).await.unwrap().unwrap()
}

fn the_council(register: &Register, folder: &std::path::Path) {
    let file = roll(folder, "early.csv", 2, 1);
    for early in [&["organisation", "add"][..], &["import", "roll", &file, "--from", "A school"]] {
        let early = run(register, early);
        assert_eq!(early.status.code(), Some(1), "{}", complaint(&early));
        assert!(complaint(&early).contains("waymark council set"), "{}", complaint(&early));
    }
    let kept = json(register, &["imports", "list"]);
    assert_eq!(kept["imports"].as_array().map(Vec::len), Some(0), "{kept}");
    let half = run(register, &["council", "set", "--name", "Medway Council"]);
    assert!(complaint(&half).contains("Local authority code"), "{}", complaint(&half));
    let names = ["--name", "Medway Council", "--la-code", "887", "--database-id", "887"];
    let set = json(register, &[&["council", "set"], &names[..]].concat());
    assert_eq!((&set["council_name"], &set["la_code"]), (&"Medway Council".into(), &"887".into()));
    let more = json(register, &["council", "set", "--neighbours", "886"]);
    assert_eq!(more["council_name"], "Medway Council", "what is not named stays: {more}");
    let nobody = run(register, &["council", "set", "--privacy-contact", "the officer"]);
    assert!(complaint(&nobody).contains("email address or a phone"), "{}", complaint(&nobody));
    let contact = ["council", "set", "--privacy-contact", "data.protection@council.example"];
    assert_eq!(json(register, &contact)["privacy_contact"], contact[3]);
}

fn its_schools(register: &Register, folder: &std::path::Path) {
    let would = json(register, &["organisation", "add", "--dry-run"]);
    let added = json(register, &["organisation", "add"]);
    assert_eq!(would["new"], added["new"]);
    let names = added["new"].as_array().unwrap();
    assert!(names.contains(&"Brompton Academy".into()) && names.len() > 20, "{added}");
    let again = json(register, &["organisation", "add"]);
    assert_eq!(again["unchanged"].as_u64(), Some(names.len() as u64), "{again}");
    let path = folder.join("colleges.csv");
    let head = "urn,name,kind,town,postcode,lat,lon,ward25_code,establishment_number,ukprn";
    std::fs::write(
        &path,
        format!("{head}\n,MidKent College,College,Gillingham,ME7 1FN,,,,,10004475\n"),
    )
    .unwrap();
    let own = path.to_string_lossy().into_owned();
    assert_eq!(json(register, &["organisation", "add", &own])["new"][0], "MidKent College");
    std::fs::write(&path, format!("{head}\n,Nowhere College,College,Gillingham,,,,,,\n")).unwrap();
    let wrong = run(register, &["organisation", "add", &own]);
    assert_eq!(wrong.status.code(), Some(1));
    assert!(complaint(&wrong).contains("Row 2"), "{}", complaint(&wrong));
}

#[tokio::test]
async fn a_council_begins_with_an_empty_register() {
    each_empty_engine(async |register| {
        let folder = tempfile::tempdir().unwrap();
        the_council(&register, folder.path());
        its_schools(&register, folder.path());
        let add =
            ["account", "add", "--email", EMAIL, "--name", "Jo Marsh", "--role", "data-manager"];
        let short = typed(&register, &[&add[..], &["--password-stdin"]].concat(), "short");
        assert_eq!(short.status.code(), Some(1), "{}", complaint(&short));
        let added = typed(
            &register,
            &[&add[..], &["--password-stdin", "--format", "json"]].concat(),
            PASSWORD,
        );
        assert_eq!(document(&added, &add)["email"], EMAIL);
        let twice = run(&register, &add);
        assert!(complaint(&twice).contains("already"), "{}", complaint(&twice));

        let file = roll(folder.path(), "roll.csv", 5, 3);
        let sent = json(&register, &["import", "roll", &file, "--from", "Brompton Academy"]);
        assert_eq!(sent["counts"]["new"], 5, "{sent}");
        let all = json(&register, &["organisation", "list"]);
        let all = all["organisations"].as_array().unwrap();
        let school = all.iter().find(|one| one["name"] == "Brompton Academy").unwrap();
        let numbers = all.iter().filter_map(|one| one["establishment"].as_str());
        assert!(numbers.clone().count() > 0 && numbers.clone().all(|one| one.starts_with("887")));
        assert_eq!(on_roll(&register, school["id"].as_str().unwrap()).await, 5);

        let site = Site::start(&register);
        let jo = site.first_sign_in(&register, (EMAIL, PASSWORD)).await;
        let page = jo.get("/imports");
        assert!(page.contains("roll.csv") && page.contains("Brompton Academy"), "{page}");
        assert!(jo.get("/admin/settings").contains("Medway Council"));
        let own = ["/privacy/13-to-15", "/privacy/parents"];
        for page in ["/privacy", "/early-support-explained"].into_iter().chain(own) {
            assert!(jo.get(page).contains("data.protection@council.example"), "{page}");
        }
        let link = json(&register, &["account", "link", EMAIL]);
        let form = jo.get(link["link"].as_str().unwrap());
        assert!(form.starts_with("HTTP/1.1 200"), "{form}");
    })
    .await;
}

/// A school that sent a file before the list of schools came is a school from then on.
#[tokio::test]
async fn a_sender_that_was_met_first_becomes_the_school_of_its_name() {
    each_empty_engine(async |register| {
        let folder = tempfile::tempdir().unwrap();
        json(
            &register,
            &["council", "set", "--name", "Medway", "--la-code", "887", "--database-id", "887"],
        );
        let first = roll(folder.path(), "first.csv", 2, 5);
        json(&register, &["import", "roll", &first, "--from", "Walderslade School"]);
        let added = json(&register, &["organisation", "add"]);
        assert!(added["new"].as_array().unwrap().contains(&"Walderslade School".into()), "{added}");
        let second = roll(folder.path(), "second.csv", 3, 6);
        json(&register, &["import", "roll", &second, "--from", "Walderslade School"]);
        let mut tx = register.db.begin_read().await.unwrap();
        let sql = "SELECT COUNT(*) FROM particulars WHERE ended IS NULL AND school LIKE 'urn-%'";
        assert_eq!(tx.one(sql, &[], |row| row.int(0)).await.unwrap(), Some(3));
    })
    .await;
}

/// The schools that come with the program are one authority's; no other gets them by a slip.
#[tokio::test]
async fn the_carried_schools_are_nobody_elses() {
    each_empty_engine(async |register| {
        let other = ["--name", "Kent", "--la-code", "886", "--database-id", "886"];
        json(&register, &[&["council", "set"], &other[..]].concat());
        let refused = run(&register, &["organisation", "add"]);
        assert_eq!(refused.status.code(), Some(1));
        assert!(complaint(&refused).contains("list of your own"), "{}", complaint(&refused));
        let all = json(&register, &["organisation", "list"]);
        assert_eq!(all["organisations"].as_array().map(Vec::len), Some(0), "{all}");
    })
    .await;
}

/// Whoever keeps the server reads what an administrator asked for before they agree to it, and names it.
#[tokio::test]
async fn the_keeper_of_the_server_agrees_to_the_role_that_they_name() {
    each_empty_engine(async |register| {
        let add = |email: &str, role: &str| {
            let words = ["account", "add", "--email", email, "--name", "Jo Marsh", "--role", role];
            json(&register, &words)["account"].as_i64().unwrap()
        };
        let asked_by = add(EMAIL, "data-manager");
        let ada = add("ada@example.org", "adviser");
        let grant = store::grants::Grant {
            id: 0,
            role: "locality-manager".to_owned(),
            localities: "North\nSouth".to_owned(),
            asked_by,
            // The program goes by the clock of the machine, and a grant waits for seven days.
            asked_at: "2999-01-01T00:00:00.000000Z".to_owned(),
        };
        let mut tx = register.db.begin().await.unwrap();
        store::grants::ask(&mut tx, ada, &grant).await.unwrap();
        tx.commit().await.unwrap();
        let agree = ["account", "agree", "ada@example.org"];
        for other in [&agree[..0], &["--role", "governance"]] {
            let told = run(&register, &[&agree[..], other].concat());
            assert_eq!(told.status.code(), Some(1), "{}", complaint(&told));
            let wanted =
                "Jo Marsh asked for ada@example.org to be locality-manager of North, South";
            assert!(complaint(&told).contains(wanted), "{}", complaint(&told));
        }
        let agreed = json(&register, &[&agree[..], &["--role", "locality-manager"]].concat());
        assert_eq!(agreed["localities"], serde_json::json!(["North", "South"]), "{agreed}");
        let mut tx = register.db.begin_read().await.unwrap();
        let kept = store::accounts::by_id(&mut tx, ada).await.unwrap().unwrap();
        assert_eq!((kept.role, kept.localities), (grant.role, grant.localities));
    })
    .await;
}
