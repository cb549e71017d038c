// The menu of the other maps: Escape and a click elsewhere close it.
"use strict";

(function () {
  document.querySelectorAll("details.menu").forEach((menu) => {
    menu.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !menu.open) return;
      menu.open = false;
      menu.querySelector("summary").focus();
    });
    // Before the map sees the click: it keeps those on it to itself.
    const leave = (event) => {
      if (!menu.contains(event.target)) menu.open = false;
    };
    document.addEventListener("pointerdown", leave, true);
    document.addEventListener("focusin", leave);
  });
})();
