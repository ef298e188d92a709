"""What a second coder sees of a study: findings and explanations, no judgement and nothing that hints at one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from processtrace.study import Case, Evidence, Hypothesis, Study
from processtrace.study.clues import labels_of
from processtrace.study.statements import digest, statement_of
from processtrace.text.names import spelled

JUDGED_STATUSES = ("found", "not_found", "planned", "unjudged")
"""Items that a coder is asked about; what was looked for and not found, or is planned, is judged like what was found."""


@dataclass(frozen=True)
class BlindExplanation:
    """An explanation as a coder sees it."""

    id: str
    label: str
    statement: str

    @property
    def digest(self) -> str:
        """The fingerprint of what the coder reads about it."""
        return digest(self.statement)


@dataclass(frozen=True)
class BlindItem:
    """An item as a coder sees it.

    `key` names it without showing its identifier, and `digest` changes with what is shown. `spread` says what judges said in a first
    round, by explanation, where this is a second.
    """

    case: str
    item: str
    where: str
    date: str
    finding: str
    quote: str
    sources: str
    knowing: str
    explanations: tuple[str, ...]
    spread: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The fingerprint of its case and identifier."""
        return digest(self.case, self.item)

    @property
    def digest(self) -> str:
        """The fingerprint of what the coder reads about it."""
        return digest(self.date, self.finding, self.quote, self.sources, self.knowing)


def blind_items(study: Study, *, all_judged: bool = False) -> list[BlindItem]:
    """Return the items that a coder is asked about, in the order of the files.

    They are judged under the explanations of the study, or under every one that their case judges, where `all_judged` is set.
    """
    items = ((case, item) for case in study.cases for item in case.evidence if item.status in JUDGED_STATUSES)
    shown = [_shown(study, case, item, all_judged) for case, item in items]
    return [item for item in shown if item.explanations]


def _shown(study: Study, case: Case, item: Evidence, all_judged: bool) -> BlindItem:
    sources = [study.source_of(case, name) for name in item.source]
    return BlindItem(
        case=case.id,
        item=item.id,
        where=case.name,
        date=item.date or "",
        finding=item.finding,
        quote=item.quote or "",
        sources="; ".join(f"{source.name} ({source.kind})" if source.kind else source.name for source in sources),
        knowing="\n".join(case.item(name).finding for name in item.given),
        explanations=_asked(study, case, item, all_judged),
    )


def _asked(study: Study, case: Case, item: Evidence, all_judged: bool) -> tuple[str, ...]:
    """Return what an item is judged under: the explanations, or for a clue the levels of its node and the explanations without a model."""
    if item.node is None:
        return tuple(study.judged_under(case) if all_judged else study.explanations)
    levels = (labels_of(study.causal_models, item.about) or ()) if item.about is not None else ()
    return (*(f"{item.about}{IS}{label}" for label in levels), *study.by_hand)


def key_of(asked: str) -> str:
    """Return the key under which a judgement holds what was asked: the explanation, or the level of a node."""
    return asked.split(IS, 1)[1] if IS in asked else asked


IS = " = "
"""Between a node and its level, where a clue is judged given the level in place of an explanation."""


def blind_explanations(study: Study, other_hypotheses: Mapping[str, Hypothesis], analyst: str | None = None) -> list[BlindExplanation]:
    """Return every explanation that an item of the study is judged under, each with a label of its own.

    Parameters
    ----------
    study : Study
        What is to be judged.
    other_hypotheses : mapping of identifiers to Hypothesis
        What its cases judge for the sake of other studies, and it does not state itself.
    analyst : str or None
        Who is to judge, whose coding may have wordings of its own.

    Returns
    -------
    list of BlindExplanation
        In the order of the study; a label that is there already gets an asterisk.
    """
    named = dict.fromkeys(h for case in study.cases for h in study.judged_under(case))
    made: list[BlindExplanation] = []
    for h in dict.fromkeys([*study.explanations, *named]):
        part = study.explanations.get(h) or other_hypotheses.get(h)
        label = part.name if part is not None else spelled(h)
        while label in {one.label for one in made}:
            label += "*"
        statement = statement_of(study, h, analyst)
        made.append(BlindExplanation(h, label, statement or ((part.statement or "") if part is not None and not study.factors else "")))
    return made + _levels(study)


def _levels(study: Study) -> list[BlindExplanation]:
    """Return the levels of nodes that clues are judged given."""
    about = dict.fromkeys(item.about for case in study.cases for item in case.evidence if item.about and item.status in JUDGED_STATUSES)
    made = []
    for node in about:
        drawn = [part.nodes[node] for part in study.causal.drawn.values() if node in part.nodes] if study.causal is not None else []
        name = drawn[0].name if drawn else node
        for label in labels_of(study.causal_models, node) or ():
            statement = f"Not an explanation: the value of {name} is {label}, whichever explanation is right."
            made.append(BlindExplanation(f"{node}{IS}{label}", f"Given {name}{IS}{label}", statement))
    return made
