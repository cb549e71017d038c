// Two states of a map side by side, with a divider between them and what changed from one to the
// other. The right one is the state that the page shows; the left one has a stage of its own.
"use strict";

(function () {
  const tg = tielingGeo;
  const { write } = tg;
  const STEP = 0.02;
  const LEAP = 0.1;
  const parts = {};
  let now = null; // {a, b, fraction} while two states are compared

  // ---- what changed ------------------------------------------------------------------------------------

  // Counts features by category in the left and in the right group, by id. A feature counts if it
  // passes the filters in either. Returns {rows: [{from, to, count}], same, onlyLeft, onlyRight}.
  tg.transitions = function (left, right) {
    const found = { rows: [], same: 0, onlyLeft: 0, onlyRight: 0 };
    const counts = new Map();
    const rest = new Map();
    for (let j = 0; right && j < right.count; j++) rest.set(right.id(j), j);
    for (let i = 0; left && i < left.count; i++) {
      const j = rest.get(left.id(i));
      rest.delete(left.id(i));
      if (!left.mask[i] && !(j !== undefined && right.mask[j])) continue;
      if (j === undefined) found.onlyLeft += 1;
      else count(counts, left.category(i), right.category(j));
    }
    rest.forEach((j) => (found.onlyRight += right.mask[j] ? 1 : 0));
    counts.forEach((row) => {
      if (row.from.value === row.to.value) found.same += row.count;
      else found.rows.push(row);
    });
    found.rows.sort((p, q) => q.count - p.count);
    return found;
  };

  function count(counts, from, to) {
    const name = JSON.stringify([from.value, to.value]);
    if (!counts.has(name)) counts.set(name, { from, to, count: 0 });
    counts.get(name).count += 1;
  }

  // Places that an analysis finds have ids of their own in each state: only their number compares.
  function isFound(group) {
    return group.spec.categories.length === 1;
  }

  function passing(group) {
    let n = 0;
    for (let i = 0; group && i < group.count; i++) n += group.mask[i];
    return n;
  }

  function line(body, cells, className) {
    const row = write(body, "tr", undefined, className || "");
    cells.forEach((text, i) => write(row, i === cells.length - 1 ? "td" : "th", text));
    return row;
  }

  function wide(body, title, n, className) {
    const row = line(body, [title, String(n)], className);
    row.firstChild.colSpan = 2;
    row.firstChild.scope = "row";
  }

  function headings(table) {
    const row = write(write(table, "thead"), "tr");
    const words = [state(now.a).title, state(now.b).title, tg.words.compareCount];
    words.forEach((word) => (write(row, "th", word).scope = "col"));
  }

  function changes(left, right) {
    const { spec } = left || right;
    const table = write(parts.changes, "table");
    write(table, "caption", isFound(left || right) ? spec.categories[0].title : spec.heading);
    headings(table);
    const body = write(table, "tbody");
    if (isFound(left || right)) {
      line(body, [String(passing(left)), String(passing(right)), passing(right) - passing(left)]);
      return;
    }
    const found = tg.transitions(left, right);
    found.rows.forEach((row) => line(body, [row.from.title, row.to.title, String(row.count)]));
    if (!found.rows.length) wide(body, tg.words.compareNone, 0);
    wide(body, tg.words.compareSame, found.same, "rest");
    wide(body, tg.words.compareOnlyLeft, found.onlyLeft, "rest");
    wide(body, tg.words.compareOnlyRight, found.onlyRight, "rest");
  }

  function tell() {
    if (!now) return;
    tg.stateBar.now.textContent = tg.words.compareNow
      .replace("{left}", () => state(now.a).title)
      .replace("{right}", () => state(now.b).title);
    parts.changes.textContent = "";
    write(parts.changes, "h2", tg.words.compareChanges);
    tg.statePairs(now.a, now.b).forEach(([left, right]) => changes(left, right));
  }

  // ---- two stages, each in a pane that is cut off at the divider -------------------------------------------

  // Draws what the stage of the map would draw in another state.
  const Twin = tg.Stage.extend({
    runs: function () {
      this.groups = tg.map().tielingStage.groups;
      return tg.Stage.prototype.runs.call(this);
    },
  });

  function cut(pane, from, to) {
    const map = tg.map();
    const a = map.containerPointToLayerPoint([from, 0]);
    const b = map.containerPointToLayerPoint([to, map.getSize().y]);
    const corners = [[a.x, a.y], [b.x, a.y], [b.x, b.y], [a.x, b.y]];
    const path = corners.map(([x, y]) => x + "px " + y + "px").join(", ");
    map.getPane(pane).style.clipPath = "polygon(" + path + ")";
  }

  function dividerPx() {
    return now.fraction * tg.map().getSize().x;
  }

  function trim() {
    cut("twin", 0, dividerPx());
    cut("features", dividerPx(), tg.map().getSize().x);
  }

  function part(a) {
    const map = tg.map();
    if (!map.getPane("twin")) {
      const pane = map.createPane("twin");
      pane.style.zIndex = map.getPane("features").style.zIndex;
      pane.style.pointerEvents = "none";
    }
    if (map.tielingTwin) map.tielingTwin.remove();
    map.tielingTwin = new Twin({ pane: "twin", state: a }).addTo(map);
    const x = (latlng) => map.latLngToContainerPoint(latlng).x;
    map.tielingTwin.covers = (latlng) => x(latlng) < dividerPx();
    map.tielingStage.covers = (latlng) => x(latlng) >= dividerPx();
    map.on("move resize zoomend", trim);
  }

  function join() {
    const map = tg.map();
    map.off("move resize zoomend", trim);
    map.tielingTwin.remove();
    map.tielingTwin = null;
    map.tielingStage.covers = tg.Stage.prototype.covers;
    map.getPane("features").style.clipPath = "";
  }

  // ---- the divider ----------------------------------------------------------------------------------------

  function state(k) {
    return tg.states[k];
  }

  function divide(fraction) {
    now.fraction = Math.min(1, Math.max(0, fraction));
    const percent = Math.round(100 * now.fraction);
    parts.divider.style.left = 100 * now.fraction + "%";
    parts.divider.setAttribute("aria-valuenow", String(percent));
    parts.divider.setAttribute("aria-valuetext", percent + "%");
    trim();
  }

  function onKey(event) {
    const steps = {
      ArrowLeft: -STEP,
      ArrowRight: STEP,
      ArrowDown: -STEP,
      ArrowUp: STEP,
      PageDown: -LEAP,
      PageUp: LEAP,
      Home: -1,
      End: 1,
    };
    if (!(event.key in steps)) return;
    event.preventDefault();
    event.stopPropagation();
    divide(now.fraction + steps[event.key]);
  }

  function onDrag(event) {
    if (!parts.divider.hasPointerCapture(event.pointerId)) return;
    const box = tg.map().getContainer().getBoundingClientRect();
    divide((event.clientX - box.left) / box.width);
  }

  function build() {
    const { divider } = parts;
    divider.tabIndex = 0;
    divider.setAttribute("role", "separator");
    divider.setAttribute("aria-orientation", "vertical");
    divider.setAttribute("aria-valuemin", "0");
    divider.setAttribute("aria-valuemax", "100");
    divider.setAttribute("aria-label", tg.words.compareDivider);
    parts.names = ["left", "right"].map((side) => write(divider, "span", "", side));
    write(divider, "i", "", "handle");
    divider.addEventListener("keydown", onKey);
    divider.addEventListener("pointerdown", (event) => {
      divider.setPointerCapture(event.pointerId);
      divider.focus();
      event.preventDefault();
    });
    divider.addEventListener("pointermove", onDrag);
    // The map below must not move, nor open what lies under the divider.
    L.DomEvent.disableClickPropagation(divider);
    L.DomEvent.on(divider, "mousemove mouseover", L.DomEvent.stopPropagation);
  }

  // ---- choosing two states ----------------------------------------------------------------------------------

  function chooser(parent, word, act) {
    const label = write(parent, "label", word);
    const select = write(label, "select");
    tg.states.forEach((one, k) => (write(select, "option", one.title).value = String(k)));
    select.addEventListener("change", () => act(Number(select.value)));
    return select;
  }

  // Two states that are chosen as one change sides.
  function choose(side, k) {
    const other = side === "a" ? "b" : "a";
    const next = { a: now.a, b: now.b, [side]: k };
    if (next[other] === k) next[other] = now[side];
    start(next.a, next.b, now.fraction);
  }

  function start(a, b, fraction) {
    tg.stopPlaying();
    const { root } = tg.stateBar;
    root.classList.add("is-comparing");
    parts.pick.hidden = parts.divider.hidden = parts.changes.hidden = false;
    parts.toggle.setAttribute("aria-pressed", "true");
    parts.toggle.textContent = tg.words.compareEnd;
    now = { a, b, fraction };
    parts.left.value = String(a);
    parts.right.value = String(b);
    parts.names[0].textContent = state(a).title;
    parts.names[1].textContent = state(b).title;
    // The legend is that of the right one; switching in it switches both.
    if (tg.state() !== b) tg.setState(b);
    part(a);
    divide(fraction);
    tell();
    refresh();
  }

  function end() {
    if (!now) return;
    join();
    now = null;
    tg.stateBar.root.classList.remove("is-comparing");
    parts.pick.hidden = parts.divider.hidden = parts.changes.hidden = true;
    parts.toggle.setAttribute("aria-pressed", "false");
    parts.toggle.textContent = tg.words.compare;
    tg.changed();
  }

  // What is shown on the right; on the left the first day, or with other parameters the assessment.
  function begin() {
    const k = tg.state();
    const own = tg.states.findIndex((one) => one.isOwn);
    const left = state(k).isVariant ? own : 0;
    if (left === k) start(k, k + 1, 0.5);
    else start(left, k, 0.5);
    parts.divider.focus();
  }

  // ---- the address of the page ------------------------------------------------------------------------------

  const kept = {
    read: () => (now ? [now.a, now.b, Math.round(100 * now.fraction)].join(",") : ""),
    apply: (text) => {
      const found = /^(\d{1,2}),(\d{1,2}),(\d{1,3})$/.exec(text);
      const [a, b, percent] = found ? found.slice(1).map(Number) : [0, 0, 0];
      const last = tg.states.length - 1;
      if (a !== b && a <= last && b <= last) start(a, b, percent / 100);
      else end();
    },
  };

  function refresh() {
    if (tg.permalink) tg.permalink.refresh();
  }

  function changed() {
    if (!now) return;
    // Somebody asked for another state: that is then the right one.
    if (tg.state() !== now.b && tg.state() !== now.a) start(now.a, tg.state(), now.fraction);
    else tell();
  }

  tg.on("states", () => {
    const { root } = tg.stateBar;
    parts.pick = write(root, "div", undefined, "pick");
    parts.left = chooser(parts.pick, tg.words.compareLeft, (k) => choose("a", k));
    parts.right = chooser(parts.pick, tg.words.compareRight, (k) => choose("b", k));
    parts.toggle = write(root, "button", tg.words.compare, "compare");
    parts.toggle.type = "button";
    parts.toggle.setAttribute("aria-pressed", "false");
    parts.toggle.addEventListener("click", () => (now ? end() : begin()));
    parts.divider = write(tg.map().getContainer(), "div", undefined, "divider");
    const panel = document.querySelector("aside > details");
    parts.changes = write(panel, "section", undefined, "changes");
    panel.insertBefore(parts.changes, panel.querySelector("section"));
    parts.changes.setAttribute("aria-label", tg.words.compareChanges);
    parts.pick.hidden = parts.divider.hidden = parts.changes.hidden = true;
    build();
    tg.on("change", changed);
    if (tg.permalink) tg.permalink.register("compare", kept);
  });
})();
