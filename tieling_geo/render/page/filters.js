// Filters of a map: by county, river, bureau, state and category. They write each group's mask.
// What is found is counted in codes, never in words, so that a million features take no time.
"use strict";

(function () {
  const FACETS = ["county", "river", "bureau", "state", "category"];
  const ROLES = ["bad", "warning", "unknown", "good", "neutral"]; // as they are listed
  const MISSING = ""; // the key of features that do not say it
  const chosen = {}; // facet -> key, only where one is chosen
  const known = {}; // facet -> {keys: Map key -> position, values: [{key, title, theme}]}
  const facets = new Map(); // group -> {facet: {codes, sets} or null where the group lacks it}
  const boxes = {}; // facet -> <select>
  let words = {};
  let panel, summary, status, lacking, reset;

  // ---- what each group knows ------------------------------------------------------------------

  function position(facet, key, title, theme) {
    const { keys, values } = known[facet];
    if (!keys.has(key)) {
      keys.set(key, values.length);
      values.push({ key, title, theme });
    }
    return keys.get(key);
  }

  // Words that hardly repeat have no codes of their own.
  function coded(group, column) {
    const told = group.codes(column);
    if (told.codes) return told;
    const codes = new Uint32Array(group.count);
    const values = [null];
    const seen = new Map();
    for (let i = 0; i < group.count; i++) {
      const text = group.text(i, column);
      if (!text) continue;
      if (!seen.has(text)) seen.set(text, values.push(text) - 1);
      codes[i] = seen.get(text);
    }
    return { codes, values };
  }

  // A feature belongs to the bureaus of the plan's clauses, and to the one that it names itself.
  function ofColumn(group, facet) {
    const column = (group.spec.facets || {})[facet];
    const named = group.spec.verdicts.flatMap((verdict) => verdict.bureaus || []);
    const plan = facet === "bureau" ? Array.from(new Set(named)) : [];
    if (!column && !plan.length) return null;
    const shared = plan.map((name) => position(facet, name, name));
    if (!column) return { codes: null, sets: [shared] };
    const { codes, values } = coded(group, column);
    const isFilled = !codes.includes(0);
    const sets = values.map((value) => {
      if (!value && isFilled) return [];
      if (!value && shared.length) return shared;
      const key = value || MISSING;
      return Array.from(new Set([...shared, position(facet, key, key || words.notFilled)]));
    });
    return { codes, sets };
  }

  function ofCategory(group, facet) {
    const title = tielingGeo.rows.titleOf(group);
    const sets = group.spec.categories.map((category) => {
      if (facet === "state") {
        return [position(facet, category.role, words["role_" + category.role])];
      }
      const key = group.spec.analysis + "/" + category.value;
      return [position(facet, key, category.title, title)];
    });
    return { codes: group.categoryCodes, sets };
  }

  function learn(group) {
    const own = {};
    FACETS.forEach((facet) => {
      const find = facet === "state" || facet === "category" ? ofCategory : ofColumn;
      own[facet] = find(group, facet);
    });
    facets.set(group, own);
  }

  // ---- which features pass --------------------------------------------------------------------

  function isPassed(facet, sets) {
    const wanted = known[facet].keys.get(chosen[facet]);
    return Uint8Array.from(sets, (positions) => (positions.includes(wanted) ? 1 : 0));
  }

  function sift(group) {
    group.mask.fill(1);
    Object.keys(chosen).forEach((facet) => {
      const own = facets.get(group)[facet];
      const passes = own ? isPassed(facet, own.sets) : [0];
      if (!own || !own.codes) {
        if (!passes[0]) group.mask.fill(0);
        return;
      }
      const { mask, count } = group;
      for (let i = 0; i < count; i++) mask[i] &= passes[own.codes[i]];
    });
  }

  function apply() {
    tielingGeo.groups.forEach(sift);
    tielingGeo.changed();
  }

  // ---- how many each value would show, the other filters being as they are --------------------

  // By how many filters each feature is held back, and by which one last; 99: by the legend.
  function hurdles(group) {
    const { count, categoryCodes } = group;
    const on = group.isDrawn ? group.on : [];
    const fails = new Uint8Array(count);
    const last = new Uint8Array(count);
    for (let i = 0; i < count; i++) if (!on[categoryCodes[i]]) fails[i] = 99;
    Object.keys(chosen).forEach((facet) => {
      const own = facets.get(group)[facet];
      const passes = own ? isPassed(facet, own.sets) : [0];
      const codes = own && own.codes;
      const number = FACETS.indexOf(facet);
      for (let i = 0; i < count; i++) {
        if (passes[codes ? codes[i] : 0]) continue;
        fails[i]++;
        last[i] = number;
      }
    });
    return { fails, last };
  }

  function tally(group, facet, { fails, last }, counts) {
    const own = facets.get(group)[facet];
    if (!own) return;
    const number = FACETS.indexOf(facet);
    const isChosen = facet in chosen;
    const found = new Uint32Array(own.sets.length);
    for (let i = 0; i < group.count; i++) {
      if (fails[i] === 0 || (isChosen && fails[i] === 1 && last[i] === number)) {
        found[own.codes ? own.codes[i] : 0]++;
      }
    }
    own.sets.forEach((positions, code) => positions.forEach((p) => (counts[p] += found[code])));
  }

  function count() {
    const counts = {};
    FACETS.forEach((facet) => (counts[facet] = new Float64Array(known[facet].values.length)));
    present().forEach((group) => {
      const held = hurdles(group);
      FACETS.forEach((facet) => tally(group, facet, held, counts[facet]));
    });
    FACETS.filter((facet) => boxes[facet]).forEach((facet) => {
      boxes[facet].querySelectorAll("option[value]").forEach((option) => {
        if (option.value === "") return;
        const value = known[facet].values[option.value];
        const text = words.valueCount
          .replace("{n}", counts[facet][option.value])
          .replace("{value}", () => value.title);
        if (option.textContent !== text) option.textContent = text;
      });
    });
  }

  // ---- the panel ------------------------------------------------------------------------------

  function present() {
    return tielingGeo.groups.filter((group) => group.isVisible());
  }

  function order(facet) {
    const positions = known[facet].values.map((value, i) => i);
    if (facet === "category") return positions;
    const language = new Intl.Collator(document.documentElement.lang, { numeric: true });
    const rank = (key) => (facet === "state" ? ROLES.indexOf(key) : key === MISSING ? 1 : 0);
    return positions.sort((a, b) => {
      const [one, other] = [known[facet].values[a], known[facet].values[b]];
      return rank(one.key) - rank(other.key) || language.compare(one.title, other.title);
    });
  }

  function options(facet, box) {
    let theme;
    let parent = box;
    const all = tielingGeo.write(box, "option", words.all);
    all.value = "";
    order(facet).forEach((i) => {
      const value = known[facet].values[i];
      if (value.theme !== theme) {
        theme = value.theme;
        parent = tielingGeo.write(box, "optgroup");
        parent.label = theme;
      }
      tielingGeo.write(parent, "option", value.title).value = String(i);
    });
  }

  function choice(facet) {
    if (!known[facet].values.length) return;
    const line = tielingGeo.write(panel, "p");
    const label = tielingGeo.write(line, "label", words["by_" + facet]);
    const box = tielingGeo.write(line, "select");
    label.htmlFor = box.id = "filter-" + facet;
    box.autocomplete = "off";
    options(facet, box);
    boxes[facet] = box;
    box.addEventListener("change", () => {
      if (box.value === "") delete chosen[facet];
      else chosen[facet] = known[facet].values[box.value].key;
      apply();
    });
  }

  function build() {
    panel = document.createElement("details");
    panel.className = "filter";
    summary = tielingGeo.write(panel, "summary", words.filter);
    FACETS.forEach(choice);
    lacking = tielingGeo.write(panel, "p", "", "note");
    reset = tielingGeo.write(panel, "button", words.reset);
    reset.type = "button";
    reset.addEventListener("click", () => set({}));
    status = document.createElement("p");
    status.setAttribute("role", "status");
    status.className = "filter-status";
    document.querySelector("aside .find").after(panel, status);
    panel.addEventListener("toggle", () => panel.open && count());
  }

  // ---- what the page says of it ---------------------------------------------------------------

  function say() {
    let shown = 0;
    let total = 0;
    let off = 0;
    present().forEach((group) => {
      const { mask, categoryCodes } = group;
      const on = group.isDrawn ? group.on : [];
      total += group.count;
      for (let i = 0; i < group.count; i++) {
        if (!mask[i]) continue;
        if (on[categoryCodes[i]]) shown++;
        else off++;
      }
    });
    const number = Object.keys(chosen).length;
    const told = words.shown.replace("{n}", shown).replace("{total}", total);
    status.textContent = off ? told + words.switchedOff.replace("{n}", off) : told;
    summary.textContent = number ? words.filterOn.replace("{n}", number) : words.filter;
    panel.classList.toggle("active", number > 0);
    reset.disabled = number === 0;
    lacking.textContent = Object.keys(chosen).map(lacks).join(" ");
  }

  // No layer vanishes without a word.
  function lacks(facet) {
    const without = present().filter((group) => !facets.get(group)[facet]);
    if (!without.length) return "";
    const titles = Array.from(new Set(without.map(tielingGeo.rows.titleOf)));
    return words.lacking
      .replace("{facet}", words["by_" + facet])
      .replace("{layers}", () => titles.join(words.comma));
  }

  // The legend counts what passes, beside what there is.
  function legend() {
    const passed = new Map();
    tielingGeo.groups.forEach((group) => {
      const found = new Uint32Array(group.spec.categories.length);
      for (let i = 0; i < group.count; i++) found[group.categoryCodes[i]] += group.mask[i];
      passed.set(group.name, [group, found]);
    });
    document.querySelectorAll("input[data-layer][data-category]").forEach((box) => {
      const cell = box.closest("label").querySelector("b[data-count]");
      if (!cell || !passed.has(box.dataset.layer)) return;
      const [group, found] = passed.get(box.dataset.layer);
      const shown = found[box.dataset.category];
      const total = group.byCategory[box.dataset.category].length;
      cell.textContent = shown === total ? String(total) : shown + " / " + total;
    });
  }

  function agree() {
    Object.keys(boxes).forEach((facet) => {
      const at = facet in chosen ? String(known[facet].keys.get(chosen[facet])) : "";
      if (boxes[facet].value !== at) boxes[facet].value = at;
    });
    if (panel.open) count();
    say();
    legend();
  }

  // What another part, such as the address of a view, may keep and give back: facet -> key.
  function set(wanted) {
    FACETS.forEach((facet) => {
      delete chosen[facet];
      if (facet in wanted && known[facet].keys.has(wanted[facet])) chosen[facet] = wanted[facet];
    });
    apply();
  }

  // What the page's address keeps of them: `county:甲县,state:bad`.
  const kept = {
    read: () => Object.keys(chosen).map((facet) => facet + ":" + escaped(chosen[facet])).join(","),
    apply: (text) => {
      const told = text.split(",").map((one) => one.split(":"));
      set(Object.fromEntries(told.map(([facet, key]) => [facet, decodeURIComponent(key || "")])));
    },
  };

  function escaped(key) {
    return key.replace(/[%,:]/g, encodeURIComponent);
  }

  tielingGeo.filters = { chosen: () => Object.assign({}, chosen), set };

  tielingGeo.on("start", () => {
    words = tielingGeo.words;
    FACETS.forEach((facet) => (known[facet] = { keys: new Map(), values: [] }));
    tielingGeo.groups.forEach(learn);
    if (!tielingGeo.groups.length) return;
    build();
    tielingGeo.on("change", agree);
    agree();
    tielingGeo.permalink.register("f", kept);
  });
})();
