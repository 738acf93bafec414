// The strategy's other journeys: a plan comes in by the browser and is taken back, its pack is made and
// sent round, leads see their part and are reminded, the group judges itself, and everybody reads what
// was published; in a small made-up town.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { looksRight, open, signIn } from "../lib/browser.js";
import { town } from "../lib/town.js";

const TOWN = new URL("../../testdata/plan/our-town.txt", import.meta.url).pathname;
const MANAGER = "data.manager@medway.example";
const ADVISER = "ada.fenwick@medway.example";
let place, server, browser;

before(async () => {
  place = await town(300);
  ({ server, browser } = place);
});

after(() => place?.leave());

async function as(who, path) {
  const page = await open(browser);
  await signIn(page, server.origin, who);
  const answer = await page.goto(`${server.origin}${path}`);
  assert.equal(answer.status(), 200, path);
  return page;
}

test("a keeper brings a plan in, is told what is wrong and what is odd, and takes it back", async () => {
  const page = await as(MANAGER, "/plan/import");
  await looksRight(page, "strategy-bring");
  await page.getByLabel("The plan's file").setInputFiles({ name: "plan.txt", mimeType: "text/plain", buffer: Buffer.from("no plan\n") });
  await page.getByRole("button", { name: "Bring it in" }).click();
  await page.getByRole("link", { name: /line 1: there is no 'Section 1:'/ }).waitFor();
  await looksRight(page, "strategy-bring-refused");
  await page.getByLabel("The plan's file").setInputFiles(TOWN);
  await page.getByRole("button", { name: "Bring it in" }).click();
  await page.waitForURL(/plan\/2\/versions$/);
  await page.getByText("21 things, held as the document says them").waitFor();
  await looksRight(page, "strategy-versions");
  const sheet = await page.request.get(`${server.origin}/plan/2/table/xlsx`);
  const table = { name: "plan.xlsx", mimeType: "application/octet-stream", buffer: await sheet.body() };
  await page.getByLabel("The plan's file").setInputFiles(table);
  await page.getByRole("button", { name: "Bring it in" }).click();
  await page.waitForURL(/plan\/2\/versions$/);
  assert.equal(await page.getByRole("button", { name: "Take version 1 back" }).count(), 1, "the same again changes nothing");
  await page.getByRole("button", { name: "Take version 1 back" }).click();
  await page.waitForURL(/plan\/1$/);
  await page.context().close();
});

test("an adviser does not keep the plan", async () => {
  const page = await as(ADVISER, "/plan/1/versions");
  assert.equal(await page.getByRole("button", { name: /Take version/ }).count(), 0);
  const answer = await page.goto(`${server.origin}/plan/import`);
  assert.equal(answer.status(), 403);
  await page.context().close();
});

test("the pack is made in one click, taken as PDF and XLSX, sent round and kept", async () => {
  const page = await as(MANAGER, "/plan/1/meetings/2025-06-20");
  await page.getByRole("link", { name: "Make the meeting pack" }).click();
  await page.getByText("To look at").first().waitFor();
  await looksRight(page, "strategy-pack");
  const pdf = await page.request.get(`${server.origin}/plan/1/meetings/2025-06-20/pack/pdf`);
  assert.equal((await pdf.body()).toString("latin1", 0, 5), "%PDF-");
  const book = await page.request.get(`${server.origin}/plan/1/meetings/2025-06-20/pack/xlsx`);
  assert.equal((await book.body()).toString("latin1", 0, 2), "PK");
  await page.getByLabel("To whom it goes").fill("All members");
  await page.getByRole("button", { name: "Keep and log the pack" }).click();
  await page.waitForURL(/meetings\/2025-06-20#packs$/);
  const link = page.getByRole("link", { name: /^PDF, .* to All members$/ });
  const kept = await page.request.get(`${server.origin}${await link.getAttribute("href")}`);
  assert.equal((await kept.body()).toString("latin1", 0, 5), "%PDF-");
  await looksRight(page, "strategy-meeting-sent");
  await page.context().close();
});

test("leads are reminded, and each sees their own part", async () => {
  const page = await as(MANAGER, "/plan/1/mine");
  await looksRight(page, "strategy-mine-none");
  await page.goto(`${server.origin}/plan/1/registers/member`);
  const name = await page.locator(".wm-header__name").evaluate((e) => e.firstChild.textContent.trim());
  await page.getByLabel("Post", { exact: true }).fill("Head of service");
  await page.getByLabel("Organisation", { exact: true }).fill("Medway Council");
  await page.getByLabel("Name", { exact: true }).fill(name);
  await page.locator("#state").selectOption("member");
  await page.getByRole("button", { name: "Add it" }).click();
  await page.goto(`${server.origin}/plan/1/mine`);
  await page.getByText(`${name} answers for Medway Council`).waitFor();
  await looksRight(page, "strategy-mine");
  await page.goto(`${server.origin}/plan/1/leads`);
  const remind = page.getByRole("button", { name: /^Note that they were reminded/ });
  if (await remind.count()) {
    await remind.first().click();
    await page.getByText(/^.*Last reminded on/).first().waitFor();
  }
  await looksRight(page, "strategy-leads");
  await page.goto(`${server.origin}/`);
  await looksRight(page, "strategy-home");
  await page.context().close();
});

test("the group judges itself against a framework it brought in", async () => {
  const page = await as(MANAGER, "/plan/1/evaluation");
  await page.getByLabel("Statements, one a line").fill("Schools: no parting sign");
  await page.getByRole("button", { name: "Bring it in" }).click();
  await page.getByText("There is a problem").waitFor();
  await page.getByLabel("Statements, one a line").fill("Schools; Leavers are told of within a week\nCouncil; One list is kept and current");
  await page.getByRole("button", { name: "Bring it in" }).click();
  await page.getByLabel("Level of: Leavers are told of within a week").selectOption("developing");
  await page.getByRole("button", { name: "Judge statement 1" }).click();
  await page.getByText("2.0 of 4, 1 of 2 judged").waitFor();
  await page.getByLabel("Level of: Leavers are told of within a week").selectOption("established");
  await page.getByRole("button", { name: "Judge statement 1" }).click();
  await page.getByText("developing: better").waitFor();
  await looksRight(page, "strategy-evaluation");
  await page.context().close();
});

test("reports: targets, synergies and gaps, good practice, an organisation's progress", async () => {
  const page = await as(MANAGER, "/plan/1/registers/fit");
  await page.getByLabel("Strategy, board or panel").fill("Skills Board");
  await page.getByLabel("Outcome", { exact: true }).selectOption({ index: 1 });
  await page.locator("#state").selectOption("gap");
  await page.getByRole("button", { name: "Add it" }).click();
  await page.goto(`${server.origin}/plan/1/reports`);
  await page.getByRole("link", { name: /^gap 1\.1$/ }).waitFor();
  await looksRight(page, "strategy-reports");
  const organisation = page.locator("a[href*='/organisation?name=']").first();
  await organisation.click();
  await page.getByText(/leads/).first().waitFor();
  await looksRight(page, "strategy-organisation");
  await page.context().close();
});

test("an aim is rated otherwise only with a reason and a name, and a search finds other spellings", async () => {
  const page = await as(MANAGER, "/plan/1/registers/aim");
  await page.getByLabel("Number of the aim").fill("1");
  await page.locator("#state").selectOption("red");
  await page.getByRole("button", { name: "Add it" }).click();
  await page.getByText("Enter: why.").first().waitFor();
  await page.getByLabel("Why").fill("Two colleges stopped sending");
  await page.getByLabel("Who says so").fill("The chair");
  await page.getByRole("button", { name: "Add it" }).click();
  await page.goto(`${server.origin}/plan/1`);
  await page.getByText("The chair says so: Two colleges stopped sending").waitFor();
  await page.getByRole("searchbox", { name: "Find in the plan" }).fill("colege");
  await page.locator("#main").getByRole("button", { name: "Find" }).click();
  await page.getByText(/outcomes speak of colege/).waitFor();
  await looksRight(page, "strategy-found");
  await page.context().close();
});

test("everybody reads the plan once it is published, and not before", async () => {
  const visitor = await open(browser);
  assert.equal((await visitor.goto(`${server.origin}/public/plan/1`)).status(), 404);
  const page = await as(MANAGER, "/plan/1/registers/publication");
  await page.getByLabel("What is published").fill("The plan");
  await page.locator("#state").selectOption("published");
  await page.getByRole("button", { name: "Add it" }).click();
  assert.equal((await visitor.goto(`${server.origin}/public/plan/1`)).status(), 200);
  await looksRight(visitor, "strategy-public");
  await page.goto(`${server.origin}/plan/1/group`);
  const seats = await page.locator("#seats tbody tr td[data-label=Who]").allTextContents();
  const text = await visitor.locator("body").innerText();
  for (const name of seats.map((one) => one.trim()).filter((one) => / /.test(one) && !/named|confirmed/.test(one))) {
    assert.ok(!text.includes(name.replace(" (chair)", "")), `${name} is public`);
  }
  await page.context().close();
  await visitor.context().close();
});

test("the plan prints on one sheet of A3", async () => {
  const page = await as(MANAGER, "/plan/1");
  const pdf = await page.pdf({ preferCSSPageSize: true });
  const text = pdf.toString("latin1");
  const [, width, height] = text.match(/\/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)\s*\]/);
  assert.ok(Math.abs(width - 1190.5) < 3 && Math.abs(height - 841.9) < 3, `${width} x ${height}`);
  assert.equal(text.match(/\/Type\s*\/Page\b/g).length, 1, "one sheet");
  await page.context().close();
});
