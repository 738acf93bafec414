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
  await page.goto(`${server.origin}/follow-up?list=next-step`);
  await judged("next-steps");
  const none = await page.getByText("Nothing that a contact left to do is due").count();
  const rows = await page.locator("tbody tr").count();
  assert.ok(none === 1 || rows > 0);
});
