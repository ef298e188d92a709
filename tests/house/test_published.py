"""Published analyses, to the digits given in tests/data/published.json, each with its source there."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from truth.causal_enumeration import Enumeration

import processtrace as pt

PUBLISHED = json.loads((Path(__file__).parents[1] / "data" / "published.json").read_text(encoding="utf-8"))


def posterior(hypotheses: dict[str, float], items: list[pt.Evidence]) -> dict[str, float]:
    study = pt.Study("Published", hypotheses={h: {"prior": w} for h, w in hypotheses.items()}, cases=[pt.Case("x", evidence=items)])
    row = pt.update(study).posterior.sel(case="x")
    return {str(h): float(row.sel(hypothesis=h)) for h in hypotheses}


def clue(name: str, p: dict[str, float], found: bool = True) -> pt.Evidence:
    """A clue looked for with certainty: found, or not found."""
    status = {} if found else {"status": "not_found", "search_sensitivity": 1}
    return pt.Evidence(name, finding=name, probability=p, **status)


def test_chilean_tax_reform():
    given = PUBLISHED["chile_fc2022"]
    items = [
        pt.Evidence(item["id"], finding=item["id"], decibels={"EA": 0, **{h: -db for h, db in item["dB"].items()}})
        for item in given["items"]
    ]
    study = pt.Study("Chile", hypotheses={h: {"prior": w} for h, w in given["prior"].items()}, cases=[pt.Case("chile", evidence=items)])
    updated = pt.update(study)
    for h, total in given["total_dB"].items():
        evidence = updated.evidence_db.sel(case="chile")
        assert float(evidence.sel(hypothesis="EA") - evidence.sel(hypothesis=h)) == pytest.approx(total, abs=1e-9)
        assert float(updated.posterior.sel(case="chile", hypothesis=h)) == pytest.approx(given["posterior"][h], rel=1e-9)


def test_integrated_inferences_chapter_5():
    given = PUBLISHED["ii_ch5"]
    p = float(Fraction(given["p"]))
    types = {"b": p, "d": 1 - p}
    phi = {"b": given["phi_b"], "d": given["phi_d"]}
    assert posterior(types, [clue("clue", phi)])["b"] == pytest.approx(float(Fraction(given["post_present"])), abs=1e-12)
    assert posterior(types, [clue("clue", phi, found=False)])["b"] == given["post_absent"]


def test_design_library_defaults():
    given = PUBLISHED["designlibrary_default"]
    clues = {name: {"h": given[name][0], "rival": given[name][1]} for name in ("E1", "E2")}
    prior = {"h": given["prior"], "rival": 1 - given["prior"]}
    for outcome, expected in given["post"].items():
        name, found = outcome.split("=")
        assert posterior(prior, [clue(name, clues[name], found == "1")])["h"] == pytest.approx(expected, abs=1e-12)
    for cell, expected in given["joint"]["rho=0"].items():
        items = [clue(name, clues[name], found == "1") for name, found in zip(("E1", "E2"), cell, strict=True)]
        assert posterior(prior, items)["h"] == pytest.approx(expected, abs=5e-9)


def test_declare_design():
    given = PUBLISHED["declaredesign_blog"]
    clues = {"SIW": dict(zip(("h", "rival"), given["SIW"], strict=True)), "SMG": dict(zip(("h", "rival"), given["SMG"], strict=True))}
    prior = {"h": given["prior"], "rival": 1 - given["prior"]}
    squared = 0.0
    for cell, expected in given["joint"].items():
        outcome = dict(zip(("SMG", "SIW"), (cell[1], cell[0]), strict=True))
        items = [clue(name, clues[name], found == "1") for name, found in outcome.items()]
        p = posterior(prior, items)["h"]
        assert p == pytest.approx(expected, abs=5e-7)
        chance = sum(w * np.prod([clues[n][h] if f == "1" else 1 - clues[n][h] for n, f in outcome.items()]) for h, w in prior.items())
        squared += chance * p * (1 - p)
    assert squared**0.5 == pytest.approx(given["rmse"]["both"], abs=1e-12)


def test_r_v_adams():
    given = PUBLISHED["r_v_adams"]
    prior = float(Fraction(given["prior_odds"]))
    for match, expected in given["dna"].items():
        items = [
            pt.Evidence("dna", finding="DNA match", ratio={"guilty": float(match), "innocent": 1}),
            pt.Evidence(
                "parade", finding="No identification at the parade", ratio={"guilty": float(Fraction(given["parade"])), "innocent": 1}
            ),
            pt.Evidence("alibi", finding="Alibi", ratio={"guilty": float(Fraction(given["alibi"])), "innocent": 1}),
        ]
        assert posterior({"guilty": prior, "innocent": 1}, items)["guilty"] == pytest.approx(expected, abs=5e-11)


def test_rohlfing_cells():
    given = PUBLISHED["rohlfing_cells"]
    cells = {"A": given["cells"]["A_only"], "B": given["cells"]["B_only"], "A+B": given["cells"]["both"], "none": given["cells"]["none"]}
    silent = pt.Evidence("silent", finding="Says nothing.", probability=dict.fromkeys(("none", "A", "B", "A+B"), 0.5))
    study = pt.Study("Cells", factors={"A": {}, "B": {}}, prior=cells, cases=[pt.Case("x", evidence=[silent])])
    row = pt.update(study).posterior.sel(case="x")
    assert {str(h): round(float(row.sel(hypothesis=h)), 12) for h in row.hypothesis.values} == {
        k: pytest.approx(v) for k, v in cells.items()
    }
    assert sum(float(row.sel(hypothesis=h)) for h in ("A", "A+B")) + float(row.sel(hypothesis="B")) == pytest.approx(given["union"])


def test_counting_only():
    given = PUBLISHED["lopez_bowers"]
    factors = pt.robustness.counting(given["y_w"], given["y_r"]).bayes_factor
    assert float(factors.sel(count_model="binomial")) == pytest.approx(given["bf_binomial"], rel=1e-12)
    assert float(factors.sel(count_model="urn")) == pytest.approx(given["bf_urn"], rel=1e-12)


def test_four_countries_of_integrated_inferences():
    """Humphreys and Jacobs 2023, chapter 8: no pressure raises the answer for Mexico and Albania, and pressure lowers it for the others."""
    study = pt.load_study(Path(__file__).parents[2] / "models" / "democratisation_cases.yaml")
    drawn = study.causal
    truth = Enumeration("; ".join(drawn.graph), never=[part.statement for part in drawn.never])
    found = pt.update(study)["posterior"].sel(hypothesis="equality")
    coded = {"mexico": (0, 0), "taiwan": (0, 1), "albania": (1, 0), "nicaragua": (1, 1)}
    for case, (m, p) in coded.items():
        expected, _ = truth.answer("D[I=1] < D[I=0]", f"I == 0 & D == 1 & M == {m} & P == {p}")
        assert found.sel(case=case).item() == pytest.approx(float(expected), abs=1e-12)
    before, _ = truth.answer("D[I=1] < D[I=0]", "I == 0 & D == 1")
    assert found.sel(case="nicaragua") < found.sel(case="taiwan") < float(before) < found.sel(case="albania") < found.sel(case="mexico")
