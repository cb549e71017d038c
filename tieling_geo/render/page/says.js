// What a feature says of itself: a hint under the mouse, and a card when it is chosen.
"use strict";

(function () {
  const tg = tielingGeo;
  const { write } = tg;

  function fact(list, title, text, className) {
    if (!text) return;
    write(list, "dt", title);
    write(list, "dd", text, className);
  }

  function verdicts(list, group, i) {
    const all = group.spec.verdicts;
    if (!all.length) return;
    write(list, "dt", tg.words.clauses);
    const cell = write(list, "dd");
    all.forEach((verdict, v) => {
      const line = write(cell, "div");
      write(line, "span", verdict.clause + " " + verdict.state, "state " + verdict.word);
      if (verdict.value) write(line, "span", verdict.value, "amount");
      const mark = group.marks[v] ? group.marks[v][i] : 0;
      if (mark) write(line, "em", mark === 1 ? tg.words.against : tg.words.unknown);
      if (verdict.margin) write(line, "div", tg.words.margin + " " + verdict.margin, "aside");
    });
  }

  tg.card = function (group, i) {
    const { spec } = group;
    const box = L.DomUtil.create("div", "fact");
    box.tabIndex = -1;
    const name = group.nameOf(i);
    write(box, "h2", name || group.id(i));
    if (spec.heading) write(box, "p", spec.heading, "heading");
    const list = write(box, "dl");
    if (name) fact(list, tg.words.feature, group.id(i));
    const { title, role } = group.category(i);
    fact(list, tg.words.category, title, "role-" + role);
    fact(list, tg.words.reason, group.reason(i));
    spec.fields.forEach((field) => {
      const column = group.column(field);
      fact(list, column.title, column.text(i));
    });
    verdicts(list, group, i);
    const bureaus = Array.from(new Set(spec.verdicts.flatMap((verdict) => verdict.bureaus)));
    fact(list, tg.words.bureaus, bureaus.join(tg.words.comma));
    // The evidence is that of the assessment: another state has none.
    const state = tg.states && tg.states[group.state];
    if (state && !state.isOwn) fact(list, tg.words.stateOf, state.title);
    else if (spec.analysis) fact(list, tg.words.evidence, spec.analysis + "/" + group.id(i), "evidence");
    return box;
  };

  tg.hint = function (group, i) {
    const box = L.DomUtil.create("div");
    write(box, "strong", group.title(i));
    write(box, "div", group.category(i).title);
    return box;
  };
})();
