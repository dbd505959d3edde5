// SPDX-License-Identifier: GPL-2.0-only OR MIT
// What the page of two captures does beside its flame graph. Without this it is whole too.
(() => {
  "use strict";
  const PRINTED_STACKS = 8; // more would be many pages of paper
  const input = document.getElementById("query");
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest && event.target.closest("input");
    if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    input.focus();
    input.select();
    event.preventDefault();
  });
  addEventListener("beforeprint", () => {
    const stacks = [...document.querySelectorAll("details")];
    for (const details of stacks.slice(0, PRINTED_STACKS)) details.open = true;
  });
  document.documentElement.classList.add("live");
})();
