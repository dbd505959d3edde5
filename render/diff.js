// What the frames are wide by: the capture before, the one after, or both. flame.js does the rest.
(() => {
  "use strict";
  const own = document.currentScript.closest("svg"); // as in flame.js
  const svg = own || document.querySelector("svg.flame");
  const frames = svg.querySelectorAll(".f");
  const buttons = [...(own || svg.closest("section")).querySelectorAll("button[data-width]")];
  const first = buttons.find((button) => button.getAttribute("aria-pressed") === "true");

  function show(which) {
    for (const frame of frames) {
      const [x, width, self] = frame.dataset[which].split(" ");
      frame.dataset.x = x;
      frame.dataset.w = width;
      frame.dataset.s = self || 0;
    }
    for (const button of buttons) {
      button.setAttribute("aria-pressed", button.dataset.width === which);
    }
    svg.dataset.shown = which;
    svg.dispatchEvent(new Event("moved"));
  }

  for (const button of buttons) button.addEventListener("click", () => show(button.dataset.width));
  svg.addEventListener("recall", (event) => {
    const wanted = buttons.find((button) => button.dataset.width === event.detail) || first;
    if (wanted.getAttribute("aria-pressed") !== "true") show(wanted.dataset.width);
  });
})();
