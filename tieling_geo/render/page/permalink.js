// The part of the page's address after "#" says what is shown, so that it can be sent to somebody:
// `#view=42.29,123.84,11&sel=<analysis>/<id>`. Each part of the page registers what it wants kept.
"use strict";

tielingGeo.permalink = (function () {
  const parts = new Map(); // by key, in the order they are read
  const WAIT_MS = 250; // a browser takes no more than some hundred changes in half a minute
  const LONGEST = 16000; // of an address that is read; no page writes one like it
  let wanted = null; // what the address asks for; null before it is read
  let known = ""; // the address as it was last read or written
  let waiting = 0;
  let chosen = null; // [group, row] of the open popup

  // Commas, slashes and colons are harmless after the "#", and easier to read as they are.
  function encode(text) {
    return encodeURIComponent(text).replace(/%2C/g, ",").replace(/%2F/g, "/").replace(/%3A/g, ":");
  }

  function decode(text) {
    try {
      return decodeURIComponent(text);
    } catch (error) {
      return ""; // someone cut the address short
    }
  }

  function parse(hash) {
    const found = new Map();
    if (hash.length > LONGEST) return found;
    hash.split("&").forEach((part) => {
      const at = part.indexOf("=");
      if (at > 0) found.set(part.slice(0, at), decode(part.slice(at + 1)));
    });
    return found;
  }

  // A part that cannot read what the address asks of it stays as it is.
  function safely(act) {
    try {
      return act();
    } catch (error) {
      return "";
    }
  }

  function address() {
    const told = [];
    parts.forEach((part, key) => {
      const text = safely(part.read);
      if (text) told.push(key + "=" + encode(text));
    });
    return told.join("&");
  }

  function here() {
    return window.location.href.split("#")[0];
  }

  // A page inside a notebook's cell has no address of its own.
  function hasAddress() {
    return window.location.protocol !== "about:";
  }

  // ---- reading ---------------------------------------------------------------------------------------

  function apply(key) {
    const text = wanted.get(key) || "";
    if (safely(parts.get(key).read) !== text) safely(() => parts.get(key).apply(text));
  }

  // What is chosen is shown last: its layer is then there to be shown. Who sent the view as well
  // wants it as it was.
  function follow(isStart) {
    wanted = parse(window.location.hash.slice(1));
    const keys = Array.from(parts.keys()).filter((key) => !isStart || wanted.get(key));
    keys.filter((key) => key !== "view" && key !== "sel").forEach(apply);
    if (keys.includes("sel")) apply("sel");
    if (wanted.get("view")) apply("view");
    known = address();
  }

  function heard() {
    if (wanted && window.location.hash.slice(1) !== known) follow(false);
  }

  // ---- writing ---------------------------------------------------------------------------------------

  function write() {
    waiting = 0;
    const next = address();
    if (next === known || !hasAddress()) return;
    known = next;
    const whole = here() + "#" + next;
    try {
      window.history.replaceState(null, "", whole);
    } catch (error) {
      window.location.replace(whole); // only what stands after the "#" changes: nothing is loaded
    }
  }

  function refresh() {
    if (!wanted || window.matchMedia("print").matches) return;
    window.clearTimeout(waiting);
    waiting = window.setTimeout(write, WAIT_MS);
  }

  // `read` returns the part's state as text, empty for the state the page opens with; `apply` takes
  // such a text back, and any other text without harm.
  function register(key, part) {
    parts.set(key, part);
    if (wanted && wanted.get(key)) apply(key);
  }

  // ---- the view --------------------------------------------------------------------------------------

  const view = {
    read: function () {
      const map = tielingGeo.map();
      const at = map.getCenter();
      return [at.lat.toFixed(5), at.lng.toFixed(5), +map.getZoom().toFixed(2)].join(",");
    },
    apply: function (text) {
      const found = /^(-?\d{1,2}(?:\.\d+)?),(-?\d{1,3}(?:\.\d+)?),(\d{1,2}(?:\.\d+)?)$/.exec(text);
      if (!found) return;
      const [lat, lng, zoom] = found.slice(1).map(Number);
      if (Math.abs(lat) > 85 || Math.abs(lng) > 180) return;
      const map = tielingGeo.map();
      map.setView([lat, lng], Math.min(zoom, map.getMaxZoom(), 20), { animate: false });
    },
  };

  // ---- switched layers: those that are not as the page opened them -----------------------------------

  const opening = new Map();

  function isSwitchedOn(group, i) {
    return tielingGeo.map().hasLayer(group.layer) && Boolean(group.on[i]);
  }

  function switches() {
    const found = new Map();
    tielingGeo.groups.concat(tielingGeo.backgrounds).forEach((group) => {
      const time = group.state ? "@" + group.state : "";
      group.spec.categories.forEach((category, i) => {
        const told = [group.spec.analysis || "context", category.value];
        let name = told.map(encodeURIComponent).join(".") + time;
        while (found.has(name)) name += "~"; // places that an analysis found may be named alike
        found.set(name, [group, i]);
      });
    });
    return found;
  }

  const layers = {
    read: function () {
      const changed = [];
      switches().forEach(([group, i], name) => {
        const isOn = isSwitchedOn(group, i);
        if (isOn !== opening.get(name)) changed.push((isOn ? "+" : "-") + name);
      });
      return changed.join(",");
    },
    apply: function (text) {
      const asked = new Map(text.split(",").map((one) => [one.slice(1), one[0] === "+"]));
      switches().forEach(([group, i], name) => {
        tielingGeo.switchOn(group.name, i, asked.has(name) ? asked.get(name) : opening.get(name));
      });
      tielingGeo.changed();
    },
  };

  // ---- the chosen feature ------------------------------------------------------------------------------

  function find(analysis, id) {
    const groups = tielingGeo.groups.filter((group) => group.spec.analysis === analysis);
    groups.sort((a, b) => b.isVisible() - a.isVisible());
    for (const group of groups) {
      for (let row = 0; row < group.count; row += 1) {
        if (group.id(row) === id) return [group, row];
      }
    }
    return null;
  }

  const selection = {
    read: () => (chosen ? chosen[0].spec.analysis + "/" + chosen[0].id(chosen[1]) : ""),
    apply: function (text) {
      const at = text.indexOf("/");
      const found = at > 0 && find(text.slice(0, at), text.slice(at + 1));
      if (!found) return tielingGeo.map().closePopup();
      const [group, row] = found;
      if (!group.isVisible()) tielingGeo.setState(group.state);
      return tielingGeo.visit(group, row);
    },
  };

  // ---- to the clipboard ----------------------------------------------------------------------------------

  function link() {
    return here() + "#" + address();
  }

  tielingGeo.on("start", () => {
    switches().forEach(([group, i], name) => opening.set(name, isSwitchedOn(group, i)));
    const words = tielingGeo.words;
    if (hasAddress()) {
      tielingGeo.tools.add("page", "link", words.copyLink, () =>
        tielingGeo.tools.copy(link(), words.linkCopied)
      );
    }
    register("layers", layers);
    register("view", view);
    register("sel", selection);
    tielingGeo.on("change", refresh);
    tielingGeo.on("select", (group, row) => {
      chosen = group ? [group, row] : null;
      refresh();
    });
    tielingGeo.map().on("moveend", refresh);
    window.addEventListener("hashchange", heard);
    // The other parts start in this same turn: the address is read when all of them are there.
    Promise.resolve().then(() => follow(true));
  });

  return { register, refresh, link };
})();
