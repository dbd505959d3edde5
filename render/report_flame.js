// SPDX-License-Identifier: GPL-2.0-only OR MIT
// The flame graph of a wallflame report, roots at the top, for the time that is picked. Calls onChange(isStep)
// when something else is shown; isStep: not while somebody types.
"use strict";

function reportFlame(host, data, onChange) {
  const ROW = 18, PAD = 4, LEAST_PX = 0.8, SHADES = 5, GLYPH = 6.9, MANY_THREADS = 12;
  const KIND_CAUSE = 1, KIND_KERNEL = 5, KIND_NOTE = 6, KIND_REST = 7, MERGED = "[small stacks, merged]";
  const stacks = reportStacks(data), all = stacks.all();
  const views = [
    ["all", "all time", () => true],
    ["busy", "not idle", (leaf) => !data.causes[leaf.cause].startsWith("idle/")],
    ["off", "off the CPU", (leaf) => leaf.state !== 0],
    ["on", "on the CPU", (leaf) => leaf.state === 0],
  ];
  const groupings = [["thread", "thread"], ["cause", "cause"], ["code", "code alone"]];
  let pick = null, layout = null, zoomed = "", current = "", drawn = [];
  let isOfAddress = false; // what is searched for

  const options = (rows) => rows.map(([value, name]) => make("option", { value }, name));
  const viewSelect = make("select", { id: "view" }, ...options(views));
  const groupSelect = make("select", { id: "by" }, ...options(groupings));
  if (data.rowCount > MANY_THREADS) groupSelect.value = "code";
  const usual = { view: viewSelect.value, by: groupSelect.value };
  const input = make("input", { id: "query", type: "search", placeholder: "Search: text or pattern (/)",
    "aria-label": "Search frames by name", autocomplete: "off", spellcheck: "false" });
  const reset = make("button", { type: "button", id: "reset" }, "Reset zoom");
  const title = make("p", { id: "shown", class: "shown", "aria-live": "polite" });
  const hits = make("span", { id: "hits", class: "hits", "aria-live": "polite" });
  const details = make("p", { id: "details", class: "detail" });
  const path = make("div", { id: "path", role: "navigation", "aria-label": "Callers of what is zoomed" });
  const picture = make("svg", { class: "flame live", role: "tree", "aria-label": "Call tree" });
  const legend = make("ul", { class: "legend" });
  const hint = "Click or Enter zooms, Escape goes back; arrow keys walk; / searches.";
  host.replaceChildren(
    make("div", { class: "controls" }, make("label", {}, "Show ", viewSelect),
      make("label", {}, "by ", groupSelect), input, reset, hits),
    title, legend, path, picture, details,
    ...data.notes.map((note) => make("p", { class: "note" }, note)));

  function lay() {
    const takes = views.find(([name]) => name === viewSelect.value)[2];
    layout = stacks.lay(pick, takes, groupSelect.value);
  }

  function find(is) {
    let found = null;
    stacks.visit(layout, (frame) => { if (!found && is(frame)) found = frame; });
    return found;
  }
  const findKey = (key) => find((frame) => frame.key === key);
  const placeOf = (frame) => [frame.x, frame.us, frame.level].join(",");

  function draw() {
    if (!pick) return;
    const target = (zoomed && findKey(zoomed)) || findKey("");
    zoomed = target.key;
    const above = new Set();
    for (let frame = target; frame; frame = frame.parent) above.add(frame.key);
    const width = Math.max(host.clientWidth, 200), scale = target.us ? width / target.us : 0;
    const end = target.x + target.us, matches = nameMatcher(input.value, isOfAddress), frames = [], runs = new Map();
    const found = { until: -1, count: 0, total: 0, self: 0, more: { total: 0, self: 0 } };

    stacks.visit(layout, (frame) => {
      if (above.has(frame.key)) {
        frames.push({ ...frame, left: 0, wide: width, past: frame.key !== target.key,
          hit: matches && matches(frame.name) });
        if (frame.key !== target.key) return true;
      } else if (frame.level <= target.level || frame.x < target.x || frame.x + frame.us > end) {
        return false;
      }
      const hit = Boolean(matches && matches(frame.name));
      count(found, frame, hit);
      if (frame.key === target.key) return true;
      if (frame.us * scale >= LEAST_PX) {
        frames.push({ ...frame, left: (frame.x - target.x) * scale, wide: frame.us * scale, hit });
      } else if (frame.parent.us * scale >= LEAST_PX || above.has(frame.parent.key)) {
        addSmall(runs, frame, target, scale);
      }
      return true;
    });
    for (const run of runs.values()) {
      for (const small of run) if (small.wide >= LEAST_PX) frames.push(small);
    }
    paint(frames, width);
    say(target, matches && found);
  }

  function count(found, frame, hit) {
    const frameEnd = frame.x + frame.us, isNew = frameEnd > found.until; // a hit inside a hit is one time, not two
    if (frame.kind === KIND_NOTE && frame.name === MERGED) {
      found.more.self += frame.self;
      if (isNew) found.more.total += frame.us;
    }
    if (!hit) return;
    found.count++;
    found.self += frame.self;
    if (!isNew) return;
    found.total += frame.us;
    found.until = frameEnd;
  }

  // Neighbours that are too narrow are one grey frame, so that widths still add up.
  function addSmall(runs, frame, target, scale) {
    const list = runs.get(frame.parent.key) || [];
    let run = list[list.length - 1];
    if (!run || run.x + run.us !== frame.x) {
      run = { key: `${frame.key}+`, kind: KIND_REST, x: frame.x, us: 0, count: 0, level: frame.level,
        parent: frame.parent, split: data.bases.map(() => 0), small: true,
        left: (frame.x - target.x) * scale };
      list.push(run);
      runs.set(frame.parent.key, list);
    }
    run.us += frame.us;
    run.count++;
    run.split = run.split.map((us, basis) => us + frame.split[basis]);
    run.wide = run.us * scale;
    run.name = `${run.count} frames`;
  }

  // A name that does not fit is shown without its arguments, where it has some.
  function labelOf(frame) {
    const columns = Math.floor((frame.wide - 2 * PAD) / GLYPH), label = fitName(frame.name, columns);
    return frame.brief && label !== frame.name ? fitName(frame.brief, columns) : label;
  }

  function shade(name) {
    let hash = 2166136261;
    for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 16777619);
    return (hash >>> 0) % SHADES;
  }

  // Of causes, and of where it is waited for them; else none. A remark inside a stack is no place to wait in.
  function groupOf(frame) {
    if (frame.kind === KIND_CAUSE) return frame.labels[0];
    const isPlace = frame.kind === KIND_KERNEL ||
      (frame.kind === KIND_NOTE && frame.self === frame.us && frame.name !== MERGED);
    return isPlace ? frame.waits : undefined;
  }

  function evidence(frame) {
    const whole = frame.split.reduce((sum, us) => sum + us, 0);
    return frame.split.map((us, basis) => [us, data.bases[basis]]).filter(([us]) => us > 0)
      .map(([us, name]) => us < whole ? `${name} ${percent(us / whole)}` : name).join(", ");
  }

  function describe(frame) {
    const lines = [`${duration(frame.us)}, ${percent(frame.us / layout.total)} of what is shown` +
      (frame.parent && frame.parent.key ? `, ${percent(frame.us / frame.parent.us)} of its caller` : "") +
      (layout.total < all ? `, ${percent(frame.us / all)} of all thread time` : "")];
    lines.push(data.kinds[frame.kind] +
      (frame.module ? ` in ${frame.module}` : "") +
      (frame.waits ? `; waits: ${frame.waits}` : "") + `; evidence: ${evidence(frame)}`);
    return lines;
  }

  function paint(frames, width) {
    const levels = frames.reduce((most, frame) => Math.max(most, frame.level + 1), 1);
    picture.setAttribute("viewBox", `0 0 ${width} ${levels * ROW}`);
    picture.classList.toggle("searching", input.value !== "");
    drawn = frames;
    picture.replaceChildren(...frames.map((frame, index) => {
      const group = groupOf(frame);
      const classes = [`k${frame.kind}`, group ? data.classOfGroup(group) : `h${shade(frame.name)}`];
      if (frame.past) classes.push("past");
      if (frame.hit) classes.push("hit");
      const node = make("g", { class: classes.join(" "), role: "treeitem", tabindex: "-1",
        "aria-level": frame.level + 1, "data-us": frame.us, "data-i": index },
      make("title", {}, [frame.name, ...describe(frame)].join("\n")),
      make("rect", { x: frame.left.toFixed(2), y: frame.level * ROW, height: ROW - 1, rx: 1.5,
        width: Math.max(frame.wide - (frame.wide > 3 ? 0.8 : 0), 0.3).toFixed(2) }));
      const label = labelOf(frame);
      if (label) {
        node.append(make("text", { x: (frame.left + PAD).toFixed(2), y: frame.level * ROW + ROW - 5 }, label));
      }
      return node;
    }));
    const selected = drawn.findIndex((frame) => frame.key === current);
    picture.children[Math.max(selected, 0)].setAttribute("tabindex", "0");
    const seen = new Set(frames.map(groupOf)), groups = data.groups.filter((group) => seen.has(group));
    const kinds = [...new Set(frames.filter((frame) => !groupOf(frame)).map((frame) => frame.kind))].sort();
    legend.replaceChildren(...kinds.map((kind) => keyOf(`k${kind}`, data.kinds[kind])),
      ...groups.length ? [make("li", {}, "causes, and kernel code that waits for them:")] : [],
      ...groups.map((group) => keyOf(data.classOfGroup(group), group)));
  }

  const keyOf = (cssClass, words) => make("li", {}, make("svg", { class: "key", viewBox: "0 0 10 10",
    "aria-hidden": "true" }, make("g", { class: cssClass }, make("rect", { width: 10, height: 10, rx: 2 }))), words);

  function say(target, found) {
    const who = pick.row < 0 ? "All threads" : data.rows[pick.row][0] < 0 ? data.rows[pick.row][1]
      : `${data.rows[pick.row][1]} ${data.rows[pick.row][0]}`;
    const when = pick.from === 0 && pick.to === data.columnCount - 1 ? "the whole window"
      : `${duration(data.begins[pick.from])} to ${duration(data.begins[pick.to + 1])}`;
    const view = views.find(([name]) => name === viewSelect.value)[1];
    title.replaceChildren(make("b", {}, who), `, ${when}, ${view}: `,
      make("b", { id: "total", "data-us": layout.total }, duration(layout.total)),
      layout.total < all ? ` (${percent(layout.total / all)} of all thread time)` : "");
    details.textContent = target.key ? `${target.name}: ${describe(target).join("; ")}` : hint;
    hits.textContent = found ? foundWords(found, target.us, target.key ? "the zoomed" : "all") : "";
    input.classList.toggle("wrong", Boolean(found) && found.count === 0);
    sayPath(target);
    reset.disabled = !target.key;
  }

  // The frames from the root to the one that is zoomed, each leads back to it.
  function sayPath(target) {
    const chain = [];
    for (let frame = target; frame && target.key; frame = frame.parent) chain.unshift(frame);
    const columns = Math.max(host.clientWidth, 200) / GLYPH;
    path.replaceChildren(...fitPath(chain.map((frame) => frame.name), columns).flatMap(({ text, index }) => {
      const button = make("button", { type: "button", title: chain[index].name }, text);
      button.addEventListener("click", () => zoom(chain[index]));
      if (index < chain.length - 1) return [button, " \u203a "];
      button.setAttribute("aria-current", "true");
      return [button];
    }));
  }

  const frameOfEvent = (event) => {
    const node = event.target.closest && event.target.closest("g[data-i]");
    return node ? drawn[+node.dataset.i] : null;
  };
  const tell = (frame) => {
    details.textContent = `${frame.name}: ${describe(frame).join("; ")}`;
  };

  function select(frame) {
    const index = frame ? drawn.findIndex((other) => other.key === frame.key) : -1;
    if (index < 0) return;
    const before = picture.querySelector("[tabindex='0']");
    if (before) before.setAttribute("tabindex", "-1");
    current = frame.key;
    picture.children[index].setAttribute("tabindex", "0");
    picture.children[index].focus();
    tell(frame);
  }

  function zoom(frame) {
    if (frame.small) return;
    zoomed = frame.key;
    current = frame.key;
    draw();
    select(frame);
    onChange(true);
  }

  function search(query) {
    input.value = query;
    isOfAddress = false;
    draw();
    onChange(false);
  }

  const currentFrame = () => drawn.find((frame) => frame.key === current) || drawn[0];
  const childrenOf = (frame) => drawn.filter((other) => other.parent && other.parent.key === frame.key);
  const widest = (frames) => frames.reduce((best, frame) => !best || frame.us > best.us ? frame : best, null);
  const parentOf = (frame) => frame.parent && drawn.find((other) => other.key === frame.parent.key);

  function beside(step) {
    const level = drawn.filter((frame) => frame.level === currentFrame().level)
      .sort((a, b) => a.left - b.left);
    return level[level.findIndex((frame) => frame.key === currentFrame().key) + step];
  }

  const keys = {
    ArrowDown: () => select(widest(childrenOf(currentFrame()))),
    ArrowUp: () => select(parentOf(currentFrame())),
    ArrowLeft: () => select(beside(-1)),
    ArrowRight: () => select(beside(1)),
    Enter: () => zoom(currentFrame()),
    " ": () => zoom(currentFrame()),
    Escape: () => { if (input.value) search(""); else zoom(drawn[0]); },
  };

  picture.addEventListener("keydown", (event) => {
    if (!keys[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
    keys[event.key]();
    event.preventDefault();
  });
  picture.addEventListener("click", (event) => {
    const frame = frameOfEvent(event);
    if (frame) zoom(frame);
  });
  picture.addEventListener("pointerover", (event) => {
    const frame = frameOfEvent(event);
    if (frame) tell(frame);
  });
  picture.addEventListener("focusin", (event) => {
    const frame = frameOfEvent(event);
    if (!frame) return;
    current = frame.key;
    tell(frame);
  });
  input.addEventListener("input", () => search(input.value));
  input.addEventListener("keydown", (event) => {
    if (event.key === "Escape") search("");
    if (event.key === "Enter") select(drawn.find((frame) => frame.hit));
  });
  reset.addEventListener("click", () => { zoomed = ""; draw(); onChange(true); });
  for (const element of [viewSelect, groupSelect]) {
    element.addEventListener("change", () => { zoomed = ""; lay(); draw(); onChange(true); });
  }
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest && event.target.closest("input, select, textarea");
    if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    input.focus();
    input.select();
    event.preventDefault();
  });

  // As words of an address, where they are not the usual ones.
  function words() {
    const target = zoomed && findKey(zoomed);
    const all = { view: viewSelect.value, by: groupSelect.value, s: input.value, z: target ? placeOf(target) : "" };
    return Object.entries(all).filter(([word, value]) => value && value !== usual[word]);
  }

  // Whatever the words are: what does not exist here is as usual.
  function take(given, next) {
    for (const [select, rows, word] of [[viewSelect, views, "view"], [groupSelect, groupings, "by"]]) {
      select.value = rows.some(([value]) => value === given.get(word)) ? given.get(word) : usual[word];
    }
    input.value = given.get("s") || "";
    isOfAddress = true;
    pick = next;
    lay();
    const target = given.get("z") && find((frame) => placeOf(frame) === given.get("z"));
    zoomed = target ? target.key : "";
    draw();
  }

  return {
    draw,
    words,
    take,
    show(next) {
      pick = next;
      lay();
      draw();
    },
  };
}
