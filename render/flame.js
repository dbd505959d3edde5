// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Zoom, search and keyboard of a wallflame flame graph. All text is set as text, never as markup.
(function () {
  "use strict";
  const own = document.currentScript.closest("svg"); // a file of its own; else it is part of a page
  const svg = own || document.querySelector("svg.flame"), around = own || svg.closest("section");
  const part = (id) => around.querySelector("#" + id);
  const stage = part("frames"), cursor = part("cursor");
  const header = own ? part("header") : document.querySelector("nav");
  const details = part("details"), trail = part("path"), hits = part("hits"), input = part("query");
  const PAD = +stage.dataset.pad, ROW = +stage.dataset.row, TOP = +stage.dataset.top;
  const LEVELS = +stage.dataset.levels, HEIGHT = +stage.dataset.height;
  const BASE_WIDTH = +stage.dataset.width;
  const legend = part("legend"), controls = part("controls");
  const CONTROLS_WIDTH = own ? +controls.getAttribute("width") : 0;
  const MIN_WIDTH = own ? 960 : 200; // narrower windows scale the picture instead
  const HIDDEN_PX = 0.2, TEXT_PAD = 4, LEAST_NAME = 24, BETWEEN = "  \u00b7  ";
  const HINT = details.textContent;

  const REVERSED = "reversed" in stage.dataset; // from the leaves of the stacks to their roots

  const frames = [];
  const path = [];
  for (const node of stage.querySelectorAll(".f")) {
    const title = node.querySelector("title").textContent;
    const depth = +node.dataset.d;
    const frame = {
      node, depth, x: 0, width: 0, own: 0, together: 0, unknown: 0, title, index: frames.length,
      name: title.split("\n", 1)[0], brief: node.dataset.n, rect: node.querySelector("rect"),
      text: node.querySelector("text"), parent: depth ? path[depth - 1] : null, children: [],
      inside: true, shown: true, hit: false, rest: node.classList.contains("r"), // no name, but a remark
    };
    path[depth] = frame;
    if (frame.parent) frame.parent.children.push(frame);
    node.setAttribute("role", "treeitem");
    node.setAttribute("aria-level", depth + 1);
    node.setAttribute("tabindex", "-1");
    frames.push(frame);
  }
  if (!frames.length) return;

  // `own`: what was spent in it. `together`: what is at a frame and above it, but drawn as none of its own name.
  // `unknown`: what of that may have been spent in a name that is not drawn.
  function takePlaces() {
    for (const frame of frames) {
      const { x, w, s = 0 } = frame.node.dataset, isLeaf = "l" in frame.node.dataset;
      frame.x = +x;
      frame.width = +w;
      frame.own = REVERSED ? isLeaf * w : +s;
      frame.isBefore = REVERSED && !isLeaf && (!frame.parent || frame.parent.isBefore);
    }
    for (const frame of frames) {
      const drawn = frame.children.reduce((sum, child) => sum + child.width, +(frame.node.dataset.s || 0));
      frame.together = Math.max(frame.width - drawn, 0);
      frame.unknown = !REVERSED || frame.isBefore ? frame.together : 0;
    }
  }
  takePlaces();
  const root = frames[0];
  const byNode = new Map(frames.map((frame) => [frame.node, frame]));
  let zoomed = root, current = root, flipped = "hanging" in stage.dataset, charWidth = 0, told = null;

  // A name that does not fit is shown without its arguments, where it has some.
  function labelOf(frame, columns) {
    const label = fitName(frame.name, columns);
    return frame.brief && label !== frame.name ? fitName(frame.brief, columns) : label;
  }

  function textOf(frame) {
    if (!frame.text) {
      frame.text = document.createElementNS(svg.namespaceURI, "text");
      frame.node.append(frame.text);
    }
    return frame.text;
  }

  function measure() {
    const probe = textOf(root), before = probe.textContent;
    probe.textContent = "mmmmmmmmmmmmmmmmmmmm";
    charWidth = probe.getComputedTextLength() / 20 || 7;
    probe.textContent = before;
  }

  const top = (depth) => TOP + (flipped ? depth : LEVELS - 1 - depth) * ROW;

  function pictureWidth() {
    return Math.max(svg.getBoundingClientRect().width || BASE_WIDTH, MIN_WIDTH);
  }

  function place(frame, scale, full) {
    const end = frame.x + frame.width;
    const above = frame.depth < zoomed.depth && frame.x <= zoomed.x &&
                  end >= zoomed.x + zoomed.width;
    const x = above ? PAD : PAD + (frame.x - zoomed.x) * scale;
    const width = above ? full : frame.width * scale;
    frame.inside = frame.depth >= zoomed.depth && frame.x >= zoomed.x &&
                   end <= zoomed.x + zoomed.width && frame.width > 0;
    frame.shown = above || (frame.inside && width >= HIDDEN_PX);
    frame.node.style.display = frame.shown ? "" : "none";
    frame.node.classList.toggle("past", above);
    if (!frame.shown) return;
    const y = top(frame.depth);
    frame.rect.setAttribute("x", x.toFixed(2));
    frame.rect.setAttribute("y", y);
    frame.rect.setAttribute("width", Math.max(width - (width > 3 ? 0.8 : 0), 0.1).toFixed(2));
    const label = labelOf(frame, Math.floor((width - 2 * TEXT_PAD) / charWidth));
    if (label || frame.text) {
      const text = textOf(frame);
      text.setAttribute("x", (x + TEXT_PAD).toFixed(2));
      text.setAttribute("y", y + ROW - 5.5);
      text.textContent = label;
    }
  }

  // Of the picture where the window is too narrow for it, else 1.
  const scale = () => Math.min((svg.getBoundingClientRect().width || BASE_WIDTH) / MIN_WIDTH, 1);

  function floatHeader() {
    header.setAttribute("transform", `translate(0 ${scrollY / scale()})`);
  }

  function layOut() {
    const width = pictureWidth(), full = width - 2 * PAD;
    svg.setAttribute("viewBox", `0 0 ${width} ${HEIGHT}`);
    if (own) alignHeader(width);
    for (const frame of frames) place(frame, full / zoomed.width, full);
    moveCursor();
    showHits();
    showPath();
  }

  // The frames from the root to the one that is zoomed, each leads back to it.
  function showPath() {
    const chain = [];
    for (let frame = zoomed; frame && zoomed !== root; frame = frame.parent) chain.unshift(frame);
    const room = (pictureWidth() - 2 * PAD) / charWidth;
    trail.replaceChildren(...fitPath(chain.map((frame) => frame.name), room).flatMap(({ text, index }) => {
      const button = document.createElementNS("http://www.w3.org/1999/xhtml", "button"), frame = chain[index];
      button.type = "button";
      button.textContent = text;
      button.title = frame.name;
      button.addEventListener("click", () => { zoom(frame); select(frame, true); });
      if (frame !== zoomed) return [button, " \u203a "];
      button.setAttribute("aria-current", "true");
      return [button];
    }));
  }

  // Of a file of its own: a page has the header in its own way.
  function alignHeader(width) {
    svg.setAttribute("height", Math.ceil(HEIGHT * scale()));
    legend.setAttribute("transform", `translate(${width - BASE_WIDTH} 0)`);
    if (CONTROLS_WIDTH < BASE_WIDTH / 2) { // else the legend is below them
      const room = legend.getBBox().x + width - BASE_WIDTH - 2 * PAD;
      controls.setAttribute("width", Math.min(CONTROLS_WIDTH, room));
    }
    part("trail").setAttribute("width", width - 2 * PAD);
    hits.setAttribute("x", width - PAD);
    part("rule").setAttribute("x2", width);
    floatHeader();
  }

  function moveCursor() {
    const on = svg.classList.contains("cursor") && current.shown;
    cursor.style.visibility = on ? "" : "hidden";
    for (const name of ["x", "y", "width"]) {
      cursor.setAttribute(name, current.rect.getAttribute(name));
    }
  }

  function tell(frame) {
    told = frame;
    if (own) tellInLine(frame);
    else details.textContent = frame.title.split("\n").join(BETWEEN);
  }

  // What a line has no room for goes first: exact nanoseconds and folders (the tooltip has them), the middle of the
  // name, the end.
  function tellInLine(frame) {
    const beside = hits.textContent ? hits.getComputedTextLength() + 2 * PAD : 0;
    const room = pictureWidth() - 2 * PAD - beside;
    const facts = frame.title.split("\n").slice(1).join(BETWEEN);
    const short = facts.replace(/ \([\d,]+ ns\)/g, "").replace(/(in|source:) \/[^ ;]*\//g, "$1 ");
    const shortName = fitName(frame.name, LEAST_NAME);
    for (const [name, rest] of [[frame.name, facts], [frame.name, short], [shortName, short]]) {
      details.textContent = name + BETWEEN + rest;
      if (details.getComputedTextLength() <= room) return;
    }
    const letters = Array.from(details.textContent);
    const fitting = Math.floor(letters.length * room / details.getComputedTextLength()) - 2;
    details.textContent = `${letters.slice(0, Math.max(fitting, 0)).join("")}\u2026`;
  }

  function select(frame, scroll) {
    current.node.setAttribute("tabindex", "-1");
    current = frame;
    frame.node.setAttribute("tabindex", "0");
    frame.node.focus({ preventScroll: true });
    tell(frame);
    moveCursor();
    if (scroll) reveal(frame);
  }

  // The header floats, so what lies under it counts as out of sight.
  function reveal(frame) {
    const box = frame.rect.getBoundingClientRect();
    const covered = header.getBoundingClientRect().bottom;
    if (box.top < covered + ROW) scrollBy(0, box.top - covered - 2 * ROW);
    else if (box.bottom > innerHeight - ROW) scrollBy(0, box.bottom - innerHeight + 2 * ROW);
  }

  function zoom(frame) {
    zoomed = frame.width > 0 ? frame : root;
    layOut();
    remember();
  }

  // In a page the address may as well name a section.
  const isOurs = () => own || /^#[swz]=/.test(location.hash);

  // What is looked at, as the address's fragment: "#s=read&z=12,3400,2", a frame's x, width, depth.
  // What widths are (diff.js) is one of them: "w=before".
  function remember() {
    const parts = [];
    if (input.value) parts.push("s=" + encodeURIComponent(input.value));
    if (zoomed !== root) parts.push(`z=${zoomed.x},${zoomed.width},${zoomed.depth}`);
    if (svg.dataset.shown) parts.push("w=" + svg.dataset.shown);
    try {
      history.replaceState(null, "", "#" + parts.join("&"));
    } catch (error) {
      // Where the picture is part of a page of another origin its address is not ours.
    }
  }

  function recall() {
    const wanted = new URLSearchParams(location.hash.slice(1));
    const place = wanted.get("z");
    svg.dispatchEvent(new CustomEvent("recall", { detail: wanted.get("w") }));
    input.value = wanted.get("s") || "";
    search(input.value, true);
    zoom(frames.find((frame) => `${frame.x},${frame.width},${frame.depth}` === place) || root);
  }

  function search(query, isOfAddress) {
    const matches = nameMatcher(query, isOfAddress) || (() => false);
    for (const frame of frames) {
      frame.hit = !frame.rest && matches(frame.name);
      frame.node.classList.toggle("hit", frame.hit);
    }
    svg.classList.toggle("searching", query !== "");
    showHits();
  }

  // A hit inside a hit is one time, not two.
  function showHits() {
    const found = { count: 0, total: 0, self: 0, more: { total: 0, self: 0 } };
    let until = -1;
    for (const frame of frames) {
      if (!frame.inside) continue;
      const end = frame.x + frame.width;
      if (frame.hit) {
        found.count++;
        found.self += frame.own;
        if (end > until) found.total += frame.width;
        until = Math.max(until, end);
      }
      found.more.self += frame.unknown;
      if (end > until) found.more.total += frame.together;
    }
    const query = input.value;
    hits.textContent = query && foundWords(found, zoomed.width, zoomed === root ? "all" : "the zoomed");
    if (own && told) tellInLine(told); // beside it
    input.classList.toggle("wrong", query !== "" && found.count === 0);
  }

  function reset() {
    input.value = "";
    search("");
    zoom(root);
    details.textContent = HINT;
    told = null;
  }

  function flip() {
    flipped = !flipped;
    layOut();
    reveal(current.shown ? current : zoomed);
  }

  function deeper() {
    return current.children.filter((frame) => frame.shown)
      .reduce((best, frame) => !best || frame.width > best.width ? frame : best, null);
  }

  function beside(step) {
    for (let i = current.index + step; frames[i]; i += step) {
      if (frames[i].depth === current.depth && frames[i].shown) return frames[i];
    }
    return null;
  }

  const keys = {
    ArrowUp: () => go(flipped ? current.parent : deeper()),
    ArrowDown: () => go(flipped ? deeper() : current.parent),
    ArrowLeft: () => go(beside(-1)),
    ArrowRight: () => go(beside(1)),
    Home: () => go(zoomed),
    Enter: () => { zoom(current); go(current); },
    " ": () => { zoom(current); go(current); },
    Escape: () => { if (zoomed === root) reset(); else zoom(root); go(current); },
    i: flip,
    "/": () => input.select(),
  };

  function go(frame) {
    if (!frame) return;
    svg.classList.add("cursor");
    select(frame, true);
  }

  function inputKey(event) {
    if (event.key === "Escape") {
      reset();
      go(current);
    } else if (event.key === "Enter") {
      go(frames.find((frame) => frame.hit && frame.shown));
    } else {
      return;
    }
    event.preventDefault();
  }

  (own ? svg.ownerDocument : around).addEventListener("keydown", (event) => {
    if (own && event.key === "f" && (event.ctrlKey || event.metaKey)) {
      input.select();
      event.preventDefault();
    } else if (event.target === input) {
      inputKey(event);
    } else if (!event.ctrlKey && !event.metaKey && !event.altKey && keys[event.key] &&
               event.target.localName !== "button") {
      keys[event.key]();
      event.preventDefault();
    }
  });
  stage.addEventListener("click", (event) => {
    const frame = byNode.get(event.target.closest(".f"));
    if (!frame) return;
    svg.classList.remove("cursor");
    zoom(frame);
    select(frame, false);
  });
  stage.addEventListener("mouseover", (event) => {
    const frame = byNode.get(event.target.closest(".f"));
    if (frame) tell(frame);
  });
  stage.addEventListener("focusin", (event) => {
    const frame = byNode.get(event.target.closest(".f"));
    if (frame && frame.node.matches(":focus-visible")) svg.classList.add("cursor");
    if (frame) tell(frame);
    moveCursor();
  });
  stage.addEventListener("focusout", () => {
    svg.classList.remove("cursor");
    moveCursor();
  });
  input.addEventListener("input", () => { search(input.value); remember(); });
  part("search").addEventListener("submit", (event) => event.preventDefault());
  part("reset").addEventListener("click", reset);
  part("flip").addEventListener("click", flip);
  // Another script has given the frames other places.
  svg.addEventListener("moved", () => {
    takePlaces();
    zoom(zoomed);
  });
  addEventListener("resize", layOut);
  addEventListener("hashchange", () => { if (isOurs()) recall(); });
  if (own) addEventListener("scroll", floatHeader);

  svg.classList.add("live");
  root.node.setAttribute("tabindex", "0");
  measure();
  const looked = isOurs();
  if (looked) recall();
  else layOut();
  if (own && !flipped) scrollTo(0, HEIGHT); // where the root is
  else if (looked) around.scrollIntoView();
})();
