// The server's edge over real sockets: headers on every class of answer, forged requests,
// and connections that dawdle.

import assert from "node:assert/strict";
import { connect } from "node:net";
import { after, before, test } from "node:test";
import { start } from "../lib/server.js";

let server;

before(async () => {
  server = await start({ more: ["--gallery"] });
});
after(() => server?.stop());

const ask = (path, options) => fetch(server.origin + path, { redirect: "manual", ...options });

test("every class of answer carries the security headers", async () => {
  const answers = {
    page: await ask("/gallery"),
    missing: await ask("/nowhere"),
    forged: await ask("/gallery/form", { method: "POST", body: "surname=x" }),
    method: await ask("/gallery", { method: "DELETE" }),
    asset: await ask((await (await ask("/gallery")).text()).match(/\/assets\/app-\w+\.css/)[0]),
    "missing asset": await ask("/assets/none.css"),
    health: await ask("/healthz"),
    redirect: await ask("/session/keep"),
    large: await ask("/gallery/form", { method: "POST", body: "x".repeat(1_100_000) }),
  };
  for (const [name, answer] of Object.entries(answers)) {
    const header = (key) => answer.headers.get(key) ?? "";
    assert.match(header("content-security-policy"), /^default-src 'none'; .*frame-ancestors 'none'/, name);
    assert.equal(header("x-content-type-options"), "nosniff", name);
    assert.equal(header("referrer-policy"), "no-referrer", name);
    assert.equal(header("cross-origin-opener-policy"), "same-origin", name);
    assert.match(header("cache-control"), name === "asset" ? /immutable/ : /no-store/, name);
  }
  assert.equal(answers.forged.status, 403);
  assert.equal(answers.redirect.status, 303);
  assert.equal(answers.large.status, 413);
});

test("a form needs its own visitor's token and our own origin", async () => {
  const first = await ask("/gallery");
  const cookie = first.headers.get("set-cookie").split(";")[0];
  const token = (await first.text()).match(/name="csrf" value="(\w+)"/)[1];
  const post = (headers, body) => ask("/gallery/form", {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded", ...headers },
    body,
  });
  const body = `csrf=${token}&surname=Bexley`;
  assert.equal((await post({ cookie }, body)).status, 200);
  assert.equal((await post({}, body)).status, 403, "another visitor's token");
  assert.equal((await post({ cookie }, "surname=Bexley")).status, 403, "no token");
  assert.equal((await post({ cookie, origin: "https://evil.example" }, body)).status, 403);
});

const spoken = (text, milliseconds) =>
  new Promise((resolve) => {
    const began = Date.now();
    const { hostname, port } = new URL(server.origin);
    const socket = connect(port, hostname, () => socket.write(text));
    let heard = "";
    socket.on("data", (data) => (heard += data));
    socket.on("error", () => {});
    socket.on("close", () => resolve({ heard, after: Date.now() - began }));
    setTimeout(() => socket.destroy(), milliseconds);
  });

test("unfinished headers are cut off after ten seconds", { timeout: 20_000 }, async () => {
  const { after } = await spoken("GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: ", 15_000);
  assert.ok(after > 8_000 && after < 12_500, `closed after ${after} ms`);
});

test("an unfinished body is cut off after ten seconds and a little", { timeout: 20_000 }, async () => {
  const head = "POST /gallery/form HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\ncsrf=";
  const { after, heard } = await spoken(head, 15_000);
  assert.ok(after > 8_000 && after < 12_500, `closed after ${after} ms: ${heard.slice(0, 80)}`);
});

test("headers over 16 KiB are refused", async () => {
  const { heard } = await spoken(`GET / HTTP/1.1\r\nHost: x\r\nX-Big: ${"a".repeat(40_000)}\r\n\r\n`, 3_000);
  assert.match(heard, /^HTTP\/1.1 431/);
});
