// SPDX-License-Identifier: GPL-2.0-only OR MIT
// The pictures of a wallflame report that follow what is picked. Without this the page is whole too.
"use strict";

(function () {
  const data = reportData(document.getElementById("data").textContent);
  const host = document.getElementById("map"), graph = document.getElementById("graph");
  if (!data.rowCount || data.columnCount < 1) return;
  const flame = reportFlame(graph, data);
  const map = reportMap(host, data, flame.show);
  const redraw = () => { map.draw(); flame.draw(); };
  const PRINTED_STACKS = 8; // more would be many pages of paper
  let pending = 0;
  addEventListener("resize", () => {
    cancelAnimationFrame(pending);
    pending = requestAnimationFrame(redraw);
  });
  for (const query of ["(prefers-color-scheme: dark)", "print"]) {
    matchMedia(query).addEventListener("change", redraw);
  }
  addEventListener("beforeprint", () => {
    const spans = [...document.querySelectorAll("details")];
    for (const details of spans.slice(0, PRINTED_STACKS)) details.open = true;
    redraw();
  });
  document.documentElement.classList.add("live");
})();
