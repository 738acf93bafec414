// Two sign-on services on loopback: a real one (npm's oidc-provider), and one that lies as it is told.

import { createHash, createHmac, createSign, generateKeyPairSync, randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import Provider from "oidc-provider";

export const CLIENT = "waymark";
export const SECRET = "a-secret-of-the-client/with+signs";
/** What the second service would let us ask it in somebody's name. */
export const ACCESS = "a-token-that-nobody-reads-nor-keeps";

const form = (uid) => `<!doctype html><html lang="en"><title>Service</title><h1>Who are you?</h1>
<form method="post" action="/interaction/${uid}"><label>Number <input name="subject"></label>
<label>Methods <input name="methods" value="pwd"></label><button>Sign in</button></form></html>`;

async function body(request) {
  let text = "";
  for await (const piece of request) text += piece;
  return new URLSearchParams(text);
}

async function listening(server) {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return `http://127.0.0.1:${server.address().port}`;
}

async function closed(server) {
  server.closeAllConnections();
  server.close();
  await once(server, "close");
}

/** `returns` is the address that people come back to. Whoever signs in says their number and methods. */
export async function real({ returns, after }) {
  const server = createServer();
  const issuer = await listening(server);
  const provider = new Provider(issuer, {
    clients: [{ client_id: CLIENT, client_secret: SECRET, redirect_uris: [returns], post_logout_redirect_uris: [after] }],
    claims: { openid: ["sub", "amr", "acr", "auth_time", "email"] },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
    pkce: { required: () => true },
    // An address that belongs to somebody else here: it must never count.
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, email: "data.manager@medway.example" }) }),
    loadExistingGrant: async (ctx) => {
      const grant = new ctx.oidc.provider.Grant({ clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.session.accountId });
      grant.addOIDCScope("openid");
      await grant.save();
      return grant;
    },
    cookies: { keys: [randomBytes(16).toString("hex")] },
    jwks: { keys: [{ ...generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ format: "jwk" }), kid: "r", use: "sig" }] },
  });
  const theirs = provider.callback();
  server.on("request", async (request, response) => {
    const found = request.url.match(/^\/interaction\/([\w-]+)$/);
    if (!found) return theirs(request, response);
    if (request.method === "GET") return response.setHeader("content-type", "text/html").end(form(found[1]));
    const said = await body(request);
    const login = { accountId: said.get("subject"), amr: said.get("methods").split(" ") };
    await provider.interactionFinished(request, response, { login });
  });
  return { issuer, stop: () => closed(server) };
}

const encoded = (value) => Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");

/** Answers every code with a token that `lie` may spoil; keeps what it was asked. */
export async function liar() {
  const server = createServer();
  const issuer = await listening(server);
  const made = (kid) => ({ kid, ...generateKeyPairSync("rsa", { modulusLength: 2048 }) });
  const state = { issuer, key: made("one"), lie: {}, asked: null, answer: 200 };
  state.rotate = () => (state.key = made("two"));
  state.claims = () => {
    const now = Math.floor(Date.now() / 1000);
    const base = { iss: issuer, sub: "7", aud: CLIENT, exp: now + 300, iat: now, nonce: state.asked.nonce, amr: ["pwd", "mfa"] };
    return { ...base, ...state.lie.claims?.(now) };
  };
  state.token = () => {
    const { alg = "RS256", key = state.key, shared, spoil } = state.lie;
    const message = `${encoded({ alg, kid: state.key.kid, typ: "JWT" })}.${encoded(state.claims())}`;
    let signature = "";
    if (alg === "RS256") signature = createSign("RSA-SHA256").update(message).sign(key.privateKey, "base64url");
    if (shared) signature = createHmac("sha256", shared(state)).update(message).digest("base64url");
    return spoil ? spoil(message, signature) : `${message}.${signature}`;
  };
  server.on("request", async (request, response) => {
    const json = (value, status = 200) => response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
    if (request.url === "/.well-known/openid-configuration") {
      return json({ issuer, authorization_endpoint: `${issuer}/in`, token_endpoint: `${issuer}/token`, jwks_uri: `${issuer}/keys` });
    }
    if (request.url === "/keys") {
      const { kid, publicKey } = state.key;
      return json({ keys: [{ ...publicKey.export({ format: "jwk" }), kid, use: "sig", alg: "RS256" }] });
    }
    const said = await body(request);
    const proof = createHash("sha256").update(said.get("code_verifier") ?? "").digest("base64url");
    state.bound = proof === state.asked.code_challenge;
    state.proof = request.headers.authorization;
    if (state.answer !== 200) return json({ error: "server_error" }, state.answer);
    json({ access_token: ACCESS, token_type: "Bearer", id_token: state.token() });
  });
  return Object.assign(state, { stop: () => closed(server) });
}
