// Signing in by another service: the real npm oidc-provider in a browser, then a service that lies in every
// way we know, asked without one.

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { agreed, looksRight, open, PASSWORD, signIn } from "../lib/browser.js";
import { ACCESS, CLIENT, liar, real, SECRET } from "../lib/sign_on.js";
import { town } from "../lib/town.js";

const REAL = "Medway sign-on";
const LIAR = "Doubtful sign-on";
let place, home, server, browser, service, false_one, manager;

before(async () => {
  place = await town(300, (waymark) => waymark("keys", "make"));
  ({ home, server, browser } = place);
  service = await real({ returns: `${server.origin}/sign-in/with/1/back`, after: `${server.origin}/sign-in` });
  false_one = await liar();
  manager = await open(browser);
  await signIn(manager, server.origin, "data.manager@medway.example");
});
after(async () => {
  await service?.stop();
  await false_one?.stop();
  await place?.leave();
});

/** The administrator shows again who they are, so that what follows is not asked about on a slow machine. */
async function freshly() {
  await manager.goto(`${server.origin}/account/prove?to=/admin`);
  await manager.getByLabel("Your password").fill(PASSWORD);
  await manager.getByRole("button", { name: "Go on" }).click();
  await manager.waitForURL(`${server.origin}/admin`);
}

async function add(name, issuer, secret) {
  await freshly();
  await manager.goto(`${server.origin}/admin/sign-on/new`);
  await manager.getByLabel("Name", { exact: true }).fill(name);
  await manager.getByLabel("Issuer").fill(issuer);
  await manager.getByLabel("Client id").fill(CLIENT);
  await manager.getByLabel("Client secret").fill(secret);
  await manager.getByRole("button", { name: "Add service" }).click();
}

/** The page of somebody's single sign-on. */
async function personPage(name) {
  await freshly();
  await manager.getByRole("link", { name }).click();
  await manager.getByRole("link", { name: "Who they are at a sign-on service" }).click();
}

async function joinByNumber(name, serviceName, subject) {
  await personPage(name);
  await giveNumber(manager, serviceName, subject);
}

async function giveNumber(page, serviceName, subject) {
  await page.getByLabel("Service of the number").selectOption({ label: serviceName });
  await page.getByLabel("Number there").fill(subject);
  await page.getByRole("button", { name: "Join", exact: true }).click();
}

/** Says who one is at the real service. */
async function there(page, subject, methods) {
  await page.getByRole("heading", { name: "Who are you?" }).waitFor();
  await page.getByLabel("Number").fill(subject);
  await page.getByLabel("Methods").fill(methods);
  await page.getByRole("button", { name: "Sign in" }).click();
}

test("an administrator adds a sign-on service that answers; its secret is sealed", async () => {
  await manager.goto(`${server.origin}/admin/sign-on`);
  await looksRight(manager, "sign-on-none");
  await add(REAL, "http://127.0.0.1:9", SECRET);
  await manager.getByText("no sign-on service was found").first().waitFor();
  await looksRight(manager, "sign-on-silent");
  // Somebody who gives out another's page about itself is not taken for them.
  await add(REAL, service.issuer.replace("127.0.0.1", "localhost"), SECRET);
  await manager.getByText("it calls itself").first().waitFor();
  await add(REAL, service.issuer, SECRET);
  await manager.getByRole("heading", { name: REAL }).waitFor();
  assert.equal(await manager.getByLabel("Redirect address").inputValue(), `${server.origin}/sign-in/with/1/back`);
  await looksRight(manager, "sign-on-one");
  assert.ok(!(await manager.content()).includes(SECRET), "the secret is never shown");
  for (const file of readdirSync(home).filter((name) => name.includes("waymark"))) {
    assert.ok(!readFileSync(`${home}/${file}`).includes(SECRET), `${file} holds the secret in the clear`);
  }
  await add("The same", service.issuer, SECRET);
  await manager.getByText("here already").first().waitFor();
});

test("an invitation joins an account to who its owner is there, and they come in, prove and go out by it", async () => {
  await personPage("Ada Fenwick");
  await manager.getByRole("button", { name: "Make an invitation" }).click();
  const link = await manager.getByLabel("Address to give").inputValue();
  await looksRight(manager, "sign-on-person");
  const ada = await open(browser);
  await ada.goto(link);
  await looksRight(ada, "sign-on-invited");
  await ada.getByRole("button", { name: `Go on to ${REAL}` }).click();
  await there(ada, "ada-7", "pwd otp");
  await ada.getByRole("button", { name: "Sign out" }).waitFor();
  await ada.goto(`${server.origin}/account`);
  await ada.getByRole("cell", { name: REAL }).waitFor();
  // Showing again who one is: the service asks anew although one is signed in there.
  await ada.goto(`${server.origin}/account/prove?to=/account`);
  await looksRight(ada, "sign-on-prove");
  await ada.getByRole("button", { name: `Sign in again with ${REAL}` }).click();
  await there(ada, "ada-7", "pwd otp");
  await ada.waitForURL(`${server.origin}/account`);
  await ada.getByRole("button", { name: "Sign out" }).click();
  await ada.getByRole("heading", { name: "You are signed out of Waymark" }).waitFor();
  await looksRight(ada, "sign-on-out");
  const asked = ada.waitForRequest((request) => request.url().startsWith(service.issuer));
  await ada.getByRole("button", { name: `Sign out of ${REAL}` }).click();
  await asked;
  // The service, which knows of nobody any more, sends them back at once.
  await ada.waitForURL((url) => url.origin === server.origin && url.pathname === "/sign-in");
  // Signing out of Waymark emptied what the browser kept of this host, the service's port included.
  await ada.goto(`${server.origin}/sign-in`);
  await looksRight(ada, "sign-on-sign-in");
  await ada.getByRole("button", { name: `Sign in with ${REAL}` }).click();
  await there(ada, "ada-7", "pwd otp");
  await ada.getByRole("button", { name: "Sign out" }).waitFor();
  await ada.goto(link);
  await ada.getByText("This invitation was used already").waitFor();
  await ada.context().close();
});

test("whom nobody joined is shown their number; an address joins nobody; an administrator joins by number", async () => {
  const page = await open(browser);
  await page.goto(`${server.origin}/sign-in`);
  await page.getByRole("button", { name: `Sign in with ${REAL}` }).click();
  await there(page, "gov-3", "pwd mfa");
  await page.getByRole("heading", { name: "No account is joined to this sign-in" }).waitFor();
  assert.equal(await page.locator("[data-subject]").innerText(), "gov-3");
  await looksRight(page, "sign-on-unknown");
  await page.context().close();

  await freshly();
  await manager.goto(`${server.origin}/admin/people/new`);
  await manager.getByLabel("Name", { exact: true }).fill("Odile Marr");
  await manager.getByLabel("Email address").fill("odile@medway.example");
  await manager.getByLabel("Role").selectOption("governance");
  await manager.getByRole("button", { name: "Make account" }).click();
  const second = await agreed(browser, server.origin, "Odile Marr");
  await joinByNumber("Odile Marr", REAL, "gov-3");
  await manager.getByText("was the second to agree").first().waitFor();
  await second.getByRole("link", { name: "Who they are at a sign-on service" }).click();
  await giveNumber(second, REAL, "odile@medway.example");
  await second.getByText("not an email address").first().waitFor();
  await giveNumber(second, REAL, "gov-3");
  await second.getByRole("cell", { name: "gov-3" }).waitFor();
  await second.context().close();
  await joinByNumber("Ada Fenwick", REAL, "gov-3");
  await manager.getByText("joined to an account already").first().waitFor();
});

test("what the service says of factors spares our own as far as the role allows", async () => {
  const come = async (methods) => {
    const page = await open(browser);
    await page.goto(`${server.origin}/sign-in/with/1`);
    await there(page, "gov-3", methods);
    await page.waitForURL((url) => url.origin === server.origin);
    const at = new URL(page.url()).pathname;
    const asked = at === "/sign-in/code";
    if (!asked) await page.getByRole("button", { name: "Sign out" }).waitFor();
    await page.context().close();
    return asked;
  };
  assert.equal(await come("pwd"), true, "one factor");
  assert.equal(await come("pwd otp mfa"), true, "governance needs what cannot be phished");
  assert.equal(await come("hwk pin"), false, "a key of one's own");
});

const jar = (response) => response.headers.getSetCookie().map((one) => one.split(";")[0]).join("; ");
let places = 0;

/** Leaves for the service and comes back, spoiling what `spoil` says; whether one is in, and what is said. */
async function attempt({ lie = {}, spoil = {}, place = `198.51.100.${++places}` } = {}) {
  const from = { "x-forwarded-for": place };
  const get = (path, cookie = "") => fetch(server.origin + path, { redirect: "manual", headers: { cookie, ...from } });
  const cookie = jar(await get("/sign-in"));
  const left = await get("/sign-in/with/2", cookie);
  if (left.status !== 303) return { inside: false, said: await left.text() };
  const asked = Object.fromEntries(new URL(left.headers.get("location")).searchParams);
  Object.assign(false_one, { asked, lie });
  const back = { code: "c", state: spoil.state ?? asked.state, ...spoil.answer };
  const path = `/sign-in/with/${spoil.service ?? 2}/back?${new URLSearchParams(back)}`;
  const answer = await get(path, spoil.cookie ?? cookie);
  const inside = async (cookies) => (await get("/session/keep", cookies)).status === 204;
  const got = jar(answer);
  const result = { inside: (await inside(got)) || (await inside(cookie)), said: await answer.text(), asked, cookie, path, get };
  if (spoil.again) result.second = await (await get(path, cookie)).text();
  return result;
}

test("a good answer of the second service lets in, bound by state, nonce and PKCE", async () => {
  await add(LIAR, false_one.issuer, SECRET);
  await manager.getByRole("heading", { name: LIAR }).waitFor();
  await joinByNumber("Ada Fenwick", LIAR, "7");
  await manager.getByRole("cell", { name: "7", exact: true }).waitFor();
  const good = await attempt();
  assert.ok(good.inside, good.said);
  assert.ok(false_one.bound, "the verifier fits the challenge");
  assert.equal(good.asked.code_challenge_method, "S256");
  assert.ok(good.asked.state.length >= 43 && good.asked.nonce.length >= 43, "256 bits of chance");
  const [client, secret] = Buffer.from(false_one.proof.split(" ")[1], "base64").toString().split(":");
  assert.deepEqual([client, decodeURIComponent(secret)], [CLIENT, SECRET]);
});

test("the access token that comes beside the identity is neither kept nor handed on", async () => {
  const good = await attempt();
  assert.ok(good.inside && !good.said.includes(ACCESS), good.said);
  for (const file of readdirSync(home).filter((name) => name.includes("waymark"))) {
    assert.ok(!readFileSync(`${home}/${file}`).includes(ACCESS), `${file} holds the token`);
  }
});

const other = () => ({ lie: { claims: () => ({ sub: "ada-7" }) } });
const hostile = {
  "a wrong nonce": { lie: { claims: () => ({ nonce: "n" }) } },
  "no nonce": { lie: { claims: () => ({ nonce: undefined }) } },
  "another audience": { lie: { claims: () => ({ aud: "else" }) } },
  "several audiences and no party": { lie: { claims: () => ({ aud: [CLIENT, "else"] }) } },
  "another party": { lie: { claims: () => ({ azp: "else" }) } },
  "another issuer": { lie: { claims: () => ({ iss: "https://id.example" }) } },
  "the real service's name as issuer": { lie: { claims: () => ({ iss: service.issuer, sub: "ada-7" }) } },
  "an expired token": { lie: { claims: (now) => ({ exp: now - 121 }) } },
  "no expiry": { lie: { claims: () => ({ exp: undefined }) } },
  "an expiry that is text": { lie: { claims: (now) => ({ exp: String(now + 300) }) } },
  "a token from ahead": { lie: { claims: (now) => ({ iat: now + 600 }) } },
  "a token from long ago": { lie: { claims: (now) => ({ iat: now - 3600 }) } },
  "a token that is not valid yet": { lie: { claims: (now) => ({ nbf: now + 600 }) } },
  "an empty number": { lie: { claims: () => ({ sub: "" }) } },
  "algorithm none": { lie: { alg: "none" } },
  "no signature": { lie: { spoil: (message) => `${message}.` } },
  "a shared secret as key": { lie: { alg: "HS256", shared: () => SECRET } },
  "the public key as shared secret": {
    lie: { alg: "HS256", shared: (state) => state.key.publicKey.export({ type: "spki", format: "pem" }) },
  },
  "a spoilt signature": { lie: { spoil: (message, signature) => `${message}.${signature.slice(0, -8)}AAAAAAAA` } },
  "a body that was not signed": {
    lie: { spoil: (message, signature) => `${message.split(".")[0]}.${Buffer.from('{"sub":"7"}').toString("base64url")}.${signature}` },
  },
  "a state that nobody began": { spoil: { state: "f".repeat(64) } },
  "no state": { spoil: { state: "" } },
  "another browser's cookie": { spoil: { cookie: `waymark=${"a".repeat(64)}` } },
  "an answer brought to another service": { spoil: { service: 1 } },
  "an answer that names another issuer": { spoil: { answer: { iss: "https://id.example" } } },
  "an error instead of a code": { spoil: { answer: { error: "access_denied" } } },
};

for (const [name, lies] of Object.entries(hostile)) {
  test(`single sign-on refuses ${name}`, async () => {
    const found = await attempt(lies);
    assert.equal(found.inside, false, found.said.slice(0, 400));
    assert.ok(found.said.includes("There is a problem"), found.said.slice(0, 400));
  });
}

test("single sign-on refuses a key that the service does not publish", async () => {
  const stranger = (await import("node:crypto")).generateKeyPairSync("rsa", { modulusLength: 2048 });
  assert.equal((await attempt({ lie: { key: stranger } })).inside, false);
});

test("another issuer's number is nobody's here", async () => {
  const found = await attempt(other());
  assert.equal(found.inside, false);
  assert.ok(found.said.includes("No account is joined to this sign-in"), found.said.slice(0, 400));
});

test("a replayed state is worth nothing", async () => {
  const first = await attempt({ spoil: { again: true } });
  assert.ok(first.inside);
  assert.ok(first.second.includes("was finished already"));
});

test("a clock that is a minute off keeps nobody out", async () => {
  for (const off of [-60, 60]) {
    const claims = (now) => ({ iat: now + off, nbf: now + off, exp: now + off + 30 });
    assert.ok((await attempt({ lie: { claims } })).inside, `${off} seconds`);
  }
});

test("a service that is down is told of in plain words", async () => {
  false_one.answer = 503;
  const found = await attempt();
  false_one.answer = 200;
  assert.equal(found.inside, false);
  assert.ok(found.said.includes("does not answer now") && found.said.includes("Nothing is wrong with your account"));
});

test("new keys of the service are learned without anybody's doing", async () => {
  await sleep(10_500);
  false_one.rotate();
  assert.ok((await attempt()).inside);
});

test("many unfinished sign-ins make that place wait and no other", async () => {
  let said = "";
  for (let n = 0; n < 24 && !said.includes("Too many"); n++) {
    said = (await attempt({ place: "203.0.113.9", spoil: { state: "" } })).said;
  }
  assert.ok(said.includes("Too many sign-ins were begun from here"));
  assert.ok((await attempt({ place: "203.0.113.10" })).inside, "another place");
});

test("parting ends sessions, and an ended service lets nobody in", async () => {
  const found = await attempt();
  const session = await attempt();
  assert.ok(found.inside && session.inside);
  await personPage("Ada Fenwick");
  const parts = manager.waitForResponse((answer) => answer.request().method() === "POST");
  await manager.getByRole("row", { name: LIAR }).getByRole("button", { name: "Part" }).click();
  assert.equal((await parts).status(), 303);
  await personPage("Ada Fenwick");
  assert.equal(await manager.getByRole("row", { name: LIAR }).count(), 0);
  const parted = await attempt();
  assert.equal(parted.inside, false);
  assert.ok(parted.said.includes("No account is joined"));
  await freshly();
  await manager.goto(`${server.origin}/admin/sign-on/2`);
  await manager.getByRole("button", { name: "End this service" }).click();
  await manager.getByRole("row", { name: LIAR }).getByText("Ended").waitFor();
  const ended = await attempt();
  assert.ok(ended.said.includes("is not there any more"));
});
