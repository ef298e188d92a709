"""The report: whole, safe, readable by all; it prints what it is handed."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import itertools
import json
import re
import subprocess

import pytest
from strategies import browser
from strategies.report_pages import HOSTILE, Page, page_of, picture, results, sampled, study

import processtrace as pt
from processtrace import report
from processtrace.study.judges import speaks_of_a_model


@pytest.fixture(scope="module")
def made():
    return results(sampled=sampled(), provenance={"Command": "run"})


@pytest.fixture(scope="module")
def page(made):
    return report.render(made)


@pytest.fixture(scope="module")
def appendix(made):
    return report.render_appendix(made)


def test_every_part_of_the_study_is_printed(page, appendix):
    text = f"{Page(page).text} {Page(appendix).text}"
    parts = "Title|Described.|Question|First reason|Statement one|Statement two|The Paper|journalism|note of a source|Joined|note of a cluster|Ana"
    parts += "|a person too|Elite|Smith (2001). On things. Journal|p. 3|looked at|Case X|Outcome|1990–2005|About the case|Finding 0|Finding 4|Label 3"
    parts += "|Quoted|Noted|Searched|Reason|Remark|reliability 0.9|correlation 0.5|Looked for, not found|Set aside|Planned|0.67|All is well.|Command"
    for part in parts.split("|"):
        assert part in text, part


def test_the_answer_comes_first_then_description_question_explanations_and_evidence(page):
    text = Page(page).text
    order = [
        "First reason leads with",
        "A language model judged.",
        "Described.",
        "Question",
        "Statement one",
        "leads with a posterior of",
        "Finding 0",
    ]
    places = [text.index(part) for part in order]
    assert places == sorted(places)


@pytest.mark.parametrize("name", ["page", "appendix"])
def test_labels_everywhere_identifiers_nowhere(name, request):
    shown = Page(request.getfixturevalue(name))
    spoken = [shown.text, *(attrs.get("alt", "") + attrs.get("aria-label", "") for _, attrs in shown.tags)]
    assert not any("zz" in text.lower() for text in spoken if "Zz note" not in text)
    assert "zz_" not in shown.text


def test_the_page_is_well_formed_and_its_links_lead_somewhere(page):
    shown = Page(page)
    assert not shown.faults
    assert not shown.open
    ids = [attrs["id"] for _, attrs in shown.tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    inner = [attrs["href"][1:] for attrs in shown.named("a") if attrs["href"].startswith("#")]
    assert inner
    assert set(inner) <= set(ids)
    assert {attrs["href"].partition("#")[0] for attrs in shown.named("a")} <= {"", "summary.html", "appendix.html", "https://example.org/a"}
    assert {attrs["aria-labelledby"] for _, attrs in shown.tags if "aria-labelledby" in attrs} <= set(ids)


def test_the_appendix_is_well_formed_and_its_links_lead_to_the_report(page, appendix):
    shown, ids = Page(appendix), {attrs["id"] for _, attrs in Page(page).tags if "id" in attrs}
    assert not shown.faults
    assert not shown.open
    there = [attrs["href"] for attrs in shown.named("a") if attrs["href"].startswith("report.html#")]
    assert there
    assert {href.partition("#")[2] for href in there} <= ids | {attrs["id"] for _, attrs in shown.tags if "id" in attrs}
    assert not shown.named("script")


@pytest.mark.parametrize("name", ["page", "appendix"])
def test_headings_are_in_order(name, request):
    levels = [int(tag[1]) for tag, _ in Page(request.getfixturevalue(name)).tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))


def test_those_who_see_little_are_served(page):
    shown = Page(page)
    assert shown.named("html") == [{"lang": "en"}]
    assert len(shown.named("main")) == len(shown.named("nav")) == len(shown.named("header")) == 1
    assert shown.named("a")[0] == {"class": "skip", "href": "#main"}
    assert len(shown.named("caption")) == len(shown.named("table"))
    assert all("scope" in attrs for attrs in shown.named("th"))
    assert "@media print" in shown.style
    assert ":focus-visible" in shown.style


def _contrast(first, second):
    def light(colour):
        parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
        r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
        return 0.2126 * r + 0.7152 * g + 0.0722 * b

    high, low = sorted((light(first), light(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_enough_for_text(page):
    roots = re.findall(r":root \{([^}]*)\}", Page(page).style)
    assert len(roots) == 2  # for a light screen and for a dark one
    for root in roots:
        colours = dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", root))
        for ink, ground in itertools.product(("ink", "quiet", "link", "alarm"), ("ground", "band")):
            assert _contrast(colours[ink], colours[ground]) >= 4.5  # WCAG 2.2, 1.4.3


def _digest(text):
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def test_the_policy_allows_nothing_but_its_own_script_style_and_embedded_figures(page):
    shown = Page(page)
    (policy,) = [attrs["content"] for attrs in shown.named("meta") if attrs.get("http-equiv") == "Content-Security-Policy"]
    lists, numbers, *scripts = re.findall(r"<script[^>]*>(.*?)</script>", page, re.DOTALL)
    allowed = " ".join(f"'sha256-{_digest(script)}'" for script in (lists, *scripts))
    assert policy == (
        f"default-src 'none'; script-src {allowed}; worker-src blob:; img-src data:; base-uri 'none'; form-action 'none'; "
        f"style-src 'sha256-{_digest(shown.style)}'"
    )
    assert shown.named("script") == [{}, {"type": "application/json", "id": "numbers"}, {"id": "arithmetic"}, {}]
    assert json.loads(numbers)["cases"][0]["id"] == "zz_case"
    assert not any("style" in attrs for _, attrs in shown.tags)
    assert not any(tag in ("link", "iframe", "object", "form", "base") for tag, _ in shown.tags)


def _shape(text):
    return [(tag, tuple(sorted(attrs))) for tag, attrs in Page(text).tags]


@pytest.mark.parametrize("bad", HOSTILE)
def test_texts_of_a_study_are_texts(bad):
    def word(text):
        return f"{bad[:38]} {text}" if len(bad) < 38 else f"{bad}{text}"

    def made(word):
        found = results(study(word), sampled=sampled(word), provenance={word("Name"): word("value")})
        for part in found.robustness["cases"].values():
            part["sentence"] = word("A leads; and so on.")
        return [
            make(dataclasses.replace(found, figures={"support": picture(), "zz <b>kind": picture()}))
            for make in (report.render, report.render_appendix)
        ]

    for plain, hostile in zip(made(lambda text: text), made(word), strict=True):
        assert Page(hostile).style == Page(plain).style
        a, b = _shape(plain), _shape(hostile)
        assert [tag for tag, _ in a if tag != "p"] == [tag for tag, _ in b if tag != "p"]
        assert set(b) <= set(a)
        assert "49" not in re.findall(r"\b49\b", Page(hostile).text)


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,<script>1</script>", " JavaScript:alert(1)", "vbscript:x", "file:///etc/passwd"]
)
def test_only_web_addresses_become_links(url):
    def links(study):
        """Every address of the report and its appendix that is not one of these pages or a place on them."""
        pages = [Page(make(results(study))) for make in (report.render, report.render_appendix)]
        found = {
            address for page in pages for _, attrs in page.tags for name, address in attrs.items() if name in ("href", "src", "action")
        }
        own = re.compile(r"((summary|report|appendix)\.html)?(#[\w.-]+)?")
        return {address for address in found if not own.fullmatch(address)}

    assert links(study(url=url)) == set()
    assert links(study()) == {"https://example.org/a"}


def test_figures_are_embedded_with_words_beside_them(tmp_path):
    picture().savefig(tmp_path / "a.png")
    (tmp_path / "b.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>")
    figures = {"support": picture(), "path/zz_case": tmp_path / "a.png", "tornado/zz_case": str(tmp_path / "b.svg")}
    handed = results(figures=figures)
    shown = Page(report.render(handed) + report.render_appendix(handed))
    images = shown.named("img")
    assert [image["src"].partition(";")[0] for image in images][1:] == ["data:image/svg+xml", "data:image/png"]
    assert all(len(image["alt"]) > 20 for image in images)
    posterior = float(pt.update(study())["posterior"].sel(case="zz_case", hypothesis="zz_one"))
    assert f"First reason {posterior:.2f}" in images[2]["alt"]
    assert len(shown.named("figure")) == 3


@pytest.mark.parametrize(
    ("figures", "told"),
    [
        ({"path/nowhere": "a.png"}, "no case 'nowhere'; the study has zz_case"),
        ({"path": "a.pdf"}, "a.pdf; a matplotlib Figure, or a file that ends in .svg or .png"),
        ({"path": 3}, "int; a matplotlib Figure"),
    ],
)
def test_wrong_figures_are_told(figures, told):
    with pytest.raises(pt.UsageError, match=re.escape(told)):
        report.render(results(figures=figures))


def test_two_files_are_written_whole_and_twice_the_same(tmp_path):
    made = results(figures={"support": picture()})
    first = report.write(made, tmp_path / "new" / "folder")
    text = first.read_bytes()
    assert sorted(path.name for path in first.parent.iterdir()) == ["appendix.html", "report.html"]
    assert report.write(results(figures={"support": picture()}), first.parent).read_bytes() == text


def test_a_run_that_failed_says_so_at_the_top_and_in_its_section():
    text = page_of(sampled=sampled(converged=0)).text
    assert text.count("failed its diagnostics") == 2
    assert "failed its diagnostics" not in page_of(sampled=sampled()).text


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("made by a language model and meant to be argued with", True),
        ("An LLM judged.", True),
        ("a person", False),
        ("no language model was used", False),
        ("coded by hand, not by a language model", False),
        ("without AI", False),
        ("SAID and MAIL", False),
    ],
)
def test_a_language_model_is_recognised_by_words(text, says):
    assert speaks_of_a_model(text) is says


def _by_models(description=None, **labels):
    """The warning of a page whose analysts all say that they are models; one whose name ends in _again repeats the one before."""
    note = "a language model judged"
    analysts = {
        who: {"label": label, "note": note} | ({"weight": 0, "judge": who.removesuffix("_again")} if who.endswith("_again") else {})
        for who, label in labels.items()
    }
    case = pt.Case("x")
    return page_of(pt.Study("T", description=description, hypotheses={"a": {}, "b": {}}, analysts=analysts, cases=[case])).text


def test_analysts_that_are_models_are_named():
    assert "The note on “Coding 1” says so." in _by_models(c="Coding 1")
    assert "The description says so." in _by_models("A language model judged.")
    assert "The description and the note on “Coding 1” say so." in _by_models("A language model judged.", c="Coding 1")
    # A label may hold a comma; what repeats a coding is not named beside it.
    said = _by_models(c="Coding 1", c_again="Coding 1, again", d="Coding 2, shorter", e="Coding 3")
    assert "The notes on “Coding 1”, “Coding 2, shorter” and “Coding 3” say so." in said


def test_ties_a_single_explanation_and_refutation_have_verdicts_that_are_true():
    def told(hypotheses, evidence=()):
        return page_of(pt.Study("T", hypotheses={h: {} for h in hypotheses}, cases=[pt.Case("x", evidence=list(evidence))])).text

    assert "A and B tie with a posterior of 0.50 each, and none leads" in told("ab")
    assert "Only one explanation, A, is considered" in told("a")
    assert "A alone is left, with a posterior of 1" in told("ab", [pt.Evidence("m", finding="F.", probability={"a": 0.5, "b": 0})])


def test_factors_are_explained_as_causes():
    item = pt.Evidence("m", finding="F.", probability={"none": 0.1, "a": 0.5, "b": 0.4, "a+b": 0.6})
    one = pt.Study(
        "T", factors={"a": {"label": "Cause A", "statement": "About A."}, "b": {"label": "Cause B"}}, cases=[pt.Case("x", evidence=[item])]
    )
    text = page_of(one).text
    assert "Causes that may act together" in text
    assert "Cause A + Cause B" in text


def test_provenance_hashes_each_input(tmp_path):
    (tmp_path / "models").mkdir()
    file = tmp_path / "models" / "study.yaml"
    file.write_bytes(b"abc")
    told = report.provenance([file, file], command="processtrace run models/study.yaml", random_seed=7, home=tmp_path)
    assert told["SHA-256 of models/study.yaml"] == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"  # FIPS 180-4
    assert (told["Command"], told["Seed"]) == ("processtrace run models/study.yaml", "7")
    assert "numpy" in told
    assert "processtrace: Bayesian process tracing" in told["How to cite the library"]


@pytest.mark.browser
def test_a_browser_runs_and_loads_nothing(tmp_path):
    chromium, _ = browser.need()

    def word(text):
        return f"{HOSTILE[1]}{text}"

    path = report.write(results(study(word), figures={"support": picture()}), tmp_path)
    flags = [*browser.FLAGS.split(), "--enable-logging=stderr", f"--user-data-dir={tmp_path / 'profile'}", "--dump-dom"]
    done = subprocess.run([chromium, *flags, path.as_uri()], capture_output=True, text=True, timeout=120, check=True)
    assert not re.search(r"Refused|violates|CONSOLE", done.stderr)
    assert "<title>broken</title>" not in done.stdout
    assert "Finding 0" in done.stdout
