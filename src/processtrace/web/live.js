// The reader's own view: the study's arithmetic, and the controls that change its input. No network, no dependency.
"use strict";
(() => {
const study = JSON.parse(document.getElementById("numbers").textContent);
// A clue of a causal model is judged under each explanation and then at each level of its node.
const fieldsOf = item => [...study.hypotheses, ...(item.clue ? item.clue.labels.map(label => ({id: label, label: `${item.clue.node} = ${label}`})) : [])];
for (const one of study.cases) for (const item of one.items) if (item.clue) { item.low.push(...item.clue.low); item.high.push(...item.clue.high); }
const H = study.hypotheses.length, names = study.hypotheses.map(h => h.label), inside = study.hypotheses.map(h => h.inside);
const {NEVER, DB, fromJson, logSum, unitTerms, pathOf} = arithmetic(H);

// ---- The reader's view: what they changed, and what follows -----------------------------------------------------------
const asJudged = () => ({
  prior: null,
  rho: study.clusters.map(cluster => cluster.rho),
  cases: study.cases.map(one => one.items.map(item => ({dropped: false, judged: item.low.map((low, h) => [low, item.high[h]])}))),
});
let view = asJudged();
const priorOf = one => view.prior || one.prior || study.prior;
const isChanged = (c, i, h) => view.cases[c][i].judged[h].some((end, k) => end !== (k ? study.cases[c].items[i].high : study.cases[c].items[i].low)[h]);
const isFixed = (c, i) => study.cases[c].units.some(unit => unit.fixed && unit.items.includes(i));
const isItemChanged = (c, i) => view.cases[c][i].judged.some((_, h) => isChanged(c, i, h));
const seenOf = (c, i) => view.cases[c][i].judged.slice(H).findIndex(([low]) => low === 1);  // the level that a clue observes
const observe = (c, i, level) => study.cases[c].items[i].clue.labels.forEach((_, k) => { view.cases[c][i].judged[H + k] = k === level ? [1, 1] : [0, 0]; });

function inUse(c) {  // what is judged given an item that is left out is left out with it
  const items = study.cases[c].items, used = view.cases[c].map(item => !item.dropped);
  for (let again = true; again;) {
    again = false;
    items.forEach((item, i) => { if (used[i] && item.given.some(place => !used[place])) { used[i] = false; again = true; } });
  }
  return used;
}
const termsOfUnits = new Map();  // the last terms of each unit, with the input that they follow from
const LIGHT = 3000;  // nodes of a sum up to which it is done at once
const isLight = (unit, kept, c) => !kept.some(place => study.cases[c].items[place].clue) && unit.nodes.length * kept.length <= LIGHT &&
  kept.every(place => study.cases[c].items[place].cluster === null || kept.filter(other => study.cases[c].items[other].cluster === study.cases[c].items[place].cluster).length < 2);
function termsOf(c, used, missing) {  // what takes long and is not known yet is put into `missing`
  const one = study.cases[c], terms = new Map();
  for (const unit of one.units) {
    const clusters = unit.items.map(place => one.items[place].cluster);
    const same = unit.items.every((place, k) => used[place] && !isItemChanged(c, place) && (clusters[k] === null || view.rho[clusters[k]] === study.clusters[clusters[k]].rho));
    if (same || unit.fixed) { unit.items.forEach((place, k) => terms.set(place, unit.terms[k].map(fromJson))); continue; }
    const input = JSON.stringify(unit.items.map((place, k) => [used[place], view.cases[c][place].judged, view.rho[clusters[k]]]));
    let last = termsOfUnits.get(unit);
    if (!last || last.input !== input) {
      const items = [];
      for (const place of unit.items) items[place] = {...one.items[place], judged: view.cases[c][place].judged, used: used[place]};
      const job = {unit, input, items, z: one.z, rho: view.rho.slice()};
      if (worker !== null && !isLight(unit, unit.items.filter(place => used[place]), c)) { missing.push(job); continue; }
      last = {input, terms: unitTerms(unit, items, one.z, cluster => job.rho[cluster])};
      termsOfUnits.set(unit, last);
    }
    for (const [place, term] of last.terms) terms.set(place, term);
  }
  return terms;
}
function resultOf(c) {  // null while a sum is being done in the worker
  const missing = [], one = study.cases[c], used = inUse(c), terms = termsOf(c, used, missing), order = one.order.filter(place => terms.has(place));
  return {missing, used, order, path: missing.length ? null : pathOf(priorOf(one), order.map(place => terms.get(place)))};
}

// ---- Sums that take long: one at a time in a worker, for the view as it is now; what is no longer asked for is given up --------
const PATIENCE = 300;  // ms that a sum may take which nobody waits for any more
let worker = startWorker(), busy = null, asked = 0, since = 0, later = 0;  // worker: null where the browser has none
function startWorker() {
  try {
    const own = "const sums = {}; onmessage = ({data: {number, H, unit, items, z, rho}}) => postMessage({number, terms: (sums[H] ||= arithmetic(H)).unitTerms(unit, items, z, cluster => rho[cluster])});";
    const url = URL.createObjectURL(new Blob([document.getElementById("arithmetic").textContent, own], {type: "text/javascript"}));
    const made = new Worker(url);
    made.onmessage = ({data: {number, terms}}) => {
      if (!busy || busy.number !== number) return;  // an answer to what was given up
      termsOfUnits.set(busy.unit, {input: busy.input, terms});
      busy = null;
      follow();
    };
    made.onerror = () => { worker = null; busy = null; follow(); };
    return made;
  } catch { return null; }
}
function ask(jobs) {
  clearTimeout(later);
  if (busy) {
    if (jobs.some(job => job.unit === busy.unit && job.input === busy.input)) return;
    const left = PATIENCE - (performance.now() - since);
    if (left > 0) { later = setTimeout(follow, left); return; }
    worker.terminate();
    worker = startWorker();
    busy = null;
    if (worker === null) return follow();
  }
  busy = {...jobs[0], number: ++asked};
  since = performance.now();
  worker.postMessage({number: busy.number, H, unit: busy.unit, items: busy.items, z: busy.z, rho: busy.rho});
}
const judgedPaths = study.cases.map(one => {
  const terms = new Map(one.units.flatMap(unit => unit.items.map((place, k) => [place, unit.terms[k].map(fromJson)])));
  return pathOf(one.prior || study.prior, one.order.map(place => terms.get(place)));
});

// ---- Numbers in print, as processtrace.text.numbers has them ----------------------------------------------------------
function decibels(db) {
  if (!Number.isFinite(db)) return db > 0 ? "∞" : "−∞";
  const text = Math.abs(db).toFixed(Math.abs(db) < 2.95 ? 1 : 0);
  return Number(text) === 0 || db > 0 ? text : "−" + text;
}
function support(logs, h) {
  const odds = (logs[h] - logSum(logs.filter((_, k) => k !== h))) * DB, p = Math.exp(logs[h]);
  if (Number.isNaN(odds)) return "—";
  if (!Number.isFinite(odds)) return odds < 0 ? "0" : "1";
  if (p >= 0.01 && p <= 0.99) return p.toFixed(2);
  return `${p < 0.5 ? "< 0.01" : "> 0.99"} (${odds > 0 ? "+" : ""}${decibels(odds)} dB)`.replaceAll(" ", "\u00a0");
}
function verdict(logs) {  // which explanation leads, in words
  const order = names.map((_, h) => h).sort((a, b) => logs[b] - logs[a]), best = order[0];
  if (logs[best] === NEVER) return "every explanation is refuted: these judgements contradict each other";
  const tied = order.filter(h => (logs[best] - logs[h]) * DB < 1e-9);
  if (tied.length > 1) return `${tied.map(h => inside[h]).join(" and ")} tie with a posterior of ${support(logs, best)} each, and none leads`;
  if (logs[order[1]] === NEVER) return `${inside[best]} alone is left: every other explanation is refuted`;
  return `${inside[best]} leads with a posterior of ${support(logs, best)}, ${decibels((logs[best] - logs[order[1]]) * DB)}\u00a0dB above ${inside[order[1]]}`;
}
const given = `Given that one of the ${H} explanations is right, `;
const capital = text => text.slice(0, 1).toUpperCase() + text.slice(1);
const short = x => String(Number(x.toPrecision(4)));
const inWords = ([low, high]) => low === high ? short(low) : `${short(low)} to ${short(high)}`;
function read(text) {  // "0.6", "60 %", "0.6 to 0.9": [low, high], or null
  const plain = text.trim().replace(/^\[|\]$/g, "").replace(/(\d),(\d)/g, "$1.$2");
  const parts = plain.split(/\s*(?:to|–|;|, )\s*|(?<=[\d%])\s*-\s*/);
  const ends = parts.map(part => /^[\d.]/.test(part) ? Number(part.replace(/\s*%$/, "")) / (part.endsWith("%") ? 100 : 1) : NaN);
  const [low, high] = ends.length === 1 ? [ends[0], ends[0]] : ends;
  if (ends.length > 2 || !(low >= 0 && low <= high && high <= 1)) return null;
  return low < high && (low === 0 || high === 1) ? null : [low, high];
}

// ---- The view as a link and as YAML -----------------------------------------------------------------------------------
function changes() {
  const made = {prior: view.prior, rho: [], dropped: [], judged: [], observed: []};
  view.rho.forEach((rho, k) => { if (rho !== study.clusters[k].rho) made.rho.push([study.clusters[k].key, rho]); });
  study.cases.forEach((one, c) => one.items.forEach((item, i) => {
    if (view.cases[c][i].dropped) made.dropped.push([one.id, item.id]);
    const observes = item.clue && item.clue.observes, fields = fieldsOf(item);
    fields.forEach((field, h) => { if (isChanged(c, i, h) && !(observes && h >= H)) made.judged.push([one.id, item.id, field.id, ...view.cases[c][i].judged[h]]); });
    if (observes && fields.some((_, h) => h >= H && isChanged(c, i, h))) made.observed.push([one.id, item.id, item.clue.labels[seenOf(c, i)]]);
  }));
  return made;
}
const isAnythingChanged = made => Boolean(made.prior || made.rho.length || made.dropped.length || made.judged.length || made.observed.length);
function asYaml(made) {
  const id = text => /^(?!null$)[A-Za-z]/i.test(text) ? text : JSON.stringify(text);
  const lines = ["# A reader's changes to a study; read back by: processtrace update STUDY --changes FILE"];
  if (made.prior) lines.push("prior:", ...made.prior.map((p, h) => `  ${id(study.hypotheses[h].id)}: ${p}`));
  if (made.rho.length) lines.push("correlation:", ...made.rho.map(([key, rho]) => `  ${id(key)}: ${rho}`));
  const touched = study.cases.map(one => one.id).filter(name => [...made.dropped, ...made.judged, ...made.observed].some(change => change[0] === name));
  if (touched.length) lines.push("cases:");
  for (const name of touched) {
    lines.push(`  ${id(name)}:`);
    const out = made.dropped.filter(change => change[0] === name).map(change => `      - ${id(change[1])}`);
    if (out.length) lines.push("    leave_out:", ...out);
    const judged = made.judged.filter(change => change[0] === name);
    const observed = made.observed.filter(change => change[0] === name);
    if (observed.length) lines.push("    observes:", ...observed.map(([, item, level]) => `      ${id(item)}: ${id(level)}`));
    if (judged.length) lines.push("    probability:");
    for (const item of new Set(judged.map(change => change[1]))) {
      lines.push(`      ${id(item)}:`);
      for (const [, , h, low, high] of judged.filter(change => change[1] === item)) {
        lines.push(`        ${id(h)}: ${low === high ? low : `[${low}, ${high}]`}`);
      }
    }
  }
  if (!isAnythingChanged(made)) lines.push("{}");
  return lines.join("\n") + "\n";
}
const asLink = made => location.href.split("#")[0] + "#view=" + btoa(JSON.stringify(made)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
function fromLink(text) {  // the view, or null where the text is none or names what this study does not have
  try {
    const parsed = JSON.parse(atob(text.replaceAll("-", "+").replaceAll("_", "/"))), restored = asJudged();
    const place = (list, key, name) => { const k = list.findIndex(part => part[key] === name); if (k < 0) throw 0; return k; };
    const number = (x, most) => { if (typeof x !== "number" || !(x >= 0 && x <= most)) throw 0; return x; };
    if (parsed.prior) {
      restored.prior = study.hypotheses.map((_, h) => number(parsed.prior[h], 1));
      if (Math.abs(restored.prior.reduce((a, b) => a + b) - 1) > 1e-6) throw 0;
    }
    for (const [key, rho] of parsed.rho) restored.rho[place(study.clusters, "key", key)] = number(rho, 0.999);
    const item = (name, id) => {
      const c = place(study.cases, "id", name), i = place(study.cases[c].items, "id", id);
      if (isFixed(c, i)) throw 0;
      return restored.cases[c][i];
    };
    for (const [name, id] of parsed.dropped) item(name, id).dropped = true;
    for (const [name, id, h, low, high] of parsed.judged) {
      const ends = read(`${number(low, 1)} to ${number(high, 1)}`);
      if (!ends) throw 0;
      const one = study.cases[place(study.cases, "id", name)], there = one.items[place(one.items, "id", id)];
      item(name, id).judged[place(fieldsOf(there), "id", h)] = ends;
    }
    for (const [name, id, label] of parsed.observed || []) {
      const c = place(study.cases, "id", name), i = place(study.cases[c].items, "id", id), clue = study.cases[c].items[i].clue, level = clue.labels.indexOf(label);
      if (level < 0 || !clue.observes) throw 0;
      clue.labels.forEach((_, k) => { item(name, id).judged[H + k] = k === level ? [1, 1] : [0, 0]; });
    }
    return restored;
  } catch { return null; }
}

// ---- The controls ----------------------------------------------------------------------------------------------------
const SVG = "http://www.w3.org/2000/svg";
function put(node, attrs, children) {
  for (const [name, value] of Object.entries(attrs)) name.startsWith("on") ? node.addEventListener(name.slice(2), value) : node.setAttribute(name, value);
  node.append(...children);
  return node;
}
const el = (tag, attrs = {}, ...children) => put(document.createElement(tag), attrs, children);
const draw = (tag, attrs = {}, ...children) => put(document.createElementNS(SVG, tag), attrs, children);
const swatch = h => draw("svg", {class: `key h${h}`, viewBox: "0 0 24 8", "aria-hidden": "true"}, draw("line", {x1: 0, x2: 24, y1: 4, y2: 4}));
const slider = (name, max, oninput) => el("input", {type: "range", min: 0, max, step: "any", "aria-label": name, oninput});

const section = document.getElementById("live"), message = el("p", {role: "status", class: "note"}), text = el("pre", {tabindex: 0, hidden: "", role: "group", "aria-label": "Your changes, to copy"});
let shown = 0, pending = [];
const priors = names.map((name, h) => slider(`Prior of ${name}`, 1, event => setPrior(h, Number(event.target.value))));
const priorOutputs = names.map(() => el("output"));
function setPrior(h, p) {  // the others keep their proportions
  const now = view.prior || study.prior, rest = 1 - now[h];
  view.prior = now.map((q, k) => k === h ? p : rest > 0 ? q / rest * (1 - p) : (1 - p) / (H - 1));
  refresh();
}
const everyRho = slider("Correlation of every cluster", 0.99, event => { view.rho = view.rho.map(() => Number(event.target.value)); refresh(); });
const cells = study.cases.map(() => names.map(() => el("td", {class: "right"}))), verdicts = study.cases.map(() => el("td", {class: "sentence"}));
const choice = el("select", {id: "own.case", onchange: event => { shown = Number(event.target.value); build(); refresh(); }},
  ...study.cases.map((one, c) => el("option", {value: c}, one.label)));
const panel = el("div");
let rows = [], clusterSliders = [], chart;
const sentence = el("p", {"aria-live": "polite"}), bar = el("div", {class: "bar"}, sentence);

function build() {
  const one = study.cases[shown];
  const joined = study.clusters.map((_, k) => k).filter(k => one.items.filter(item => item.cluster === k).length > 1);
  clusterSliders = joined.map(k => ({k, output: el("output"), move: slider(`Correlation of ${study.clusters[k].label}`, 0.99, event => { view.rho[k] = Number(event.target.value); refresh(); })}));
  rows = one.order.map(i => row(i));
  chart = draw("svg", {class: "path", viewBox: "0 0 640 210", role: "img"});
  const ranged = [...new Set(one.units.flatMap(unit => unit.ranged))], fixed = one.units.some(unit => unit.fixed);
  const wholly = study.clusters.some((cluster, k) => joined.includes(k) && study.cases.filter(other => other.items.some(item => item.cluster === k)).length > 1);
  panel.replaceChildren(chart, el("p", {class: "note"}, "Support as the items are added in order of time: bold as you have it, thin as judged."),
    ...(clusterSliders.length ? [el("h3", {}, "How strongly dependent items depend on each other"),
      el("p", {class: "note"}, "The latent correlation of a cluster: at 0 its items are independent, near 1 they all say the same." + (wholly ? " A cluster that several cases name has one correlation in all of them." : "")),
      el("div", {class: "sliders"}, ...clusterSliders.map(part => el("label", {}, el("span", {}, study.clusters[part.k].label), part.move, part.output)))] : []),
    el("h3", {}, "The judgements"),
    el("p", {class: "note"}, "Under each explanation: how probable such a finding is, as one number or a range, “0.3” or “0.2 to 0.5”. Below it is the support once the item is added. Untick an item to leave it out; what is judged given it is left out too."),
    ...(one.items.some(item => item.clue) ? [el("p", {class: "note"}, "What a clue of the causal model says follows from the graph. Under an explanation its field shows how probable it is by itself, as the model has it. It can be left out here, and what it shows, or how probable it is given its node, can be changed; the graph and its shares can’t: change the study’s files and run “processtrace update”.")] : []),
    ...(ranged.length ? [el("p", {class: "note"}, `The reliability of ${ranged.join(", ")} was judged as a range: this setting needs the command line (change it in the study’s files and run “processtrace update”).` +
      (fixed ? " So do the judgements that no field shows: too many such ranges meet in them." : " The items that rest on it can be judged anew and left out here."))] : []),
    el("ul", {class: "moves"}, ...rows.map(part => part.node)));
}
function row(i) {
  const item = study.cases[shown].items[i], fixed = isFixed(shown, i);
  const keep = el("input", {type: "checkbox", onchange: event => { view.cases[shown][i].dropped = !event.target.checked; refresh(); }});
  const fault = el("p", {role: "alert", class: "fault"});
  const observes = item.clue && item.clue.observes, shownFields = fieldsOf(item).filter((_, h) => h < H || !observes);
  const fields = shownFields.map(({label: name}, h) => el("input", {type: "text", autocomplete: "off", spellcheck: "false", "aria-label": `${item.label}: probability ${h < H ? "under" : "given"} ${name}`, oninput: event => {
    const ends = read(event.target.value);
    event.target.setAttribute("aria-invalid", String(!ends));
    fault.textContent = ends ? "" : "A number from 0 to 1, or a range inside it such as 0.2 to 0.5.";
    if (ends) { view.cases[shown][i].judged[h] = inWords(ends) === inWords(view.cases[shown][i].judged[h]) ? view.cases[shown][i].judged[h] : ends; refresh(event.target); }
  }}));
  const then = names.map(() => el("span", {class: "note"}));
  if (fixed) [keep, ...fields].forEach(control => { control.disabled = true; });
  const graph = study.cases[shown].units.find(unit => unit.items.includes(i)).graph;
  if (item.clue) fields.forEach((field, h) => { if (h < H && !(graph && graph.hand[h])) field.disabled = true; });
  const level = observes ? el("select", {"aria-label": `${item.label}: level of ${item.clue.node}`, onchange: event => { observe(shown, i, Number(event.target.value)); refresh(); }}, ...item.clue.labels.map((label, k) => el("option", {value: k}, `${item.clue.node} = ${label}`))) : null;
  if (level && fixed) level.disabled = true;
  const about = document.getElementById(`item.${study.cases[shown].id}.${item.id}`), more = el("div", {class: "finding", hidden: ""});
  const ask_why = about ? el("button", {type: "button", class: "why", "aria-expanded": "false", onclick: event => {
    if (!more.hasChildNodes()) for (const part of about.querySelector(".body").cloneNode(true).children) { part.removeAttribute("id"); more.append(part.cloneNode(true)); }
    more.hidden = !more.hidden;
    event.target.setAttribute("aria-expanded", String(!more.hidden));
  }}, "Finding and reason") : "";
  const node = el("li", {"data-item": item.id}, el("label", {class: "keep"}, keep, el("span", {}, el("span", {class: "when"}, `${item.date} `), item.label + (item.found ? "" : " (not found)"))), ask_why,
    ...names.map((name, h) => el("div", {}, el("span", {class: "note", "aria-hidden": "true"}, swatch(h), name), fields[h], then[h])),
    ...(level ? [el("div", {}, el("span", {class: "note"}, "It shows"), level)] : shownFields.slice(H).map(({label: name}, k) => el("div", {}, el("span", {class: "note", "aria-hidden": "true"}, `given ${name}`), fields[H + k]))), fault, more);
  return {i, node, keep, fields, then, fault, level};
}
function line(path, h, thin) {
  const x = k => 30 + k * 600 / Math.max(1, path.length - 1);
  return draw("polyline", {class: `h${h}${thin ? " thin" : ""}`, points: path.map((logs, k) => `${x(k).toFixed(1)},${(195 - 180 * Math.exp(logs[h])).toFixed(1)}`).join(" ")});
}
function showCase(c) {
  const result = resultOf(c);
  if (!result.path) return result;
  const last = result.path.at(-1), first = judgedPaths[c].at(-1);
  names.forEach((_, h) => {
    const now = support(last, h), then = support(first, h);
    cells[c][h].replaceChildren(now, ...(now === then ? [] : [el("span", {class: "note"}, ` (${then})`)]));
    cells[c][h].dataset.log = last[h];
  });
  verdicts[c].textContent = capital(verdict(last));
  return {...result, last, first};
}
function showDetails({used, order, path, last, first}) {
  sentence.textContent = `${study.cases[shown].label}: ${names.map((name, h) => `${name} ${support(last, h)}`).join(" · ")}. ${given}${verdict(last)}${verdict(last) === verdict(first) ? ", as judged" : `; as judged, ${verdict(first)}`}.`;
  chart.setAttribute("aria-label", `Path of support in ${study.cases[shown].label}; it ends at ${names.map((name, h) => `${name} ${support(last, h)}`).join(", ")}.`);
  chart.replaceChildren(...[0, 0.5, 1].flatMap(p => [draw("line", {class: "rule", x1: 30, x2: 630, y1: 195 - 180 * p, y2: 195 - 180 * p}), draw("text", {x: 24, y: 199 - 180 * p}, String(p))]),
    ...names.map((_, h) => line(judgedPaths[shown], h, true)), ...names.map((_, h) => line(path, h, false)));
  for (const part of rows) {
    const k = order.indexOf(part.i), withAnother = !used[part.i] && !view.cases[shown][part.i].dropped;
    part.node.className = [used[part.i] ? "" : "out", isItemChanged(shown, part.i) || !used[part.i] ? "new" : ""].join(" ").trim();
    part.keep.checked = !view.cases[shown][part.i].dropped;
    part.then.forEach((then, h) => { then.textContent = k < 0 ? (withAnother ? "left out with another" : "left out") : support(path[k + 1], h); then.dataset.log = k < 0 ? "" : path[k + 1][h]; });
  }
  for (const {k, move, output} of clusterSliders) { move.value = view.rho[k]; output.textContent = view.rho[k].toFixed(2); }
}
function refresh(typing) {
  const made = changes();
  (view.prior || study.prior).forEach((p, h) => { priors[h].value = p; priorOutputs[h].textContent = support([Math.log(p), Math.log1p(-p)], 0); });
  everyRho.value = view.rho.length ? view.rho.reduce((a, b) => a + b, 0) / view.rho.length : 0;
  for (const part of rows) part.fields.forEach((field, h) => { if (field !== typing) { field.value = inWords(view.cases[shown][part.i].judged[h]); field.removeAttribute("aria-invalid"); } });
  for (const part of rows) if (part.level) part.level.value = seenOf(shown, part.i);
  for (const part of rows) if (!part.fields.includes(typing)) part.fault.textContent = "";
  follow();
  section.classList.toggle("changed", isAnythingChanged(made));
  text.hidden = true;
  const counts = [[made.prior ? 1 : 0, "the prior"], [made.rho.length, "a correlation", "correlations"], [made.dropped.length, "an item left out", "items left out"], [made.judged.length, "a judgement", "judgements"], [made.observed.length, "what a clue shows", "clues"]];
  message.textContent = isAnythingChanged(made) ? `You changed: ${counts.filter(part => part[0]).map(([n, single, many]) => n === 1 ? single : `${n} ${many}`).join(", ")}.` : "Nothing is changed yet.";
}
function follow() {  // show what follows from the view: the chosen case first, the others when there is time
  pending.forEach(clearTimeout);
  section.setAttribute("aria-busy", "true");
  const result = showCase(shown), jobs = [...result.missing];
  if (result.path) showDetails(result);
  const others = study.cases.map((_, c) => c).filter(c => c !== shown);
  const next = () => {
    const c = others.shift();
    if (c === undefined) { if (jobs.length) ask(jobs); else section.removeAttribute("aria-busy"); return; }
    jobs.push(...showCase(c).missing);
    pending = [setTimeout(next)];
  };
  if (jobs.length) ask(jobs);
  pending = [setTimeout(next)];
}
function offerToCopy(what) {
  text.textContent = what;
  text.hidden = false;
  getSelection().selectAllChildren(text);
  const copied = () => { message.textContent = "Copied. The text is below, too."; };
  const asked = () => { message.textContent = "The text below is selected: copy it from there."; };
  if (navigator.clipboard) navigator.clipboard.writeText(what).then(copied, asked); else asked();
}
function open() {
  if (!location.hash.startsWith("#view=")) return;
  const restored = fromLink(location.hash.slice(6));
  view = restored || asJudged();
  build();
  refresh();
  if (!restored) message.textContent = "The link’s view does not fit this study, so that nothing was changed: it was made for another version of the study, or it was cut off.";
  document.getElementById("own").scrollIntoView();
}

// "Argue with this": from the title, a case or an item to its place here
document.addEventListener("click", event => {
  const link = event.target.closest("a[data-argue]");
  if (!link) return;
  const [one, item] = [study.cases.findIndex(part => part.id === link.dataset.argue), link.dataset.item];
  if (one < 0) return;
  event.preventDefault();
  if (one !== shown) { shown = one; choice.value = one; build(); refresh(); }
  const there = item && panel.querySelector(`[data-item="${CSS.escape(item)}"]`) || bar;
  there.scrollIntoView({block: item ? "center" : "start"});
  (there.querySelector("input") || choice).focus({preventScroll: true});
});

const ownPrior = study.prior_from_model ? "The prior follows from the causal model and what is known of a case; once you move it here, yours holds instead." :
  study.cases.length === 1 ? "The case has a prior of its own; once you move it here, yours holds instead." : "Some cases have a prior of their own; once you move one here, yours holds in all of them.";
const button = (name, onclick) => el("button", {type: "button", onclick}, name);
section.append(
  bar,
  el("h3", {}, "How probable each explanation is before the evidence"),
  el("div", {class: "sliders"}, ...names.map((name, h) => el("label", {}, el("span", {}, swatch(h), name), priors[h], priorOutputs[h]))),
  ...(study.cases.some(one => one.prior) ? [el("p", {class: "note"}, ownPrior)] : []),
  ...(study.clusters.length ? [el("h3", {}, "How strongly dependent items depend on each other, everywhere"), el("div", {class: "sliders"}, el("label", {}, el("span", {}, "Every cluster at once"), everyRho, el("output")))] : []),
  el("h3", {}, "What follows"),
  el("div", {class: "wide", tabindex: 0, role: "group", "aria-label": "Support in your view"}, el("table", {}, el("caption", {}, "Support in your view (as judged, where it differs), given that one of these explanations is right"),
    el("thead", {}, el("tr", {}, el("th", {scope: "col"}, "Case"), ...names.map((name, h) => el("th", {scope: "col", class: "right"}, swatch(h), name)), el("th", {scope: "col"}, "In a sentence"))),
    el("tbody", {}, ...study.cases.map((one, c) => el("tr", {}, el("th", {scope: "row"}, one.label), ...cells[c], verdicts[c]))))),
  el("p", {class: "buttons"}, button("Copy as a link", () => offerToCopy(asLink(changes()))), button("Copy as YAML", () => offerToCopy(asYaml(changes()))), button("Back to the judgements of the study", () => { view = asJudged(); build(); refresh(); })),
  message, text,
  el("p", {class: "choose"}, el("label", {for: "own.case"}, "Case by case: "), choice), panel);
build();
refresh();
section.hidden = false;
addEventListener("hashchange", open);
open();
})();
