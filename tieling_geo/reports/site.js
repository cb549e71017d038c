// Filters, details, deep links and history of the dashboard. Nothing is read but the page itself.
"use strict";

(function () {
  const all = (selector, root) => Array.from((root || document).querySelectorAll(selector));
  const byId = (id) => document.getElementById(id);
  const NAMES = ["section", "bureau", "county", "coverage", "deadline", "strictness"];
  const selects = new Map(NAMES.map((name) => [name, byId(name)]));
  const search = byId("search");
  const overrides = byId("overrides");
  const shown = byId("shown");
  const every = byId("open");
  const chips = all("button.state[data-state]");
  const rows = all("tr.clause");
  const known = new Map(rows.map((row) => [row.id, row]));
  const groups = all("table.clauses > tbody");
  const more = new Map(rows.map((row) => [row, byId(row.id + "-more")]));
  const opener = new Map(rows.map((row) => [row, row.querySelector("button.more")]));
  const here = new Map(rows.map((row) => [row, row.querySelector("p.here")]));
  const texts = new Map();
  const words = (text) => text.split(" ").filter(Boolean);

  // What a row says, read once, when somebody first searches.
  function textOf(row) {
    if (!texts.has(row)) {
      texts.set(row, (row.textContent + " " + more.get(row).textContent).toLowerCase());
    }
    return texts.get(row);
  }

  const isOpen = (row) => opener.get(row).getAttribute("aria-expanded") === "true";
  const isPressed = (chip) => chip.getAttribute("aria-pressed") === "true";
  const pressed = () => chips.filter(isPressed).map((chip) => chip.dataset.state);

  function fold(row, open) {
    opener.get(row).setAttribute("aria-expanded", String(open));
    more.get(row).hidden = !open || row.hidden;
    more.get(row).classList.toggle("open", open);
  }

  // Number of the chosen bureau or county in its list; empty if none is chosen.
  function place(name) {
    const select = selects.get(name);
    return select.value === "" ? "" : select.selectedOptions[0].dataset.place;
  }

  function fits(row, wanted, looked) {
    return (
      (!wanted.length || wanted.includes(row.dataset.state)) &&
      ["coverage", "deadline", "strictness"].every((name) => {
        const value = selects.get(name).value;
        return !value || row.dataset[name] === value;
      }) &&
      (!overrides.checked || row.dataset.overrides !== "0") &&
      (!place("county") || words(row.dataset.counties).includes(place("county"))) &&
      looked.every((word) => textOf(row).includes(word))
    );
  }

  // With a county chosen, each row says what that county adds to it.
  function tellCounty(row) {
    const county = place("county");
    const told = county && more.get(row).querySelector(`tr[data-place="${county}"]`);
    here.get(row).hidden = !told;
    here.get(row).textContent = told ? told.dataset.told : "";
  }

  function filter() {
    const wanted = pressed();
    const looked = search.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
    const section = selects.get("section").value;
    const bureau = place("bureau");
    let count = 0;
    groups.forEach((group) => {
      const fitting =
        (!section || group.dataset.section === section) &&
        (!bureau || words(group.dataset.bureaus).includes(bureau));
      let visible = 0;
      all("tr.clause", group).forEach((row) => {
        row.hidden = !(fitting && fits(row, wanted, looked));
        fold(row, isOpen(row));
        if (!row.hidden) {
          visible += 1;
          tellCounty(row);
        }
      });
      group.hidden = !visible;
      count += visible;
    });
    byId("nothing").hidden = count > 0;
    shown.textContent = shown.dataset.words
      .replace("{shown}", count)
      .replace("{all}", rows.length);
    tellFilters();
  }

  // On paper the controls are gone: one line says what they were set to.
  function tellFilters() {
    const told = chips.filter(isPressed).map((chip) => chip.dataset.title);
    selects.forEach((select) => {
      if (select.value) told.push(select.selectedOptions[0].textContent.trim());
    });
    if (overrides.checked) told.push(overrides.parentNode.textContent.trim());
    if (search.value.trim()) told.push("“" + search.value.trim() + "”");
    const line = byId("filtered");
    line.hidden = !told.length;
    line.textContent = line.dataset.title + told.concat(shown.textContent).join(" · ");
  }

  // The address after #: a clause's id alone, or filters and open clauses as name=value&...
  function address() {
    const open = rows.filter(isOpen).map((row) => row.id);
    const parts = [];
    const add = (name, values) => {
      if (values.length) parts.push(name + "=" + values.map(encodeURIComponent).join(","));
    };
    add("state", pressed());
    selects.forEach((select, name) => add(name, select.value ? [select.value] : []));
    add("overrides", overrides.checked ? ["1"] : []);
    add("text", search.value.trim() ? [search.value.trim()] : []);
    if (!parts.length && open.length === 1) return "#" + encodeURIComponent(open[0]);
    if (open.length && open.length === rows.length) parts.push("open=*");
    else add("open", open);
    return "#" + parts.join("&");
  }

  function read(text) {
    try {
      return decodeURIComponent(text);
    } catch {
      return text; // someone cut the address short
    }
  }

  // Read an address; what it names and the page does not have is left out.
  function parse(hash) {
    const found = new Map();
    if (hash && !hash.includes("=")) return new Map([["open", [read(hash)]]]);
    hash.split("&").forEach((part) => {
      const [name, value] = part.split("=", 2);
      if (value) found.set(name, value.split(",").map(read));
    });
    return found;
  }

  function remember(replace) {
    const next = address();
    if (next === (location.hash || "#")) return;
    if (replace) history.replaceState(null, "", next);
    else history.pushState(null, "", next);
  }

  function nameEvery() {
    const open = rows.length && rows.every(isOpen);
    every.textContent = open ? every.dataset.close : every.dataset.open;
  }

  // Bring the page to what its address says; `move` also brings the eye there.
  function follow(move) {
    const found = parse(location.hash.slice(1));
    const one = (name) => (found.get(name) || [""])[0];
    chips.forEach((chip) => {
      const on = (found.get("state") || []).includes(chip.dataset.state);
      chip.setAttribute("aria-pressed", String(on));
    });
    selects.forEach((select, name) => {
      const value = one(name);
      select.value = Array.from(select.options).some((o) => o.value === value) ? value : "";
    });
    overrides.checked = one("overrides") === "1";
    search.value = one("text");
    const open = found.get("open") || [];
    rows.forEach((row) => fold(row, open.includes("*") || open.includes(row.id)));
    filter();
    nameEvery();
    if (!move) return;
    const row = open.length === 1 && known.get(open[0]);
    if (row && !row.hidden) {
      row.scrollIntoView();
      opener.get(row).focus({ preventScroll: true });
    } else if (found.size && !known.has(open[0])) {
      byId(open[0] || "clauses")?.scrollIntoView();
    }
  }

  function clear() {
    chips.forEach((chip) => chip.setAttribute("aria-pressed", "false"));
    selects.forEach((select) => (select.value = ""));
    overrides.checked = false;
    search.value = "";
    filter();
    remember(false);
  }

  rows.forEach((row) => {
    opener.get(row).addEventListener("click", () => {
      fold(row, !isOpen(row));
      nameEvery();
      remember(false);
    });
  });
  chips.forEach((chip) => {
    chip.addEventListener("click", () => {
      chip.setAttribute("aria-pressed", String(!isPressed(chip)));
      filter();
      remember(false);
    });
  });
  [...selects.values(), overrides].forEach((input) => {
    input.addEventListener("change", () => {
      filter();
      remember(false);
    });
  });
  search.addEventListener("input", () => {
    filter();
    remember(true);
  });
  document.querySelector("form.filters").addEventListener("submit", (e) => e.preventDefault());
  byId("reset").addEventListener("click", clear);
  every.addEventListener("click", () => {
    const open = !rows.every(isOpen);
    rows.forEach((row) => fold(row, open));
    nameEvery();
    remember(false);
  });
  // A link to a part of the page moves there, and leaves the address with its filters alone.
  all('a[href^="#"]').forEach((link) => {
    const part = byId(link.hash.slice(1));
    if (!part || !part.matches("h2")) return;
    link.addEventListener("click", (event) => {
      event.preventDefault();
      part.scrollIntoView();
      part.focus({ preventScroll: true });
    });
  });
  window.addEventListener("hashchange", () => follow(true));
  follow(true);
})();
