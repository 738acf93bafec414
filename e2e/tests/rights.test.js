// A young person's rights, in the browser: the pack of what we hold with something taken out, a correction,
// an objection that stops the use of the record, a restriction, and the page in plain words.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { looksRight, open, signIn } from "../lib/browser.js";
import { town } from "../lib/town.js";

const NOTE = "Rang twice. Aunt Petronella Swindlehurst answered and was cross.";
let place, server, browser, page, person, name;

before(async () => {
  place = await town(300);
  ({ server, browser } = place);
  page = await open(browser);
  await signIn(page, server.origin, "data.manager@medway.example");
  await page.goto(`${server.origin}/follow-up?list=neet`);
  const link = page.locator("tbody a[href^='/people/']").first();
  person = (await link.getAttribute("href")).match(/\d+/)[0];
  await page.goto(`${server.origin}/people/${person}`);
  name = (await page.getByRole("heading", { level: 1 }).innerText()).trim();
});
after(() => place?.leave());

/** Takes a request in and opens it. */
async function ask(what, words) {
  await page.goto(`${server.origin}/people/${person}/rights`);
  await page.getByLabel(what).check();
  await page.getByLabel("In their words").fill(words);
  await page.getByRole("radio", { name: "young person" }).check();
  await page.getByRole("button", { name: "Take the request in" }).click();
  await page.goto(`${server.origin}/people/${person}/rights`);
  await page.getByRole("row").filter({ hasText: words }).getByRole("link", { name: what }).click();
}

async function answer(step, words) {
  await page.getByLabel(step).check();
  await page.getByLabel("Why, or what was done").fill(words);
  await page.getByRole("button", { name: "Write it down" }).click();
  await page.getByRole("rowheader").first().waitFor();
}

/** Whether a search finds them. */
async function found() {
  await page.goto(`${server.origin}/people`);
  await page.getByLabel("Name or number").fill(name.split(" ").at(-1));
  await page.getByRole("main").getByRole("button", { name: "Find" }).click();
  await page.waitForURL(/\/people\/found\//);
  return (await page.locator(`main a[href='/people/${person}']`).count()) > 0;
}

test("what we hold is a page in plain words", async () => {
  await page.goto(`${server.origin}/people/${person}/held`);
  await page.getByRole("heading", { name: "What we hold about" }).waitFor();
  const text = await page.getByRole("main").innerText();
  assert.ok(text.includes("You were born on"), text);
  for (const sentence of text.split(/[.\n:]/)) {
    assert.ok(sentence.split(/\s+/).length <= 20, `too long to read together: ${sentence}`);
  }
  await looksRight(page, "rights-held");
});

test("a subject access pack is read, cut down, and holds no word of what was taken out", async () => {
  await page.goto(`${server.origin}/people/${person}`);
  const token = await page.locator("input[name=csrf]").first().inputValue();
  const cookie = (await page.context().cookies()).map((one) => `${one.name}=${one.value}`).join("; ");
  const form = new URLSearchParams({ csrf: token, method: "call", outcome: "no-answer", note: NOTE });
  const headers = { cookie, "content-type": "application/x-www-form-urlencoded", origin: server.origin };
  const kept = await fetch(`${server.origin}/people/${person}/contact`, { method: "POST", redirect: "manual", headers, body: form });
  assert.ok([200, 303].includes(kept.status), `${kept.status}`);
  await ask("To see what we hold", "I want to see my file");
  await looksRight(page, "rights-request");
  const row = page.getByRole("listitem").filter({ hasText: "Petronella" }).first();
  await row.locator("summary").click();
  await row.getByLabel("Words to take out; empty for all of it").fill("Petronella Swindlehurst");
  await row.getByRole("button", { name: "Take it out" }).click();
  await page.getByRole("heading", { name: "Taken out" }).waitFor();
  await looksRight(page, "rights-cut");
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Make the pack" }).click(),
  ]);
  const file = await download.path();
  const listing = execFileSync("python3", ["-c", "import sys,zipfile\nz=zipfile.ZipFile(sys.argv[1])\nfor n in z.namelist(): print(z.read(n).decode('utf-8','replace'))", file], { maxBuffer: 64 << 20 }).toString();
  assert.ok(readFileSync(file).length > 1000);
  assert.ok(listing.includes("Rang twice") && listing.includes(name.split(" ")[0]));
  assert.ok(!listing.includes("Petronella") && !listing.includes("Swindlehurst"), "what was taken out is gone");
  await answer("Said yes", "Given by hand");
  assert.equal(await page.getByRole("button", { name: "Write it down" }).count(), 0, "it has its answer");
});

test("a correction keeps its clock and its answer", async () => {
  await ask("To have something put right", "My surname is spelt wrong");
  await answer("We asked them something; the clock stops", "Which spelling?");
  await page.getByText("Clock stopped since").first().waitFor();
  await answer("They answered; the clock goes on", "As on the certificate");
  await answer("Said yes", "Put right");
  await page.getByText("Said yes").first().waitFor();
});

for (const what of ["To object to what we do with it", "To have its use stopped"]) {
  test(`${what}: once granted the record is in no search, and lifting brings it back`, async () => {
    assert.ok(await found());
    await ask(what, `Please: ${what}`);
    await answer("Said yes", "While we look at it");
    await page.getByText("Use is stopped").first().waitFor();
    const request = page.url();
    assert.equal(await found(), false);
    const refused = await page.goto(`${server.origin}/people/${person}`);
    assert.ok([403, 404].includes(refused.status()));
    await page.goto(request);
    await answer("The stop has ended", "It was right");
    assert.ok(await found());
  });
}

test("the list of requests tells what each asked and how it stands", async () => {
  await page.goto(`${server.origin}/rights`);
  const rows = await page.getByRole("row").allInnerTexts();
  const theirs = rows.filter((row) => row.includes(name.split(" ").at(-1)));
  assert.ok(theirs.length >= 4, `${name}: ${rows.join(" | ")}`);
  await looksRight(page, "rights-list");
});
