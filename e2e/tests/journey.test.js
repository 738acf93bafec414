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

test("an adviser opens a record from the follow-up list and records a contact", async () => {
  const page = await open(browser);
  await signIn(page, server.origin, "ada.fenwick@medway.example");
  await page.goto(`${server.origin}/follow-up?list=neet`);
  await page.locator(".wm-row-link").first().click();
  await looksRight(page, new URL(page.url()).pathname, "person");
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
