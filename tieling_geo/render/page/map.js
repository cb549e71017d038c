// What the page of a map does, beside Leaflet. Words of a user's file are written with textContent
// only; the page's data stands in JSON blocks.
"use strict";

var tielingGeo = (function () {
  const layers = {}; // by the name of the Folium element, in the order they are stacked
  const groups = []; // [{spec, layer}] of the results that are drawn
  let map = null;
  let words = {};
  let chosen = null;

  function read(id) {
    return JSON.parse(document.getElementById(id).textContent);
  }

  function write(parent, tag, text, className) {
    const element = L.DomUtil.create(tag, className || "", parent);
    if (text !== undefined) element.textContent = text;
    return element;
  }

  // ---- markers: a circle marker with the corners of its category ---------------------------

  L.Canvas.include({
    _updateShape: function (layer, at, radius, style) {
      const isOutOfView = layer._parts ? !layer._parts.length : layer._empty();
      if (!this._drawing || isOutOfView) return;
      const ctx = this._ctx;
      ctx.beginPath();
      style.corners.forEach(([x, y], i) => {
        ctx[i ? "lineTo" : "moveTo"](at.x + x * radius, at.y + y * radius);
      });
      if (!style.corners.length) ctx.arc(at.x, at.y, radius, 0, Math.PI * 2);
      ctx.closePath();
      this._fillStroke(ctx, { options: style });
    },
  });

  function reach(at, radius) {
    return L.bounds(at.subtract([radius, radius]), at.add([radius, radius]));
  }

  const Shape = L.CircleMarker.extend({
    _updateBounds: function () {
      this._pxBounds = reach(this._point, this._radius * 1.35 + this._clickTolerance());
    },
    _updatePath: function () {
      this._renderer._updateShape(this, this._point, this._radius, this.options);
    },
  });

  // An area that is too small to be seen at this scale is drawn as the marker of its category.
  const area = L.Polygon.prototype;
  const whole = {
    bounds: area._updateBounds,
    path: area._updatePath,
    contains: area._containsPoint,
  };
  L.Polygon.include({
    isSmall: function () {
      if (!this.options.pin || !this._rawPxBounds) return false;
      const size = this._rawPxBounds.getSize();
      return Math.max(size.x, size.y) < 2 * this.options.pin.radius;
    },
    _updateBounds: function () {
      whole.bounds.call(this);
      if (!this.isSmall()) return;
      const radius = this.options.pin.radius * 1.35 + this._clickTolerance();
      this._pxBounds = reach(this._rawPxBounds.getCenter(), radius);
    },
    _updatePath: function () {
      if (!this.isSmall()) return whole.path.call(this);
      const pin = this.options.pin;
      this._renderer._updateShape(this, this._rawPxBounds.getCenter(), pin.radius, pin);
    },
    _containsPoint: function (at) {
      if (!this.isSmall()) return whole.contains.call(this, at);
      return this._pxBounds.contains(at);
    },
  });

  function geometry(spec, pane) {
    const style = Object.assign({ fill: spec.family !== "line" }, spec.symbol.path, pane);
    if (spec.pin) {
      const { path, corners, radius } = spec.pin;
      style.pin = Object.assign({ stroke: true, fill: true, opacity: 1, corners, radius }, path);
    }
    return L.geoJSON(spec.data, {
      interactive: spec.interactive,
      smoothFactor: 0.7,
      style: () => style,
      pointToLayer: (feature, at) =>
        new Shape(
          at,
          Object.assign({ interactive: spec.interactive, corners: spec.symbol.corners }, style, {
            radius: spec.symbol.radius,
          })
        ),
      onEachFeature: (feature, layer) => {
        if (layer.eachLayer) layer.eachLayer((part) => (part.feature = feature));
      },
    });
  }

  // ---- what a feature says -----------------------------------------------------------------

  function fact(list, title, text, className) {
    if (!text) return;
    write(list, "dt", title);
    write(list, "dd", text, className);
  }

  function verdicts(list, spec, properties) {
    if (!spec.verdicts.length) return;
    write(list, "dt", words.clauses);
    const cell = write(list, "dd");
    spec.verdicts.forEach((verdict, i) => {
      const line = write(cell, "div");
      write(line, "span", verdict.clause + " " + verdict.state, "verdict " + verdict.word);
      const marks = properties.marks || {};
      if ((marks.against || []).includes(i)) write(line, "em", words.against);
      else if ((marks.unknown || []).includes(i)) write(line, "em", words.unknown);
    });
  }

  function card(spec, feature) {
    const box = L.DomUtil.create("div", "fact");
    box.tabIndex = -1;
    const properties = feature.properties;
    write(box, "h2", properties.name || feature.id);
    const list = write(box, "dl");
    if (properties.name) fact(list, words.feature, feature.id);
    fact(list, words.category, spec.title, "role-" + spec.role);
    fact(list, words.reason, properties.reason);
    spec.fields.forEach((field) => fact(list, field.title, properties.values[field.name]));
    verdicts(list, spec, properties);
    fact(list, words.evidence, spec.analysis + "/" + feature.id, "evidence");
    return box;
  }

  function hint(spec, feature) {
    const box = L.DomUtil.create("div");
    write(box, "strong", feature.properties.name || feature.id);
    write(box, "div", spec.title);
    return box;
  }

  // ---- layers ------------------------------------------------------------------------------

  function result(name) {
    const spec = read(name + "_data");
    const layer = geometry(spec, {});
    const side = window.innerWidth < 500 ? 240 : 360;
    layer.bindPopup((part) => card(spec, part.feature), { maxWidth: side, minWidth: 220 });
    layer.bindTooltip((part) => hint(spec, part.feature), { sticky: true, opacity: 1 });
    layers[name] = layer;
    groups.push({ name: name, spec: spec, layer: layer });
    return layer;
  }

  function context(name) {
    const spec = read(name + "_data");
    const pane = spec.interactive ? {} : { pane: "context", renderer: map.contextRenderer };
    const drawn = geometry(spec, pane);
    if (spec.interactive) {
      drawn.bindTooltip((part) => hint(spec, part.feature), { sticky: true, opacity: 1 });
    }
    const labels = spec.labels.map((label) => {
      const text = L.DomUtil.create("span");
      text.textContent = label.text;
      return L.tooltip({
        permanent: true,
        direction: "center",
        className: "place",
        pane: "places",
      })
        .setLatLng(label.at)
        .setContent(text);
    });
    layers[name] = L.layerGroup([drawn].concat(labels));
    return layers[name];
  }

  // What speaks against a target stays on top, whatever was switched off and on again.
  function restack() {
    groups.forEach((group) => {
      if (map.hasLayer(group.layer)) group.layer.bringToFront();
    });
  }

  // ---- the panel ---------------------------------------------------------------------------

  function show(name, wanted) {
    if (wanted) map.addLayer(layers[name]);
    else map.removeLayer(layers[name]);
    restack();
    agree();
  }

  // The boxes say what the map shows.
  function agree() {
    document.querySelectorAll("input[data-layer]").forEach((box) => {
      box.checked = map.hasLayer(layers[box.dataset.layer]);
    });
    document.querySelectorAll("input[data-group]").forEach((box) => {
      const boxes = Array.from(box.closest("section").querySelectorAll("input[data-layer]"));
      const on = boxes.filter((one) => one.checked).length;
      box.checked = on > 0;
      box.indeterminate = on > 0 && on < boxes.length;
    });
  }

  function panel() {
    document.querySelectorAll("input[data-layer]").forEach((box) => {
      box.addEventListener("change", () => show(box.dataset.layer, box.checked));
    });
    document.querySelectorAll("input[data-group]").forEach((box) => {
      box.addEventListener("change", () => {
        const wanted = box.checked;
        const boxes = box.closest("section").querySelectorAll("input[data-layer]");
        boxes.forEach((one) => show(one.dataset.layer, wanted));
      });
    });
    const isPhone = window.matchMedia("(max-width: 720px)").matches;
    document.querySelector("aside > details").open = !isPhone;
    agree();
  }

  // ---- the search: also the way to a feature without a mouse -------------------------------

  function visit(group, part) {
    if (!map.hasLayer(group.layer)) show(group.name, true);
    const at = part.getLatLng ? part.getLatLng() : part.getBounds().getCenter();
    if (part.getLatLng) map.setView(at, Math.max(map.getZoom(), 14), { animate: false });
    else map.fitBounds(part.getBounds(), { maxZoom: 15, animate: false });
    const target = part.getLayers ? part.getLayers()[0] : part;
    target.fire("click", { latlng: at }, true);
    const box = document.querySelector(".fact");
    if (box) box.focus();
  }

  function found(text) {
    const wanted = text.trim().toLowerCase();
    const hits = [];
    if (!wanted) return hits;
    groups.forEach((group) =>
      group.layer.eachLayer((part) => {
        const told = part.feature.id + " " + (part.feature.properties.name || "");
        if (told.toLowerCase().includes(wanted)) hits.push([group, part]);
      })
    );
    return hits;
  }

  function search() {
    const input = document.getElementById("find");
    const list = document.getElementById("found");
    input.addEventListener("input", () => {
      list.textContent = "";
      const hits = found(input.value);
      hits.slice(0, 12).forEach(([group, part]) => {
        const name = part.feature.properties.name;
        const line = write(write(list, "li"), "button");
        line.type = "button";
        write(line, "strong", name || part.feature.id);
        write(line, "span", (name ? part.feature.id + " · " : "") + group.spec.title);
        line.addEventListener("click", () => visit(group, part));
      });
      document.getElementById("hits").textContent = input.value.trim()
        ? words.hits.replace("{n}", hits.length)
        : "";
    });
  }

  // ---- orientation: degrees, the whole view, what is chosen --------------------------------

  function degrees(value, letters) {
    return Math.abs(value).toFixed(2).replace(/\.?0+$/, "") + "°" + letters[value < 0 ? 1 : 0];
  }

  function graticule() {
    const lines = L.layerGroup().addTo(map);
    const edge = L.DomUtil.create("div", "degrees", map.getContainer());
    const style = {
      pane: "context",
      renderer: map.contextRenderer,
      interactive: false,
      color: "#b9b4a6",
      weight: 0.5,
      opacity: 0.7,
    };
    function draw() {
      const view = map.getBounds();
      const span = view.getEast() - view.getWest();
      const step = [10, 5, 2, 1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01].find((s) => span / s > 4) || 0.01;
      lines.clearLayers();
      edge.textContent = "";
      for (let x = Math.ceil(view.getWest() / step) * step; x < view.getEast(); x += step) {
        lines.addLayer(L.polyline([[view.getSouth(), x], [view.getNorth(), x]], style));
        const mark = write(edge, "span", degrees(x, "EW"), "x");
        mark.style.left = map.latLngToContainerPoint([view.getNorth(), x]).x + "px";
      }
      for (let y = Math.ceil(view.getSouth() / step) * step; y < view.getNorth(); y += step) {
        lines.addLayer(L.polyline([[y, view.getWest()], [y, view.getEast()]], style));
        const mark = write(edge, "span", degrees(y, "NS"), "y");
        mark.style.top = map.latLngToContainerPoint([y, view.getEast()]).y + "px";
      }
    }
    map.on("moveend resize", draw);
    draw();
  }

  function wholeView() {
    const home = map.getBounds();
    const Home = L.Control.extend({
      options: { position: "topleft" },
      onAdd: function () {
        const bar = L.DomUtil.create("div", "leaflet-bar");
        const button = write(bar, "button", "", "home");
        button.type = "button";
        button.title = words.whole;
        button.setAttribute("aria-label", words.whole);
        L.DomEvent.disableClickPropagation(bar);
        button.addEventListener("click", () => map.fitBounds(home, { animate: false }));
        return bar;
      },
    });
    map.addControl(new Home());
  }

  // Paper has another shape than the screen: what is in view is fitted to it, and back again.
  function print() {
    const paper = window.matchMedia("print");
    let view = null;
    function fit() {
      if (paper.matches) {
        view = { bounds: map.getBounds(), center: map.getCenter(), zoom: map.getZoom() };
      }
      map.invalidateSize({ animate: false });
      if (paper.matches) map.fitBounds(view.bounds, { animate: false });
      else if (view) map.setView(view.center, view.zoom, { animate: false });
    }
    paper.addEventListener("change", fit);
  }

  // A ring round the feature whose popup is open.
  function ring() {
    const mark = { color: "#111827", weight: 2.5, fill: false, interactive: false };
    map.on("popupopen", (event) => {
      // The click that opened the popup opens the hint as well, a moment later.
      window.setTimeout(() => groups.forEach((group) => group.layer.closeTooltip()), 0);
      const source = event.popup._source;
      if (!source || !source.feature) return;
      const small = source.isSmall && source.isSmall() && source.getBounds().getCenter();
      const at = small || (source.getLatLng && source.getLatLng());
      if (at) chosen = L.circleMarker(at, { radius: 11, ...mark });
      else chosen = L.geoJSON(source.feature, { style: () => ({ ...mark, weight: 4 }), ...mark });
      chosen.addTo(map);
    });
    // Leaflet itself hears the key only while the map has the focus, not its popup.
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape") map.closePopup();
    });
    map.on("popupclose", () => {
      if (chosen) chosen.remove();
      chosen = null;
    });
  }

  function open(opened) {
    map = opened;
    // Leaflet's own prefix carries a flag; the map of a public body names the library only.
    map.attributionControl.setPrefix("Leaflet");
    L.control.scale({ imperial: false }).addTo(map);
    map.createPane("context").style.zIndex = 350;
    map.getPane("context").style.pointerEvents = "none";
    map.createPane("places").style.zIndex = 450;
    map.getPane("places").style.pointerEvents = "none";
    map.contextRenderer = L.canvas({ pane: "context" });
  }

  function start() {
    words = read("tieling_words");
    ["In", "Out"].forEach((way) => {
      const button = map.zoomControl["_zoom" + way + "Button"];
      button.title = words["zoom" + way];
      button.setAttribute("aria-label", button.title);
    });
    panel();
    search();
    graticule();
    wholeView();
    print();
    ring();
    restack();
  }

  return { open, result, context, start, layers, groups, map: () => map };
})();
