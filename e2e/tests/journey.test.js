// A data manager and an adviser walk through a small made-up town.

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
  home = mkdtempSync(`${tmpdir()}/waymark-town-`);
  execFileSync(binary, ["demo", "--home", home, "--people", "600"]);
  server = await start({ home });
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await server?.stop();
  rmSync(home, { recursive: true });
});

async function looksRight(page, path, name) {
  const answer = await page.goto(`${server.origin}${path}`);
  assert.equal(answer.status(), 200, path);
  await axe(page);
  await shot(page, name);
  await page.setViewportSize({ width: 360, height: 740 });
  await noSidewaysScroll(page);
  await page.setViewportSize({ width: 1280, height: 900 });
  assert.deepEqual(page.complaints, [], path);
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
    await looksRight(page, path, name);
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

for (const path of ["/help", "/accessibility", "/privacy"]) {
  test(`${path} is open to everybody, signed in or not`, async () => {
    const page = await open(browser);
    await looksRight(page, path, `open${path.replace("/", "-")}`);
    await page.context().close();
  });
}
