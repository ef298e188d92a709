"""The answer of the alignment study on two pages, made from its results: docs/alignment.md, and results/alignment.html to print.

Run it from anywhere: python examples/alignment_page.py. It takes a minute or more: it asks everything a reviewer would.
"""

from pathlib import Path

import numpy as np

import processtrace as pt
from processtrace import report
from processtrace.report.grid import grid
from processtrace.report.summary import listed
from processtrace.text.numbers import probability, signed

ROOT = Path(__file__).resolve().parent.parent
SOFT, FOURTH = "soft_power", "economic_dependence"


def fourth(three, four):
    """What a fourth rival, economic dependence, changes."""
    first, second = pt.update(three).posterior, pt.update(four).posterior
    names = {h: part.name for h, part in four.explanations.items()}
    rows, moved, close = [], [], []
    for case in three.cases:
        before, after = first.sel(case=case.id).to_series(), second.sel(case=case.id).to_series()
        rows.append([case.name, _led(names, before), _led(names, after), probability(after[FOURTH])])
        moved += [case.name] if before.idxmax() != after.idxmax() else []
        close += [case.name] if after.drop(after.idxmax()).idxmax() == FOURTH else []
    heads = ("State", "Leads among three", "Leads among four", f"Support for {names[FOURTH].lower()}")
    text = f"It changes which explanation leads in {listed(moved)}." if moved else "It changes which explanation leads in no state."
    text += f" It comes second in {listed(close)}." if close else ""
    return report.Part(f"A fourth rival: {names[FOURTH].lower()}", (text,), (grid("Three rivals and four", heads, rows, right=heads[3:]),))


def _led(names, posterior):
    return f"{names[posterior.idxmax()]} {probability(posterior.max())}"


def soft_power(study):
    """Where soft power has support and where it has none, as description of these cases."""
    updated = pt.update(study)
    cases = {case.id: case for case in study.cases}
    support = updated.posterior.sel(hypothesis=SOFT).to_series()
    text = _where(cases, support, updated)
    channels = {name: tag.name for name, tag in study.tags.items() if tag.group == "channel"}
    against = {case: _against_leader(updated, case) for case in cases}
    most = {case: _favouring(updated, case) for case in cases}
    heads = ("Channel", *(case.name for case in cases.values()))
    rows = [[label, *(_channel(cases[case], name, against[case], most[case]) for case in cases)] for name, label in channels.items()]
    rows.append(["All items", *(f"{signed(sum(against[case].values()))} ({len(most[case])})" for case in cases)])
    common = [channels[name] for name in channels if all(_held(cases[case], name, most[case]) for case in cases)]
    spread = [channels[name] for name in channels if all(_total(cases[case], name, against[case]) < 0 for case in cases)]
    points = [
        f"Channels in which, in every state, some item favours soft power most: {listed(common).lower() if common else 'none'}.",
        f"Channels whose items, taken together, speak against soft power in every state: {listed(spread).lower() if spread else 'none'}.",
        f"Where the items of a channel, taken together, speak for it all the same: {'; '.join(_for_it(cases, channels, against)) or 'nowhere'}.",
    ]
    table = grid(
        "Soft power against the explanation that leads, dB by channel (items that favour soft power most)", heads, rows, right=heads[1:]
    )
    note = "An item may have several channels, so the rows do not add up. This describes five cases; it is not an effect."
    return report.Part("Where soft power has support, and where it stops", (*text, note), (table,), tuple(points))


def _for_it(cases, channels, against):
    for name, label in channels.items():
        states = [case.name for case in cases.values() if _tagged(case, name) and _total(case, name, against[case.id]) > 0]
        if states:
            yield f"{label.lower()} in {listed(states)}"


def _where(cases, support, updated):
    some = [cases[case].name for case, p in support.items() if p >= 0.05]
    none = [cases[case].name for case, p in support.items() if p < 0.05]
    db = updated.evidence_db.sel(hypothesis=SOFT).to_series()
    text = f"Soft power has a support of 0.05 or more in {listed(some)}" if some else "Soft power has a support of 0.05 or more in no state"
    nearest, furthest = cases[db.idxmax()].name, cases[db.idxmin()].name
    return (
        f"{text}{f', and less in {listed(none)}' if some and none else ''}. By the evidence alone it comes nearest in {nearest} "
        f"({signed(db.max())} dB from the best explanation) and stays furthest in {furthest} ({signed(db.min())} dB).",
    )


def _rows(updated, case):
    return [str(name) for name in updated.evidence.values[updated.evidence_case.values == case]]


def _against_leader(updated, case):
    """Each item's weight for soft power against the case's leading explanation, dB."""
    leader = str(updated.posterior.sel(case=case).idxmax("hypothesis").item())
    weight = updated.weight_db.sel(evidence=_rows(updated, case))
    difference = (weight.sel(hypothesis=SOFT) - weight.sel(hypothesis=leader)).values
    return {name.split("/")[1]: float(value) for name, value in zip(_rows(updated, case), difference, strict=True)}


def _favouring(updated, case):
    """The items whose best explanation is soft power, and clearly: no other comes within a tenth of a decibel."""
    weight = updated.weight_db.sel(evidence=_rows(updated, case))
    others = np.delete(weight.values, list(weight.hypothesis.values).index(SOFT), axis=1)
    return {name.split("/")[1] for name, row in zip(_rows(updated, case), others, strict=True) if row.max() < -0.1}


def _tagged(case, tag):
    return {item.id for item in case.evidence if tag in item.tags}


def _held(case, tag, most):
    return bool(_tagged(case, tag) & most)


def _total(case, tag, against):
    return sum(against[name] for name in _tagged(case, tag) & set(against))


def _channel(case, tag, against, most):
    items = _tagged(case, tag) & set(against)
    return f"{signed(_total(case, tag, against))} ({len(items & most)} of {len(items)})" if items else "—"


def main():
    three, four = (pt.load_study(ROOT / "models" / f"{name}.yaml") for name in ("alignment", "alignment_dependence"))
    parts = report.parts(pt.compute(three, sample=False))
    made = [*parts[:2], soft_power(three), *parts[2:-1], fourth(three, four), parts[-1]]
    (ROOT / "docs" / "alignment.md").write_text(report.as_markdown(three, made), encoding="utf-8")
    (ROOT / "results").mkdir(exist_ok=True)
    (ROOT / "results" / "alignment.html").write_text(report.render_summary(three, made), encoding="utf-8")


if __name__ == "__main__":
    main()
