"""What a study declares, in the fields of its file, and how its parts are looked up."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BeforeValidator

from processtrace.errors import UsageError
from processtrace.study.case import Case
from processtrace.study.causal import Causal
from processtrace.study.evidence import Evidence, Judgement
from processtrace.study.explanations import causal_models, explained, prior_from_model
from processtrace.study.fields import ByName, MaybeByName, OneOrMore, Parts, field, keyed
from processtrace.study.frozen import Map
from processtrace.study.judged import Judged
from processtrace.study.parts import NONE, POOL, Analyst, Cluster, Compounds, Factor, Group, Hypothesis, Lock, OwnWords, Source, Tag
from processtrace.study.scales import ICD_203
from processtrace.study.validation import frozen_family
from processtrace.study.values import LONGEST_LABEL, Anchor, Correlation, Coverage, Id, Text, Weight, as_tuple, as_year, shortened
from processtrace.study.verdict_words import VerdictName

_WORDS = (("At work", True), ("Not at work", False))


def _cases(value: Any) -> Any:
    return tuple(value) if isinstance(value, list | tuple) else (value,)


def grouped(value: Any) -> Any:
    """Return groups as a mapping of names to fields, from one of names to fields or to items."""
    if isinstance(value, Mapping):
        value = {key: {"items": part} if isinstance(part, list | tuple | str) else part for key, part in value.items()}
    return keyed(value)


if TYPE_CHECKING:
    from collections.abc import Sequence

    from processtrace.causal.explained import Explained
    from processtrace.causal.model import CausalModel
    from processtrace.study.fields import Field

    type Cases = OneOrMore[Case]
    type Groups = Field[Map[Group], Mapping[str, Group | Mapping[str, Any] | Sequence[str] | str] | Sequence[Group]]
    type Years = Field[tuple[int, ...], int | str | Sequence[int | str]]
else:
    Cases = Annotated[tuple[Case, ...], BeforeValidator(_cases)]
    Groups = Annotated[Map[Group], BeforeValidator(grouped)]
    Years = Annotated[tuple[Annotated[int, BeforeValidator(as_year)], ...], BeforeValidator(as_tuple)]


@frozen_family
class Declared:
    """The fields that a study and its file have in common; a Study adds its references and checks how the parts fit together."""

    title: Text
    hypotheses: Parts[Hypothesis] = field(default=Map())
    factors: Parts[Factor] = field(default=Map())
    compounds: Compounds = "judged"
    prior: MaybeByName[Weight] = field(default=None)
    cases: Cases = field(default=())
    description: Text | None = None
    question: Text | None = None
    sources: Parts[Source] = field(default=Map())
    clusters: Parts[Cluster] = field(default=Map())
    tags: Parts[Tag] = field(default=Map())
    analysts: Parts[Analyst] = field(default=Map())
    analyst: Id = POOL
    range_coverage: Coverage = 0.9
    anchor: Anchor = 0.8
    cluster_correlation: Correlation = 0.5
    lean_correlation: Correlation = 0.0
    groups: Groups = field(default=Map())
    years: Years = field(default=())
    words: OwnWords = field(default=Map())
    verdict: VerdictName | None = None
    accepted: ByName[Text] = field(default=Map())
    lock: OneOrMore[Lock] = field(default=())
    causal: Causal | None = None

    @property
    def explanations(self) -> Map[Hypothesis]:
        """The exclusive hypotheses: those of the study, or the cells that its factors make."""
        if not self.factors:
            return self.hypotheses
        return Map({cell: self._cell(cell) for cell in self._cells()})

    def _cells(self) -> list[str]:
        names = list(self.factors)
        compounds = ["+".join(some) for size in range(2, len(names) + 1) for some in combinations(names, size)]
        if self.compounds == "judged":
            named = {
                key
                for case in self.cases
                for item in case.evidence
                for part in item.by_analyst.values()
                if part.scales
                for key in part.values
            }
            compounds = [cell for cell in compounds if cell in named]
        return [NONE, *names, *compounds]

    def causes_in(self, cell: str) -> tuple[str, ...]:
        """Return the factors at work in a cell, in the study's order; none in a study of hypotheses."""
        return tuple(name for name in self.factors if name in cell.split("+"))

    @property
    def at_work(self) -> dict[str, float]:
        """The prior probability that each factor is at work: the sum over its cells, before any case's own prior."""
        cells = {cell: part.weight for cell, part in self.explanations.items()}
        total = sum(cells.values())
        return {name: sum(weight for cell, weight in cells.items() if name in self.causes_in(cell)) / total for name in self.factors}

    def _cell(self, cell: str) -> Hypothesis:
        parts = self.causes_in(cell)
        weight = 1.0
        for name, factor in self.factors.items():
            weight *= factor.prior if name in parts else 1 - factor.prior
        if self.prior is not None:
            weight = self.prior.get(cell, 0.0)
        label = " + ".join(self.factors[part].name for part in parts) or "None of them"
        if len(label) > LONGEST_LABEL:
            label = "All of them" if len(parts) == len(self.factors) else shortened(label)
        stated = [(words, [self.factors[name].name for name in self.factors if (name in parts) is there]) for words, there in _WORDS]
        statement = " ".join(f"{words}: {', '.join(names)}." for words, names in stated if names)
        return Hypothesis(cell.replace("+", "_"), label=label, statement=statement, prior=weight)

    def case(self, case: str) -> Case:
        """Return the case of this identifier.

        Raises
        ------
        UsageError
            Where there is none; it names the cases that there are.
        """
        for one in self.cases:
            if one.id == case:
                return one
        raise UsageError(f"no case '{case}'; the study has {', '.join(one.id for one in self.cases)}")

    def prior_of(self, case: Case) -> dict[str, float]:
        """Return the relative prior weights of a case by hypothesis: its own where it has one, else the study's."""
        own = case.prior
        if own is None and self.prior_from_model:
            return self._prior_from_model(case)
        return {h: (own.get(h, 0.0) if own is not None else part.weight) for h, part in self.explanations.items()}

    @property
    def prior_from_model(self) -> bool:
        """Whether the prior follows from causal models, since no hypothesis states one."""
        return self.causal is not None and all(part.prior is None for part in self.hypotheses.values())

    def _prior_from_model(self, case: Case) -> dict[str, float]:
        assert self.causal is not None
        return prior_from_model(self.causal, self.hypotheses, case.known, case.row)

    @property
    def ranged_shares(self) -> bool:
        """Whether a share of a causal model is a range."""
        drawn = {} if self.causal is None else self.causal.drawn
        return any(isinstance(share, tuple) for part in drawn.values() for entries in part.shares.values() for share in entries.values())

    @property
    def causal_models(self) -> dict[str, CausalModel]:
        """The causal models by name; the only one has a blank name, and there is none in a study that states none."""
        return {} if self.causal is None else causal_models(self.causal)

    def explained(self, case: Case) -> Explained:
        """Return the hypotheses as events in the study's causal models, given what is known of a case.

        Raises
        ------
        UsageError
            Where the study has no causal model.
        """
        if self.causal is None:
            raise UsageError("no 'causal' section; a study with a causal model is needed")
        return explained(self.causal, self.hypotheses, case.known, case.row)

    @property
    def by_hand(self) -> list[str]:
        """The hypotheses under which clues are judged by hand: those that are no event in a causal model."""
        return [h for h, part in self.hypotheses.items() if not part.modelled]

    @property
    def prior_weights(self) -> dict[str, float]:
        """The study's relative prior weights, before any case's own; where they follow from causal models, their mean over the cases."""
        if not self.prior_from_model or not self.cases:
            return {h: part.weight for h, part in self.explanations.items()}
        each = [self._prior_from_model(case) for case in self.cases]
        totals = [sum(weights.values()) for weights in each]
        return {h: sum(weights[h] / total for weights, total in zip(each, totals, strict=True)) / len(each) for h in self.explanations}

    def judged_under(self, case: Case) -> list[str]:
        """Return the hypotheses that the case's items judge, which include the study's."""
        if self.factors:
            return list(dict.fromkeys([*self.explanations, *case.judges]))
        return list(case.judges or self.hypotheses)

    @property
    def scale_of_words(self) -> Mapping[str, Judged]:
        """The probability of each word: the study's own words, or those of ICD 203."""
        return self.words or ICD_203

    def words_of(self, analyst: str | None) -> Mapping[str, Judged]:
        """Return the probability of each word to an analyst: their own where they gave one, else the study's."""
        own = self.analysts[analyst].words if analyst is not None and analyst in self.analysts else None
        return {**self.scale_of_words, **own} if own else self.scale_of_words

    def anchor_of(self, item: Evidence, part: Judgement) -> float:
        """Return the probability that the largest value of a relative judgement is: its own, the item's or the study's."""
        return part.anchor or item.anchor or self.anchor

    def source_of(self, case: Case, name: str) -> Source:
        """Return a source by its name: the case's own, or the one that several cases share."""
        return case.sources[name] if name in case.sources else self.sources[name]

    def cluster_of(self, case: Case, name: str) -> Cluster:
        """Return a cluster by its name: the case's own, or the one that several cases share."""
        return case.clusters[name] if name in case.clusters else self.clusters[name]

    def correlation_of(self, case: Case, cluster: str) -> float:
        """Return the latent correlation of a cluster: its own, or the study's default."""
        part = self.cluster_of(case, cluster)
        return self.cluster_correlation if part.correlation is None else part.correlation
