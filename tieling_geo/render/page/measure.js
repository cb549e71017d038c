// Measuring distances and areas on the ellipsoid, with the mouse, a finger or the keyboard.
"use strict";

(function () {
  const geodesy = tielingGeo.geodesy;
  const buttons = {};
  const LEAST = { distance: 2, area: 3 };
  const MU_PER_HA = 15;
  let map = null;
  let words = {};
  let kind = ""; // what is being measured now; empty: nothing
  let points = [];
  let isEnding = false; // a second click came: the browser tells of a double click next
  let byKeys = false; // the last step was made with the keyboard
  let drawing = null;
  let panel = null;

  // ---- numbers -------------------------------------------------------------------------------------

  // About six figures: more than the eye can point at.
  function number(value) {
    const decimals = value < 100 ? 3 : value < 1000 ? 2 : value < 1e4 ? 1 : 0;
    const digits = { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
    return value.toLocaleString("en-US", digits);
  }

  function lengthText(metres) {
    if (!Number.isFinite(metres)) return "—";
    if (metres < 1000) return metres.toFixed(1) + " " + words.unitM;
    return number(metres / 1000) + " " + words.unitKm;
  }

  function areaText(squareMetres) {
    const hectares = squareMetres / 1e4;
    const mu = number(hectares * MU_PER_HA) + " " + words.unitMu;
    if (hectares < 1) return number(squareMetres) + " " + words.unitM2 + " = " + mu;
    const told = number(hectares) + " " + words.unitHa + " = " + mu;
    if (hectares < 100) return told;
    return number(hectares / 100) + " " + words.unitKm2 + "\n= " + told;
  }

  function answer(what, ring) {
    if (ring.length < LEAST[what]) return "";
    if (what === "distance") return lengthText(geodesy.length(ring));
    if (geodesy.crosses(ring)) return words.crossed;
    const round = words.perimeter + " " + lengthText(geodesy.perimeter(ring));
    return areaText(geodesy.area(ring)) + "\n" + round;
  }

  // ---- what is drawn ---------------------------------------------------------------------------------

  function prepare() {
    map.createPane("measure").style.zIndex = 640;
    map.getPane("measure").style.pointerEvents = "none";
    const ink = { pane: "measure", renderer: L.svg({ pane: "measure" }), interactive: false };
    const line = { ...ink, color: "#0b3d91", weight: 3 };
    drawing = {
      ink: { ...ink, radius: 4, color: "#0b3d91", weight: 2, fillColor: "#fff", fillOpacity: 1 },
      shape: L.polygon([], { ...line, weight: 0, fillColor: "#0b3d91", fillOpacity: 0.12 }),
      line: L.polyline([], line),
      next: L.polyline([], { ...line, weight: 2, dashArray: "4 5" }),
      knots: L.layerGroup(),
    };
  }

  function redraw(pointer) {
    const isArea = drawing.kind === "area";
    const ring = pointer ? points.concat([pointer]) : points;
    const isClosed = isArea && !kind && points.length > 2;
    drawing.shape.setLatLngs(isArea ? ring : []);
    drawing.line.setLatLngs(isClosed ? points.concat([points[0]]) : points);
    const back = isArea && ring.length > 2 ? [points[0]] : [];
    const open = points.length && !isClosed ? points.slice(-1).concat(pointer || [], back) : [];
    drawing.next.setLatLngs(open);
    drawing.knots.clearLayers();
    points.forEach((at) => drawing.knots.addLayer(L.circleMarker(at, drawing.ink)));
    panel.value.textContent = answer(drawing.kind, ring) || words["few_" + drawing.kind];
    [panel.hint, panel.keys].forEach((part) => (part.hidden = points.length > 1));
  }

  // ---- the box that says how far it is -------------------------------------------------------------

  function box() {
    const made = tielingGeo.write(map.getContainer(), "section", undefined, "measure");
    const write = (tag, text, className) => tielingGeo.write(made, tag, text, className);
    L.DomEvent.disableClickPropagation(made);
    L.DomEvent.disableScrollPropagation(made);
    panel = { box: made, title: write("h2", ""), value: write("p", "", "value") };
    panel.hint = write("p", words.measureHint, "hint");
    panel.keys = write("p", words.measureKeys, "hint keys");
    const row = write("div", undefined, "row");
    const press = (text, act) => {
      const one = tielingGeo.write(row, "button", text);
      one.type = "button";
      one.addEventListener("click", act);
      return one;
    };
    panel.end = press(words.measureEnd, finish);
    panel.undo = press(words.measureUndo, undo);
    panel.clear = press(words.measureClear, cancel);
    made.hidden = true;
  }

  function showPanel() {
    const isRunning = Boolean(kind);
    panel.box.hidden = false;
    panel.title.textContent = words[drawing.kind];
    panel.box.setAttribute("aria-label", words[drawing.kind]);
    [panel.end, panel.undo].forEach((part) => (part.hidden = !isRunning));
  }

  // ---- the steps -------------------------------------------------------------------------------------

  function begin(wanted, event) {
    if (kind === wanted) return finish();
    clear();
    kind = wanted;
    drawing.kind = wanted;
    byKeys = event.detail === 0;
    run(true);
    [drawing.shape, drawing.line, drawing.next, drawing.knots].forEach((one) => one.addTo(map));
    map.closePopup();
    map.getContainer().focus();
    showPanel();
    redraw();
    return tielingGeo.tools.say(words.measureHint + words.measureKeys, false);
  }

  // While a measurement runs, a click is a point: nothing else on the map answers to it.
  function run(isRunning) {
    tielingGeo.busy = isRunning;
    map.doubleClickZoom[isRunning ? "disable" : "enable"]();
    Object.keys(buttons).forEach((one) =>
      buttons[one].setAttribute("aria-pressed", String(one === kind))
    );
    mark();
  }

  function mark() {
    map.getContainer().classList.toggle("measuring", Boolean(kind));
    map.getContainer().classList.toggle("crossed", Boolean(kind) && byKeys);
  }

  function put(at) {
    points.push(at);
    redraw();
    tielingGeo.tools.say(answer(kind, points) || words.pointPut, false);
  }

  function undo() {
    points.pop();
    redraw();
    tielingGeo.tools.say(answer(kind, points) || words.pointGone, false);
  }

  function finish() {
    if (points.length < LEAST[kind]) return cancel();
    kind = "";
    run(false);
    redraw();
    showPanel();
    return tielingGeo.tools.say(panel.value.textContent, false);
  }

  function clear() {
    kind = "";
    points = [];
    [drawing.shape, drawing.line, drawing.next, drawing.knots].forEach((one) => one.remove());
    panel.box.hidden = true;
  }

  function cancel() {
    clear();
    run(false);
    map.getContainer().focus();
  }

  // ---- mouse, finger, keyboard -----------------------------------------------------------------------

  function isOutside(event) {
    return !kind || event.target.closest(".leaflet-control, .measure");
  }

  // Caught before the map and its layers hear of it; so is the double click that ended it.
  function catchClick(event) {
    const isEnd = event.type === "dblclick" && isEnding;
    isEnding = false;
    if (!isEnd && isOutside(event)) return;
    event.stopImmediatePropagation();
    if (map.dragging.moved() || event.type === "dblclick") return;
    byKeys = false;
    mark();
    isEnding = event.detail > 1;
    if (isEnding) finish();
    else put(map.mouseEventToLatLng(event));
  }

  function enter() {
    const last = points[points.length - 1];
    const center = map.getCenter();
    const isSame = last && map.distance(last, center) === 0;
    if (points.length && (!byKeys || isSame)) finish();
    else put(center);
  }

  function catchKey(event) {
    if (!kind || event.ctrlKey || event.metaKey || event.altKey) return;
    const isMap = event.target === map.getContainer();
    if (event.key === "Escape") cancel();
    else if (event.key === "Backspace" && !event.target.matches("input, textarea")) undo();
    else if (event.key === "Enter" && isMap) enter();
    else {
      if (isMap && /^(Arrow|[-+=])/.test(event.key)) byKeys = true;
      mark();
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  tielingGeo.on("start", () => {
    map = tielingGeo.map();
    words = tielingGeo.words;
    prepare();
    box();
    ["distance", "area"].forEach((one) => {
      buttons[one] = tielingGeo.tools.add("measure", one, words[one], (event) => begin(one, event));
      buttons[one].setAttribute("aria-pressed", "false");
    });
    const container = map.getContainer();
    ["click", "dblclick"].forEach((name) => container.addEventListener(name, catchClick, true));
    document.addEventListener("keydown", catchKey, true);
    map.on("mousemove", (event) => {
      if (!kind || !points.length) return;
      redraw(isOutside(event.originalEvent) ? undefined : event.latlng);
    });
    map.on("mouseout", () => kind && redraw());
    map.on("moveend", () => kind && byKeys && points.length && redraw(map.getCenter()));
  });
})();
