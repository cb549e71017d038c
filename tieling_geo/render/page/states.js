// The states of a map: a slider over days and other parameters, which also plays by itself. What is
// switched off in one state is off in all. `tielingGeo.states` holds [{title, day, isOwn, isVariant}].
"use strict";

(function () {
  const tg = tielingGeo;
  const { write } = tg;
  const STEP_MS = 1400;
  const bar = {}; // the parts of the bar, by name
  let playing = 0;

  function states() {
    return tg.states || [];
  }

  // ---- groups that are one another in other states ---------------------------------------------------

  // A layer of places that no layer has is told from the result by its only category.
  function key(group) {
    const { analysis, categories } = group.spec;
    return analysis + "/" + (categories.length === 1 ? categories[0].value : "");
  }

  function inState(k) {
    return tg.groups.filter((group) => group.state === k);
  }

  // Pairs [in state a, in state b], either null where there is none, in the order of the legend.
  function pairs(a, b) {
    const right = new Map(inState(b).map((group) => [key(group), group]));
    const both = inState(a).map((group) => {
      const other = right.get(key(group)) || null;
      right.delete(key(group));
      return [group, other];
    });
    return both.concat(Array.from(right.values(), (group) => [null, group]));
  }

  function places(group) {
    return new Map(group.spec.categories.map((category, i) => [category.value, i]));
  }

  // Switches every other state as state k is switched.
  function share(k) {
    const map = tg.map();
    states().forEach((_, other) => {
      if (other === k) return;
      pairs(k, other).forEach(([from, to]) => {
        if (!from || !to) return;
        const found = places(from);
        to.spec.categories.forEach((category, i) => {
          if (found.has(category.value)) to.on[i] = from.on[found.get(category.value)];
        });
        const isOn = map.hasLayer(from.layer);
        if (isOn && !map.hasLayer(to.layer)) map.addLayer(to.layer);
        if (!isOn && map.hasLayer(to.layer)) map.removeLayer(to.layer);
      });
    });
  }

  // ---- the bar -----------------------------------------------------------------------------------------

  function full(state) {
    if (state.title.includes(state.day)) return state.title;
    return tg.words.stateOn.replace("{title}", () => state.title).replace("{day}", state.day);
  }

  function show(k) {
    if (k === tg.state()) return;
    tg.setState(k);
  }

  // The bar says what the map shows, whoever asked for it.
  function agree() {
    const k = tg.state();
    const state = states()[k];
    share(k);
    bar.slider.value = String(k);
    bar.slider.setAttribute("aria-valuetext", full(state));
    bar.ticks.forEach((tick, i) => tick.classList.toggle("is-now", i === k));
    bar.now.textContent = tg.words.stateNow + full(state);
    bar.root.classList.toggle("is-other", !state.isOwn);
    // The verdicts in the page's head are those of the assessment; the legend has the state's own.
    const chips = document.querySelector("header .verdicts");
    if (chips) chips.hidden = !state.isOwn;
  }

  // ---- playing: the days one after another; other parameters are no time ---------------------------------

  function days() {
    return states().map((_, k) => k).filter((k) => !states()[k].isVariant);
  }

  function stop() {
    window.clearInterval(playing);
    playing = 0;
    label();
  }

  function label() {
    const word = playing ? tg.words.statePause : tg.words.statePlay;
    bar.play.title = word;
    bar.play.setAttribute("aria-label", word);
    bar.play.classList.toggle("is-playing", Boolean(playing));
  }

  function step() {
    const next = days().find((k) => k > tg.state());
    if (next === undefined) return stop();
    show(next);
    if (next === days()[days().length - 1]) stop();
    return undefined;
  }

  function play() {
    if (playing) return stop();
    const [first] = days();
    playing = window.setInterval(step, STEP_MS);
    label();
    // From the end it begins anew; else the next day comes at once.
    if (tg.state() >= days()[days().length - 1]) show(first);
    else step();
    return undefined;
  }

  function button(parent, word, className, act) {
    const made = write(parent, "button", "", className);
    made.type = "button";
    made.title = word;
    made.setAttribute("aria-label", word);
    made.addEventListener("click", act);
    return made;
  }

  function build() {
    const last = states().length - 1;
    bar.root = write(document.querySelector("main"), "div", "", "states");
    bar.root.setAttribute("role", "group");
    bar.root.setAttribute("aria-label", tg.words.states);
    bar.time = write(bar.root, "div", "", "time");
    bar.play = button(bar.time, tg.words.statePlay, "play", play);
    bar.play.hidden = days().length < 2;
    const track = write(bar.time, "div", "", "track");
    bar.slider = write(track, "input");
    Object.assign(bar.slider, { type: "range", min: "0", max: String(last), step: "1" });
    bar.slider.setAttribute("aria-label", tg.words.states);
    bar.slider.addEventListener("input", () => {
      stop();
      show(Number(bar.slider.value));
    });
    const ticks = write(track, "div", "", "ticks");
    ticks.setAttribute("aria-hidden", "true"); // the slider itself says them
    bar.ticks = states().map((state, k) => {
      const tick = write(ticks, "span", state.title, state.isVariant ? "is-variant" : "");
      tick.style.left = (100 * k) / last + "%";
      tick.style.maxWidth = 100 / last + "%";
      tick.title = full(state);
      tick.addEventListener("click", () => {
        stop();
        show(k);
      });
      return tick;
    });
    bar.now = write(bar.root, "p", "", "now");
    bar.now.setAttribute("role", "status");
  }

  // ---- the address of the page ---------------------------------------------------------------------------

  const kept = {
    read: () => (states()[tg.state()].isOwn ? "" : String(tg.state())),
    apply: (text) => {
      const k = /^\d{1,2}$/.test(text) ? Number(text) : own();
      show(k < states().length ? k : own());
    },
  };

  function own() {
    return Math.max(0, states().findIndex((state) => state.isOwn));
  }

  tg.statePairs = pairs;
  tg.stateBar = bar;
  tg.stopPlaying = stop;

  // Before the map is opened, so that it has its size from the start.
  const hasStates = () => states().length > 1;
  const block = document.getElementById("tieling_states");
  if (block) tg.states = JSON.parse(block.textContent);
  if (hasStates()) {
    document.querySelector("main").classList.add("has-states");
    tg.setCurrent(own());
  }

  tg.on("start", () => {
    if (!hasStates()) return;
    build();
    label();
    agree();
    tg.on("change", agree);
    if (tg.permalink) tg.permalink.register("state", kept);
    tg.tell("states");
  });
})();
