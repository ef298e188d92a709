"""More than one reason: what cells and shares add to the exclusive explanations of five states, as a page in Markdown.

Run it from anywhere: python examples/several_reasons.py > evidence/several_reasons.md. Every number is computed.
"""

from pathlib import Path

import processtrace as pt
from processtrace.logspace import DB_PER_NAT
from processtrace.text.numbers import decibels, probability

ROOT = Path(__file__).resolve().parent.parent
SIMULATED = 200

exclusive = pt.load_study(ROOT / "models" / "alignment.yaml")
cells = pt.load_study(ROOT / "models" / "alignment_cells.yaml")
one, several = pt.update(exclusive), pt.update(cells)
alone = pt.update(cells.with_prior({cell: float(len(cells.causes_in(cell)) == 1) for cell in cells.explanations}))
built = pt.cells.construction(cells)
divided = pt.mixtures.shares(exclusive)
simulated = pt.division.looks_divided(exclusive, draws=SIMULATED)
names = {case.id: case.name for case in cells.cases}
labels = {cell: part.name for cell, part in cells.explanations.items()}


def share(p, odds_db=None):
    return probability(float(p), odds_db).split(" (")[0]


def table(heads, rows):
    return "\n".join(["| " + " | ".join(row) + " |" for row in [heads, ["---"] * len(heads), *rows]])


def leading(row):
    ordered = row.to_series().sort_values(ascending=False)
    return ordered.index[0], ordered.index[1], ordered


def listed(words):
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words) or "none"


def compared(case, cell):
    """Of a judged compound: decibels over its better part, and the items on which it is judged above and below both."""
    parts = list(cells.causes_in(cell))
    mine, others = (several.evidence_db.sel(case=case, hypothesis=one) for one in (cell, parts))
    own = several.log_likelihood_alone.sel(evidence=several.evidence_case == case)
    pair, each = own.sel(hypothesis=cell), own.sel(hypothesis=parts)
    above, below = (int(part.sum()) for part in (pair > each.max("hypothesis") + 1e-9, pair < each.min("hypothesis") - 1e-9))
    return float(mine - others.max()), above, below


leads = {case: leading(several.posterior.sel(case=case)) for case in names}
first = {case: leading(one.posterior.sel(case=case))[0] for case in names}
compound = [case for case in names if len(cells.causes_in(leads[case][0])) > 1]
changed = [case for case in names if first[case] not in cells.causes_in(leads[case][0])]

print("# More than one reason\n")
print(
    "Made by `examples/several_reasons.py` from `models/alignment.yaml` and `models/alignment_cells.yaml`; no number is typed by "
    "hand. Both rest on illustrative judgements by a language model. The cells were judged anew, all seven at once, from a blind "
    "sheet: so part of what differs from the study of exclusive explanations is the new coding, not the new question; the column "
    "*same coding, one alone* shows that part.\n"
)
print("## What cells add\n")
print(f"A combination of causes leads in {len(compound)} of {len(names)} states: {listed([names[case] for case in compound])}.")
print(
    f"The explanation that leads in the exclusive study has no part in the leading cell in {len(changed)}: "
    f"{listed([names[case] for case in changed])}.\n"
)
rows = []
for case, name in names.items():
    best, second, ordered = leads[case]
    ahead = several.evidence_db.sel(case=case, hypothesis=best) - several.evidence_db.sel(case=case, hypothesis=second)
    same = leading(alone.posterior.sel(case=case))
    found = [f"{labels[cell]} {share(p)}" for cell, p in ((best, ordered.iloc[0]), (second, ordered.iloc[1]))]
    own = one.posterior.sel(case=case, hypothesis=first[case])
    rows.append(
        [
            name,
            f"{exclusive.hypotheses[first[case]].name} {share(own)}",
            f"{labels[same[0]]} {share(same[2].iloc[0])}",
            *found,
            decibels(float(ahead)),
        ]
    )
print(table(["State", "Exclusive study", "Same coding, one alone", "Leading cell", "Next cell", "Apart by evidence (dB)"], rows) + "\n")
print("Each cause at work, alone or with another: support, and prior in brackets.\n")
factors = list(cells.factors)
rows = []
for case, name in names.items():
    parts = []
    for factor in factors:
        chosen = several.sel(case=case, factor=factor)
        parts.append(f"{share(chosen.factor_posterior, float(chosen.factor_log_odds) * DB_PER_NAT)} ({share(chosen.factor_prior)})")
    none = several.sel(case=case, hypothesis="none")
    rows.append([name, *parts, f"{share(none.posterior)} ({share(none.prior)})"])
print(table(["State", *(cells.factors[factor].name for factor in factors), labels["none"]], rows) + "\n")

print("## Judged and built\n")
print(
    "The support for causes together as judged, and as each rule would build it from its parts; in brackets the decibels over the "
    "best part. Under a rule these decibels are given by the building alone: built pairs are no result. Where the judged pair "
    "gains about as much as `Maximum` gives, its judgements may follow the better part item by item instead of saying what the pair "
    "predicts that neither part does. *Above both* and *below both* count the items on which they do say so: judged more, or less, "
    "probable under the pair than under either part.\n"
)
compounds = [str(cell) for cell in built.hypothesis.values if len(cells.causes_in(str(cell))) > 1]
rows = []
for case, name in names.items():
    for cell in compounds:
        chosen = built.sel(case=case, hypothesis=cell)
        parts = ["left out", "", ""]
        if cell in labels:
            gained, above, below = compared(case, cell)
            parts = [f"{share(chosen.posterior.sel(rule='study'))} ({decibels(gained)} dB)", f"{above}", f"{below}"]
        for rule in pt.cells.BUILT:
            p, gain = float(chosen.posterior.sel(rule=rule)), float(chosen.construction_db.sel(rule=rule))
            parts.append(f"{share(p)} ({decibels(gain)} dB)" if p == p else "not possible")
        rows.append([name, str(chosen.hypothesis_label.item()), *parts])
print(
    table(["State", "Together", "As judged", "Above both", "Below both", *(pt.cells.RULES[rule] for rule in pt.cells.BUILT)], rows) + "\n"
)
for text in built.attrs["impossible"]:
    print(f"{text}.\n")
if compound:
    found = {
        case: (*compared(case, leads[case][0]), float(built.construction_db.sel(rule="maximum", case=case, hypothesis=leads[case][0])))
        for case in compound
    }
    more = [f"{names[case]} ({decibels(mine - most)} dB)" for case, (mine, _, _, most) in found.items() if mine > most]
    print(f"The leading combination gains more over its better part than building by maximum would give it in: {listed(more)}.")
    risked = [f"{names[case]} ({below} items)" for case, (_, _, below, _) in found.items() if below]
    if risked:
        print(f"It was judged less probable than both of its parts somewhere in: {listed(risked)}.\n")
    else:
        print(
            "On no item was it judged less probable than both of its parts: it risked nothing, and what risks nothing gains as a built "
            "combination does. Its lead says at least as much about how combinations were judged as about the record.\n"
        )

print("## What shares add\n")
print(
    "How each state's evidence would divide if each unit of items came from one of the three explanations: a share of the evidence, "
    "not of joint causation. Prior and posterior standard deviation stand side by side; a Bayes factor above 0 dB favours division "
    f"against one explanation. *Looks divided* is a simulation ({SIMULATED} studies, Monte Carlo standard error in brackets): how "
    "often it does so when one explanation is right and judgements err within their stated ranges.\n"
)
favoured = [name for case, name in names.items() if float(divided.bayes_factor_db.sel(case=case)) > 0]
print(f"Division is favoured in {len(favoured)} of {len(names)} states: {listed(favoured)}.\n")
rows = []
for case, name in names.items():
    chosen, looks = divided.sel(case=case), simulated.sel(case=case)
    parts = [
        f"{float(chosen.evidence_share.sel(hypothesis=h)):.2f} ({float(chosen.evidence_share_sd.sel(hypothesis=h)):.2f})"
        for h in exclusive.hypotheses
    ]
    rows.append(
        [
            name,
            *parts,
            f"{float(chosen.prior_share_sd[0]):.2f}",
            decibels(float(chosen.bayes_factor_db)),
            f"{float(looks.looks_divided):.2f} ({float(looks.looks_divided_mcse):.2f})",
        ]
    )
heads = [f"{part.name} (sd)" for part in exclusive.hypotheses.values()]
print(table(["State", *heads, "Prior sd", "Bayes factor (dB)", "Looks divided"], rows))
