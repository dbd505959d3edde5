// SPDX-License-Identifier: GPL-2.0-only OR MIT
// A headless Chromium for the tests of what browsers show; where there is none they fail.
import { existsSync } from "node:fs";
import { createRequire } from "node:module";

const browsers = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome"];
const executablePath = browsers.find((path) => path && existsSync(path));
if (!executablePath) {
  console.log("there is no chromium: install the package, or set CHROMIUM to where it is");
  process.exit(1);
}
let chromium;
try {
  // NODE_PATH counts for require only.
  ({ chromium } = createRequire(import.meta.url)("playwright-core"));
} catch (error) {
  console.log(`playwright-core cannot be loaded (${error.code}): ` +
    "npm install --prefix build --no-save playwright-core");
  process.exit(1);
}

export const launch = () => chromium.launch({ executablePath, args: ["--no-sandbox"] });
