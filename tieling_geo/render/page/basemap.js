// Tiles below a map, and what is said of them. Only pages with a basemap carry this file.
"use strict";

(function () {
  const tg = tielingGeo;
  const ELLIPSOID = { a: 6378245.0, e2: 0.00669342162296594323 };
  const sin = (turns) => Math.sin(turns * Math.PI);

  function waves(x) {
    return 20 * sin(6 * x) + 20 * sin(2 * x);
  }

  // What GCJ-02 adds to a place, degrees: the formula of tieling_geo/crs/shifted_datums.py.
  function offset(lng, lat) {
    const x = lng - 105;
    const y = lat - 35;
    let east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * Math.sqrt(Math.abs(x));
    east += ((waves(x) + 20 * sin(x) + 40 * sin(x / 3)) * 2) / 3;
    east += ((150 * sin(x / 12) + 300 * sin(x / 30)) * 2) / 3;
    let north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * Math.sqrt(Math.abs(x));
    north += ((waves(x) + 20 * sin(y) + 40 * sin(y / 3)) * 2) / 3;
    north += ((160 * sin(y / 12) + 320 * sin(y / 30)) * 2) / 3;
    const phi = (lat * Math.PI) / 180;
    const w2 = 1 - ELLIPSOID.e2 * Math.sin(phi) ** 2;
    const across = (ELLIPSOID.a / Math.sqrt(w2)) * Math.cos(phi);
    const along = (ELLIPSOID.a * (1 - ELLIPSOID.e2)) / w2 ** 1.5;
    return [((east / across) * 180) / Math.PI, ((north / along) * 180) / Math.PI];
  }

  function isShifted(lng, lat) {
    return lng >= 72.004 && lng <= 137.8347 && lat >= 0.8293 && lat <= 55.8271;
  }

  // From where the map shows a place back to the place itself (WGS 84), as [longitude, latitude].
  function unshifted(lng, lat) {
    if (tg.datum !== "gcj02" || !isShifted(lng, lat)) return [lng, lat];
    let at = [lng, lat];
    for (let round = 0; round < 7; round++) {
      const [east, north] = offset(at[0], at[1]);
      at = [lng - east, lat - north];
    }
    return at;
  }

  // What leaves the page is not shifted: Group.geometry reads its vertices here.
  const shown = tg.Group.prototype.place;
  tg.Group.prototype.place = function (v) {
    const [lng, lat] = shown.call(this, v);
    if (tg.datum !== "gcj02") return [lng, lat];
    return unshifted(lng, lat).map((degrees) => Math.round(degrees * 1e6) / 1e6);
  };

  function note(map, className) {
    const Note = L.Control.extend({
      options: { position: "bottomleft" },
      onAdd: () => {
        const box = L.DomUtil.create("div", "basemap-note " + className);
        box.setAttribute("role", "status");
        L.DomEvent.disableClickPropagation(box);
        return box;
      },
    });
    return new Note().addTo(map).getContainer();
  }

  function basemap(map, name) {
    const spec = tg.json(name + "_data");
    tg.datum = spec.datum;
    if (spec.datum !== "wgs84") note(map, "shifted").textContent = spec.words.shifted;
    // There from the start, so that a screen reader hears when words come into it.
    const told = note(map, "failed");
    let asked = 0;
    let loaded = 0;
    const tell = () => {
      told.textContent = asked && !loaded ? spec.words.failed : "";
    };
    // Where there are no tiles to a zoom, the data can still be seen.
    if (map.options.minZoom === undefined) map.options.minZoom = 0;
    spec.urls.forEach((url, i) => {
      // One credit is enough for tiles and their names.
      const options = Object.assign({}, spec.options, i ? { attribution: "" } : {});
      const layer = L.tileLayer(url, options);
      layer.on("tileloadstart", () => (asked += 1));
      layer.on("tileload", () => {
        loaded += 1;
        if (told.textContent) tell();
      });
      layer.on("load", tell);
      layer.addTo(map);
    });
    // A network that swallows questions never says no.
    window.setTimeout(tell, spec.patience);
  }

  tg.datum = "wgs84";
  tg.unshifted = unshifted;
  tg.basemap = basemap;
})();
