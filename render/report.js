// SPDX-License-Identifier: GPL-2.0-only OR MIT
// The pictures of a wallflame report that follow what is picked. Without this the page is whole too.
"use strict";

(function () {
  const data = reportData(document.getElementById("data").textContent);
  const host = document.getElementById("map"), graph = document.getElementById("graph");
  if (!data.rowCount || data.columnCount < 1) return;
  const flame = reportFlame(graph, data, remember);
  const map = reportMap(host, data, (pick, isStep) => { flame.show(pick); remember(isStep); });
  const redraw = () => { map.draw(); flame.draw(); };
  const PRINTED_STACKS = 8; // more would be many pages of paper
  let pending = 0;

  // What is looked at, as the address's fragment: "#row=2&from=7&to=7&s=read". Each step can be gone back from.
  function remember(isStep) {
    const words = new URLSearchParams([...map.words(), ...flame.words()]).toString();
    if (words === location.hash.slice(1)) return;
    try {
      history[isStep ? "pushState" : "replaceState"](null, "", `#${words}`);
    } catch (error) {
      // Where the page is part of another one its address is not ours.
    }
  }

  function recall() {
    const words = new URLSearchParams(location.hash.slice(1));
    flame.take(words, map.take(words));
  }

  // A fragment without a word and its value names a part of the page.
  const isOurs = () => location.hash.length < 2 || location.hash.includes("=");
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
  addEventListener("hashchange", () => { if (isOurs()) recall(); });
  document.documentElement.classList.add("live");
  recall();
  if (location.hash.includes("=")) document.getElementById("time").scrollIntoView();
})();
