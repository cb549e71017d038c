// Filters, details and deep links of the dashboard. Nothing is read from anywhere but the page.
"use strict";

(function () {
  const all = (selector, root) => Array.from((root || document).querySelectorAll(selector));
  const section = document.getElementById("section");
  const bureau = document.getElementById("bureau");
  const search = document.getElementById("search");
  const shown = document.getElementById("shown");
  const chips = all("button.state");
  const rows = all("tr.clause");
  const more = (row) => document.getElementById(row.id + "-more");
  const opener = (row) => row.querySelector("button.more");
  const texts = new Map(
    rows.map((row) => [row, (row.textContent + " " + more(row).textContent).toLowerCase()])
  );

  function fold(row, open) {
    opener(row).setAttribute("aria-expanded", String(open));
    more(row).hidden = !open || row.hidden;
  }

  function isOpen(row) {
    return opener(row).getAttribute("aria-expanded") === "true";
  }

  function filter() {
    const states = chips.filter((c) => c.getAttribute("aria-pressed") === "true");
    const wanted = new Set(states.map((chip) => chip.dataset.state));
    const words = search.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    all("table.clauses > tbody").forEach((group) => {
      const here =
        (!section.value || group.dataset.section === section.value) &&
        (!bureau.value || group.dataset.bureaus.split("|").includes(bureau.value));
      let visible = 0;
      all("tr.clause", group).forEach((row) => {
        row.hidden = !(
          here &&
          (!wanted.size || wanted.has(row.dataset.state)) &&
          words.every((word) => texts.get(row).includes(word))
        );
        fold(row, isOpen(row));
        if (!row.hidden) visible += 1;
      });
      group.hidden = !visible;
      count += visible;
    });
    shown.textContent = shown.dataset.words
      .replace("{shown}", count)
      .replace("{all}", rows.length);
  }

  function clear() {
    section.value = bureau.value = search.value = "";
    chips.forEach((chip) => chip.setAttribute("aria-pressed", "false"));
    filter();
  }

  // An address such as index.html#I01 opens that clause, whatever the filters say.
  function follow() {
    const id = decodeURIComponent(location.hash.slice(1));
    const row = rows.find((one) => one.id === id);
    if (!row) return;
    if (row.hidden) clear();
    fold(row, true);
    row.scrollIntoView({ block: "center" });
    opener(row).focus({ preventScroll: true });
  }

  rows.forEach((row) => {
    fold(row, false);
    opener(row).addEventListener("click", () => {
      fold(row, !isOpen(row));
      history.replaceState(null, "", "#" + encodeURIComponent(row.id));
    });
  });
  chips.forEach((chip) => {
    chip.addEventListener("click", () => {
      const pressed = chip.getAttribute("aria-pressed") === "true";
      chip.setAttribute("aria-pressed", String(!pressed));
      filter();
    });
  });
  [section, bureau].forEach((input) => input.addEventListener("change", filter));
  search.addEventListener("input", filter);
  document.querySelector("form.filters").addEventListener("submit", (e) => e.preventDefault());
  document.getElementById("reset").addEventListener("click", clear);
  const every = document.getElementById("open");
  every.addEventListener("click", () => {
    const open = every.textContent.trim() === every.dataset.open;
    rows.forEach((row) => fold(row, open));
    every.textContent = open ? every.dataset.close : every.dataset.open;
  });
  window.addEventListener("hashchange", follow);
  filter();
  follow();
})();
