// The table beneath a map: the same features as the map shows, for eyes that read and for those
// that listen. Only the rows in sight stand in the page, so that a million of them scroll.
"use strict";

(function () {
  const ROW = 27; // px, as table.css has it
  const TALLEST = 8000000; // px; browsers cut what is taller, so that more rows share a pixel
  const SAMPLED = 200; // rows whose texts say how wide a column is
  const GOLDEN = 0.6180339887; // steps of this part of the whole keep time with no pattern

  let words = {};
  let section, toggle, tools, picker, inView, scroller, sizer, frame, table, head, body, caption;
  let rows = null; // of the layer that is chosen, or of all
  let columns = [];
  let sorted = null; // {key, way}
  let current = -1; // the row that the arrow keys moved to
  let selected = null; // [group, i] whose popup is open
  let cameFromHere = false;

  const isOpen = () => !scroller.hidden;

  // ---- what is listed -------------------------------------------------------------------------

  function present() {
    return tielingGeo.groups.filter((group) => group.isVisible());
  }

  const nameOf = (group) => group.spec.analysis + "/" + tielingGeo.rows.titleOf(group);

  // Layers come and go with the states of a map; the choice stays where it can.
  function offer() {
    const groups = present();
    const wanted = picker.value;
    picker.textContent = "";
    if (groups.length !== 1) tielingGeo.write(picker, "option", words.allLayers).value = "";
    groups.forEach((group) => {
      tielingGeo.write(picker, "option", tielingGeo.rows.titleOf(group)).value = nameOf(group);
    });
    if (groups.some((group) => nameOf(group) === wanted)) picker.value = wanted;
    choose();
  }

  function choose() {
    const groups = present();
    const own = groups.filter((group) => picker.value === "" || nameOf(group) === picker.value);
    rows = tielingGeo.rows.list(own);
    columns = tielingGeo.rows.columns(own, picker.value === "" && groups.length > 1);
    // All layers together have too many columns to be read side by side.
    if (own.length > 1) columns = columns.filter((column) => !column.own);
    if (sorted && !columns.some((column) => column.key === sorted.key)) sorted = null;
    current = -1;
    sort();
    heading();
    refresh();
  }

  function sort() {
    const column = sorted && columns.find((one) => one.key === sorted.key);
    tielingGeo.rows.sort(rows, column, sorted ? sorted.way : 1);
  }

  function refresh() {
    const at = current >= 0 ? rows.order[current] : -1;
    tielingGeo.rows.refresh(rows, inView.checked ? tielingGeo.map().getBounds() : null);
    current = at >= 0 ? rows.order.indexOf(at) : -1;
    const told = words.rows.replace("{n}", rows.order.length);
    toggle.querySelector("b").textContent = told;
    caption.textContent = words.table + " · " + picker.selectedOptions[0].text + " · " + told;
    if (isOpen()) lay();
  }

  // ---- the head -------------------------------------------------------------------------------

  // Signs of Chinese are twice as wide.
  function width(text) {
    let sum = 0;
    for (const sign of text) sum += sign > "\u2e7f" ? 2 : 1;
    return sum;
  }

  function widthOf(column) {
    let widest = width(column.title) + 3;
    const isWhole = rows.size <= SAMPLED;
    for (let k = 0; k < Math.min(rows.size, SAMPLED); k++) {
      const number = isWhole ? k : Math.floor(((k * GOLDEN) % 1) * rows.size);
      widest = Math.max(widest, width(column.text(...tielingGeo.rows.at(rows, number))));
    }
    return Math.min(Math.max(widest, 6), 40) * 7 + 22;
  }

  function heading() {
    head.textContent = "";
    table.querySelectorAll("col").forEach((col) => col.remove());
    let whole = 0;
    columns.forEach((column) => {
      const pixels = widthOf(column);
      whole += pixels;
      const col = document.createElement("col");
      col.style.width = pixels + "px";
      table.insertBefore(col, table.tHead);
      const cell = tielingGeo.write(head, "th", undefined, column.isNumber ? "number" : "");
      cell.scope = "col";
      const button = tielingGeo.write(cell, "button", column.title);
      button.type = "button";
      button.title = column.title;
      button.addEventListener("click", () => turn(column));
    });
    table.style.width = whole + "px";
    sizer.style.minWidth = whole + "px";
    table.setAttribute("aria-colcount", columns.length);
    body.textContent = "";
    arrows();
  }

  function arrows() {
    Array.from(head.cells).forEach((cell, k) => {
      const isSorted = sorted && columns[k].key === sorted.key;
      const way = sorted && sorted.way < 0 ? "descending" : "ascending";
      cell.setAttribute("aria-sort", isSorted ? way : "none");
    });
  }

  // Upwards, downwards, and back to the order of the layer.
  function turn(column) {
    const isSorted = sorted && sorted.key === column.key;
    const way = isSorted ? -1 : 1;
    sorted = isSorted && sorted.way < 0 ? null : { key: column.key, way };
    current = -1;
    sort();
    arrows();
    refresh();
    scroller.scrollTop = 0;
  }

  // ---- the rows in sight ----------------------------------------------------------------------

  function visible() {
    return Math.max(1, (scroller.clientHeight - ROW) / ROW);
  }

  function lay() {
    const height = Math.min((rows.order.length + 1) * ROW, TALLEST);
    sizer.style.height = Math.max(height, scroller.clientHeight) + "px";
    frame.style.height = scroller.clientHeight + "px";
    table.setAttribute("aria-rowcount", rows.order.length + 1);
    head.setAttribute("aria-rowindex", 1);
    draw();
  }

  // Rows that lie above what is in sight; a fraction where one is cut.
  function above() {
    const range = scroller.scrollHeight - scroller.clientHeight;
    const most = Math.max(0, rows.order.length - visible());
    if (range <= 0) return 0;
    const isScaled = (rows.order.length + 1) * ROW > TALLEST;
    const top = isScaled ? (scroller.scrollTop / range) * most : scroller.scrollTop / ROW;
    return Math.min(top, most);
  }

  function line(k) {
    if (body.rows[k]) return body.rows[k];
    const row = tielingGeo.write(body, "tr");
    columns.forEach((column) => tielingGeo.write(row, "td", "", column.isNumber ? "number" : ""));
    return row;
  }

  function fill(row, position) {
    const [group, i] = tielingGeo.rows.at(rows, rows.order[position]);
    row.id = "row-" + position;
    row.dataset.position = position;
    row.setAttribute("aria-rowindex", position + 2);
    const isSelected = Boolean(selected) && selected[0] === group && selected[1] === i;
    row.setAttribute("aria-selected", isSelected);
    row.className = "role-" + group.category(i).role + (position === current ? " current" : "");
    columns.forEach((column, k) => {
      const text = column.text(group, i);
      const cell = row.cells[k];
      if (cell.textContent === text) return;
      cell.textContent = text;
      cell.title = text;
    });
  }

  function draw() {
    const first = Math.floor(above());
    const number = Math.min(Math.ceil(visible()) + 1, rows.order.length - first);
    for (let k = 0; k < number; k++) fill(line(k), first + k);
    while (body.rows.length > number) body.deleteRow(-1);
    body.style.transform = "translateY(" + (first - above()) * ROW + "px)";
    const isDrawn = current >= first && current < first + number;
    if (isDrawn) table.setAttribute("aria-activedescendant", "row-" + current);
    else table.removeAttribute("aria-activedescendant");
  }

  function bring(position) {
    const first = above();
    if (position >= first && position + 1 <= first + visible()) return draw();
    const wanted = position < first ? position : position + 1 - visible();
    const most = rows.order.length - visible();
    const isScaled = (rows.order.length + 1) * ROW > TALLEST;
    const range = scroller.scrollHeight - scroller.clientHeight;
    scroller.scrollTop = isScaled ? (wanted / most) * range : wanted * ROW;
    draw();
  }

  // ---- choosing a row -------------------------------------------------------------------------

  function visit(position) {
    if (position < 0 || position >= rows.order.length) return;
    current = position;
    tielingGeo.visit(...tielingGeo.rows.at(rows, rows.order[position]));
    cameFromHere = true; // only now: the popup before this one has closed
  }

  function onKey(event) {
    if (event.target !== table || event.altKey || event.metaKey) return;
    const page = Math.max(1, Math.floor(visible()) - 1);
    const last = rows.order.length - 1;
    const moves = {
      ArrowDown: current + 1,
      ArrowUp: current - 1,
      PageDown: current + page,
      PageUp: current - page,
      Home: 0,
      End: last,
    };
    if (event.key === "Enter") visit(current);
    else if (event.key in moves) {
      current = Math.min(Math.max(moves[event.key], 0), last);
      if (current >= 0) bring(current);
    } else return;
    event.preventDefault();
  }

  // A popup that closes takes the focus with it.
  function back() {
    cameFromHere = false;
    // Once whoever closed it is through, for another may be opened at once; no key comes between.
    queueMicrotask(() => {
      const at = document.activeElement;
      const isLost = at === document.body || Boolean(at.closest(".leaflet-popup"));
      if (isLost && isOpen() && !tielingGeo.chosen) table.focus({ preventScroll: true });
    });
  }

  function onSelect(group, i) {
    selected = group ? [group, i] : null;
    if (!group && cameFromHere) back();
    if (!isOpen()) return;
    const position = group ? rows.order.indexOf(tielingGeo.rows.numberOf(rows, group, i)) : -1;
    if (position < 0) return draw();
    current = position;
    bring(position);
  }

  // ---- the panel ------------------------------------------------------------------------------

  function open(wanted) {
    scroller.hidden = tools.hidden = !wanted;
    section.classList.toggle("open", wanted);
    document.body.classList.toggle("with-table", wanted);
    toggle.setAttribute("aria-expanded", wanted);
    tielingGeo.map().invalidateSize({ animate: false });
    if (wanted) refresh();
    tielingGeo.permalink.refresh();
  }

  // What the page's address keeps of the table: whether it is open, and of which layer.
  const kept = {
    read: () => (isOpen() ? picker.value || "*" : ""),
    apply: (text) => {
      const layer = text === "*" ? "" : text;
      const isKnown = Array.from(picker.options).some((option) => option.value === layer);
      if (isKnown) picker.value = layer;
      if (isKnown) choose();
      open(Boolean(text) && isKnown);
    },
  };

  function button(parent, text, title, act) {
    const made = tielingGeo.write(parent, "button", text);
    made.type = "button";
    made.title = title;
    made.addEventListener("click", act);
    return made;
  }

  async function save(made, kind) {
    refresh();
    const part = picker.value === "" ? "" : picker.selectedOptions[0].text;
    const title = made.textContent;
    made.disabled = true;
    await tielingGeo.download[kind](rows, part, (done) => {
      made.textContent = title + " " + Math.floor(done * 100) + " %";
    });
    made.disabled = false;
    made.textContent = title;
  }

  function bar() {
    const line = tielingGeo.write(section, "div", undefined, "bar");
    toggle = button(line, undefined, "", () => open(!isOpen()));
    toggle.className = "toggle";
    toggle.setAttribute("aria-expanded", "false");
    toggle.setAttribute("aria-controls", "table-rows");
    tielingGeo.write(toggle, "span", words.table);
    tielingGeo.write(toggle, "b");
    const which = tielingGeo.write(line, "span");
    tielingGeo.write(which, "label", words.layer + " ").htmlFor = "table-layer";
    picker = tielingGeo.write(which, "select");
    picker.id = "table-layer";
    picker.autocomplete = "off";
    picker.addEventListener("change", () => {
      scroller.scrollTop = scroller.scrollLeft = 0;
      choose();
      tielingGeo.permalink.refresh();
    });
    tools = tielingGeo.write(line, "span", undefined, "tools");
    const only = tielingGeo.write(tools, "label");
    inView = tielingGeo.write(only, "input");
    inView.type = "checkbox";
    inView.autocomplete = "off";
    only.append(words.inView);
    inView.addEventListener("change", refresh);
    tielingGeo.write(tools, "span", words.tableKeys, "keys").id = "table-keys";
    const files = tielingGeo.write(line, "span", words.save, "files");
    const geojson = button(files, "GeoJSON", words.saveGeojson, () => save(geojson, "geojson"));
    const csv = button(files, "CSV", words.saveCsv, () => save(csv, "csv"));
  }

  function grid() {
    scroller = tielingGeo.write(section, "div", undefined, "rows");
    scroller.id = "table-rows";
    scroller.hidden = tools.hidden = true;
    sizer = tielingGeo.write(scroller, "div", undefined, "sizer");
    frame = tielingGeo.write(sizer, "div", undefined, "frame");
    table = tielingGeo.write(frame, "table");
    table.tabIndex = 0;
    table.setAttribute("role", "grid");
    table.setAttribute("aria-describedby", "table-keys");
    caption = tielingGeo.write(table, "caption");
    head = tielingGeo.write(tielingGeo.write(table, "thead"), "tr");
    body = tielingGeo.write(table, "tbody");
    scroller.addEventListener("scroll", draw);
    table.addEventListener("keydown", onKey);
    body.addEventListener("click", (event) => {
      const row = event.target.closest("tr");
      if (row) visit(Number(row.dataset.position));
    });
  }

  tielingGeo.on("start", () => {
    if (!tielingGeo.groups.length) return;
    words = tielingGeo.words;
    section = document.createElement("section");
    section.className = "table";
    section.setAttribute("aria-label", words.table);
    document.querySelector("main").after(section);
    bar();
    grid();
    tielingGeo.edge(section, scroller, lay);
    let listed = "";
    function follow() {
      const now = present().map((group) => group.name).join("\n");
      if (now !== listed) offer();
      else refresh();
      listed = now;
    }
    follow();
    tielingGeo.on("change", follow);
    tielingGeo.on("select", onSelect);
    tielingGeo.map().on("moveend", () => inView.checked && refresh());
    window.addEventListener("resize", () => isOpen() && lay());
    tielingGeo.permalink.register("t", kept);
  });
})();
