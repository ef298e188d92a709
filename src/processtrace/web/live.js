// The reader's own view: the study's arithmetic, and the controls that change its input. No network, no dependency.
"use strict";
(() => {
const study = JSON.parse(document.getElementById("numbers").textContent);
// A clue of a causal model is judged under each explanation and then at each level of its node.
const fieldsOf = item => [...study.hypotheses, ...(item.clue ? item.clue.labels.map(label => ({id: label, label: `${item.clue.node} = ${label}`})) : [])];
for (const one of study.cases) for (const item of one.items) if (item.clue) { item.low.push(...item.clue.low); item.high.push(...item.clue.high); }
const H = study.hypotheses.length, names = study.hypotheses.map(h => h.label), inside = study.hypotheses.map(h => h.inside);

// ---- Arithmetic: the formulas of processtrace.exact (ranges, copula, items, unit), in nats ----------------------------
const NEVER = -Infinity, DB = 10 / Math.LN10, REACH = 9;
const fromJson = value => value === null ? NEVER : value;  // JSON has no minus infinity

// exp(t²) erfc(t), t ≥ 0: (1 + 2t) times it as a Chebyshev series in (t − 3.75)/(t + 3.75)
// (the form of Shepherd & Laframboise 1981, doi:10.1090/S0025-5718-1981-0595058-X), right to 1e-15.
const SERIES = [
  1.177578934567401755, -0.00459005458064647733, -0.0842491333665179156, 0.0592099399981918905, -0.0266586684353057523,
  0.00907499767070526509, -0.00241316354041760819, 0.000490775836525808632, -0.0000691697330250120637, 4.13902798607301017e-6,
  7.74038306619849067e-7, -2.18864010492343957e-7, 1.07649994656709104e-8, 4.5219598112182869e-9, -7.75440020883135111e-10,
  -6.31808834088668449e-11, 2.8687950109306699e-11, 1.94558685457773472e-13, -9.65469674843343891e-13, 3.25254814814873984e-14,
  3.34781194828680539e-14, -1.8645628804193131e-15, -1.25079505306886471e-15, 7.41823525662404346e-17, 5.06814890479611132e-17];
function scaledErfc(t) {
  const y = 2 * (t - 3.75) / (t + 3.75);
  let now = 0, before = 0;
  for (let k = SERIES.length - 1; k > 0; k--) { const next = y * now - before + SERIES[k]; before = now; now = next; }
  return (y / 2 * now - before + SERIES[0]) / (1 + 2 * t);
}
const lowerTail = x => -x * x / 2 + Math.log(scaledErfc(-x * Math.SQRT1_2) / 2);  // log Phi(x), x ≤ 0
const logPhi = x => x <= 0 ? lowerTail(x) : Math.log1p(-Math.exp(lowerTail(-x)));
const logExpit = x => x < 0 ? x - Math.log1p(Math.exp(x)) : -Math.log1p(Math.exp(-x));
const logOdds = p => Math.log(p) - Math.log1p(-p);
const logDensity = x => -0.5 * x * x - 0.5 * Math.log(2 * Math.PI);

function probit(odds) {  // Phi⁻¹(expit(odds)) by Newton on log Phi, which is concave: from the left it never overshoots
  const goal = logExpit(-Math.abs(odds));
  let q = -Math.sqrt(-2 * goal);
  for (let k = 0; k < 60; k++) {
    const step = (goal - lowerTail(q)) * scaledErfc(-q * Math.SQRT1_2) * Math.sqrt(Math.PI / 2);
    q = Math.min(0, q + step);
    if (Math.abs(step) <= 4e-16 * (1 + Math.abs(q))) break;
  }
  return odds < 0 ? q : -q;
}
function logSum(values, from = 0, by = 1) {  // log of the sum of exp, of every by-th value
  let top = NEVER, sum = 0;
  for (let k = from; k < values.length; k += by) if (values[k] > top) top = values[k];
  if (top === NEVER) return top;
  for (let k = from; k < values.length; k += by) sum += Math.exp(values[k] - top);
  return top + Math.log(sum);
}
function logAdd(a, b) {
  const top = Math.max(a, b);
  return top === NEVER ? top : top + Math.log1p(Math.exp(Math.min(a, b) - top));
}
function grid(from, to, step) {
  const nodes = new Float64Array(Math.max(0, Math.ceil((to - from) / step)));
  for (let k = 0; k < nodes.length; k++) nodes[k] = from + k * step;
  return nodes;
}
function memoised(most, make) {
  const held = new Map();
  return (...key) => {
    const name = key.join();
    if (!held.has(name)) { if (held.size >= most) held.clear(); held.set(name, make(...key)); }
    return held.get(name);
  };
}
const middle = (low, high) => (logOdds(low) + logOdds(high)) / 2;
const spread = (low, high, z) => (logOdds(high) - logOdds(low)) / (2 * z);

// [log E theta, log E (1 − theta)] of a point or a logit-normal range
const logMeans = memoised(5000, (low, high, z) => {
  const mu = middle(low, high), sd = spread(low, high, z);
  if (low === high || sd === 0) return [Math.log(low), Math.log1p(-low)];
  const wide = Math.log1p(sd * sd) / sd;
  const [down, up] = [1, -1].map(side => Math.min(sd, Math.max(0, side * mu / sd) + wide));
  const growth = 0.5 + 0.15 * sd * sd, strip = Math.min(Math.sqrt(34 / growth), Math.PI / (2 * sd));
  const step = Math.min(0.25, 2 * Math.PI * strip / (34 + growth * strip * strip));
  const nodes = grid(-REACH - down, REACH + up + step, step);
  return [1, -1].map(side => Math.log(step) + logSum(nodes.map(x => logDensity(x) + logExpit(side * (mu + sd * x)))));
});

// The one-factor Gaussian copula of a cluster, as exact/copula.py has it: a finding given the common cause u, how far from 0
// the integrand over u can have a peak, and the step of the trapezoidal rule.
const probitGivenCause = (probit, rho, u) => (probit + Math.sqrt(rho) * u) / Math.sqrt(1 - rho);
const furthestPeak = (probit, rho, items) => Math.sqrt(rho) * items * (probit + 0.8) / (1 - rho + items * rho);
const unitStep = digits => 2 * Math.PI / Math.sqrt(2 * digits);
const copulaStep = (unit, rho, items) => unit / Math.sqrt(1 + items * rho / (1 - rho));
const STEP = unitStep(34);

// A finding of a cluster, its judged range integrated out, at each u: [log E Phi, log E (1 − Phi)]
const findingGivenCause = memoised(2000, (low, high, rho, z, end, step) => {
  const u = grid(-end, end + step, step), root = Math.sqrt(rho), rest = Math.sqrt(1 - rho);
  if (high <= 0) return [u.map(() => NEVER), u.map(() => 0)];
  if (low >= 1) return [u.map(() => 0), u.map(() => NEVER)];
  const mu = middle(low, high), sd = spread(low, high, z);
  if (low === high || sd === 0) {
    const q = probit(logOdds(low));
    return [1, -1].map(side => u.map(x => logPhi(side * probitGivenCause(q, rho, x))));
  }
  // It holds where Phi⁻¹(theta) + root u + rest e > 0, e normal: the sum over x runs over theta or over e, whichever leaves
  // the other's integral smooth, at a step that a rule of twice it confirms.
  const ranged = probit(mu + sd) - probit(mu - sd) < 6 * rest, slope = Math.sqrt(2 * Math.PI) / 4 * sd / rest;
  const at = ranged
    ? x => { const q = probit(mu + sd * x); return cause => probitGivenCause(q, rho, cause); }
    : x => cause => { const t = root * cause + rest * x; return (mu + logPhi(t) - logPhi(-t)) / sd; };
  let fine = 0.68 * STEP, down = 0, up = 0, missed = NEVER, found = NEVER;
  if (ranged) fine = Math.min(fine / Math.sqrt(1 + slope * slope), 0.5 / Math.max(sd, 1e-9));
  const limit = 1 + (Math.abs(probit(mu)) + root * end) / rest * Math.min(slope, 1), slack = limit / 100;
  for (const x of grid(0, limit + slack, slack)) {  // where either outcome counts most at the ends of u
    const a = logPhi(at(x)(-end)) - x * x / 2, b = logPhi(-at(-x)(end)) - x * x / 2;
    if (a > found) { found = a; up = x; }
    if (b > missed) { missed = b; down = -x; }
  }
  const made = [new Float64Array(u.length), new Float64Array(u.length)];
  for (let halved = 0; halved < 5; halved++, fine /= 2) {
    const nodes = grid(down - slack - REACH, up + slack + REACH + fine, fine), given = Array.from(nodes, at);
    const weight = nodes.map(x => logDensity(x) + Math.log(fine)), terms = [nodes.slice(), nodes.slice()];
    let apart = 0;
    for (let k = 0; k < u.length; k++) {
      for (let j = 0; j < nodes.length; j++) {
        const x = given[j](u[k]), tail = lowerTail(-Math.abs(x)), body = Math.log1p(-Math.exp(tail));
        terms[0][j] = weight[j] + (x <= 0 ? tail : body);
        terms[1][j] = weight[j] + (x <= 0 ? body : tail);
      }
      for (const side of [0, 1]) {
        made[side][k] = logSum(terms[side]);
        apart = Math.max(apart, Math.abs(logSum(terms[side], 0, 2) + Math.LN2 - made[side][k]));
      }
    }
    if (apart < 1e-6) break;
  }
  return made;
});

// The items of a cluster at nodes of its common cause, refined until a rule of twice the step agrees
function clusterAtNodes(items, rho, z) {
  const n = items.length;
  let reach = 0;
  for (const item of items) for (const [low, high] of item.judged) {
    if (high > 0 && low < 1) reach = Math.max(reach, Math.abs(probit(logOdds(low))), Math.abs(probit(logOdds(high))));
  }
  const end = Math.ceil(REACH + furthestPeak(reach, rho, n));
  for (let refine = 0; ; refine++) {
    const step = copulaStep(STEP, rho, n) / 2 ** refine;
    const weight = grid(-end, end + step, step).map(u => logDensity(u) + Math.log(step));
    const parts = items.map(item => item.judged.map(([low, high]) => findingGivenCause(low, high, rho, z, end, step)));
    let off = 0;
    for (let h = 0; h < H; h++) {
      const total = weight.map((w, k) => items.reduce((sum, item, i) => sum + parts[i][h][item.found ? 0 : 1][k], w));
      const whole = logSum(total);
      if (whole === NEVER) continue;
      for (const odd of [0, 1]) off = Math.max(off, Math.abs(logSum(total, odd, 2) + Math.LN2 - whole));
    }
    if (off < 1e-3 || refine === 5) return {weight, parts};
  }
}

// Log-likelihood terms of a unit's items that are left in, in order of time, each given the earlier ones: [place, term by h]
function unitTerms(unit, items, z, rhoOf) {
  const kept = unit.items.filter(place => items[place].used), forms = new Map();
  for (const c of new Set(kept.map(place => items[place].cluster))) {
    const places = kept.filter(place => items[place].cluster === c);
    if (c !== null && places.length > 1) forms.set(c, {places, ...clusterAtNodes(places.map(place => items[place]), rhoOf(c), z)});
  }
  const clues = kept.filter(place => items[place].clue), parts = new Map();
  for (const place of clues) {  // of each combination of levels of the clues' nodes: log theta and log (1 − theta)
    const means = items[place].judged.slice(H).map(([low, high]) => logMeans(low, high, z));
    parts.set(place, [0, 1].map(side => unit.graph.levels[items[place].clue.node].map(level => means[level][side])));
  }
  const terms = kept.map(place => [place, []]);
  for (let h = 0; h < H; h++) {
    const joined = clues.length && !unit.graph.hand[h], graph = {paths: unit.nodes.map(() => joined ? unit.graph.weight[h].map(fromJson) : []), value: unit.nodes.map(() => 0)};
    const apart = unit.nodes.map(fromJson), sums = new Map();
    for (const [c, form] of forms) sums.set(c, {paths: unit.nodes.map(() => form.weight.slice()), value: unit.nodes.map(() => 0)});
    let before = 0;
    kept.forEach((place, k) => {
      const item = items[place], form = forms.get(item.cluster);
      unit.nodes.forEach((_, node) => {
        const t = fromJson(item.t[h][node]), f = fromJson(item.f[h][node]);
        if (joined && item.clue) {
          const [p, q] = parts.get(place), path = graph.paths[node];
          for (let k = 0; k < path.length; k++) path[k] += logAdd(f + q[k], t + p[k]);
          graph.value[node] = logSum(path);
        } else if (form) {
          const [p, q] = form.parts[form.places.indexOf(place)][h], sum = sums.get(item.cluster), path = sum.paths[node];
          for (let u = 0; u < path.length; u++) path[u] += logAdd(f + q[u], t + p[u]);
          sum.value[node] = logSum(path);
        } else {
          const [p, q] = logMeans(...item.judged[h], z);
          apart[node] += logAdd(f + q, t + p);
        }
      });
      const now = logSum(apart.map((value, node) => [...sums.values()].reduce((all, sum) => all + sum.value[node], value + graph.value[node])));
      terms[k][1].push(before === NEVER ? 0 : now - before);
      before = now;
    });
  }
  return terms;
}

// Log posterior after no item, one, two, … in order of time; the last is the posterior
function pathOf(prior, terms) {
  let sum = prior.map(p => Math.log(p));
  const normal = () => { const all = logSum(sum); return sum.map(x => all === NEVER ? x : x - all); };
  return [normal(), ...terms.map(term => { sum = sum.map((x, h) => x + term[h]); return normal(); })];
}

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
function termsOf(c, used) {
  const one = study.cases[c], terms = new Map();
  one.units.forEach((unit, number) => {
    const clusters = unit.items.map(place => one.items[place].cluster);
    const same = unit.items.every((place, k) => used[place] && !isItemChanged(c, place) && (clusters[k] === null || view.rho[clusters[k]] === study.clusters[clusters[k]].rho));
    if (same || unit.fixed) return unit.items.forEach((place, k) => terms.set(place, unit.terms[k].map(fromJson)));
    const input = JSON.stringify(unit.items.map((place, k) => [used[place], view.cases[c][place].judged, view.rho[clusters[k]]]));
    const last = termsOfUnits.get(unit);
    if (!last || last.input !== input) {
      const items = [];
      for (const place of unit.items) items[place] = {...one.items[place], judged: view.cases[c][place].judged, used: used[place]};
      termsOfUnits.set(unit, {input, terms: unitTerms(unit, items, one.z, cluster => view.rho[cluster])});
    }
    for (const [place, term] of termsOfUnits.get(unit).terms) terms.set(place, term);
  });
  return terms;
}
function resultOf(c) {
  const one = study.cases[c], used = inUse(c), terms = termsOf(c, used), order = one.order.filter(place => terms.has(place));
  return {used, order, path: pathOf(priorOf(one), order.map(place => terms.get(place)))};
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
const cells = study.cases.map(() => names.map(() => el("td", {class: "right"}))), verdicts = study.cases.map(() => el("td"));
const choice = el("select", {id: "own.case", onchange: event => { shown = Number(event.target.value); build(); refresh(); }},
  ...study.cases.map((one, c) => el("option", {value: c}, one.label)));
const panel = el("div");
let rows = [], clusterSliders = [], chart, sentence;

function build() {
  const one = study.cases[shown];
  const joined = study.clusters.map((_, k) => k).filter(k => one.items.filter(item => item.cluster === k).length > 1);
  clusterSliders = joined.map(k => ({k, output: el("output"), move: slider(`Correlation of ${study.clusters[k].label}`, 0.99, event => { view.rho[k] = Number(event.target.value); refresh(); })}));
  rows = one.order.map(i => row(i));
  sentence = el("p", {"aria-live": "polite", class: "lead"});
  chart = draw("svg", {class: "path", viewBox: "0 0 640 210", role: "img"});
  const ranged = [...new Set(one.units.flatMap(unit => unit.ranged))], fixed = one.units.some(unit => unit.fixed);
  const wholly = study.clusters.some((cluster, k) => joined.includes(k) && study.cases.filter(other => other.items.some(item => item.cluster === k)).length > 1);
  panel.replaceChildren(sentence, chart, el("p", {class: "note"}, "Support as the items are added in order of time: bold as you have it, thin as judged."),
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
  const node = el("li", {}, el("label", {class: "keep"}, keep, el("span", {}, el("span", {class: "when"}, `${item.date} `), item.label + (item.found ? "" : " (not found)"))),
    ...names.map((name, h) => el("div", {}, el("span", {class: "note", "aria-hidden": "true"}, swatch(h), name), fields[h], then[h])),
    ...(level ? [el("div", {}, el("span", {class: "note"}, "It shows"), level)] : shownFields.slice(H).map(({label: name}, k) => el("div", {}, el("span", {class: "note", "aria-hidden": "true"}, `given ${name}`), fields[H + k]))), fault);
  return {i, node, keep, fields, then, fault, level};
}
function line(path, h, thin) {
  const x = k => 30 + k * 600 / Math.max(1, path.length - 1);
  return draw("polyline", {class: `h${h}${thin ? " thin" : ""}`, points: path.map((logs, k) => `${x(k).toFixed(1)},${(195 - 180 * Math.exp(logs[h])).toFixed(1)}`).join(" ")});
}
function showCase(c) {
  const result = resultOf(c), last = result.path.at(-1), first = judgedPaths[c].at(-1);
  names.forEach((_, h) => {
    const now = support(last, h), then = support(first, h);
    cells[c][h].replaceChildren(now, ...(now === then ? [] : [el("span", {class: "note"}, ` (${then})`)]));
    cells[c][h].dataset.log = last[h];
  });
  verdicts[c].textContent = capital(verdict(last));
  return {...result, last, first};
}
function showDetails({used, order, path, last, first}) {
  sentence.textContent = `${given}${verdict(last)}${verdict(last) === verdict(first) ? ", as judged" : `; as judged, ${verdict(first)}`}.`;
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
  showDetails(showCase(shown));
  for (const part of rows) part.fields.forEach((field, h) => { if (field !== typing) { field.value = inWords(view.cases[shown][part.i].judged[h]); field.removeAttribute("aria-invalid"); } });
  for (const part of rows) if (part.level) part.level.value = seenOf(shown, part.i);
  for (const part of rows) if (!part.fields.includes(typing)) part.fault.textContent = "";
  pending.forEach(clearTimeout);
  pending = study.cases.map((_, c) => c === shown ? 0 : setTimeout(() => showCase(c)));
  section.classList.toggle("changed", isAnythingChanged(made));
  text.hidden = true;
  const counts = [[made.prior ? 1 : 0, "the prior"], [made.rho.length, "a correlation", "correlations"], [made.dropped.length, "an item left out", "items left out"], [made.judged.length, "a judgement", "judgements"], [made.observed.length, "what a clue shows", "clues"]];
  message.textContent = isAnythingChanged(made) ? `You changed: ${counts.filter(part => part[0]).map(([n, single, many]) => n === 1 ? single : `${n} ${many}`).join(", ")}.` : "Nothing is changed yet.";
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

const button = (name, onclick) => el("button", {type: "button", onclick}, name);
section.append(
  el("h3", {}, "How probable each explanation is before the evidence"),
  el("div", {class: "sliders"}, ...names.map((name, h) => el("label", {}, el("span", {}, swatch(h), name), priors[h], priorOutputs[h]))),
  ...(study.cases.some(one => one.prior) ? [el("p", {class: "note"}, "Some cases have a prior of their own; once you move one here, yours holds in all of them.")] : []),
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
