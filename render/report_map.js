// SPDX-License-Identifier: GPL-2.0-only OR MIT
// The heat map of a wallflame report: a row a thread, a column a slice, states or causes as
// stacked colours. Calls onPick({row, from, to}, isStep) when something is picked; row -1 stands for all threads.
"use strict";

function reportMap(host, data, onPick) {
  const { columnCount, rowCount, begins } = data;
  const everything = () => ({ row: -1, from: 0, to: columnCount - 1 });
  const ROW = Math.max(4, Math.min(18, Math.floor(560 / rowCount)));
  const ALL = 56, AXIS = 22, LEAST_LABEL = 13, LONGEST_LABEL = 40, LABEL_GAP = 8;
  let pick = everything(), cursor = { row: -1, column: 0 }, dragged = null, scale = 1, gutter = 150;
  let scheme = data.schemes.states, cells = null, painted = "", width = 1000;

  const threadSelect = make("select", { id: "thread" }, make("option", { value: -1 }, "all threads"));
  data.rows.forEach(([tid, name], row) => threadSelect.append(
    make("option", { value: row }, tid < 0 ? name : `${name} ${tid}`)));
  const fromSelect = make("select", { id: "from" }), toSelect = make("select", { id: "to" });
  for (let i = 0; i < columnCount; i++) {
    fromSelect.append(make("option", { value: i }, duration(begins[i])));
    toSelect.append(make("option", { value: i }, duration(begins[i + 1])));
  }
  const colourSelect = make("select", { id: "colours" },
    make("option", { value: "states" }, data.states.includes("unobserved") ? "states (sampled)" : "states (exact)"),
    make("option", { value: "causes" }, "causes (sampled)"));
  const legend = document.querySelector("#time .legend");
  const clear = make("button", { type: "button", id: "clear" }, "Whole window");
  const tell = make("p", { id: "cell", class: "detail", "aria-live": "polite" });
  const hint = "Click a cell to see that thread and second in the flame graph below; drag for " +
    "more of them. A name picks the thread, the uppermost row all of them.";
  const head = make("canvas", { class: "all", "aria-hidden": "true" });
  const body = make("canvas", { "aria-hidden": "true" });
  const scroller = make("div", { class: "rows" }, body);
  const box = make("div", { id: "heat", role: "application", tabindex: "0", "aria-describedby": "cell",
    "aria-label": "States by thread and time. Arrow keys move, Enter picks, Shift and arrow picks " +
      "more, Escape takes the whole window." }, head, scroller);
  host.replaceChildren(
    make("div", { class: "controls" }, make("label", {}, "Thread ", threadSelect),
      make("label", {}, "from ", fromSelect), make("label", {}, "to ", toSelect), clear,
      make("label", {}, "Colours: ", colourSelect)),
    box, tell);
  tell.textContent = hint;

  const who = (row) => row < 0 ? "all threads"
    : data.rows[row][0] < 0 ? data.rows[row][1] : `${data.rows[row][1]} ${data.rows[row][0]}`;

  function describe(row, column) {
    const { values, all, count, names } = scheme, offset = Math.max(row, 0) * columnCount + column;
    const parts = names.map((name, i) => [(row < 0 ? all : values)[offset * count + i], name])
      .filter(([us]) => us > 0).sort((a, b) => b[0] - a[0]);
    const whole = parts.reduce((sum, [us]) => sum + us, 0);
    return `${who(row)}, ${duration(begins[column])} to ${duration(begins[column + 1])}: ` +
      (whole ? `${duration(whole)}: ${parts.map(([us, name]) => `${name} ${percent(us / whole)}`).join(", ")}`
        : "not alive");
  }

  const style = () => getComputedStyle(document.documentElement);
  const span = begins[columnCount] - begins[0] || 1;
  const xOf = (column) => gutter + (begins[column] - begins[0]) / span * (width - gutter);

  function prepare(canvas, height) {
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    canvas.style.height = `${height}px`;
    const context = canvas.getContext("2d");
    context.scale(scale, scale);
    context.font = `12px ${style().fontFamily}`;
    context.textBaseline = "middle";
    return context;
  }

  function spread(context, image, height) {
    context.imageSmoothingEnabled = false;
    for (let column = 0; column < columnCount; column++) {
      const x = xOf(column), next = xOf(column + 1), gap = next - x > 6 ? 1 : 0;
      context.drawImage(image, column, 0, 1, image.height, x, 0, next - x - gap, height);
    }
  }

  function drawLabel(context, text, y, strong) {
    context.fillStyle = style().getPropertyValue(strong ? "--text" : "--muted");
    let shown = fitName(text, LONGEST_LABEL);
    for (let columns = LONGEST_LABEL; columns > 3 && context.measureText(shown).width > gutter - 10; columns--) {
      shown = fitName(text, columns);
    }
    context.fillText(shown, 0, y);
  }

  function drawPick(context, y, height) {
    const x = xOf(pick.from), end = xOf(pick.to + 1);
    context.strokeStyle = style().getPropertyValue("--text");
    context.lineWidth = 2;
    context.strokeRect(x + 1, y + 1, Math.max(end - x - 2, 2), height - 2);
  }

  function drawCursor(context, row, y, height) {
    if (document.activeElement !== box || cursor.row !== row) return;
    const x = xOf(cursor.column), end = xOf(cursor.column + 1);
    context.strokeStyle = style().getPropertyValue("--focus");
    context.lineWidth = 2;
    context.strokeRect(x + 1, y + 1, Math.max(end - x - 2, 2), Math.max(height - 2, 2));
  }

  function drawHead() {
    const context = prepare(head, ALL + AXIS);
    spread(context, cells.head, ALL);
    drawLabel(context, "all threads", ALL / 2, pick.row < 0);
    if (pick.row < 0) drawPick(context, 0, ALL - 2);
    drawCursor(context, -1, 0, ALL - 2);
    const wanted = Math.max(2, Math.floor((width - gutter) / 90));
    const step = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600].find((s) => columnCount / s <= wanted) || columnCount;
    context.fillStyle = style().getPropertyValue("--muted");
    // From the end, for its label is wanted most: the last slice may be short.
    let free = width + LABEL_GAP;
    for (let column = columnCount; column >= 0; column--) {
      if (column % step && column < columnCount) continue;
      const text = duration(begins[column]).replace(/\.0+ /, " ").replace(/(\.\d*?)0+ /, "$1 ");
      const wide = context.measureText(text).width;
      const x = Math.min(Math.max(xOf(column) - wide / 2, gutter), width - wide);
      context.fillRect(Math.min(xOf(column), width - 1), ALL - 1, 1, 4);
      if (x + wide + LABEL_GAP > free) continue;
      context.fillText(text, x, ALL + 12);
      free = x;
    }
  }

  function drawBody() {
    const context = prepare(body, rowCount * ROW);
    spread(context, cells.body, rowCount * ROW);
    const step = Math.ceil(LEAST_LABEL / ROW); // where rows are low, not all have room for a name
    for (let row = 0; row < rowCount; row++) {
      const named = pick.row < 0 || Math.abs(row - pick.row) >= step ? row % step === 0 : row === pick.row;
      const y = Math.max(7, Math.min(row * ROW + ROW / 2, rowCount * ROW - 7));
      if (named) drawLabel(context, who(row), y, row === pick.row);
    }
    if (cursor.row >= 0) drawCursor(context, cursor.row, cursor.row * ROW, ROW);
    if (pick.row >= 0) drawPick(context, pick.row * ROW, ROW);
  }

  // Painted anew only when colours or sizes have changed.
  function paint() {
    const colours = scheme.variables.map((variable) => style().getPropertyValue(variable));
    const key = [scale, ...scheme.names, ...colours].join();
    if (painted === key) return;
    painted = key;
    cells = reportCells(data, scheme, colours, { head: Math.round(ALL * scale),
      row: Math.round(ROW * scale), gap: Math.round((ROW > 6 ? 2 : 1) * scale) });
    legend.replaceChildren(...scheme.names.map((name, i) => {
      const rect = make("rect", { width: 10, height: 10, rx: 2 });
      rect.style.fill = `var(${scheme.variables[i]})`;
      return make("li", {}, make("svg", { class: "key", viewBox: "0 0 10 10", "aria-hidden": "true" }, rect), name);
    }));
  }

  function draw() {
    width = Math.max(box.clientWidth, 200);
    gutter = width < 520 ? 84 : 150;
    scale = window.devicePixelRatio || 1;
    paint();
    drawHead();
    drawBody();
  }

  function set(next) {
    pick = { row: next.row, from: Math.min(next.from, next.to), to: Math.max(next.from, next.to) };
    threadSelect.value = pick.row;
    fromSelect.value = pick.from;
    toSelect.value = pick.to;
    draw();
  }

  // isStep: not one of many on the way of a drag.
  function choose(next, isStep = true) {
    set(next);
    onPick(pick, isStep);
  }

  function placeOf(event) {
    const inHead = event.target === head, bounds = event.target.getBoundingClientRect();
    const x = event.clientX - bounds.left, y = event.clientY - bounds.top;
    const row = inHead ? -1 : Math.min(rowCount - 1, Math.max(0, Math.floor(y / ROW)));
    let column = 0;
    while (column < columnCount - 1 && xOf(column + 1) <= x) column++;
    return { row, column, label: x < gutter };
  }

  box.addEventListener("pointerdown", (event) => {
    if (event.target !== head && event.target !== body || event.button) return;
    const place = placeOf(event);
    cursor = { row: place.row, column: place.column };
    dragged = place.label ? null : place;
    choose(place.label ? { row: place.row, from: 0, to: columnCount - 1 }
      : { row: place.row, from: place.column, to: place.column });
  });
  box.addEventListener("pointermove", (event) => {
    if (event.target !== head && event.target !== body) return;
    const place = placeOf(event);
    tell.textContent = describe(place.row, place.column);
    if (dragged && event.buttons & 1 && place.column !== pick.to) {
      choose({ row: dragged.row, from: dragged.column, to: place.column }, false);
    }
  });
  box.addEventListener("pointerleave", () => { tell.textContent = hint; });
  addEventListener("pointerup", () => { dragged = null; });

  const moves = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
  box.addEventListener("keydown", (event) => {
    const move = moves[event.key];
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (move) {
      cursor = { row: Math.min(rowCount - 1, Math.max(-1, cursor.row + move[0])),
        column: Math.min(columnCount - 1, Math.max(0, cursor.column + move[1])) };
      tell.textContent = describe(cursor.row, cursor.column);
      const top = cursor.row * ROW;
      if (top < scroller.scrollTop) scroller.scrollTop = top;
      if (top + ROW > scroller.scrollTop + scroller.clientHeight) {
        scroller.scrollTop = top + ROW - scroller.clientHeight;
      }
      if (event.shiftKey && move[1]) choose({ row: cursor.row, from: pick.from, to: cursor.column }, false);
      else draw();
    } else if (event.key === "Enter" || event.key === " ") {
      choose({ row: cursor.row, from: cursor.column, to: cursor.column });
    } else if (event.key === "Escape") {
      choose(everything());
    } else {
      return;
    }
    event.preventDefault();
  });
  box.addEventListener("focus", draw);
  box.addEventListener("blur", draw);
  threadSelect.addEventListener("change", () => choose({ ...pick, row: +threadSelect.value }));
  fromSelect.addEventListener("change", () =>
    choose({ ...pick, from: +fromSelect.value, to: Math.max(pick.to, +fromSelect.value) }));
  toSelect.addEventListener("change", () =>
    choose({ ...pick, from: Math.min(pick.from, +toSelect.value), to: +toSelect.value }));
  colourSelect.addEventListener("change", () => {
    scheme = data.schemes[colourSelect.value];
    draw();
  });
  clear.addEventListener("click", () => choose(everything()));

  // As words of an address, where not everything is picked.
  function words() {
    const times = pick.from > 0 || pick.to < columnCount - 1 ? [["from", pick.from], ["to", pick.to]] : [];
    return pick.row < 0 ? times : [["row", pick.row], ...times];
  }

  // Whatever the words are: what does not exist here is everything.
  function take(given) {
    const number = (word, count, otherwise) =>
      /^\d{1,9}$/.test(given.get(word)) && +given.get(word) < count ? +given.get(word) : otherwise;
    set({ row: number("row", rowCount, -1), from: number("from", columnCount, 0),
      to: number("to", columnCount, columnCount - 1) });
    return pick;
  }

  return { draw, words, take };
}
