// SPDX-License-Identifier: GPL-2.0-only OR MIT
// zoom.mjs FILE: how long Chromium takes to open a picture and to zoom into it, the best of five.
import { pathToFileURL } from "node:url";
import { launch } from "../render/chromium.mjs";

const browser = await launch();
const page = await browser.newPage({ viewport: { width: 1200, height: 700 } });
const best = { open: Infinity, zoom: Infinity };

for (let round = 0; round < 5; round++) {
  const begin = performance.now();
  await page.goto(pathToFileURL(process.argv[2]).href);
  best.open = Math.min(best.open, performance.now() - begin);
  best.zoom = Math.min(best.zoom, await page.evaluate(() => {
    const start = performance.now();
    document.querySelectorAll("#frames .f")[1].dispatchEvent(new MouseEvent("click", { bubbles: true }));
    document.documentElement.getBoundingClientRect(); // lays out
    return performance.now() - start;
  }));
}
console.log(`  in a browser: opened in ${best.open.toFixed(0)} ms, zoomed in ${best.zoom.toFixed(0)} ms`);
await browser.close();
