// The features that a map shows, as rows: which ones, in which order, and what their columns say.
// The table and the downloads both stand on this.
"use strict";

(function () {
  const FEW = 20000; // so many different texts are sorted as people do; more by their letters

  // What a layer is called; an analysis may have found places of its own beside its features.
  function titleOf(group) {
    const { analysis, heading, categories } = group.spec;
    const first = tielingGeo.groups.find((one) => one.spec.analysis === analysis);
    const isBeside = first !== group && first.state === group.state;
    return isBeside && categories.length === 1 ? heading + " · " + categories[0].title : heading;
  }

  // ---- columns: {key, title, isNumber, text(group, i), raw(group, i)} -------------------------

  function fixed(key, title, text, raw) {
    return { key, title, isNumber: false, text, raw: raw || text };
  }

  function verdicts(group, i) {
    const words = tielingGeo.words;
    return group.spec.verdicts
      .map((verdict, k) => {
        const told = verdict.clause + " " + verdict.state;
        const mark = group.marks[k] ? group.marks[k][i] : 0;
        if (!mark) return told;
        return told + words.inBrackets.replace("{}", mark === 1 ? words.against : words.unknown);
      })
      .join(words.semicolon);
  }

  const OUTER = {
    feature_id: (group, i) => group.id(i),
    name: (group, i) => group.nameOf(i),
    analysis: (group) => titleOf(group),
    category: (group, i) => group.category(i).title,
    role: (group, i) => tielingGeo.words["role_" + group.category(i).role],
    reason: (group, i) => group.reason(i),
    verdicts,
    evidence_id: (group, i) => group.spec.analysis + "/" + group.id(i),
  };
  // What a program reads where people read words of their language.
  const RAW = {
    analysis: (group) => group.spec.analysis,
    category: (group, i) => group.category(i).value,
    role: (group, i) => group.category(i).role,
  };

  // Columns of two layers are one only if they are called and typed alike.
  function sameColumn(column) {
    return [column.name, column.title, column.kind].join("\n");
  }

  // Columns that only filters need have no title of their own.
  function titleOfColumn(group, { name, title }) {
    const facets = group.spec.facets || {};
    const facet = Object.keys(facets).find((key) => facets[key] === name);
    return title || tielingGeo.words["by_" + facet] || name;
  }

  function ownColumn(owner, column) {
    const { name, kind } = column;
    const told = sameColumn(column);
    const seen = new Map(); // group -> its own column, or null
    function of(group) {
      if (!seen.has(group)) {
        const own = group.column(name);
        seen.set(group, own && sameColumn(own) === told ? own : null);
      }
      return seen.get(group);
    }
    return {
      key: name,
      title: titleOfColumn(owner, column),
      isNumber: kind === "number",
      own: true,
      text: (group, i) => (of(group) ? of(group).text(i) : ""),
      raw: (group, i) => (of(group) ? of(group).raw(i) : null),
    };
  }

  // Columns of one layer, or of all: own columns of one name and title are one column.
  function columns(groups, isWhole) {
    const words = tielingGeo.words;
    const titles = {
      feature_id: words.feature,
      name: words.name,
      analysis: words.layer,
      category: words.category,
      role: words.by_state,
      reason: words.reason,
      verdicts: words.clauses,
      evidence_id: words.evidence,
    };
    const outer = (key) => fixed(key, titles[key], OUTER[key], RAW[key]);
    const own = new Map();
    groups.forEach((group) =>
      group.columns.forEach((column) => {
        const told = sameColumn(column);
        if (!own.has(told)) own.set(told, ownColumn(group, column));
      })
    );
    const before = ["feature_id", "name", "category", "role"];
    if (isWhole || groups.length > 1) before.splice(2, 0, "analysis");
    return [
      ...before.map(outer),
      ...own.values(),
      ...["reason", "verdicts", "evidence_id"].map(outer),
    ];
  }

  // ---- rows: {groups, starts, size, order} ----------------------------------------------------

  function list(groups) {
    const starts = [];
    let size = 0;
    groups.forEach((group) => {
      starts.push(size);
      size += group.count;
    });
    return { groups, starts, size, sorted: null, order: new Uint32Array(0) };
  }

  function at(rows, number) {
    let k = rows.groups.length - 1;
    while (rows.starts[k] > number) k--;
    return [rows.groups[k], number - rows.starts[k]];
  }

  function numberOf(rows, group, i) {
    const k = rows.groups.indexOf(group);
    return k < 0 ? -1 : rows.starts[k] + i;
  }

  function each(rows, act) {
    let number = 0;
    rows.groups.forEach((group) => {
      for (let i = 0; i < group.count; i++) act(group, i, number++);
    });
  }

  // Position of each row's text among the different texts in order; -1 where there is none.
  function textRanks(rows, column) {
    const found = new Int32Array(rows.size).fill(-1);
    const positions = new Map(); // text -> position in the order of appearance
    each(rows, (group, i, number) => {
      const text = column.text(group, i);
      if (!text) return;
      let position = positions.get(text);
      if (position === undefined) positions.set(text, (position = positions.size));
      found[number] = position;
    });
    const texts = Array.from(positions.keys());
    const language = new Intl.Collator(document.documentElement.lang, { numeric: true });
    texts.sort(texts.length > FEW ? undefined : language.compare);
    const rank = new Int32Array(texts.length);
    texts.forEach((text, k) => (rank[positions.get(text)] = k));
    for (let i = 0; i < found.length; i++) if (found[i] >= 0) found[i] = rank[found[i]];
    return { found, size: texts.length };
  }

  // How many numbers are smaller than that of each row; -1 where there is none.
  function numberRanks(rows, column) {
    const values = new Float64Array(rows.size);
    each(rows, (group, i, number) => {
      const value = column.raw(group, i);
      values[number] = value === null ? NaN : value;
    });
    const sorted = values.filter((value) => !Number.isNaN(value)).sort();
    const found = Int32Array.from(values, (value) => {
      let [low, high] = [0, sorted.length];
      while (low < high) {
        const middle = (low + high) >> 1;
        if (sorted[middle] < value) low = middle + 1;
        else high = middle;
      }
      return Number.isNaN(value) ? -1 : low;
    });
    return { found, size: sorted.length };
  }

  // `way`: 1 upwards, -1 downwards; what is missing comes last, equals keep their order.
  function sort(rows, column, way) {
    rows.sorted = null;
    if (!column) return;
    const ranks = column.isNumber ? numberRanks : textRanks;
    const { found, size } = ranks(rows, column);
    const place = (rank) => (rank < 0 ? size : way > 0 ? rank : size - 1 - rank);
    const begins = new Uint32Array(size + 2);
    for (let i = 0; i < found.length; i++) begins[place(found[i]) + 1]++;
    for (let k = 1; k < begins.length; k++) begins[k] += begins[k - 1];
    rows.sorted = new Uint32Array(found.length);
    for (let i = 0; i < found.length; i++) rows.sorted[begins[place(found[i])]++] = i;
  }

  // Tells of a feature whether it reaches into a view; in parts of the world square.
  function reached({ shape }, view) {
    const [west, east] = [view.getWest() / 360 + 0.5, view.getEast() / 360 + 0.5];
    const [north, south] = [view.getNorth(), view.getSouth()].map(tielingGeo.mercatorY);
    const boxes = shape.isPoints
      ? { west: shape.x, east: shape.x, north: shape.y, south: shape.y }
      : shape;
    return (i) =>
      boxes.west[i] <= east &&
      boxes.east[i] >= west &&
      boxes.north[i] <= south &&
      boxes.south[i] >= north;
  }

  // What is shown, and lies in `view` where one is given.
  function refresh(rows, view) {
    const flags = new Uint8Array(rows.size);
    let found = 0;
    rows.groups.forEach((group, k) => {
      const isIn = view ? reached(group, view) : () => true;
      for (let i = 0; i < group.count; i++) {
        if (!group.isShown(i) || !isIn(i)) continue;
        flags[rows.starts[k] + i] = 1;
        found++;
      }
    });
    const order = new Uint32Array(found);
    let n = 0;
    for (let i = 0; i < rows.size; i++) {
      const number = rows.sorted ? rows.sorted[i] : i;
      if (flags[number]) order[n++] = number;
    }
    rows.order = order;
  }

  tielingGeo.rows = { titleOf, list, at, numberOf, columns, sort, refresh };
})();
