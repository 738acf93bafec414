// Partners' side: a school tells of a pupil without a file, sends exam results, and an administrator makes
// a token for its system, which the interface then answers.

import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { looksRight, open, signIn } from "../lib/browser.js";
import { town } from "../lib/town.js";

let place, server, browser;

before(async () => {
  place = await town(600);
  ({ server, browser } = place);
});

after(() => place?.leave());

test("a token is made, shown once, used and ended", async () => {
  const page = await open(browser);
  await signIn(page, server.origin, "data.manager@medway.example");
  await page.goto(`${server.origin}/agreements/tokens`);
  await page.getByRole("button", { name: "Make a token" }).click();
  await page.getByText("There is a problem").waitFor();
  await looksRight(page, "tokens-wrong");
  const party = page.getByLabel("Partner and agreement");
  const school = await party.locator("option[value*='urn-136107']").getAttribute("value");
  await party.selectOption(school);
  await page.getByLabel("What kind of partner it is").selectOption("school");
  await page.getByLabel("Which system it is for").fill("Pupil system");
  await page.getByRole("button", { name: "Make a token" }).click();
  await page.getByText("It is shown this once").waitFor();
  await looksRight(page, "tokens");
  const secret = await page.locator("code").filter({ hasText: "wm_" }).innerText();
  const ask = (token) => fetch(`${server.origin}/api/v1/pupils?limit=5`, { headers: { authorization: `Bearer ${token}` } });
  const answer = await ask(secret);
  assert.equal(answer.status, 200);
  const { pupils } = await answer.json();
  assert.ok(pupils.length > 0 && pupils[0].family_name);
  await page.goto(`${server.origin}/agreements/tokens`);
  assert.equal(await page.getByText(secret).count(), 0);
  await page.getByRole("button", { name: "End the token of Pupil system" }).click();
  await page.getByText("Ended", { exact: true }).waitFor();
  const gone = await ask(secret);
  assert.equal(gone.status, 401);
  assert.match(gone.headers.get("content-type"), /problem\+json/);
  await page.context().close();
});

test("the home of every partner counts whom its list shows", async () => {
  for (const persona of ["school", "college", "provider", "youth.justice", "jobcentre", "youth.service"]) {
    const page = await open(browser);
    await signIn(page, server.origin, `${persona}@medway.example`);
    const number = async (place, form) => {
      if ((await place.count()) === 0) return 0;
      return Number((await place.innerText()).match(form)[1].replaceAll(",", ""));
    };
    const told = await number(page.locator(".wm-first__count"), /([\d,]+)/);
    await page.goto(`${server.origin}/own`);
    const listed = await number(page.getByText(/^Showing/), /of\s+([\d,]+)/);
    assert.equal(told, listed, persona);
    await page.context().close();
  }
});

test("a school tells what a pupil intends, and of an application, each with a check before", async () => {
  const page = await open(browser);
  await signIn(page, server.origin, "school@medway.example");
  await page.goto(`${server.origin}/own`);
  await page.getByRole("link", { name: /^Tell us/ }).first().click();
  await page.getByText("What they intend").waitFor();
  await looksRight(page, "own-person");
  await page.getByLabel("Provider", { exact: true }).selectOption({ index: 2 });
  await page.getByLabel("They applied there").check();
  await page.getByRole("button", { name: "Check it" }).nth(1).click();
  await page.getByText("Nothing was sent yet").waitFor();
  await looksRight(page, "own-sure");
  await page.getByRole("button", { name: "Send it" }).click();
  await page.getByText(/Receipt A\d+/).waitFor();
  await page.getByLabel("Intended destination").selectOption("121");
  await page.getByRole("button", { name: "Check it" }).first().click();
  await page.waitForURL(/\/own\/files\/\d+/);
  await page.context().close();
});
