// Where the mouse is, in the coordinates of one's choice; without a mouse, where the map's middle is.
"use strict";

(function () {
  const geodesy = tielingGeo.geodesy;
  const DEFAULT = "degrees";
  let map = null;
  let words = {};
  let pointer = null; // where the mouse is on the map
  let marked = null; // a place that was chosen with a right click or a long press
  const parts = {};

  // ---- what is said of a place: system and value are always shown, the note when unfolded -------------

  function letter(value, letters) {
    return letters[value < 0 ? 1 : 0];
  }

  function decimal(at) {
    const east = Math.abs(at.lng).toFixed(6) + "° " + letter(at.lng, "EW");
    return east + "  " + Math.abs(at.lat).toFixed(6) + "° " + letter(at.lat, "NS");
  }

  function sexagesimal(value, letters) {
    const tenths = Math.round(Math.abs(value) * 36000);
    const two = (count) => String(count).padStart(2, "0");
    const seconds = ((tenths % 600) / 10).toFixed(1).padStart(4, "0");
    const minutes = two(Math.floor(tenths / 600) % 60);
    const degrees = Math.floor(tenths / 36000);
    return degrees + "°" + minutes + "′" + seconds + "″ " + letter(value, letters);
  }

  function plane(at) {
    const found = geodesy.plane(at);
    if (!found) return { system: "CGCS2000", value: words.noZone, note: "" };
    const fill = (text) => text.replace(/{(\w+)}/g, (all, name) => String(found[name]));
    return {
      system: fill(words.zone),
      value: "E " + found.east.toFixed(1) + "  N " + found.north.toFixed(1) + " " + words.unitM,
      note: fill(words.zoneNote) + " E\u00a0" + found.prefixed.toFixed(1),
      label: fill(words.zoneLabel),
    };
  }

  function alike(value) {
    return { system: "CGCS2000", value, note: words.sameDegrees, label: "CGCS2000 (WGS 84)" };
  }

  const CHOICES = {
    degrees: (at) => alike(decimal(at)),
    sexagesimal: (at) => alike(sexagesimal(at.lng, "EW") + "  " + sexagesimal(at.lat, "NS")),
    plane,
    gcj02: (at) => ({
      system: "GCJ-02",
      value: decimal(geodesy.gcj02(at)),
      note: words.shifted,
    }),
  };

  // ---- the box ---------------------------------------------------------------------------------------

  function shown() {
    const at = pointer || marked || map.getCenter();
    const place = { lat: at.lat, lng: at.lng - 360 * Math.round(at.lng / 360) };
    return CHOICES[parts.choice.value](place);
  }

  function refresh() {
    const { system, value, note } = shown();
    const source = pointer ? words.atPointer : marked ? words.atMark : words.atCenter;
    parts.source.textContent = source + " " + system;
    parts.value.textContent = value;
    parts.note.textContent = note;
  }

  function copy() {
    const { system, value, label } = shown();
    const text = ((label || system) + " " + value).replace(/ +/g, " ");
    tielingGeo.tools.copy(text, words.copied.replace("{text}", () => text));
  }

  function fill(box) {
    const write = tielingGeo.write;
    const folded = write(box, "details");
    const line = write(folded, "summary");
    line.title = words.coordinates;
    parts.source = write(line, "span", "");
    line.appendChild(document.createTextNode(" "));
    parts.value = write(line, "b", "");
    const row = write(folded, "p", undefined, "row");
    const label = write(row, "label", words.coordinates);
    parts.choice = write(row, "select");
    parts.choice.id = "coordinates";
    label.htmlFor = parts.choice.id;
    Object.keys(CHOICES).forEach((name) => {
      write(parts.choice, "option", words["crs_" + name]).value = name;
    });
    parts.note = write(folded, "p", "", "note");
    tielingGeo.tools.button(box, "copy", words.copyCoordinates, copy);
  }

  // ---- what it follows -------------------------------------------------------------------------------

  function follow(event) {
    const isMap = !event.target.closest(".leaflet-control, .measure, .leaflet-popup");
    pointer = isMap ? map.mouseEventToLatLng(event) : null;
    refresh();
  }

  function mark(event) {
    L.DomEvent.preventDefault(event.originalEvent);
    if (tielingGeo.busy) return;
    marked = event.latlng;
    parts.mark.setLatLng(marked).addTo(map);
    pointer = null;
    refresh();
    copy();
  }

  function forget() {
    marked = null;
    parts.mark.remove();
    refresh();
  }

  function cross() {
    const icon = L.divIcon({ className: "cross", iconSize: [21, 21], html: false });
    return L.marker([0, 0], { icon, interactive: false, keyboard: false });
  }

  tielingGeo.on("start", () => {
    map = tielingGeo.map();
    words = tielingGeo.words;
    parts.mark = cross();
    tielingGeo.tools.control("bottomleft", "readout", fill);
    parts.choice.addEventListener("change", () => {
      refresh();
      tielingGeo.permalink.refresh();
    });
    const container = map.getContainer();
    container.addEventListener("mousemove", follow);
    container.addEventListener("mouseleave", () => {
      pointer = null;
      refresh();
    });
    // Whoever moves the map with the keyboard looks at its middle.
    container.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && marked) forget();
      else if (event.target === container) pointer = null;
      refresh();
    });
    map.on("contextmenu", mark);
    map.on("move", refresh);
    refresh();
    tielingGeo.permalink.register("crs", {
      read: () => (parts.choice.value === DEFAULT ? "" : parts.choice.value),
      apply: (name) => {
        parts.choice.value = Object.prototype.hasOwnProperty.call(CHOICES, name) ? name : DEFAULT;
        refresh();
      },
    });
  });
})();
