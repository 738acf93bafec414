// Doubtful pairs, one at a time: a row that may speak of somebody is held, compared, decided by key,
// taken back.

import { writeFileSync } from "node:fs";
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { looksRight, open, signIn } from "../lib/browser.js";
import { town } from "../lib/town.js";

let place, home, server, browser;

// Names and a year of birth, and nothing else: too little to be sure of, too much to be nobody.
const PEOPLE = 12;
function many() {
  const given = ["Olivia", "Amelia", "Isla", "Grace", "Fatima", "Zofia", "Oliver", "George", "Arthur", "Harry", "Yusuf", "Jakub"];
  const start = ["Hal", "Ber", "Tor", "Wes", "Mar", "Kin", "Ash", "Dun", "Fen", "Gar", "Lang", "Pem"];
  const end = ["ley", "ton", "son", "man", "field", "ford", "wood", "well", "worth", "ham", "escu", "zadeh"];
  return Array.from({ length: 400 }, (_, n) => ({
    given: given[(n + Math.floor(n / 13)) % 12],
    family: start[Math.floor(n / 7) % 12] + end[(Math.floor(n / 3) + Math.floor(n / 11)) % 12],
    born: `${2007 + (n % 3)}-${String(1 + ((n * 5) % 12)).padStart(2, "0")}-${String(1 + ((n * 11) % 28)).padStart(2, "0")}`,
    home: `ME${1 + (n % 9)} ${Math.floor(n / 5) % 9}${"ABDEFGHJLN"[n % 10]}${"PQRSTUWXYZ"[Math.floor(n / 17) % 10]}`,
  }));
}

before(async () => {
  place = await town(200, prepare);
  ({ home, server, browser } = place);
});

after(() => place?.leave());

function prepare(waymark, home) {
  const head = "UPN,Forename,Surname,DOB,Sex,Postcode\n";
  const people = many();
  const all = people.map((p) => `,${p.given},${p.family},${p.born},,${p.home}\n`).join("");
  const unsure = people.slice(40, 40 + PEOPLE).map((p) => `,${p.given},${p.family},${p.born.slice(0, 4)}-01-01,,\n`).join("");
  // One of them was entered twice.
  const twice = ",Zebedee,Quillfeather,2008-02-03,M,ME9 9ZZ\n,Zebedeee,Quillfeather,2008-02-03,M,ME1 1AA\n";
  writeFileSync(`${home}/all.csv`, head + all + twice);
  writeFileSync(`${home}/unsure.csv`, head + unsure);
  const bring = (file, more) => {
    try {
      waymark("import", "roll", `${home}/${file}`, "--from", "Brompton Academy", ...more);
    } catch (error) {
      // 1 says that some rows wait for a person.
      if (error.status !== 1) throw new Error(error.stderr + error.stdout);
    }
  };
  bring("all.csv", []);
  bring("unsure.csv", ["--dry-run"]);
  const known = people.slice(100, 104).map((p) => `,${p.given},${p.family},${p.born},,${p.home}\n`).join("");
  writeFileSync(`${home}/july.csv`, `${head}${known},Wilhelmina,Thistlewood,2008-05-06,F,TN38 9ZZ\n`);
}

// People entered twice wait among the rows, by how doubtful they are: goes on to the next row.
async function toRow(page) {
  while (!(await page.locator("form.wm-decide").first().getAttribute("action")).includes("/row-")) {
    const here = page.url();
    await page.keyboard.press("j");
    await page.waitForURL((url) => url.href !== here);
  }
}

test("a doubtful row is compared, decided by key and taken back", async () => {
  const page = await open(browser);
  await signIn(page, server.origin, "data.manager@medway.example");
  await page.getByRole("link", { name: "Who is who", exact: true }).click();
  await page.getByText("Side by side").waitFor();
  await page.getByText("The reckoning in bits").waitFor();
  await looksRight(page, "who-is-who");
  const lead = () => page.locator(".wm-lead").textContent();
  const first = await lead();
  await page.keyboard.press("j");
  await page.waitForURL(/q=(row|pair)-/);
  assert.notEqual(await lead(), first);
  const second = page.url();
  await page.keyboard.press("k");
  // A key typed while the page turns is nobody's.
  await page.waitForURL((url) => url.href !== second);
  assert.equal(await lead(), first);
  await toRow(page);
  await page.keyboard.press("n");
  await page.getByText("Decided: two people").waitFor();
  await looksRight(page, "who-is-who-decided");
  await page.getByRole("button", { name: "Take it back" }).click();
  await page.waitForURL((url) => url.search === "");
  await toRow(page);
  await page.keyboard.press("y");
  await page.getByText("Decided: the same person").waitFor();
  await page.getByText("Decided, not yet applied").waitFor();
  await page.context().close();
});

test("whoever skips some and decides one goes on from there, not back to the first", async () => {
  const page = await open(browser);
  await signIn(page, server.origin, "data.manager@medway.example");
  await page.goto(`${server.origin}/who-is-who`);
  const key = async () => (await page.locator("form.wm-decide").first().getAttribute("action")).split("/").pop();
  for (let skipped = 0; skipped < 3; skipped += 1) {
    const here = page.url();
    await page.keyboard.press("j");
    await page.waitForURL((url) => url.href !== here);
  }
  const decided = await key();
  const next = new URL(await page.locator("[data-key=j]").getAttribute("href"), server.origin).searchParams.get("q");
  await page.keyboard.press("t");
  await page.getByText("Decided: cannot tell yet").waitFor();
  // Where the row may speak of somebody else still, that comes first.
  assert.ok([decided, next].includes(await key()));
  await page.getByRole("button", { name: "Take it back" }).click();
  await page.waitForURL((url) => url.search === "");
  await page.context().close();
});

test("somebody entered twice is compared, merged and taken apart", async () => {
  const page = await open(browser);
  await signIn(page, server.origin, "data.manager@medway.example");
  await page.goto(`${server.origin}/who-is-who/doubles`);
  await looksRight(page, "doubles-none");
  await page.getByRole("button", { name: "Look again now" }).click();
  await page.getByText("People who may stand here twice").waitFor();
  await looksRight(page, "doubles");
  await page.getByRole("row", { name: /Quillfeather/ }).first().locator(".wm-row-link").click();
  await page.getByText("Two people of the register who may be one").waitFor();
  await looksRight(page, "who-is-who-pair");
  await page.keyboard.press("y");
  await page.getByText("Merge two records").first().waitFor();
  await looksRight(page, "merge");
  await page.getByLabel("Why they are one person").fill("The same passport");
  await page.getByRole("button", { name: "Merge the two" }).click();
  await page.getByText("The two records are one now").waitFor();
  await looksRight(page, "doubles-merged");
  await page.getByText("Take it apart").first().click();
  await page.getByLabel("Why they are two people").fill("Cousins");
  await page.getByRole("button", { name: "Take it apart" }).click();
  await page.getByText("Taken apart again").waitFor();
  await page.context().close();
});

test("a list is matched both ways, settled and taken out", async () => {
  const page = await open(browser);
  await signIn(page, server.origin, "data.manager@medway.example");
  await page.goto(`${server.origin}/who-is-who/lists`);
  await looksRight(page, "lists-none");
  await page.getByRole("button", { name: "Match it" }).click();
  await page.getByText("There is a problem").waitFor();
  await page.getByLabel("What it is", { exact: true }).selectOption("population");
  await page.getByLabel("Who sent it").selectOption({ label: "Brompton Academy" });
  await page.getByLabel("What it is matched for").fill("Who is missing");
  await page.getByLabel("The list").setInputFiles(`${home}/july.csv`);
  await page.getByRole("button", { name: "Match it" }).click();
  // The school's agreement does not cover a population: the door says so.
  await page.getByRole("link", { name: /does not cover/ }).waitFor();
  await page.getByLabel("Who sent it").selectOption({ label: "Medway Council" });
  await page.getByLabel("The list").setInputFiles(`${home}/july.csv`);
  await page.getByRole("button", { name: "Match it" }).click();
  await page.getByRole("link", { name: /Only on their list/ }).click();
  await page.getByText("Wilhelmina").waitFor();
  await looksRight(page, "list");
  // Over two hundred people are in it: nobody takes that out alone.
  await page.getByRole("button", { name: "Take it out as CSV" }).click();
  await page.getByText(/a second person has to agree first/).waitFor();
  await page.goto(`${server.origin}/exports`);
  await page.getByText("A partner's list matched with the register").first().waitFor();
  await page.goto(`${server.origin}/who-is-who/lists`);
  await looksRight(page, "lists");
  await page.context().close();
});

test("whoever is entered by hand is compared with the register first", async () => {
  const page = await open(browser);
  await signIn(page, server.origin, "data.manager@medway.example");
  await page.goto(`${server.origin}/people`);
  await page.getByRole("link", { name: "Add a young person" }).click();
  await looksRight(page, "person-new");
  await page.getByRole("button", { name: "Check, and add" }).click();
  await page.getByText("There is a problem").waitFor();
  await looksRight(page, "person-new-wrong");
  const one = many()[200];
  const [year, month, day] = one.born.split("-").map(Number);
  const fill = async (given, family) => {
    await page.getByLabel("Given name").fill(given);
    await page.getByLabel("Family name").fill(family);
    await page.getByLabel("Day").fill(String(day));
    await page.getByLabel("Month").fill(String(month));
    await page.getByLabel("Year").fill(String(year));
    await page.getByLabel("How do you know of them?").fill("Told by the school");
  };
  await fill(`${one.given}e`, one.family);
  await page.getByLabel("Postcode").fill(one.home);
  await page.getByRole("button", { name: "Check, and add" }).click();
  await page.getByText("One of these may be the same person").waitFor();
  assert.ok(await page.getByRole("link", { name: `${one.given} ${one.family}`, exact: true }).count());
  await looksRight(page, "person-new-resembling");
  await fill("Wilhelmina", "Thistlethwaite");
  await page.getByLabel("Postcode").fill("TN38 9ZZ");
  await page.getByRole("button", { name: "Look again" }).click();
  await page.getByText("Added to the register").waitFor();
  assert.match(page.url(), /\/people\/\d+\?said=entered$/);
  // Who was saved a moment ago is found, too.
  await page.goto(`${server.origin}/people/new`);
  await fill("Wilhelmena", "Thistlethwaite");
  await page.getByRole("button", { name: "Check, and add" }).click();
  await page.getByRole("link", { name: "Wilhelmina Thistlethwaite", exact: true }).waitFor();
  await page.context().close();
});

test("several vulnerabilities are counted and taken out", async () => {
  const page = await open(browser);
  await signIn(page, server.origin, "data.manager@medway.example");
  await page.goto(`${server.origin}/who-is-who/vulnerable`);
  await page.getByRole("heading", { name: "Several vulnerabilities" }).waitFor();
  await looksRight(page, "vulnerable");
  await page.context().close();
});

test("without script the buttons decide", async () => {
  const page = await open(browser, { scripts: false });
  await signIn(page, server.origin, "data.manager@medway.example");
  await page.goto(`${server.origin}/who-is-who`);
  await page.getByRole("button", { name: /Cannot tell yet/ }).click();
  await page.getByText("Decided: cannot tell yet").waitFor();
  await page.context().close();
});
