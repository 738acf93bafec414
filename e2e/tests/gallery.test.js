// Every component and chart: judged by axe, at three widths, with and without script.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { axe, launch, noSidewaysScroll, open, shot } from "../lib/browser.js";
import { start } from "../lib/server.js";

let server;
let browser;

before(async () => {
  server = await start({ more: ["--gallery"] });
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

async function gallery(options) {
  const page = await open(browser, options);
  await page.goto(`${server.origin}/gallery`);
  return page;
}

test("axe finds nothing, at a desk and on a phone", async () => {
  for (const width of [1280, 360]) {
    const page = await gallery({ width });
    await axe(page);
    assert.deepEqual(page.complaints, []);
    if (width === 1280) await shot(page, "gallery");
  }
});

test("no page scrolls sideways at 360 or 320", async () => {
  for (const width of [360, 320]) {
    await noSidewaysScroll(await gallery({ width }));
  }
});

test("a form with errors says so in the title, first, and at the field", async () => {
  const page = await gallery();
  await page.getByRole("button", { name: "Record contact" }).click();
  await page.waitForURL("**/gallery/form");
  assert.match(await page.title(), /^Error: /);
  assert.ok(await page.locator(".govuk-error-summary").evaluate((e) => e === document.activeElement));
  await page.getByRole("link", { name: "Enter a surname" }).click();
  assert.ok(await page.locator("#surname").evaluate((e) => e === document.activeElement));
  await axe(page);
  await shot(page, "gallery-errors");
});

test("keys walk the list and can be turned off", async () => {
  const page = await gallery();
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "Callum Dray");
  await page.keyboard.press("k");
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "Amara Bexley");
  await page.keyboard.press("c");
  assert.match(page.url(), /#contact$/);
  await page.getByRole("button", { name: "Turn keys off" }).click();
  await page.keyboard.press("j");
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "Turn keys on");
});

test("ticking rows brings the bar and its count", async () => {
  const page = await gallery();
  const bar = page.getByRole("group", { name: "With those selected" });
  assert.equal(await bar.isVisible(), false);
  await page.getByLabel("Select all on this page").check();
  assert.match(await bar.textContent(), /6 selected/);
  await page.getByLabel("Select Ewa Finch").uncheck();
  assert.match(await bar.textContent(), /5 selected/);
});

test("without script everything is there", async () => {
  const page = await gallery({ scripts: false });
  assert.ok(await page.getByRole("button", { name: "Give to an adviser" }).isVisible());
  await page.getByRole("button", { name: "Record contact" }).click();
  assert.match(await page.title(), /^Error: /);
});

test("the first view weighs under 100 KB and a later one under 30", async () => {
  const page = await open(browser);
  const session = await page.context().newCDPSession(page);
  await session.send("Network.enable");
  let bytes = 0;
  session.on("Network.loadingFinished", (event) => (bytes += event.encodedDataLength));
  await page.goto(`${server.origin}/gallery/none`, { waitUntil: "networkidle" });
  const first = bytes;
  bytes = 0;
  await page.goto(`${server.origin}/gallery/none`, { waitUntil: "networkidle" });
  assert.ok(first < 100_000 && bytes < 30_000, `${first} then ${bytes} bytes`);
});

test("sign-in says what is wrong and keeps the address typed", async () => {
  const page = await open(browser);
  await page.goto(`${server.origin}/sign-in`);
  await axe(page);
  await shot(page, "sign-in");
  await page.getByLabel("Email address").fill("nobody@example.org");
  await page.getByLabel("Password").fill("not the password");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForFunction(() => document.title.startsWith("Error: "));
  assert.equal(await page.getByLabel("Email address").inputValue(), "nobody@example.org");
  await axe(page);
  await noSidewaysScroll(page);
});
