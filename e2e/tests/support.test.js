// Early support in the browser: the list with its reasons, a decision with its reason, the gifted list, how
// the predictor did, its papers, what is watched, and what a school may see. Judged at a desk and on a phone.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { axe, noSidewaysScroll, open, shot, signIn } from "../lib/browser.js";
import { town } from "../lib/town.js";

let place, server, browser;

before(async () => {
  place = await town(1500);
  ({ server, browser } = place);
});
after(() => place?.leave());

async function as(persona) {
  const page = await open(browser);
  await signIn(page, server.origin, `${persona}@medway.example`);
  return page;
}

async function judged(page, name) {
  await axe(page);
  await shot(page, name);
  await page.setViewportSize({ width: 360, height: 740 });
  await axe(page);
  await noSidewaysScroll(page);
  await shot(page, `${name}-phone`);
  await page.setViewportSize({ width: 1280, height: 900 });
  assert.deepEqual(page.complaints, [], name);
}

test("a list says chances in words, and a decision moves somebody to their own tab", async () => {
  const page = await as("data.manager");
  await page.goto(`${server.origin}/early-support`);
  await page.getByText(/Of every 10 listed/).waitFor();
  await judged(page, "early-support");
  const first = page.locator("tbody .wm-row-link").first();
  const name = await first.innerText();
  await first.click();
  await page.getByRole("heading", { name }).waitFor();
  await judged(page, "early-support-person");
  await page.getByLabel("Supported already").check();
  await page.getByRole("button", { name: "Keep the decision" }).click();
  await page.getByText("Say why").first().waitFor();
  await page.getByLabel("Why", { exact: true }).fill("Has a mentor since January");
  await page.getByRole("button", { name: "Keep the decision" }).click();
  await page.goto(`${server.origin}/early-support?tab=supported`);
  assert.match(await page.locator("main").innerText(), /Has a mentor since January/);
  await page.goto(`${server.origin}/early-support/gifted`);
  await judged(page, "gifted");
  await page.context().close();
});

test("the predictor shows what it cannot do, how it did, its papers and registers", async () => {
  const page = await as("data.manager");
  await page.goto(`${server.origin}/predictor`);
  await page.getByText("What it cannot do").first().waitFor();
  await page.getByText("Watch a month again").click();
  await page.getByLabel("Month to watch").selectOption({ label: "January 2025" });
  await page.getByRole("button", { name: "Watch the month" }).click();
  await page.getByText("Watched month by month").waitFor();
  await judged(page, "predictor");
  await page.getByText("Say how many places of support there are").click();
  await page.getByLabel("Places of support").fill("0");
  await page.getByRole("button", { name: "Keep the places" }).click();
  await page.getByText("Places lie from 1 to 2,000").first().waitFor();
  assert.equal(await page.getByLabel("Places of support").inputValue(), "0", "the form stays open");
  await judged(page, "predictor-kept");
  await page.goto(`${server.origin}/predictor`);
  await page.locator("#all .wm-row-link, table .wm-row-link").first().click();
  await page.getByText("Compared on the same young people").first().waitFor();
  await judged(page, "predictor-one");
  const here = page.url();
  for (const paper of ["model-card", "transparency-record", "impact-assessment"]) {
    await page.goto(`${here}/papers/${paper}`);
    await judged(page, paper);
    const json = await page.request.get(`${here}/papers/${paper}/json`);
    for (const section of (await json.json()).sections) {
      for (const entry of section.entries) assert.ok(entry.value.trim(), `${paper}: ${entry.field} is empty`);
    }
  }
  for (const room of ["factors", "log", "sets"]) {
    await page.goto(`${server.origin}/predictor/${room}`);
    await judged(page, `predictor-${room}`);
  }
  await page.goto(`${server.origin}/predictor/log`);
  await page.getByLabel("With whom, or about what").fill("Steering group");
  await page.getByLabel("What was said or decided").fill("The list of Year 11 is used from November.");
  await page.getByRole("button", { name: "Write it down" }).click();
  await page.getByText("The list of Year 11 is used from November.").waitFor();
  await page.context().close();
});

test("what young people are told is open to everybody", async () => {
  const page = await open(browser);
  await page.goto(`${server.origin}/early-support-explained`);
  await page.getByRole("heading", { name: "What we work out about you" }).waitFor();
  await judged(page, "explained");
  await page.context().close();
});
