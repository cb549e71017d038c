// Unpacks what packed.py packed: arrays of whole numbers, numbers, words and geometry, from
// deflated bytes in base64. Words of a user's file are written with textContent only.
"use strict";

var tielingGeo = (function () {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

  function json(id) {
    return JSON.parse(document.getElementById(id).textContent);
  }

  function toBytes(base64) {
    if (Uint8Array.fromBase64) return Uint8Array.fromBase64(base64);
    const text = atob(base64);
    const bytes = new Uint8Array(text.length);
    for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
    return bytes;
  }

  // The bytes of a layer.
  async function inflated(id) {
    if (typeof DecompressionStream === "undefined") {
      throw new Error("this browser is too old to unpack the map's data");
    }
    const { readable, writable } = new DecompressionStream("deflate");
    const writer = writable.getWriter();
    const packed = toBytes(document.getElementById(id).textContent);
    const [bytes] = await Promise.all([
      new Response(readable).arrayBuffer(),
      writer.write(packed),
      writer.close(),
    ]);
    return new Uint8Array(bytes);
  }

  // One short loop a kind: a page has just been opened, and its script is not compiled yet.
  function wholeNumbers(bytes, told) {
    const { n, at, width, low, steps } = told;
    // A difference may need more than 31 bits only where the numbers do: those are not packed.
    if (n && (width > 3 || Math.abs(low) > 2 ** 30)) return wideNumbers(bytes, told);
    const out = new Int32Array(n);
    const [second, third] = [at + n, at + 2 * n];
    for (let i = 0, last = told.first || 0; i < n; i++) {
      let value = low;
      if (width > 0) value += bytes[at + i];
      if (width > 1) value += bytes[second + i] << 8;
      if (width > 2) value += bytes[third + i] << 16;
      out[i] = steps ? (last += value) : value;
    }
    return out;
  }

  function wideNumbers(bytes, told) {
    const { n, at, width, low, steps } = told;
    const out = new Float64Array(n);
    for (let plane = 0, scale = 1; plane < width; plane++, scale *= 256) {
      const begin = at + plane * n;
      for (let i = 0; i < n; i++) out[i] += bytes[begin + i] * scale;
    }
    if (!steps) return low ? out.map((value) => value + low) : out;
    const whole = new Int32Array(n);
    for (let i = 0, last = told.first || 0; i < n; i++) {
      last += out[i] + low;
      whole[i] = last;
    }
    return whole;
  }

  // NaN where a number is missing.
  function numbers(bytes, told) {
    if (told.width === 8 && told.decimals === undefined) {
      const raw = new Uint8Array(told.n * 8);
      for (let plane = 0; plane < 8; plane++) {
        const begin = told.at + plane * told.n;
        for (let i = 0; i < told.n; i++) raw[i * 8 + plane] = bytes[begin + i];
      }
      return new Float64Array(raw.buffer);
    }
    const kept = wholeNumbers(bytes, told);
    const scale = 10 ** told.decimals;
    const out = new Float64Array(told.n);
    for (let i = 0; i < told.n; i++) out[i] = kept[i] ? (kept[i] + told.base) / scale : NaN;
    return out;
  }

  // Texts are decoded when they are asked for: a million of them take their time.
  function texts(bytes, told) {
    const lengths = wholeNumbers(bytes, told.lengths);
    const ends = new Uint32Array(lengths.length);
    for (let i = 0, end = told.at; i < lengths.length; i++) ends[i] = end += lengths[i];
    return (i) => decoder.decode(bytes.subarray(ends[i] - lengths[i], ends[i]));
  }

  // ---- columns -------------------------------------------------------------------------------

  // A value that is made when it is first asked for: a map is drawn before its columns are read.
  function lazily(owner, name, make) {
    const found = () => {
      const value = make();
      Object.defineProperty(owner, name, { value });
      return value;
    };
    Object.defineProperty(owner, name, { get: found, configurable: true });
  }

  // A column: raw(i) is a number, a text or null; codes and values where words repeat.
  function column(bytes, told, words) {
    if (!told) return null;
    const { kind } = told;
    const out = { title: told.title || "", kind: kind };
    if (kind === "text") {
      lazily(out, "textOf", () => texts(bytes, told));
      out.raw = (i) => out.textOf(i) || null;
    } else if (kind === "code" || kind === "flag") {
      out.values = [null].concat(kind === "flag" ? [words.yes, words.no] : told.values);
      lazily(out, "codes", () => wholeNumbers(bytes, told));
      out.raw = (i) => out.values[out.codes[i]];
    } else {
      lazily(out, "numbers", () => numbers(bytes, told));
      out.raw = (i) => (Number.isNaN(out.numbers[i]) ? null : out.numbers[i]);
    }
    out.text = (i) => shown(out.raw(i), told);
    return out;
  }

  // A number as people read it, as popup.number_text says it.
  function numberText(value) {
    if (!Number.isFinite(value)) return value > 0 ? "∞" : "-∞";
    const beyond = Math.abs(value - Math.round(value));
    if (beyond < 1e-6) return grouped(Math.round(value).toFixed(0).replace(/^-0$/, "0"));
    const digits = beyond >= 0.01 ? 2 : -Math.floor(Math.log10(beyond));
    const [whole, rest] = fixed(value, digits).split(".");
    return grouped(whole) + "." + (beyond >= 0.01 ? rest : rest.replace(/0+$/, ""));
  }

  function grouped(whole) {
    return whole.replace(/\B(?=(\d{3})+(?!\d))/g, ",");
  }

  // A number that lies exactly between two is rounded to the even one, as Python does.
  function fixed(value, digits) {
    const up = value.toFixed(digits);
    // Two decimals and a half are binary eighths, which doubles hold exactly; no other number is.
    if (digits !== 2 || !Number.isInteger(value * 8) || Number.isInteger(value * 4)) return up;
    const down = value.toFixed(3).slice(0, -1);
    return Number(down.slice(-1)) % 2 ? up : down;
  }

  function dayText(days) {
    return new Date(days * 86400000).toISOString().slice(0, 10);
  }

  function shown(value, { kind, unit }) {
    if (value === null || value === undefined) return "";
    if (kind === "day") return dayText(value);
    if (unit === "year") return String(value); // 2024, not 2,024
    return kind === "number" ? numberText(value) : value;
  }

  // ---- geometry ------------------------------------------------------------------------------

  const DEGREE = 1e6;

  function mercatorY(lat) {
    const s = Math.sin((lat * Math.PI) / 180);
    return 0.5 - Math.log((1 + s) / (1 - s)) / (4 * Math.PI);
  }

  // Vertices as degrees and as parts of the world square; features as runs of rings of vertices.
  function geometry(bytes, told) {
    const lon = wholeNumbers(bytes, told.x);
    const lat = wholeNumbers(bytes, told.y);
    const n = lon.length;
    const x = new Float64Array(n);
    const y = new Float64Array(n);
    for (let i = 0; i < n; i++) {
      x[i] = lon[i] / DEGREE / 360 + 0.5;
      y[i] = mercatorY(Math.max(-85.06, Math.min(85.06, lat[i] / DEGREE)));
    }
    const out = { lon, lat, x, y, isPoints: !told.types };
    if (told.types) Object.assign(out, runs(bytes, told));
    if (told.types) Object.assign(out, boxes(out));
    return out;
  }

  function runs(bytes, told) {
    const begins = (sizes) => {
      const all = new Uint32Array(sizes.length + 1);
      for (let i = 0; i < sizes.length; i++) all[i + 1] = all[i] + sizes[i];
      return all;
    };
    return {
      types: wholeNumbers(bytes, told.types),
      firstRing: begins(wholeNumbers(bytes, told.rings)),
      firstVertex: begins(wholeNumbers(bytes, told.sizes)),
      holes: wholeNumbers(bytes, told.holes),
    };
  }

  function boxes({ types, firstRing, firstVertex, x, y }) {
    const n = types.length;
    const [west, north, east, south] = [0, 1, 2, 3].map(() => new Float64Array(n));
    for (let i = 0; i < n; i++) {
      let [a, b, c, d] = [Infinity, Infinity, -Infinity, -Infinity];
      for (let v = firstVertex[firstRing[i]]; v < firstVertex[firstRing[i + 1]]; v++) {
        if (x[v] < a) a = x[v];
        if (x[v] > c) c = x[v];
        if (y[v] < b) b = y[v];
        if (y[v] > d) d = y[v];
      }
      west[i] = a;
      north[i] = b;
      east[i] = c;
      south[i] = d;
    }
    return { west, north, east, south };
  }

  return { json, inflated, lazily, wholeNumbers, column, geometry, numberText, dayText, mercatorY };
})();
