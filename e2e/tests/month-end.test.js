// Month end from freezing to the kept file: a finding opens its person, findings are settled, the month is
// signed off, and what is downloaded is what was frozen.

import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { after, before, test } from "node:test";
import { axe, launch, noSidewaysScroll, open, shot, signIn } from "../lib/browser.js";
import { start } from "../lib/server.js";

const binary = process.env.WAYMARK_BINARY ?? new URL("../../target/debug/waymark", import.meta.url).pathname;
let home, server, browser;

before(async () => {
  home = mkdtempSync(`${tmpdir()}/waymark-month-end-`);
  execFileSync(binary, ["demo", "--home", home, "--people", "400"]);
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
  assert.deepEqual(page.complaints, [], name);
}

test("a data manager freezes a month, mends, signs it off and takes the file", async () => {
  const page = await open(browser);
  await signIn(page, server.origin, "data.manager@medway.example");
  await page.goto(`${server.origin}/month-end`);
  await page.getByRole("button", { name: "Freeze the month" }).click();
  await page.waitForURL(/\/month-end\/\d+$/);
  const month = page.url();
  await looksRight(page, "month-end-frozen");

  // A finding opens the person it is about.
  const people = page.locator("section details").first();
  await people.locator("summary").click();
  const link = people.locator('a[href^="/people/"]').first();
  const [href, whom] = [await link.getAttribute("href"), await link.textContent()];
  await link.click();
  await page.waitForURL(`${server.origin}${href}`);
  assert.equal(await page.locator("h1").count(), 1, whom);

  // Each kind of finding is settled as it is, and the page comes back with one fewer to settle.
  await page.goto(month);
  const settle = page.getByRole("button", { name: "Settle these as they are" });
  for (let left = await settle.count(); left > 0; left -= 1) {
    await settle.first().click();
    await page.waitForFunction((most) => {
      const open = [...document.querySelectorAll("button")].filter((b) => b.textContent.startsWith("Settle these"));
      return document.readyState === "complete" && open.length < most;
    }, left);
  }
  await page.getByRole("button", { name: "Sign the month off" }).click();
  await page.getByRole("button", { name: "Sign the month off" }).waitFor({ state: "detached" });
  assert.match(await page.locator(".wm-lead").first().textContent(), /[Ss]igned/);
  await looksRight(page, "month-end-signed");

  const file = page.getByRole("link", { name: "Download the return" });
  const [download] = await Promise.all([page.waitForEvent("download"), file.click()]);
  const path = await download.path();
  const hash = createHash("sha256").update(readFileSync(path)).digest("hex");
  assert.match(await page.getByText("SHA-256").textContent(), new RegExp(hash));
  const checked = spawnSync(binary, ["return", "check", path, "--format", "json"], { encoding: "utf8" });
  assert.equal(JSON.parse(checked.stdout).file_rejected, false);
  await page.context().close();
});
