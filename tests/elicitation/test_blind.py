"""What a blind sheet asks of clues: given each level of their node, and what comes back."""

from __future__ import annotations

from openpyxl import load_workbook

import processtrace as pt
from processtrace.elicitation import merge_sheet, write_sheet
from processtrace.elicitation.blind import blind_explanations, blind_items
from processtrace.formats import registry
from processtrace.formats.yaml.read import read_files


def study():
    """A clue that is only observed, one that is judged given its node, one to be judged, and an item judged by hand."""
    evidence = [
        pt.Evidence("seen", finding="Seen.", observes={"M": 1}),
        pt.Evidence("cable", finding="A cable.", about="P", probability={"low": 0.2, "high": 0.6}),
        pt.Evidence("open", finding="Open.", about="M", status="unjudged"),
        pt.Evidence("memo", finding="A memo.", probability={"yes": 0.6, "no": 0.3}),
    ]
    causal = {"graph": "P -> M -> Y", "nodes": {"P": {"label": "Pressure", "levels": ["low", "high"]}}}
    two = {"yes": {"statement": "It did.", "when": "Y[M=1] > Y[M=0]"}, "no": {"statement": "It did not.", "when": "otherwise"}}
    return pt.Study("Sheet", causal=causal, hypotheses=two, cases=[pt.Case("x", evidence=evidence)])


def test_clues_are_asked_given_the_levels_of_their_node():
    asked = {item.item: item.explanations for item in blind_items(study())}
    assert asked == {"cable": ("P = low", "P = high"), "open": ("M = 0", "M = 1"), "memo": ("yes", "no")}
    labels = {one.id: one.label for one in blind_explanations(study(), {})}
    assert labels["P = high"] == "Given Pressure = high"


def test_a_sheet_with_clues_comes_back_as_judgements_given_the_node(tmp_path):
    registry.write(study(), tmp_path / "p")
    (path,) = (tmp_path / "p" / "models").glob("*.yaml")
    files = read_files(path)
    write_sheet(files.study, tmp_path / "s.xlsx", "ana", 3)
    book = load_workbook(tmp_path / "s.xlsx")
    sheet = book["Judgements"]
    heads = [cell.value for cell in sheet[1]]
    record = {row[1]: row[2] for row in book["record"].iter_rows(values_only=True) if row[0] == "item"}
    items = {item.key: item for item in blind_items(files.study)}
    labels = {one.id: one.label for one in blind_explanations(files.study, {})}
    answers = {"P = low": 0.11, "P = high": 0.22, "M = 0": 0.33, "M = 1": 0.44, "yes": 0.55, "no": 0.66}
    for row in sheet.iter_rows(min_row=2):
        for h in items[record[str(row[0].value)]].explanations:
            row[heads.index(labels[h])].value = answers[h]
    book.save(tmp_path / "back.xlsx")
    merge_sheet(files, tmp_path / "back.xlsx", other_hypotheses={}, first="ben")
    again = pt.load_study(path).case("x")
    assert dict(again.item("cable").judgements["ana"].probability) == {"low": 0.11, "high": 0.22}
    assert dict(again.item("cable").judgements["ben"].probability) == {"low": 0.2, "high": 0.6}
    assert dict(again.item("open").judgements["ana"].probability) == {"0": 0.33, "1": 0.44}
    assert again.item("open").status == "found"
    assert again.item("seen") == study().case("x").item("seen")
