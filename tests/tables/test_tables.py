"""Tables: numbers against closed forms, published values and brute force; writers against what could break them."""

from __future__ import annotations

import csv
import io
import itertools
import math
import re
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest

import processtrace as pt
from processtrace import tables
from processtrace.tables.frames import cell, heads, printed
from processtrace.tables.latex import escape

NAN = float("nan")


def _study(items, hypotheses=("one", "two"), **more):
    labels = {"one": "First reason", "two": "Second reason", "three": "Third reason"}
    held = {h: {"label": labels[h]} for h in hypotheses}
    return pt.Study("Example", hypotheses=held, cases=[pt.Case("x", label="Case X", evidence=items, **more.pop("case", {}))], **more)


def _item(name, p, q, **more):
    return pt.Evidence(name, finding=f"Finding {name}.", label=f"Label of {name}", probability={"one": p, "two": q}, **more)


# posterior and weights


def test_posterior_is_bayes_rule_in_words():
    study = _study([_item("m", (0.6, 0.9), 0.1)])
    table = tables.posterior(study)
    updated = pt.update(study)
    row = table.loc[("x", "one")]
    assert row["Support"] == float(updated["posterior"].sel(case="x", hypothesis="one"))
    assert row["Lowest"] == pytest.approx(0.6 / 0.7, abs=1e-12)
    assert row["Highest"] == pytest.approx(0.9, abs=1e-12)
    assert [row["Low"], row["High"]] == pytest.approx([row["Lowest"], row["Highest"]], abs=2e-3)  # one range: its own central 90 %
    assert table["Support"].sum() == pytest.approx(1, abs=1e-12)
    assert row["Support, odds (dB)"] == pytest.approx(10 * math.log10(row["Support"] / (1 - row["Support"])), abs=1e-9)
    assert list(table["Explanation"]) == ["First reason", "Second reason"]


def test_odds_survive_where_the_probability_rounds_to_one():
    study = _study([_item(f"m{i}", 0.9, 1e-30, date=str(2000 + i)) for i in range(4)])
    table = tables.posterior(study)
    expected = 4 * 10 * math.log10(0.9 / 1e-30)
    assert table.loc[("x", "one"), "Support"] == 1.0
    assert table.loc[("x", "one"), "Support, odds (dB)"] == pytest.approx(expected, rel=1e-12)
    assert printed(table)[0][3] == f"> 0.99 (+{expected:.0f} dB)"


def test_only_a_judged_zero_prints_as_zero():
    table = tables.posterior(_study([_item("m", 0.5, 0.0)]))
    rows = printed(table)
    assert rows[0][3:6] == ["1", "1", "1"]
    assert rows[1][3:6] == ["0", "0", "0"]


def test_weights_add_up_to_the_odds():
    rng = np.random.default_rng(20261123)
    items = [_item(f"m{i}", *rng.uniform(0.05, 0.95, 2), date=str(2000 + i % 7), cluster="c" if i < 4 else None) for i in range(12)]
    study = _study(items, case={"clusters": {"c": {"correlation": 0.5, "label": "Joined"}}})
    table = tables.weights(study)
    gap = (table["First reason"] - table["Second reason"]).sum()
    updated = pt.update(study)
    odds = float(updated["log_posterior"].sel(hypothesis="one").item() - updated["log_posterior"].sel(hypothesis="two").item())
    assert gap == pytest.approx(odds * 10 / math.log(10), abs=1e-9)
    assert list(table.index.get_level_values("evidence"))[:2] == ["m0", "m7"]  # by date
    joint = tables.clusters(study)
    members = table.loc[[("x", f"m{i}") for i in range(4)]]
    part = (members["First reason"] - members["Second reason"]).sum()
    assert joint.loc[("x", "c"), "First reason"] - joint.loc[("x", "c"), "Second reason"] == pytest.approx(part, abs=1e-9)
    assert joint.loc[("x", "c"), "Items"].count(";") == 3


# Van Evera


@pytest.mark.parametrize(
    ("p", "q", "plus", "minus", "of", "kind"),
    [
        (0.9, 0.1, 9, 1 / 9, "First reason", "Doubly decisive"),
        (0.2, 0.05, 4, 0.8 / 0.95, "First reason", "Smoking gun"),
        (0.95, 0.8, 0.95 / 0.8, 0.25, "First reason", "Hoop"),
        (0.6, 0.5, 1.2, 0.8, "First reason", "Straw in the wind"),
        (0.1, 0.9, 9, 1 / 9, "Second reason", "Doubly decisive"),
        (0.5, 0.5, 1, 1, "", "Straw in the wind"),
        (0.3, 0.0, math.inf, 0.7, "First reason", "Smoking gun"),
        (1.0, 0.9, 1 / 0.9, 0.0, "First reason", "Hoop"),
        (1.0, 0.0, math.inf, 0.0, "First reason", "Doubly decisive"),
        (1.0, 1.0, 1, 1, "", "Straw in the wind"),
        (0.5, 0.25, 2, 2 / 3, "First reason", "Smoking gun"),
    ],
)
def test_kinds_of_test_follow_their_definition(p, q, plus, minus, of, kind):
    row = tables.van_evera(_study([_item("m", p, q)]), "one", "two").iloc[0]
    assert row["LR+"] == pytest.approx(plus, rel=1e-12)
    assert row["LR−"] == pytest.approx(minus, rel=1e-12, abs=1e-15)
    assert (row["Test of"], row["Test"]) == (of, kind)


def test_both_zero_counts_as_one():
    item = pt.Evidence("m", finding="F.", probability={"one": 0, "two": 0, "three": 0.5})
    row = tables.van_evera(_study([item], ("one", "two", "three")), "one", "two").iloc[0]
    assert (row["LR+"], row["LR−"], row["Test"]) == (1, 1, "Straw in the wind")


def test_cut_points_are_parameters():
    study = _study([_item("m", 0.6, 0.4)])
    assert tables.van_evera(study, "one", "two").iloc[0]["Test"] == "Straw in the wind"
    assert tables.van_evera(study, "one", "two", lr_plus=1.5, lr_minus=0.7).iloc[0]["Test"] == "Doubly decisive"


def test_source_and_search_do_not_enter_the_class():
    bare = tables.van_evera(_study([_item("m", 0.9, 0.1)]), "one", "two")
    item = _item("m", 0.9, 0.1, source="s", status="not_found", search_sensitivity=0.3)
    dressed = tables.van_evera(_study([item], sources={"s": {"reliability": 0.2}}), "one", "two")
    assert bare.iloc[0]["LR+"] == dressed.iloc[0]["LR+"]


def test_class_of_a_range_is_that_of_its_mean_and_names_what_else_it_could_be():
    row = tables.van_evera(_study([_item("m", (0.3, 0.9), 0.2)]), "one", "two").iloc[0]
    mean = row["Probability under First reason"]
    draws = np.random.default_rng(1).standard_normal(400_000)
    mu, sd = (math.log(0.3 / 0.7) + math.log(9)) / 2, (math.log(9) - math.log(0.3 / 0.7)) / (2 * 1.6448536269514722)
    theta = 1 / (1 + np.exp(-(mu + sd * draws)))
    assert abs(mean - theta.mean()) < 4 * theta.std() / math.sqrt(len(theta))  # fails by chance once in 16,000
    assert row["LR+"] == pytest.approx(mean / 0.2, rel=1e-12)
    assert row["LR−"] == pytest.approx((1 - mean) / 0.8, rel=1e-12)  # .63 against .2: 3.1 and .47
    assert (row["Test"], row["Within the ranges"]) == ("Doubly decisive", "Straw in the wind")  # .3 against .2: 1.5 and .88


def test_ratios_are_marked_and_their_class_moves_with_the_anchor():
    item = pt.Evidence("m", finding="F.", ratio={"one": 4, "two": 1})
    low, high = (tables.van_evera(_study([item], anchor=a), "one", "two").iloc[0] for a in (0.2, 0.9))
    assert (low["Depends on the anchor"], high["Depends on the anchor"]) == ("yes", "yes")
    assert (low["Test"], high["Test"]) == ("Smoking gun", "Doubly decisive")


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (("one", "tow"), "no explanation 'tow'; there are one, two"),
        (("one", "one"), "'one' against itself"),
    ],
)
def test_wrong_names_are_told(args, told):
    with pytest.raises(pt.UsageError, match=re.escape(told)):
        tables.van_evera(_study([]), *args)


def test_impossible_cut_points_are_told():
    with pytest.raises(pt.UsageError, match="lr_plus is 1 or more"):
        tables.van_evera(_study([]), "one", "two", lr_plus=0.5)


# agreement

PUBLISHED = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, NAN, NAN, NAN],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, NAN, 3],
    [NAN, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, NAN],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, NAN],
]
"""Krippendorff, Computing Krippendorff's alpha-reliability (2011), section C: four observers, twelve units; interval alpha .849."""


def test_alpha_is_the_published_one():
    assert round(tables.krippendorff(np.array(PUBLISHED).T), 3) == 0.849


def test_alpha_is_the_sum_over_pairs():
    rng = np.random.default_rng(7)
    for _ in range(20):
        values = rng.normal(size=(9, 3)) * 5
        values[rng.random(values.shape) < 0.3] = NAN
        units = [row[~np.isnan(row)] for row in values]
        units = [row for row in units if len(row) > 1]
        pooled = np.concatenate(units)
        n = len(pooled)
        observed = sum(sum((a - b) ** 2 for a, b in itertools.permutations(row, 2)) / (len(row) - 1) for row in units) / n
        expected = sum((a - b) ** 2 for a, b in itertools.permutations(pooled, 2)) / (n * (n - 1))
        assert tables.krippendorff(values) == pytest.approx(1 - observed / expected, abs=1e-12)


def test_alpha_without_variation_is_undefined():
    assert math.isnan(tables.krippendorff(np.ones((4, 2))))
    assert math.isnan(tables.krippendorff(np.array([[1.0, NAN], [NAN, 2.0]])))


def _coded(values, clusters=None):
    items = []
    for k, column in enumerate(np.array(values).T):
        told = {f"a{j}": {"decibels": {"one": float(v), "two": 0.0}} for j, v in enumerate(column) if not math.isnan(v)}
        where = clusters[k] if clusters else None
        items.append(pt.Evidence(f"m{k}", finding="F.", judgements=told, cluster=where))
    names = {name: {"correlation": 0.3} for name in clusters or [] if name}
    return _study(items, analysts={f"a{j}": {"note": "a person"} for j in range(len(values))}, case={"clusters": names})


def test_agreement_of_codings_in_decibels_is_the_published_alpha():
    row = tables.agreement(_coded(PUBLISHED), draws=10).iloc[0]
    assert round(row["Alpha"], 3) == 0.849
    assert (row["Items"], row["Clusters"]) == (11, 11)  # the twelfth unit was judged once


def test_bootstrap_resamples_whole_clusters():
    clusters = ["c", "c", "c", "d", "d", *[None] * 7]
    table = tables.agreement(_coded(PUBLISHED, clusters), draws=300, coverage=0.9, random_seed=5)
    row = table.iloc[0]
    assert row["Clusters"] == 8
    by_item = np.array(PUBLISHED).T[:11]
    groups = [[0, 1, 2], [3, 4], *([k] for k in range(5, 11))]
    counts = np.random.default_rng(5).multinomial(8, np.full(8, 1 / 8), size=300)
    alphas = []
    for count in counts:
        drawn = [by_item[k] for g, times in enumerate(count) for _ in range(times) for k in groups[g]]
        alphas.append(tables.krippendorff(np.array(drawn)))
    assert [row["Low"], row["High"]] == pytest.approx(list(np.nanquantile(alphas, [0.05, 0.95])), abs=1e-9)


def test_an_infinite_weight_is_the_largest_disagreement_and_is_counted():
    judged = {"a": {"probability": {"one": 0.5, "two": 0.0}}, "b": {"probability": {"one": 0.5, "two": 0.2}}}
    items = [pt.Evidence("z", finding="F.", judgements=judged)]
    items += [
        pt.Evidence(f"m{k}", finding="F.", judgements={a: {"probability": {"one": 0.5, "two": p}} for a in "ab"})
        for k, p in enumerate((0.1, 0.7))
    ]
    row = tables.agreement(_study(items, analysts={"a": {}, "b": {}}), draws=20).iloc[0]
    assert (row["Items"], row["Infinite weights"]) == (3, 1)
    assert row["Alpha"] == pytest.approx(0.0, abs=1e-12)  # of six values one stands apart: 1 - (1/3) / (2 * 5/30) by hand


def test_agreement_needs_two_analysts():
    with pytest.raises(pt.AnalysisError, match="no item was judged by two analysts"):
        tables.agreement(_study([_item("m", 0.5, 0.1)]))


def test_codings_are_each_analysts_own_update_and_dividing_items_come_first():
    judged = [{"a": (0.5, 0.25), "b": (0.5, 0.1)}, {"a": (0.4, 0.2), "b": (0.4, 0.2)}, {"a": (0.8, 0.1), "b": (0.1, 0.8)}]
    items = [
        pt.Evidence(
            f"m{k}", finding="F.", judgements={who: {"probability": dict(zip(("one", "two"), p, strict=True))} for who, p in part.items()}
        )
        for k, part in enumerate(judged)
    ]
    study = _study(items, analysts={"a": {"label": "Ana", "note": "A language model, first run."}, "b": {"label": "Ben"}})
    persons = _study(items, analysts={"a": {"label": "Ana", "note": "A person."}, "b": {"label": "Ben"}})
    assert "repeatability" not in tables.codings(persons).attrs["note"] + tables.agreement(persons).attrs["caution"]
    own = tables.codings(study)
    odds = {"a": 0.5 / 0.25 * 2 * 8, "b": 0.5 / 0.1 * 2 / 8}
    for who, value in odds.items():
        assert own.loc[("x", who, "one"), "Support"] == pytest.approx(value / (1 + value))
    told = tables.dividing(study)
    assert list(told.index) == [("x", "m2"), ("x", "m0")]  # m1 divides nobody
    assert told["Apart (dB)"].tolist() == pytest.approx([20 * math.log10(8), 10 * math.log10(2.5)])
    for table in (own, told):
        assert "repeatability, not validity" in table.attrs["note"]
    page = pt.report.render(pt.compute(study, sample=False))
    assert "The items that divide the analysts: the first 5 of each case" in page
    assert page.count("repeatability, not validity") == 2


# appendix


def _full():
    return pt.Study(
        "Example",
        hypotheses={"one": {"label": "First reason"}, "two": {"label": "Second reason"}},
        sources={"paper": {"label": "The Paper", "kind": "journalism", "reliability": [0.6, 0.9]}},
        analysts={"ana": {"label": "Ana", "note": "a person"}, "ben": {"label": "Ben", "note": "a person"}},
        tags={"elite": {"label": "Elite testimony", "group": "channel"}},
        references={"smith2001": {"author": "Smith, A", "year": "2001", "title": "On things", "outlet": "Journal"}},
        cases=[
            pt.Case(
                "x",
                label="Case X",
                clusters={"tie": {"label": "One campaign", "correlation": 0.4}},
                evidence=[
                    pt.Evidence(
                        "late",
                        finding="The late finding.",
                        date="2005-07",
                        source="paper",
                        cite=[{"key": "smith2001", "at": "p. 3"}],
                        tags=["elite"],
                        cluster="tie",
                        judgements={
                            "ana": {"ratio": {"one": 8, "two": 1}, "because": {"one": "Ana's reason."}},
                            "ben": {"words": {"one": "likely", "two": "unlikely"}},
                        },
                    ),
                    pt.Evidence(
                        "early",
                        finding="The early finding.",
                        date="1999",
                        status="not_found",
                        search_sensitivity=0.7,
                        searched="All boxes.",
                        cluster="tie",
                        decibels={"one": -3, "two": [0, 2]},
                    ),
                    pt.Evidence("odd", finding="Set aside.", status="set_aside", note="A rumour."),
                ],
            )
        ],
    )


def test_appendix_holds_what_was_judged_by_whom_and_why():
    table = tables.appendix(_full())
    assert list(table.index.get_level_values("evidence")) == ["early", "late", "odd"]
    late, early, odd = table.loc[("x", "late")], table.loc[("x", "early")], table.loc[("x", "odd")]
    assert late["First reason: judgement"] == "Ana: 8 (ratio, the largest standing for 0.8); Ben: likely"
    assert late["First reason: reason"] == "Ana: Ana's reason."
    assert late["Sources"] == "The Paper (journalism; reliability 0.6 to 0.9)"
    assert late["Citations"] == "Smith, A (2001). On things. Journal, p. 3"
    assert (late["Tags"], late["Cluster"]) == ("Channel: Elite testimony", "One campaign (correlation 0.4)")
    assert early["Second reason: judgement"] == "0 to 2 dB (decibels, the largest standing for 0.8)"
    assert (early["Status"], early["Searched"], early["Search sensitivity"]) == ("Looked for, not found", "All boxes.", "0.7")
    assert (odd["Status"], odd["Note"]) == ("Set aside", "A rumour.")
    assert math.isnan(odd["First reason: weight (dB)"])
    updated = pt.update(_full())
    assert late["First reason: weight (dB)"] == float(updated["weight_db"].sel(evidence="x/late", hypothesis="one"))


def test_every_printed_table_is_free_of_identifiers():
    study = pt.Study(
        "Example",
        hypotheses={"zz_one": {"label": "First reason"}, "zz_two": {"label": "Second reason"}},
        sources={"zz_source": {"label": "The Paper", "reliability": 0.9}},
        clusters={"zz_cluster": {"label": "Joined"}},
        analysts={"zz_ana": {"label": "Ana"}, "zz_ben": {"label": "Ben"}},
        tags={"zz_tag": {"label": "Elite", "group": "channel"}},
        cases=[
            pt.Case(
                "zz_case",
                label="Case X",
                evidence=[
                    pt.Evidence(
                        f"zz_item{k}",
                        finding=f"Finding {k}.",
                        source="zz_source",
                        cluster="zz_cluster",
                        tags=["zz_tag"],
                        judgements={a: {"probability": {"zz_one": 0.3 + 0.2 * k, "zz_two": 0.4}} for a in ("zz_ana", "zz_ben")},
                    )
                    for k in range(3)
                ],
            )
        ],
    )
    made = [
        tables.posterior(study),
        tables.weights(study),
        tables.clusters(study),
        tables.appendix(study),
        tables.van_evera(study, "zz_one", "zz_two"),
        tables.agreement(study, draws=5),
    ]
    for table in made:
        assert "zz_" not in tables.to_html(table).replace("\\_", "_")
        assert "zz_" not in tables.to_latex(table).replace("\\_", "_")
        assert all("zz" not in head for head, _, _ in heads(table))


# writers


@pytest.mark.parametrize(
    ("kind", "values", "text"),
    [
        ("probability", [0.5, NAN], "0.50"),
        ("probability", [1.0, NAN], "> 0.99"),
        ("probability", [0.0, NAN], "0"),
        ("probability", [5e-324, NAN], "< 0.01"),
        ("probability", [0.0, -math.inf], "0"),
        ("probability", [0.002, 10 * math.log10(0.002 / 0.998)], "< 0.01 (−27 dB)"),
        ("interval", [0.2, NAN, 0.4, NAN], "0.20 to 0.40"),
        ("interval", [0.2, NAN, 0.2, NAN], "0.20"),
        ("interval", [NAN, NAN, 0.2, NAN], ""),
        ("decibels", [-12.3], "−12"),
        ("decibels", [-math.inf], "−∞"),
        ("ratio", [math.inf], "∞"),
        ("ratio", [1234.0], "1,200"),
        ("ratio", [0.25], "0.25"),
        ("coefficient", [NAN], "undefined"),
        ("coefficients", [-0.1, 0.9], "−0.10 to 0.90"),
        ("text", [None], ""),
    ],
)
def test_cells_follow_the_printing_rule(kind, values, text):
    assert cell(kind, values) == text


def test_csv_keeps_every_digit(tmp_path):
    table = tables.posterior(_study([_item("m", 1 / 3, 1e-17)]))
    path = tables.write(table, tmp_path / "new" / "posterior")[0]
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    back = pd.read_csv(path, encoding="utf-8-sig", index_col=[0, 1])
    for column in ("Support", "Support, odds (dB)", "Evidence (dB)"):
        assert back[column].tolist() == table[column].tolist()


HOSTILE = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "<script>alert(1)</script>",
    "\\input{/etc/passwd}",
    "a & b % c # d_e $f$ {g} ~ ^ | [h] * -- \n i",
]


def _hostile():
    return _study(
        [pt.Evidence(f"m{k}", finding=text, label=text[:40], probability={"one": 0.5, "two": 0.2}) for k, text in enumerate(HOSTILE)]
    )


def test_spreadsheets_find_no_formula():
    rows = list(csv.reader(io.StringIO(tables.to_csv(tables.appendix(_hostile())))))
    numbers = re.compile(r"-?\d+(\.\d+)?(e-?\d+)?|-?inf")
    for text in (part for row in rows for part in row):
        assert not text.startswith(("=", "+", "@", "\t", "\r"))
        assert not text.startswith("-") or numbers.fullmatch(text)
    assert "'=1+1" in {part for row in rows for part in row}


class _Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.seen = []
        self.text = []

    def handle_starttag(self, tag, attrs):
        self.seen.append((tag, tuple(name for name, _ in attrs)))

    def handle_data(self, data):
        self.text.append(data)


@pytest.mark.parametrize("make", [tables.weights, tables.appendix])
def test_html_holds_texts_as_texts(make):
    page = _Tags()
    page.feed(tables.to_html(make(_hostile())))
    allowed = {"html", "head", "meta", "title", "body", "table", "caption", "thead", "tbody", "tr", "th", "td", "p", "b", "i"}
    assert {tag for tag, _ in page.seen} <= allowed
    assert "<script>alert(1)</script>" in "".join(page.text)


def test_word_gets_borders_in_each_cell():
    html = tables.to_html(tables.weights(_hostile()))
    assert re.search(r'<th scope="col" style="[^"]*border-top:1.5pt solid black', html)
    assert "<script" not in html


def test_latex_has_no_active_character_of_a_text():
    for text in HOSTILE:
        made = escape(text)
        bare = re.sub(
            r"\\(?:textbackslash|textasciicircum|textasciitilde|textless|textgreater|textbar|textquotedbl)\{\}|\\[{}$&#%_]", "", made
        )
        assert not set(bare.replace("{[}", "").replace("{]}", "").replace("{*}", "").replace("-{}-", "")) & set("\\{}$&#%_^~[]*\n")


def test_latex_uses_booktabs_and_breaks_long_tables():
    short = tables.to_latex(tables.weights(_hostile()))
    assert all(rule in short for rule in (r"\toprule", r"\midrule", r"\bottomrule", r"\begin{tabular}"))
    long = tables.to_latex(tables.weights(_study([_item(f"m{k}", 0.5, 0.2) for k in range(40)])))
    assert r"\begin{longtable}" in long
    assert r"\endhead" in long
    assert r"\begin{longtable}" in tables.to_latex(tables.appendix(_hostile()))


def test_a_table_of_ones_own_can_be_written_too(tmp_path):
    own = pd.DataFrame({"A": ["x & y"], "B": [1.5]})
    for path in tables.write(own, tmp_path / "own"):
        assert path.stat().st_size > 0
    assert r"x \& y & 1.5" in tables.to_latex(own)


def test_an_empty_study_has_empty_tables(tmp_path):
    study = _study([])
    for table in (tables.weights(study), tables.appendix(study), tables.clusters(study), tables.van_evera(study, "one", "two")):
        assert len(table) == 0
        tables.write(table, tmp_path / "empty")


def test_the_table_of_robustness_is_fit_for_print():
    """It has a caption, words at the head of at most eight columns, and no number with more digits than print has."""
    items = [pt.Evidence(f"e{k}", finding=f"Finding {k}.", probability={"a": (0.5, 0.8), "b": 0.3}) for k in range(3)]
    study = pt.Study("Example", hypotheses={"a": {}, "b": {}}, cases=[pt.Case("x", evidence=items), pt.Case("y", evidence=[])])
    table = pt.robustness.summary(study)
    tex, html = pt.tables.to_latex(table), pt.tables.to_html(table)
    head = re.search(r"\\toprule\n(.*?) \\\\\n", tex)[1].split(" & ")
    assert head == re.findall(r'<th scope="col"[^>]*>([^<]*)</th>', html.replace("%", "\\%"))
    assert 1 < len(head) <= 8
    assert not any("_" in name for name in head)
    assert re.search(r"\\caption\{\w[^}]*\}", tex)
    assert re.search(r"<caption[^>]*>\w", html)
    for text in (tex.partition("midrule")[2], html.partition("<tbody>")[2]):
        assert not re.search(r"\d\.\d{3}", re.sub(r"dimexpr [\d.]+", "", text))
        assert "sentence" not in text
