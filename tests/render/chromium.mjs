// SPDX-License-Identifier: GPL-2.0-only OR MIT
// A headless Chromium for the tests of what browsers show; where there is none they end as skipped.
import { existsSync } from "node:fs";
import { createRequire } from "node:module";

const browsers = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome"];
const executablePath = browsers.find((path) => path && existsSync(path));
let chromium;
try {
  // NODE_PATH counts for require only.
  ({ chromium } = createRequire(import.meta.url)("playwright-core"));
} catch {
  console.log("playwright-core is not installed");
}
if (!chromium || !executablePath) {
  console.log("skipped: needs playwright-core (npm) and a chromium");
  process.exit(77);
}

export const launch = () => chromium.launch({ executablePath, args: ["--no-sandbox"] });
