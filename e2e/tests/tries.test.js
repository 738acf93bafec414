// A stranger tries the files that the demonstration offers: saved from the page, brought in, seen row by
// row, applied and taken back. And what a contact left to do comes back on its day, in a list of its own.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { axe, noSidewaysScroll, open, shot, signIn } from "../lib/browser.js";
import { town } from "../lib/town.js";

let place, server, browser, page;

before(async () => {
  place = await town(900);
  ({ server, browser } = place);
  page = await open(browser);
  await signIn(page, server.origin, "data.manager@medway.example");
});
after(() => place?.leave());

async function judged(name) {
  await axe(page);
  await shot(page, name);
  await page.setViewportSize({ width: 360, height: 740 });
  await axe(page);
  await noSidewaysScroll(page);
  await page.setViewportSize({ width: 1280, height: 900 });
  assert.deepEqual(page.complaints, [], name);
}

test("a file to try is saved, brought in, applied and taken back", async () => {
  await page.goto(`${server.origin}/imports`);
  await page.getByRole("heading", { name: "Files to try" }).waitFor();
  await judged("files-to-try");
  const links = await page.locator(".wm-tries a").all();
  assert.equal(links.length, 9);
  for (const link of links) {
    const [saved] = await Promise.all([page.waitForEvent("download"), link.click()]);
    assert.ok(readFileSync(await saved.path()).length > 100, saved.suggestedFilename());
  }
  const [saved] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "School roll" }).click(),
  ]);
  const file = { name: saved.suggestedFilename(), mimeType: "text/csv", buffer: readFileSync(await saved.path()) };
  await page.getByLabel("What it is").selectOption("roll");
  await page.getByLabel("Who sent it").selectOption({ label: "Brompton Academy" });
  await page.getByLabel("The file").setInputFiles(file);
  await page.getByRole("button", { name: "Read the file" }).click();
  await page.getByRole("button", { name: /^Apply/ }).waitFor();
  await judged("file-to-try-read");
  await page.getByRole("button", { name: /^Apply/ }).click();
  await page.getByRole("heading", { name: "Take this import back" }).waitFor();
});

test("days of tolerance that are no days are told of beside the field", async () => {
  await page.goto(`${server.origin}/imports`);
  await page.getByText("For joiners and leavers").click();
  await page.getByLabel("Days of tolerance").fill("many");
  await page.getByRole("button", { name: "Read the file" }).click();
  await page.getByText("Type a number of days from 0 to 60").first().waitFor();
  await judged("import-tolerance");
});

test("what a contact left to do is in a list of its own on its day", async () => {
  await page.goto(server.origin);
  const today = new Date(await page.locator(".wm-day").innerText());
  const tomorrow = new Date(today.getFullYear(), today.getMonth(), today.getDate() + 1);
  await page.goto(`${server.origin}/follow-up?list=neet`);
  const person = await page.locator(".wm-row-link").first().getAttribute("href");
  const row = page.locator("tbody tr").filter({ has: page.locator(`.wm-row-link[href="${person}"]`) });

  await left(person, tomorrow);
  await page.goto(`${server.origin}/follow-up?list=next-step`);
  assert.equal(await row.count(), 0, "what is to be done tomorrow is not due");
  const rows = await page.locator("tbody tr").count();
  const none = await page.getByText("Nothing that a contact left to do is due").count();
  assert.equal(none, rows === 0 ? 1 : 0, `${rows} rows`);

  await left(person, today);
  await page.goto(`${server.origin}/follow-up?list=next-step`);
  assert.equal(await row.count(), 1, "what is to be done today is due");
  assert.match(await row.innerText(), /Next step due/);
  assert.equal(await page.getByText("Nothing that a contact left to do is due").count(), 0);
  await judged("next-steps");
});

/** Records a contact that nobody answered, and a day to try again. */
async function left(person, day) {
  await page.goto(`${server.origin}${person}`);
  const form = page.locator("#record-contact");
  await form.getByLabel("How", { exact: true }).selectOption({ label: "Phone call" });
  await form.getByLabel("What came of it").selectOption({ label: "No answer" });
  await form.getByLabel("Day").fill(String(day.getDate()));
  await form.getByLabel("Month").fill(String(day.getMonth() + 1));
  await form.getByLabel("Year").fill(String(day.getFullYear()));
  await form.getByRole("button", { name: "Record contact" }).click();
  await page.getByText("Contact recorded", { exact: true }).waitFor();
}
