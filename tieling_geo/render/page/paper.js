// Printing: the page takes the shape of the chosen sheet before it is printed, and its own again
// afterwards. One sheet holds the map, its title, its sources and the legend; a legend that is too
// long even in small type stands on a second one.
"use strict";

(function () {
  const SHEETS_MM = { A4: [210, 297], A3: [297, 420] };
  const MARGIN_MM = 10;
  // A hair less than the sheet: a rounded length must not turn over the page.
  const SPARE_MM = 0.5;
  // A page's pixel is 1/96 inch: the map is drawn with 192 dots an inch. With 288, printing takes
  // three times as long.
  const PAPER_SHARPNESS = 2;
  // How a legend is set, from roomy to tight; the last stands on a sheet of its own.
  const LEGENDS = ["plain", "dense", "columns", "apart"];
  const choice = { paper: "A4", turn: "landscape" };
  const before = { view: null, isOpen: true };
  let map = null;
  let words = {};
  let sheet = null;
  let dialog = null;
  let isPrinted = false;

  function room() {
    const [short, long] = SHEETS_MM[choice.paper].map((side) => side - 2 * MARGIN_MM);
    return choice.turn === "landscape" ? [long, short] : [short, long];
  }

  function setSheet() {
    const [width, height] = room();
    const rules =
      "@page { size: " + choice.paper + " " + choice.turn + "; margin: " + MARGIN_MM + "mm; }\n" +
      "body.on-paper { --sheet-width: " + width + "mm; " +
      "--sheet-height: " + (height - SPARE_MM) + "mm; }";
    if (sheet.replaceSync) sheet.replaceSync(rules);
    else sheet.textContent = rules;
  }

  // A sheet of style without an element is not barred by a server that bars styles within a page;
  // older browsers have none.
  function styleSheet() {
    if (!document.adoptedStyleSheets) return tielingGeo.write(document.head, "style");
    const made = new CSSStyleSheet();
    document.adoptedStyleSheets = Array.from(document.adoptedStyleSheets).concat(made);
    return made;
  }

  // ---- the page as a sheet ---------------------------------------------------------------------------

  // Paper has no boxes to tick: a line that is switched off would tell of symbols that are not there.
  function hideWhatIsOff(isPaper) {
    document.querySelectorAll("aside section.legend").forEach((section) => {
      const lines = Array.from(section.querySelectorAll("li"));
      lines.forEach((line) => {
        const box = line.querySelector("input[type=checkbox]");
        line.classList.toggle("off", isPaper && Boolean(box) && !box.checked);
      });
      const isOff = lines.length > 0 && lines.every((line) => line.classList.contains("off"));
      section.classList.toggle("off", isOff);
    });
  }

  function setLegend() {
    const side = document.querySelector("aside");
    const isTooLong = () => side.scrollHeight > side.clientHeight + 1;
    LEGENDS.some((one) => {
      document.body.dataset.legend = one;
      return !isTooLong();
    });
  }

  // A browser prints what is drawn on a canvas at the last moment by drawing it again on the paper,
  // where pixels that are put down wipe out all that lies beneath the canvas. Reading it between two
  // changes leaves the browser nothing to print but the canvas as it is.
  function settle() {
    // What Leaflet would draw in the next frame is drawn now.
    map.eachLayer((layer) => {
      if (!(layer instanceof L.Canvas) || !layer._redrawRequest) return;
      L.Util.cancelAnimFrame(layer._redrawRequest);
      layer._redraw();
    });
    map.getPane("mapPane").querySelectorAll("canvas").forEach((canvas) => {
      if (!canvas.width || !canvas.height) return;
      const ctx = canvas.getContext("2d");
      [0, 1].forEach(() => {
        ctx.getImageData(0, 0, 1, 1);
        ctx.clearRect(0, 0, 1, 1); // a corner out of view
      });
      ctx.getImageData(0, 0, 1, 1);
    });
  }

  // The view, without its empty margins: paper has another shape than the screen.
  function whatIsInView() {
    const view = before.view.bounds;
    const drawn = L.latLngBounds([]);
    tielingGeo.groups.concat(tielingGeo.backgrounds).forEach((group) => {
      const { lat, lon } = group.shape;
      let [south, west, north, east] = [Infinity, Infinity, -Infinity, -Infinity];
      for (let i = 0; i < group.count; i += 1) {
        if (!group.isShown(i)) continue;
        const [from, to] = group.vertices(i);
        for (let v = from; v < to; v += 1) {
          south = Math.min(south, lat[v]);
          north = Math.max(north, lat[v]);
          west = Math.min(west, lon[v]);
          east = Math.max(east, lon[v]);
        }
      }
      if (south <= north) drawn.extend([[south / 1e6, west / 1e6], [north / 1e6, east / 1e6]]);
    });
    if (!drawn.isValid() || !drawn.intersects(view)) return view;
    const low = (name) => Math.max(view["get" + name](), drawn["get" + name]());
    const high = (name) => Math.min(view["get" + name](), drawn["get" + name]());
    return L.latLngBounds([low("South"), low("West")], [high("North"), high("East")]);
  }

  function toPaper() {
    if (before.view) return;
    const folded = document.querySelector("aside > details");
    before.view = { bounds: map.getBounds(), center: map.getCenter(), zoom: map.getZoom() };
    before.isOpen = folded.open;
    folded.open = true;
    document.body.classList.add("on-paper", choice.turn);
    hideWhatIsOff(true);
    setLegend();
    tielingGeo.sharpness = PAPER_SHARPNESS;
    map.invalidateSize({ animate: false });
    const closest = before.view.zoom + 1;
    map.fitBounds(whatIsInView(), { animate: false, maxZoom: closest, padding: [12, 12] });
    settle();
  }

  function toScreen() {
    if (!before.view) return;
    const { center, zoom } = before.view;
    before.view = null;
    document.querySelector("aside > details").open = before.isOpen;
    document.body.classList.remove("on-paper", choice.turn);
    delete document.body.dataset.legend;
    hideWhatIsOff(false);
    tielingGeo.sharpness = 0;
    map.invalidateSize({ animate: false });
    map.setView(center, zoom, { animate: false });
  }

  // ---- the question which paper ------------------------------------------------------------------------

  function ask(parent, name, title, options) {
    const line = tielingGeo.write(parent, "p");
    const label = tielingGeo.write(line, "label", title);
    const select = tielingGeo.write(line, "select");
    select.id = "print_" + name;
    label.htmlFor = select.id;
    options.forEach(([value, text]) => {
      tielingGeo.write(select, "option", text).value = value;
    });
    select.addEventListener("change", () => {
      choice[name] = select.value;
      setSheet();
    });
  }

  // Two frames: the browser then has the page as it is to be printed.
  function print() {
    dialog.close();
    toPaper();
    isPrinted = false;
    requestAnimationFrame(() =>
      requestAnimationFrame(() => {
        window.print();
        if (!isPrinted) toScreen(); // a frame that may not print
      })
    );
  }

  function build() {
    const write = tielingGeo.write;
    dialog = write(document.body, "dialog", undefined, "print");
    write(dialog, "h2", words.print).id = "print_title";
    dialog.setAttribute("aria-labelledby", "print_title");
    ask(dialog, "paper", words.paper, [["A4", "A4"], ["A3", "A3"]]);
    ask(dialog, "turn", words.turn, [["landscape", words.landscape], ["portrait", words.portrait]]);
    write(dialog, "p", words.printHint, "hint");
    const row = write(dialog, "div", undefined, "row");
    [[words.cancel, () => dialog.close()], [words.print, print]].forEach(([text, act], i) => {
      const button = write(row, "button", text, i ? "main" : "");
      button.type = "button";
      button.addEventListener("click", act);
    });
    const elsewhere = write(document.querySelector("main"), "p", words.legendApart, "elsewhere");
    elsewhere.setAttribute("aria-hidden", "true");
  }

  tielingGeo.on("start", () => {
    map = tielingGeo.map();
    words = tielingGeo.words;
    sheet = styleSheet();
    setSheet();
    build();
    tielingGeo.tools.add("page", "print", words.printMap, () => dialog.showModal());
    window.addEventListener("beforeprint", () => {
      isPrinted = true;
      toPaper();
    });
    window.addEventListener("afterprint", toScreen);
    // A preview that says neither says at least this.
    const paper = window.matchMedia("print");
    paper.addEventListener("change", () => (paper.matches ? toPaper() : toScreen()));
  });
})();
