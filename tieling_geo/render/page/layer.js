// Layers of a map: unpacked, drawn on the stage of their map, pointed at, and what they then say.
"use strict";

(function () {
  const tg = tielingGeo;
  const pending = [];
  const MOUSE_PX = 4;

  // ---- the stages of a map -------------------------------------------------------------------

  // Context lies below everything that is judged.
  function pane(map, name, height) {
    if (!map.getPane(name)) map.createPane(name).style.zIndex = height;
    return name;
  }

  function stageOf(map, isContext) {
    const key = isContext ? "tielingContext" : "tielingStage";
    if (!map[key]) {
      const own = isContext ? pane(map, "context", 350) : pane(map, "features", 420);
      map.getPane(own).style.pointerEvents = "none";
      map[key] = new tg.Stage({ pane: own }).addTo(map);
      if (!map.tielingPointer) map.tielingPointer = pointer(map);
    }
    return map[key];
  }

  function stages(map) {
    return [map.tielingStage, map.tielingTwin, map.tielingContext].filter(Boolean);
  }

  // ---- a layer: Leaflet can add and remove it, the stage draws it ------------------------------

  const Layer = L.Layer.extend({
    initialize: function (name) {
      this.name = name;
      this.spec = tg.json(name + "_spec");
      this.isOn = false;
      // As the page names them: which is unpacked first is left to the browser.
      this.order = tg.layersMade = (tg.layersMade || 0) + 1;
      pending.push(this.unpack());
    },

    unpack: async function () {
      tg.unpacking += 1;
      const bytes = await tg.inflated(this.name + "_bytes");
      const group = new tg.Group(this.name, this.spec, bytes);
      group.layer = this;
      group.order = this.order;
      this.group = group;
      if (this.spec.title !== undefined) tg.backgrounds.push(group);
      else tg.groups.push(group);
      tg.unpacking -= 1;
      if (this._map) this.place();
    },

    place: function () {
      this.stage = stageOf(this._map, this.spec.title !== undefined);
      this.stage.add(this.group);
      this.labels = tg.labels && this.spec.labels ? tg.labels(this._map, this.spec.labels) : null;
    },

    onAdd: function () {
      this.isOn = true;
      if (this.group) this.place();
      return this;
    },

    onRemove: function () {
      this.isOn = false;
      if (this.stage) this.stage.drop(this.group);
      if (this.labels) this.labels.remove();
      return this;
    },
  });

  // ---- which feature lies under the mouse ------------------------------------------------------

  function near(x, y, ax, ay, bx, by) {
    const [dx, dy] = [bx - ax, by - ay];
    const length = dx * dx + dy * dy;
    const t = length ? Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / length)) : 0;
    return Math.hypot(x - ax - t * dx, y - ay - t * dy);
  }

  function isInside({ firstRing, firstVertex, x, y }, i, px, py) {
    let inside = false;
    for (let r = firstRing[i]; r < firstRing[i + 1]; r++) {
      for (let v = firstVertex[r], w = firstVertex[r + 1] - 1; v < firstVertex[r + 1]; w = v++) {
        const crosses = y[v] > py !== y[w] > py;
        if (crosses && px < ((x[w] - x[v]) * (py - y[v])) / (y[w] - y[v]) + x[v]) inside = !inside;
      }
    }
    return inside;
  }

  function isOnLine({ firstRing, firstVertex, x, y }, i, px, py, reach) {
    for (let r = firstRing[i]; r < firstRing[i + 1]; r++) {
      for (let v = firstVertex[r] + 1; v < firstVertex[r + 1]; v++) {
        if (near(px, py, x[v - 1], y[v - 1], x[v], y[v]) <= reach) return true;
      }
    }
    return false;
  }

  function isSmall(group, i, scale) {
    const { pin } = group.category(i);
    const { west, east, north, south } = group.shape;
    const size = Math.max(east[i] - west[i], south[i] - north[i]) * scale;
    return Boolean(pin) && size < 2 * pin.radius;
  }

  // The nearest point of a run within reach; small areas count as points.
  function nearestPoint({ group, k, positions }, px, py, scale, size) {
    const { shape, mask } = group;
    const category = group.spec.categories[k];
    const radius = (category.pin || category.symbol).radius * (shape.isPoints ? size : 1);
    const reach = (radius + MOUSE_PX) / scale;
    let [best, least] = [-1, reach];
    for (let j = 0; j < positions.length; j++) {
      const i = positions[j];
      if (!mask[i]) continue;
      if (shape.isPoints) {
        const [dx, dy] = [Math.abs(shape.x[i] - px), Math.abs(shape.y[i] - py)];
        if (dx > least || dy > least) continue;
        const far = Math.hypot(dx, dy);
        if (far <= least) [best, least] = [i, far];
      } else if (shape.types[i] === 0) {
        const [from, to] = group.vertices(i);
        for (let v = from; v < to; v++) {
          const far = Math.hypot(shape.x[v] - px, shape.y[v] - py);
          if (far <= least) [best, least] = [i, far];
        }
      } else if (shape.types[i] === 2 && isSmall(group, i, scale)) {
        const { west, east, north, south } = shape;
        const far = Math.hypot((west[i] + east[i]) / 2 - px, (north[i] + south[i]) / 2 - py);
        if (far <= least) [best, least] = [i, far];
      }
    }
    return best;
  }

  function shapeAt({ group, positions }, type, px, py, scale) {
    const { shape, mask } = group;
    if (shape.isPoints) return -1;
    const reach = (MOUSE_PX + 2) / scale;
    const { types, west, east, north, south } = shape;
    for (let j = positions.length - 1; j >= 0; j--) {
      const i = positions[j];
      if (types[i] !== type || !mask[i]) continue;
      if (px < west[i] - reach || px > east[i] + reach) continue;
      if (py < north[i] - reach || py > south[i] + reach) continue;
      const isHit = type === 2 ? isInside(shape, i, px, py) : isOnLine(shape, i, px, py, reach);
      if (isHit) return i;
    }
    return -1;
  }

  // What lies on top at a place: [group, position], or null.
  function hit(map, latlng) {
    const scale = 256 * 2 ** map.getZoom();
    const px = latlng.lng / 360 + 0.5;
    const py = tg.mercatorY(latlng.lat);
    for (const stage of stages(map).filter((one) => one.covers(latlng))) {
      const runs = stage.runs().reverse().filter(({ group }) => group.spec.interactive !== false);
      for (const run of runs) {
        const i = nearestPoint(run, px, py, scale, stage.size || 1);
        if (i >= 0) return [run.group, i];
      }
      if (stage === map.tielingContext) continue;
      for (const type of [1, 2]) {
        for (const run of runs) {
          const i = shapeAt(run, type, px, py, scale);
          if (i >= 0) return [run.group, i];
        }
      }
    }
    return null;
  }

  // ---- the mouse ------------------------------------------------------------------------------

  function pointer(map) {
    const hint = L.tooltip({ sticky: true, opacity: 1, offset: [12, 0] });
    let last = null;
    let isDue = false;
    function look() {
      isDue = false;
      const found = last && !tg.busy && !map.dragging.moving() ? hit(map, last) : null;
      map.getContainer().classList.toggle("is-over", Boolean(found));
      if (!found || (tg.chosen && tg.chosen[0] === found[0] && tg.chosen[1] === found[1])) {
        hint.remove();
        return;
      }
      hint.setLatLng(last).setContent(tg.hint(...found));
      if (!map.hasLayer(hint)) hint.addTo(map);
    }
    map.on("mousemove", (event) => {
      last = event.latlng;
      if (!isDue) requestAnimationFrame(look);
      isDue = true;
    });
    map.on("mouseout movestart zoomstart", () => {
      last = null;
      hint.remove();
    });
    map.on("click", (event) => {
      if (tg.busy) return;
      const found = hit(map, event.latlng);
      if (found && found[0].spec.title === undefined) {
        hint.remove();
        tg.choose(map, ...found, event.latlng);
      }
    });
    return hint;
  }

  // ---- what is chosen --------------------------------------------------------------------------

  function ring(map, group, i) {
    const mark = { color: "#111827", weight: 2.5, fill: false, interactive: false, className: "ring" };
    const isDot = group.isPoint(i) || isSmall(group, i, 256 * 2 ** map.getZoom());
    if (isDot) return L.circleMarker(group.center(i), { radius: 12, ...mark });
    return L.geoJSON(group.geometry(i), { style: () => ({ ...mark, weight: 4 }), ...mark });
  }

  tg.choose = function (map, group, i, latlng) {
    const side = window.innerWidth < 500 ? 240 : 360;
    const at = group.isPoint(i) ? group.center(i) : latlng || group.center(i);
    const popup = L.popup({ maxWidth: side, minWidth: 220 });
    const mark = ring(map, group, i);
    popup.setLatLng(at).setContent(tg.card(group, i));
    popup.on("add", () => {
      tg.chosen = [group, i];
      mark.addTo(map);
      tg.tell("select", group, i);
    });
    popup.on("remove", () => {
      mark.remove();
      if (tg.chosen && tg.chosen[0] === group && tg.chosen[1] === i) tg.chosen = null;
      tg.tell("select", null);
    });
    return popup.openOn(map);
  };

  tg.redraw = function (map) {
    stages(map).forEach((stage) => stage.redraw());
  };

  let current = 0;
  tg.state = () => current;
  tg.setCurrent = (k) => (current = k);

  tg.layer = (name) => {
    if (!pending.length) tg.words = tg.json("tieling_words");
    return new Layer(name);
  };
  // All layers are unpacked.
  tg.ready = () => Promise.all(pending);
  tg.hit = hit;
  tg.stageOf = stageOf;
  tg.isSmall = isSmall;
})();
