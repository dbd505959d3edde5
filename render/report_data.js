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

  // states[(row * columns + column) * stateCount + state]: microseconds.
  const stateCount = data.states.length;
  const states = new Float32Array(rows * columns * stateCount);
  const all = new Float64Array(columns * stateCount);
  for (let row = 0; row < rows; row++) {
    visitRow(row, 0, columns, (column, leaf, us) => {
      states[(row * columns + column) * stateCount + leaves[leaf].state] += us;
      all[column * stateCount + leaves[leaf].state] += us;
    });
  }

  return { ...data, stateNames: data.states, columnCount: columns, rowCount: rows, begins: data.columns, stateCount,
    parents, frameOf, depths, nodeCount, leaves, visitRow, states, all };
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
