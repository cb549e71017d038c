// The edge between a map and what stands beneath it: drawn with the mouse, moved with the keys.
"use strict";

(function () {
  const STEP = 24; // px that an arrow key moves it
  const LOWEST = 130; // px
  const HIGHEST = 0.7; // of the window

  // `panel` lies beneath the map, `content` is the part of it that grows, `lay` is told of it.
  tielingGeo.edge = function (panel, content, lay) {
    const edge = tielingGeo.write(panel, "div", undefined, "grip");
    panel.prepend(edge);
    edge.tabIndex = 0;
    edge.setAttribute("role", "separator");
    edge.setAttribute("aria-orientation", "horizontal");
    edge.setAttribute("aria-label", tielingGeo.words.tableEdge);

    function stretch(height) {
      const highest = Math.round(window.innerHeight * HIGHEST);
      const kept = Math.round(Math.min(Math.max(height, LOWEST), highest));
      content.style.height = kept + "px";
      edge.setAttribute("aria-valuemin", LOWEST);
      edge.setAttribute("aria-valuemax", highest);
      edge.setAttribute("aria-valuenow", kept);
    }

    function settle() {
      tielingGeo.map().invalidateSize({ animate: false });
      lay();
    }

    edge.addEventListener("keydown", (event) => {
      const way = { ArrowUp: 1, ArrowDown: -1 }[event.key];
      if (!way) return;
      event.preventDefault();
      stretch(content.offsetHeight + way * STEP);
      settle();
    });

    edge.addEventListener("pointerdown", (event) => {
      const [from, height] = [event.clientY, content.offsetHeight];
      edge.setPointerCapture(event.pointerId);
      edge.onpointermove = (moved) => {
        stretch(height + from - moved.clientY);
        lay();
      };
      edge.onpointerup = edge.onpointercancel = () => {
        edge.onpointermove = edge.onpointerup = edge.onpointercancel = null;
        settle();
      };
      event.preventDefault();
    });
    stretch(Math.min(260, window.innerHeight * 0.4));
  };
})();
