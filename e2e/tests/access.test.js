// Signing in with a device, one's sessions, an emergency and its review, a partner's side: on a desk and
// on a phone, judged by axe.

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { writeFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { agreed, axe, looksRight, open, PASSWORD, signIn } from "../lib/browser.js";
import { town } from "../lib/town.js";

let place, home, server, browser;

before(async () => {
  place = await town(600);
  ({ home, server, browser } = place);
});
after(() => place?.leave());

/** What a device shows: RFC 6238, reckoned here a second time. */
function code(secret, at = Date.now()) {
  const bits = [...secret.replaceAll(/\s/g, "")]
    .map((letter) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2).padStart(5, "0"))
    .join("");
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(at / 30000)));
  const mac = createHmac("sha1", key).update(step).digest();
  const word = mac.readUInt32BE(mac[19] & 15) & 0x7fffffff;
  return String(word % 1000000).padStart(6, "0");
}

async function password(page, persona, words = PASSWORD) {
  await page.goto(`${server.origin}/sign-in`);
  await page.getByLabel("Email address").fill(persona);
  await page.getByLabel("Password").fill(words);
  await page.getByRole("button", { name: "Sign in" }).click();
}

test("an administrator asks for a governance account, another agrees, and its owner sets up a device and signs in with it", async () => {
  const page = await open(browser);
  await signIn(page, server.origin, "data.manager@medway.example");
  await page.goto(`${server.origin}/admin/people/new`);
  await page.getByLabel("Name", { exact: true }).fill("Odile Marr");
  await page.getByLabel("Email address").fill("odile@medway.example");
  await page.getByLabel("Role").selectOption("governance");
  await page.getByRole("button", { name: "Make account" }).click();
  await page.getByText("can approve what others ask for").waitFor();
  await looksRight(page, "access-admin-waits");
  const second = await agreed(browser, server.origin, "Odile Marr");
  await second.getByRole("button", { name: "Make a link for a new password" }).click();
  const link = await second.getByLabel("Address to give").inputValue();
  await looksRight(second, "access-admin-person");
  await second.context().close();

  const owner = await open(browser);
  await owner.goto(link);
  // The demonstration's own names the product, which nobody may choose.
  const words = "lapwings over the marsh";
  await owner.getByLabel("New password").fill(words);
  await owner.getByLabel("The same again").fill(words);
  await owner.getByRole("button", { name: "Keep this password" }).click();
  await password(owner, "odile@medway.example", words);
  await owner.getByRole("heading", { name: "Set up your second step" }).waitFor();
  await looksRight(owner, "access-enrol");
  const secret = await owner.locator("[data-secret]").innerText();
  await owner.getByRole("textbox", { name: "Code" }).fill("000000");
  await owner.getByRole("button", { name: "Keep this device and sign in" }).click();
  await owner.getByText("There is a problem").waitFor();
  await owner.getByRole("textbox", { name: "Code" }).fill(code(secret));
  await owner.getByRole("button", { name: "Keep this device and sign in" }).click();
  await owner.getByRole("button", { name: "Sign out" }).waitFor();
  await owner.getByText("Nothing waits for a review").waitFor();
  await looksRight(owner, "access-governance-home");
  await owner.context().close();
  await page.context().close();
});

test("somebody sees where they are signed in and ends the other session", async () => {
  const here = await open(browser);
  const there = await open(browser);
  await signIn(here, server.origin, "ada.fenwick@medway.example");
  await signIn(there, server.origin, "ada.fenwick@medway.example");
  await here.goto(`${server.origin}/account`);
  await looksRight(here, "access-account");
  const other = here.getByRole("row").filter({ hasNotText: "This one" }).filter({ has: here.getByRole("button") });
  await other.first().getByRole("button").click();
  await here.getByText("This one").waitFor();
  await there.goto(`${server.origin}/account`);
  await there.getByRole("heading", { name: "Sign in" }).waitFor();
  await here.context().close();
  await there.context().close();
});

test("a record out of reach is opened in an emergency, and governance reviews it", async () => {
  const manager = await open(browser);
  await signIn(manager, server.origin, "data.manager@medway.example");
  await manager.goto(`${server.origin}/figures/people?measure=neet`);
  const adviser = await open(browser);
  await signIn(adviser, server.origin, "ada.fenwick@medway.example");
  const found = await outOfReach(manager, adviser);
  await adviser.goto(`${server.origin}/emergency`);
  await looksRight(adviser, "access-emergency");
  await adviser.getByLabel("Whole name").fill(found.name);
  const [day, month, year] = found.born;
  await adviser.getByLabel("Day").fill(day);
  await adviser.getByLabel("Month").fill(month);
  await adviser.getByLabel("Year").fill(year);
  await adviser.getByLabel("Why it cannot wait").selectOption("safeguarding");
  await adviser.getByLabel("What has happened").fill("too short");
  await adviser.getByRole("button", { name: "Open the record" }).click();
  await adviser.getByText("Say it in at least 20 letters").first().waitFor();
  await adviser.getByLabel("What has happened").fill("He is at the desk and has nowhere to sleep");
  await adviser.getByRole("button", { name: "Open the record" }).click();
  await adviser.getByRole("heading", { name: found.name }).waitFor();
  assert.ok((await adviser.locator("main").innerText()).includes("emergency"));

  const governance = await open(browser);
  await signIn(governance, server.origin, "governance@medway.example");
  await governance.goto(`${server.origin}/looks`);
  await governance.getByText("He is at the desk").waitFor();
  await looksRight(governance, "access-looks");
  await governance.getByLabel("What you found").first().selectOption("needed");
  await governance.getByLabel("In a few words").first().fill("Spoken with both");
  await governance.getByRole("button", { name: "Close the review" }).first().click();
  await governance.getByText("It was needed: Spoken with both").waitFor();
  for (const page of [manager, adviser, governance]) await page.context().close();
});

/** Somebody whom the manager can open and the adviser cannot. */
async function outOfReach(manager, adviser) {
  for (let person = 1; person < 60; person += 1) {
    const address = `${server.origin}/people/${person}`;
    if ((await adviser.goto(address)).status() !== 404) continue;
    if ((await manager.goto(address)).status() !== 200) continue;
    const name = (await manager.locator("h1").innerText()).trim();
    const text = await manager.locator("main").innerText();
    const born = text.match(/Born (\d+) (\w+) (\d{4})/);
    if (!born) continue;
    const month = new Date(`${born[2]} 1, 2000`).getMonth() + 1;
    return { name, born: [born[1], String(month), born[3]] };
  }
  throw new Error("nobody is out of reach");
}

for (const persona of ["school", "college", "provider", "youth.justice", "youth.service"]) {
  test(`${persona} sees its own people and what is missing`, async () => {
    const page = await open(browser);
    await signIn(page, server.origin, `${persona}@medway.example`);
    await looksRight(page, `access-home-${persona}`);
    await page.goto(`${server.origin}/own`);
    await looksRight(page, `access-own-${persona}`);
    // In a town this small a provider may have nobody; the others have somebody.
    const listed = await page.locator("tbody tr").count();
    assert.ok(listed > 0 || ["college", "provider"].includes(persona), "somebody is listed");
    if (listed > 0) {
      await page.locator(".wm-row-link").first().click();
      await looksRight(page, `access-own-person-${persona}`);
    }
    for (const path of ["/imports", "/follow-up", "/admin", "/looks", "/emergency"]) {
      assert.equal((await page.goto(`${server.origin}${path}`)).status(), 403, path);
    }
    await page.context().close();
  });
}

test("a school checks a list, sends it and keeps the receipt", async () => {
  const file = `${home}/roll.csv`;
  writeFileSync(file, "UPN,Forename,Surname,DOB,Sex,Postcode\nA887200199901,Vera,Quill,2009-05-04,F,ME7 1FN\nB887200199902,Tom,,31/02/2009,M,ME7 1FN\n");
  const page = await open(browser);
  await signIn(page, server.origin, "school@medway.example");
  await page.goto(`${server.origin}/own/files`);
  await page.getByLabel("What you send").selectOption("roll");
  await page.getByLabel("The file").setInputFiles(file);
  await page.getByRole("button", { name: "Check it" }).click();
  for (let tries = 0; tries < 40 && !(await page.getByText("Checked, not sent yet").count()); tries += 1) {
    await page.waitForTimeout(250);
    await page.reload();
  }
  await looksRight(page, "access-own-file");
  await page.getByRole("button", { name: "Send it to the council" }).click();
  await page.getByText("Receipt").waitFor();
  await looksRight(page, "access-own-receipt");
  await page.context().close();
});

test("a password is pasted as well as typed", async () => {
  const page = await open(browser);
  await page.goto(`${server.origin}/sign-in`);
  const [typed, pasted] = [page.getByLabel("Email address"), page.getByLabel("Password")];
  await typed.fill(PASSWORD);
  await typed.press("ControlOrMeta+A");
  await typed.press("ControlOrMeta+C");
  await pasted.press("ControlOrMeta+V");
  assert.equal(await pasted.inputValue(), PASSWORD);
  await page.context().close();
});

test("a browser keeps when somebody was last there and what keys they turned off, and nothing of anybody", async () => {
  const page = await open(browser);
  await signIn(page, server.origin, "ada.fenwick@medway.example");
  for (const path of ["/", "/people", "/follow-up", "/account"]) await page.goto(`${server.origin}${path}`);
  const kept = await page.evaluate(async () => ({
    local: Object.entries(localStorage),
    session: Object.entries(sessionStorage),
    databases: (await indexedDB.databases()).length,
    caches: (await caches.keys()).length,
  }));
  assert.deepEqual([kept.session, kept.databases, kept.caches], [[], 0, 0]);
  for (const [name, value] of kept.local) {
    assert.ok(["waymark-active", "waymark-keys-off"].includes(name), name);
    assert.match(value, /^\d+$/, name);
  }
  await page.context().close();
});
