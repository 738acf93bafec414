// A data manager makes an account, its owner chooses a password, and the account is ended again.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { axe, looksRight, noSidewaysScroll, open, signIn } from "../lib/browser.js";
import { town } from "../lib/town.js";

let place, server, browser;

before(async () => {
  place = await town(300);
  ({ server, browser } = place);
});

after(() => place?.leave());

test("an account is made, used once its owner has a password, and ended", async () => {
  const page = await open(browser);
  await signIn(page, server.origin, "data.manager@medway.example");
  await page.goto(`${server.origin}/admin`);
  await looksRight(page, "admin-people");
  await page.getByRole("link", { name: "New account" }).click();
  await looksRight(page, "admin-new");
  await page.getByLabel("Name", { exact: true }).fill("Wren Hollis");
  await page.getByLabel("Email address").fill("wren@medway.example");
  await page.getByLabel("Role").selectOption("adviser");
  await page.getByRole("checkbox").first().check();
  await page.getByRole("button", { name: "Make account" }).click();
  await page.getByRole("button", { name: "Make a link for a new password" }).click();
  await looksRight(page, "admin-link");
  const link = await page.getByLabel("Address to give").inputValue();

  const owner = await open(browser);
  await owner.goto(link);
  await looksRight(owner, "admin-password");
  await owner.getByLabel("New password").fill("three unrelated words");
  await owner.getByLabel("The same again").fill("three unrelated words");
  await owner.getByRole("button", { name: "Keep this password" }).click();
  await owner.getByLabel("Email address").fill("wren@medway.example");
  await owner.getByLabel("Password").fill("three unrelated words");
  await owner.getByRole("button", { name: "Sign in" }).click();
  await owner.getByRole("button", { name: "Sign out" }).waitFor();

  await page.getByRole("button", { name: "End this account" }).click();
  await owner.goto(server.origin);
  await owner.getByRole("heading", { name: "Sign in" }).waitFor();
  await owner.context().close();
  await page.context().close();
});

for (const [path, name] of [["/admin/organisations", "admin-organisations"], ["/admin/settings", "admin-settings"]]) {
  test(`a data manager sees ${path}`, async () => {
    const page = await open(browser);
    await signIn(page, server.origin, "data.manager@medway.example");
    await page.goto(`${server.origin}${path}`);
    await looksRight(page, name);
    await page.context().close();
  });
}

test("a school's contact is named", async () => {
  const page = await open(browser);
  await signIn(page, server.origin, "data.manager@medway.example");
  await page.goto(`${server.origin}/admin/organisations`);
  await page.locator(".wm-row-link").first().click();
  await looksRight(page, "admin-organisation");
  await page.getByLabel("Contact's name").fill("Quinn Abara");
  await page.getByRole("button", { name: "Save changes" }).click();
  await page.getByText("Quinn Abara").waitFor();
  await page.context().close();
});

test("nobody else is let in", async () => {
  for (const persona of ["ada.fenwick", "mabel.quayle", "school"]) {
    const page = await open(browser);
    await signIn(page, server.origin, `${persona}@medway.example`);
    for (const path of ["/admin", "/admin/people/new", "/admin/people/1", "/admin/organisations", "/admin/settings"]) {
      const answer = await page.goto(`${server.origin}${path}`);
      assert.equal(answer.status(), 403, `${persona} ${path}`);
    }
    await page.context().close();
  }
});

test("a college of a list of our own is looked at first and then added", async () => {
  const page = await open(browser);
  await signIn(page, server.origin, "data.manager@medway.example");
  await page.goto(`${server.origin}/admin/organisations`);
  await page.getByRole("link", { name: "Add schools and colleges" }).click();
  await page.getByRole("button", { name: "See what it would add" }).click();
  await page.getByText("0 new, 0 changed, 27 as they are").waitFor();
  const list = page.getByLabel("A list of your own");
  await list.fill("urn,name\n1,Half a list\n");
  await page.getByRole("button", { name: "See what it would add" }).click();
  await page.getByText("There is a problem").waitFor();
  await list.fill("urn,name,kind,town,postcode,lat,lon,ward25_code,establishment_number,ukprn\n,Estuary College,College,Chatham,ME4 4TR,,,,,19990077\n");
  await page.getByRole("button", { name: "See what it would add" }).click();
  await page.getByText("1 new, 0 changed, 0 as they are").waitFor();
  for (const width of [1280, 360]) {
    await page.setViewportSize({ width, height: 800 });
    await axe(page);
    await noSidewaysScroll(page);
  }
  await page.getByRole("button", { name: "Add and change these" }).click();
  await page.getByRole("link", { name: "Estuary College" }).waitFor();
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});
