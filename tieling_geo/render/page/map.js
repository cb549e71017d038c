// What the page of a map does around its layers: switches, search, orientation.
"use strict";

(function () {
  const tg = tielingGeo;
  const { write } = tg;
  let map = null;

  tg.map = () => map;

  // ---- labels that do not collide: the first come, first served ---------------------------------

  tg.labels = function (owner, places) {
    const spans = places.map(({ text, at }) => {
      const span = write(owner.getPane("places"), "span", text, "place");
      return { span, at: L.latLng(at) };
    });
    function set() {
      const taken = [];
      spans.forEach(({ span, at }) => {
        const { x, y } = owner.latLngToLayerPoint(at);
        const [w, h] = [span.offsetWidth / 2 + 3, span.offsetHeight / 2];
        const box = L.bounds([x - w, y - h], [x + w, y + h]);
        const isFree = !taken.some((other) => other.overlaps(box));
        if (isFree) taken.push(box);
        span.style.visibility = isFree ? "" : "hidden";
        L.DomUtil.setPosition(span, L.point(Math.round(x - w + 3), Math.round(y - h)));
      });
    }
    owner.on("zoomend viewreset moveend", set);
    set();
    return {
      remove: () => {
        owner.off("zoomend viewreset moveend", set);
        spans.forEach(({ span }) => span.remove());
      },
    };
  };

  // ---- the panel ---------------------------------------------------------------------------------

  function all(selector, root) {
    return Array.from((root || document).querySelectorAll(selector));
  }

  function find(name) {
    return tg.groups.concat(tg.backgrounds).find((group) => group.name === name);
  }

  tg.switchOn = function (name, category, wanted) {
    const group = find(name);
    // A layer that was off as a whole comes back with what is asked for, and nothing else.
    if (!map.hasLayer(group.layer)) group.on.fill(0);
    group.on[category] = wanted ? 1 : 0;
    const isOn = group.on.some(Boolean);
    if (isOn && !map.hasLayer(group.layer)) map.addLayer(group.layer);
    if (!isOn && map.hasLayer(group.layer)) map.removeLayer(group.layer);
  };

  // Something changed: it is drawn, the boxes agree with it, and whoever listens is told.
  tg.changed = function () {
    tg.redraw(map);
    agree();
    tg.tell("change");
  };

  tg.setState = function (k) {
    map.closePopup();
    tg.setCurrent(k);
    tg.changed();
  };

  function isOn(box) {
    const group = find(box.dataset.layer);
    return map.hasLayer(group.layer) && Boolean(group.on[Number(box.dataset.category)]);
  }

  function agree() {
    all("input[data-layer]").forEach((box) => (box.checked = isOn(box)));
    all("input[data-group]").forEach((box) => {
      const boxes = all("input[data-layer]", box.closest("section"));
      const on = boxes.filter((one) => one.checked).length;
      box.checked = on > 0;
      box.indeterminate = on > 0 && on < boxes.length;
    });
    all("section[data-state]").forEach((section) => {
      section.hidden = Number(section.dataset.state) !== tg.state();
    });
  }

  function panel() {
    all("input[data-layer]").forEach((box) => {
      box.addEventListener("change", () => {
        tg.switchOn(box.dataset.layer, Number(box.dataset.category), box.checked);
        tg.changed();
      });
    });
    all("input[data-group]").forEach((box) => {
      box.addEventListener("change", () => {
        all("input[data-layer]", box.closest("section")).forEach((one) =>
          tg.switchOn(one.dataset.layer, Number(one.dataset.category), box.checked)
        );
        tg.changed();
      });
    });
    const isPhone = window.matchMedia("(max-width: 720px)").matches;
    document.querySelector("aside > details").open = !isPhone;
    agree();
  }

  // ---- the search: also the way to a feature without a mouse ---------------------------------------

  tg.visit = function (group, i) {
    if (!group.on[group.categoryIndex(i)] || !map.hasLayer(group.layer)) {
      tg.switchOn(group.name, group.categoryIndex(i), true);
      tg.changed();
    }
    // Whoever looks for a feature that a filter hides wants to see it: the filters are cleared.
    if (!group.mask[i] && tg.filters) tg.filters.set({});
    const bounds = group.bounds(i);
    if (group.isPoint(i)) map.setView(group.center(i), Math.max(map.getZoom(), 14), { animate: false });
    else map.fitBounds(bounds, { maxZoom: 15, animate: false });
    // The card before this one may still be fading: the new one takes the focus.
    tg.choose(map, group, i).getElement().querySelector(".fact").focus();
  };

  function found(text, most) {
    const wanted = text.trim().toLowerCase();
    const hits = [];
    let count = 0;
    if (!wanted) return { hits, count };
    tg.groups.forEach((group) => {
      if (!group.isVisible()) return;
      for (let i = 0; i < group.count; i++) {
        const told = group.id(i) + " " + group.nameOf(i);
        if (!told.toLowerCase().includes(wanted)) continue;
        count += 1;
        if (hits.length < most) hits.push([group, i]);
      }
    });
    return { hits, count };
  }

  function search() {
    const input = document.getElementById("find");
    const list = document.getElementById("found");
    input.addEventListener("input", () => {
      list.textContent = "";
      const { hits, count } = found(input.value, 12);
      hits.forEach(([group, i]) => {
        const name = group.nameOf(i);
        const line = write(write(list, "li"), "button");
        line.type = "button";
        write(line, "strong", group.title(i));
        write(line, "span", (name ? group.id(i) + " · " : "") + group.category(i).title);
        line.addEventListener("click", () => tg.visit(group, i));
      });
      const told = input.value.trim() ? tg.words.hits.replace("{n}", count) : "";
      document.getElementById("hits").textContent = told;
    });
  }

  // ---- orientation: degrees ------------------------------------------------------------------------

  function degrees(value, letters) {
    return Math.abs(value).toFixed(2).replace(/\.?0+$/, "") + "°" + letters[value < 0 ? 1 : 0];
  }

  function graticule() {
    const edge = L.DomUtil.create("div", "degrees", map.getContainer());
    const lines = L.layerGroup().addTo(map);
    const style = { pane: "context", interactive: false, color: "#b9b4a6", weight: 0.5, opacity: 0.7 };
    const steps = [10, 5, 2, 1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01];
    function draw() {
      const view = map.getBounds();
      const step = steps.find((s) => (view.getEast() - view.getWest()) / s > 4) || 0.01;
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

  // A button in the map's corner; a part of the page may add its own.
  tg.button = function (bar, title, className, act) {
    const button = write(bar, "button", "", className);
    button.type = "button";
    button.title = title;
    button.setAttribute("aria-label", title);
    button.addEventListener("click", act);
    return button;
  };

  tg.bar = function (position) {
    const Bar = L.Control.extend({
      options: { position },
      onAdd: function () {
        const bar = L.DomUtil.create("div", "leaflet-bar");
        L.DomEvent.disableClickPropagation(bar);
        return bar;
      },
    });
    return new Bar().addTo(map).getContainer();
  };

  tg.open = function (opened) {
    map = opened;
    // Leaflet's own prefix carries a flag; the map of a public body names the library only.
    map.attributionControl.setPrefix("Leaflet");
    L.control.scale({ imperial: false }).addTo(map);
    ["context", "places"].forEach((name, k) => {
      map.createPane(name).style.zIndex = [350, 450][k];
      map.getPane(name).style.pointerEvents = "none";
    });
  };

  // The layers are painted before the rest of the page is built; a page that is out of sight gets
  // no frame and does not wait for one.
  function painted() {
    return new Promise((done) => {
      requestAnimationFrame(() => setTimeout(done));
      setTimeout(done, 200);
    });
  }

  tg.start = function () {
    tg.words = tg.json("tieling_words");
    return tg.ready().then(() => painted().then(begin), (error) => {
      write(map.getContainer(), "p", tg.words.broken, "broken");
      throw error;
    });
  };

  function begin() {
    const order = (group) => group.order;
    tg.groups.sort((a, b) => order(a) - order(b));
    ["In", "Out"].forEach((way) => {
      const button = map.zoomControl["_zoom" + way + "Button"];
      button.title = tg.words["zoom" + way];
      button.setAttribute("aria-label", button.title);
    });
    panel();
    search();
    graticule();
    // Leaflet itself hears the key only while the map has the focus, not its popup.
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape") map.closePopup();
    });
    tg.tell("start");
    tg.isStarted = true;
    document.documentElement.dataset.ready = "yes";
  }
})();
