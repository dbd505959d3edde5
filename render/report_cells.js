// SPDX-License-Identifier: GPL-2.0-only OR MIT
// The cells of the heat map as images, a pixel wide for each column: classes stacked from the bottom.
"use strict";

// Images of the row of all threads and of the rows of each, for a scheme, its colours ("#rrggbb"),
// and their heights in pixels.
function reportCells(data, scheme, colours, heights) {
  const { columnCount, begins } = data, { count } = scheme;
  const mixed = colours.map((colour) => [1, 3, 5].map((at) => parseInt(colour.trim().slice(at, at + 2), 16)));
  const length = (column) => begins[column + 1] - begins[column] || 1;

  function sum(values, offset) {
    let whole = 0;
    for (let i = 0; i < count; i++) whole += values[offset + i];
    return whole;
  }

  // One column of one row, `height` pixels from `top` on for `full` microseconds.
  function stack(image, column, top, height, values, offset, full) {
    for (let y = 0; y < height; y++) {
      const from = (height - 1 - y) / height * full, to = from + full / height;
      let below = 0, red = 0, green = 0, blue = 0, alpha = 0;
      for (let i = 0; i < count && below < to; i++) {
        const above = below + values[offset + i];
        const part = (Math.min(above, to) - Math.max(below, from)) / (to - from);
        if (part > 0) {
          red += part * mixed[i][0];
          green += part * mixed[i][1];
          blue += part * mixed[i][2];
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

  function picture(rows, height, gap, values, fullOf) {
    const image = new ImageData(columnCount, height * rows);
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columnCount; column++) {
        stack(image, column, row * height, Math.max(1, height - gap), values,
          (row * columnCount + column) * count, fullOf(row, column));
      }
    }
    const canvas = make("canvas", { width: columnCount, height: image.height });
    canvas.getContext("2d").putImageData(image, 0, 0);
    return canvas;
  }

  // How many threads there are at the busiest moment of a row of many.
  function mostOf(values, row) {
    let most = 0;
    for (let column = 0; column < columnCount; column++) {
      most = Math.max(most, sum(values, (row * columnCount + column) * count) / length(column));
    }
    return most || 1;
  }

  const most = mostOf(scheme.all, 0);
  const threads = data.rows.map(([tid], row) => tid < 0 ? mostOf(scheme.values, row) : 1);
  return {
    head: picture(1, heights.head, heights.gap, scheme.all, (row, column) => most * length(column)),
    body: picture(data.rowCount, heights.row, heights.gap, scheme.values,
      (row, column) => threads[row] * length(column)),
  };
}
