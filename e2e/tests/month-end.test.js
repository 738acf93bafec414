// Month end from freezing to the kept file: a finding opens its person, findings are settled, the month is
// signed off, and what is downloaded is what was frozen.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { looksRight, open, signIn } from "../lib/browser.js";
import { binary } from "../lib/server.js";
import { town } from "../lib/town.js";

let place, server, browser;

before(async () => {
  place = await town(1500);
  ({ server, browser } = place);
});

after(() => place?.leave());

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
