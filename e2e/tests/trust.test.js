// What makes partners dare to share: whose data an account saw, deliveries, consent, notices.

import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { looksRight, open, signIn } from "../lib/browser.js";
import { town } from "../lib/town.js";

let place, server, browser;

before(async () => {
  place = await town(200);
  ({ server, browser } = place);
});

after(() => place?.leave());

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
  place.waymark("audit", "verify");
});

test("information governance is offered no record and no notice that it may not open", async () => {
  const page = await open(browser);
  await signIn(page, server.origin, "governance@medway.example");
  await page.goto(`${server.origin}/admin/seen`);
  const looker = page.locator("#account option", { hasText: "data.manager" });
  await page.getByLabel("Account").selectOption(await looker.getAttribute("value"));
  await page.getByRole("button", { name: "Show whose data" }).click();
  await page.getByText("Touched last first").waitFor();
  assert.equal(await page.locator("main a[href^='/people/']").count(), 0);
  await page.goto(`${server.origin}/notices/links`);
  await page.getByRole("button", { name: "Make a link" }).waitFor();
  assert.equal(await page.locator("main a[href='/notices']").count(), 0);
  await page.goto(`${server.origin}/admin`);
  await page.getByRole("link", { name: "Pat Lindley" }).click();
  await page.getByText("No device is set up").waitFor();
  assert.equal(await page.getByRole("button", { name: "Start taking the device away" }).count(), 0);
  await page.context().close();
});

test("a link on another site finds whoever administers signed in, however many are opened", async () => {
  const target = `${server.origin}/admin`;
  const other = createServer((_, answer) => {
    answer.writeHead(200, { "content-type": "text/html" });
    answer.end(`<!doctype html><title>Mail</title><a href="${target}">Look</a><a target="_blank" href="${target}">And here</a>`);
  });
  await new Promise((ready) => other.listen(0, "localhost", ready));
  try {
    const page = await open(browser);
    await signIn(page, server.origin, "data.manager@medway.example");
    const cookies = await page.context().cookies();
    assert.ok(cookies.some((one) => one.name === "waymark" && one.sameSite === "Strict"), JSON.stringify(cookies));
    await page.goto(`http://localhost:${other.address().port}/`);
    const second = page.context().waitForEvent("page");
    await page.getByText("And here").click();
    await page.getByText("Look").click();
    for (const opened of [page, await second]) {
      await opened.getByRole("heading", { level: 1, name: "People" }).waitFor();
      assert.equal(opened.url(), target);
    }
    await page.context().close();
  } finally {
    other.close();
  }
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

test("a contact gives a notice on a phone, an adviser acts on it, the contact sees that", async () => {
  const page = await open(browser);
  await signIn(page, server.origin, "data.manager@medway.example");
  await page.goto(`${server.origin}/people/1`);
  const name = (await page.getByRole("heading", { level: 1 }).innerText()).trim();
  const born = await page.locator(".wm-identity__born").innerText();
  const [, day, month, year] = born.match(/(\d+) (\w+) (\d{4})/);
  await page.goto(`${server.origin}/agreements`);
  await page.getByRole("link", { name: "Links for notices" }).click();
  await page.getByLabel("Organisation", { exact: true }).selectOption({ label: "MidKent College" });
  await page.getByLabel("Whom it is for").fill("Pat Lindley");
  await page.getByRole("button", { name: "Make a link" }).click();
  const link = await page.locator("code").innerText();
  await looksRight(page, "notice-links");

  const phone = await open(browser, { width: 360, height: 740 });
  await phone.goto(link);
  await phone.getByRole("button", { name: "Send the notice" }).click();
  await phone.getByRole("link", { name: "Choose what happened" }).waitFor();
  await phone.getByLabel("They left").check();
  await phone.getByLabel("Their first name").fill(name.split(" ")[0]);
  await phone.getByLabel("Their last name").fill(name.split(" ").slice(1).join(" "));
  await phone.getByLabel("Day", { exact: true }).fill(day);
  const months = "January February March April May June July August September October November December";
  await phone.getByLabel("Month").fill(String(months.split(" ").indexOf(month) + 1));
  await phone.getByLabel("Year").fill(year);
  await phone.getByRole("button", { name: "Send the notice" }).click();
  await phone.getByText("Your receipt is").waitFor();
  const shown = await phone.locator("main").innerText();
  assert.ok(!shown.includes(name), "nothing of anybody is shown");
  await looksRight(phone, "notice-given");

  await page.goto(server.origin);
  // Others wait in the town as well.
  await page.getByRole("link", { name: /notices? from (a provider waits|providers wait)/ }).click();
  await looksRight(page, "notices");
  await page.getByRole("link", { name }).waitFor();
  await page.getByLabel(`What you did about ${name}`).fill("Rang and made a date");
  await page.getByRole("button", { name: new RegExp(`Acted on.*${name}`) }).click();
  await page.getByRole("link", { name }).waitFor({ state: "detached" });
  await phone.goto(link);
  await phone.getByText("Acted on, 14 March 2025").waitFor();
  await phone.goto(`${server.origin}/notice/none`);
  await phone.getByText("This link does not work").waitFor();
  await looksRight(phone, "notice-none");
  await phone.context().close();
  await page.context().close();
});

test("consent is given, seen to stand and taken back with one button; the rate is told by office", async () => {
  const page = await open(browser);
  await signIn(page, server.origin, "data.manager@medway.example");
  await page.goto(`${server.origin}/people/1`);
  await page.getByRole("link", { name: "Sharing and consent" }).click();
  await page.getByText("Nothing was said yet").waitFor();
  await page.getByRole("button", { name: "Write it down" }).click();
  await page.getByRole("link", { name: "Choose what was said" }).waitFor();
  await looksRight(page, "sharing-mend");
  await page.getByLabel("Agreed to sharing").check();
  await page.getByLabel("About which partner").selectOption({ index: 1 });
  await page.getByLabel("The young person").check();
  await page.getByLabel("On a signed form").check();
  await page.getByLabel("Version of the wording they were shown").fill("2");
  await page.getByLabel("Where the evidence is").fill("Form kept in the office");
  await page.getByRole("button", { name: "Write it down" }).click();
  await page.getByRole("button", { name: /Take it back now/ }).waitFor();
  await looksRight(page, "sharing");
  await page.getByRole("button", { name: /Take it back now/ }).click();
  await page.getByText("they have not agreed, so nothing is shared").waitFor();
  await page.goto(`${server.origin}/agreements`);
  await page.getByRole("link", { name: "Consent by office" }).click();
  await page.getByText("Lowest rate first").waitFor();
  await looksRight(page, "consent-rates");
  await page.context().close();
});
