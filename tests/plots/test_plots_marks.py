"""Every colour, hatch, mark and place in every figure, against the grammar of looks and values computed another way.

The artists are taken from the figure and found by the labels that a reader sees: a row by its label, an explanation by the
key. Deterministic.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_hex, to_rgba
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Polygon, Rectangle
from matplotlib.text import Annotation
from scipy.special import ndtr, ndtri
from truth import oracle
from truth.by_hand import DB, FERRIES, Known, db, ends_of_one_range, of_one_range, one_range, p, planned_by_hand

import processtrace as pt
from processtrace import plots, robustness

# The grammar of looks: by the place of an explanation in its study
COLOURS = ("#004488", "#DDAA33", "#BB5566", "#56B4E9")
MARKERS = ("o", "s", "^", "D")
HATCHES = ("", "////", "....", "\\\\\\\\")
DASHES = ("-", (0, (5, 1.5)), (0, (1.2, 1.2)), (0, (6, 1.5, 1.2, 1.5)))
INK, FAINT = "#222222", "#666666"


@dataclasses.dataclass(frozen=True)
class Look:
    colour: str
    marker: str
    hatch: str
    dash: Any


def looks(labels: Iterable[str]) -> dict[str, Look]:
    return {label: Look(*parts) for label, *parts in zip(labels, COLOURS, MARKERS, HATCHES, DASHES, strict=False)}


@pytest.fixture(scope="module")
def ferry() -> Known:
    return Known(pt.load_study(FERRIES / "ferry.yaml"))


@pytest.fixture(scope="module")
def updated(ferry):
    return pt.update(ferry.study)


@pytest.fixture(scope="module")
def found(ferry):
    """What the robustness room says of the study; its own tests hold the values."""
    names = ("ranges", "swings", "dependence", "model_error", "noise", "prediction_bits", "analysts")
    return {name: getattr(robustness, name)(ferry.study) for name in names}


def colour_of(line: Line2D) -> str:
    return to_hex(line.get_color()).upper()


def dash_of(line: Line2D) -> Any:
    """The dashes of a line as they were given; matplotlib has no public way to ask."""
    start, dashes = line._unscaled_dash_pattern
    return "-" if dashes is None else (start, tuple(dashes))


def rows_of(axes: Axes) -> dict[str, float]:
    """Height of each labelled row."""
    return {label.get_text(): float(place) for label, place in zip(axes.get_yticklabels(), axes.get_yticks(), strict=True)}


def beside(figure: Figure, y: float) -> set[str]:
    """The texts in a row other than its label."""
    return {part.get_text() for axes in figure.axes for part in axes.findobj(Annotation) if abs(part.xy[1] - y) < 1e-9}


def marks(axes: Axes, y: float | None = None, apart: float = 1e-9, **traits: Any) -> list[Line2D]:
    """Lines without a stroke, as marks are drawn: those at a height, with this marker or colour."""
    chosen = [line for line in axes.get_lines() if line.get_linestyle() == "None"]
    if y is not None:
        chosen = [line for line in chosen if abs(float(line.get_ydata()[0]) - y) <= apart]
    if "marker" in traits:
        chosen = [line for line in chosen if line.get_marker() == traits["marker"]]
    if "colour" in traits:
        chosen = [line for line in chosen if colour_of(line) == traits["colour"].upper()]
    return chosen


def x_of(lines: list[Line2D]) -> float:
    (line,) = lines
    (x,) = line.get_xdata()
    return float(x)


def strokes(axes: Axes, points: int) -> list[Line2D]:
    return [line for line in axes.get_lines() if line.get_linestyle() != "None" and len(line.get_xdata()) == points]


def bars(axes: Axes) -> list[Rectangle]:
    return [part for part in axes.patches if isinstance(part, Rectangle)]


def bars_at(axes: Axes, y: float) -> list[Rectangle]:
    """Bars of a row; what shades every second row is higher than any bar."""
    return [part for part in bars(axes) if abs(part.get_y() + part.get_height() / 2 - y) < 1e-9 and part.get_height() < 0.9]


def same_face(patch: Patch, look: Look) -> bool:
    return to_rgba(patch.get_facecolor()) == to_rgba(look.colour) and (patch.get_hatch() or "") == look.hatch


def key_of(figure: Figure) -> dict[str, Any]:
    legend = figure.legends[0]
    return dict(zip([text.get_text() for text in legend.get_texts()], legend.legend_handles, strict=True))


# What holds for all


def every_figure(ferry: Known, updated: Any, found: Mapping[str, Any]) -> dict[str, Figure]:
    planned = pt.planning.items(ferry.study)
    made = {
        "support": plots.support(updated, found["ranges"]),
        "dependence": plots.dependence(updated, found["dependence"]),
        "model_error": plots.model_error(updated, found["model_error"]),
        "noise": plots.noise(updated, found["noise"]),
        "analysts": plots.analysts(updated, found["analysts"]),
        "plan": plots.plan(updated, planned, "east"),
    }
    for case in ("east", "west"):
        made |= {
            f"path {case}": plots.path(updated, case),
            f"weights {case}": plots.weights(updated, case),
            f"prior_odds {case}": plots.prior_odds(updated, coords={"case": case}),
            f"tornado {case}": plots.tornado(updated, found["swings"], case),
            f"surprise {case}": plots.surprise(updated, found["prediction_bits"], case),
        }
    return made


def test_an_explanation_looks_the_same_in_every_key_and_every_figure(ferry, updated, found):
    """In every figure a colour of an explanation goes with its own marker, hatch and dash, and with its own label in the key."""
    grammar = looks(ferry.names.values())
    by_colour = {look.colour.upper(): look for look in grammar.values()}
    keyed = set()
    for name, figure in every_figure(ferry, updated, found).items():
        for label, handle in key_of(figure).items() if figure.legends else ():
            plain = label.removeprefix("favours ").removesuffix(" ahead").removesuffix(" leads")
            if plain in grammar:
                keyed.add((name.split(" ")[0], plain))
                look = grammar[plain]
                if isinstance(handle, Line2D):
                    assert (colour_of(handle), handle.get_marker()) == (look.colour.upper(), look.marker), (name, label)
                else:
                    assert to_hex(handle.get_facecolor()).upper() == look.colour.upper(), (name, label)
                    assert (handle.get_hatch() or "") == look.hatch, (name, label)
        for axes in figure.axes:
            for line in axes.get_lines():
                look = by_colour.get(colour_of(line))
                if look is not None:
                    assert line.get_marker() in (look.marker, "None"), name
                    assert line.get_linestyle() in ("None", "-", "--", ":"), name
            for part in bars(axes):
                look = by_colour.get(to_hex(part.get_facecolor()).upper())
                if look is not None:
                    assert (part.get_hatch() or "") == look.hatch, name
    for kind in ("path", "dependence", "model_error", "analysts", "plan", "prior_odds"):
        assert {label for one, label in keyed if one == kind} == set(grammar), kind
    assert {label for one, label in keyed if one == "weights"} == {"Cost", "Bridge lobby", "Safety"}  # the pairs of the two cases


# Figure by figure


def test_support_in_closed_form():
    study = one_range()
    updated = pt.update(study)
    axes = plots.support(updated, robustness.ranges(study)).axes[0]
    grammar = looks(f"Reason {h}" for h in "abc")
    rows = rows_of(axes)
    assert set(rows) == {"Case x", "Case y"}
    for case in "xy":
        y, posterior, (_, central) = rows[f"Case {case}"], of_one_range(case), ends_of_one_range(case)
        for h in "abc":
            look = grammar[f"Reason {h}"]
            assert x_of(marks(axes, y, marker=look.marker, colour=look.colour)) == pytest.approx(posterior[h], abs=1e-9)
        leader = max(posterior, key=lambda h: posterior[h])
        (wide,) = [line for line in strokes(axes, 2) if line.get_linewidth() == 4 and line.get_ydata()[0] == y]
        assert tuple(wide.get_xdata()) == pytest.approx(central[leader], abs=3e-3)
        assert (colour_of(wide), wide.get_alpha()) == (grammar[f"Reason {leader}"].colour.upper(), 0.45)
        assert beside(axes.figure, y) == {p(posterior[leader])}
    assert list(key_of(axes.figure)) == [*grammar, "central 90 % of the ranges"]


def in_time(known: Known, case: str) -> list[Any]:
    one = known.study.case(case)
    return oracle.in_order(oracle.entering(known.study, one))


@pytest.mark.parametrize("case", ["east", "west"])
def test_the_path(ferry, updated, case):
    figure = plots.path(updated, case)
    support, against = figure.axes
    grammar, one = looks(ferry.names.values()), ferry.study.case(case)
    listed = in_time(ferry, case)
    assert list(rows_of(support)) == ["Prior", *(item.name for item in listed)]
    steps = []
    for k in range(len(listed) + 1):
        nats = {h: oracle.log_likelihood(ferry.study, one, h, listed[:k]) for h in ferry.names}
        steps.append(oracle.posterior(ferry.study, one, nats))
    for h, label in ferry.names.items():
        look = grammar[label]
        for axes in (support, against):
            (line,) = [part for part in axes.get_lines() if colour_of(part) == look.colour.upper()]
            assert line.get_marker() == look.marker
            assert dash_of(line) == look.dash
            assert list(line.get_ydata()) == list(range(len(listed) + 1))
            told = np.array([step[h] for step in steps])
            expected = told if axes is support else np.clip(DB * np.log(told / (1 - told)), *against.get_xlim())
            assert np.asarray(line.get_xdata()) == pytest.approx(expected, abs=1e-7)
    assert support.get_xlabel().startswith("Support")
    assert against.get_xlabel().startswith("Odds against")


def pair_of(known: Known, case: str) -> tuple[str, str]:
    best = sorted(known.names, key=lambda h: -known.posterior[case][h])
    return best[0], best[1]


@pytest.mark.parametrize("case", ["east", "west"])
@pytest.mark.parametrize("pair", [None, ("safety", "bridge_lobby"), ("other", "cost")])
def test_weights_are_drawn_for_the_side_that_they_favour(ferry, updated, case, pair):
    figure = plots.weights(updated, case, pair)
    axes, grammar = figure.axes[0], looks(ferry.names.values())
    first, second = pair or pair_of(ferry, case)
    rows = rows_of(axes)
    assert set(rows) == {item.name for item in in_time(ferry, case)}
    signs = set()
    for item in in_time(ferry, case):
        weight = ferry.chain[case][item.id][first] - ferry.chain[case][item.id][second]
        (bar,) = bars_at(axes, rows[item.name])
        if math.isfinite(weight):
            assert bar.get_width() == pytest.approx(weight, abs=1e-7), item.id
        assert bar.get_x() == pytest.approx(0, abs=1e-12)
        if abs(weight) > 1e-9:
            signs.add(weight > 0)
            side = grammar[ferry.names[first if weight > 0 else second]]
            assert same_face(bar, side), item.id
        assert db(weight) in beside(figure, rows[item.name])
        (text,) = [part for part in axes.findobj(Annotation) if part.get_text() == db(weight) and abs(part.xy[1] - rows[item.name]) < 1e-9]
        assert text.xy[0] == pytest.approx(bar.get_width(), abs=1e-9)  # the number stands beyond the end of its bar
        away = 1 if text.xy[0] >= 0 else -1
        assert (math.copysign(1, text.xyann[0]), text.get_ha()) == (away, "left" if away > 0 else "right")
    assert signs == {True, False} or pair
    key = key_of(figure)
    assert list(key) == [f"favours {ferry.names[first]}", f"favours {ferry.names[second]}"]
    assert all(same_face(handle, grammar[label.removeprefix("favours ")]) for label, handle in key.items())
    total = sum(ferry.chain[case][name][first] - ferry.chain[case][name][second] for name in ferry.chain[case])
    assert f"{ferry.names[first]} against {ferry.names[second]}" in " ".join(figure.get_suptitle().split())
    told = " ".join(" ".join(part.get_text() for part in figure.texts).split())
    assert f"All items together: {'+' if total > 0 else ''}{db(total)} dB." in told
    low, high = axes.get_xlim()
    assert low < 0 < high
    zero = [line for line in axes.get_lines() if set(line.get_xdata()) == {0}]
    assert len(zero) == 1


def test_letters_of_clusters_and_their_joint_weight(ferry, updated):
    figure = plots.weights(updated, "east")
    rows, case = rows_of(figure.axes[0]), ferry.study.case("east")
    lettered = {label for label, y in rows.items() if "A" in beside(figure, y)}
    assert lettered == {"The budget of 1997", "Repairs put off"}
    members = [case.item("budget"), case.item("repairs")]
    first, second = pair_of(ferry, "east")
    joint = [oracle.log_likelihood(ferry.study, case, h, members) for h in (first, second)]
    told = " ".join(" ".join(part.get_text() for part in figure.texts).replace("\u00a0", " ").split())
    assert f"A: The hard winter ({db(DB * (joint[0] - joint[1]))} dB)" in told


def ratio(value: float) -> str:
    """Odds in words."""
    large = max(value, 1 / value)
    text = f"{large:.1f}".removesuffix(".0") if large < 9.95 else f"{float(f'{large:.2g}'):,.0f}"
    return f"{text} : 1" if value >= 1 else f"1 : {text}"


@pytest.mark.parametrize("case", ["east", "west"])
def test_pairs_of_priors(ferry, updated, case):
    """Four explanations: left of the tie a rival is ahead, right of it the leading explanation."""
    figure = plots.prior_odds(updated, coords={"case": case})
    axes, grammar = figure.axes[0], looks(ferry.names.values())
    leader, nats = pair_of(ferry, case)[0], ferry.nats[case]
    rows = rows_of(axes)
    assert set(rows) == {f"against {label}" for h, label in ferry.names.items() if h != leader}
    low, high = axes.get_xlim()
    for h, label in ferry.names.items():
        if h == leader:
            continue
        y = rows[f"against {label}"]
        tie = (nats[h] - nats[leader]) / math.log(10)
        left, right = sorted(bars_at(axes, y), key=lambda bar: bar.get_x())
        assert (left.get_x(), left.get_x() + left.get_width()) == pytest.approx((low, tie), abs=1e-7)
        assert (right.get_x(), right.get_x() + right.get_width()) == pytest.approx((tie, high), abs=1e-7)
        for bar, look in ((left, grammar[label]), (right, grammar[ferry.names[leader]])):
            assert to_rgba(bar.get_facecolor()) == to_rgba((look.colour, 0.4))
            assert (bar.get_hatch() or "") == look.hatch
        prior = ferry.prior[case]
        (star,) = marks(axes, y, marker="*")
        assert float(star.get_xdata()[0]) == pytest.approx(math.log10(prior[leader] / prior[h]), abs=1e-9)
        assert any(line.get_linewidth() == 1.6 and line.get_xdata()[0] == pytest.approx(tie, abs=1e-7) for line in strokes(axes, 2))
        told = {text.replace("\u00a0", " ") for text in beside(figure, y)}
        assert told == {ratio(math.exp(nats[h] - nats[leader]))} or abs(nats[h] - nats[leader]) > math.log(1e6)


def test_no_label_of_the_triangle_covers_a_mark_of_its_own():
    """The name of a case stands beside its mark and the star of the prior, and is drawn below both."""
    known = Known(pt.load_study(FERRIES / "ferry_before.yaml"))
    figure = plots.simplex(pt.update(known.study))
    figure.canvas.draw()
    axes = figure.axes[0]
    labels = [text for text in axes.texts if text.get_bbox_patch() is not None]
    round_marks, stars = marks(axes, marker="o"), marks(axes, marker="*")
    assert len(labels) == len(round_marks) > 0
    for label, mark in zip(labels, round_marks, strict=True):
        place = axes.transData.transform(mark.get_xydata()[0])
        assert label.get_window_extent().x0 - place[0] > mark.get_markersize() / 2 * figure.dpi / 72
        assert all(label.get_zorder() < other.get_zorder() for other in (*round_marks, *stars))


def test_the_triangle_of_posteriors():
    """Three explanations: each tinted part is where its explanation is the most probable, at 300 posteriors; corners are named."""
    known = Known(pt.load_study(FERRIES / "ferry_before.yaml"))
    figure = plots.simplex(pt.update(known.study))
    axes, grammar, names = figure.axes[0], looks(known.names.values()), list(known.names)
    regions = {
        label: part
        for part in axes.patches
        if isinstance(part, Polygon)
        for label, look in grammar.items()
        if to_rgba(part.get_facecolor()) == to_rgba((look.colour, 0.3)) and (part.get_hatch() or "") == look.hatch
    }
    assert set(regions) == set(known.names.values())
    corners = np.array([regions[label].get_xy()[0] for label in known.names.values()])
    assert corners[:, 1].argmax() == 0
    assert (corners[:, 0].argmin(), corners[:, 0].argmax()) == (1, 2)
    written = {text.get_text().replace("\n", " ") for text in axes.texts}
    assert set(known.names.values()) <= written
    for posterior in np.random.default_rng(1).dirichlet([1, 1, 1], 300):
        inside = [label for label, part in regions.items() if part.get_path().contains_point(posterior @ corners)]
        assert inside == [known.names[names[int(posterior.argmax())]]]
    places = [mark.get_xydata()[0] for mark in marks(axes, marker="o")]
    for case in known.posterior:
        expected = np.array([known.posterior[case][h] for h in names]) @ corners
        assert min(np.abs(place - expected).max() for place in places) < 0.06
    (star,) = marks(axes, marker="*")
    present = np.array([known.prior["east"][h] for h in names]) @ corners
    assert tuple(star.get_xydata()[0]) == pytest.approx(tuple(present), abs=1e-9)


def test_surprise(ferry, updated, found):
    figure = plots.surprise(updated, found["prediction_bits"], "east")
    left, right = figure.axes
    rows, case, prior = rows_of(left), ferry.study.case("east"), ferry.prior["east"]
    listed = oracle.entering(ferry.study, case)
    whole = {h: oracle.log_likelihood(ferry.study, case, h, listed) for h in prior}
    for item in listed:
        for axes, colour in ((left, INK), (right, FAINT)):
            (mark,) = marks(axes, rows[item.name])
            assert (colour_of(mark), mark.get_marker()) == (colour, "o")
            (stroke,) = [line for line in strokes(axes, 2) if line.get_ydata()[0] == rows[item.name]]
            assert tuple(stroke.get_xdata()) == (0, float(mark.get_xdata()[0]))
        if any(item.id in other.given for other in listed):
            continue  # what is given it is left out with it
        rest = {h: oracle.log_likelihood(ferry.study, case, h, [other for other in listed if other is not item]) for h in prior}
        bits = -math.log2(sum(w * math.exp(whole[h]) for h, w in prior.items()) / sum(w * math.exp(rest[h]) for h, w in prior.items()))
        best = max((whole[h] - rest[h]) / math.log(2) for h in prior)
        assert x_of(marks(right, rows[item.name])) == pytest.approx(bits, abs=1e-7)
        assert x_of(marks(left, rows[item.name])) == pytest.approx(bits + best, abs=1e-7)
    order = [x_of(marks(left, y)) for y in sorted(rows.values())]
    assert order == sorted(order, reverse=True)
    assert (left.get_xlabel().split("\n")[0], right.get_xlabel().split("\n")[0]) == ("Excess beyond the", "Surprise in all")


def with_correlation(study: pt.Study, rho: float) -> pt.Study:
    """Every cluster, wherever declared, with one correlation."""

    def changed(parts: Mapping[str, Any]) -> dict[str, Any]:
        return {name: dataclasses.replace(part, correlation=rho) for name, part in parts.items()}

    cases = tuple(dataclasses.replace(case, clusters=changed(case.clusters)) for case in study.cases)
    return dataclasses.replace(study, clusters=changed(study.clusters), cases=cases)


def panel_lines(axes: Axes, grammar: Mapping[str, Look], points: int) -> dict[str, Line2D]:
    lines = {}
    for label, look in grammar.items():
        (line,) = [part for part in strokes(axes, points) if colour_of(part) == look.colour.upper()]
        assert dash_of(line) == look.dash
        lines[label] = line
    return lines


def test_dependence(ferry, updated, found):
    swept = found["dependence"]
    figure, grammar = plots.dependence(updated, swept), looks(ferry.names.values())
    rho = swept["rho"].values
    for axes, case in zip(figure.axes, ("east", "west"), strict=True):
        assert axes.get_title(loc="left") == {"east": "Eastport", "west": "Westport"}[case]
        lines = panel_lines(axes, grammar, len(rho))
        for place in (0, len(rho) // 2, len(rho) - 1):
            changed = with_correlation(ferry.study, float(rho[place]))
            one = changed.case(case)
            posterior = oracle.posterior(changed, one, {h: oracle.log_likelihood(changed, one, h) for h in ferry.names})
            for h, label in ferry.names.items():
                x, y = lines[label].get_data()
                assert (float(x[place]), float(y[place])) == pytest.approx((float(rho[place]), posterior[h]), abs=1e-7)
        for h, label in ferry.names.items():
            look = grammar[label]
            ends = sorted(tuple(map(float, line.get_xydata()[0])) for line in marks(axes, marker=look.marker, colour=look.colour))
            (declared, at), (limit, then) = ends
            assert declared < 0 < 1 < limit
            assert at == pytest.approx(ferry.posterior[case][h], abs=1e-7)
            assert then == pytest.approx(float(swept["fully_redundant"].sel(case=case, hypothesis=h)), abs=1e-12)
        assert [label.get_text() for label in axes.get_xticklabels()] == ["declared", "0.25", "0.50", "0.75", "limit"]
        assert [float(tick) for tick in axes.get_xticks()][1:4] == [0.25, 0.5, 0.75]


def test_model_error(ferry, updated, found):
    swept = found["model_error"]
    figure, grammar = plots.model_error(updated, swept), looks(ferry.names.values())
    epsilon = swept["epsilon"].values
    for axes, case in zip(figure.axes, ("east", "west"), strict=True):
        one = ferry.study.case(case)
        groups = oracle.groups(ferry.study, one, oracle.entering(ferry.study, one), with_given=True)
        units = [{h: math.exp(oracle.log_likelihood(ferry.study, one, h, group)) for h in ferry.names} for group in groups]
        lines = panel_lines(axes, grammar, len(epsilon))
        for place in range(0, len(epsilon), max(1, len(epsilon) // 4)):
            e = float(epsilon[place])
            weight = {h: ferry.prior[case][h] * math.prod((1 - e) * unit[h] + e * sum(unit.values()) / len(unit) for unit in units) for h in ferry.names}  # fmt: skip
            for h, label in ferry.names.items():
                x, y = lines[label].get_data()
                assert (float(x[place]), float(y[place])) == pytest.approx((e, weight[h] / sum(weight.values())), abs=1e-7)
        for label, look in grammar.items():
            (ends,) = marks(axes, marker=look.marker, colour=look.colour)
            assert list(ends.get_xdata()) == [epsilon[0], epsilon[-1]]
            assert list(ends.get_ydata()) == [lines[label].get_ydata()[0], lines[label].get_ydata()[-1]]


def test_noise_in_closed_form():
    """Two explanations and n items in points: P(the lead stays) = Phi(margin/(s sqrt n))."""
    items = [pt.Evidence(f"m{k}", finding="F.", probability={"a": 0.3, "b": 0.2 + 0.3 * (k > 2)}) for k in range(5)]
    cases = [pt.Case("x", evidence=items), pt.Case("y", evidence=items[3:])]
    study = pt.Study("Noise", hypotheses={"a": {"prior": 2}, "b": {}}, cases=cases)
    figure = plots.noise(pt.update(study), robustness.noise(study))
    for axes, count in zip(figure.axes, (5, 2), strict=True):
        judged = items[:count] if count == 5 else items[3:]
        margin = DB * (math.log(2) + sum(math.log(0.3 / item.probability["b"]) for item in judged))
        look = looks("AB")["A" if margin > 0 else "B"]
        curve = next(line for line in axes.get_lines() if line.get_linestyle() != "None" and len(line.get_xdata()) > 5)
        assert colour_of(curve) == look.colour.upper()
        s, stays = (np.asarray(part, float) for part in curve.get_data())
        expected = np.where(s > 0, ndtr(abs(margin) / np.maximum(s, 1e-9) / math.sqrt(count)), 1.0)
        assert stays == pytest.approx(expected, abs=1e-6)
        (ends,) = marks(axes, marker=look.marker, colour=look.colour)
        assert np.isin(ends.get_ydata(), stays).all()
        at = abs(margin) / (ndtri(0.9) * math.sqrt(count))
        if at <= s.max():
            (tie,) = [line for line in axes.get_lines() if line.get_linestyle() == ":"]
            assert list(tie.get_xdata()) == pytest.approx([at, at, 0], abs=1e-3)
            assert list(tie.get_ydata()) == [-0.02, 0.9, 0.9]
            assert [part.get_text() for part in axes.findobj(Annotation)] == [f"{db(at)} dB"]


def test_analysts(ferry, updated, found):
    figure = plots.analysts(updated, found["analysts"])
    axes, grammar = figure.axes[0], looks(ferry.names.values())
    heads = {part.get_text(): part.xy[1] for part in axes.findobj(Annotation) if part.get_fontweight() == "bold"}
    rows = list(zip([label.get_text() for label in axes.get_yticklabels()], axes.get_yticks(), strict=True))
    seen = []
    for label, y in rows:
        case = {"Eastport": "east", "Westport": "west"}[max((head for head in heads if heads[head] < y), key=lambda head: heads[head])]
        who = {"Main result": "pool", "Main result = Ana": "pool", "Ana": "ana", "Ben": "ben"}[label]
        changed = dataclasses.replace(ferry.study, analyst=who)
        one = changed.case(case)
        listed = oracle.entering(changed, one)
        posterior = oracle.posterior(changed, one, {h: oracle.log_likelihood(changed, one, h, listed) for h in ferry.names})
        for h, name in ferry.names.items():
            look = grammar[name]
            assert x_of(marks(axes, y, marker=look.marker, colour=look.colour)) == pytest.approx(posterior[h], abs=1e-7)
        (stroke,) = [line for line in strokes(axes, 2) if line.get_ydata()[0] == y]
        assert tuple(stroke.get_xdata()) == pytest.approx((min(posterior.values()), max(posterior.values())), abs=1e-7)
        assert str(len(listed)) in beside(figure, y)
        seen.append((case, who))
    assert seen == [("east", "pool"), ("east", "ben"), ("east", "ana"), ("west", "pool")]


def test_analysts_who_judged_fewer_items():
    """Ana judged three items, Ben one of them; one case."""
    one = {"probability": {"a": 0.8, "b": 0.3}}
    items = [
        pt.Evidence(f"m{k}", finding="F.", judgements={who: one for who in ("ana", "ben") if k == 0 or who == "ana"}) for k in range(3)
    ]
    study = pt.Study("Fewer", hypotheses={"a": {}, "b": {}}, analysts={"ana": {}, "ben": {}}, cases=[pt.Case("x", evidence=items)])
    axes = plots.analysts(pt.update(study), robustness.analysts(study)).axes[0]
    rows = rows_of(axes)
    for label, count in (("Main result = Ana", 3), ("Ben", 1)):
        assert beside(axes.figure, rows[label]) == {str(count)}
        odds = (0.8 / 0.3) ** count
        for look, value in zip(looks("AB").values(), (odds / (1 + odds), 1 / (1 + odds)), strict=True):
            assert x_of(marks(axes, rows[label], marker=look.marker, colour=look.colour)) == pytest.approx(value, abs=1e-9)


def test_a_plan(ferry, updated):
    planned = pt.planning.items(ferry.study)
    figure = plots.plan(updated, planned, "east")
    left, right = figure.axes
    grammar, rows = looks(ferry.names.values()), rows_of(left)
    expected = planned_by_hand(ferry)
    assert list(rows) == [row["Item"] for row in expected.values()]
    for row in expected.values():
        y = rows[row["Item"]]
        (bar,) = bars_at(left, y)
        assert (bar.get_x(), bar.get_width()) == pytest.approx((0, row["Expected information (bits)"]), abs=1e-7)
        assert to_hex(bar.get_facecolor()).upper() == FAINT
        assert beside(figure, y) == {f"{row['Expected information (bits)']:.2f}", f"{100 * row['Chance of finding it']:.0f} %"}
        for h, label in ferry.names.items():
            look = grammar[label]
            after = {to_hex(line.get_markerfacecolor()): line for line in marks(right, y, 0.45, marker=look.marker, colour=look.colour)}
            assert set(after) == {"#ffffff", look.colour.lower()}
            open_mark, filled = after["#ffffff"], after[look.colour.lower()]
            assert float(filled.get_xdata()[0]) == pytest.approx(row[f"{label}, found"], abs=1e-7)
            assert float(open_mark.get_xdata()[0]) == pytest.approx(row[f"{label}, not found"], abs=1e-7)
            now = marks(right, float(filled.get_ydata()[0]), marker="|")
            assert x_of(now) == pytest.approx(ferry.posterior["east"][h], abs=1e-7)
    key = key_of(figure)
    assert to_hex(key["not found"].get_markerfacecolor()) == "#ffffff"
    assert to_hex(key["found"].get_markerfacecolor()).upper() == FAINT
    entropy = -sum(value * math.log2(value) for value in ferry.posterior["east"].values())
    told = " ".join(" ".join(part.get_text() for part in figure.texts).split())
    assert f"At most {entropy:.2f} bits can be learned here." in told
