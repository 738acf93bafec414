// What workers do all day: confirm a list and take it back, change an activity, correct a record, give
// somebody to an adviser. Every page on the way is judged at a desk and on a phone.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { after, before, test } from "node:test";
import { axe, launch, noSidewaysScroll, open, shot, signIn } from "../lib/browser.js";
import { start } from "../lib/server.js";

const binary = process.env.WAYMARK_BINARY ?? new URL("../../target/debug/waymark", import.meta.url).pathname;
let home, server, browser;

before(async () => {
  home = mkdtempSync(`${tmpdir()}/waymark-casework-`);
  execFileSync(binary, ["demo", "--home", home, "--people", "600"]);
  server = await start({ home });
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await server?.stop();
  rmSync(home, { recursive: true });
});

async function as(persona) {
  const page = await open(browser);
  await signIn(page, server.origin, `${persona}@medway.example`);
  return page;
}

async function judged(page, name) {
  await axe(page);
  await shot(page, name);
  await page.setViewportSize({ width: 360, height: 740 });
  await axe(page);
  await noSidewaysScroll(page);
  await page.setViewportSize({ width: 1280, height: 900 });
  assert.deepEqual(page.complaints, [], name);
}

/** Opens the first record of a follow-up list; its address. */
async function firstOf(page, list) {
  await page.goto(`${server.origin}/follow-up?list=${list}`);
  await page.locator(".wm-row-link").first().click();
  await page.getByRole("heading", { name: "History" }).waitFor();
  return new URL(page.url()).pathname;
}

test("a list confirms many at once, and the mistake is taken back", async () => {
  const page = await as("data.manager");
  await page.goto(`${server.origin}/follow-up?list=neet`);
  const boxes = page.locator("tbody input[type=checkbox]");
  const before = await boxes.count();
  assert.ok(before > 3, "nobody to confirm");
  await boxes.nth(0).check();
  await boxes.nth(1).check();
  await page.getByRole("button", { name: /Confirm/ }).click();
  await page.getByRole("heading", { name: /Confirm what is recorded for/ }).waitFor();
  await judged(page, "confirm");
  await page.getByRole("button", { name: /^Confirm \d/ }).click();
  await page.getByText("Say how it was confirmed").first().waitFor();
  await judged(page, "confirm-unsaid");
  await page.getByLabel("A list from their school").check();
  await page.getByRole("button", { name: /^Confirm \d/ }).click();
  await page.getByText("What is recorded was confirmed").waitFor();
  await judged(page, "confirmed");
  await page.getByRole("button", { name: "Take this confirmation back" }).click();
  await page.getByText("The confirmation was taken back").waitFor();
  assert.equal(await boxes.count(), before, "the list is not as it was");
  await page.context().close();
});

test("an adviser changes an activity, told what is missing", async () => {
  const page = await as("ada.fenwick");
  const person = await firstOf(page, "neet");
  await page.getByRole("link", { name: "Change activity" }).click();
  await page.getByRole("button", { name: "Change activity" }).click();
  await page.getByText("There is a problem").waitFor();
  await judged(page, "activity-unsaid");
  await page.getByLabel("Activity", { exact: true }).selectOption("210");
  await page.getByLabel("How do you know?").selectOption({ index: 1 });
  await page.getByText("Days to look again").click();
  await page.getByRole("group", { name: "Expected to end on" }).getByLabel("Day").fill("31");
  await page.getByRole("group", { name: "Expected to end on" }).getByLabel("Month").fill("7");
  await page.getByRole("group", { name: "Expected to end on" }).getByLabel("Year").fill("2027");
  await page.getByRole("button", { name: "Change activity" }).click();
  await page.getByText("Activity changed").first().waitFor();
  assert.equal(new URL(page.url()).pathname, person);
  await judged(page, "person-changed");
  await page.context().close();
});

test("a record is corrected after a look at what would change, and its history tells who", async () => {
  const page = await as("data.manager");
  const person = await firstOf(page, "neet");
  await page.getByRole("link", { name: "Correct the record" }).click();
  await judged(page, "particulars");
  await page.getByLabel("Given name", { exact: true }).fill("Quentilla");
  await page.getByLabel("Why is it corrected?").fill("Birth certificate seen");
  await page.getByRole("button", { name: "See what would change" }).click();
  await page.getByRole("button", { name: "Save these changes" }).waitFor();
  await judged(page, "particulars-change");
  await page.getByRole("button", { name: "Save these changes" }).click();
  await page.getByText("Record corrected").waitFor();
  await page.goto(`${server.origin}${person}/history`);
  assert.match(await page.locator("main").innerText(), /Birth certificate seen/);
  await judged(page, "history");
  await page.context().close();
});

test("a locality manager gives somebody to an adviser", async () => {
  const page = await as("mabel.quayle");
  await firstOf(page, "neet");
  await page.getByText("Change adviser", { exact: true }).click();
  const offered = page.getByLabel("On the caseload of");
  const options = await offered.locator("option").evaluateAll((all) => all.map((o) => [o.value, o.selected]));
  const other = options.find(([value, chosen]) => value && !chosen)[0];
  await offered.selectOption(other);
  await judged(page, "adviser");
  await page.getByRole("button", { name: "Change adviser from today" }).click();
  await page.getByText("The adviser changed from today").waitFor();
  await page.context().close();
});

test("a figure opens into its people", async () => {
  const page = await as("data.manager");
  await page.goto(`${server.origin}/figures`);
  await page.locator("main table a[href*='/figures/people']").first().click();
  await page.getByRole("heading", { name: /the people behind the figure/ }).waitFor();
  await judged(page, "figure-people");
  await page.context().close();
});
