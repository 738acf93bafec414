// Starts the built binary on a free loopback port and stops exactly that process again.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { resolve } from "node:path";

const root = new URL("../..", import.meta.url).pathname;
/** The program: the debug build, wherever cargo puts it, or the one named in WAYMARK_BINARY. */
export const binary =
  process.env.WAYMARK_BINARY ?? resolve(root, process.env.CARGO_TARGET_DIR ?? "target", "debug/waymark");

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

/** `home` is the register's folder (a new, empty one when not given); `more` further arguments. */
export async function start({ home, more = [] } = {}) {
  const made = home ? null : mkdtempSync(`${tmpdir()}/waymark-e2e-`);
  const address = `127.0.0.1:${await freePort()}`;
  const child = spawn(binary, ["serve", "--home", home ?? made, "--listen", address, ...more], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await ready(child);
  return {
    origin: `http://${address}`,
    async stop() {
      child.kill("SIGTERM");
      if (child.exitCode === null) await once(child, "exit");
      if (made) rmSync(made, { recursive: true });
    },
  };
}

// The server prints its address when it listens.
async function ready(child) {
  const ended = once(child, "exit").then(([code]) => {
    throw new Error(`the server stopped with ${code} before it listened`);
  });
  await Promise.race([once(child.stdout, "data"), ended]);
  child.stdout.resume();
  ended.catch(() => {});
}
