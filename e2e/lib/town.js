// A demonstration town served to a browser, and the way out again: what most tests begin and end with.

import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { launch } from "./browser.js";
import { binary, start } from "./server.js";

/**
 * Makes a town of so many people in a folder of its own and serves it. `first` is called with the program
 * before it is served, for what a test needs beside the town.
 */
export async function town(people, first = () => {}) {
  const home = mkdtempSync(`${tmpdir()}/waymark-town-`);
  const waymark = (...words) => execFileSync(binary, [...words, "--home", home], { encoding: "utf8", stdio: "pipe" });
  waymark("demo", "--people", String(people));
  await first(waymark, home);
  const server = await start({ home });
  const browser = await launch();
  return {
    home,
    server,
    browser,
    waymark,
    origin: server.origin,
    async leave() {
      await browser.close();
      await server.stop();
      rmSync(home, { recursive: true });
    },
  };
}
