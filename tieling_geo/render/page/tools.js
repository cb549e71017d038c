// The tools of a map that others build on: buttons with pictures, a voice, the clipboard; and what
// needs no more than that: the whole view, full screen, the north arrow.
"use strict";

tielingGeo.tools = (function () {
  // Outlines on a square of 24 by 24.
  const PICTURES = {
    whole: "M4 4h16v16H4z M9 9h6v6H9z",
    distance: "M3 16 16 3l5 5L8 21z M7 12l2 2 M10.5 8.5l2 2 M14 5l2 2",
    area: "M5 7 17 4l3 12-11 4z M5 7h.01 M17 4h.01 M20 16h.01 M9 20h.01",
    full: "M4 9V4h5 M15 4h5v5 M20 15v5h-5 M9 20H4v-5",
    small: "M9 4v5H4 M20 9h-5V4 M15 20v-5h5 M4 15h5v5",
    print: "M7 9V3h10v6 M7 18H3V9h18v9h-4 M7 14h10v7H7z",
    link: "M9 15l6-6 M11 7l3-3a4.2 4.2 0 0 1 6 6l-3 3 M13 17l-3 3a4.2 4.2 0 0 1-6-6l3-3",
    copy: "M9 9h11v12H9z M6 15H4V3h11v3",
  };
  const bars = new Map(); // by name, in the order they stand below each other
  let told = null;

  function picture(name) {
    const svg = L.SVG.create("svg");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("aria-hidden", "true");
    svg.setAttribute("class", "picture");
    draw(svg, PICTURES[name], "");
    return svg;
  }

  function draw(svg, outline, className) {
    const path = L.SVG.create("path");
    path.setAttribute("d", outline);
    if (className) path.setAttribute("class", className);
    svg.appendChild(path);
  }

  function button(parent, name, title, act) {
    const made = tielingGeo.button(parent, title, "tool", act);
    made.appendChild(picture(name));
    return made;
  }

  // ---- bars of buttons below the zoom ----------------------------------------------------------

  function control(position, className, fill) {
    const Made = L.Control.extend({
      options: { position },
      onAdd: function () {
        const box = L.DomUtil.create("div", className);
        L.DomEvent.disableClickPropagation(box);
        L.DomEvent.disableScrollPropagation(box);
        fill(box);
        return box;
      },
    });
    return new Made().addTo(tielingGeo.map()).getContainer();
  }

  // A button in one of the bars: "view", "measure" or "page".
  function add(bar, name, title, act) {
    if (!bars.size) {
      ["view", "measure", "page"].forEach((one) => {
        bars.set(one, tielingGeo.bar("topleft"));
        bars.get(one).classList.add("tools");
      });
    }
    return button(bars.get(bar), name, title, act);
  }

  // ---- what a tool says: seen for a while, and spoken ------------------------------------------

  let fading = 0;

  function voice() {
    told = tielingGeo.write(tielingGeo.map().getContainer(), "div", "", "told");
    told.setAttribute("role", "status");
  }

  function say(text, isSeen) {
    told.textContent = text;
    told.classList.toggle("seen", isSeen !== false);
    window.clearTimeout(fading);
    fading = window.setTimeout(() => told.classList.remove("seen"), 4000);
  }

  // ---- the clipboard: a page that came over plain HTTP has only the old way ----------------------

  function copyTheOldWay(text) {
    const focused = document.activeElement;
    const field = tielingGeo.write(document.body, "textarea", undefined, "unseen");
    field.value = text;
    field.select();
    let done = false;
    try {
      done = document.execCommand("copy");
    } catch (error) {
      done = false;
    }
    field.remove();
    if (focused) focused.focus();
    return done;
  }

  function copy(text, thanks) {
    const answer = (done) =>
      say(done ? thanks : tielingGeo.words.notCopied.replace("{text}", () => text));
    if (!navigator.clipboard) return answer(copyTheOldWay(text));
    return navigator.clipboard
      .writeText(text)
      .then(() => answer(true))
      .catch(() => answer(copyTheOldWay(text)));
  }

  // ---- the whole map again -------------------------------------------------------------------------

  function wholeView() {
    const map = tielingGeo.map();
    const home = map.getBounds();
    // Other parts of the page may have taken their room from the map since it was opened.
    if (map.getSize().y !== map.getContainer().clientHeight) {
      map.invalidateSize({ animate: false });
      map.fitBounds(home, { animate: false });
    }
    add("view", "whole", tielingGeo.words.whole, () => map.fitBounds(home, { animate: false }));
  }

  // ---- full screen -------------------------------------------------------------------------------

  function fullScreen() {
    if (!document.fullscreenEnabled) return;
    const words = tielingGeo.words;
    const made = add("page", "full", words.fullScreen, () => {
      const wish = document.fullscreenElement
        ? document.exitFullscreen()
        : document.documentElement.requestFullscreen();
      wish.catch(() => say(words.noFullScreen));
    });
    made.setAttribute("aria-pressed", "false");
    document.addEventListener("fullscreenchange", () => {
      const isFull = Boolean(document.fullscreenElement);
      made.setAttribute("aria-pressed", String(isFull));
      made.replaceChild(picture(isFull ? "small" : "full"), made.firstChild);
    });
  }

  // ---- the north arrow: the map is never turned ----------------------------------------------------

  function north() {
    control("topright", "compass", (box) => {
      box.setAttribute("role", "img");
      box.setAttribute("aria-label", tielingGeo.words.northUp);
      tielingGeo.write(box, "span", tielingGeo.words.north);
      const svg = L.SVG.create("svg");
      svg.setAttribute("viewBox", "0 0 24 30");
      draw(svg, "M12 1 12 22 3 29z", "dark");
      draw(svg, "M12 1 21 29 12 22z", "light");
      box.appendChild(svg);
    });
  }

  // On a low map the bars of buttons stand side by side.
  const LOW_PX = 400;

  function low() {
    const map = tielingGeo.map();
    const container = map.getContainer();
    container.classList.toggle("low", container.clientHeight < LOW_PX);
  }

  tielingGeo.on("start", () => {
    voice();
    north();
    wholeView();
    tielingGeo.map().on("resize", low);
    low();
    fullScreen();
  });

  return { add, button, control, say, copy };
})();
