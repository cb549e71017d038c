// Draws the layers of a map on two canvases: lines and areas as paths, points by stamping the
// pixels of their symbol, which a hundred thousand of them need to be drawn at once.
"use strict";

(function () {
  const tg = tielingGeo;
  // What speaks against a target comes last, on top; as theme.ROLES has it.
  const ROLES = ["", "neutral", "good", "unknown", "warning", "bad"];
  // So many points in view, and symbols shrink to this part of their size.
  const CROWDS = [[150000, 0.15], [40000, 0.3], [12000, 0.45], [4000, 0.7]];
  const LEAST_PX = 0.9;

  // ---- symbols as pixels ---------------------------------------------------------------------

  const stamps = new Map();

  function outline(ctx, corners, x, y, radius) {
    ctx.beginPath();
    corners.forEach(([a, b], i) => ctx[i ? "lineTo" : "moveTo"](x + a * radius, y + b * radius));
    if (!corners.length) ctx.arc(x, y, radius, 0, Math.PI * 2);
    ctx.closePath();
  }

  function paint(symbol, radius, ratio) {
    const { color, fillColor, weight } = symbol.path;
    const half = Math.ceil((radius * 1.35 + weight) * ratio) + 1;
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = 2 * half + 1;
    const ctx = canvas.getContext("2d", { willReadFrequently: true });
    ctx.translate(half + 0.5, half + 0.5);
    ctx.scale(ratio, ratio);
    outline(ctx, symbol.corners, 0, 0, radius);
    ctx.fillStyle = fillColor;
    ctx.fill();
    ctx.lineWidth = Math.min(weight, radius / 2);
    ctx.strokeStyle = color;
    ctx.stroke();
    if (symbol.letter && radius === symbol.radius) letter(ctx, symbol);
    return [ctx.getImageData(0, 0, canvas.width, canvas.height), half];
  }

  // Capitals are about 0.72 of their size high: the middle of the letter lies where it is wanted.
  function letter(ctx, symbol) {
    ctx.font = `bold ${symbol.letterSize}px Arial, "Liberation Sans", sans-serif`;
    ctx.textAlign = "center";
    ctx.fillStyle = symbol.letterColor;
    ctx.fillText(symbol.letter, 0, symbol.letterY + symbol.letterSize * 0.36);
  }

  // The pixels of a symbol that are not empty: places relative to its middle, and colours.
  function stamp(symbol, size, ratio, width) {
    const radius = Math.max(symbol.radius * size, LEAST_PX);
    const key = JSON.stringify([symbol, radius, ratio, width]);
    if (!stamps.has(key)) {
      const [image, half] = paint(symbol, radius, ratio);
      const colours = new Int32Array(image.data.buffer);
      const kept = [];
      // Among many points soft edges are not seen, and cost most of the time.
      const isSolid = size < 1;
      const least = isSolid ? 96 : 1;
      for (let i = 0; i < colours.length; i++) {
        if (colours[i] >>> 24 < least) continue;
        kept.push(i);
        if (isSolid) colours[i] |= 0xff000000;
      }
      const row = image.width;
      stamps.set(key, {
        half,
        isSolid,
        offsets: Int32Array.from(kept, (i) => (Math.floor(i / row) - half) * width + (i % row) - half),
        colours: Int32Array.from(kept, (i) => colours[i]),
      });
    }
    return stamps.get(key);
  }

  // One colour over another, each as ABGR.
  function over(top, under) {
    const a = (top >>> 24) / 255;
    const b = (under >>> 24) / 255;
    const sum = a + b * (1 - a);
    let out = Math.round(sum * 255) << 24;
    for (let shift = 0; shift < 24; shift += 8) {
      const t = (top >>> shift) & 255;
      const u = (under >>> shift) & 255;
      out |= Math.round((t * a + u * b * (1 - a)) / sum) << shift;
    }
    return out;
  }

  function press(pixels, at, { offsets, colours }) {
    for (let k = 0; k < offsets.length; k++) {
      const place = at + offsets[k];
      const under = pixels[place];
      const top = colours[k];
      pixels[place] = under === 0 || top >>> 24 === 255 ? top : over(top, under);
    }
  }

  // Opaque symbols of many points: one loop without calls, which is fast before it is compiled.
  // Colours are signed, as small numbers: others would each be an object until then.
  function pressAll(paper, mark, { x, y }, positions, mask) {
    const { pixels, width, height } = paper;
    const { half, offsets, colours } = mark;
    const size = offsets.length;
    const scale = paper.view.scale * paper.ratio;
    // A half more, and what is cut off is rounded.
    const left = paper.view.left * paper.ratio - 0.5;
    const top = paper.view.top * paper.ratio - 0.5;
    const [right, bottom] = [width - half, height - half];
    for (let j = 0; j < positions.length; j++) {
      const i = positions[j];
      if (mask[i] === 0) continue;
      const px = x[i] * scale - left;
      const py = y[i] * scale - top;
      if (px < half || py < half || px >= right || py >= bottom) continue;
      const at = (py | 0) * width + (px | 0);
      for (let k = 0; k < size; k++) pixels[at + offsets[k]] = colours[k];
    }
  }

  // ---- the stage -----------------------------------------------------------------------------

  const Stage = L.Renderer.extend({
    options: { padding: 0.12 },

    initialize: function (options) {
      L.Renderer.prototype.initialize.call(this, options);
      this.groups = [];
    },

    _initContainer: function () {
      this._container = L.DomUtil.create("div", "tieling-stage");
      this._container.setAttribute("aria-hidden", "true");
      this.canvases = [0, 1].map(() => L.DomUtil.create("canvas", "", this._container));
    },

    _destroyContainer: function () {
      L.DomUtil.remove(this._container);
      delete this._container;
    },

    add: function (group) {
      this.groups.push(group);
      this.groups.sort((a, b) => a.order - b.order);
      this.redraw();
    },

    drop: function (group) {
      this.groups = this.groups.filter((one) => one !== group);
      this.redraw();
    },

    // Whether this stage, of two that are compared, is the one that is seen at a place of the map.
    covers: function () {
      return true;
    },

    // Several changes in one turn are drawn once.
    redraw: function () {
      if (this.isDue || !this._map) return;
      this.isDue = true;
      requestAnimationFrame(() => {
        this.isDue = false;
        if (this._map && this._container) this._draw();
      });
    },

    _update: function () {
      if (this._map._animatingZoom && this._bounds) return;
      L.Renderer.prototype._update.call(this);
      L.DomUtil.setPosition(this._container, this._bounds.min);
      // Leaflet tells of one move several times.
      const { min, max } = this._bounds;
      const view = [min.x, min.y, max.x, max.y, this._map.getPixelOrigin(), this._zoom].join();
      if (view !== this.view && this.groups.length) this._draw();
      this.view = view;
    },

    _updatePaths: function () {},

    _view: function () {
      const size = this._bounds.getSize();
      const scale = 256 * 2 ** this._zoom;
      const origin = this._map.getPixelOrigin().add(this._bounds.min);
      return { size, scale, left: origin.x, top: origin.y };
    },

    _draw: function () {
      if (!this._bounds) return;
      const began = performance.now();
      const view = this._view();
      const ratio = tg.sharpness || Math.min(window.devicePixelRatio || 1, 2);
      this.canvases.forEach((canvas) => {
        canvas.width = Math.round(view.size.x * ratio);
        canvas.height = Math.round(view.size.y * ratio);
        canvas.style.width = view.size.x + "px";
        canvas.style.height = view.size.y + "px";
      });
      const runs = this.runs();
      this.size = this._symbolSize(runs, view);
      const pins = this._paths(runs, view, ratio);
      this._points(runs, pins, view, ratio);
      this.drawnIn = performance.now() - began;
      this.drawings = (this.drawings || 0) + 1;
      if (!this.firstDrawn && !tg.unpacking) this.firstDrawn = performance.now();
    },

    // What is drawn, from the bottom to the top: [group, category, positions].
    runs: function () {
      const all = [];
      this.groups.forEach((group) => {
        if (!group.isVisible(this.options.state)) return;
        group.byCategory.forEach((positions, k) => {
          if (group.on[k] && positions.length) all.push({ group, k, positions });
        });
      });
      const rank = ({ group, k }) => ROLES.indexOf(group.spec.categories[k].role);
      return all.sort((a, b) => rank(a) - rank(b) || a.group.order - b.group.order || a.k - b.k);
    },

    _symbolSize: function (runs, view) {
      let n = 0;
      const [right, bottom] = [(view.left + view.size.x) / view.scale, (view.top + view.size.y) / view.scale];
      const [left, top] = [view.left / view.scale, view.top / view.scale];
      runs.forEach(({ group, positions }) => {
        const { isPoints, x, y } = group.shape;
        if (!isPoints || n > CROWDS[0][0]) return;
        // Of very many every seventh stands for its neighbours.
        const step = positions.length > CROWDS[3][0] ? 7 : 1;
        for (let j = 0; j < positions.length; j += step) {
          const i = positions[j];
          if (x[i] > left && x[i] < right && y[i] > top && y[i] < bottom && group.mask[i]) n += step;
        }
      });
      const crowd = CROWDS.find(([least]) => n > least);
      return crowd ? crowd[1] : 1;
    },

    // ---- lines and areas ---------------------------------------------------------------------

    _paths: function (runs, view, ratio) {
      const ctx = this.canvases[0].getContext("2d");
      ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
      ctx.lineJoin = ctx.lineCap = "round";
      const pins = [];
      [2, 1].forEach((type) =>
        runs.forEach((run) => {
          if (!run.group.shape.isPoints) this._run(ctx, run, type, view, pins);
        })
      );
      return pins;
    },

    _run: function (ctx, { group, k, positions }, type, view, pins) {
      const { types, west, east, north, south } = group.shape;
      const category = group.spec.categories[k];
      const { path } = category.symbol;
      const least = category.pin ? 2 * category.pin.radius : 0;
      ctx.strokeStyle = path.color;
      ctx.lineWidth = path.weight;
      ctx.fillStyle = path.fillColor;
      ctx.setLineDash(path.dashArray ? path.dashArray.split(" ").map(Number) : []);
      for (let j = 0; j < positions.length; j++) {
        const i = positions[j];
        if (types[i] !== type || !group.mask[i]) continue;
        const [x0, x1] = [west[i] * view.scale - view.left, east[i] * view.scale - view.left];
        const [y0, y1] = [north[i] * view.scale - view.top, south[i] * view.scale - view.top];
        if (x1 < -9 || y1 < -9 || x0 > view.size.x + 9 || y0 > view.size.y + 9) continue;
        if (type === 2 && least && Math.max(x1 - x0, y1 - y0) < least) {
          pins.push({ group, k, x: (x0 + x1) / 2, y: (y0 + y1) / 2 });
          continue;
        }
        this._trace(ctx, group.shape, i, view);
        if (type === 2) {
          ctx.globalAlpha = path.fillOpacity;
          ctx.fill("evenodd");
          ctx.globalAlpha = 1;
        }
        ctx.stroke();
      }
    },

    // A vertex within half a pixel of the one before is not drawn.
    _trace: function (ctx, { firstRing, firstVertex, types, x, y }, i, view) {
      ctx.beginPath();
      for (let r = firstRing[i]; r < firstRing[i + 1]; r++) {
        let [lastX, lastY] = [NaN, NaN];
        const end = firstVertex[r + 1];
        for (let v = firstVertex[r]; v < end; v++) {
          const px = x[v] * view.scale - view.left;
          const py = y[v] * view.scale - view.top;
          if (v < end - 1 && Math.abs(px - lastX) < 0.5 && Math.abs(py - lastY) < 0.5) continue;
          if (v === firstVertex[r]) ctx.moveTo(px, py);
          else ctx.lineTo(px, py);
          lastX = px;
          lastY = py;
        }
        if (types[i] === 2) ctx.closePath();
      }
    },

    // ---- points, and areas too small to be seen ----------------------------------------------

    _points: function (runs, pins, view, ratio) {
      const canvas = this.canvases[1];
      const some = pins.length || runs.some(({ group }) => group.shape.isPoints || group.hasPoints);
      if (!some || !canvas.width || !canvas.height) return;
      const ctx = canvas.getContext("2d");
      const image = ctx.createImageData(canvas.width, canvas.height);
      const paper = { pixels: new Int32Array(image.data.buffer), ratio, view };
      paper.width = canvas.width;
      paper.height = canvas.height;
      runs.forEach((run) => {
        pins.forEach((pin) => {
          if (pin.group === run.group && pin.k === run.k) this._pin(paper, pin);
        });
        this._dots(paper, run);
      });
      ctx.putImageData(image, 0, 0);
    },

    _pin: function (paper, { group, k, x, y }) {
      const mark = stamp(group.spec.categories[k].pin, 1, paper.ratio, paper.width);
      const [px, py] = [Math.round(x * paper.ratio), Math.round(y * paper.ratio)];
      const { half } = mark;
      if (px < half || py < half || px >= paper.width - half || py >= paper.height - half) return;
      press(paper.pixels, py * paper.width + px, mark);
    },

    _dots: function (paper, { group, k, positions }) {
      const { shape, mask } = group;
      if (!shape.isPoints && !group.hasPoints) return;
      const { scale, left, top } = paper.view;
      const mark = stamp(group.spec.categories[k].symbol, this.size, paper.ratio, paper.width);
      if (shape.isPoints && mark.isSolid) return pressAll(paper, mark, shape, positions, mask);
      const { half } = mark;
      const [width, height] = [paper.width, paper.height];
      const [kx, ky] = [scale * paper.ratio, scale * paper.ratio];
      const [ox, oy] = [left * paper.ratio, top * paper.ratio];
      const dot = (v) => {
        const px = Math.round(shape.x[v] * kx - ox);
        const py = Math.round(shape.y[v] * ky - oy);
        if (px < half || py < half || px >= width - half || py >= height - half) return;
        press(paper.pixels, py * width + px, mark);
      };
      for (let j = 0; j < positions.length; j++) {
        const i = positions[j];
        if (!mask[i]) continue;
        if (shape.isPoints) dot(i);
        else if (shape.types[i] === 0) {
          const [from, to] = group.vertices(i);
          for (let v = from; v < to; v++) dot(v);
        }
      }
    },
  });

  tg.Stage = Stage;
  tg.outline = outline;
})();
