// Sharing agreements: the list says what needs somebody, one agreement says what may flow and why.

import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { axe, launch, noSidewaysScroll, open, shot, signIn } from "../lib/browser.js";
import { start } from "../lib/server.js";

const program = process.env.WAYMARK_BINARY ?? new URL("../../target/debug/waymark", import.meta.url).pathname;
let home, server, browser;

before(async () => {
  home = mkdtempSync(`${tmpdir()}/waymark-agreements-`);
  execFileSync(program, ["demo", "--home", home, "--people", "200"]);
  server = await start({ home });
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await server?.stop();
  rmSync(home, { recursive: true });
});

async function looksRight(page, name) {
  await axe(page);
  await shot(page, name);
  await page.setViewportSize({ width: 360, height: 740 });
  await noSidewaysScroll(page);
  await page.setViewportSize({ width: 1280, height: 900 });
  assert.deepEqual(page.complaints, []);
}

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

test("an agreement is ended, and an adviser may not look", async () => {
  const page = await open(browser);
  await signIn(page, server.origin, "data.manager@medway.example");
  await page.goto(`${server.origin}/agreements/1`);
  await page.getByText("Sign, check or end it").click();
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
