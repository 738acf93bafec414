// A file whose headings nobody knows: refused, told, read, applied; the next one is read without asking.
// Each page is looked at at a desk and on a phone.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { axe, noSidewaysScroll, open, shot, signIn } from "../lib/browser.js";
import { town } from "../lib/town.js";

let place, server, browser, page;

before(async () => {
  place = await town(300);
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

async function send(file) {
  await page.goto(`${server.origin}/imports`);
  await page.getByLabel("What it is").selectOption("roll");
  await page.getByLabel("Who sent it").selectOption({ index: 1 });
  await page.getByLabel("The file").setInputFiles(file);
  await page.getByRole("button", { name: "Read the file" }).click();
}

const strange = (born) => ({
  name: "our pupils.csv",
  mimeType: "text/csv",
  buffer: Buffer.from(
    `Pupil ref,Called,House name,Born,Lives at,Shoe size\n,Quill,Example,${born},ME7 1AA,5\n,Wren,Sample,04/11/2008,ME4 4EE,\n`,
  ),
});

test("a file with headings nobody knows is told and read, and the next is read without asking", async () => {
  await send(strange("03/11/2008"));
  await page.getByRole("link", { name: "Say which column is which" }).first().waitFor();
  await judged("import-untold");
  await page.getByRole("link", { name: "Say which column is which" }).first().click();
  const choose = (heading, words) => page.getByLabel(`Read ${heading} as`).selectOption(words);
  await choose("Called", "family_name");
  await choose("House name", "family_name");
  await page.getByRole("button", { name: "Read the file this way" }).click();
  await page.getByText("are both read as").first().waitFor();
  await judged("columns-twice");
  assert.equal(await page.getByLabel("Read Called as").inputValue(), "family_name", "what was chosen is kept");
  await choose("Called", "given_name");
  await choose("Born", "date_of_birth");
  await choose("Lives at", "postcode");
  await page.getByLabel("Dates of numbers are written").selectOption("dmy");
  await judged("columns");
  await page.getByRole("button", { name: "Read the file this way" }).click();
  await page.getByRole("button", { name: /^Apply 2 new/ }).waitFor();
  await judged("import-told");
  await page.getByText("How it was read").click();
  await page.getByText("Not read: Pupil ref, Shoe size").waitFor();
  await page.getByRole("button", { name: /^Apply 2 new/ }).click();
  await page.getByRole("heading", { name: "Take this import back" }).waitFor();
  assert.match(await page.locator(".wm-steps").innerText(), /Done: 2 new, 0 changed/, "what was applied is said");
  // Sent without a reason by a browser that does not ask for one, there is a way back to the form.
  await page.locator("form[action$='/undo']").evaluate((form) => {
    form.noValidate = true;
  });
  await page.getByRole("button", { name: "Take it back" }).click();
  await page.getByRole("button", { name: "Go back to the page you came from" }).click();
  await page.getByRole("heading", { name: "Take this import back" }).waitFor();

  await send(strange("05/11/2008"));
  await page.getByRole("link", { name: /Held for review|New|Changed/ }).first().waitFor();
  assert.equal(await page.getByRole("alert").count(), 0, "the next file asked again");
});

test("a file that waits is read again, and forgotten", async () => {
  await send({ ...strange("06/11/2008"), name: "wrong.csv" });
  await page.getByRole("button", { name: "Read it again" }).click();
  await page.getByRole("button", { name: "Forget this file" }).click();
  await page.getByText("Withdrawn before it was applied").waitFor();
  assert.equal(await page.getByRole("button", { name: /Apply/ }).count(), 0);
  await judged("import-forgotten");
});
