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

/**
 * A page's status, its text without what is typed, shown as an example of typing or a file shown whole, and
 * where it leads; nothing, where what comes is no page. Fetched and not drawn: there are hundreds. An empty
 * page takes the text apart, since ours let nothing be parsed.
 */
async function read(page, desk, address) {
  const answer = await page.request.get(address);
  if (!answer.headers()["content-type"]?.startsWith("text/html")) return null;
  const said = await desk.evaluate((html) => {
    const seen = new DOMParser().parseFromString(html, "text/html");
    const links = [...seen.querySelectorAll("main a[href^='/'], nav a[href^='/']")].map((a) => a.getAttribute("href"));
    seen.querySelectorAll("script, style, textarea, pre, code, .govuk-hint, [hidden]").forEach((e) => e.remove());
    return { text: seen.body.textContent.replace(/\s+/g, " "), links };
  }, await answer.text());
  return { status: answer.status(), ...said };
}

const kind = (path) => path.replace(/\/\d+(?=[/?]|$)/g, "/N").replace(/\d{4}-\d{2}(-\d{2})?/g, "DAY").split("?")[0];

test("measures and months are named in words on every page", async () => {
  const page = await open(place.browser);
  await signIn(page, place.origin, "data.manager@medway.example");
  await page.goto(`${place.origin}/figures`);
  const measures = await page.locator("#measure option").evaluateAll((all) => all.map((one) => one.value));
  const codes = measures.filter((name) => name.includes("-")).join("|");
  const wrong = new RegExp(`(?<![\\w/.-])(?:(?:${codes})|20\\d\\d-(?:0[1-9]|1[0-2])(?!\\d|-\\d{2}[^\\d]))(?![\\w/-])`, "g");
  const desk = await place.browser.newPage();
  const kinds = new Map();
  const waiting = ["/"];
  const found = [];
  while (waiting.length) {
    const path = waiting.shift();
    const times = kinds.get(kind(path)) ?? 0;
    if (times >= EACH) continue;
    kinds.set(kind(path), times + 1);
    const answer = await read(page, desk, place.origin + path);
    if (!answer) continue;
    assert.ok(answer.status < 500, path);
    for (const match of answer.text.matchAll(wrong)) found.push(`${path}: ${match[0]}`);
    const { links } = answer;
    for (const link of links.map((href) => href.split("#")[0])) {
      // Files, not pages; and papers for filing keep days as registers write them.
      if (/file|sign-out|\/papers\/|\.(csv|xlsx|xml|pdf)|\/taken/.test(link)) continue;
      if ((kinds.get(kind(link)) ?? 0) < EACH && !waiting.includes(link)) waiting.push(link);
    }
  }
  assert.ok(kinds.size > 60, `${kinds.size} kinds of page`);
  assert.ok(kinds.has("/figures/targets") && kinds.has("/quality"), [...kinds.keys()].join(" "));
  assert.deepEqual(found, []);
  await desk.close();
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
