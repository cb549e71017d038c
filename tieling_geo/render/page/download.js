// The features that a map shows, as files: GeoJSON (RFC 7946) and CSV (RFC 4180).
"use strict";

(function () {
  const PIECE = 2000; // features a piece of the file: no text grows to a gigabyte
  const PATIENCE_MS = 60;
  const RISKY = /^[=+\-@\t\r＝＋－＠]/; // what a spreadsheet would run as a formula
  const RESERVED = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

  // ---- what the files say of themselves -------------------------------------------------------

  function textOf(selector) {
    const found = document.querySelector(selector);
    return found ? found.textContent.trim() : "";
  }

  function state() {
    return (tielingGeo.states || [])[tielingGeo.state()];
  }

  function about(groups) {
    const told = { title: textOf(".title h1"), subtitle: textOf(".title p") };
    const { asOf } = document.querySelector("header").dataset;
    if (asOf) told.as_of = asOf;
    // Another state of the map than the assessment has a day of its own.
    if (state()) Object.assign(told, { state: state().title, as_of: state().day });
    const sample = textOf("p.sample");
    if (sample) told.sample = sample;
    told.sources = Array.from(document.querySelectorAll("footer p"), (p) => p.textContent.trim());
    const simplified = groups.map((group) => group.spec.simplified_m || 0);
    if (Math.max(0, ...simplified) > 0) told.simplified_m = Math.max(...simplified);
    return told;
  }

  function fileName(part, ending) {
    const other = state() && !state().isOwn ? state().title : "";
    const words = [textOf(".title h1"), other, part].filter(Boolean).join("_");
    const safe = words
      .normalize("NFC")
      .replace(/[^\p{L}\p{N}\p{M} ()（）,，、.·_-]/gu, "_")
      .replace(/[_ ]{2,}/g, "_")
      .replace(/^[\s._-]+|[\s._]+$/g, "");
    const short = Array.from(safe).slice(0, 60).join("");
    return (RESERVED.test(short) || !short ? "tieling_geo_" : "") + short + "." + ending;
  }

  function save(pieces, kind, name) {
    const address = URL.createObjectURL(new Blob(pieces, { type: kind }));
    const link = document.createElement("a");
    link.href = address;
    link.download = name;
    link.click();
    window.setTimeout(() => URL.revokeObjectURL(address), 60000);
  }

  // Calls `line` for each row and joins the answers piece by piece. The page stays alive meanwhile
  // and is told what part is done.
  async function pieces({ groups, starts, order }, mark, line, tell) {
    const found = [];
    let last = performance.now();
    for (let from = 0; from < order.length; from += PIECE) {
      const lines = [];
      const to = Math.min(from + PIECE, order.length);
      for (let k = from; k < to; k++) {
        lines.push(line(...tielingGeo.rows.at({ groups, starts }, order[k])));
      }
      found.push((from ? mark : "") + lines.join(mark));
      if (performance.now() - last < PATIENCE_MS) continue;
      tell(to / order.length);
      await new Promise((go) => window.setTimeout(go, 0));
      last = performance.now();
    }
    return found;
  }

  // ---- GeoJSON --------------------------------------------------------------------------------

  // Six decimals, as the page carries them.
  function rounded(place) {
    return [Math.round(place[0] * 1e6) / 1e6, Math.round(place[1] * 1e6) / 1e6];
  }

  // The outer ring goes against the clock, a hole with it.
  function wound(rings) {
    return rings.map((ring, k) => {
      const places = ring.map(rounded);
      let twice = 0;
      for (let i = 1; i < places.length; i++) {
        const [x, y] = [places[i - 1][0] - places[0][0], places[i - 1][1] - places[0][1]];
        twice += x * (places[i][1] - places[0][1]) - (places[i][0] - places[0][0]) * y;
      }
      return twice > 0 === (k === 0) ? places : places.reverse();
    });
  }

  const SHAPES = {
    Point: rounded,
    MultiPoint: (at) => at.map(rounded),
    LineString: (at) => at.map(rounded),
    MultiLineString: (at) => at.map((line) => line.map(rounded)),
    Polygon: wound,
    MultiPolygon: (at) => at.map(wound),
  };

  function geometry(shape) {
    if (!shape) return null;
    if (shape.type === "GeometryCollection") {
      return { type: shape.type, geometries: shape.geometries.map(geometry) };
    }
    return { type: shape.type, coordinates: SHAPES[shape.type](shape.coordinates) };
  }

  function property(group, i, name) {
    const value = group.value(i, name);
    const kind = group.column(name).kind;
    if (value === null || value === undefined) return null;
    if (kind === "flag") return group.column(name).codes[i] === 1;
    if (kind === "day") return group.text(i, name);
    return typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
  }

  function feature(group, i, columns, isSample) {
    const properties = {};
    columns.forEach((column) => {
      if (!column.own) properties[column.key] = column.raw(group, i) || null;
    });
    group.columns.forEach(({ name }) => {
      const key = Object.prototype.hasOwnProperty.call(properties, name) ? "own_" + name : name;
      properties[key] = property(group, i, name);
    });
    if (isSample) properties.sample = "SAMPLE";
    return JSON.stringify({
      type: "Feature",
      id: group.id(i),
      geometry: geometry(group.geometry(i)),
      properties,
    });
  }

  async function geojson(rows, part, tell) {
    const told = about(rows.groups);
    const columns = tielingGeo.rows.columns(rows.groups, true);
    const head = JSON.stringify({ type: "FeatureCollection", ...told }).slice(0, -1);
    const line = (group, i) => feature(group, i, columns, told.sample);
    const lines = await pieces(rows, ",\n", line, tell);
    const name = fileName(part, "geojson");
    save([head + ',"features":[\n', ...lines, "\n]}\n"], "application/geo+json", name);
  }

  // ---- CSV ------------------------------------------------------------------------------------

  function cell(text) {
    const safe = RISKY.test(text) ? "'" + text : text;
    return /[",\r\n]|^\s|\s$/.test(safe) ? '"' + safe.replace(/"/g, '""') + '"' : safe;
  }

  function number(value) {
    return value === null || value === undefined ? "" : String(value);
  }

  async function csv(rows, part, tell) {
    const words = tielingGeo.words;
    const sample = about([]).sample ? [cell("SAMPLE")] : [];
    // Rows of several states end up in one sheet: each says which it is of.
    const stateTitle = state() ? [cell(words.stateOf)] : [];
    const ofState = state() ? [cell(state().title)] : [];
    const columns = tielingGeo.rows.columns(rows.groups, true);
    const titles = columns.map((column) => column.title).concat(words.lon, words.lat);
    const head = sample.concat(stateTitle, titles.map(cell)).join(",");
    const line = (group, i) => {
      const at = group.center(i);
      const told = columns.map((column) => {
        return column.isNumber ? number(column.raw(group, i)) : cell(column.text(group, i));
      });
      return sample.concat(ofState, told, rounded([at.lng, at.lat])).join(",");
    };
    const lines = await pieces(rows, "\r\n", line, tell);
    const name = fileName(part, "csv");
    if (lines.length) lines.push("\r\n");
    save(["\ufeff" + head + "\r\n", ...lines], "text/csv;charset=utf-8", name);
  }

  tielingGeo.download = { geojson, csv };
})();
