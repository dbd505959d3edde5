// SPDX-License-Identifier: GPL-2.0-only OR MIT
// speedscope.mjs FILE...: each is imported by speedscope's own page, as its command-line program
// does it; what speedscope then holds is saved as FILE.saved.json, and the stacks of its first profile as
// FILE.saved.folded. Nothing is fetched.
import { readFileSync, writeFileSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";

// NODE_PATH counts for require only.
const require = createRequire(import.meta.url);
const { chromium } = require("playwright-core");
const release = join(dirname(require.resolve("speedscope/package.json")), "dist/release");
const executablePath = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome"].find((path) => path && existsSync(path));
const dir = mkdtempSync(join(tmpdir(), "wallflame-speedscope-"));
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
const complaints = [];

// speedscope saves frames that open and close: the time between two events is that of what is open.
function folded({ shared, profiles: [profile] }) {
  const sums = new Map();
  const open = [];
  let last = profile.startValue;
  const until = (at) => {
    const stack = open.map((frame) => shared.frames[frame].name.replaceAll(";", ":")).join(";");
    if (at > last) sums.set(stack, (sums.get(stack) ?? 0) + at - last);
    last = at;
  };
  for (const event of profile.events) {
    until(event.at);
    if (event.type === "O") open.push(event.frame);
    else if (open.pop() !== event.frame) complaints.push("a frame closes that is not open");
  }
  until(profile.endValue);
  return [...sums].map(([stack, value]) => `${stack || "[no stack]"} ${value}\n`).join("");
}

async function pass(file) {
  const page = await browser.newPage({ acceptDownloads: true });
  const script = join(dir, "profile.js");
  page.on("pageerror", (error) => complaints.push(`${file}: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(`${file}: ${message.text()}`);
  });
  page.on("request", (request) => {
    if (!/^(file|data|blob):/.test(request.url())) complaints.push(`fetches ${request.url()}`);
  });
  page.on("dialog", (dialog) => {
    complaints.push(`${file}: ${dialog.message()}`);
    dialog.dismiss();
  });
  writeFileSync(script, `speedscope.loadFileFromBase64(${JSON.stringify(basename(file))}, "${
    readFileSync(file).toString("base64")}")`);
  await page.goto(`${pathToFileURL(join(release, "index.html"))}#localProfilePath=${script}`);
  // It has taken the file when it says whose it is: only then is there something to save.
  await page.waitForFunction(() => document.title !== "speedscope" && document.querySelector("canvas"));
  const saved = page.waitForEvent("download");
  await page.keyboard.press("Control+s");
  await (await saved).saveAs(`${file}.saved.json`);
  writeFileSync(`${file}.saved.folded`, folded(JSON.parse(readFileSync(`${file}.saved.json`))));
  await page.close();
}

try {
  for (const file of process.argv.slice(2)) await pass(file);
} finally {
  await browser.close();
  rmSync(dir, { recursive: true });
}
if (complaints.length) {
  console.error(complaints.join("\n"));
  process.exit(1);
}
