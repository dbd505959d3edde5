// SPDX-License-Identifier: GPL-2.0-only OR MIT
// The names of frames: shown where there is little room for them, and searched. Vars, because a page may hold
// several pictures.

// fitName: as escape__xml_fit of the still pictures does it. fitPath: the frames from the root to one, as
// { text, index } of those there is room for; where some are left out, an ellipsis with the index of the last of them.

var { fitName, fitPath } = (() => {
  "use strict";
  const LEAST_HALVES = 8; // columns: of fewer a beginning and an end say less than a beginning
  const plain = /^[\x20-\x7e]*$/;
  const wide = new RegExp("[\\u1100-\\u115f\\u2329\\u232a\\u2e80-\\u303e\\u3041-\\u4dbf\\u4e00-\\ua4cf" +
    "\\ua960-\\ua97c\\uac00-\\ud7a3\\uf900-\\ufaff\\ufe10-\\ufe19\\ufe30-\\ufe6b\\uff01-\\uff60\\uffe0-\\uffe6" +
    "\\u{16fe0}-\\u{1b2ff}\\u{20000}-\\u{3fffd}]|(?![\\u{1f1e6}-\\u{1f1ff}])\\p{Emoji_Presentation}", "u");
  const zero = /(?!\xad)[\p{Mn}\p{Me}\p{Cf}\u1160-\u11ff]/u;
  const joining = /(?!\xad)[\p{M}\p{Cf}\u1160-\u11ff\u{1f3fb}-\u{1f3ff}]/u;

  const headOf = (columns) => columns < LEAST_HALVES ? columns - 1 : Math.floor(columns / 2);
  const columnsOf = (letter) =>
    plain.test(letter) ? 1 : zero.test(letter) ? 0 : wide.test(letter) ? 2 : 1;

  // The beginning and the end, with an ellipsis between them: never a part of a character, nor what joins
  // to one without it.
  function shorten(name, columns) {
    const letters = Array.from(name), widths = letters.map(columnsOf);
    const all = widths.reduce((sum, width) => sum + width, 0);
    if (all <= columns) return name;
    const head = headOf(columns), tail = columns - head - 1;
    let before = 0, shown = true, text = "", cut = false;
    letters.forEach((letter, i) => {
      if (!joining.test(letter) && letters[i - 1] !== "\u200d") {
        shown = before + widths[i] <= head || all - before <= tail;
      }
      if (shown) text += letter;
      else if (!cut) text += "\u2026";
      cut = cut || !shown;
      before += widths[i];
    });
    return text === "\u2026" ? "" : text; // wide ones, of which none has room
  }

  function fitName(name, columns) {
    if (columns < 3) return "";
    if (!plain.test(name)) return shorten(name, columns);
    if (name.length <= columns) return name;
    const head = headOf(columns);
    return `${name.slice(0, head)}\u2026${name.slice(name.length + head + 1 - columns)}`;
  }

  function fitPath(names, columns) {
    const LONGEST = 32, BETWEEN = 3;
    const steps = names.map((name, index) => ({ text: fitName(name, LONGEST) || "\u2026", index }));
    const room = steps.map(({ text }) => Array.from(text).reduce((sum, letter) => sum + columnsOf(letter), BETWEEN));
    let over = room.reduce((sum, width) => sum + width, 0) - BETWEEN - columns, left = 0;
    if (over > 0) over += 1 + BETWEEN;
    while (over > 0 && left < steps.length - 2) over -= room[++left];
    return left ? [steps[0], { text: "\u2026", index: left }, ...steps.slice(left + 1)] : steps;
  }

  return { fitName, fitPath };
})();

// What a search has found, as shares of a whole: { count, total, self }, and of each what may be more, because frames
// of any name are drawn together there: { more: { total, self } }.
var foundWords = (found, whole, name) => {
  "use strict";
  const LEAST = 0.0005; // less is not seen in the digits
  const share = (kind) => `${kind} ${found.more[kind] / whole >= LEAST ? "at least " : ""}` +
    `${(100 * found[kind] / (whole || 1)).toFixed(1)} %`;
  return `${found.count} found: ${share("total")}, ${share("self")} of ${name}`;
};

// Whether a name is one that is searched for; null where nothing is. A pattern of an address may be anybody's,
// and one that tries very many ways would hold up the page: such a one is taken as it stands, as is what is
// no pattern.
var nameMatcher = (query, isOfAddress) => {
  "use strict";
  const lower = query.toLowerCase();
  const manyWays = /\)[*+?{]/.test(query) || query.split(/[*+?{|]/).length > 3;
  if (!query) return null;
  try {
    if (isOfAddress && manyWays) throw new SyntaxError();
    const pattern = new RegExp(query, "i");
    return (name) => pattern.test(name);
  } catch (error) {
    return (name) => name.toLowerCase().includes(lower);
  }
};
