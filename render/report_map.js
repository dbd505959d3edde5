// SPDX-License-Identifier: GPL-2.0-only OR MIT
// The heat map of a wallflame report: a row a thread, a column a slice, states as stacked colours.
// Calls onPick({row, from, to}) when something is picked; row -1 stands for all threads.
"use strict";

function reportMap(host, data, onPick) {
  const { columnCount, rowCount, stateCount, begins } = data;
  const everything = () => ({ row: -1, from: 0, to: columnCount - 1 });
  const ROW = Math.max(4, Math.min(18, Math.floor(560 / rowCount)));
  const ALL = 56, AXIS = 22, LEAST_LABEL = 11;
  let pick = everything(), cursor = { row: -1, column: 0 }, dragged = null, scale = 1, gutter = 150;
  let cells = null, width = 1000;

  const threadSelect = make("select", { id: "thread" }, make("option", { value: -1 }, "all threads"));
  data.rows.forEach(([tid, name], row) => threadSelect.append(
    make("option", { value: row }, tid < 0 ? name : `${name} ${tid}`)));
  const fromSelect = make("select", { id: "from" }), toSelect = make("select", { id: "to" });
  for (let i = 0; i < columnCount; i++) {
    fromSelect.append(make("option", { value: i }, duration(begins[i])));
    toSelect.append(make("option", { value: i }, duration(begins[i + 1])));
  }
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
      make("label", {}, "from ", fromSelect), make("label", {}, "to ", toSelect), clear),
    box, tell);
  tell.textContent = hint;

  const who = (row) => row < 0 ? "all threads"
    : data.rows[row][0] < 0 ? data.rows[row][1] : `${data.rows[row][1]} ${data.rows[row][0]}`;

  function sums(row, column) {
    const values = [];
    for (let state = 0; state < stateCount; state++) {
      values.push(row < 0 ? data.all[column * stateCount + state]
        : data.states[(row * columnCount + column) * stateCount + state]);
    }
    return values;
  }

  function describe(row, column) {
    const values = sums(row, column), whole = values.reduce((sum, us) => sum + us, 0);
    const parts = values.map((us, state) => [us, data.stateNames[state]])
      .filter(([us]) => us > 0).sort((a, b) => b[0] - a[0])
      .map(([us, name]) => `${name} ${percent(us / whole)}`);
    return `${who(row)}, ${duration(begins[column])} to ${duration(begins[column + 1])}: ` +
      (parts.length ? `${duration(whole)}: ${parts.join(", ")}` : "not alive");
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

  // "#rrggbb" as numbers.
  const rgb = (colour) => [1, 3, 5].map((at) => parseInt(colour.trim().slice(at, at + 2), 16));

  // One pixel wide columns of stacked states: values[offset + ...] of `full` high.
  function stackStates(image, column, top, height, values, offset, full, colours) {
    for (let y = 0; y < height; y++) {
      const from = (height - 1 - y) / height * full, to = from + full / height;
      let below = 0, red = 0, green = 0, blue = 0, alpha = 0;
      for (let state = 0; state < stateCount && below < to; state++) {
        const above = below + values[offset + state];
        const part = (Math.min(above, to) - Math.max(below, from)) / (to - from);
        if (part > 0) {
          red += part * colours[state][0];
          green += part * colours[state][1];
          blue += part * colours[state][2];
          alpha += part;
        }
        below = above;
      }
      if (alpha <= 0) continue;
      const at = 4 * ((top + y) * image.width + column);
      image.data[at] = red / alpha;
      image.data[at + 1] = green / alpha;
      image.data[at + 2] = blue / alpha;
      image.data[at + 3] = 255 * Math.min(alpha, 1);
    }
  }

  // The cells of some rows as an image, a pixel wide for each column; kept until colours change.
  function picture(rowList, height, gap, values, fullOf, colours) {
    const tall = Math.round(height * scale), image = new ImageData(columnCount, tall * rowList.length);
    const filled = Math.max(1, tall - Math.round(gap * scale));
    rowList.forEach((row, index) => {
      for (let column = 0; column < columnCount; column++) {
        stackStates(image, column, index * tall, filled, values,
          (row * columnCount + column) * stateCount, fullOf(row, column), colours);
      }
    });
    const canvas = make("canvas", { width: columnCount, height: image.height });
    canvas.getContext("2d").putImageData(image, 0, 0);
    return canvas;
  }

  function spread(context, image, height) {
    context.imageSmoothingEnabled = false;
    for (let column = 0; column < columnCount; column++) {
      const x = xOf(column), next = xOf(column + 1), gap = next - x > 6 ? 1 : 0;
      context.drawImage(image, column, 0, 1, image.height, x, 0, next - x - gap, height);
    }
  }

  const length = (column) => begins[column + 1] - begins[column] || 1;

  function paintCells(colours) {
    const key = `${scale} ${colours}`;
    if (cells && cells.key === key) return;
    const mixed = colours.map(rgb);
    let most = 0;
    for (let column = 0; column < columnCount; column++) {
      most = Math.max(most, sums(-1, column).reduce((sum, us) => sum + us, 0) / length(column));
    }
    const many = new Map(); // a row of many threads is as high as its busiest moment
    const fullOf = (row, column) => data.rows[row][0] < 0 ? many.get(row) : length(column);
    data.rows.forEach(([tid], row) => { if (tid < 0) many.set(row, fullOfMany(row)); });
    cells = { key,
      head: picture([0], ALL, 2, data.all, (row, column) => most * length(column), mixed),
      body: picture(data.rows.map((_, row) => row), ROW, ROW > 6 ? 1.5 : 1, data.states, fullOf, mixed) };
  }

  function drawLabel(context, text, y, strong) {
    context.fillStyle = style().getPropertyValue(strong ? "--text" : "--muted");
    let shown = text; // shortened in the middle: names often differ at their ends
    for (let kept = text.length - 1; kept > 1 && context.measureText(shown).width > gutter - 10; kept--) {
      shown = `${text.slice(0, Math.floor(kept / 2))}\u2026${text.slice(-Math.ceil(kept / 2))}`;
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
    for (let column = 0; column <= columnCount; column += step) {
      const text = duration(begins[column]).replace(/\.0+ /, " ").replace(/(\.\d*?)0+ /, "$1 ");
      const half = context.measureText(text).width / 2;
      context.fillRect(Math.min(xOf(column), width - 1), ALL - 1, 1, 4);
      context.fillText(text, Math.min(Math.max(xOf(column) - half, gutter), width - 2 * half), ALL + 12);
    }
  }

  function drawBody() {
    const context = prepare(body, rowCount * ROW);
    spread(context, cells.body, rowCount * ROW);
    for (let row = 0; row < rowCount; row++) {
      if (ROW >= LEAST_LABEL || row === pick.row) {
        const y = Math.max(0, Math.min(row * ROW + ROW / 2, rowCount * ROW - 7));
        drawLabel(context, who(row), Math.max(y, 7), row === pick.row);
      }
    }
    if (cursor.row >= 0) drawCursor(context, cursor.row, cursor.row * ROW, ROW);
    if (pick.row >= 0) drawPick(context, pick.row * ROW, ROW);
  }

  function fullOfMany(row) {
    let most = 0;
    for (let column = 0; column < columnCount; column++) {
      most = Math.max(most, sums(row, column).reduce((sum, us) => sum + us, 0));
    }
    return most;
  }

  function draw() {
    width = Math.max(box.clientWidth, 200);
    gutter = width < 520 ? 84 : 150;
    const colours = data.stateNames.map((_, state) => style().getPropertyValue(`--s${state}`));
    scale = window.devicePixelRatio || 1;
    paintCells(colours);
    drawHead();
    drawBody();
  }

  function choose(next) {
    pick = { row: next.row, from: Math.min(next.from, next.to), to: Math.max(next.from, next.to) };
    threadSelect.value = pick.row;
    fromSelect.value = pick.from;
    toSelect.value = pick.to;
    draw();
    onPick(pick);
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
      choose({ row: dragged.row, from: dragged.column, to: place.column });
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
      if (event.shiftKey && move[1]) choose({ row: cursor.row, from: pick.from, to: cursor.column });
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
  clear.addEventListener("click", () => choose(everything()));
  choose(everything());
  return { draw, who, clear: () => choose(everything()) };
}
