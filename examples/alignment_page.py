"""The answer of the alignment study on a page, made from its results: docs/alignment.md, and results/alignment.html to print.

Run it from anywhere: python examples/alignment_page.py. It takes a minute or two: it asks everything a reviewer would, and samples a model.
"""

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np

import processtrace as pt
from processtrace import report
from processtrace.report.grid import grid
from processtrace.report.limits import counts
from processtrace.report.summary import listed
from processtrace.study.labels import within
from processtrace.text.numbers import decibels, probability, signed

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "examples"))
import states_and_arenas  # noqa: E402

SOFT = "soft_power"
CODINGS = ("coding_1", "coding_2", "coding_3")
THEORY = (
    "allison2008",
    "anceschi2008",
    "cooley2012",
    "david1991",
    "freire2009",
    "miller2006",
    "nye2004",
    "ripsman2016",
    "rose1998",
    "walt1987",
)
CLEAR_DB = 0.5
"""Decibels by which an item must favour soft power over each rival, or speak against it, in every coding, to be named."""


class Results:
    """Everything that the page prints, computed once."""

    def __init__(self, study, rivals, cells):
        self.study, self.rivals, self.cells = study, rivals, cells
        self.inside = dict(zip(study.explanations, within(study), strict=True))
        self.posterior = pt.update(study).posterior
        self.by_coding = {name: pt.update(replace(study, analyst=name)) for name in CODINGS}
        self.parts = pt.robustness.parts(study)
        self.tilt = pt.robustness.tilt_to_tie(study)
        self.undeclared = pt.robustness.undeclared(study)
        self.wording = pt.robustness.wording(study)
        self.again = {name: pt.robustness.wording(replace(study, analyst=name)) for name in CODINGS}
        self.decisive = pt.robustness.decisive(study)
        self.with_rivals = pt.update(rivals).posterior
        self.at_work = pt.update(cells)
        self.pooled = states_and_arenas.main(study)
        self.items = {f"{case.id}/{item.id}": (case, item) for case in study.cases for item in case.evidence}

    def leads(self, row, short=False):
        """Return the explanation that leads and its support; both where two are within 0.05."""
        ordered = row.to_series().sort_values(ascending=False)
        names = [self.study.explanations[h].name for h in ordered.index]
        close = [name for name, p in zip(names, ordered, strict=True) if ordered.iloc[0] - p < 0.05]
        if len(close) == len(names):
            return "no lead" if short else f"no lead ({probability(ordered.iloc[0])})"
        return f"{' or '.join(close)} {probability(ordered.iloc[0])}"

    def part(self, case, group, name):
        """Return the row of a part of a case's evidence, or None where it has no item."""
        there = self.parts.sel(part=(self.parts.part_case == case) & (self.parts.part_group == group) & (self.parts.part_name == name))
        return there.isel(part=0) if there.sizes["part"] else None

    def soft_power(self, item):
        """Return what an item says for soft power against its best rival among the other two, dB, in each coding."""
        weights = [data.alone_db.sel(evidence=item) for data in self.by_coding.values()]
        return np.array([float(w.sel(hypothesis=SOFT) - w.drop_sel(hypothesis=SOFT).max()) for w in weights])


def answer(of):
    """The answer in plain sentences."""
    case = {c.id: c for c in of.study.cases}
    safe = [c.id for c in case.values() if _leaders(of, c.id) == 1]
    turned = [c.name for c in case.values() if _leaders(of, c.id) > 1]
    soft = {c.id: len(_named(of, c.id, 1)) for c in case.values()}
    firm = {}
    for name in safe:
        firm.setdefault(of.inside[str(of.posterior.sel(case=name).idxmax("hypothesis").item())], []).append(case[name].name)
    held = "; ".join(f"{leader} leads in {listed(names)} under every coding" for leader, names in firm.items())
    rival = [c.name for c in case.values() if str(of.with_rivals.sel(case=c.id).idxmax("hypothesis").item()) not in of.study.explanations]
    first = (
        f"**No single factor decides how far five Central Asian states go with Russia.** {held[:1].upper()}{held[1:]}; in {listed(turned)} the explanation that leads "
        f"changes with the coding{f', and in {listed(rival)} a further rival comes first' if rival else ''}. A common lean of the judgements of 0.1 dB an item or so would turn every lead but Kazakhstan's."
    )
    most = sorted(soft, key=soft.get, reverse=True)
    numbers = ", ".join(f"{soft[name]} of {len(case[name].evidence)} in {case[name].name}" for name in most)
    second = (
        "**Russian soft power has success near its own means and fails where it meets a ruler's fear or a better offer.** It explains best why Russian kept its status, and why schools, universities and channels of "
        "Russia were let in, and in Kazakhstan and Kyrgyzstan some steps towards Russia's own unions; it explains worst the alliances and bases of the years of danger. Items that favour it over both others in all three codings: "
        f"{numbers}."
    )
    third = (
        f"**The reason differs by matter and by leader.** {_arena(of, 'arena_economy')}; {_low(_arena(of, 'arena_security'))}; {_low(_arena(of, 'arena_home'))}. "
        f"With a new leader the explanation that leads changed in {listed(_by_leader(of))}."
    )
    return report.Part("The answer", (first, second, third))


def _arena(of, name):
    """Say who comes first in an arena, in how many states."""
    leaders = {}
    for case in of.study.cases:
        row = of.part(case.id, "arena", name)
        leaders.setdefault(of.inside[str(row.only.idxmax("hypothesis").item())], []).append(case.name)
    label = of.study.tags[name].name.removesuffix(" arena")
    if len(leaders) == 1:
        return f"{label}: {next(iter(leaders))} comes first in every state"
    return f"{label}: " + ", ".join(f"{leader} in {listed(states)}" for leader, states in leaders.items())


def _by_leader(of):
    """Return the states in which not all leaders' terms have the same leading explanation."""
    found = []
    for case in of.study.cases:
        rows = [of.part(case.id, "term", term.label) for term in case.terms]
        if len({str(row.only.idxmax("hypothesis").item()) for row in rows if row is not None}) > 1:
            found.append(case.name)
    return found


def _leaders(of, case):
    return len({str(data.posterior.sel(case=case).idxmax("hypothesis").item()) for data in of.by_coding.values()})


def by_state(of):
    """The support by state, and the condition under which each lead turns."""
    rows = []
    for case in of.study.cases:
        each = of.posterior.sel(case=case.id)
        codings = [of.leads(data.posterior.sel(case=case.id)) for name, data in of.by_coding.items() if name != "coding_1"]
        rows.append([case.name, *(probability(float(each.sel(hypothesis=h))) for h in of.study.explanations), *codings])
    heads = ("State", *(part.name for part in of.study.hypotheses.values()), "Coding 2", "Coding 3")
    text = (
        "Support for each explanation, given that one of the three is right, in the main coding; which one leads in the two other codings."
    )
    points = []
    for case in of.study.cases:
        here = of.decisive.sel(decision=of.decisive.decision_case == case.id)
        turns = [str(change) for change, leader in zip(here.change.values, here.leader.values, strict=True) if leader]
        lead = of.leads(of.posterior.sel(case=case.id))
        seven = of.with_rivals.sel(case=case.id).to_series()
        if seven.idxmax() not in of.study.explanations:
            turns.insert(
                0, f"{of.rivals.explanations[seven.idxmax()].name} leads ({probability(seven.max())}) if four further rivals are admitted"
            )
        points.append(f"{case.name} ({lead}): {'; '.join(_low(turn) for turn in turns[:3])}.")
    return report.Part(
        "By state, and what turns each answer", (text,), (grid("Support by state", heads, rows, right=heads[1:4]),), tuple(points)
    )


def _low(text):
    return text if text[:1] in "“" or text.startswith(("CSTO",)) else text[0].lower() + text[1:]


def by_part(of):
    """Who leads by kind of act, by arena and by leader."""
    arenas = [(tag.group, name, tag.name.removesuffix(" arena")) for name, tag in of.study.tags.items() if tag.group == "arena"]
    columns = [("role", "act", "The state's acts"), *arenas]
    rows = []
    for case in of.study.cases:
        cells = [of.leads(of.posterior.sel(case=case.id))]
        for group, name, _ in columns:
            row = of.part(case.id, group, name)
            cells.append("—" if row is None else f"{of.leads(row.only)} ({int(row['items'])})")
        rows.append([case.name, *cells])
    heads = ("State", "All items", *(label for _, _, label in columns))
    terms = []
    for case in of.study.cases:
        for term in case.terms:
            row = of.part(case.id, "term", term.label)
            if row is not None:
                terms.append([case.name, term.label, of.leads(row.only), str(int(row["items"]))])
    text = (
        "Which explanation leads if only these items count (their number in brackets). Few items decide little: a support near 0.33 says "
        "that the items of this part do not tell the three apart."
    )
    tables = (
        grid("By the state's own acts and by arena", heads, rows),
        grid("By leader", ("State", "Leader", "Leads", "Items"), terms, right=("Items",)),
    )
    return report.Part("By matter and by leader", (text,), tables)


def two_states(of):
    """Turkmenistan and Kazakhstan, which the question names."""
    tk, kz = of.posterior.sel(case="turkmenistan"), of.posterior.sel(case="kazakhstan")
    home, economy = (of.part("turkmenistan", "arena", f"arena_{name}") for name in ("home", "economy"))
    first, later = (of.part("turkmenistan", "term", name) for name in ("Niyazov", "Gurbanguly Berdimuhamedov"))
    turkmenistan = (
        "**Turkmenistan.** Omnibalancing expects a ruler in danger to lean on the power that can save him; Turkmenistan's ruler, in danger in 2002, kept out of "
        "every Russian-led body. The record supports a reading in which the ruler's survival still leads "
        f"({probability(float(tk.sel(hypothesis='leader_survival')))}), because Russian presence at home was cut off where it could serve his opponents "
        f"(treatment of Russian presence: {of.leads(home.only)}) and because one security accord was bought with it in April 2003. It does not carry the whole case: on economy "
        f"and energy {of.leads(economy.only)}; under Niyazov {of.leads(first.only)}, under his successor {of.leads(later.only)}. Neutrality itself (1992 to 1995) is weak evidence: all three explanations allow it."
    )
    without = of.part("kazakhstan", "role", "act")
    tokayev, nazarbayev = (of.part("kazakhstan", "term", name) for name in ("Tokayev", "Nazarbayev"))
    kazakhstan = (
        "**Kazakhstan.** Fear of losing power alone does not explain its leaders: leader survival has a support of "
        f"{probability(float(kz.sel(hypothesis='leader_survival')))}, although troops of the security treaty came when the president was in danger in January 2022. National interest leads "
        f"({probability(float(kz.sel(hypothesis='national_interest')))}; {of.leads(nazarbayev.only)} under Nazarbayev, {of.leads(tokayev.only)} under Tokayev): pipelines to China and the Caspian, a transit protocol with the United "
        "States and the refusal to recognise Luhansk and Donetsk go with better offers and outside threats, not with the ruler's need or with ties. "
        f"What stays for soft power are the status of Russian and the unions that Kazakhstan itself proposed. Without the state's own acts nothing is decided ({of.leads(without.without, short=True)})."
    )
    return report.Part("Turkmenistan and Kazakhstan", (turkmenistan, kazakhstan))


def _named(of, case, sign):
    """Return the items of a case that favour soft power (1), or speak against it (-1), clearly in every coding; the strongest first."""
    found = [
        (float(db.mean()), key)
        for key in of.items
        if key.startswith(f"{case}/")
        for db in [of.soft_power(key)]
        if (sign * db > CLEAR_DB).all()
    ]
    return [(of.items[key][1], db) for db, key in sorted(found, reverse=sign > 0)]


def soft_power(of):
    """Where soft power moved policy, and where it stopped."""
    rows = []
    moved_by_arena, stopped_by_arena = {}, {}
    for case in of.study.cases:
        moved, stopped = _named(of, case.id, 1), _named(of, case.id, -1)
        for found, by in ((moved, moved_by_arena), (stopped, stopped_by_arena)):
            for item, _ in found:
                for arena in (tag for tag in item.tags if tag.startswith("arena_")):
                    by[arena] = by.get(arena, 0) + 1
        rows.append([case.name, _shown(moved, 5), _shown(stopped, 4)])
    total = {
        arena: sum(arena in item.tags for _, item in of.items.values())
        for arena in (n for n, t in of.study.tags.items() if t.group == "arena")
    }
    arenas = [
        [of.study.tags[a].name.removesuffix(" arena"), str(n), str(moved_by_arena.get(a, 0)), str(stopped_by_arena.get(a, 0))]
        for a, n in total.items()
    ]
    text = (
        f"An item is named where it favours soft power over both others, or one of them over soft power, by more than {CLEAR_DB} dB in each of the three codings (in brackets the mean, dB). Soft power expects distance where ties are weak, so an item that favours it may be a step away (Turkmenistan in the CIS).",
        "*What the states have in common where it moved something:* it did so where Russian was already the language of office and school and the ruling circle had come "
        "through it (Kazakhstan, Kyrgyzstan), and where the means were Russia's own to give and cost the ruler nothing: a university branch, schools, a channel, a language clause. "
        "*Where it stopped:* at alliances made or left in weeks (Uzbekistan in 2005 and 2006), at the ruler's opponents abroad, at bases and routes that another power paid for, and at Russian presence that could serve "
        "a ruler's opponents (Turkmenistan from 2002 to 2004). This describes five cases; it is not an effect.",
    )
    tables = (
        grid("What favours soft power and what speaks against it", ("State", "Favours soft power", "Speaks against it"), rows),
        grid(
            "By arena (items)",
            ("Arena", "All", "Favour soft power", "Speak against it"),
            arenas,
            right=("All", "Favour soft power", "Speak against it"),
        ),
    )
    return report.Part("Where soft power succeeds and where it stops", text, tables)


def _shown(found, most):
    if not found:
        return "—"
    rest = f"; and {len(found) - most} more" if len(found) > most else ""
    return "; ".join(f"{item.name} ({signed(db)})" for item, db in found[:most]) + rest


def sub_questions():
    """The two sub-questions, from items and literature."""
    first = (
        "**How soft power is reconceptualised.** Nye's soft power is attraction that works by itself (Nye 2004). Read through neoclassical realism, in which pressure from the system passes through leaders and domestic "
        "institutions (Rose 1998; Ripsman, Taliaferro and Lobell 2016), it becomes a tool that a state uses actively and that a ruling circle lets in or shuts out. The record fits this in one respect: hard and soft means come "
        "together (a base lease with schools and a loan, a development fund with accession to the union), and most items that favour soft power are acts of a government about Russian means, not feelings of a public. It does not fit in another: "
        "the ruler's filter explains what is shut out better than what is let in."
    )
    second = (
        "**How and why Russia uses it.** The acts of Russia in the record are of two kinds: gifts that keep ties open (schools, branches of universities, channels) and acts "
        "that use a hold (deportations, bans on imports, a stop of gas). Both serve the same end, a say in a region over which others compete, and in Tajikistan both came in the same decade. What the record does not hold is Russia's own reasons: it has acts and few motives."
    )
    return report.Part("The two sub-questions", (first, second))


def more_reasons(of):
    """More than one reason: cells and pooling."""
    causes = list(of.cells.factors)
    rows = []
    for case in of.study.cases:
        data, pool = of.at_work.sel(case=case.id), of.pooled.more_than_one.sel(state=case.id)
        before = of.pooled.more_than_one_before.sel(state=case.id)
        lead = data.posterior.to_series().sort_values(ascending=False)
        name = of.cells.explanations[lead.index[0]].name
        rows.append(
            [
                case.name,
                *(probability(float(data.factor_posterior.sel(factor=f))) for f in causes),
                f"{name} {probability(lead.iloc[0])}",
                *(f"{probability(float(pool.sel(pooling=p)))} ({probability(float(before.sel(pooling=p)))})" for p in ("none", "partial")),
            ]
        )
    heads = (
        "State",
        *(f"{of.cells.factors[f].name} at work" for f in causes),
        "Leading combination",
        "More than one, no pooling",
        "More than one, pooled",
    )
    spread = of.pooled.spread.sel(bound="middle").to_series()
    text = (
        "Two models ask whether there is more than one reason. In the first the explanations are causes that may act together, each with a prior of 0.50; where several are at work each decides as many matters as the others. In the "
        "second, a PyMC model, each arena of each state has an explanation of its own, and states and arenas share a part of their priors (partial pooling): the last two columns give the probability that a state's four arenas do not all "
        "have the same explanation.",
        f"The data hardly decide how much is shared: the spread of the log prior is {spread['state']:.1f} between states, {spread['arena']:.1f} between arenas and {spread['part']:.1f} between the arenas of a state (medians, prior median 0.7). "
        "In brackets the probability before any evidence. It is high already, and the evidence hardly moves it: on few items an arena, this record can neither show that one reason rules a state nor that several do.",
    )
    return report.Part(
        "More than one reason", text, (grid("Causes at work together, and explanations by arena", heads, rows, right=heads[1:4]),)
    )


def further_rivals(of):
    """What four further rivals change."""
    rows = []
    for case in of.study.cases:
        ordered = of.with_rivals.sel(case=case.id).to_series().sort_values(ascending=False)
        names = [f"{of.rivals.explanations[h].name} {probability(p)}" for h, p in ordered.items()]
        rows.append([case.name, of.leads(of.posterior.sel(case=case.id)), *names[:3]])
    text = "The same codings hold four further rivals: economic dependence, protective integration of regimes, nation building, and the inertia of institutions. Each of the seven has the same prior."
    return report.Part(
        "Against four further rivals",
        (text,),
        (grid("Three explanations and seven", ("State", "Leads among three", "First of seven", "Second", "Third"), rows),),
    )


def fragility(of):
    """Codings, repetition, order, wording, dependence and tilt."""
    rows = []
    for name, label in (
        ("coding_2", "Another coding"),
        ("coding_3", "Another coding, explanations in another order"),
        ("coding_1_again", "Asked again, same order"),
        ("coding_2_again", "Asked again, order turned round"),
        ("coding_3_again", "Asked again, same order"),
        ("restated", "Other wordings, a third of the items"),
    ):
        first = name.removesuffix("_again")
        each = (of.wording if first not in of.again or first == name else of.again[first]).sel(analyst=name)
        n = each["items"].values
        mean = float(np.nansum(each["mean_db"].values * n) / n.sum())
        spread = float(np.sqrt(np.nansum(each["sd_db"].values ** 2 * n) / n.sum()))
        rows.append([of.study.analysts[name].name, label, str(int(n.sum())), signed(mean), decibels(spread)])
    share, each = of.tilt.share, of.tilt.db_per_item
    tilts = [
        f"{case.name} {_small(float(share.sel(case=case.id).min()))} of each range ({_small(float(each.sel(case=case.id).min()))} dB an item)"
        for case in of.study.cases
    ]
    together = of.undeclared.together
    moved = []
    for case in of.study.cases:
        before, after = (together.sel(case=case.id, rho=rho).to_series() for rho in (0.0, 0.5))
        moved += [
            f"{case.name} {of.inside[after.idxmax()]} {probability(after.max())} (was {of.inside[before.idxmax()]} {probability(before.max())})"
        ]
    points = (
        f"A common lean of the judgements that ends the lead: {'; '.join(tilts)}. The mean leans of whole codings in single states reach 0.6 dB an item (the table is a mean over states), so that no lead survives a lean of a size that is seen here, Kazakhstan's included: but there the other codings lean the other way.",
        f"All items that share a source, a channel or a time joined with a correlation of 0.5, beside the declared clusters: {'; '.join(moved)}.",
        "The second readings were made in one sitting with the first ones in view, as the coders said themselves, and are near copies of them. Repetition is better read from the three codings.",
    )
    heads = (
        "Coding",
        "What differs from the main coding, or from the same judge's first reading",
        "Items",
        "Mean lean (dB)",
        "Spread (dB)",
    )
    text = "How far one judgement lies from another of the same item, in the weight of the leading explanation against the next; the weight of a typical item is below 1 dB."
    return report.Part("How fragile it is", (text,), (grid("Repetition, order and wording", heads, rows, right=heads[2:]),), points)


def _small(value):
    return "less than 0.01" if value < 0.005 else f"{value:.2f}"


def literature():
    """What the literature says at each point."""
    return report.Part(
        "Beside the literature",
        points=(
            "Freire describes the outcomes to be explained: Kazakhstan engages, Tajikistan depends, Uzbekistan balances, Kyrgyzstan bandwagons, Turkmenistan engages selectively (Freire 2009).",
            "David's omnibalancing has leaders align with whoever helps them against the threats to themselves, at home first (David 1991). Here it leads in Turkmenistan and Tajikistan and not in Kazakhstan: not alone, and not everywhere.",
            "Walt has states balance against outside threats (Walt 1987); Kazakhstan's routes for oil and its answers on Ukraine fit.",
            "Miller ties alignment of post-Soviet states to economic dependence on Russia (Miller 2006); as a rival it comes first in no state here.",
            "Allison's protective integration, regimes that shield each other (Allison 2008), takes the lead in Uzbekistan once it is admitted as a rival: the strongest change that any further rival makes.",
            "Anceschi reads Turkmenistan's neutrality as a tool of its regime (Anceschi 2008), and Cooley has the local rulers set the terms between the great powers (Cooley 2012); both fit what the record says of the two states' rulers, and neither was a rival of its own.",
        ),
    )


def references(of):
    """The works of theory and scholarship that the page names."""
    named = [of.study.references[key] for key in sorted(THEORY)]
    points = tuple(str(part) for part in named)
    return report.Part("References", points=points)


def limits(of):
    """The limits of the study."""
    own = (
        "A language model judged, three times, from blind sheets; it knows how most events ended, which a person with this knowledge would too. No person has judged yet: `docs/second_judge.md` says how a sheet is merged.",
        "Items were chosen by a written rule from lists of facts whose first collection leaned to recent years and to the press; its writer knew the results of the first version.",
        "The first version of this study gave other leads in Kyrgyzstan (leader survival 0.94) and Uzbekistan, and stronger ones everywhere, under other statements, items and codings. That two versions differ so much is itself a finding about how much such judgements can carry.",
        "Whether an explanation is silent on an item or speaks against it was judged by eye, and is where the codings differ most.",
        "Weights add up over many items that tell little apart: a support near 1 would say more than any of its parts. What ties the states to each other (one vote, one pollster) is not modelled.",
    )
    return report.Part("Its limits", points=(*own, *counts(of.study)))


def main():
    load = lambda name: pt.load_study(ROOT / "models" / f"{name}.yaml")  # noqa: E731
    of = Results(load("alignment"), load("alignment_rivals"), load("alignment_cells"))
    made = [
        answer(of),
        by_state(of),
        by_part(of),
        two_states(of),
        soft_power(of),
        sub_questions(),
        more_reasons(of),
        further_rivals(of),
        fragility(of),
        literature(),
        limits(of),
        references(of),
    ]
    (ROOT / "docs" / "alignment.md").write_text(report.as_markdown(of.study, made), encoding="utf-8")
    (ROOT / "results").mkdir(exist_ok=True)
    (ROOT / "results" / "alignment.html").write_text(report.render_summary(of.study, made), encoding="utf-8")


if __name__ == "__main__":
    main()
