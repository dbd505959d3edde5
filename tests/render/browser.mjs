// SPDX-License-Identifier: GPL-2.0-only OR MIT
// A flame graph in a browser: zoom, search, reset, keyboard, and names that try to be scripts.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { createServer } from "node:http";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { runInThisContext } from "node:vm";
import { launch } from "./chromium.mjs";

const stacks = [
  "app;main;read_file;openat_[k];alloc_fd_[k] 300",
  "app;main;read_file;openat_[k];dput_[k] 100",
  "app;main;compute;std::map<int, std::vector<long>>::find(int const&)_[i] 200",
  "app;pool;futex_wait_[k] 400",
  "<script>globalThis.pwned=1</script>;x( 50",
  "\"><img src=x onerror=globalThis.pwned=1>;]]><script>globalThis.pwned=1</script> 50",
];
const dir = mkdtempSync(join(tmpdir(), "wallflame-"));
const file = join(dir, "flame.svg");
writeFileSync(file, execFileSync(process.argv[2], ["svg", "</text><script>pwned=1</script>"],
  { input: stacks.join("\n") + "\n" }));

const browser = await launch();
const complaints = [];

async function open(viewport = { width: 1200, height: 700 }) {
  const page = await browser.newPage({ viewport });
  page.on("console", (message) => complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("request", (request) => {
    if (request.url() !== pathToFileURL(file).href) complaints.push(request.url());
  });
  page.on("dialog", (dialog) => { complaints.push("dialog"); dialog.dismiss(); });
  await page.goto(pathToFileURL(file).href);
  return page;
}

// Another picture in the place of the one that is open.
async function show(page, lines, ...options) {
  const other = join(dir, "other.svg");
  const input = Buffer.concat([Buffer.from(lines), Buffer.from("\n")]);
  writeFileSync(other, execFileSync(process.argv[2], ["svg", "other", ...options], { input }));
  page.removeAllListeners("request");
  await page.goto(pathToFileURL(other).href);
}

const frame = (page, name) => page.locator("#frames .f")
  .filter({ has: page.locator("title", { hasText: new RegExp(`^${name}\n`) }) });
const width = async (page, name) =>
  +(await frame(page, name).locator("rect").getAttribute("width"));
const details = (page) => page.locator("#details").textContent();
const focused = (page) => page.evaluate(() =>
  document.activeElement.querySelector("title")?.textContent.split("\n")[0]);

const tests = {
  async "click zooms and reset brings back"(page) {
    const before = await width(page, "read_file");
    await frame(page, "read_file").locator("rect").click();
    assert.ok(await width(page, "read_file") > 1150);
    assert.ok(await width(page, "main") > 1150, "the frames below stay");
    assert.equal(await frame(page, "compute").isVisible(), false);
    assert.ok(Math.abs(await width(page, "alloc_fd") - 0.75 * 1168) < 2);
    await page.locator("#reset").click();
    assert.equal(await width(page, "read_file"), before);
    assert.equal(await frame(page, "compute").isVisible(), true);
  },

  async "search marks, sums once and clears"(page) {
    await page.keyboard.press("/");
    await page.keyboard.type("alloc_fd|openat|futex");
    assert.equal(await page.locator(".f.hit").count(), 3);
    // alloc_fd lies in openat: 400 + 400 of 1100.
    // Its 100 in dput are no frame's that was found.
    assert.equal(await page.locator("#hits").textContent(), "3 found: total 72.7 %, self 63.6 % of all");
    await frame(page, "main").locator("rect").click();
    assert.equal(await page.locator("#hits").textContent(), "2 found: total 66.7 %, self 50.0 % of the zoomed");
    await page.locator("#reset").click();
    await page.keyboard.press("/");
    await page.locator("#query").fill("x(");
    assert.equal(await page.locator("#query").evaluate((e) => e.classList.contains("wrong")),
      false, "a bracket is found as it stands");
    await page.locator("#query").fill("no such name");
    assert.match(await page.locator("#hits").textContent(), /^0 found/);
    await page.keyboard.press("Escape");
    assert.equal(await page.locator("#query").evaluate((e) => e.value), "");
    assert.equal(await page.locator(".f.hit").count(), 0);
  },

  async "what is drawn together may hold more of what was found"(page) {
    const lines = ["app;work 500000", "app;rest;work 499900"];
    for (let i = 0; i < 900; i++) lines.push(`app;rest;work${i} 1`, `app;small${i};work 1`);
    await show(page, lines.join("\n"));
    await page.locator("#query").fill("work");
    assert.equal(await page.locator("#hits").textContent(),
      "2 found: total at least 99.8 %, self at least 99.8 % of all");
    await page.locator("#query").fill("app");
    assert.equal(await page.locator("#hits").textContent(), "1 found: total 100.0 %, self at least 0.0 % of all");
  },

  async "a path leads back from what is zoomed"(page) {
    const steps = () => page.locator("#path button").allTextContents();
    assert.deepEqual(await steps(), [], "nothing is zoomed");
    await frame(page, "alloc_fd").locator("rect").click();
    assert.equal(await page.locator("#path").textContent(),
      "all \u203a app \u203a main \u203a read_file \u203a openat \u203a alloc_fd");
    assert.equal(await page.locator("#path [aria-current]").textContent(), "alloc_fd");
    await page.locator("#path button", { hasText: "main" }).click();
    assert.ok(await width(page, "main") > 1150 && await frame(page, "compute").isVisible());
    assert.equal(await focused(page), "main");
    // By keys alone.
    await page.locator("#path button").nth(1).focus();
    await page.keyboard.press("Enter");
    assert.deepEqual(await steps(), ["all", "app"]);
    assert.ok(await frame(page, "pool").isVisible());
    await page.locator("#path button").first().click();
    assert.deepEqual(await steps(), []);

    const names = Array.from({ length: 40 }, (_, i) => `a_rather_long_function_name_of_level_${i}`);
    await show(page, `${names.join(";")} 1`);
    await frame(page, names[39]).locator("rect").click();
    const shown = await steps();
    assert.equal(shown[0], "all");
    assert.equal(shown[1], "\u2026");
    assert.match(shown.at(-1), /^a_rather.*\u2026.*_39$/);
    assert.ok(await page.locator("#path").evaluate((path) => path.scrollWidth <= path.clientWidth), "it fits");
    await page.locator("#path button").nth(1).click(); // the last of those that were left out
    assert.equal(await focused(page), names[40 - shown.length + 1]);
  },

  async "keys walk, zoom and go back"(page) {
    await frame(page, "all").focus();
    await page.keyboard.press("ArrowUp");
    assert.equal(await focused(page), "app");
    await page.keyboard.press("ArrowUp");
    assert.equal(await focused(page), "main");
    await page.keyboard.press("ArrowRight");
    assert.equal(await focused(page), "pool");
    await page.keyboard.press("Enter");
    assert.ok(await width(page, "pool") > 1150);
    assert.equal(await page.locator("#frames .f[tabindex='0']").count(), 1);
    await page.keyboard.press("Escape");
    assert.equal(await frame(page, "main").isVisible(), true);
    await page.keyboard.press("ArrowDown");
    assert.equal(await focused(page), "app");
    const y = () => frame(page, "all").locator("rect").getAttribute("y");
    const up = +await y();
    await page.keyboard.press("i");
    assert.ok(+await y() < up, "upside down");
    await page.keyboard.press("Control+f");
    assert.equal(await page.evaluate(() => document.activeElement.id), "query");
  },

  async "an icicle hangs from its root"(page) {
    await show(page, stacks.join("\n"), "hanging");
    const y = async (name) => +await frame(page, name).locator("rect").getAttribute("y");
    assert.ok(await y("all") < await y("app") && await y("app") < await y("main"));
    assert.equal(await page.evaluate(() => scrollY), 0);
    await frame(page, "all").focus();
    await page.keyboard.press("ArrowDown");
    assert.equal(await focused(page), "app");
    await page.locator("#flip").click();
    assert.ok(await y("all") > await y("app"));
  },

  // Of leaves first, what is theirs is at the bottom, whatever is above it.
  async "callees first have their own time"(page) {
    await show(page, "work;main 50\nwork;helper;main 30\nread;work;main 20", "reversed");
    await page.locator("#query").fill("work");
    assert.equal(await page.locator("#hits").textContent(), "2 found: total 100.0 %, self 80.0 % of all");
    await page.locator("#query").fill("main");
    assert.equal(await page.locator("#hits").textContent(), "3 found: total 100.0 %, self 0.0 % of all");
    assert.equal(await page.locator("#frames title", { hasText: "itself" }).count(), 0);
  },

  async "tab reaches the controls and the frames"(page) {
    const reached = new Set();
    for (let i = 0; i < 5; i++) {
      await page.keyboard.press("Tab");
      reached.add(await page.evaluate(() => document.activeElement.id ||
        document.activeElement.getAttribute("role")));
    }
    for (const id of ["query", "reset", "flip", "treeitem"]) assert.ok(reached.has(id), id);
  },

  async "a label is short until there is room"(page) {
    const label = () => frame(page, "std::map.*").locator("text").textContent();
    assert.equal(await label(), "std::map<\u2026>::find(\u2026)");
    await frame(page, "std::map.*").locator("rect").click();
    assert.equal(await label(), "std::map<int, std::vector<long>>::find(int const&)");
    await page.locator("#reset").click();
    assert.equal(await label(), "std::map<\u2026>::find(\u2026)");
    await page.locator("#query").fill("vector<long");
    assert.equal(await page.locator(".f.hit").count(), 1, "the whole name is searched");
  },

  // Names that are hard to cut, each in frames of many widths.
  async "names are cut in the middle, with and without a script, and fit"(page) {
    const names = ["plain_function_of_some_library__with_an_end", "\u4e2d\u6587\u51fd\u6570\u540d\u79f0\u5f88\u957f\u7684\u547d\u540d\u7a7a\u95f4",
      "e\u0301a\u0308o\u0302u\u0327i\u0328n\u0303".repeat(5), "\u{1f600}\u{1f680}\u{1d49c}\u{1d4d0}".repeat(6),
      "\u05d0\u05d1\u05d2\u05d3\u05d4\u05d5\u05d6\u05d7".repeat(4), "\u0915\u093e\u0928\u093f\u092e\u0940".repeat(6),
      "\u{1f468}\u200d\u{1f469}\u200d\u{1f467}x".repeat(4), "a&b<cd\"e'f".repeat(4), "long".repeat(400),
      "\u202eturned\u202d".repeat(4)];
    const counts = Array.from({ length: 14 }, (_, i) => 40 + 61 * i);
    const lines = counts.map((count, i) => `${[`c${i}`, ...names].join(";")} ${count}`);
    const svg = execFileSync(process.argv[2], ["svg", "names"], { input: lines.join("\n") + "\n" }).toString();
    const fitName = runInThisContext(`${readFileSync(new URL("../../render/names.js", import.meta.url))}fitName`);
    const plain = (xml) => xml.replace(/&(lt|gt|quot|amp|#39);/g, (all, what) =>
      ({ lt: "<", gt: ">", quot: '"', amp: "&", "#39": "'" })[what]);
    let cut = 0;
    for (const [, title, width, label = ""] of svg.matchAll(
      /<title>([^<\n]*)\n[^<]*<\/title><rect x="[\d.]+" y="\d+" width="([\d.]+)"[^>]*>(?:<text[^>]*>([^<]*))?/g)) {
      const columns = Math.floor((+width + (+width > 2.2 ? 0.8 : 0) - 8) / 6.95 + 1e-3);
      const expected = [columns, columns - 1].map((room) => fitName(plain(title), room)); // widths are rounded
      assert.ok(expected.includes(plain(label)), `${plain(label)} is not ${expected[0]} (${width} px)`);
      cut += /.\u2026./.test(label);
    }
    assert.ok(cut > 50, `${cut} were cut`);

    const other = join(dir, "names.svg");
    writeFileSync(other, svg);
    page.removeAllListeners("request");
    await page.goto(pathToFileURL(other).href);
    for (const width of [1200, 1900, 970]) {
      await page.setViewportSize({ width, height: 700 });
      await page.waitForTimeout(100);
      const wrong = await page.evaluate(() => [...document.querySelectorAll("#frames .f")].flatMap((node) => {
        const label = node.querySelector("text")?.textContent, name = node.querySelector("title").textContent.split("\n")[0];
        if (!label || node.style.display === "none") return [];
        const [head, tail, more] = label.split("\u2026");
        const is = name === label || (more === undefined && head + tail && name.startsWith(head) && name.endsWith(tail) &&
          label.isWellFormed() && !/^[\p{M}\u200d]/u.test(tail));
        // Fonts may draw what is not Latin wider than two columns.
        const fits = !/^[ -~\u2026]*$/.test(label) ||
          node.querySelector("text").getComputedTextLength() <= +node.querySelector("rect").getAttribute("width") - 6;
        return is && fits ? [] : [`${label} of ${name}`];
      }));
      assert.deepEqual(wrong, [], `at ${width} px`);
    }
    const long = page.locator("#frames .f").filter({ has: page.locator("title", { hasText: "1,600 characters" }) });
    await long.last().locator("rect").click();
    assert.match(await details(page), /^long.*\u2026.*long {2}\u00b7 {2}.*\d+ \(in the unit of the file\), .* of all/);
  },

  async "hover tells value, share and evidence"(page) {
    await frame(page, "compute").locator("rect").hover();
    assert.match(await details(page), /compute.*200.*18\.2 % of all.*evidence: /);
    // Beside what was found it has less room.
    await page.locator("#query").fill("a");
    const [told, hits] = [await page.locator("#details").boundingBox(), await page.locator("#hits").boundingBox()];
    assert.ok(told.x + told.width < hits.x, `${told.x + told.width} is not left of ${hits.x}`);
  },

  async "names stay names"(page) {
    assert.equal(await page.evaluate(() => globalThis.pwned), undefined);
    assert.equal(await page.locator("script").count(), 1);
    assert.equal(await page.locator("img").count(), 0);
    // What is no text is still one well-formed picture that works.
    const odd = ["nul\0<script>globalThis.pwned=1</script>", "bad\xff\xfe\xc3(", "cut\xe2\x82", "half\xed\xa0\x80",
      "long\xf4\x90\x80\x80", "turned\xe2\x80\xae<img src=x onerror=globalThis.pwned=1>", "x".repeat(10000)];
    await show(page, Buffer.from(odd.map((name, i) => `top;${name};\xff\0 ${100 + i}`).join("\n"), "latin1"));
    assert.equal(await page.locator("parsererror").count(), 0);
    assert.equal(await page.locator("#frames .f").count(), 2 + 2 * odd.length);
    const titles = await page.locator("#frames .f title").allTextContents();
    for (const title of titles) assert.ok(title.isWellFormed() && !/[\0-\x08\x0b-\x1f\x7f\u202e]/.test(title), title);
    for (const start of ["nul\ufffd<script>", "bad\ufffd", "cut\ufffd", "half\ufffd", "long\ufffd", "turned\ufffd<img", "xxx"]) {
      assert.equal(titles.filter((title) => title.startsWith(start)).length, 1, start);
    }
    await page.locator("#query").fill("nul\ufffd");
    assert.match(await page.locator("#hits").textContent(), /^1 found: total 13\.9 %/);
    await page.locator("#frames .f.hit rect").click();
    assert.match(await page.locator("#path").textContent(), /^all \u203a top \u203a nul\ufffd<script>/);
    assert.equal(await page.evaluate(() => globalThis.pwned), undefined);
  },

  // As a site would serve it that allows nothing else: docs/pictures.md.
  async "a strict policy lets it work"(page) {
    const svg = readFileSync(file), element = (name) => page.locator(name).first().textContent();
    const hash = (text) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
    const [script, style] = [hash(await element("script")), hash(await element("style"))];
    const policies = { "/works": `default-src 'none'; script-src ${script}; style-src ${style}`,
      "/still": `default-src 'none'; style-src ${style}` };
    const server = createServer((request, response) => {
      response.writeHead(200, { "content-type": "image/svg+xml", "content-security-policy": policies[request.url] });
      response.end(svg);
    });
    await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
    const at = `http://127.0.0.1:${server.address().port}`;
    const visitor = await browser.newPage({ viewport: { width: 1200, height: 700 } });
    const broken = [];
    visitor.on("console", (message) => broken.push(message.text()));
    visitor.on("pageerror", (error) => broken.push(error.message));
    await visitor.goto(`${at}/works`);
    await frame(visitor, "read_file").locator("rect").click();
    assert.ok(await width(visitor, "read_file") > 1150, "it zooms");
    await visitor.keyboard.press("/");
    await visitor.keyboard.type("alloc");
    assert.match(await visitor.locator("#hits").textContent(), /^1 found: total 75\.0 %/);
    assert.notEqual(await frame(visitor, "main").locator("rect").evaluate((rect) => getComputedStyle(rect).fill),
      "rgb(0, 0, 0)", "it has its colours");
    await visitor.locator("#flip").click();
    await visitor.locator("#path button").first().click();
    assert.deepEqual(broken, [], "the policy is kept");
    // And it is one: without the hash the script does not run, and the picture is still there.
    await visitor.goto(`${at}/still`);
    assert.ok(broken.some((text) => text.includes("Content Security Policy")), broken.join());
    assert.equal(await visitor.locator("svg.live").count(), 0);
    assert.ok(await width(visitor, "main") > 500);
    await visitor.close();
    server.close();
  },

  async "it has a name and a role"(page) {
    const [role, label] = await page.locator("svg").first().evaluate((svg) => [svg.getAttribute("role"),
      svg.getAttribute("aria-label")]);
    assert.deepEqual([role, label], ["group", "</text><script>pwned=1</script>"]);
    assert.equal(await page.getByRole("treeitem").count(), await page.locator("#frames .f").count());
    assert.equal(await page.getByRole("tree").getAttribute("aria-label"), "Call tree");
  },

  async "a link shows what was looked at"(page) {
    await page.locator("#query").fill("k|al.oc_fd");
    await frame(page, "read_file").locator("rect").click();
    const link = page.url();
    assert.match(link, /#s=k%7Cal\.oc_fd&z=\d+,400,3$/);
    await page.goto("about:blank");
    await page.goto(link);
    assert.equal(await page.evaluate(() => document.querySelector("#query").value), "k|al.oc_fd");
    assert.ok(await width(page, "read_file") > 1100, "zoomed");
    assert.match(await page.locator("#hits").textContent(), /^\d+ found: .* of the zoomed/);
    await page.locator("#reset").click();
    assert.match(page.url(), /#$/);
    await page.goto(pathToFileURL(file).href + "#z=nonsense&s=%5B");
    assert.ok(await width(page, "all") > 1100, "nonsense is the whole picture");
  },

  async "a touch zooms"(page) {
    const phone = await page.context().browser().newPage({ hasTouch: true,
      viewport: { width: 400, height: 800 } });
    await phone.goto(pathToFileURL(file).href);
    const seen = (part) => phone.locator(part).first().boundingBox();
    await phone.waitForTimeout(100);
    const [root, rule] = [await seen("#frames .f rect"), await seen("#rule")];
    assert.ok(root.y > rule.y && root.y + root.height <= 800, `the root is at ${root.y}, below ${rule.y}`);
    assert.ok(await phone.evaluate(() => document.documentElement.getBoundingClientRect().height) < 400,
      "the page is no longer than the picture");
    await frame(phone, "compute").locator("rect").tap();
    assert.ok(await width(phone, "compute") > 900);
    await phone.close();
  },

  async "light and dark"(page) {
    const shade = () => page.evaluate(() =>
      getComputedStyle(document.querySelector("rect.page")).fill);
    await page.emulateMedia({ colorScheme: "light" });
    const light = await shade();
    await page.emulateMedia({ colorScheme: "dark" });
    assert.notEqual(await shade(), light);
    // The colours of causes can be read on, as WCAG has it.
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme });
      const contrasts = await frame(page, "compute").evaluate((node) => {
        const luminance = (fill) => fill.match(/\d+/g).map((value) => value / 255)
          .map((value) => value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4)
          .reduce((sum, value, i) => sum + value * [0.2126, 0.7152, 0.0722][i], 0.05);
        const fill = (part) => luminance(getComputedStyle(node.querySelector(part)).fill);
        return ["fd", "page", "switch", "lock", "io", "cpu", "idle", "unknown"].flatMap((group) =>
          ["c", "k", "n"].map((kind) => {
            node.setAttribute("class", `f ${kind} c-${group}`);
            const pair = [fill("rect"), fill("text")].sort((a, b) => b - a);
            return [`${kind} ${group}`, pair[0] / pair[1]];
          }));
      });
      assert.equal(new Set(contrasts.map(([, value]) => value)).size, 8, "each group has its own");
      for (const [name, value] of contrasts) assert.ok(value >= 4.5, `${name}, ${colorScheme}: ${value.toFixed(2)}`);
    }
  },

  async "a narrower window is filled"(page) {
    await page.setViewportSize({ width: 1000, height: 400 });
    await page.waitForFunction(() => +document.querySelector("#frames .f rect")
      .getAttribute("width") < 1000);
    assert.ok(await width(page, "all") > 960);
    // One of all kinds of frames has the widest legend.
    const kinds = ["app [other];a;b_[i];c_[j];d_[k] 9999999", "app [other];a;e 1", "app [other];a;f 1"];
    writeFileSync(join(dir, "kinds.svg"), execFileSync(process.argv[2], ["svg", "kinds"], { input: kinds.join("\n") + "\n" }));
    page.removeAllListeners("request");
    await page.goto(pathToFileURL(join(dir, "kinds.svg")).href);
    const [flip, legend] = [await page.locator("#flip").boundingBox(), await page.locator("#legend").boundingBox()];
    assert.ok(flip.x + flip.width <= legend.x, `controls end at ${flip.x + flip.width}, the legend begins at ${legend.x}`);
  },

  // The last one: it takes the place of the picture.
  async "a hundred thousand stacks"() {
    let seed = 1;
    const next = (count) => (seed = (seed * 48271) % 2147483647) % count;
    const lines = [];
    for (let i = 0; i < 100000; i++) {
      const names = [];
      for (let depth = 0; depth < 30; depth++)
        names.push(`function_${depth < 4 ? next(3 + depth) : next(500)}`);
      lines.push(names.join(";") + " " + (1 + next(1000)));
    }
    const svg = execFileSync(process.argv[2], ["svg", "large"],
      { input: lines.join("\n") + "\n", maxBuffer: 1 << 24 });
    assert.ok(svg.length <= 3000000, `the picture has ${svg.length} bytes`);
    writeFileSync(file, svg);
    const page = await open();
    // A zoom takes what is drawn of the file, not what is in it (how long: ./dev bench pictures).
    const { frames, changes } = await page.evaluate(() => {
      const all = document.querySelectorAll("#frames .f");
      const observer = new MutationObserver(() => {});
      observer.observe(document.documentElement,
        { subtree: true, childList: true, attributes: true, characterData: true });
      all[1].dispatchEvent(new MouseEvent("click", { bubbles: true }));
      return { frames: all.length, changes: observer.takeRecords().length };
    });
    assert.ok(frames > 500 && frames <= 16000, `${frames} frames`);
    assert.ok(changes > 0 && changes <= 10 * frames + 100, `${changes} changes of ${frames} frames`);
    await page.close();
  },
};

try {
  for (const [name, test] of Object.entries(tests)) {
    const page = await open();
    await test(page);
    await page.close();
    console.log(`ok: ${name}`);
  }
  assert.deepEqual(complaints, []);
} finally {
  await browser.close();
  rmSync(dir, { recursive: true });
}
