// Every role opens every page of its own menu, at a desk and on a phone, and reads it without script.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { axe, noSidewaysScroll, open, signIn } from "../lib/browser.js";
import { town } from "../lib/town.js";

let place, server, browser;

before(async () => {
  place = await town(600);
  ({ server, browser } = place);
});
after(() => place?.leave());

for (const persona of ["data.manager", "mabel.quayle", "ada.fenwick", "school", "college", "youth.justice", "governance"]) {
  test(`${persona} may open, and read, what the menu offers`, async () => {
    const page = await open(browser);
    await signIn(page, server.origin, `${persona}@medway.example`);
    const menu = page.locator(".wm-menu__link, .wm-footer__links a");
    const paths = await menu.evaluateAll((links) => links.map((link) => link.getAttribute("href")));
    // The same session: a device's code signs in once, so a second sign-in would wait half a minute.
    const bare = await open(browser, { scripts: false });
    await bare.context().addCookies(await page.context().cookies());
    const wrong = {};
    for (const path of paths) {
      try {
        const answer = await page.goto(server.origin + path);
        assert.equal(answer.status(), 200);
        for (const width of [1280, 360]) {
          await page.setViewportSize({ width, height: 800 });
          await axe(page);
          await noSidewaysScroll(page);
        }
        assert.deepEqual(page.complaints, []);
        await bare.goto(server.origin + path);
        assert.ok((await bare.locator("main").innerText()).length > 40, "nothing to read without script");
      } catch (error) {
        wrong[path] = error.actual ?? error.message;
      }
    }
    assert.deepEqual(wrong, {});
    await page.context().close();
    await bare.context().close();
  });
}
