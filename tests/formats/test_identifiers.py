"""Names of files made from identifiers: no two are one file, on systems too where letter case does not count."""

from __future__ import annotations

import processtrace as pt
from processtrace import formats
from processtrace.formats.identifiers import DEVICES, file_stem


def test_names_that_differ_in_case_only_do_not_share_a_file():
    names = ["support", "path/East", "path/east", "path/EAST", "path_east/2", "weights/con", "con", "PRN"]
    taken = set(DEVICES)
    stems = {name: file_stem(name, taken) for name in names}
    assert len({stem.casefold() for stem in stems.values()}) == len(names)
    assert not {stem.casefold() for stem in stems.values()} & DEVICES
    assert [stems[name] for name in ("support", "path/East", "weights/con")] == ["support", "path_East", "weights_con"]


def test_cases_that_differ_in_case_only_are_written_to_files_of_their_own(tmp_path):
    item = pt.Evidence("e", finding="Finding.", probability={"a": 0.5, "b": 0.1})
    cases = [pt.Case(name, evidence=[item]) for name in ("East", "east", "shared", "con")]
    study = pt.Study("T", hypotheses={"a": {}, "b": {}}, cases=cases, sources={"s": {}})
    written = formats.write(study, tmp_path / "p")
    assert len({path.as_posix().lower() for path in written}) == len(written) == 6
    assert "con.yaml" not in [path.name.lower() for path in written]
    assert formats.read(tmp_path / "p") == study


def test_figures_of_cases_that_differ_in_case_only_are_files_of_their_own(tmp_path):
    item = pt.Evidence("e", finding="Finding.", probability={"a": 0.5, "b": 0.1})
    study = pt.Study("T", hypotheses={"a": {}, "b": {}}, cases=[pt.Case(name, evidence=[item]) for name in ("East", "east")])
    results = pt.run(study, tmp_path / "r", sample=False)
    figures = [path.name.lower() for path in results.figures.values()]
    assert len(set(figures)) == len(figures) > 2
