// SPDX-License-Identifier: GPL-2.0-only OR MIT
// The HTML report in a browser: a picked thread and second is what the flame graph shows, by mouse,
// keyboard and lists; names that try to be scripts; without script, dark, on paper, narrow.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { launch } from "./chromium.mjs";

const THREADS = 6, SLICES = 10, FIRST_TID = 100;
const HOSTILE = "</script><script>globalThis.pwned=1</script>]]>\"'&amp;" +
  "<img src=x onerror=globalThis.pwned=1>\u202eevil\u0001\n" + "x".repeat(10240);
const sample = process.argv[2];
const dir = mkdtempSync(join(tmpdir(), "wallflame-"));

function write(name, ...shape) {
  const file = join(dir, name);
  writeFileSync(file, execFileSync(sample, shape.map(String), { maxBuffer: 1 << 26 }));
  return pathToFileURL(file).href;
}
// By what the capture was written with, not by what the page says.
const runningUs = (tid, slice) =>
  +execFileSync(sample, ["expect", String(tid - FIRST_TID), String(slice)]) / 1000;

const urls = {
  hostile: write("hostile.html", THREADS, SLICES, 8, 3, HOSTILE),
  crowd: write("crowd.html", 500, 30, 40, 3, "service"),
};
const browser = await launch();
const complaints = [];

async function open(url, options = {}) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, ...options });
  page.on("console", (message) => complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("request", (request) => {
    if (request.url().split("#")[0] !== url.split("#")[0]) complaints.push(request.url());
  });
  page.on("dialog", (dialog) => { complaints.push("dialog"); dialog.dismiss(); });
  await page.goto(url);
  return page;
}

const near = (value, wanted, what) =>
  assert.ok(Math.abs(value - wanted) <= 1, `${what}: ${value}, not ${wanted}`);
const total = async (page) => +(await page.locator("#total").getAttribute("data-us"));
const rootUs = async (page) => +(await page.locator("#graph svg.flame g").first().getAttribute("data-us"));
const shown = (page) => page.locator("#shown").textContent();
const value = (page, id) => page.locator(id).evaluate((element) => +element.value);
const rows = (page) => page.evaluate(() =>
  JSON.parse(document.getElementById("data").textContent).rows.map(([tid]) => tid));
const focused = (page) => page.evaluate(() =>
  document.activeElement.querySelector("title")?.textContent.split("\n")[0]);
const frameSums = (page, level) => page.evaluate((wanted) =>
  [...document.querySelectorAll(`#graph svg.flame g[aria-level="${wanted}"]`)]
    .reduce((sum, node) => sum + +node.dataset.us, 0), level);

async function cell(page, row, column) {
  const map = page.locator("#heat canvas").nth(1);
  const box = await map.boundingBox();
  const gutter = box.width < 520 ? 84 : 150, height = box.height / THREADS;
  return { x: box.x + gutter + (box.width - gutter) * (column + 0.5) / SLICES,
    y: box.y + (row + 0.5) * height };
}

async function checkPick(page, tid, from, to) {
  let running = 0;
  for (let slice = from; slice <= to; slice++) running += runningUs(tid, slice);
  await page.locator("#view").selectOption("all");
  near(await total(page), (to - from + 1) * 1e6, `all time of ${tid}`);
  assert.equal(await rootUs(page), await total(page));
  await page.locator("#view").selectOption("on");
  assert.ok(Math.abs(await total(page) - running) <= to - from + 1, `running of ${tid}`);
  for (const level of [2, 3]) assert.equal(await frameSums(page, level), await total(page));
  await page.locator("#view").selectOption("all");
}

const tests = {
  async "all time is there at first"(page) {
    near(await total(page), THREADS * SLICES * 1e6, "all");
    assert.match(await shown(page), /^All threads, the whole window, all time: 60\.00 s$/);
  },

  async "a click picks one thread and one second"(page) {
    const order = await rows(page);
    await page.locator("#heat").scrollIntoViewIfNeeded();
    for (const [row, column] of [[0, 0], [2, 7], [THREADS - 1, SLICES - 1]]) {
      const at = await cell(page, row, column);
      await page.mouse.click(at.x, at.y);
      assert.deepEqual([await value(page, "#thread"), await value(page, "#from"),
        await value(page, "#to")], [row, column, column]);
      await checkPick(page, order[row], column, column);
      await page.locator("#heat").scrollIntoViewIfNeeded();
    }
    // One of 60 cells of a second of a thread.
    assert.match(await shown(page), / 10\d, 9\.000 s to 10\.00 s, all time: 1\.000 s \(1\.7 % of all thread time\)$/);
    assert.match(await page.locator("#flame g[data-i='0'] title").textContent(),
      /^all\n1\.000 s, 100\.0 % of what is shown, 1\.7 % of all thread time\n/);
  },

  async "a touch picks one thread and one second"(page) {
    const phone = await open(urls.hostile, { hasTouch: true, isMobile: true, viewport: { width: 420, height: 800 } });
    const order = await rows(phone);
    for (const [row, column] of [[1, 3], [4, 8]]) {
      await phone.locator("#heat").scrollIntoViewIfNeeded();
      const at = await cell(phone, row, column);
      await phone.touchscreen.tap(at.x, at.y);
      assert.deepEqual([await value(phone, "#thread"), await value(phone, "#from"), await value(phone, "#to")],
        [row, column, column]);
      await checkPick(phone, order[row], column, column);
    }
    await phone.locator("#graph svg.flame g").filter({ has: phone.locator("title", { hasText: /^pthread_mutex_lock\n/ }) })
      .locator("rect").tap();
    assert.match(await phone.locator("#path").textContent(), /pthread_mutex_lock$/, "a frame zooms");
    await phone.close();
  },

  async "a drag picks a range, a name its thread, the first row all"(page) {
    const order = await rows(page);
    await page.locator("#heat").scrollIntoViewIfNeeded();
    const from = await cell(page, 1, 6), to = await cell(page, 1, 3);
    await page.mouse.move(from.x, from.y);
    await page.mouse.down();
    await page.mouse.move(to.x, to.y, { steps: 6 });
    await page.mouse.up();
    await checkPick(page, order[1], 3, 6);
    await page.locator("#heat").scrollIntoViewIfNeeded();
    const name = await cell(page, 4, 0);
    const left = (await page.locator("#heat").boundingBox()).x;
    await page.mouse.click(left + 20, name.y);
    await checkPick(page, order[4], 0, SLICES - 1);
    const head = await page.locator("#heat canvas").first().boundingBox();
    await page.mouse.click(name.x, head.y + 20);
    near(await total(page), THREADS * 1e6, "a second of all threads");
    await page.locator("#clear").click();
    near(await total(page), THREADS * SLICES * 1e6, "all again");
  },

  async "lists pick the same"(page) {
    const order = await rows(page);
    await page.locator("#thread").selectOption("3");
    await page.locator("#from").selectOption("2");
    await page.locator("#to").selectOption("4");
    await checkPick(page, order[3], 2, 4);
    await page.locator("#from").selectOption("8");
    assert.equal(await value(page, "#to"), 8, "the end follows");
  },

  async "keys pick, and tell"(page) {
    const order = await rows(page);
    await page.locator("#heat").focus();
    for (const key of ["ArrowDown", "ArrowDown", "ArrowRight", "ArrowRight"]) await page.keyboard.press(key);
    const us = runningUs(order[1], 2);
    assert.match(await page.locator("#cell").textContent(),
      new RegExp(` ${order[1]}, 2\\.000 s to 3\\.000 s: 1\\.000 s: .*running ${(us / 1e4).toFixed(1)} %`));
    await page.keyboard.press("Enter");
    await checkPick(page, order[1], 2, 2);
    await page.locator("#heat").focus();
    await page.keyboard.press("Shift+ArrowRight");
    await checkPick(page, order[1], 2, 3);
    await page.locator("#heat").focus();
    await page.keyboard.press("Escape");
    near(await total(page), THREADS * SLICES * 1e6, "all");
  },

  async "colours tell states or causes"(page) {
    const legend = () => page.locator("#time .legend").textContent();
    assert.match(await legend(), /running.*woken/);
    const painted = () => page.locator("#heat canvas").nth(1).evaluate((canvas) => canvas.toDataURL());
    const before = await painted();
    await page.locator("#colours").selectOption("causes");
    assert.equal(await legend(), "cpulock");
    assert.notEqual(await painted(), before);
    await page.locator("#heat").focus();
    await page.keyboard.press("ArrowDown");
    const us = runningUs((await rows(page))[0], 0);
    assert.match(await page.locator("#cell").textContent(),
      new RegExp(`cpu ${(us / 1e4).toFixed(1)} %`));
  },

  async "roots and views regroup the same time"(page) {
    await page.locator("#by").selectOption("cause");
    assert.equal(await total(page), THREADS * SLICES * 1e6);
    const names = await page.locator("#graph svg.flame g[aria-level='2'] > title").allTextContents();
    assert.deepEqual(names.map((text) => text.split("\n")[0]).sort(), ["cpu", "lock"]);
    await page.locator("#by").selectOption("code");
    assert.equal(await frameSums(page, 2), THREADS * SLICES * 1e6);
    await page.locator("#view").selectOption("on");
    const on = await total(page);
    await page.locator("#view").selectOption("off");
    assert.equal(on + await total(page), THREADS * SLICES * 1e6);
  },

  async "causes and what waits for them have their colours"(page) {
    const frame = (name) => page.locator("#graph svg.flame g").filter({
      has: page.locator("title", { hasText: new RegExp(`^${name}\n`) }) }).first();
    assert.equal(await frame("futex_wait_queue").getAttribute("class"), "k5 c-lock");
    assert.match(await frame("futex_wait_queue").locator("title").textContent(), /; waits: lock; evidence/);
    assert.match(await frame("pthread_mutex_lock").getAttribute("class"), /^k2 h\d$/, "user code has its own");
    const keys = () => page.locator("#graph .legend li").allTextContents();
    assert.deepEqual((await keys()).slice(-2), ["causes, and kernel code that waits for them:", "lock"]);
    await page.locator("#by").selectOption("cause");
    assert.equal(await frame("lock").getAttribute("class"), "k1 c-lock");
    assert.equal(await frame("futex").getAttribute("class"), "k1 c-lock");
    assert.equal(await frame("cpu").getAttribute("class"), "k1 c-cpu");
    assert.ok((await keys()).includes("cpu"));
  },

  async "frames zoom, are walked and searched"(page) {
    await page.locator("#by").selectOption("code");
    const frame = (name) => page.locator("#graph svg.flame g").filter({
      has: page.locator("title", { hasText: new RegExp(`^${name}\n`) }) });
    const width = async (name) => +(await frame(name).locator("rect").getAttribute("width"));
    const before = await width("futex_wait_queue");
    await frame("pthread_mutex_lock").locator("rect").click();
    assert.ok(await width("futex_wait_queue") > before);
    assert.equal(await focused(page), "pthread_mutex_lock");
    assert.match(await page.locator("#path").textContent(), /^all \u203a .*pthread_mutex_lock$/);
    await page.keyboard.press("ArrowDown");
    assert.equal(await focused(page), "futex_wait_queue");
    await page.keyboard.press("Enter");
    await page.locator("#path button", { hasText: "pthread_mutex_lock" }).click();
    assert.equal(await focused(page), "pthread_mutex_lock");
    await frame("futex_wait_queue").focus();
    await page.keyboard.press("Escape");
    assert.equal(await width("futex_wait_queue"), before);
    await page.keyboard.press("/");
    await page.keyboard.type("mutex|futex");
    const share = async (name) => 100 * (await frame(name).getAttribute("data-us")) / (await total(page));
    const [mutex, futex] = [await share("pthread_mutex_lock"), await share("futex_wait_queue")];
    assert.equal(await page.locator("#hits").textContent(),
      `2 found: total ${mutex.toFixed(1)} %, self ${futex.toFixed(1)} % of all`);
    await page.locator("#query").fill("x(");
    assert.match(await page.locator("#hits").textContent(), /^0 found/);
    await page.keyboard.press("Escape");
    assert.equal(await page.locator("#hits").textContent(), "");
  },

  async "a link shows what was picked, and each step can be gone back from"(page) {
    const state = async () => [await value(page, "#thread"), await value(page, "#from"), await value(page, "#to"),
      await total(page), await page.locator("#query").inputValue(), await page.locator("#details").textContent()];
    const frame = page.locator("#graph svg.flame g").filter({ has: page.locator("title", { hasText: /^pthread_mutex_lock\n/ }) });
    const hash = () => page.evaluate(() => location.hash);
    assert.equal(await hash(), "");
    const states = [await state()];
    await page.locator("#heat").scrollIntoViewIfNeeded();
    const at = await cell(page, 2, 7);
    await page.mouse.click(at.x, at.y);
    assert.equal(await hash(), "#row=2&from=7&to=7");
    states.push(await state());
    await page.locator("#by").selectOption("code");
    states.push(await state());
    await frame.first().locator("rect").click();
    await page.mouse.move(2, 2); // else what comes under it is told
    states.push(await state());
    await page.locator("#query").fill("mutex|f.tex&=%<");
    assert.match(await hash(), /^#row=2&from=7&to=7&by=code&s=mutex%7Cf.tex%26%3D%25%3C&z=\d+%2C\d+%2C\d+$/);
    const last = await state(), link = urls.hostile + await hash();
    assert.match(last[5], /^pthread_mutex_lock: /);

    const other = await open(link);
    assert.deepEqual([await value(other, "#thread"), await total(other), await other.locator("#query").inputValue(),
      await other.locator("#details").textContent()], [2, last[3], last[4], last[5]]);
    await other.close();
    for (const known of states.slice(0, -1).reverse()) {
      await page.goBack();
      await page.waitForTimeout(50);
      assert.deepEqual(await state(), known);
    }
    await page.goForward();
    await page.waitForTimeout(50);
    assert.deepEqual(await state(), states[1]);
    // A part of the page that is gone to leaves the picture as it is.
    await page.locator("nav a[href='#causes']").click();
    await page.waitForTimeout(50);
    assert.deepEqual(await state(), states[1]);
  },

  async "an address may say anything"(page) {
    const everything = await total(page);
    for (const hash of ["row=99999&from=5&to=99999", "row=-1&from=-3&to=1e3", "row=__proto__&view=constructor&by=x",
      "z=%00%ff%&s=%", "row=1.5&from=NaN&to=Infinity&z=,,,", "=&=&==", `z=${"9".repeat(5000)}`]) {
      await page.goto(`${urls.hostile}#${hash}`);
      assert.ok(await total(page) > 0 && await page.locator("#graph svg.flame g").count() > 3, hash);
    }
    await page.goto(`${urls.hostile}#row=99999&from=-5&to=x`);
    await page.waitForTimeout(50);
    assert.equal(await total(page), everything);
    const script = "<img src=x onerror=globalThis.pwned=1>";
    await page.goto(`${urls.hostile}#s=${encodeURIComponent(script)}&view=${encodeURIComponent(script)}`);
    await page.waitForTimeout(50);
    assert.equal(await page.locator("#query").inputValue(), script);
    // A pattern that would try for ever is taken as it stands.
    for (const endless of ["(x+x+)+y", `${".?".repeat(40)}\u0001`, `${"(.|.)".repeat(40)}\u0001`]) {
      await page.goto(`${urls.hostile}#s=${encodeURIComponent(endless)}`);
      await page.waitForTimeout(50);
      assert.match(await page.locator("#hits").textContent(), /^0 found/);
    }
    assert.equal(await page.evaluate(() => globalThis.pwned), undefined);
  },

  async "a name that has no room goes without its arguments"(page) {
    await page.locator("#by").selectOption("code");
    await page.locator("#view").selectOption("on");
    await page.locator("#thread").selectOption("1");
    for (const id of ["#to", "#from"]) await page.locator(id).selectOption("2");
    await page.setViewportSize({ width: 900, height: 900 });
    await page.waitForTimeout(200);
    const labels = await page.locator("#graph svg.flame text").allTextContents();
    assert.ok(labels.includes("service::handler<\u2026>::compute_something"), labels.join("\n"));
    assert.ok((await page.locator("#graph title").allTextContents())
      .some((text) => /^service::handler<request_\d>::compute_something\n/.test(text)));
  },

  async "names stay names"(page) {
    for (const by of ["thread", "code"]) {
      await page.locator("#by").selectOption(by);
      assert.ok((await page.locator("#graph title").allTextContents())
        .some((text) => text.startsWith("</script><script>globalThis.pwned=1</script>]]>\"'&amp;")));
    }
    await page.locator("#thread").selectOption("0");
    assert.equal(await page.evaluate(() => globalThis.pwned), undefined);
    assert.equal(await page.locator("script").count(), 2);
    assert.equal(await page.locator("img").count(), 0);
    assert.equal((await page.content()).includes("\u202e"), false);
  },

  async "tab reaches what can be used"(page) {
    const reached = new Set();
    await page.locator("nav a").last().focus();
    for (let i = 0; i < 16; i++) {
      await page.keyboard.press("Tab");
      reached.add(await page.evaluate(() => document.activeElement.id ||
        document.activeElement.getAttribute("role")));
    }
    for (const id of ["thread", "from", "to", "clear", "heat", "view", "by", "query", "treeitem"]) {
      assert.ok(reached.has(id), id);
    }
  },

  async "a narrow window is filled and not overrun"(page) {
    await page.setViewportSize({ width: 420, height: 800 });
    await page.waitForTimeout(200);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth) <= 420);
    const box = await page.locator("#graph svg.flame").boundingBox();
    assert.ok(box.width <= 420 && box.width > 360);
  },

  async "paper has the pictures and not the controls"(page) {
    await page.emulateMedia({ media: "print" });
    for (const hidden of ["nav", "#graph .controls", "#map .controls"]) {
      assert.equal(await page.locator(hidden).isVisible(), false, hidden);
    }
    for (const there of ["#heat canvas >> nth=1", "#graph svg.flame", "#causes table", "#total"]) {
      assert.equal(await page.locator(there).isVisible(), true, there);
    }
    assert.ok((await page.pdf({ format: "A4" })).length > 20000);
  },
};

// A colour of the page as [r, g, b].
const colour = (page, selector, what) => page.locator(selector).first().evaluate((element, name) =>
  getComputedStyle(element)[name].match(/[\d.]+/g).slice(0, 3).map(Number), what);
function contrast(a, b) { // WCAG 2.1, relative luminance
  const light = (rgb) => rgb.map((part) => part / 255)
    .map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
    .reduce((sum, part, i) => sum + part * [0.2126, 0.7152, 0.0722][i], 0);
  const [high, low] = [light(a), light(b)].sort((x, y) => y - x);
  return (high + 0.05) / (low + 0.05);
}

async function checkColours(colorScheme) {
  const page = await open(urls.hostile, { colorScheme });
  const ground = await colour(page, "body", "backgroundColor");
  for (const selector of ["body", ".remark", ".note", "td.n", ".lead", "nav a"]) {
    const ratio = contrast(await colour(page, selector, "color"), ground);
    assert.ok(ratio >= 4.5, `${colorScheme}: ${selector} has a contrast of ${ratio.toFixed(1)}`);
  }
  const groups = ["fd", "page", "switch", "lock", "io", "cpu", "idle", "unknown"];
  await page.locator("#graph svg.flame g").first().evaluate((node, names) => { // one of each
    for (const name of names) {
      const copy = node.parentNode.appendChild(node.cloneNode(true));
      copy.setAttribute("class", `k5 c-${name}`);
    }
  }, groups);
  for (const kind of ["k0", "k2", ...groups.map((name) => `c-${name}`)]) {
    const ratio = contrast(await colour(page, `#graph svg.flame .${kind} text`, "fill"),
      await colour(page, `#graph svg.flame .${kind} rect`, "fill"));
    assert.ok(ratio >= 4.5, `${colorScheme}: ${kind} has a contrast of ${ratio.toFixed(1)}`);
  }
  await page.close();
  return ground;
}

try {
  for (const [name, test] of Object.entries(tests)) {
    const page = await open(urls.hostile);
    await test(page);
    await page.close();
    console.log(`ok: ${name}`);
  }

  const light = await checkColours("light"), dark = await checkColours("dark");
  assert.ok(light[0] > 200 && dark[0] < 60);
  console.log("ok: light and dark can be read");

  const still = await open(urls.hostile, { javaScriptEnabled: false });
  for (const there of ["svg.strip", "svg.flame", "#causes table", "#threads table", ".lead"]) {
    assert.equal(await still.locator(there).first().isVisible(), true, there);
  }
  assert.match(await still.locator("#graph title").allTextContents().then((all) => all[0]), /^all: 60\.00 s/);
  assert.equal(await still.locator("#map select").count(), 0);
  await still.close();
  console.log("ok: it can be read without script");

  const crowd = await open(urls.crowd);
  near(await total(crowd), 500 * 30 * 1e6, "a crowd");
  const tids = await rows(crowd);
  await crowd.locator("#thread").selectOption("321");
  await crowd.locator("#from").selectOption("29");
  await crowd.locator("#view").selectOption("on");
  near(await total(crowd), runningUs(tids[321], 29), "one of a crowd");
  await crowd.close();
  console.log("ok: five hundred threads");
  assert.deepEqual(complaints, []);

  const strict = await open(urls.hostile);
  await strict.evaluate(() => {
    const script = document.createElement("script");
    script.textContent = "globalThis.pwned = 1";
    document.body.append(script);
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
