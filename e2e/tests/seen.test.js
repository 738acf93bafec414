// What is made to be read: dashboards by role, hot spots, forecasts, packs handed on and made every month, own
// reports in three kinds of file, published tables, files of people; and what of it prints.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { after, before, test } from "node:test";
import { launch, looksRight, open, signIn } from "../lib/browser.js";
import { binary, start } from "../lib/server.js";

const MANAGER = "data.manager@medway.example";
let home, server, browser, manager;

before(async () => {
  home = mkdtempSync(`${tmpdir()}/waymark-seen-`);
  execFileSync(binary, ["demo", "--people", "1500", "--home", home]);
  server = await start({ home });
  browser = await launch();
  manager = await open(browser);
  await signIn(manager, server.origin, MANAGER);
});

after(async () => {
  await browser?.close();
  await server?.stop();
  rmSync(home, { recursive: true });
});

/** No table of the page is cut off at the right of its frame. */
async function nothingClipped(page) {
  const cut = await page.evaluate(() =>
    [...document.querySelectorAll(".wm-table-frame")]
      .filter((frame) => frame.scrollWidth > frame.clientWidth + 1)
      .map((frame) => `${frame.querySelector("table").id}: ${frame.scrollWidth} in ${frame.clientWidth}`));
  assert.deepEqual(cut, []);
}

const PAGES = [
  ["/hot-spots?areas=ward", "seen-hot-spots"],
  ["/hot-spots?areas=lsoa", "seen-hot-spots-lsoa"],
  ["/hot-spots?areas=ward-2003", "seen-hot-spots-old"],
  ["/ahead/neet", "seen-neet-ahead"],
  ["/ahead/neet?found=50&places=20", "seen-neet-what-if"],
  ["/ahead/neet?edition=2015-16", "seen-neet-rule"],
  ["/ahead/currency", "seen-currency"],
  ["/reports/packs", "seen-packs"],
  ["/reports/pack?kind=board&key=", "seen-pack-board"],
  ["/reports/own", "seen-own"],
  ["/releases", "seen-releases"],
  ["/exports", "seen-exports"],
];

for (const [path, name] of PAGES) {
  test(`a data manager sees ${path}`, async () => {
    const answer = await manager.goto(`${server.origin}${path}`);
    assert.equal(answer.status(), 200, path);
    await nothingClipped(manager);
    await looksRight(manager, name);
  });
}

/** Each role's own dashboard, with what tells it from the others. */
const ROLES = [
  ["mabel.quayle@medway.example", "locality", ["By ward", "By school"]],
  ["farid.aslan@medway.example", "adviser", ["By level of need", "By activity"]],
  // A school is told no few of what its pupils do, and what it is not told is said.
  ["school@medway.example", "school", []],
];

test("every role has its own dashboard", async () => {
  await manager.goto(`${server.origin}/reports`);
  await manager.getByText("By locality", { exact: true }).first().waitFor();
  await looksRight(manager, "seen-dashboard-board");
  for (const [email, name, captions] of ROLES) {
    const page = await open(browser);
    await signIn(page, server.origin, email);
    await page.goto(`${server.origin}/reports`);
    const found = await page.locator("table caption").allInnerTexts();
    for (const caption of captions) assert.ok(found.includes(caption), `${name}: ${found}`);
    assert.ok(!found.includes("By locality"), name);
    const hidden = await page.getByText("they would tell you of single young people").count();
    assert.equal(hidden, name === "school" ? 1 : 0, name);
    await nothingClipped(page);
    await looksRight(page, `seen-dashboard-${name}`);
    await page.context().close();
  }
});

async function taken(page, press) {
  const [file] = await Promise.all([page.waitForEvent("download"), press()]);
  return { name: file.suggestedFilename(), bytes: readFileSync(await file.path()) };
}

test("a pack is rewritten, handed on, and asked for every month", async () => {
  const page = manager;
  await page.goto(`${server.origin}/reports/packs`);
  await page.getByRole("link", { name: /^Ward: / }).first().click();
  await page.getByLabel("Analysis").fill("Two more are out than in autumn.\nThe list of the college is late.");
  await page.getByRole("button", { name: "Save the analysis" }).click();
  await page.getByText(/^Version 1,/).waitFor();
  await page.getByText("The list of the college is late.").first().waitFor();
  await page.getByLabel("Whom it goes to", { exact: true }).fill("The ward's members");
  await page.getByLabel("What for", { exact: true }).fill("Their meeting");
  const book = await taken(page, () => page.getByRole("button", { name: "Take the workbook" }).click());
  assert.match(book.name, /^pack-ward-\d{4}-\d{2}-C-\d+\.xlsx$/);
  assert.equal(book.bytes.subarray(0, 2).toString(), "PK");
  await page.getByLabel("Whom it goes to every month").fill("The ward's clerk");
  await page.getByLabel("What it is for").fill("The monthly note");
  await page.getByRole("button", { name: "Make it every month" }).click();
  await page.getByText("Nothing is made yet").waitFor();
  const pack = page.url();
  await page.goto(`${server.origin}/reports/survey?by=send`);
  await page.getByLabel("Whom it goes to every year").fill("The 14-19 partnership");
  await page.getByLabel("What it is for").fill("Planning places");
  await page.getByRole("button", { name: "Make it every year" }).click();
  await page.getByText("Nothing is made yet").waitFor();
  await server.stop();
  const said = execFileSync(binary, ["report", "due", "--home", home], { encoding: "utf8" });
  assert.equal(said.trim(), "0 reports counted, 1 packs and 1 surveys made");
  const again = execFileSync(binary, ["report", "due", "--format", "json", "--home", home], { encoding: "utf8" });
  assert.deepEqual(JSON.parse(again), { reports: 0, packs: 0, surveys: 0 });
  const before = server.origin;
  server = await start({ home });
  const there = pack.replace(before, server.origin);
  // Cookies know the host, not the port.
  await page.goto(there);
  const made = await taken(page, () => page.locator("a[href^='/reports/pack/monthly/']").first().click());
  assert.match(made.bytes.toString(), /^(# .*\n){9}by,value,cohort,neet,/);
  await page.getByText("every month", { exact: true }).first().waitFor();
  // A link that was just pressed keeps the focus, and the focus has colours of its own.
  await page.evaluate(() => document.activeElement.blur());
  await looksRight(page, "seen-pack-ward");
  const kept = await taken(page, () => page.getByRole("link", { name: /as a workbook$/ }).first().click());
  assert.match(kept.name, /^pack-\d{4}-\d{2}-C-\d+\.xlsx$/);
  assert.equal(kept.bytes.subarray(0, 2).toString(), "PK");
  await page.getByRole("link", { name: /as a page$/ }).first().click();
  await page.getByRole("heading", { name: /as it went out$/ }).waitFor();
  await page.getByText("The list of the college is late.").first().waitFor();
  await looksRight(page, "seen-pack-kept");
  await page.goto(`${server.origin}/reports/survey?by=send`);
  const survey = await taken(page, () => page.getByRole("link", { name: /^summer \d{4}$/ }).first().click());
  assert.match(survey.name, /^survey-\d{4}-C-\d+\.csv$/);
  assert.match(survey.bytes.toString(), /^(# .*\n){7}year_group,destination,label,send,/);
  await page.evaluate(() => document.activeElement.blur());
  await looksRight(page, "seen-survey-yearly");
  await page.getByRole("button", { name: "No longer make it for The 14-19 partnership" }).click();
  await page.getByRole("button", { name: "No longer make it" }).waitFor({ state: "detached" });
});

test("an own report leaves as a workbook, CSV and Parquet", async () => {
  const page = manager;
  await page.goto(`${server.origin}/reports/own`);
  await page.getByLabel("Title", { exact: true }).fill("NEET by educational level");
  await page.getByLabel("Broken down by").selectOption("education-level");
  await page.getByLabel("Count it every month and keep what was counted").check();
  await page.getByRole("button", { name: "Save the report" }).click();
  await page.getByText("Level 3").first().waitFor();
  await looksRight(page, "seen-own-report");
  const kinds = [["Take as a workbook", "PK"], ["as CSV for machines", "# "], ["as Parquet for analysis", "PA"]];
  for (const [link, first] of kinds) {
    const file = await taken(page, () => page.getByRole("link", { name: link }).click());
    assert.equal(file.bytes.subarray(0, 2).toString(), first, link);
  }
});

test("tables are looked at and published once they stand the attack", async () => {
  const page = manager;
  await page.goto(`${server.origin}/releases`);
  await page.getByRole("button", { name: "Look at its tables" }).click();
  await page.getByRole("heading", { name: /^NEET and not known/ }).waitFor();
  await looksRight(page, "seen-release-draft");
});

test("pages print as content only", async () => {
  const page = manager;
  mkdirSync(new URL("../shots/", import.meta.url), { recursive: true });
  for (const [path, name] of [["/reports/pack?kind=board&key=", "pack"], ["/hot-spots", "hot-spots"], ["/ahead/neet", "neet"]]) {
    await page.goto(`${server.origin}${path}`);
    await page.emulateMedia({ media: "print" });
    for (const gone of [".wm-tabs", ".wm-ask", ".wm-menu", ".govuk-button", "textarea"]) {
      for (const one of await page.locator(gone).all()) assert.ok(!(await one.isVisible()), `${path} prints ${gone}`);
    }
    assert.ok(await page.locator("h1").isVisible());
    const bytes = await page.pdf({ path: new URL(`../shots/seen-print-${name}.pdf`, import.meta.url).pathname, format: "A4" });
    assert.equal(bytes.subarray(0, 5).toString(), "%PDF-");
    await page.emulateMedia({ media: null });
  }
});
