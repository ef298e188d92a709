"""Calibration as a whole: a simulated judge with a known fault, intervals that cover, and the command."""

import json

import numpy as np
import pytest
from click.testing import CliRunner

import processtrace as pt
from processtrace.calibration import as_json, calibrate
from processtrace.cli import cli


def _study(n, overconfidence, seed, open_cases=1):
    """Two explanations; one item a case whose true ratio is drawn, judged with its logarithm times `overconfidence`."""
    rng = np.random.default_rng(seed)
    cases = []
    for k in range(n + open_cases):
        right = int(rng.random() < 0.5)
        true = rng.normal(0, 1.2) + (1 - 2 * right) * 0.72  # normal with sd s and mean s^2/2: its own log likelihood ratio
        judged = float(np.exp(overconfidence * true))
        item = pt.Evidence("trace", finding="A trace.", judgements={"ana": {"ratio": {"a": judged, "b": 1}}})
        cases.append(pt.Case(f"c{k}", known_answer="ab"[right] if k < n else None, evidence=[item]))
    return pt.Study("Simulated", hypotheses={"a": {}, "b": {}}, cases=cases, analysts={"ana": {"label": "Ana"}})


def test_an_overconfident_judge_is_recognised():
    data = calibrate(_study(400, 2.0, 4)).sel(analyst="ana")
    assert data.factor.sel(bound="low") < 0.5 < data.factor.sel(bound="high")
    assert data.factor_gain.sel(bound="low") > 0
    assert data.cllr_calibration.sel(bound="value") > 0.05
    # An open case is shown both ways, and the factor shrinks it by what it says.
    factor = float(data.factor.sel(bound="value"))
    now, then = (data[name].sel(case="c400").values for name in ("posterior", "posterior_shrunk"))
    assert np.log(then[0] / then[1]) == pytest.approx(factor * np.log(now[0] / now[1]))


def test_an_honest_judge_is_left_alone():
    data = calibrate(_study(400, 1.0, 5)).sel(analyst="ana")
    assert data.factor.sel(bound="low") < 1 < data.factor.sel(bound="high")
    assert data.brier_gain.sel(bound="low") > 0
    assert float(data.factor_gain.sel(bound="value")) == pytest.approx(0, abs=0.01)
    brier = float(data.brier.sel(bound="value"))
    assert float(data.brier_gain.sel(bound="value")) == pytest.approx(0.5 - brier)
    parts = {name: float(data[name].sel(bound="value")) for name in ("miscalibration", "discrimination")}
    assert brier / 2 == pytest.approx(parts["miscalibration"] - parts["discrimination"] + 0.25, abs=1e-12)


def test_the_interval_covers():
    # The true factor 1/2 in 24 sets of 60 cases: the 90 % interval covers it in 21.6 in expectation; fewer than 15 has p < 1e-3.
    inside = 0
    for seed in range(24):
        factor = calibrate(_study(60, 2.0, seed), random_seed=seed).sel(analyst="ana").factor
        inside += bool(factor.sel(bound="low") <= 0.5 <= factor.sel(bound="high"))
    assert inside >= 15


def test_few_cases_say_too_few_and_nothing_is_infinite_in_json():
    refuted = pt.Evidence("x", finding="X.", judgements={"ana": {"probability": {"a": 0, "b": 0.5}}})
    study = pt.Study(
        "Few", hypotheses={"a": {}, "b": {}}, cases=[pt.Case("one", known_answer="a", evidence=[refuted])], analysts={"ana": {}}
    )
    found = as_json(study)["analysts"]["ana"]
    json.dumps(found, allow_nan=False)
    assert (found["cases"], found["enough"], found["refuted"]) == (1, False, 1)
    assert found["log_score"]["value"] is None
    assert found["brier"]["value"] == 2


def test_another_study_is_corrected():
    past, present = _study(30, 2.0, 7, open_cases=0), _study(0, 1.0, 8, open_cases=2)
    data = calibrate(past, present)
    assert data["case"].values.tolist() == ["c0", "c1"]
    assert not np.isnan(data.posterior_shrunk.values).any()


def test_nothing_known_is_an_error():
    with pytest.raises(pt.AnalysisError, match="no case has a known answer"):
        calibrate(_study(0, 1.0, 1))


def _files(folder, cases):
    """A study in files, with one item a case: by identifier the known answer, or None, and what Ana judged."""
    (folder / "evidence").mkdir(parents=True)
    for name, (answer, a, b) in cases.items():
        known = f"known_answer: {answer}\n" if answer else ""
        item = f"evidence:\n  - {{id: x, finding: X., judgements: {{ana: {{probability: {{a: {a}, b: {b}}}}}}}}}\n"
        (folder / "evidence" / f"{name}.yaml").write_text(f"case: {name}\n{known}{item}", encoding="utf-8")
    path = folder / "known.yaml"
    path.write_text("title: T\nhypotheses: {a: {}, b: {}}\nanalysts: {ana: {label: Ana}}\ncases: evidence\n", encoding="utf-8")
    return str(path)


def _said(*arguments):
    said = CliRunner().invoke(cli, ["calibrate", *arguments])
    assert said.exit_code == 0, said.output
    return said.output


def test_the_command(tmp_path):
    path = _files(tmp_path, {"one": ("a", 0.8, 0.2), "two": (None, 0.8, 0.2)})
    printed = _said(path)
    # Beside its scores, and beside the open case that a factor found from one case would correct.
    assert [line.endswith("too few to say") for line in printed.splitlines() if "  Ana  " in line or line.startswith("Ana  ")] == [True] * 3
    assert "Ana: 1 known case is too few to say how well they judge; 20 are the least." in printed
    found = json.loads(_said(path, "--format", "json"))
    assert found["analysts"]["ana"]["brier"]["value"] == pytest.approx(0.08)
    assert found["cases"]["two"]["ana"]["posterior"]["a"] == pytest.approx(0.8)
    rows = _said(path, "--format", "csv").splitlines()
    assert rows[0] == "analyst,measure,value,low,high"


def test_the_command_prints_what_is_infinite_as_such_and_a_factor_at_the_end_of_its_range(tmp_path):
    refuted = _said(_files(tmp_path / "refuted", {"c0": ("a", 0, 0.5), "c1": ("b", 0.3, 0.6)}))
    assert "the right answer was refuted in 1 of 2 known cases" in refuted
    assert "−∞ (−∞ to 0.4" in refuted  # 1 + log2(2/3) = 0.415 bits where the refuted case is not drawn
    assert "none" not in refuted
    assert "-" not in refuted.replace("─", "")
    always = _said(_files(tmp_path / "always", {"c0": ("a", 0.6, 0.5), "c1": ("b", 0.5, 0.6)}))
    assert "fits the known cases best is 4 or more (4 or more to 4 or more)" in always


def test_a_present_study_of_other_judges_is_said_to_be_one(tmp_path):
    past = _files(tmp_path / "past", {"c0": ("a", 0.6, 0.5)})
    present = tmp_path / "present"
    present.mkdir()
    (present / "one.yaml").write_text(
        "case: one\nevidence:\n  - {id: x, finding: X., judgements: {eve: {probability: {a: 0.5, b: 0.4}}}}\n"
    )
    (present / "now.yaml").write_text("title: T\nhypotheses: {a: {}, b: {}}\nanalysts: {eve: {}}\ncases: one.yaml\n")
    assert "None of these judges judged an open case" in _said(past, "--present", str(present / "now.yaml"))


def test_the_training_set_is_what_its_program_makes_and_shows_its_judge(tmp_path):
    import importlib.util
    from pathlib import Path

    root = Path(__file__).parents[2]
    spec = importlib.util.spec_from_file_location("known_answers", root / "examples" / "known_answers.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    shipped = pt.load_study(root / "models" / "known_answers.yaml")
    assert shipped == module.study()
    factor = calibrate(shipped).sel(analyst="simulated").factor
    assert factor.sel(bound="low") < 1 / module.TOO_SURE < factor.sel(bound="high")
    assert float(factor.sel(bound="high")) < 1
