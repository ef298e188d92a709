"""The reader's own view, in a real browser: exact, silent, safe, and read back by the command line."""

from __future__ import annotations

import base64
import json
import math
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from axe_selenium_python import Axe
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait
from strategies import report_pages
from strategies.browser import started, traffic
from strategies.designs import ten_items

import processtrace as pt
from processtrace import report

pytestmark = pytest.mark.browser
ROOT = Path(__file__).parents[2]
TOLERANCE = 1e-9
LONGEST_TASK = 400
"""Milliseconds of the page's thread: four times the goal of 100, since other work shares the machine of a test."""


@pytest.fixture(scope="module")
def driver():
    with started() as made:
        yield made


@pytest.fixture(scope="module")
def alignment():
    return pt.load_study(ROOT / "models" / "alignment.yaml")


def hard_study():
    """What random studies lack: zeros, ones, tiny ratios, decibels, a pool, a shared and an own cluster, chains of `given`, an own prior."""
    two = ("a", "b")

    def case(name, **more):
        return pt.Case(
            name,
            clusters={"own": {"correlation": 0.9}},
            evidence=[
                pt.Evidence("tiny", finding="F.", ratio={"a": 1e-12, "b": (1e-14, 1e-9)}, cluster="both", date="2001"),
                pt.Evidence("sure", finding="F.", probability={"a": 1, "b": (0.9, 0.999)}, cluster="both", date="2003"),
                pt.Evidence("mixed", finding="F.", decibels={"a": (-40, -3), "b": 0}, cluster="both", source="weak", date="2002"),
                pt.Evidence(
                    "pooled",
                    finding="F.",
                    judgements={"x": {"probability": {"a": (0.1, 0.4), "b": 0.3}}, "y": {"words": {"a": "likely", "b": "unlikely"}}},
                ),
                pt.Evidence("first", finding="F.", probability={"a": 0.6, "b": 0.5}, cluster="own"),
                pt.Evidence(
                    "second",
                    finding="F.",
                    probability={"a": (1e-4, 0.9), "b": (0.2, 0.3)},
                    cluster="own",
                    status="not_found",
                    search_sensitivity={"a": (0.2, 0.9), "b": 1},
                    source=["weak", "rated"],
                ),
                pt.Evidence("next", finding="F.", probability={"a": 0.6, "b": (0.05, 0.5)}, given="first", cluster="own"),
                pt.Evidence("last", finding="F.", probability={"a": 0.3, "b": 0.5}, given=["next"], source="rated"),
            ],
            **more,
        )

    return pt.Study(
        "Hard",
        hypotheses={h: {} for h in two},
        analysts={"x": {"weight": 2}, "y": {}},
        sources={"weak": {"reliability": 0.3}, "rated": {"reports_if_true": 0.7, "reports_if_false": 0.1}},
        clusters={"both": {}},
        cases=[case("one"), case("two", prior={"a": 1, "b": 5})],
    )


def crowded_study():
    """A unit in which four sources of uncertain reliability meet, beside an item of its own."""
    sources = {f"s{k}": {"label": f"Source {k}", "reliability": (0.3, 0.8)} for k in range(4)}
    items = [
        pt.Evidence(f"i{k}", finding="F.", probability={"a": 0.7, "b": 0.4}, source=[f"s{k}", f"s{(k + 1) % 4}"], date=f"200{k}")
        for k in range(4)
    ]
    free = pt.Evidence("free", finding="F.", probability={"a": (0.2, 0.5), "b": 0.4})
    return pt.Study("Crowded", hypotheses={"a": {}, "b": {}}, sources=sources, cases=[pt.Case("x", evidence=[*items, free])])


def factor_study():
    item = pt.Evidence("m", finding="F.", probability={"none": 0.1, "a": (0.5, 0.7), "b": 0.4}, cluster="k")
    other = pt.Evidence("n", finding="F.", probability={"none": (0.2, 0.4), "a": 0.5, "b": 0.4, "a+b": 0.9}, cluster="k")
    return pt.Study(
        "Factors",
        factors={"a": {"prior": 0.3}, "b": {}},
        compounds="mean",
        clusters={"k": {}},
        cases=[pt.Case("x", evidence=[item, other])],
    )


def some_changes(study, rng):
    """Random changes, as a file holds them."""
    names = list(study.explanations)
    made = {"cases": {}}
    if rng.random() < 0.7:
        weights = rng.dirichlet(np.ones(len(names)))
        made["prior"] = dict(zip(names, weights.tolist(), strict=True))
    keys = [*study.clusters, *(f"{case.id}/{key}" for case in study.cases for key in case.clusters)]
    made["correlation"] = {key: float(rng.choice([0, rng.uniform(), 0.99])) for key in keys if rng.random() < 0.5}
    for case in study.cases:
        part = {"leave_out": [], "probability": {}}
        for item in case.evidence:
            if item.counts and rng.random() < 0.15:
                part["leave_out"].append(item.id)
            if item.counts and rng.random() < 0.3:
                part["probability"][item.id] = {h: _judged(rng) for h in names if rng.random() < 0.7}
        made["cases"][case.id] = part
    return pt.Changes(**made)


def _judged(rng):
    kind = rng.random()
    low, high = sorted(1 / (1 + math.exp(-rng.normal(0, 2.5))) for _ in range(2))
    return (low, high) if kind < 0.6 else low if kind < 0.95 else 1.0


def as_fragment(study, changes):
    """The changes as a link holds them."""
    judged = [
        [case, item, h, *(value if isinstance(value, tuple) else (value, value))]
        for case, part in changes.cases.items()
        for item, values in part.probability.items()
        for h, value in values.items()
    ]
    made = {
        "prior": None if changes.prior is None else [changes.prior[h] for h in study.explanations],
        "rho": [list(pair) for pair in changes.correlation.items()],
        "dropped": [[case, item] for case, part in changes.cases.items() for item in part.leave_out],
        "judged": judged,
        "observed": [[case, item, level] for case, part in changes.cases.items() for item, level in part.observes.items()],
    }
    return "#view=" + base64.urlsafe_b64encode(json.dumps(made).encode()).decode().rstrip("=")


@cache
def rendered(study):
    """The page of a study, computed once for all tests that open it."""
    return report.render(pt.compute(study, sample=False))


def opened(driver, study, folder, fragment=""):
    """A new page of the study, waiting for nothing: it has no network to wait for."""
    page = folder / "report.html"
    if not page.exists():
        page.write_text(rendered(study), encoding="utf-8")
    driver.get("about:blank")
    driver.get(page.as_uri() + fragment)
    WebDriverWait(driver, 60).until(lambda one: one.find_elements("css selector", "#live:not([hidden])"), driver.get_log("browser"))


def settled(driver):
    """Wait until what follows from the view is shown, sums in the worker included."""
    WebDriverWait(driver, 60).until(lambda one: one.find_elements("css selector", "#live:not([aria-busy])"))


def shown(driver):
    """Log posteriors as the page has them: (case, hypothesis)."""
    settled(driver)
    told = driver.execute_script(
        "return [...document.querySelectorAll('#live tbody tr:has(td[data-log])')].map(row => [...row.querySelectorAll('td[data-log]')].map(cell => cell.dataset.log))"
    )
    return np.array([[float(log.replace("Infinity", "inf")) for log in row] for row in told])


def agree(page, study):
    engine = pt.update(study).log_posterior.values
    assert page.shape == engine.shape
    assert np.array_equal(np.isneginf(page), np.isneginf(engine))
    known = np.isfinite(engine)
    assert np.abs(page[known] - engine[known]).max() < TOLERANCE
    assert np.abs(np.exp(page) - np.exp(engine)).max() < TOLERANCE


@pytest.mark.parametrize("made", [lambda: ten_items(3, own_prior=True), lambda: ten_items(1), hard_study, factor_study])
def test_the_page_gives_the_numbers_of_the_engine(made, driver, tmp_path):
    study, rng = made(), np.random.default_rng(5)
    opened(driver, study, tmp_path)
    agree(shown(driver), study)
    for _ in range(8):
        changes = some_changes(study, rng)
        opened(driver, study, tmp_path, as_fragment(study, changes))
        agree(shown(driver), pt.apply_changes(study, changes))


def test_the_alignment_study_too(driver, alignment, tmp_path):
    rng = np.random.default_rng(6)
    for _ in range(3):
        changes = some_changes(alignment, rng)
        opened(driver, alignment, tmp_path, as_fragment(alignment, changes))
        agree(shown(driver), pt.apply_changes(alignment, changes))


def causal_study():
    """Clues of a causal model, one of them about a node of three levels, beside an explanation and an item judged by hand."""
    hand = {"hand": 0.4}
    evidence = [
        pt.Evidence("marches", finding="Marches.", observes={"M": 1}, source="press", probability=hand),
        pt.Evidence("cable", finding="A cable.", about="P", probability={"low": 0.1, "middle": 0.3, "high": (0.5, 0.9), **hand}),
        pt.Evidence("list", finding="A list.", observes={"P": "high"}, status="not_found", search_sensitivity=(0.4, 0.8), probability=hand),
        pt.Evidence("memo", finding="A memo.", source="press", probability={"equality": (0.3, 0.6), "otherwise": 0.3, "hand": 0.2}),
    ]
    case = pt.Case("mexico", known={"I": 0, "D": 1}, sources={"press": {"reliability": (0.5, 0.9)}}, evidence=evidence)
    causal = {"graph": "I -> M -> D <- P; I -> D; M <-> P", "nodes": {"P": {"levels": ["low", "middle", "high"]}}}
    hypotheses = {"equality": {"when": "D[I=1] < D[I=0]"}, "otherwise": {"when": "otherwise"}, "hand": {}}
    return pt.Study("Graph", causal=causal, hypotheses=hypotheses, cases=[case])


CLUE_CHANGES = [
    {"leave_out": ["marches"]},
    {"leave_out": ["cable", "list"]},
    {"observes": {"marches": "0", "list": "low"}},
    {"probability": {"cable": {"low": 0.6, "high": 0.2}, "marches": {"hand": 0.9}}},
    {"leave_out": ["memo"], "observes": {"list": "middle"}, "probability": {"cable": {"middle": (0.4, 0.6)}}},
]


def test_clues_can_be_left_out_and_their_reports_changed(driver, tmp_path):
    study = causal_study()
    opened(driver, study, tmp_path)
    agree(shown(driver), study)
    for part in CLUE_CHANGES:
        changes = pt.Changes(cases={"mexico": part})
        opened(driver, study, tmp_path, as_fragment(study, changes))
        agree(shown(driver), pt.apply_changes(study, changes))
    driver.execute_script(
        "document.querySelector('#live .moves select').value = 0; document.querySelector('#live .moves select').dispatchEvent(new Event('change'))"
    )
    agree(shown(driver), pt.apply_changes(study, changes).with_observation("mexico", "list", "low"))


def test_a_correlation_ignored_would_be_noticed(driver, tmp_path):
    study = ten_items(1)
    opened(driver, study, tmp_path, as_fragment(study, pt.Changes(correlation={"k": 0.2})))
    with pytest.raises(AssertionError):
        agree(shown(driver), study)


USE = """
let [state, steps, done] = arguments;
const random = () => { state = (state * 1103515245 + 12345) % 2147483648; return state / 2147483648; };
const one = all => all[Math.floor(random() * all.length)];
const all = css => [...document.querySelectorAll('#live ' + css)];
const tell = (node, kind) => node.dispatchEvent(new Event(kind, {bubbles: true}));
const act = () => {
  const slides = all('input[type=range]'), boxes = all('input[type=checkbox]:enabled'), fields = all('input[type=text]:enabled'), kind = random();
  if (kind < 0.3) { const node = one(slides); node.value = random() * node.max; tell(node, 'input'); }
  else if (kind < 0.5) one(boxes).click();
  else if (kind < 0.85) {
    const node = one(fields), [low, high] = [random(), random()].sort();
    node.value = one([`${low}`, `${low} to ${high}`, `${100 * low} %`, `[${low}, ${high}]`, `${low} – ${high}`, 'nonsense', '1.5', '', '0 to 1']);
    tell(node, 'input');
  } else if (kind < 0.95) { const node = one(all('select')); node.value = one([...node.options]).value; tell(node, 'change'); }
  else one(all('button')).click();
  setTimeout(steps-- > 0 ? act : done, 0);
};
act();
"""


def pressed(driver, name):
    """The text that a button of this name offers to copy."""
    driver.execute_script("[...document.querySelectorAll('#live button')].find(one => one.textContent === arguments[0]).click()", name)
    return driver.find_element("css selector", "#live pre").get_property("textContent")


def used(driver, seed, steps=40):
    driver.set_script_timeout(120)
    driver.execute_async_script(USE, seed, steps)


@pytest.mark.parametrize("made", [lambda: ten_items(2, own_prior=True), hard_study, factor_study, crowded_study])
def test_what_the_controls_say_is_read_back_to_the_same_numbers(made, driver, tmp_path):
    study, file = made(), tmp_path / "changes.yaml"
    for seed in range(3):
        opened(driver, study, tmp_path)
        used(driver, seed)
        first, link = shown(driver), pressed(driver, "Copy as a link")
        file.write_text(pressed(driver, "Copy as YAML"), encoding="utf-8")
        try:
            agree(first, pt.apply_changes(study, pt.load_changes(file, study)))
        except pt.ContradictionError:
            assert np.isneginf(first).all(axis=1).any()
        opened(driver, study, tmp_path, "#" + link.partition("#")[2])
        np.testing.assert_array_equal(shown(driver), first)


def test_the_page_asks_for_nothing_and_goes_nowhere(driver, alignment, tmp_path):
    driver.get_log("performance")
    opened(driver, alignment, tmp_path)
    assert traffic(driver)  # the page itself: the count counts
    used(driver, 1, 60)
    for name in ("Copy as a link", "Copy as YAML", "Back to the judgements of the study"):
        pressed(driver, name)
    assert [url for _, url in traffic(driver) if not url.startswith("blob:")] == []  # the worker is a part of the page
    assert driver.get_log("browser") == []


def test_a_heavy_sum_leaves_the_page_free_and_the_last_request_wins(driver, tmp_path):
    """Forty moves of every correlation, up to .99: no task of the page takes long, and what is shown last is the last move's."""
    study = ten_items(3)
    opened(driver, study, tmp_path)
    settled(driver)
    driver.execute_script(
        "window.tasks = []; new PerformanceObserver(list => window.tasks.push(...list.getEntries().map(one => one.duration))).observe({entryTypes: ['longtask']})"
    )
    driver.set_script_timeout(120)
    driver.execute_async_script(
        "const done = arguments[0], node = document.querySelector('#live input[aria-label=\"Correlation of every cluster\"]'); let k = 0;"
        "const move = () => { node.value = 0.6 + 0.39 * k / 40; node.dispatchEvent(new Event('input', {bubbles: true}));"
        " k++ < 40 ? setTimeout(move, 20) : done(); }; move();"
    )
    page = shown(driver)
    agree(page, pt.apply_changes(study, pt.Changes(correlation={"k": 0.99})))
    assert max(driver.execute_script("return window.tasks"), default=0) < LONGEST_TASK


def test_argue_with_this_leads_to_the_case_and_the_item(driver, tmp_path):
    study = ten_items(3)
    opened(driver, study, tmp_path)
    case = study.cases[2]
    link = driver.find_elements("css selector", f"details.item[data-case='{case.id}'] a.argue")[5]
    item = link.get_attribute("data-item")
    driver.execute_script("arguments[0].closest('details').open = true; arguments[0].click()", link)
    settled(driver)
    assert case.name in driver.find_element("css selector", ".bar").text
    assert driver.execute_script("return document.activeElement.closest('li').dataset.item") == item
    why = driver.switch_to.active_element.find_element("xpath", "ancestor::li").find_element("css selector", "button.why")
    driver.execute_script("arguments[0].click()", why)
    finding = " ".join(next(one for one in case.evidence if one.id == item).finding.split())
    assert finding[:60] in " ".join(driver.find_element("css selector", ".finding:not([hidden])").text.split())
    box = driver.execute_script(
        "const one = document.querySelector('.bar').getBoundingClientRect(); return [one.top, one.bottom, innerHeight]"
    )
    assert 0 <= box[0] <= box[1] <= box[2]  # the bar with the present posterior is in sight


def test_items_are_filtered_by_case_weight_tag_and_text(driver, tmp_path):
    study = report_pages.study()
    opened(driver, study, tmp_path)

    def left(**asked):
        return driver.execute_script(
            "const [one, tag, weight, text] = document.getElementById('items.filter').querySelectorAll('select, input');"
            "Object.entries({one, tag, weight, text}).forEach(([name, node]) => { node.value = arguments[0][name] ?? (name === 'weight' ? -1 : '');"
            " node.dispatchEvent(new Event('input')); }); return document.querySelectorAll('details.item:not([hidden])').length",
            asked,
        )

    listed = [item for case in study.cases for item in case.evidence if item.status in ("found", "not_found", "planned")]
    assert left() == len(listed)
    first = study.cases[0]
    assert left(one=first.id) == sum(item in first.evidence for item in listed)
    tag = next(iter(study.tags.values())).name
    name = next(iter(study.tags))
    assert left(tag=tag) == sum(name in item.tags for item in listed)
    data = pt.update(study)
    spread = (data["weight_db"].max("hypothesis") - data["weight_db"].min("hypothesis")).values
    assert left(weight=1) == int((spread >= 1).sum())
    assert left(text="no such words anywhere") == 0


def test_the_weight_of_an_item_stays_on_its_line_on_a_phone(driver, tmp_path):
    """Nothing of a folded item reaches into the next one."""
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {"width": 390, "height": 844, "deviceScaleFactor": 1, "mobile": True})
    try:
        opened(driver, pt.examples.load("democratisation"), tmp_path)
        below = driver.execute_script(
            "return [...document.querySelectorAll('details.item > summary')].map(one =>"
            " one.querySelector('.status').getBoundingClientRect().bottom - one.getBoundingClientRect().bottom)"
        )
    finally:
        driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    assert len(below) == 5
    assert max(below) <= 0.5


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (lambda: pt.examples.load("democratisation"), "The prior follows from the causal model"),
        (lambda: ten_items(1, own_prior=True), "The case has a prior of its own"),
        (lambda: ten_items(3, own_prior=True), "Some cases have a prior of their own"),
    ],
)
def test_the_page_says_where_the_prior_comes_from(made, said, driver, tmp_path):
    opened(driver, made(), tmp_path)
    assert said in driver.find_element("id", "live").text


HOSTILE = [
    "<script>window.broken=1</script>",
    "<img src=x onerror=window.broken=1>",
    "</script><script>window.broken=1</script>",
    "<!--<script>",
    "</style><svg onload=window.broken=1>",
    '"); window.broken=1; ("',
    "\u2028window.broken=1\u2029//",
    "]]>{{ 7*7 }}${window.broken=1}`",
]


@pytest.mark.parametrize("bad", HOSTILE)
def test_no_text_of_a_study_does_anything(bad, driver, tmp_path):
    study = report_pages.study(lambda text: f"{bad[:39]} {text}" if len(bad) < 40 else bad, url="javascript:window.broken=1")
    driver.get_log("performance")
    opened(driver, study, tmp_path)
    used(driver, 2, 15)
    pressed(driver, "Copy as YAML")
    assert driver.execute_script(
        "return [window.broken ?? null, document.scripts.length, document.querySelectorAll('main img, iframe, form').length]"
    ) == [
        None,
        4,
        0,
    ]
    assert [url for _, url in traffic(driver) if not url.startswith(("file:", "blob:")) and url not in ("about:blank", "")] == []
    assert driver.get_log("browser") == []
    assert bad.split()[0][:38] in driver.find_element("css selector", "#live").get_property("textContent")


def test_the_policy_stops_what_escaping_would_let_through(driver, tmp_path):
    page = report.render(pt.compute(ten_items(1), sample=False))
    bad = "<script>window.broken=1</script><img src=x onerror=window.broken=2><a id=bad href='javascript:window.broken=3'>x</a>"
    (tmp_path / "report.html").write_text(page.replace("</main>", f"{bad}</main>"), encoding="utf-8")
    opened(driver, None, tmp_path)
    driver.execute_script("document.getElementById('bad').click()")
    assert driver.execute_script("return window.broken ?? null") is None
    assert driver.get_log("browser") != []  # the browser refused, and says so


@pytest.mark.parametrize(
    "bad", ["", "x", "e30", "%%%", base64.urlsafe_b64encode(b'{"prior":[2,0,0],"rho":[],"dropped":[],"judged":[]}').decode()]
)
def test_a_broken_link_changes_nothing_and_says_so(bad, driver, tmp_path):
    study = ten_items(1)
    opened(driver, study, tmp_path, f"#view={bad}")
    agree(shown(driver), study)
    assert "does not fit this study" in driver.find_element("css selector", "#live [role=status]").text


def test_what_needs_the_command_line_says_so(driver, tmp_path):
    opened(driver, crowded_study(), tmp_path)
    text = driver.find_element("css selector", "#live").text
    assert "reliability of Source 0, Source 1, Source 2, Source 3" in text
    assert "needs the command line" in text
    assert [one.is_enabled() for one in driver.find_elements("css selector", ".moves input[type=checkbox]")] == [False] * 4 + [True]


def serious(driver):
    axe = Axe(driver)
    axe.inject()
    return [(one["id"], one["nodes"][0]["html"]) for one in axe.run()["violations"] if one["impact"] in ("serious", "critical")]


def test_the_sentence_of_a_case_can_be_read_on_a_phone(driver, alignment, tmp_path):
    """With three explanations the table scrolls by itself; its sentences are not squeezed to a word a line."""
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {"width": 390, "height": 844, "deviceScaleFactor": 1, "mobile": True})
    opened(driver, alignment, tmp_path)
    sizes = driver.execute_script(
        "return [...document.querySelectorAll('td.sentence')].map(one => [one.clientWidth, one.closest('.wide').clientWidth])"
    )
    assert len(sizes) == len(alignment.cases)
    assert all(170 < cell < table <= 390 for cell, table in sizes)
    assert driver.execute_script("return document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


@pytest.mark.parametrize("width", [1200, 400])
def test_axe_finds_nothing_serious(width, driver, tmp_path):
    made = report_pages.study()
    page = report.render(report_pages.results(made, sampled=report_pages.sampled(), figures={"support": report_pages.picture()}))
    (tmp_path / "report.html").write_text(page, encoding="utf-8")
    driver.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride", {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600}
    )
    opened(driver, made, tmp_path)
    assert serious(driver) == []
    used(driver, 4, 30)
    driver.execute_script(
        "const x = document.querySelector('.moves input[type=text]'); x.value = 'much'; x.dispatchEvent(new Event('input'));"
    )
    pressed(driver, "Copy as YAML")
    assert serious(driver) == []
    assert driver.execute_script("return document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_every_control_is_reached_and_used_by_keyboard(driver, tmp_path):
    opened(driver, ten_items(1), tmp_path)
    controls = driver.execute_script("return document.querySelectorAll('#live :is(input, select, button)').length")
    driver.execute_script("document.querySelector('#live input').focus(); window.met = new Set([document.activeElement]);")
    for _ in range(controls + 5):
        driver.switch_to.active_element.send_keys(Keys.TAB)
        driver.execute_script(
            "if (document.activeElement.matches('#live :is(input, select, button)')) window.met.add(document.activeElement)"
        )
    assert driver.execute_script("return window.met.size") == controls
    first = shown(driver)
    driver.find_element("css selector", "#live input[type=range]").send_keys(Keys.ARROW_RIGHT)
    assert np.abs(shown(driver) - first).max() > 1e-3


def test_without_scripts_the_page_is_read_all_the_same(driver, tmp_path):
    page = tmp_path / "report.html"
    page.write_text(report.render(pt.compute(ten_items(1), sample=False)), encoding="utf-8")
    driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    driver.get(page.as_uri())
    text = driver.find_element("css selector", "main").text
    driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
    assert "This section needs JavaScript" in text
    assert "What the record supports" in text
    assert "Seven." in text


def test_it_prints(driver, tmp_path):
    opened(driver, ten_items(1), tmp_path)
    paper = base64.b64decode(driver.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True})["data"])
    assert paper.startswith(b"%PDF")
    assert 2 <= paper.count(b"/Type /Page\n") + paper.count(b"/Type /Page ") <= 15
