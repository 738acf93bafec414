// What makes partners dare to share: whose data an account saw, deliveries, consent, notices.

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
  home = mkdtempSync(`${tmpdir()}/waymark-trust-`);
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
  await axe(page);
  await noSidewaysScroll(page);
  await page.setViewportSize({ width: 1280, height: 900 });
  assert.deepEqual(page.complaints, [], name);
}

test("whose data an account saw is answered, and the audit verifies", async () => {
  const page = await open(browser);
  await signIn(page, server.origin, "data.manager@medway.example");
  await page.goto(`${server.origin}/follow-up?list=neet`);
  await page.locator(".wm-row-link").first().click();
  await page.getByRole("heading", { level: 1 }).waitFor();
  await page.goto(`${server.origin}/admin`);
  await page.getByRole("link", { name: "Whose data was seen" }).click();
  const own = page.locator("#account option", { hasText: "data.manager" });
  await page.getByLabel("Account").selectOption(await own.getAttribute("value"));
  await page.getByRole("button", { name: "Show whose data" }).click();
  await page.getByText("Touched last first").waitFor();
  await looksRight(page, "seen");
  await page.context().close();
  execFileSync(program, ["audit", "verify", "--home", home]);
});

test("deliveries tell who is late, and a reminder is noted", async () => {
  const page = await open(browser);
  await signIn(page, server.origin, "data.manager@medway.example");
  await page.getByRole("link", { name: /deliver(y|ies) from/ }).click();
  await page.getByText("Late, longest first").waitFor();
  await page.getByRole("button", { name: /I reminded them/ }).first().click();
  await page.getByText("Reminded 14 March 2025").waitFor();
  await looksRight(page, "deliveries");
  await page.context().close();
});
