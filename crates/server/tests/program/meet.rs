//! Two at once: two imports in two processes, and two people who edit one record.

use std::process::Stdio;

use testkit::each_engine;

use super::site::Site;
use super::{SCHOOL, complaint, json, program, roll, standing, town};

#[tokio::test]
async fn of_two_imports_at_once_each_is_whole_or_says_that_it_waits() {
    each_engine(|register| async move {
        let folder = tempfile::tempdir().unwrap();
        town(&register, "200", "2025-03-14");
        let before = standing(&register).await[0];
        let files = [roll(folder.path(), "a.csv", 400, 5), roll(folder.path(), "b.csv", 300, 6)];
        let started = files.each_ref().map(|file| {
            let mut command = program(&register, &["import", "roll", file, "--from", SCHOOL]);
            command.args(["--format", "json"]).stdout(Stdio::piped()).stderr(Stdio::piped());
            command.spawn().unwrap()
        });
        let ended = started.map(|child| child.wait_with_output().unwrap());
        let mut people = 0;
        for (output, rows) in ended.iter().zip([400, 300]) {
            let said = complaint(output);
            let answer: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
            if answer["refused"].is_string() {
                assert_eq!(output.status.code(), Some(1), "{said}");
                assert!(said.contains("Another file is being applied just now"), "{said}");
            } else {
                people += rows;
            }
        }
        assert!(people > 0, "neither came in");
        assert_eq!(standing(&register).await[0], before + people);
        // Whoever had to wait is applied now; whoever was done is not applied twice.
        for file in &files {
            json(&register, &["import", "roll", file, "--from", SCHOOL]);
        }
        assert_eq!(standing(&register).await[0], before + 700);
    })
    .await;
}

#[tokio::test]
async fn of_two_who_edit_one_person_the_second_is_told() {
    each_engine(|register| async move {
        town(&register, "200", "2025-03-14");
        let site = Site::start(&register);
        let one = site.sign_in("data.manager@medway.example");
        let two = site.sign_in("data.manager@medway.example");
        let form = "/people/1/particulars";
        let seen = [one.get(form), two.get(form)].map(|page| seen(&page));
        let typed = |seen: &str, name: &str| {
            format!("seen={seen}&given_name={name}&reason=certificate+seen&sure=yes")
        };
        let saved = one.post(form, &typed(&seen[0], "Zebedee"));
        assert!(saved.starts_with("HTTP/1.1 303"), "{saved}");
        let lost = two.post(form, &typed(&seen[1], "Zachary"));
        assert!(lost.starts_with("HTTP/1.1 200"), "{lost}");
        assert!(lost.contains("There is a problem") && lost.contains("Zebedee"), "{lost}");
        let page = one.get("/people/1");
        assert!(page.contains("Zebedee") && !page.contains("Zachary"));
    })
    .await;
}

/// What the form remembers of the record as it was shown.
fn seen(page: &str) -> String {
    let rest = page.split("name=\"seen\" value=\"").nth(1).unwrap();
    rest.split('"').next().unwrap().to_owned()
}
