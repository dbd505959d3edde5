// SPDX-License-Identifier: GPL-2.0-only OR MIT
// The call tree of a picked part of a wallflame report: sums and places of its frames.
"use strict";

function reportStacks(data) {
  const KIND_GROUP = 0, KIND_CAUSE = 1;

  // Sums of the leaves by what stands at the root of their stacks.
  function gather(pick, takes, by) {
    const taken = data.leaves.map(takes), groups = new Map();
    const sums = new Float64Array(data.leaves.length);
    const first = pick.row < 0 ? 0 : pick.row, last = pick.row < 0 ? data.rowCount - 1 : pick.row;

    function flush(leaf, labels) {
      const key = labels.join("\n");
      if (!groups.has(key)) groups.set(key, { key, labels, leaves: new Map(), total: 0 });
      const group = groups.get(key);
      group.leaves.set(leaf, (group.leaves.get(leaf) || 0) + sums[leaf]);
      group.total += sums[leaf];
    }

    for (let row = first; row <= last; row++) {
      const touched = [];
      data.visitRow(row, pick.from, pick.to, (column, leaf, us) => {
        if (!taken[leaf]) return;
        if (!sums[leaf]) touched.push(leaf);
        sums[leaf] += us;
      });
      const labels = labelsOf(row, by);
      for (const leaf of touched) {
        flush(leaf, by === "cause" ? data.causes[data.leaves[leaf].cause].split("/") : labels);
        sums[leaf] = 0;
      }
    }
    return [...groups.values()].sort((a, b) => a.key < b.key ? -1 : 1);
  }

  // All thread time.
  function sumAll() {
    let all = 0;
    for (let row = 0; row < data.rowCount; row++) {
      data.visitRow(row, 0, data.columnCount - 1, (column, leaf, us) => { all += us; });
    }
    return all;
  }

  function labelsOf(row, by) {
    if (by !== "thread") return [];
    const [, name, process] = data.rows[row];
    if (process < 0) return [name];
    const owner = data.processes[process];
    return owner === name ? [name] : [owner, name];
  }

  const scratch = new Float64Array(data.nodeCount);
  const selves = new Float64Array(data.nodeCount);
  const bases = data.bases.map(() => new Float64Array(data.nodeCount));
  // Of waiting, by its group of causes.
  const MOST = 0.9, RUNNING = data.states.indexOf("running");
  const waits = data.groups.map(() => new Float64Array(data.nodeCount));
  const waitsOfLeaf = data.leaves.map(({ state, cause }) =>
    state === RUNNING ? null : waits[data.groups.indexOf(data.groupOf(data.causes[cause]))]);

  // The nodes of a group with their sums and places; x in microseconds from the picture's left.
  function place(group, x) {
    const touched = [];
    for (const [leaf, us] of group.leaves) {
      const { node, basis } = data.leaves[leaf];
      const waited = waitsOfLeaf[leaf];
      selves[node] += us;
      for (let at = node; at; at = data.parents[at]) {
        if (!scratch[at]) touched.push(at);
        scratch[at] += us;
        bases[basis][at] += us;
        if (waited) waited[at] += us;
      }
    }
    const nodes = Uint32Array.from(touched).sort();
    const [totals, own, xs] = [0, 1, 2].map(() => new Float64Array(nodes.length));
    const split = bases.map(() => new Float64Array(nodes.length)), why = new Int8Array(nodes.length);
    const ends = new Map([[0, x]]); // where the next child of a node begins
    nodes.forEach((node, i) => {
      totals[i] = scratch[node];
      own[i] = selves[node];
      why[i] = waits.findIndex((values) => values[node] >= MOST * totals[i]);
      xs[i] = ends.get(data.parents[node]);
      ends.set(data.parents[node], xs[i] + totals[i]);
      ends.set(node, xs[i]);
      bases.forEach((values, basis) => { split[basis][i] = values[node]; });
    });
    for (const node of nodes) {
      scratch[node] = selves[node] = 0;
      for (const values of [...bases, ...waits]) values[node] = 0;
    }
    return { ...group, x, nodes, totals, own, xs, split, why };
  }

  // What visit() goes through: the stacks of a pick that `takes` takes, below what `by` names.
  function lay(pick, takes, by) {
    let x = 0;
    const groups = gather(pick, takes, by).map((group) => {
      const placed = place(group, x);
      x += group.total;
      return placed;
    });
    const layout = { groups, by, total: x, prefixes: new Map() };
    for (const group of groups) {
      const split = splitOf(group);
      for (let depth = 0; depth <= group.labels.length; depth++) {
        addPrefix(layout.prefixes, group, depth, split);
      }
    }
    return layout;
  }

  // What a group has of each basis: the nodes below the root hold all of it.
  function splitOf(group) {
    return data.bases.map((_, basis) => group.nodes.reduce((sum, node, i) =>
      data.parents[node] ? sum : sum + group.split[basis][i], 0));
  }

  const prefixKey = (labels, depth) => depth ? `${labels.slice(0, depth).join("\n")}\n` : "";

  function addPrefix(prefixes, group, depth, split) {
    const key = prefixKey(group.labels, depth);
    const prefix = prefixes.get(key) || { us: 0, split: data.bases.map(() => 0) };
    prefix.us += group.total;
    prefix.split = prefix.split.map((us, basis) => us + split[basis]);
    prefixes.set(key, prefix);
  }

  // Every frame there is, in drawing order: visit({key, name, kind, x, us, level, parent, ...}).
  function visitFrames(layout, visit) {
    const root = { key: "", name: "all", kind: KIND_GROUP, x: 0, self: 0, level: 0, parent: null,
      us: 0, split: data.bases.map(() => 0), ...layout.prefixes.get("") };
    visit(root);
    const kind = layout.by === "cause" ? KIND_CAUSE : KIND_GROUP;
    let open = []; // prefix frames that may go on
    for (const group of layout.groups) {
      let parent = root;
      group.labels.forEach((name, depth) => {
        const key = prefixKey(group.labels, depth + 1);
        if (!open[depth] || open[depth].key !== key) {
          open[depth] = { key, name, kind, x: group.x, self: 0, level: depth + 1, parent, labels: group.labels,
            ...layout.prefixes.get(key) };
          open.length = depth + 1;
          visit(open[depth]);
        }
        parent = open[depth];
      });
      open.length = group.labels.length;
      const at = new Map([[0, parent]]);
      group.nodes.forEach((node, i) => {
        const [name, frameKind, module, brief] = data.frames[data.frameOf[node]];
        const above = at.get(data.parents[node]);
        if (!above) return;
        const frame = { key: `${group.key}\n#${node}`, name, brief, kind: frameKind, module, x: group.xs[i],
          us: group.totals[i], self: group.own[i], level: above.level + 1, parent: above,
          split: group.split.map((values) => values[i]), waits: data.groups[group.why[i]] };
        if (visit(frame) !== false) at.set(node, frame);
      });
    }
  }

  return { lay, visit: visitFrames, all: sumAll };
}
