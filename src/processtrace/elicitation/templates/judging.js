"use strict";
// The judging page: one finding at a time, the doubt first. It keeps its state in the browser's own storage and in a file; it sends nothing.
const study = JSON.parse(document.getElementById("numbers").textContent);
const page = document.getElementById("page");
const KEY = "processtrace-judging-" + study.page;
const byId = new Map(study.explanations.map((one) => [one.id, one]));
const PAUSE = 25;
const MOST = 7; // the ends of the drawn scale, in log-odds: .0009 and .9991

const blank = () => ({ page: study.page, step: 0, about: { name: "", kind: "", date: "" }, words: {}, answers: {} });
let state = blank();
let undone = [];
let since = Date.now();

// ---------------------------------------------------------------- probabilities
const logit = (p) => Math.log(p / (1 - p));
const logistic = (x) => 1 / (1 + Math.exp(-x));
const middle = (low, high) => (low === high ? low : logistic((logit(low) + logit(high)) / 2));
const rounded = (p) => (p < 0.01 || p > 0.99 ? Number(p.toPrecision(2)) : Math.round(p * 100) / 100);
const shown = (p) => (p > 0.99 && p < 1 ? String(1 - Number((1 - p).toPrecision(1))).slice(0, 7) : String(Number(p.toPrecision(2))));

function read(text) {
  // A probability as people write it: 0.3, .3, 0,3, 30 %. Returns a number, or a sentence that says what is wrong.
  const plain = text.trim().replace(/\s+/g, "");
  const found = /^(\d*[.,]?\d+|\d+[.,])(%?)$/.exec(plain);
  if (!found) return `“${text.trim()}” is not a probability; write a number from 0 to 1, such as 0.3, or a percentage, such as 30%.`;
  const value = Number(found[1].replace(",", ".")) / (found[2] ? 100 : 1);
  if (value > 1) return `${text.trim()} is more than 1; for a percentage write ${text.trim()}%.`;
  return value;
}

// ---------------------------------------------------------------- elements
function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (name === "on") for (const [event, act] of Object.entries(value)) element.addEventListener(event, act);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}
const button = (text, act, main, disabled) => make("button", { type: "button", class: main ? "main" : null, disabled, on: { click: act } }, text);
const findings = (number) => (number === 1 ? "1 finding" : `${number} findings`);
const paragraphs = (text) => text.split("\n").filter((part) => part.trim()).map((part) => make("p", {}, part));

// ---------------------------------------------------------------- state
function keep() {
  try {
    localStorage.setItem(KEY, JSON.stringify(state));
  } catch {
    // Some browsers give a page from disk no storage; the file keeps the answers.
  }
}
function recall() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) || "null");
    if (kept && kept.page === study.page) state = kept;
  } catch {
    // As above.
  }
}
function remember() {
  undone.push(JSON.stringify(state));
  if (undone.length > 200) undone.shift();
  for (const one of document.querySelectorAll("button.undo")) one.disabled = false;
}
const undoing = () => make("button", { type: "button", class: "undo", disabled: !undone.length, on: { click: undo } }, "Undo");
function undo() {
  if (!undone.length) return;
  // What was judged goes back a step; the time that was spent, and what the judge said about themselves, do not.
  timed();
  const { about, answers } = state;
  state = { ...JSON.parse(undone.pop()), about };
  for (const [number, given] of Object.entries(state.answers)) given.seconds = answers[number] ? answers[number].seconds : given.seconds;
  keep();
  redraw();
}
function redraw() {
  // Draw the page again without losing the place of somebody who works by keyboard: the button in the same place, or the page, keeps the focus.
  const place = [...page.querySelectorAll(".buttons button")].indexOf(document.activeElement);
  timed();
  draw();
  const same = page.querySelectorAll(".buttons button")[place];
  (same && !same.disabled ? same : page).focus();
}
function timed() {
  // Add the time since the last call to the finding that is shown; a pause of more than ten minutes counts as ten.
  const item = study.items[state.step - first()];
  const now = Date.now();
  if (item) answer(item).seconds += Math.min((now - since) / 1000, 600);
  since = now;
}
document.addEventListener("visibilitychange", () => {
  if (document.hidden) { timed(); keep(); }
  since = Date.now();
});
const first = () => 3; // the steps before the findings: welcome, explanations, practice
const last = () => first() + study.items.length;
function answer(item) {
  if (!state.answers[item.number]) state.answers[item.number] = { values: {}, because: "", cannot: false, seconds: 0 };
  return state.answers[item.number];
}
function filled(item) {
  const given = state.answers[item.number];
  if (!given) return false;
  return given.cannot || (item.order.every((h) => whole(given.values[h])) && item.order.some((h) => (ends(item, h) || { high: 0 }).high > 0));
}
const numbered = (value) => typeof value.low === "number" && typeof value.high === "number";
function mistake({ low, high }) {
  if (low > high) return "The lowest must not be larger than the highest.";
  return low !== high && (low === 0 || high === 1) ? "A range lies above 0 and below 1; to say impossible or certain, write the same number twice." : "";
}
const whole = (value) => Boolean(value) && (value.silent || (numbered(value) && !mistake(value)));
function ends(item, h) {
  // The low and high end of an explanation; one that is silent has the mean of those that speak.
  const values = answer(item).values;
  if (!values[h] || !values[h].silent) return whole(values[h]) ? values[h] : null;
  const speaking = item.order.map((other) => values[other]).filter((value) => value && !value.silent && whole(value));
  if (!speaking.length) return null;
  const mean = (end) => Number((speaking.reduce((sum, value) => sum + value[end], 0) / speaking.length).toPrecision(6));
  return { low: mean("low"), high: mean("high") };
}

// ---------------------------------------------------------------- steps
function go(step) {
  timed();
  state.step = Math.max(0, Math.min(step, last()));
  keep();
  draw();
  page.focus();
  window.scrollTo(0, 0);
}
function count() {
  const done = study.items.filter(filled).length;
  document.getElementById("progress").value = done;
  document.getElementById("count").textContent = `${done} of ${findings(study.items.length)} answered`;
}
function draw() {
  since = Date.now();
  count();
  const step = state.step;
  const parts = step === 0 ? welcome() : step === 1 ? explanations() : step === 2 ? practice() : step < last() ? finding(study.items[step - first()]) : end();
  page.replaceChildren(...parts);
}
function steps(next, ready = () => true) {
  return make(
    "div",
    { class: "buttons" },
    state.step > 0 ? button("Back", () => go(state.step - 1)) : null,
    button(next, () => { if (ready()) go(state.step + 1); }, true),
    state.step === 2 ? undoing() : null,
  );
}
function welcome() {
  const field = (name, label, type, choices) => {
    const set = (event) => { state.about[name] = event.target.value; keep(); };
    const box = choices
      ? make("select", { id: name, on: { change: set } }, ...["", ...choices].map((choice) => make("option", { value: choice, selected: choice === state.about[name] }, choice || "choose")))
      : make("input", { id: name, type, value: state.about[name], maxlength: study.longest, on: { input: set } });
    return [make("dt", {}, make("label", { for: name }, label)), make("dd", {}, box)];
  };
  return [
    make("h1", {}, study.study),
    ...(study.question ? [make("p", {}, study.question)] : []),
    make("p", {}, `You are asked about ${findings(study.items.length)}, one at a time, as ${study.revises || study.analyst}. ${study.revises ? "This is the second round: beside each finding stands what all judges said in the first, without names. You see no result." : "You do not see how anybody else judged, and no result."} You need no other program.`),
    make("p", {}, "Your answers stay in this browser when you close the page. Save them to a file now and then: the file also brings them to another computer."),
    make("h2", {}, "About you"),
    make("p", { class: "small" }, "This is printed with the results."),
    make("dl", {}, ...field("name", "Your name, as it may be printed", "text"), ...field("kind", "Who judges", "text", study.kinds), ...field("date", "Date", "date")),
    make("h2", {}, "Go on from a file"),
    make("p", {}, make("label", { for: "resume" }, "A file that you saved from this page: "), make("input", { id: "resume", type: "file", accept: ".json,application/json", on: { change: resume } })),
    make("p", { class: "wrong", id: "problem", role: "alert" }),
    steps("Read the explanations"),
  ];
}
async function resume(event) {
  const problem = document.getElementById("problem");
  try {
    const found = JSON.parse(await event.target.files[0].text());
    if (!found.state || found.state.page !== study.page) throw new Error("other");
    const before = state;
    try {
      state = { ...blank(), ...found.state };
      draw();
    } catch (error) {
      state = before;
      throw error;
    }
    undone.push(JSON.stringify(before));
    go(state.step);
  } catch (error) {
    problem.textContent = error.message === "other" ? "This file was saved from another judging page." : "This file can't be read as one that was saved from this page.";
  }
}
function explanations() {
  const values = study.explanations.filter((one) => one.value);
  const twice = study.items.filter((item) => item.repeat).length;
  return [
    make("h1", {}, "The explanations"),
    make("p", {}, "Please read them twice. Each finding is judged under each of them."),
    ...study.explanations.filter((one) => !one.value).flatMap((one) => [make("h2", {}, one.label), make("div", { class: "statement" }, ...paragraphs(one.statement || "The study does not say; ask whoever sent you this page."))]),
    ...(values.length ? [make("h2", {}, "Values of a cause"), make("p", {}, "Some findings are judged at each value of a cause instead, whichever explanation is right:"), make("ul", {}, ...values.map((one) => make("li", {}, one.label.replace(/^Given /, ""))))] : []),
    make("h2", {}, "How to judge"),
    make(
      "ol",
      {},
      make("li", {}, "Take one explanation. Imagine the world in which it is right, and in which you have not yet looked."),
      make("li", {}, "Ask: how probable is it, in that world, that a finding of this kind and degree is there to be found? Not in these very words, on this very day or with this very figure, but one that says as much."),
      make("li", {}, `Say your doubt first: the lowest probability that you would defend, then the highest. Put ${Math.round(study.coverage * 100)} chances in 100 on the truth being between them.`),
      make("li", {}, "Leave that world, imagine the next one, and ask again. The numbers need not add up to 1, and what is likely under one explanation may be likely under all."),
    ),
    make("p", {}, "If an explanation says nothing about a finding, tick “says nothing about it”: it is then judged as the mean of those that speak."),
    make("p", {}, "Do not write a lower probability because a source may be wrong: how far each source is trusted is set elsewhere. 0 says impossible and 1 certain: one such number decides everything."),
    make("p", {}, "Some of what is listed was looked for and not found, or has yet to be looked for. Judge it in the same way: how probable is it that it is there to be found?"),
    ...(twice ? [make("p", {}, `${twice === 1 ? "1 finding comes" : `${twice} findings come`} up a second time. Please judge each anew, without looking back.`)] : []),
    steps(study.practice.length ? "Practice questions" : "To the findings"),
  ];
}
function practice() {
  if (!study.practice.length) return [make("h1", {}, "To the findings"), steps("Start")];
  const checks = [];
  const rows = study.practice.map((word) => {
    const given = state.words[word] || {};
    const problem = make("p", { class: "wrong", role: "alert" });
    const boxes = ["low", "high"].map((end) =>
      make("input", {
        type: "text", inputmode: "decimal", value: given[end] === undefined ? "" : shown(given[end]), "aria-label": `${end}est share, ${word}`,
        on: {
          change: () => {
            const [low, high] = numbers();
            check(false);
            if (typeof low === "string" || typeof high === "string") return;
            remember();
            state.words[word] = { low, high };
            for (const { values } of Object.values(state.answers)) {
              for (const value of Object.values(values)) if (value.word === word) [value.low, value.high] = meaning(word);
            }
            keep();
          },
        },
      }),
    );
    const numbers = () => boxes.map((box) => (box.value.trim() ? read(box.value) : undefined));
    const check = (done) => {
      const [low, high] = numbers();
      const unread = [low, high].find((value) => typeof value === "string");
      const half = done && (low === undefined) !== (high === undefined);
      problem.textContent = unread || (low > high ? "The first number must not be larger than the second." : low === 0 || high === 1 ? "Use numbers above 0 and below 1." : half ? "Write both numbers, or none." : "");
      return problem.textContent ? boxes[0] : null;
    };
    checks.push(check);
    return make("fieldset", {}, make("legend", {}, `“${word}”`), make("div", { class: "pair" }, make("span", {}, "at least"), boxes[0], make("span", {}, "at most"), boxes[1]), problem);
  });
  const ready = () => {
    const open = checks.map((check) => check(true)).find(Boolean);
    if (open) open.focus();
    return !open;
  };
  return [
    make("h1", {}, "What words mean to you"),
    make("p", {}, "Somebody whose judgement you share calls a hundred different things by the words below. Of those called so, what share comes true? Give the lowest and the highest share that you would defend, such as 0.1 and 0.3. There is no right answer: the words you use later are read with these numbers. What you leave blank keeps the meaning that the study gives it."),
    ...rows,
    steps("To the findings", ready),
  ];
}
function meaning(word) {
  const own = state.words[word];
  return own && own.low > 0 && own.high < 1 && own.low <= own.high ? [own.low, own.high] : study.words[word];
}
function finding(item) {
  const given = answer(item);
  const place = state.step - first();
  const facts = [["Case", item.where], ["Date", item.date], ["Source", item.sources], ["In the words of the source", item.quote], ["Judge as if you knew", item.knowing]].filter(([, text]) => text);
  const said = make("div", { class: "said", role: "status" });
  const next = button(place + 1 < study.items.length ? "Next finding" : "To the end", () => go(state.step + 1), true);
  const middles = []; // what each explanation shows that the numbers of another may change
  const refresh = () => {
    for (const shows of middles) shows();
    said.replaceChildren(...paragraphs(sentence(item)));
    next.disabled = !filled(item);
    count();
    keep();
  };
  const blocks = given.cannot ? [] : item.order.map((h) => explanation(item, h, refresh, middles));
  const parts = [
    make("p", { class: "small" }, `Finding ${place + 1} of ${study.items.length}`),
    make("h1", { class: "finding" }, item.finding),
    make("dl", {}, ...facts.flatMap(([head, text]) => [make("dt", {}, head), make("dd", {}, text)])),
    ...(item.spread ? [make("p", { class: "small" }, "What all judges said in the first round:"), make("ul", {}, ...item.spread.map((text) => make("li", {}, text)))] : []),
    place > 0 && place % PAUSE === 0 ? make("p", { class: "said" }, `You have come to finding ${place + 1}. A pause keeps your numbers comparable; your answers are kept.`) : null,
    make("p", {}, item.asks || "In the world of each explanation: how probable is it that a finding of this kind and degree is there to be found?"),
    ...blocks,
    given.cannot ? make("p", { class: "said" }, "You said that you can't judge this finding.") : said,
    make("label", { for: "because" }, "Why? One sentence is enough."),
    make("textarea", { id: "because", rows: 2, on: { change: (event) => { remember(); answer(item).because = event.target.value; keep(); } } }, given.because),
    make(
      "div",
      { class: "buttons" },
      button("Back", () => go(state.step - 1)),
      next,
      button(given.cannot ? "I can judge it after all" : "I can't judge this", () => { remember(); given.cannot = !given.cannot; keep(); redraw(); }),
      undoing(),
      button("Save to a file", () => save(false)),
    ),
    make("p", { id: "saved", role: "status" }),
  ];
  refresh();
  return parts.filter(Boolean);
}
function explanation(item, h, refresh, middles) {
  const one = byId.get(h);
  const given = answer(item);
  const value = () => given.values[h] || (given.values[h] = {});
  const problem = make("p", { class: "wrong", role: "alert" });
  const centre = make("span", { class: "middle" });
  const boxes = {}, slides = {};
  const words = make("select", { "aria-label": `A word for ${one.label}` }, make("option", { value: "" }, "or a word"), ...Object.keys(study.words).map((word) => make("option", { value: word }, word)));
  const silent = make("input", { type: "checkbox", id: `silent-${h}` });
  middles.push(() => {
    const both = ends(item, h);
    centre.textContent = both ? `${value().silent ? "the mean of the others" : "middle"}: ${shown(middle(both.low, both.high))}` : "";
  });
  const show = () => {
    const now = value();
    for (const end of ["low", "high"]) {
      const unread = (now.unread || {})[end];
      boxes[end].value = unread !== undefined ? unread : typeof now[end] === "number" ? shown(now[end]) : "";
      boxes[end].disabled = slides[end].disabled = Boolean(now.silent) || (end === "high" && typeof now.low !== "number" && !(now.unread && "low" in now.unread) && typeof now.high !== "number");
      if (typeof now[end] === "number") slides[end].value = Math.max(-MOST, Math.min(MOST, logit(now[end])));
      slides[end].classList.toggle("unset", typeof now[end] !== "number");
      if (typeof now[end] !== "number") slides[end].value = 0;
      slides[end].setAttribute("aria-valuetext", typeof now[end] === "number" ? shown(now[end]) : "not yet given");
    }
    words.value = now.word || "";
    words.disabled = Boolean(now.silent);
    silent.checked = Boolean(now.silent);
    const unread = Object.values(now.unread || {})[0];
    problem.textContent = unread !== undefined ? read(unread) : now.silent || !numbered(now) ? "" : mistake(now);
    refresh();
  };
  let moving = false; // whether a scale has been moved since it got the focus or was taken up: all its steps are undone together
  const set = (end, number, goes_on = false) => {
    if (!goes_on) remember();
    const now = value();
    now[end] = number;
    delete now.word;
    if (now.unread) { delete now.unread[end]; if (!Object.keys(now.unread).length) delete now.unread; }
    show();
  };
  for (const [end, label] of [["low", "at least"], ["high", "at most"]]) {
    boxes[end] = make("input", {
      type: "text", inputmode: "decimal", "aria-label": `${one.label}: ${label}`,
      on: {
        change: (event) => {
          if (!event.target.value.trim()) { set(end, undefined); return; }
          const span = /^(.+?)(?:\s+to\s+|\s*[-–—]\s*)(.+)$/.exec(event.target.value);
          const numbers = span && end === "low" ? [read(span[1]), read(span[2])] : [read(event.target.value)];
          const wrong = numbers.find((number) => typeof number === "string");
          if (wrong) {
            // What can't be read stays as it was written, and the judgement is open until it can.
            const text = event.target.value;
            set(end, undefined);
            value().unread = { ...(value().unread || {}), [end]: text };
            show();
            return;
          }
          set(end, numbers[0]);
          if (numbers.length === 2) { value().high = numbers[1]; show(); }
        },
      },
    });
    slides[end] = make("input", {
      type: "range", min: -MOST, max: MOST, step: 0.05, value: 0, "aria-label": `${one.label}: ${label}, on a scale`,
      on: {
        focus: () => { moving = false; },
        pointerdown: () => { moving = false; },
        input: (event) => { boxes[end].value = shown(rounded(logistic(Number(event.target.value)))); },
        change: (event) => { set(end, rounded(logistic(Number(event.target.value))), moving); moving = true; },
      },
    });
  }
  words.addEventListener("change", () => {
    if (!words.value) return;
    remember();
    const [low, high] = meaning(words.value);
    given.values[h] = { low, high, word: words.value };
    show();
  });
  silent.addEventListener("change", () => {
    remember();
    given.values[h] = silent.checked ? { silent: true } : {};
    show();
  });
  const block = make(
    "fieldset",
    {},
    make("legend", {}, one.label),
    make("details", {}, make("summary", { class: "small" }, "what it says"), make("div", { class: "statement small" }, ...paragraphs(one.statement))),
    make("div", { class: "ends" }, make("span", {}, "at least"), boxes.low, slides.low, make("span", {}, "at most"), boxes.high, slides.high, marks()),
    make("div", { class: "choice" }, words, one.value ? null : make("span", {}, silent, make("label", { for: `silent-${h}` }, " says nothing about it")), centre),
    problem,
  );
  show();
  return block;
}
function marks() {
  // The numbers under the scales, which are even in log-odds; the browser keeps half of the knob free at both ends.
  const placed = [0.001, 0.01, 0.1, 0.5, 0.9, 0.99, 0.999].map((p) => {
    const mark = make("span", {}, String(p));
    mark.style.left = `calc(0.5rem + (100% - 1rem) * ${(logit(p) + MOST) / (2 * MOST)})`;
    return mark;
  });
  return make("div", { class: "marks", "aria-hidden": "true" }, ...placed);
}
function sentence(item) {
  // What the numbers mean together: the most and the least probable, as a ratio of middles.
  const given = answer(item);
  if (given.cannot) return "";
  if (item.order.every((h) => (given.values[h] || {}).silent)) return "An explanation that says nothing about a finding is judged as the mean of those that speak, so at least one needs numbers. If none of them says anything about it, give all of them the same numbers.";
  const known = item.order.map((h) => [h, ends(item, h)]).filter(([, both]) => both).map(([h, both]) => [h, middle(both.low, both.high)]);
  if (known.length < 2) return "What your numbers mean together is said here.";
  const best = known.reduce((a, b) => (b[1] > a[1] ? b : a)), least = known.reduce((a, b) => (b[1] < a[1] ? b : a));
  const world = ([h]) => (byId.get(h).value ? byId.get(h).label.replace(/^Given/, "given") : `if “${byId.get(h).label}” is right`);
  if (best[1] === 0) return "You say that this finding is impossible under every explanation: one of them must be above 0.";
  if (least[1] === 0) return `You say: ${world(least)}, this can't be found. Such a finding alone rules that out.`;
  const times = best[1] / least[1];
  if (times < 1.1) return "You say: such a finding is about equally probable under all of them. It speaks for none.";
  const said = times < 1.4 ? "somewhat more" : times < 1.75 ? "about one and a half times as" : times < 2.5 ? "about twice as" : `about ${times < 10 ? Math.round(times) : Number(times.toPrecision(1))} times as`;
  return `You say: such a finding is ${said} probable ${world(best)} ${said.endsWith("more") ? "than" : "as"} ${world(least)}.`;
}

// ---------------------------------------------------------------- what goes back
function returned() {
  const words = {};
  for (const word of study.practice) { const [low, high] = meaning(word); if (state.words[word] && (low !== study.words[word][0] || high !== study.words[word][1])) words[word] = [low, high]; }
  const items = study.items.map((item) => {
    const given = answer(item);
    const base = { number: item.number, key: item.key, digest: item.digest, order: item.order, seconds: Math.round(given.seconds * 10) / 10 };
    if (item.repeat) base.repeat = true;
    if (given.cannot) return { ...base, cannot: true, because: given.because.trim() };
    if (!filled(item)) return base;
    const silent = item.order.filter((h) => given.values[h].silent);
    const inWords = !silent.length && item.order.every((h) => given.values[h].word);
    const values = {};
    for (const h of item.order) { const both = ends(item, h); values[h] = inWords ? given.values[h].word : both.low === both.high ? both.low : [both.low, both.high]; }
    return { ...base, scale: inWords ? "words" : "probability", values, ...(silent.length ? { silent } : {}), because: given.because.trim() };
  });
  return {
    what: study.what, study: study.study, page: study.page, analyst: study.analyst, seed: study.seed, about: state.about, words,
    explanations: study.explanations.map(({ id, label, digest }) => ({ id, label, digest })), sample: study.sample, revises: study.revises, items,
  };
}
function save(final) {
  const file = JSON.stringify({ ...returned(), state }, null, 1);
  const link = make("a", { download: `${study.analyst}_${final ? "judgements" : "so_far"}.json`, href: URL.createObjectURL(new Blob([file], { type: "application/json" })) });
  link.click();
  const saved = document.getElementById("saved");
  if (saved) saved.textContent = `${link.download} is with your downloads.${final ? " Send it to whoever gave you this page." : ""}`;
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}
function end() {
  const open = study.items.filter((item) => !filled(item));
  const cannot = study.items.filter((item) => state.answers[item.number] && state.answers[item.number].cannot).length;
  const copy = make("textarea", { class: "file", readonly: true, id: "file", "aria-label": "The text of the file" });
  return [
    make("h1", {}, "Save and send back"),
    make("p", {}, `You judged ${findings(study.items.length - open.length - cannot)}${cannot ? ` and said of ${cannot} that you can't judge` : ""}.${open.length ? ` Open: ${open.length}. What is open goes back without a judgement.` : ""}`),
    open.length ? make("p", {}, button("To the first open finding", () => go(first() + study.items.indexOf(open[0])))) : null,
    state.about.kind ? null : make("p", { class: "wrong" }, "Please say on the first page who judged."),
    make("p", {}, "Save the file and send it to whoever gave you this page. It holds what you said about yourself, your answers, and how long each took."),
    make("div", { class: "buttons" }, button("Back", () => go(state.step - 1)), button("Save and send back", () => save(true), true), button("To the first page", () => go(0))),
    make("p", { id: "saved", role: "status" }),
    make("details", { on: { toggle: () => { copy.value = JSON.stringify(returned(), null, 1); } } }, make("summary", {}, "If nothing is saved: copy the text instead"), make("p", {}, "Copy all of it into a text file and name it judgements.json."), copy),
  ].filter(Boolean);
}

recall();
draw();
