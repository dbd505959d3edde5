// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Two captures in a browser, as a picture and as a page: the switch of widths, what only one side
// has, zoom across both, links; of the page also its tables, keys, policy, dark and on paper.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { launch } from "./chromium.mjs";

const dir = mkdtempSync(join(tmpdir(), "wallflame-"));
const texts = {}, urls = {};
for (const format of ["svg", "html"]) {
  const file = join(dir, `diff.${format}`);
  texts[format] = execFileSync(process.argv[2], [format]).toString();
  writeFileSync(file, texts[format]);
  urls[format] = pathToFileURL(file).href;
  // Where no script runs: the frames are there, and so are their words.
  assert.match(texts[format], /<title>old\nvanished, not seen after: /);
  assert.match(texts[format], /<title>fresh\nnew, not seen before: /);
}

const browser = await launch();
const complaints = [];

async function open(url, options = {}) {
  const page = await browser.newPage({ viewport: { width: 1200, height: 700 }, ...options });
  page.on("console", (message) => complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("dialog", (dialog) => { complaints.push("dialog"); dialog.dismiss(); });
  page.on("request", (request) => {
    if (request.url().split("#")[0] !== url.split("#")[0]) complaints.push(request.url());
  });
  await page.goto(url);
  return page;
}

const frame = (page, name) => page.locator("#frames .f")
  .filter({ has: page.locator("title", { hasText: new RegExp(`^${name}\n`) }) }).first();
const width = (page, name) => frame(page, name).evaluate((node) =>
  node.style.display === "none" ? 0 : +node.querySelector("rect").getAttribute("width"));
const press = (page, which) => page.click(`button[data-width="${which}"]`);
const pressed = (page, which) => page.getAttribute(`button[data-width="${which}"]`, "aria-pressed");
const near = (value, expected, what) =>
  assert(Math.abs(value - expected) < 2, `${what}: ${value}, expected ${expected}`);

async function checkWidths(page) {
  const whole = await width(page, "all");
  near(await width(page, "old"), whole * 0.0505, "old, both");
  near(await width(page, "fresh"), whole * 0.0255, "fresh, both");
  await press(page, "before");
  near(await width(page, "old"), whole * 0.101, "old, before");
  assert.equal(await width(page, "fresh"), 0, "what is new has no width before");
  near(await width(page, "all"), whole, "the root is always as wide");
  assert.equal(await pressed(page, "before"), "true");
  assert.equal(await pressed(page, "both"), "false");
  await press(page, "after");
  assert.equal(await width(page, "old"), 0, "what has vanished has no width after");
  near(await width(page, "fresh"), whole * 0.051, "fresh, after");

  // A link to it shows the same.
  await frame(page, "fresh").click();
  near(await width(page, "fresh"), whole, "fresh, zoomed");
  const again = await open(page.url());
  assert.equal(await pressed(again, "after"), "true");
  near(await width(again, "fresh"), whole, "fresh, by its link");
  await again.close();

  // Zoomed into what is new, and then before: there is nothing of it, so all is shown.
  await press(page, "before");
  near(await width(page, "all"), whole, "all is shown again");
  near(await width(page, "old"), whole * 0.101, "old, before again");
  await press(page, "both");
}

// Hatches are seen, in the colour scheme's own colours.
async function checkHatches(page) {
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme });
    for (const [name, hatch] of [["old", "gone"], ["fresh", "new"]]) {
      const fill = await frame(page, name).locator("rect")
        .evaluate((node) => getComputedStyle(node).fill);
      assert.match(fill, new RegExp(`url\\("?#${hatch}"?\\)`), `${name} is hatched`);
    }
  }
  await page.emulateMedia({ colorScheme: "light" });
}

async function checkSearch(page) {
  await page.fill("#query", "fresh");
  assert.match(await page.locator("#hits").textContent(), /^1 found: total 2\.[56] %, self 0\.0 % of all$/);
  // All time is its own at the ends of the stacks, whatever the widths are.
  for (const [which, count] of [["both", 4], ["after", 3], ["before", 3]]) {
    await press(page, which);
    await page.fill("#query", "futex_wait");
    assert.equal(await page.locator("#hits").textContent(), `${count} found: total 100.0 %, self 100.0 % of all`);
    await page.fill("#query", "fresh");
    assert.match(await page.locator("#hits").textContent(),
      { both: /^1 found: total 2\.[56] %/, after: /^1 found: total 5\.1 %/, before: /^0 found/ }[which]);
  }
  await press(page, "both");
  await page.fill("#query", "");
  await frame(page, "fresh").click();
  assert.match(await page.locator("#path").textContent(), /^all \u203a .*main \u203a fresh$/);
  await page.locator("#path button").first().click();
  assert.equal(await page.locator("#path button").count(), 0);
  assert.equal(await page.evaluate(() => globalThis.pwned), undefined, "a name was run");
}

const focused = (page) => page.evaluate(() =>
  document.activeElement.querySelector("title")?.textContent.split("\n")[0]);

async function checkKeys(page) {
  await page.locator("h1").click();
  await page.keyboard.press("/");
  assert.equal(await page.evaluate(() => document.activeElement.id), "query");
  await page.keyboard.type("fre");
  await page.keyboard.press("Enter");
  assert.equal(await focused(page), "fresh");
  await page.keyboard.press("ArrowUp");
  assert.equal(await focused(page), "main", "up leads to the caller");
  await page.keyboard.press("Enter");
  near(await width(page, "main"), await width(page, "all"), "main, zoomed");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");
  assert.equal(await page.inputValue("#query"), "");
  // A section's link leaves the picture as it is, and keys elsewhere scroll.
  await frame(page, "old").click();
  await page.click('nav a[href="#causes"]');
  assert(await width(page, "old") > 500, "still zoomed");
  await page.click("#flip");
  await page.keyboard.press("Escape");
}

// By what JSON says, not by what the page says.
async function checkTables(page) {
  const cells = (section, name) => page.locator(`#${section} tr`, { hasText: name }).first()
    .locator("td").allTextContents();
  assert.equal((await page.title()).split(", ")[0],
    "Before and after: thread time per second of wall time");
  const row = await cells("causes", "lock/futex");
  assert.deepEqual(row.slice(0, 4), ["lock/futex", "401.0 ms", "551.0 ms", "+150.0 ms"]);
  assert.match(row[5], /^\+14\d\.\d ms to \+15\d\.\d ms$/);
  assert.deepEqual(row.slice(6, 8), ["exact", "more, +37.4 %"]);
  assert.match(await page.locator(".lead").textContent(), /^lock\/futex takes 37\.4 % more: 401/);
  // A bar on its side of zero, which is at 100.
  const bar = (of) => page.locator(`#causes tr.${of} .range`).first()
    .evaluate((node) => [+node.getAttribute("x"), +node.getAttribute("width")]);
  const [more, less] = [await bar("more"), await bar("less")];
  assert(more[0] > 100 && less[0] + less[1] < 100, "bars beside zero");
  const stack = page.locator("#stacks details").first();
  await stack.locator("summary").focus();
  await page.keyboard.press("Enter");
  assert.equal(await stack.locator("li").first().isVisible(), true);
  assert.equal(await page.locator("script").count(), 1);
  assert.equal(await page.locator("img").count(), 0);
}

async function checkPaperAndPhone(page) {
  await page.emulateMedia({ media: "print", colorScheme: "dark" });
  for (const hidden of ["nav", ".controls", "#details"]) {
    assert.equal(await page.locator(hidden).isVisible(), false, hidden);
  }
  for (const there of ["#frames", "#causes table", "#causes svg.change >> nth=0"]) {
    assert.equal(await page.locator(there).isVisible(), true, there);
  }
  assert.equal(await page.evaluate(() => getComputedStyle(document.body).backgroundColor),
    "rgb(255, 255, 255)");
  assert.ok((await page.pdf({ format: "A4" })).length > 10000);
  await page.emulateMedia({ media: "screen", colorScheme: "light" });
  await page.setViewportSize({ width: 420, height: 800 });
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth) <= 420);
}

try {
  const picture = await open(urls.svg);
  await checkWidths(picture);
  await checkHatches(picture);
  await checkSearch(picture);
  await picture.close();
  console.log("ok: the picture");

  const page = await open(urls.html);
  await checkWidths(page);
  await checkHatches(page);
  await checkSearch(page);
  await checkKeys(page);
  await checkTables(page);
  await checkPaperAndPhone(page);
  await page.close();
  console.log("ok: the page");

  const still = await open(urls.html, { javaScriptEnabled: false });
  for (const there of ["#frames", "#causes table", ".lead"]) {
    assert.equal(await still.locator(there).isVisible(), true, there);
  }
  assert.equal(await still.locator(".controls").isVisible(), false);
  await still.close();
  assert.deepEqual(complaints, []);
  console.log("ok: the page without script");

  const strict = await open(urls.html);
  await strict.evaluate(() => {
    document.body.insertAdjacentHTML("beforeend", "<i onclick='globalThis.pwned = 2'>x</i>");
    document.body.lastElementChild.click();
  });
  assert.equal(await strict.evaluate(() => globalThis.pwned), undefined);
  assert.ok(complaints.some((text) => text.includes("Content Security Policy")));
  console.log("ok: the policy lets no other script run");
} finally {
  await browser.close();
  rmSync(dir, { recursive: true });
}
