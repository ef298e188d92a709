// The study's arithmetic: the formulas of processtrace.exact (ranges, copula, items, unit), in nats. No network, no dependency.
// The page runs it, and hands its own text to a worker for sums that take long.
"use strict";
const arithmetic = H => {  // H: how many explanations there are
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
return {NEVER, DB, fromJson, logSum, unitTerms, pathOf};
};
