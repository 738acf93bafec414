// Figures: any measure by any cut, how it is counted and counted again, what changed since, and a list
// opened from the notebook, in a small made-up town.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { looksRight, open, signIn } from "../lib/browser.js";
import { town } from "../lib/town.js";

const MANAGER = "data.manager@medway.example";
const MONTH = "2025-01";
let place, server, browser, waymark;

before(async () => {
  place = await town(400, (run) => {
    run(
      "target", "set", "neet-not-known", "--level", "5.8", "--by", "2025-06", "--from", "2024-09=12.0", "--owners",
      "Fourteen to nineteen group", "--source", "Strategy, p. 18", "--grant", "250000", "--loses", "6.0=50", "--loses", "7.5=100",
    );
  });
  ({ server, browser, waymark } = place);
});

after(() => place?.leave());

const PAGES = [
  [`/figures?measure=neet-not-known&month=${MONTH}&by=ward`, "figures-target"],
  [`/figures?measure=participation&month=${MONTH}&by=characteristics`, "figures-combination"],
  [`/figures?measure=neet-months-since-contact&month=${MONTH}&by=adviser`, "figures-adviser"],
  [`/figures?measure=sustained-3&month=${MONTH}&by=decile&basis=place-of-study`, "figures-sustained"],
  [`/figures?measure=accuracy&month=${MONTH}&by=school`, "figures-accuracy"],
  [`/figures/gaps?month=${MONTH}`, "figures-gaps"],
  ["/reports/survey?summer=2024&by=ethnicity", "reports-survey"],
  ["/reports/leaving?by=adviser", "reports-leaving"],
  ["/reports/intended?by=intention", "reports-intended"],
  ["/reports/offers?by=month", "reports-offers"],
  ["/reports/caseloads", "reports-caseloads"],
  ["/reports/leavers/people?report=caseloads&column=neet", "reports-leavers-people"],
  [`/figures/notebook?measure=neet&month=${MONTH}`, "figures-notebook"],
  [`/figures/changes?measure=neet&month=${MONTH}&against=2009`, "figures-changes"],
  [`/figures/changes?measure=neet&month=${MONTH}&against=return`, "figures-no-return"],
];

for (const [path, name] of PAGES) {
  test(`a data manager sees ${path}`, async () => {
    const page = await open(browser);
    await signIn(page, server.origin, MANAGER);
    const answer = await page.goto(`${server.origin}${path}`);
    assert.equal(answer.status(), 200, path);
    await looksRight(page, name);
    await page.context().close();
  });
}

test("figures with a sign sort by what they say", async () => {
  const page = await open(browser);
  await signIn(page, server.origin, MANAGER);
  await page.goto(`${server.origin}/figures?measure=neet-not-known&month=${MONTH}&by=ward`);
  const table = page.locator("#cells-table");
  await table.getByRole("button", { name: "Gap to all, points" }).click();
  const told = (await table.locator("tbody td:last-child").allInnerTexts()).filter((text) => text !== "–");
  const gaps = told.map((text) => Number(text.replace("−", "-")));
  assert.ok(gaps.some((gap) => gap < 0) && gaps.length > 1, told.join(" "));
  assert.deepEqual(gaps, gaps.toSorted((a, b) => a - b));
  // What is no number comes last, whichever way, and thousands are no letters.
  const cells = table.locator("tbody td:last-child");
  await cells.first().evaluate((cell) => (cell.textContent = "under 5"));
  await cells.last().evaluate((cell) => (cell.textContent = "1,235"));
  for (const first of [(all) => Math.max(...all), (all) => Math.min(...all)]) {
    await table.getByRole("button", { name: "Gap to all, points" }).click();
    const texts = await cells.allInnerTexts();
    const words = texts.findIndex((text) => !/^[+−]?[\d,.]+$/.test(text));
    const numbers = texts.slice(0, words).map((text) => Number(text.replace("−", "-").replace(",", "")));
    assert.ok(texts.slice(words).every((text) => /^(under 5|–)$/.test(text)), texts.join(" | "));
    assert.equal(numbers[0], first(numbers), texts.join(" | "));
  }
  await page.context().close();
});

test("a notebook opens into those who are counted, and into those who are not", async () => {
  const page = await open(browser, { scripts: false });
  await signIn(page, server.origin, MANAGER);
  await page.goto(`${server.origin}/figures?measure=participation&month=${MONTH}&by=sex`);
  await page.getByRole("link", { name: /How it is defined/ }).click();
  assert.match(await page.locator("main").innerText(), /The two agree\./);
  const counted = page.getByRole("link", { name: /people: In the cohort and not counted/ });
  const many = await counted.innerText();
  await counted.click();
  assert.match(await page.locator("main").innerText(), new RegExp(`${many} whom you may see`));
  await page.context().close();
});

test("the survey's page, its command and its file tell of the same leavers", async () => {
  const survey = JSON.parse(waymark("report", "survey", "--summer", "2024", "--format", "json"));
  assert.deepEqual(survey.tables.map((table) => table.year), [11, 12, 13]);
  for (const table of survey.tables) {
    assert.equal(table.rows.reduce((sum, row) => sum + row.people, 0), table.people);
  }
  const page = await open(browser);
  await signIn(page, server.origin, MANAGER);
  await page.goto(`${server.origin}/reports/survey?summer=2024`);
  const caption = await page.locator("#year-11-caption").innerText();
  assert.match(caption, new RegExp(`: ${survey.tables[0].people} young people`));
  await page.getByLabel("Whom it goes to", { exact: true }).fill("The department");
  await page.getByLabel("What for", { exact: true }).fill("Yearly return");
  const [file] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Take the CSV" }).click(),
  ]);
  assert.match(file.suggestedFilename(), /^survey-2024-C-\d+\.csv$/);
  await page.context().close();
});

test("the command says what the page says", async () => {
  const figure = JSON.parse(waymark("measure", "neet", "--month", MONTH, "--by", "adviser", "--format", "json"));
  assert.equal(typeof figure.cohort, "number");
  assert.equal(figure.percent_shown, figure.value_shown);
  const twice = JSON.parse(waymark("measure", "neet", "--month", MONTH, "--against", "edition:2009", "--format", "json"));
  assert.equal(twice.second.percent, figure.percent);
  const [target] = JSON.parse(waymark("target", "list", "--month", MONTH, "--format", "json"));
  assert.equal(target.target_percent, 5.8);
  const page = await open(browser);
  await signIn(page, server.origin, MANAGER);
  await page.goto(`${server.origin}/figures?measure=neet&month=${MONTH}&by=sex`);
  assert.match(await page.locator(".wm-headline__value").innerText(), new RegExp(`^${figure.percent_shown} `));
  await page.context().close();
});
