// A data manager and an adviser walk through a small made-up town.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { axe, looksRight, open, shot, signIn } from "../lib/browser.js";
import { town } from "../lib/town.js";

let place, server, browser;

before(async () => {
  place = await town(600);
  ({ server, browser } = place);
});

after(() => place?.leave());

async function visit(page, path, name) {
  const answer = await page.goto(`${server.origin}${path}`);
  assert.equal(answer.status(), 200, path);
  await looksRight(page, name);
}

const pages = [
  ["/", "home"],
  ["/follow-up?list=neet", "follow-up"],
  ["/follow-up/plan", "tracking-plan"],
  ["/follow-up/tasks", "follow-ups-asked-for"],
  ["/people", "people"],
  ["/imports", "imports"],
  ["/month-end", "month-end"],
  ["/figures", "figures"],
  ["/help", "help"],
  ["/accessibility", "accessibility"],
  ["/privacy", "privacy"],
];

for (const [path, name] of pages) {
  test(`a data manager sees ${path}`, async () => {
    const page = await open(browser);
    await signIn(page, server.origin, "data.manager@medway.example");
    await visit(page, path, name);
    await page.context().close();
  });
}

/** Enters somebody whom nobody has ever spoken to and gives them to Ada Fenwick; the address of the record. */
async function newcomer(name) {
  const page = await open(browser);
  await signIn(page, server.origin, "data.manager@medway.example");
  await page.goto(`${server.origin}/people/new`);
  await page.getByLabel("Given name").fill(name);
  await page.getByLabel("Family name").fill("Thistlethwaite");
  await page.getByLabel("Day").fill("3");
  await page.getByLabel("Month").fill("11");
  await page.getByLabel("Year").fill("2007");
  await page.getByLabel("How do you know of them?").fill("Moved in from Kent");
  await page.getByRole("button", { name: "Check, and add" }).click();
  await page.getByText("Added to the register").waitFor();
  const person = new URL(page.url()).pathname;
  await page.getByText("Change adviser", { exact: true }).click();
  await page.getByLabel("On the caseload of").selectOption({ label: "Ada Fenwick" });
  await page.getByRole("button", { name: "Change adviser from today" }).click();
  await page.getByText("The adviser changed from today").waitFor();
  await page.context().close();
  return person;
}

test("an adviser opens a record from the follow-up list and records a contact", async () => {
  const person = await newcomer("Quorin");
  const page = await open(browser);
  await signIn(page, server.origin, "ada.fenwick@medway.example");
  await page.goto(`${server.origin}${person}/activity`);
  await page.getByLabel("Activity", { exact: true }).selectOption("619");
  await page.getByLabel("How do you know?").selectOption({ index: 1 });
  await page.getByRole("button", { name: "Change activity" }).click();
  await page.getByText("Activity changed").first().waitFor();

  const row = page.locator(`.wm-row-link[href="${person}"]`);
  await page.goto(`${server.origin}/follow-up?list=neet&contact=none`);
  await row.click();
  await page.getByRole("heading", { name: "History" }).waitFor();
  const said = page.locator(".wm-timeline__entry").filter({ hasText: "Rang about the open day" });
  assert.equal(await said.count(), 0, "nothing is recorded yet");
  const form = page.locator("#record-contact");
  await form.getByLabel("How", { exact: true }).selectOption({ label: "Phone call" });
  await form.getByLabel("What came of it").selectOption({ label: "Spoke and gave advice, nothing changed" });
  await form.getByLabel("Note").fill("Rang about the open day");
  await form.getByRole("button", { name: "Record contact" }).click();
  await page.getByText("Contact recorded, and what is recorded is current from today").waitFor();
  assert.equal(await said.count(), 1, "the timeline does not tell of it");
  assert.match(await said.innerText(), /Spoke and gave advice[^]*Phone call, Ada Fenwick/);
  await looksRight(page, "person");

  await page.goto(`${server.origin}/follow-up?list=neet&contact=none`);
  assert.equal(await row.count(), 0, "somebody spoken to today counts as not spoken to");
  await page.goto(`${server.origin}/follow-up?list=neet`);
  assert.equal(await row.count(), 1, "a contact makes nobody any less NEET");
  await page.context().close();
});

test("a roll is sent, read, applied and taken back", async () => {
  const page = await open(browser);
  await signIn(page, server.origin, "data.manager@medway.example");
  await page.goto(`${server.origin}/imports`);
  await page.getByLabel("What it is").selectOption("roll");
  await page.getByLabel("Who sent it").selectOption({ index: 1 });
  await page.getByLabel("The file").setInputFiles({
    name: "roll.csv",
    mimeType: "text/csv",
    buffer: Buffer.from("Forename,Surname,DOB,Postcode\nQuill,Example,2008-11-03,ME7 1AA\n"),
  });
  await page.getByRole("button", { name: "Read the file" }).click();
  await page.getByRole("button", { name: /^Apply 1 new/ }).waitFor();
  await axe(page);
  await shot(page, "import");
  await page.getByRole("button", { name: /^Apply 1 new/ }).click();
  await page.getByLabel("Why").waitFor();
  await page.getByLabel("Why").fill("Sent by mistake");
  await page.getByRole("button", { name: "Take it back" }).click();
  await page.getByText("taken back").first().waitFor();
  await page.context().close();
});

const notices = ["13-to-15", "16-and-over", "parents", "partners"].map((name) => `/privacy/${name}`);

for (const path of ["/help", "/accessibility", "/privacy", ...notices]) {
  test(`${path} is open to everybody, signed in or not`, async () => {
    const page = await open(browser);
    await visit(page, path, `open${path.replaceAll("/", "-")}`);
    await page.context().close();
  });
}
