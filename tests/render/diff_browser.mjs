// SPDX-License-Identifier: GPL-2.0-only OR MIT
// The picture of two captures in a browser: its switch, what only one side has, zoom across both.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { launch } from "./chromium.mjs";

const dir = mkdtempSync(join(tmpdir(), "wallflame-"));
const file = join(dir, "diff.svg");
const picture = execFileSync(process.argv[2]);
writeFileSync(file, picture);
// Where no script runs: the frames are there, and so are their words.
assert.match(picture.toString(), /<title>old\nvanished, not seen after: /);
assert.match(picture.toString(), /<title>fresh\nnew, not seen before: /);

const browser = await launch();
const complaints = [];
const page = await browser.newPage({ viewport: { width: 1200, height: 700 } });
page.on("console", (message) => complaints.push(message.text()));
page.on("pageerror", (error) => complaints.push(error.message));
page.on("request", (request) => {
  if (request.url() !== pathToFileURL(file).href) complaints.push(request.url());
});
await page.goto(pathToFileURL(file).href);

const frame = (name) => page.locator("#frames .f")
  .filter({ has: page.locator("title", { hasText: new RegExp(`^${name}\n`) }) });
const width = async (name) => {
  const box = await frame(name).first().evaluate((node) =>
    node.style.display === "none" ? 0 : +node.querySelector("rect").getAttribute("width"));
  return box;
};
const press = (which) => page.click(`button[data-width="${which}"]`);
const near = (value, expected, what) =>
  assert(Math.abs(value - expected) < 2, `${what}: ${value}, expected ${expected}`);
const whole = await width("all");

try {
  near(await width("old"), whole * 0.0505, "old, both");
  near(await width("fresh"), whole * 0.0255, "fresh, both");
  await press("before");
  near(await width("old"), whole * 0.101, "old, before");
  assert.equal(await width("fresh"), 0, "what is new has no width before");
  near(await width("all"), whole, "the root is always as wide");
  assert.equal(await page.getAttribute('button[data-width="before"]', "aria-pressed"), "true");
  assert.equal(await page.getAttribute('button[data-width="both"]', "aria-pressed"), "false");
  await press("after");
  assert.equal(await width("old"), 0, "what has vanished has no width after");
  near(await width("fresh"), whole * 0.051, "fresh, after");

  // Zoomed into what is new, and then before: there is nothing of it, so all is shown.
  await frame("fresh").first().click();
  near(await width("fresh"), whole, "fresh, zoomed");
  await press("before");
  near(await width("all"), whole, "all is shown again");
  near(await width("old"), whole * 0.101, "old, before again");
  await press("both");

  // Hatches are seen, in the colour scheme's own colours.
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme });
    for (const [name, hatch] of [["old", "gone"], ["fresh", "new"]]) {
      const fill = await frame(name).first().locator("rect")
        .evaluate((node) => getComputedStyle(node).fill);
      assert.match(fill, new RegExp(`url\\("?#${hatch}"?\\)`), `${name} is hatched`);
    }
  }
  await page.fill("#query", "fresh");
  assert.match(await page.locator("#hits").textContent(), /^1 found: 2\.[56] % of all$/);
  assert.equal(await page.evaluate(() => globalThis.pwned), undefined, "a name was run");
  assert.deepEqual(complaints, []);
} finally {
  await browser.close();
  rmSync(dir, { recursive: true });
}
