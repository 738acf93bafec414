// What workers do all day: confirm a list and take it back, change an activity, correct a record, give
// somebody to an adviser. Every page on the way is judged at a desk and on a phone.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { axe, noSidewaysScroll, open, shot, signIn } from "../lib/browser.js";
import { town } from "../lib/town.js";

let place, server, browser;

before(async () => {
  place = await town(600);
  ({ server, browser } = place);
});
after(() => place?.leave());

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

test("on a phone a row of tabs opens at the one that is open", async () => {
  const page = await as("ada.fenwick");
  await page.setViewportSize({ width: 360, height: 740 });
  await page.goto(`${server.origin}/follow-up`);
  const last = await page.locator(".wm-tabs__link").last().getAttribute("href");
  await page.goto(server.origin + last);
  const here = await page.locator(".wm-tabs [aria-current]").boundingBox();
  assert.ok(here.x >= 0 && here.x + here.width <= 360, JSON.stringify(here));
  await page.context().close();
});

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

test("whoever is ticked is given to an adviser in one go", async () => {
  const page = await as("data.manager");
  await page.goto(`${server.origin}/follow-up?list=neet`);
  const row = page.locator("tbody tr").filter({ has: page.locator(".wm-row-link") }).first();
  const whom = await row.locator(".wm-row-link").getAttribute("href");
  const now = await row.innerText();
  await row.locator("input[type=checkbox]").check();
  await judged(page, "give");
  const names = await page.getByLabel("Give them to").locator("option").allTextContents();
  const other = names.slice(1).find((name) => !now.includes(name));
  await page.getByLabel("Give them to").selectOption({ label: other });
  await page.getByRole("button", { name: "Give from today" }).click();
  await page.getByText("1 person is on the caseload from today.").waitFor();
  await judged(page, "given");
  await page.goto(`${server.origin}${whom}`);
  assert.equal(await page.getByLabel("On the caseload of").locator("option:checked").textContent(), other);
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
  // A day is shown and typed day first; one that is none says how.
  const born = page.getByLabel("Date of birth");
  const day = await born.inputValue();
  assert.match(day, /^\d{1,2}\/\d{1,2}\/\d{4}$/);
  await born.fill("31/2/2008");
  await page.getByRole("button", { name: "See what would change" }).click();
  await page.getByRole("link", { name: "Date of birth must be a day, month and year" }).waitFor();
  await born.fill(day);
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
  await page.goto(`${server.origin}${person}`);
  await page.getByRole("link", { name: "Who else can see this person" }).click();
  await page.getByRole("heading", { level: 1, name: "Who else can see this person" }).waitFor();
  assert.match(await page.locator("#seers").innerText(), /works for the whole authority/);
  await judged(page, "seen-by");
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

async function day(page, group, [day, month, year]) {
  const fields = page.getByRole("group", { name: group, exact: true });
  await fields.getByLabel("Day").fill(day);
  await fields.getByLabel("Month").fill(month);
  await fields.getByLabel("Year").fill(year);
}

test("somebody moves to another authority, and the page says so", async () => {
  const page = await as("data.manager");
  const person = await firstOf(page, "neet");
  await page.getByRole("link", { name: "Leaves the cohort" }).click();
  await page.getByRole("button", { name: "Record the status" }).click();
  await page.getByText("There is a problem").waitFor();
  await judged(page, "leave-unsaid");
  await page.getByLabel("Cohort status").selectOption("T");
  await day(page, "From which day on", ["3", "3", "2025"]);
  await page.getByLabel("How do you know?").fill("Told by Kent County Council");
  await page.getByRole("button", { name: "Record the status" }).click();
  await page.getByText("Choose the English authority that they moved to").first().waitFor();
  await page.getByLabel("To which authority").selectOption("886");
  await judged(page, "leave");
  await page.getByRole("button", { name: "Record the status" }).click();
  await page.getByText("Cohort status recorded").waitFor();
  assert.equal(new URL(page.url()).pathname, person);
  assert.match(await page.locator(".wm-identity").innerText(), /since 3 March 2025, to Kent \(886\)/);
  await judged(page, "person-left");
  await page.goto(`${server.origin}${person}/history`);
  assert.match(await page.locator("main").innerText(), /Told by Kent County Council/);
  await page.context().close();
});

test("an address is put right and a characteristic begins and ends with its days", async () => {
  const page = await as("ada.fenwick");
  const person = await firstOf(page, "neet");
  await page.getByRole("link", { name: "Address and support" }).click();
  await judged(page, "circumstances");
  await page.getByRole("button", { name: "Save the address" }).click();
  await page.getByText("Say whether they moved or the address was wrong").first().waitFor();
  await judged(page, "address-unsaid");
  await page.getByLabel("They moved").check();
  await page.getByLabel("Address line 1").fill("7 Quarry Steps");
  await page.getByLabel("Postcode").fill("me4 4tr");
  await page.locator("form", { has: page.getByLabel("Postcode") }).getByLabel("Who told you?").fill("The family, by phone");
  await page.getByRole("button", { name: "Save the address" }).click();
  await page.getByText("Address recorded").waitFor();
  assert.match(await page.locator("main").innerText(), /7 Quarry Steps/);
  await page.goto(`${server.origin}${person}/circumstances`);
  const form = page.locator("form", { has: page.getByLabel("Characteristic") });
  await form.getByLabel("Characteristic").selectOption("140");
  await day(page, "First day", ["1", "2", "2025"]);
  await form.getByLabel("Who told you?").fill("Young carers' service");
  await page.getByRole("button", { name: "Save the characteristic" }).click();
  await page.getByText("Since 1 February 2025").waitFor();
  await page.getByLabel("Characteristic", { exact: true }).selectOption("140");
  await day(page, "Last day", ["1", "3", "2025"]);
  await form.getByLabel("Who told you?").fill("The family");
  await page.getByRole("button", { name: "Save the characteristic" }).click();
  await page.getByText("1 February 2025 to 1 March 2025").waitFor();
  await judged(page, "circumstances-held");
  await page.context().close();
});
