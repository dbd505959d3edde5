// SPDX-License-Identifier: GPL-2.0-only OR MIT
// The data of a wallflame report, unpacked, and sums over it. Times are whole microseconds.
"use strict";

function reportData(text) {
  const data = JSON.parse(text);

  function unpack(base64) {
    const bytes = atob(base64);
    const values = [];
    for (let at = 0; at < bytes.length;) {
      let value = 0, scale = 1, byte;
      do {
        byte = bytes.charCodeAt(at++);
        value += (byte & 0x7f) * scale;
        scale *= 128;
      } while (byte & 0x80);
      values.push(value);
    }
    return values;
  }

  // Node 0 is the root; parents come before their children.
  const nodeValues = unpack(data.nodes);
  const nodeCount = nodeValues.length / 2 + 1;
  const parents = new Uint32Array(nodeCount), frameOf = new Uint32Array(nodeCount);
  const depths = new Uint16Array(nodeCount);
  for (let node = 1; node < nodeCount; node++) {
    parents[node] = node - nodeValues[2 * node - 2];
    frameOf[node] = nodeValues[2 * node - 1];
    depths[node] = depths[parents[node]] + 1;
  }

  const leafValues = unpack(data.leaves);
  const leaves = [];
  for (let i = 0; i < leafValues.length; i += 4) {
    leaves.push({ node: leafValues[i], cause: leafValues[i + 1], state: leafValues[i + 2],
      basis: leafValues[i + 3] });
  }

  // The cells in the order of their rows; rowStart[row]: the first of the row or of a later one.
  const columns = data.columns.length - 1, rows = data.rows.length;
  const stream = unpack(data.cells);
  const cellOf = [], cellStart = [];
  for (let at = 0, cell = -1; at < stream.length;) {
    cell += stream[at];
    cellOf.push(cell);
    cellStart.push(at + 1);
    at += 2 + 2 * stream[at + 1];
  }
  const rowStart = new Uint32Array(rows + 1).fill(cellOf.length);
  for (let i = cellOf.length - 1; i >= 0; i--) rowStart[Math.floor(cellOf[i] / columns)] = i;
  for (let row = rows - 1; row >= 0; row--) {
    rowStart[row] = Math.min(rowStart[row], rowStart[row + 1]);
  }

  // Calls visit(column, leaf, us) for what a row has in the columns.
  function visitRow(row, from, to, visit) {
    for (let i = rowStart[row]; i < rowStart[row + 1]; i++) {
      const column = cellOf[i] - row * columns;
      if (column < from || column > to) continue;
      const start = cellStart[i] + 1, end = start + 2 * stream[cellStart[i]];
      for (let at = start; at < end; at += 2) visit(column, stream[at], stream[at + 1]);
    }
  }

  // What the heat map colours: values[(row * columns + column) * count + class] in microseconds.
  function scheme(names, variables, classOf) {
    const count = names.length, classes = leaves.map(classOf);
    const values = new Float32Array(rows * columns * count), all = new Float64Array(columns * count);
    for (let row = 0; row < rows; row++) {
      visitRow(row, 0, columns, (column, leaf, us) => {
        values[(row * columns + column) * count + classes[leaf]] += us;
        all[column * count + classes[leaf]] += us;
      });
    }
    return { names, variables, count, values, all };
  }

  const groupOf = (cause) => cause.split("/")[0];
  const classes = { "fd-allocation": "c-fd", "page-cache": "c-page", switching: "c-switch", lock: "c-lock", io: "c-io",
    cpu: "c-cpu", idle: "c-idle" };
  const classOfGroup = (group) => classes[group] || "c-unknown";
  const variables = { cpu: "--cpu", switching: "--switch", "page-cache": "--page-cache",
    "fd-allocation": "--fd", lock: "--lock", io: "--io", unknown: "--unknown", idle: "--idle" };
  const seen = new Set(leaves.map((leaf) => groupOf(data.causes[leaf.cause])));
  const known = Object.keys(variables).filter((group) => seen.has(group));
  const groups = [...known, ...[...seen].filter((group) => !variables[group])];
  const schemes = {
    states: scheme(data.states, data.states.map((_, state) => `--s${state}`), (leaf) => leaf.state),
    causes: scheme(groups, groups.map((group) => variables[group] || "--unknown"),
      (leaf) => groups.indexOf(groupOf(data.causes[leaf.cause]))),
  };

  return { ...data, columnCount: columns, rowCount: rows, begins: data.columns, parents, frameOf, depths,
    nodeCount, leaves, visitRow, schemes, groups, groupOf, classOfGroup };
}

function duration(us) {
  if (us === 0) return "0 s";
  const scales = [[1e6, "s"], [1e3, "ms"], [1, "us"]];
  const [size, unit] = scales.find(([from]) => us >= from) || scales[2];
  const value = us / size;
  if (size === 1) return `${Math.round(value)} ${unit}`;
  const digits = value < 9.9995 ? 3 : value < 99.995 ? 2 : value < 999.95 ? 1 : 0;
  return `${value.toFixed(digits)} ${unit}`;
}

function percent(ratio) {
  if (!Number.isFinite(ratio)) return "-";
  return ratio > 0 && ratio < 0.0005 ? "<0.1 %" : `${(100 * ratio).toFixed(1)} %`;
}

// An element with attributes, text and children; text is never taken as markup.
function make(name, attributes = {}, ...children) {
  const svg = ["svg", "g", "rect", "text", "title"].includes(name);
  const element = svg ? document.createElementNS("http://www.w3.org/2000/svg", name)
    : document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}
