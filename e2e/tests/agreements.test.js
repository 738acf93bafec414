// Sharing agreements: the list says what needs somebody, one agreement says what may flow and why.

import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { looksRight, open, signIn } from "../lib/browser.js";
import { town } from "../lib/town.js";

let place, server, browser;

before(async () => {
  place = await town(200);
  ({ server, browser } = place);
});

after(() => place?.leave());

test("the list says what needs somebody, and one agreement says why", async () => {
  const page = await open(browser);
  await signIn(page, server.origin, "data.manager@medway.example");
  await page.getByRole("link", { name: "Sharing", exact: true }).click();
  await page.getByText("2 of").waitFor();
  await page.getByText("ends in 40 days (MidKent College)").waitFor();
  await looksRight(page, "agreements");
  await page.locator(".wm-row-link").first().click();
  await page.getByText("What may flow, and why").waitFor();
  await looksRight(page, "agreement");
  await page.context().close();
});

test("the annual check is three answers that begin as what is known, and stays on the page", async () => {
  const page = await open(browser);
  await signIn(page, server.origin, "data.manager@medway.example");
  await page.goto(`${server.origin}/agreements/1`);
  await page.getByText("It was not checked before.").waitFor();
  await page.getByText("Record the annual check").click();
  assert.match(await page.getByLabel("Legal: may it still flow?").inputValue(), /Impact assessment: /);
  assert.match(await page.getByLabel("Effective: what did it bring?").inputValue(), /People found/);
  await page.getByLabel("Practical: does the flow run?").fill("It runs, and its contact answers");
  await page.getByRole("button", { name: "Record the check" }).click();
  await page.getByRole("cell", { name: "It runs, and its contact answers" }).waitFor();
  await looksRight(page, "agreement-checked");
  await page.context().close();
});

test("an agreement is ended, and an adviser may not look", async () => {
  const page = await open(browser);
  await signIn(page, server.origin, "data.manager@medway.example");
  await page.goto(`${server.origin}/agreements/1`);
  await page.getByText("Sign or end it").click();
  await page.getByLabel("Why it ends today").fill("The school closes");
  await page.getByRole("button", { name: "End the agreement" }).click();
  await page.getByText("Ended", { exact: true }).waitFor();
  await page.context().close();
  const adviser = await open(browser);
  await signIn(adviser, server.origin, "ada.fenwick@medway.example");
  const answer = await adviser.goto(`${server.origin}/agreements`);
  assert.equal(answer.status(), 403);
  await adviser.context().close();
});

const WORDING = `title = "Claimants of 18 and 19"
purpose = "To know who looks for work"
partners = ["partner-jobcentre"]
starts = "2025-01-01"
contact = { name = "Pat Lindley" }

[[line]]
flow = "school-roll"
direction = "in"
gateway = "esa-72"
items = ["phone", "sex"]
`;

test("a wording is read first, kept, and the next one shows what differs", async () => {
  const page = await open(browser);
  await signIn(page, server.origin, "data.manager@medway.example");
  await page.goto(`${server.origin}/agreements`);
  await page.getByRole("link", { name: "Paste an agreement file" }).click();
  await page.getByLabel("The wording").fill(WORDING.replace("partner-jobcentre", "nobody-here"));
  await page.getByRole("button", { name: "See what would change" }).click();
  await page.getByText("There is a problem").waitFor();
  await looksRight(page, "agreement-wrong");
  await page.getByLabel("The wording").fill(WORDING);
  await page.getByRole("button", { name: "See what would change" }).click();
  await page.getByText("What would change: Claimants of 18 and 19").waitFor();
  await looksRight(page, "agreement-read");
  await page.getByRole("button", { name: "Keep this wording" }).click();
  await page.getByRole("heading", { name: "Claimants of 18 and 19" }).waitFor();
  await page.getByRole("link", { name: "Write the next wording" }).click();
  await page.getByRole("link", { name: "paste an agreement file" }).click();
  const text = page.getByLabel("The wording");
  assert.match(await text.inputValue(), /partner-jobcentre/);
  await text.fill((await text.inputValue()).replace("To know who looks for work", "To help whoever looks for work"));
  await page.getByRole("button", { name: "See what would change" }).click();
  const rows = page.locator("#differs tbody tr");
  await rows.first().waitFor();
  assert.equal(await rows.count(), 1);
  assert.match(await rows.first().innerText(), /Purpose[\s\S]*To know[\s\S]*To help/);
  await page.context().close();
});

test("an agreement is written in a form without a line of script", async () => {
  const page = await open(browser, { scripts: false });
  await signIn(page, server.origin, "data.manager@medway.example");
  await page.goto(`${server.origin}/agreements`);
  await page.getByRole("link", { name: "Write an agreement" }).click();
  await page.getByRole("link", { name: "The Jobcentre" }).click();
  await page.locator("#partner-partner-housing").check();
  await page.getByLabel("Title", { exact: true }).fill("Tenants of 18 and 19");
  await page.getByRole("button", { name: "See it in words" }).click();
  await page.getByText("There is a problem").waitFor();
  await page.locator("#contact-name-error").waitFor();
  await page.getByLabel("Named contact").fill("Pat Lindley");
  await page.getByLabel("First due, flow 1").fill("2026-03-02");
  await page.getByRole("button", { name: "Add another clause" }).click();
  assert.equal(await page.getByLabel("Title", { exact: true }).inputValue(), "Tenants of 18 and 19");
  await page.getByRole("button", { name: "See it in words" }).click();
  await page.getByText("What may flow once it is signed").waitFor();
  await page.getByRole("button", { name: "Keep this wording" }).click();
  await page.getByText("Nobody has signed it yet.").waitFor();
  await page.getByRole("heading", { name: "Tenants of 18 and 19" }).waitFor();
  await page.context().close();
});

test("the form looks right when it is begun, when it is wrong, and in words", async () => {
  const page = await open(browser);
  await signIn(page, server.origin, "data.manager@medway.example");
  await page.goto(`${server.origin}/agreements/draft`);
  await looksRight(page, "agreement-start");
  await page.getByRole("link", { name: "A school", exact: true }).click();
  await page.getByRole("heading", { name: "Flow 1: School roll" }).waitFor();
  await looksRight(page, "agreement-draft");
  await page.getByLabel("Title", { exact: true }).fill("");
  await page.getByRole("button", { name: "See it in words" }).click();
  await page.getByText("There is a problem").waitFor();
  await looksRight(page, "agreement-draft-wrong");
  await page.goto(`${server.origin}/agreements/draft?of=2`);
  await page.getByLabel("Named contact").fill("Pat Lindley");
  await page.getByLabel("What it is shared for").fill("To help whoever looks for work");
  await page.getByRole("button", { name: "See it in words" }).click();
  await page.getByRole("cell", { name: "To help whoever looks for work" }).waitFor();
  await looksRight(page, "agreement-draft-shown");
  await page.context().close();
});

test("a target is set, stands beside its measure, and is ended", async () => {
  const page = await open(browser);
  await signIn(page, server.origin, "data.manager@medway.example");
  await page.goto(`${server.origin}/figures/targets`);
  await page.getByRole("button", { name: "Set the target" }).click();
  await page.getByText("Enter a percentage, like 5.8").first().waitFor();
  await looksRight(page, "targets-unsaid");
  await page.getByLabel("Measure").selectOption("neet");
  await page.getByLabel("Target, percent").fill("0.4");
  await page.getByLabel("To be met by").fill("2026-01");
  await page.getByLabel("Owners").fill("The strategy group");
  await page.getByLabel("Where it was agreed").fill("Cabinet, March 2025");
  await page.getByRole("button", { name: "Set the target" }).click();
  const row = page.locator("tbody tr", { hasText: "training: 0.4 % by January 2026" });
  await row.waitFor();
  await looksRight(page, "targets");
  await page.goto(`${server.origin}/figures?measure=neet`);
  await page.getByText("Cabinet, March 2025").waitFor();
  await page.getByRole("link", { name: "Targets", exact: true }).click();
  await row.getByRole("button").click();
  await row.waitFor({ state: "detached" });
  await page.context().close();
});
