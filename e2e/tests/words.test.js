// What a reader sees is in words: no measure by its name in files, no month as 2026-01. Every page that a
// link leads to is read, a few of each kind.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { looksRight, open, signIn } from "../lib/browser.js";
import { town } from "../lib/town.js";

const EACH = 4;
let place;

before(async () => {
  place = await town(400, (waymark) => {
    waymark("target", "set", "neet-not-known", "--level", "5.8", "--by", "2025-06", "--owners", "Us", "--source", "Strategy");
  });
});

after(() => place?.leave());

/** Text as it is seen, without what is typed or shown as an example of typing, and without files shown whole. */
const seen = (page) =>
  page.evaluate(() => {
    const copy = document.body.cloneNode(true);
    copy.querySelectorAll("script, style, textarea, pre, code, .govuk-hint, [hidden]").forEach((e) => e.remove());
    return copy.innerText.replace(/\s+/g, " ");
  });

const kind = (path) => path.replace(/\/\d+(?=[/?]|$)/g, "/N").replace(/\d{4}-\d{2}(-\d{2})?/g, "DAY").split("?")[0];

test("measures and months are named in words on every page", async () => {
  const page = await open(place.browser);
  await signIn(page, place.origin, "data.manager@medway.example");
  await page.goto(`${place.origin}/figures`);
  const measures = await page.locator("#measure option").evaluateAll((all) => all.map((one) => one.value));
  const codes = measures.filter((name) => name.includes("-")).join("|");
  const wrong = new RegExp(`(?<![\\w/.-])(?:(?:${codes})|20\\d\\d-(?:0[1-9]|1[0-2])(?!\\d|-\\d{2}[^\\d]))(?![\\w/-])`, "g");
  const read = new Map();
  const waiting = ["/"];
  const found = [];
  while (waiting.length) {
    const path = waiting.shift();
    const times = read.get(kind(path)) ?? 0;
    if (times >= EACH) continue;
    read.set(kind(path), times + 1);
    const answer = await page.goto(place.origin + path).catch((stopped) => {
      // What comes as a file is no page.
      if (!/Download|ERR_ABORTED/.test(stopped.message)) throw stopped;
    });
    if (!answer) continue;
    assert.ok(answer.status() < 500, path);
    for (const match of (await seen(page)).matchAll(wrong)) found.push(`${path}: ${match[0]}`);
    const links = await page.locator("main a[href^='/'], nav a[href^='/']").evaluateAll((all) => all.map((a) => a.getAttribute("href")));
    for (const link of links.map((href) => href.split("#")[0])) {
      // Files, not pages; and papers for filing keep days as registers write them.
      if (/file|sign-out|\/papers\/|\.(csv|xlsx|xml|pdf)|\/taken/.test(link)) continue;
      if ((read.get(kind(link)) ?? 0) < EACH && !waiting.includes(link)) waiting.push(link);
    }
  }
  assert.ok(read.size > 60, `${read.size} kinds of page`);
  assert.ok(read.has("/figures/targets") && read.has("/quality"), [...read.keys()].join(" "));
  assert.deepEqual(found, []);
  await page.context().close();
});

test("how complete the records are is said first, and a cell opens into its people", async () => {
  const page = await open(place.browser);
  await signIn(page, place.origin, "data.manager@medway.example");
  await page.goto(`${place.origin}/quality`);
  await page.getByRole("heading", { level: 1, name: /records are without/ }).waitFor();
  await looksRight(page, "quality");
  const cell = page.locator("#complete tbody tr").first().getByRole("link").first();
  const without = (await cell.innerText()).split(" ")[0];
  await cell.click();
  await page.getByRole("heading", { level: 1, name: `${without} without` }).waitFor();
  await looksRight(page, "quality-people");
  await page.getByRole("link", { name: "How complete the records are" }).click();
  await page.getByLabel("By", { exact: true }).selectOption("sender");
  await page.getByRole("button", { name: "Show" }).click();
  await page.getByRole("rowheader", { name: "Named by no file" }).waitFor();
  await page.getByRole("link", { name: "Month by month" }).click();
  await page.getByRole("table", { name: /month by month/ }).waitFor();
  await looksRight(page, "quality-months");
  const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "Take the table" }).click()]);
  assert.match(file.suggestedFilename(), /completeness/);
  await page.context().close();

  const school = await open(place.browser);
  await signIn(school, place.origin, "school@medway.example");
  await school.goto(`${place.origin}/quality`);
  await school.getByRole("columnheader", { name: "UPN" }).waitFor();
  assert.equal(await school.getByRole("columnheader", { name: "Contact details" }).count(), 0);
  await looksRight(school, "quality-school");
  await school.context().close();
});
