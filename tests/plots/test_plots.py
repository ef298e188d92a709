"""Figures: what they draw is what the Datasets hold, in labels, within the page, whatever the user has set."""

from __future__ import annotations

import itertools
import math
import subprocess
import sys

import matplotlib
import numpy as np
import pytest
import xarray as xr
from matplotlib.axis import Axis
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.text import Text
from strategies.figure_texts import texts

import processtrace as pt
from processtrace import plots, robustness
from processtrace.plots.labels import hypotheses, items
from processtrace.plots.path import steps
from processtrace.plots.style import look
from processtrace.text.numbers import odds

HYPOTHESES = {"qx_survival": "Leader survival", "qx_interest": "National interest", "qx_soft": "Soft power", "qx_exit": "Costs of exit"}
LONGEST = "Wages of US$5 to US$9 paid to commanders"
assert len(LONGEST) == 40


def study_of(hypotheses: int, per_case: int, seed: int = 5, labels: str = "Finding {k} of {case}") -> pt.Study:
    """Random ranges with clusters, sources, tags, two analysts and an item not found; every identifier starts with qx."""
    rng = np.random.default_rng(seed)
    names = list(HYPOTHESES)[:hypotheses]

    def judged():
        middle = rng.uniform(-2, 1, len(names))
        return {h: tuple(1 / (1 + np.exp(-m - np.array([-0.4, 0.4])))) for h, m in zip(names, middle, strict=True)}

    cases = []
    for case in ("north", "south"):
        evidence = []
        for k in range(per_case):
            shared = (
                {"judgements": {a: {"probability": judged()} for a in ("qx_ana", "qx_ben")}} if k % 3 == 0 else {"probability": judged()}
            )
            evidence.append(
                pt.Evidence(
                    f"qx_item_{k}",
                    finding=f"Finding {k}.",
                    label=labels.format(k=k, case=case),
                    date=None if k == 3 else f"{2030 - k}-03-0{1 + k % 9}/{2031 - k}-11-23",
                    source="qx_agency" if k % 2 else "qx_interview",
                    cluster="qx_polls" if k in (0, 2) else None,
                    tags=["qx_hard"] if k < 2 else [],
                    status="not_found" if k == 4 else "found",
                    search_sensitivity=0.6 if k == 4 else None,
                    given=["qx_item_1"] if k == 5 else [],
                    **shared,
                )
            )
        cases.append(pt.Case(f"qx_{case}", label=f"The {case}", evidence=evidence))
    return pt.Study(
        "Example",
        hypotheses={h: pt.Hypothesis(h, label=HYPOTHESES[h]) for h in names},
        cases=cases,
        sources={
            "qx_agency": {"label": "An agency", "reliability": 0.9},
            "qx_interview": {"label": "An interview", "reliability": (0.7, 0.9)},
        },
        clusters={"qx_polls": {"label": "Polls of one year", "correlation": 0.4}},
        tags={"qx_hard": {"label": "Hard power"}},
        analysts={"qx_ana": {"label": "Ana"}, "qx_ben": {"label": "Ben"}},
    )


class Results:
    """A study with everything that figures draw of it."""

    def __init__(self, study: pt.Study):
        self.study, self.updated = study, pt.update(study)
        names = (
            "bounds",
            "ranges",
            "swings",
            "dependence",
            "model_error",
            "noise",
            "prediction_bits",
            "analysts",
            "parts",
            "tilt",
        )
        self.of = {name: getattr(robustness, name)(study) for name in names}

    def figures(self, case: str = "qx_north") -> dict[str, Figure]:
        u, of = self.updated, self.of
        return {
            "support": plots.support(u, of["ranges"]),
            "path": plots.path(u, case),
            "weights": plots.weights(u, case),
            **({"simplex": plots.simplex(u)} if u.sizes["hypothesis"] == 3 else {}),
            "tornado": plots.tornado(u, of["swings"], case),
            "surprise": plots.surprise(u, of["prediction_bits"], case),
            "dependence": plots.dependence(u, of["dependence"]),
            "model_error": plots.model_error(u, of["model_error"]),
            "noise": plots.noise(u, of["noise"]),
            "analysts": plots.analysts(u, of["analysts"]),
            "parts": plots.parts(u, of["parts"], case),
            "tilt": plots.tilt(u, of["tilt"]),
            "prior_odds": plots.prior_odds(u),
        }


@pytest.fixture(scope="module")
def small():
    return Results(study_of(3, 7))


@pytest.fixture(scope="module")
def drawn(small):
    return small.figures()


def drawn_marks(figure: Figure, panel: int, marker: str) -> np.ndarray:
    """Places (x, y) of all marks of a kind on one panel."""
    lines = [line for line in figure.axes[panel].get_lines() if line.get_marker() == marker]
    return np.concatenate([np.column_stack(line.get_data()) for line in lines]).astype(float)


# Words


def test_no_figure_shows_an_identifier(drawn):
    for name, figure in drawn.items():
        assert [text for text in texts(figure) if "qx" in text.lower() or "_" in text] == [], name


LABELLED = {
    "support": ["The north", "The south", *list(HYPOTHESES.values())[:3]],
    "path": ["Finding 0 of north", "Finding 6 of north", "undated", "1 Mar 2030 – 23 Nov 2031", *list(HYPOTHESES.values())[:3]],
    "weights": ["Finding 4 of north", "undated"],
    "tornado": ["Finding 2 of north"],
    "surprise": ["Finding 3 of north"],
    "dependence": ["The north", "The south"],
    "analysts": ["Ana", "Ben", "The south"],
}


@pytest.mark.parametrize("name", LABELLED)
def test_labels_stand_where_they_belong(drawn, name):
    assert set(LABELLED[name]) <= set(texts(drawn[name]))


def test_every_figure_has_a_title_with_its_case_and_axes_with_labels(drawn):
    for name, figure in drawn.items():
        title = " ".join(figure.get_suptitle().split())
        assert len(title) > 10
        assert title.endswith(": The north") or {"The north", "The south"} <= {text.strip() for text in texts(figure)}, name
        if name != "simplex":
            assert all(axes.get_xlabel() for axes in figure.axes[-1:]), name


def test_a_dollar_is_a_dollar():
    results = study_of(2, 4, labels=LONGEST)
    assert LONGEST in texts(plots.weights(pt.update(results), "qx_north"))
    assert not any(part.get_parse_math() for part in plots.path(pt.update(results), "qx_north").findobj(Text) if part.get_text())


def test_the_key_says_what_the_interval_is(drawn):
    told = " ".join(texts(drawn["support"]))
    assert all(words in told for words in ("central 90 % of the ranges", "given that one of these"))


def test_the_key_names_no_interval_where_no_judgement_is_a_range():
    item = pt.Evidence("memo", finding="A memo.", probability={"a": 0.9, "b": 0.1})
    study = pt.Study("Points", hypotheses={"a": {}, "b": {}}, cases=[pt.Case("x", evidence=[item])])
    figure = plots.support(pt.update(study), pt.robustness.ranges(study))
    assert not any("of the ranges" in text for text in texts(figure))


# Values


def test_support_draws_the_posterior_and_the_range_of_the_leader(small, drawn):
    """One row a case, sorted by who leads and then by how surely; every posterior is a mark, the leader's range a thick line."""
    updated, ranges = small.updated, small.of["ranges"]
    axes = drawn["support"].axes[0]
    posterior = {str(label): row for label, row in zip(updated["case_label"].values, updated["posterior"].values, strict=True)}
    rows = [label.get_text() for label in axes.get_yticklabels()]
    assert rows == sorted(posterior, key=lambda label: (posterior[label].argmax(), -posterior[label].max()))
    for y, label in enumerate(rows):
        marks = [line for line in axes.get_lines() if line.get_marker() in ("o", "s", "^") and line.get_ydata()[0] == y]
        assert sorted(float(line.get_xdata()[0]) for line in marks) == sorted(posterior[label].tolist())
        (wide,) = [line.get_xdata() for line in axes.get_lines() if line.get_linewidth() == 4 and line.get_ydata()[0] == y]
        leader, case = int(posterior[label].argmax()), str(updated["case"].values[list(posterior).index(label)])
        own = ranges.sel(case=case).isel(hypothesis=leader)
        assert list(wide) == pytest.approx([float(own["low"]), float(own["high"])], rel=1e-12)


def test_the_path_is_the_posterior_of_the_items_so_far(small, drawn):
    """Every step against the update of a study that holds no later item."""
    order = [item.name.split("/")[1] for item in items(small.updated, "qx_north")]
    path = np.exp(steps(small.updated, "qx_north"))
    for k in range(len(order) + 1):
        shorter = small.study.only("qx_north")
        for name in order[k:]:
            if any(item.id == name for item in shorter.cases[0].evidence):
                shorter = shorter.without(item=name)
        if len(shorter.cases[0].evidence) == k:  # an item that is given a later one falls with it
            assert path[k] == pytest.approx(pt.update(shorter)["posterior"].values[0], abs=1e-9)
    shown = np.column_stack([drawn_marks(drawn["path"], 0, part.look.marker)[:, 0] for part in hypotheses(small.updated)])
    assert np.array_equal(shown, path)
    assert path[-1] == pytest.approx(small.updated["posterior"].sel(case="qx_north").values, abs=1e-12)


def test_the_odds_beside_the_path_are_those_of_its_support(small, drawn):
    for part in hypotheses(small.updated):
        p = drawn_marks(drawn["path"], 0, part.look.marker)[:, 0]
        assert drawn_marks(drawn["path"], 1, part.look.marker)[:, 0] == pytest.approx(10 * np.log10(p / (1 - p)), abs=1e-9)


@pytest.mark.parametrize("order", ["weight", "time"])
def test_weights_add_up_to_the_evidence_for_the_pair(small, order):
    pair = ("qx_soft", "qx_survival")
    figure = plots.weights(small.updated, "qx_north", pair, order)
    bars = [patch.get_width() for patch in figure.axes[0].patches if patch.get_height() == pytest.approx(0.68)]
    evidence = small.updated["evidence_db"].sel(case="qx_north")
    assert sum(bars) == pytest.approx(float(evidence.sel(hypothesis=pair[0]) - evidence.sel(hypothesis=pair[1])), abs=1e-9)
    labels = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    if order == "weight":
        assert bars == sorted(bars, reverse=True)
    else:
        assert labels == [item.label for item in items(small.updated, "qx_north")]
    assert "A" in texts(figure)


def test_a_case_stands_in_the_simplex_where_its_posterior_is(small, drawn):
    """Marks by barycentric coordinates from the three corners, which are named; the tinted part around a mark is its leader's."""
    axes, updated = drawn["simplex"].axes[0], small.updated
    regions = [
        patch
        for patch in axes.patches
        if (len(patch.get_path().vertices) > 4 and patch.get_hatch() is not None) or patch.get_facecolor()[3] == 0.3
    ]
    corners = np.array([region.get_xy()[0] for region in regions[:3]])
    assert set(list(HYPOTHESES.values())[:3]) <= set(texts(drawn["simplex"]))
    marks = [line.get_xydata()[0] for line in axes.get_lines() if line.get_marker() == "o"]
    expected = updated["posterior"].values @ corners
    assert all(min(np.abs(mark - place).max() for place in expected) < 1e-9 for mark in marks)
    for place, row in zip(expected, updated["posterior"].values, strict=True):
        assert [k for k, region in enumerate(regions[:3]) if region.get_path().contains_point(place)] == [int(row.argmax())]


def test_break_even_odds_are_a_tie_when_put_into_the_study():
    study = study_of(4, 5)
    updated = pt.update(study)
    names = list(updated["hypothesis"].values)
    posterior = updated["posterior"].sel(case="qx_north").values
    best = int(posterior.argmax())
    ties = [line for line in plots.prior_odds(updated, coords={"case": "qx_north"}).axes[0].get_lines() if line.get_linewidth() == 1.6]
    rivals = [int(k) for k in np.argsort(-posterior) if k != best]
    for k, line in zip(rivals, ties, strict=True):
        prior = dict.fromkeys(names, 1.0) | {names[best]: 10 ** float(line.get_xdata()[0])}
        tied = pt.update(study.with_prior(prior))["posterior"].sel(case="qx_north").values
        assert tied[best] == pytest.approx(tied[k], rel=1e-9)


def test_the_tornado_draws_the_swing_of_each_judgement(small, drawn):
    """Each bar goes from the lowest to the highest lead, the longest first; `test_swings` holds the values against brute force."""
    mine = small.of["swings"].isel(evidence=small.of["swings"]["evidence_case"].values == "qx_north")
    axes = drawn["tornado"].axes[0]
    spans = []
    for y in axes.get_yticks():
        bars = [patch for patch in axes.patches if patch.get_height() == pytest.approx(0.68) and patch.get_y() + 0.34 == pytest.approx(y)]
        spans.append((min(bar.get_x() for bar in bars), max(bar.get_x() + bar.get_width() for bar in bars)))
    expected = sorted(zip(mine["lowest_db"].values, mine["highest_db"].values, strict=True))
    assert np.array(sorted(spans)) == pytest.approx(np.array(expected))
    lengths = [high - low for low, high in spans]
    assert lengths == sorted(lengths, reverse=True)


@pytest.mark.parametrize(("name", "along"), [("dependence", "rho"), ("model_error", "epsilon")])
def test_sweeps_draw_the_posterior_along_them(small, drawn, name, along):
    for panel, case in enumerate(small.updated["case"].values):
        swept = small.of[name]["posterior"].sel(case=case).transpose(along, "hypothesis").values
        lines = [line for line in drawn[name].axes[panel].get_lines() if len(line.get_xdata()) == len(swept)]
        assert np.array_equal(np.column_stack([line.get_ydata() for line in lines]), swept)
    if name == "dependence":
        for k, part in enumerate(hypotheses(small.updated)):
            ends = drawn_marks(drawn[name], 0, part.look.marker)[:, 1]
            assert ends.tolist() == [float(small.updated["posterior"][0, k]), float(small.of[name]["fully_redundant"][0, k])]


def test_parts_and_tilt_draw_their_numbers(small, drawn):
    parts = small.of["parts"]
    mine = parts.isel(part=(parts["part_case"].values == "qx_north") & (parts["items"].values > 0))
    for panel, key in ((0, "only"), (1, "without")):
        marks = [
            line.get_xdata()
            for line in drawn["parts"].axes[panel].get_lines()
            if len(line.get_xdata()) == mine.sizes["part"] and line.get_marker() != "None"
        ]
        for k in range(mine.sizes["hypothesis"]):
            assert any(np.array_equal(x, mine[key].values[:, k], equal_nan=True) for x in marks)
    for panel in range(small.of["tilt"].sizes["case"]):
        lines = [line.get_ydata() for line in drawn["tilt"].axes[panel].get_lines()]
        for k in range(mine.sizes["hypothesis"]):
            assert any(np.array_equal(y, small.of["tilt"]["posterior"].values[panel, :, k]) for y in lines)
        bands = drawn["tilt"].axes[panel].collections
        assert len({str(band.get_linestyle()) for band in bands}) == len(bands) == mine.sizes["hypothesis"]  # told apart without colour
    with pytest.raises(pt.AnalysisError, match="has no parts"):
        plots.parts(small.updated, parts.isel(part=parts["part_case"].values == "none"), "qx_north")


def test_noise_surprise_and_analysts_draw_their_numbers(small, drawn):
    for panel in range(2):
        curve = max(drawn["noise"].axes[panel].get_lines(), key=lambda line: len(line.get_xdata()))
        assert np.array_equal(curve.get_ydata(), small.of["noise"]["leader_stays"].values[panel])
    bits = small.of["prediction_bits"]
    mine = bits.isel(evidence=bits["evidence_case"].values == "qx_north")
    for panel, name in enumerate(("excess", "bits")):
        assert sorted(drawn_marks(drawn["surprise"], panel, "o")[:, 0]) == pytest.approx(sorted(mine[name].values))
    each = small.of["analysts"]["posterior"].transpose("case", "analyst", "hypothesis").values
    whole = small.updated["posterior"].values
    for k, part in enumerate(hypotheses(small.updated)):
        rows = [value for case in range(2) for value in (whole[case, k], *each[case, :, k])]
        assert drawn_marks(drawn["analysts"], 0, part.look.marker)[:, 0].tolist() == rows


# Looks


def lightness(colour: str) -> float:
    """CIE L* of a colour."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)]
    return 116 * float(np.cbrt(np.dot(linear, [0.2126, 0.7152, 0.0722]))) - 16


def test_explanations_are_told_apart_without_colour():
    looks = [look(k) for k in range(16)]
    assert all(abs(lightness(a.colour) - lightness(b.colour)) > 15 for a, b in itertools.combinations(looks[:3], 2))
    for trait in ("marker", "dash", "hatch"):
        assert len({getattr(part, trait) for part in looks[:8]}) == 8
    assert len({(part.colour, part.marker) for part in looks}) == 16


def unhidden(figure: Figure) -> list[Text]:
    """The texts that are drawn: ticks outside the limits of their axis are not."""
    outside = set()
    for axes in figure.axes:
        for axis in axes.findobj(Axis):
            low, high = sorted(axis.get_view_interval())
            for tick in (*axis.get_major_ticks(), *axis.get_minor_ticks()):
                if not low - 1e-9 <= tick.get_loc() <= high + 1e-9 or not tick.get_visible():
                    outside |= {tick.label1, tick.label2}
    found = [part for part in figure.findobj(Text) if part.get_visible() and part.get_text().strip() and part not in outside]
    return [part for part in found if part.get_rotation() % 90 == 0]


@pytest.mark.parametrize("hypotheses", [3, 4])
def test_nothing_is_clipped_and_no_texts_overlap_with_long_labels(hypotheses):
    """Thirty items with labels of forty characters: every text is on the page and covers no other."""
    study = study_of(hypotheses, 30, labels=LONGEST)
    updated = pt.update(study)
    names = [f"{label} and what goes with it, in words"[:40] for label in list(HYPOTHESES.values())[:hypotheses]]
    updated = updated.assign_coords(hypothesis_label=("hypothesis", names), case_label=("case", [LONGEST, "The south"]))
    results = Results.__new__(Results)
    results.updated = updated
    results.of = {
        name: getattr(robustness, name)(study)
        for name in ("swings", "model_error", "noise", "prediction_bits", "analysts", "bounds", "parts", "tilt")
    }
    ends = xr.concat([results.of["bounds"][end] for end in ("lowest", "highest")], "draw")
    results.of |= {"ranges": np.log(ends / (1 - ends)).to_dataset(name="log_odds")}
    results.of |= {
        "dependence": results.of["model_error"].rename(epsilon="rho").assign(fully_redundant=updated["posterior"]),
    }
    for name, figure in results.figures().items():
        figure.draw_without_rendering()  # labels of axes find their places as they are drawn
        page = figure.bbox
        boxes = [(part.get_text(), part.get_window_extent()) for part in unhidden(figure)]
        for text, box in boxes:
            assert page.x0 - 1 <= box.x0 and box.x1 <= page.x1 + 1 and page.y0 - 1 <= box.y0 and box.y1 <= page.y1 + 1, (name, text)  # noqa: PT018
        for (one, a), (other, b) in itertools.combinations(boxes, 2):
            wide, high = min(a.x1, b.x1) - max(a.x0, b.x0), min(a.y1, b.y1) - max(a.y0, b.y0)
            assert wide < 1 or high < 1, (name, one, other)


# Files and state


def test_save_writes_vector_and_raster_the_same_each_time(small, drawn, tmp_path):
    pdf, png = plots.save(drawn["weights"], tmp_path / "new" / "weights.north")
    assert (pdf.name, png.name) == ("weights.north.pdf", "weights.north.png")
    assert pdf.read_bytes().startswith(b"%PDF")
    assert png.read_bytes().startswith(b"\x89PNG")
    assert b"/Subtype /Image" not in pdf.read_bytes()
    again = plots.save(plots.weights(small.updated, "qx_north"), tmp_path / "again")
    assert [path.read_bytes() for path in again] == [pdf.read_bytes(), png.read_bytes()]
    assert b"CreationDate" not in pdf.read_bytes()


def test_the_users_settings_change_nothing_and_are_not_changed(small, drawn, tmp_path):
    with matplotlib.rc_context({"font.size": 30, "axes.grid": True, "text.parse_math": True, "lines.linewidth": 9, "figure.dpi": 37}):
        before = dict(matplotlib.rcParams)
        other = plots.save(plots.path(small.updated, "qx_north"), tmp_path / "other")
        assert dict(matplotlib.rcParams) == before
    usual = plots.save(drawn["path"], tmp_path / "usual")
    assert [path.read_bytes() for path in other] == [path.read_bytes() for path in usual]


def test_pyplot_is_never_loaded_and_the_backend_never_chosen():
    program = (
        "import sys, processtrace as pt\n"
        "item = pt.Evidence('memo', finding='A memo.', probability={'a': 0.8, 'b': 0.2, 'c': 0.1})\n"
        "study = pt.Study('Example', hypotheses={'a': {}, 'b': {}, 'c': {}}, cases=[pt.Case('x', evidence=[item])])\n"
        "updated = pt.update(study)\n"
        "import matplotlib; before = dict.__getitem__(matplotlib.rcParams, 'backend')\n"
        "pt.plots.path(updated, 'x')\n"
        "print('matplotlib.pyplot' in sys.modules, dict.__getitem__(matplotlib.rcParams, 'backend') is before)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False True"


# Edges


def one_case(*judged: tuple[float, ...], prior: tuple[float, ...] | None = None) -> pt.Study:
    names = [f"qx_{k}" for k in range(len(judged[0]) if judged else 3)]
    weights = prior or (1.0,) * len(names)
    evidence = [
        pt.Evidence(f"qx_item_{k}", finding="A finding.", probability=dict(zip(names, values, strict=True)))
        for k, values in enumerate(judged)
    ]
    parts = {h: pt.Hypothesis(h, label=f"Explanation {h[-1]}", prior=w) for h, w in zip(names, weights, strict=True)}
    return pt.Study("Example", hypotheses=parts, cases=[pt.Case("qx_case", label="The case", evidence=evidence)])


@pytest.mark.parametrize(
    "study",
    [
        one_case((0.5,)),
        one_case((0.5, 0.5, 0.5)),
        one_case((0.5, 0.0, 0.2), (0.3, 0.6, 0.1)),
        one_case((0.5, 0.0, 0.0)),
        one_case((0.5, 0.0)),
        one_case((0.5, 0.2, 0.1), prior=(1, 0, 1)),
        one_case(*[(0.9, 1e-200, 1e-250, 0.1)] * 5),
        one_case(),
        one_case(tuple(np.linspace(0.1, 0.9, 11))),
    ],
    ids=["one hypothesis", "tie", "refuted", "two refuted", "pair refuted", "prior zero", "strong", "no item", "eleven"],
)
def test_edges_are_drawn_or_refused_in_words(study):
    updated = pt.update(study)
    assert plots.support(updated, robustness.ranges(study)).axes
    assert plots.path(updated, "qx_case").axes
    wanted = {plots.weights: len(study.hypotheses) > 1 and bool(study.cases[0].evidence)}
    for make, possible in wanted.items():
        if possible:
            assert make(updated, "qx_case").axes
        else:
            with pytest.raises(pt.ProcesstraceError, match=r"one hypothesis|no item that counts"):
                make(updated, "qx_case")


def test_what_is_infinite_stays_on_the_page():
    figure = plots.weights(pt.update(one_case((0.5, 0.0), (0.3, 0.6))), "qx_case")
    assert "∞" in texts(figure)
    low, high = figure.axes[0].get_xlim()
    assert all(
        low <= patch.get_x() and patch.get_x() + patch.get_width() <= high for patch in figure.axes[0].patches if patch.get_height() < 1
    )


def test_wrong_arguments_are_refused_with_what_is_allowed(small):
    updated = small.updated
    with pytest.raises(pt.UsageError, match="no case 'east'; there are qx_north, qx_south"):
        plots.path(updated, "east")
    with pytest.raises(pt.UsageError, match="no hypothesis 'x'; there are qx_survival"):
        plots.weights(updated, "qx_north", ("x", "qx_soft"))
    with pytest.raises(pt.UsageError, match="two different hypotheses"):
        plots.weights(updated, "qx_north", ("qx_soft", "qx_soft"))
    tied = one_case((0.5, 0.5, 0.2))
    with pytest.raises(pt.AnalysisError, match="no single leading explanation"):
        plots.tornado(pt.update(tied), robustness.swings(tied), "qx_case")
    with pytest.raises(pt.AnalysisError, match="a triangle shows three explanations, and this study has 2"):
        plots.simplex(pt.update(one_case((0.5, 0.3))))
    for width in (0, 1.0, math.nan, math.inf):
        with pytest.raises(pt.UsageError, match="a width of"):
            plots.path(updated, "qx_north", width=width)
    with pytest.raises(pt.UsageError, match="page 2; this figure has 1 page"):
        plots.weights(updated, "qx_north", page=2)


@pytest.mark.parametrize(
    ("ratio", "words"),
    [(1, "1 : 1"), (2.5, "2.5 : 1"), (9.96, "10 : 1"), (1 / 16.4, "1 : 16"), (1234, "1,200 : 1"), (1e8, "80 dB"), (1e-8, "−80 dB")],
)
def test_odds_in_words(ratio, words):
    assert odds(math.log(ratio)).replace("\u00a0", " ") == words


def test_a_key_draws_marks_as_the_figure_does(drawn):
    legend = drawn["path"].legends[0]
    shown = [(line.get_marker(), line.get_color()) for line in legend.findobj(Line2D) if line.get_marker() not in ("", "None")]
    assert {(look(k).marker, look(k).colour) for k in range(3)} <= set(shown)
