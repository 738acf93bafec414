// Debian's Chromium through playwright-core, with a new profile each time, and the few
// things every test does: sign in, judge by axe, take a picture, look whether a page is right.

import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { chromium } from "playwright-core";

const here = new URL("..", import.meta.url).pathname;
const shots = `${here}shots/`;
const axeSource = readFileSync(`${here}node_modules/axe-core/axe.min.js`, "utf8");
export const PASSWORD = "waymark-demonstration";

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

export async function launch() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

/** A new page in a new profile; fails the test on any script error or stopped content. */
export async function open(browser, { width = 1280, height = 900, scripts = true } = {}) {
  const context = await browser.newContext({
    viewport: { width, height },
    javaScriptEnabled: scripts,
    locale: "en-GB",
    timezoneId: "Europe/London",
    reducedMotion: "reduce",
  });
  const page = await context.newPage();
  // Handed over by the browser's own protocol, which the page's policy does not reach.
  if (scripts) await page.addInitScript(axeSource);
  page.complaints = [];
  page.on("pageerror", (error) => page.complaints.push(error.message));
  page.on("console", (message) => {
    if (message.text().includes("Content Security Policy")) page.complaints.push(message.text());
  });
  return page;
}

/** `persona` is a demo account's email address. */
export async function signIn(page, origin, persona) {
  await page.goto(`${origin}/sign-in`);
  await page.getByLabel("Email address").fill(persona);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.waitForURL((url) => url.pathname !== "/sign-in");
  // Those who need a device are shown its code in a demonstration.
  if (new URL(page.url()).pathname === "/sign-in/code") {
    let used;
    while (new URL(page.url()).pathname === "/sign-in/code") {
      const code = await page.locator("[data-code]").innerText();
      // A code works once; whoever signed in a moment ago waits for the next.
      if (code === used) {
        await page.waitForTimeout(1000);
        // To load the answer anew would send the code again, and each is a guess.
        await page.goto(`${origin}/sign-in/code`);
        continue;
      }
      used = code;
      await page.getByLabel("Code").fill(code);
      const [answer] = await Promise.all([
        page.waitForResponse((r) => r.request().method() === "POST" && new URL(r.url()).pathname === "/sign-in/code"),
        page.getByRole("button", { name: "Sign in", exact: true }).click(),
      ]);
      // Whoever goes on before the page has come hangs up on the sign-in.
      const to = answer.headers().location;
      if (to !== undefined && !to.startsWith("/sign-in/code")) await page.waitForURL((url) => url.pathname !== "/sign-in/code");
      else await page.waitForLoadState();
    }
  }
}

/** The page of the second administrator, who has agreed to the role that was asked for somebody. */
export async function agreed(browser, origin, name) {
  const page = await open(browser);
  await signIn(page, origin, "governance@medway.example");
  await page.goto(`${origin}/admin`);
  await page.getByRole("link", { name }).click();
  await page.getByRole("button", { name: "Agree to the role" }).click();
  await page.getByRole("button", { name: "Make a link for a new password" }).waitFor();
  return page;
}

/** Fails on any violation of WCAG A and AA up to 2.2, or of good practice. */
export async function axe(page) {
  const found = await page.evaluate(async (rules) => {
    // As the page opens: a bar that sticks while scrolling covers what has scrolled under it.
    scrollTo(0, 0);
    const { violations } = await window.axe.run(document, { runOnly: rules });
    const told = ({ target, html, any }) => `${target.join(" ")} :: ${html.slice(0, 160)} :: ${any[0]?.message ?? ""}`;
    return violations.map(({ id, help, nodes }) => ({ id, help, nodes: nodes.slice(0, 4).map(told) }));
  }, RULES);
  assert.deepEqual(found, []);
}

/** Fails when the page itself (not a frame inside it) scrolls sideways. */
export async function noSidewaysScroll(page) {
  const wider = await page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    const inFrame = (e) => e && (["auto", "scroll"].includes(getComputedStyle(e).overflowX) || inFrame(e.parentElement));
    const found = [...document.querySelectorAll("body *")]
      .filter((e) => e.getBoundingClientRect().right > width + 1 && !inFrame(e))
      .slice(0, 8)
      .map((e) => `${e.tagName}.${e.className} ${Math.round(e.getBoundingClientRect().right)}`);
    return [`the page is wider than ${width}`, ...found];
  });
  assert.deepEqual(wider, []);
}

/** Pictures at desk and phone width, in a folder that is not committed. */
export async function shot(page, name) {
  mkdirSync(shots, { recursive: true });
  const before = page.viewportSize();
  for (const width of [1280, 360]) {
    await page.setViewportSize({ width, height: width === 360 ? 740 : 900 });
    await page.screenshot({ path: `${shots}${name}-${width}.png`, fullPage: true });
  }
  await page.setViewportSize(before);
}

/** Judges a page at desk and phone width by axe, by its breadth and by what it complained of, and takes its pictures. */
export async function looksRight(page, name) {
  await axe(page);
  await shot(page, name);
  await page.setViewportSize({ width: 360, height: 740 });
  await axe(page);
  await noSidewaysScroll(page);
  await page.setViewportSize({ width: 1280, height: 900 });
  assert.deepEqual(page.complaints, [], name);
}
