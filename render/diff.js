// What the frames are wide by: the capture before, the one after, or both. flame.js does the rest.
(() => {
  "use strict";
  const svg = document.currentScript.closest("svg");
  const frames = svg.querySelectorAll("#frames .f");
  const buttons = svg.querySelectorAll("button[data-width]");

  function show(which) {
    for (const frame of frames) {
      const [x, width] = frame.dataset[which].split(" ");
      frame.dataset.x = x;
      frame.dataset.w = width;
    }
    for (const button of buttons) {
      button.setAttribute("aria-pressed", button.dataset.width === which);
    }
    svg.dispatchEvent(new Event("moved"));
  }

  for (const button of buttons) button.addEventListener("click", () => show(button.dataset.width));
})();
