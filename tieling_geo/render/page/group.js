// A layer of a map that is unpacked: its features, what they say, and which of them are shown.
"use strict";

(function () {
  const tg = tielingGeo;
  const listeners = {};

  tg.groups = []; // results and the places they found, in the order of the legend
  tg.backgrounds = []; // layers of context
  tg.unpacking = 0; // layers that are not unpacked yet
  tg.words = {};
  tg.sharpness = 0; // canvas pixels a pixel of the page; 0: as the screen has them
  tg.busy = false; // true: clicks belong to a tool that is being used

  tg.on = function (event, listener) {
    (listeners[event] = listeners[event] || []).push(listener);
  };
  tg.tell = function (event, ...what) {
    (listeners[event] || []).forEach((listener) => listener(...what));
  };

  tg.write = function (parent, tag, text, className) {
    const element = L.DomUtil.create(tag, className || "", parent);
    if (text !== undefined && text !== null) element.textContent = text;
    return element;
  };

  class Group {
    constructor(name, spec, bytes) {
      this.name = name;
      this.spec = spec;
      this.count = spec.count;
      this.state = spec.state === undefined ? null : spec.state; // null: in every state
      this.shape = tg.geometry(bytes, spec.geometry);
      this.ids = tg.column(bytes, spec.ids, tg.words);
      this.names = tg.column(bytes, spec.names, tg.words);
      this.reasons = tg.column(bytes, spec.reasons, tg.words);
      this.categoryCodes = tg.wholeNumbers(bytes, spec.category);
      this.columns = Object.keys(spec.columns).map((key) => {
        const one = tg.column(bytes, spec.columns[key], tg.words);
        return Object.assign(one, { name: key });
      });
      const marksOf = ({ marks }) => (marks ? tg.wholeNumbers(bytes, marks) : null);
      tg.lazily(this, "marks", () => spec.verdicts.map(marksOf));
      this.on = new Uint8Array(spec.categories.length).fill(1);
      (spec.off || []).forEach((k) => (this.on[k] = 0));
      this.mask = new Uint8Array(this.count).fill(1);
      this.byCategory = this.sorted();
    }

    // Positions of the features, category by category, so that each is drawn in one go.
    sorted() {
      const sizes = new Uint32Array(this.spec.categories.length);
      for (let i = 0; i < this.count; i++) sizes[this.categoryCodes[i]]++;
      const all = Array.from(sizes, (size) => new Uint32Array(size));
      sizes.fill(0);
      for (let i = 0; i < this.count; i++) {
        const k = this.categoryCodes[i];
        all[k][sizes[k]++] = i;
      }
      return all;
    }

    id(i) {
      return this.ids.text(i);
    }
    title(i) {
      return (this.names && this.names.text(i)) || this.id(i);
    }
    nameOf(i) {
      return (this.names && this.names.text(i)) || "";
    }
    reason(i) {
      return this.reasons ? this.reasons.text(i) : "";
    }
    category(i) {
      return this.spec.categories[this.categoryCodes[i]];
    }
    categoryIndex(i) {
      return this.categoryCodes[i];
    }
    column(name) {
      return this.columns.find((one) => one.name === name);
    }
    codes(name) {
      const { codes, values } = this.column(name);
      return { codes, values };
    }
    value(i, name) {
      return this.column(name).raw(i);
    }
    text(i, name) {
      return this.column(name).text(i);
    }
    isShown(i) {
      return Boolean(this.isDrawn && this.on[this.categoryCodes[i]] && this.mask[i]);
    }
    get isDrawn() {
      return this.layer && this.layer.isOn && this.isVisible();
    }

    // In the state that is shown, or in another that a stage of its own shows.
    isVisible(state) {
      return this.state === null || this.state === (state === undefined ? tg.state() : state);
    }
    get hasPoints() {
      if (this.someArePoints === undefined) {
        this.someArePoints = this.shape.isPoints || this.shape.types.includes(0);
      }
      return this.someArePoints;
    }

    // ---- where a feature is -----------------------------------------------------------------

    isPoint(i) {
      return this.shape.isPoints || this.shape.types[i] === 0;
    }
    vertices(i) {
      const { isPoints, firstRing, firstVertex } = this.shape;
      return isPoints ? [i, i + 1] : [firstVertex[firstRing[i]], firstVertex[firstRing[i + 1]]];
    }
    at(v) {
      return L.latLng(this.shape.lat[v] / 1e6, this.shape.lon[v] / 1e6);
    }
    bounds(i) {
      const [from, to] = this.vertices(i);
      const box = L.latLngBounds([]);
      for (let v = from; v < to; v++) box.extend(this.at(v));
      return box;
    }
    // A place on the feature: for a line a vertex near its middle.
    center(i) {
      const [from, to] = this.vertices(i);
      if (to - from === 1) return this.at(from);
      if (this.shape.types[i] === 1) return this.at((from + to) >> 1);
      return this.bounds(i).getCenter();
    }
    place(v) {
      return [this.shape.lon[v] / 1e6, this.shape.lat[v] / 1e6];
    }
    geometry(i) {
      const { isPoints, types, firstRing, firstVertex, holes } = this.shape;
      if (isPoints) return { type: "Point", coordinates: this.place(i) };
      const rings = [];
      for (let r = firstRing[i]; r < firstRing[i + 1]; r++) {
        const ring = [];
        for (let v = firstVertex[r]; v < firstVertex[r + 1]; v++) ring.push(this.place(v));
        if (types[i] === 2 && !holes[r]) rings.push([ring]);
        else if (types[i] === 2) rings[rings.length - 1].push(ring);
        else rings.push(types[i] === 0 ? ring[0] : ring);
      }
      const word = ["Point", "LineString", "Polygon"][types[i]];
      if (rings.length === 1) return { type: word, coordinates: rings[0] };
      return { type: "Multi" + word, coordinates: rings };
    }
  }

  tg.Group = Group;
})();
