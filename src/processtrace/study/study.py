"""The study: rival explanations, cases, and what the cases share. Changes are by replacement."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any, cast

from processtrace.errors import StudyError, UsageError
from processtrace.study.case import Case
from processtrace.study.check import faults_across
from processtrace.study.declared import Declared
from processtrace.study.evidence import Evidence, Judgement
from processtrace.study.factors import cells_of
from processtrace.study.fields import Parts, field
from processtrace.study.frozen import Map
from processtrace.study.parts import NONE, POOL, Compounds, Reference
from processtrace.study.scales import SCALES, ScaleName
from processtrace.study.validation import frozen_family
from processtrace.study.values import shortened
from processtrace.text.names import counted


@frozen_family
class Study(Declared):
    """Rival explanations and the cases whose evidence is judged under each of them.

    Raises StudyError, with every fault at once, where its parts do not fit together.
    """

    references: Parts[Reference] = field(default=Map())

    def __post_init__(self) -> None:
        """Refuse a study whose parts do not fit together."""
        faults = faults_across(self)
        if faults:
            raise StudyError(faults)

    def __repr__(self) -> str:
        """Return the study in one line: its title and what it holds."""
        items = sum(len(case.evidence) for case in self.cases)
        held = (
            counted(len(self.explanations), "explanation", "explanations"),
            counted(len(self.cases), "case", "cases"),
            counted(items, "item", "items"),
        )
        return f"<Study {shortened(self.title)!r}: {', '.join(held)}>"

    def with_prior(self, prior: Mapping[str, float], case: str | None = None) -> Study:
        """Return the study with other prior weights for every case, or for one.

        Parameters
        ----------
        prior : Mapping
            A weight of 0 or more for every hypothesis.
        case : str or None
            The case that gets this prior; None for all, whose own priors are then removed.

        Returns
        -------
        Study
            The changed study.

        Raises
        ------
        UsageError
            Where a hypothesis is missing or unknown, or there is no such case.
        StudyError
            Where a weight is negative, or all of them are 0.
        """
        missing = [h for h in self.explanations if h not in prior] or [h for h in prior if h not in self.explanations]
        if missing:
            raise UsageError(f"prior: '{missing[0]}'; exactly the hypotheses {', '.join(self.explanations)} are allowed")
        if case is not None:
            judged = self.judged_under(self.case(case))
            whole = {h: prior.get(h, 0.0) for h in judged}
            return self._with_case(dataclasses.replace(self.case(case), prior=Map(whole)))
        cases = tuple(dataclasses.replace(one, prior=None) for one in self.cases)
        if self.factors:
            return dataclasses.replace(self, cases=cases, prior=Map(dict(prior)))
        changed = {h: dataclasses.replace(part, prior=prior[h]) for h, part in self.hypotheses.items()}
        return dataclasses.replace(self, cases=cases, hypotheses=Map(changed))

    def cells(
        self, compounds: Compounds = "judged", prior: Mapping[str, float] | None = None, none: str | Mapping[str, Any] = NONE
    ) -> Study:
        """Return the study with its hypotheses as factors, causes that may act together: exclusive cells `none`, `a`, `a+b`.

        Items judged under `none` and under compounds (named in the case's `judges`) keep these judgements. The empty cell is
        judged, never built.

        Parameters
        ----------
        compounds : {"judged", "mean", "maximum", "noisy-or"}
            What happens to a compound that no item judges: `judged` leaves the cell out; the others build it, for comparison
            only.
        prior : Mapping or None
            The probability that a factor is at work, 0.5 where it is left out. A cell's prior is the product, over the cells
            that there are.
        none : str or Mapping
            The name under which items judge the empty cell, a hypothesis of the study that means it, or its judgements by
            `case/item`, each on the item's own scale.

        Returns
        -------
        Study
            A study of factors.

        Raises
        ------
        UsageError
            For a study of factors, a case with a prior of its own, a residual other than `none`, and where the empty cell is
            not judged.
        StudyError
            Where noisy-or meets a factor less probable than `none`.

        Examples
        --------
        >>> import processtrace as pt
        >>> item = pt.Evidence("memo", finding="A memo.", probability={"a": 0.6, "b": 0.5, "neither": 0.1})
        >>> study = pt.Study("Example", hypotheses={"a": {}, "b": {}, "neither": {}}, cases=[pt.Case("x", evidence=[item])])
        >>> list(study.cells("maximum", none="neither").explanations)
        ['none', 'a', 'b', 'a+b']
        """
        return cells_of(self, compounds, prior, none)

    def without(
        self,
        item: str | None = None,
        source: str | None = None,
        cluster: str | None = None,
        tag: str | None = None,
        analyst: str | None = None,
        case: str | None = None,
    ) -> Study:
        """Return the study without an item, a source's reports, a cluster's items, a tag's items, an analyst, or a case.

        Items judged given an item that is left out are left out as well. An item is left out with a source only when it has no
        other source, and with an analyst only when nobody else judged it.

        Parameters
        ----------
        item, source, cluster, tag, analyst : str or None
            What is left out; exactly one of them, or none to leave out a whole case.
        case : str or None
            The case in which it is left out; None for all cases.

        Returns
        -------
        Study
            The study without it.

        Raises
        ------
        UsageError
            Where nothing or several things are named, or nothing of this name is there.
        """
        named = {
            k: v for k, v in {"item": item, "source": source, "cluster": cluster, "tag": tag, "analyst": analyst}.items() if v is not None
        }
        if case is not None:
            self.case(case)
        if not named:
            if case is None:
                raise UsageError("name what to leave out: item, source, cluster, tag, analyst or case")
            return dataclasses.replace(self, cases=tuple(one for one in self.cases if one.id != case))
        if len(named) > 1:
            raise UsageError(f"one thing at a time: {', '.join(named)} were named; chain the calls")
        (kind, name), = named.items()  # fmt: skip
        chosen = [one for one in self.cases if case in (None, one.id)]
        if not any(_has(kind, name, one) for one in chosen):
            raise UsageError(f"no {kind} '{name}' in {' or '.join(one.id for one in chosen)}")
        cases = tuple(case_without(one, kind, name) if one in chosen else one for one in self.cases)
        main = POOL if kind == "analyst" and case is None and self.analyst == name else self.analyst
        return dataclasses.replace(self, cases=cases, analyst=main)

    def with_judgement(
        self,
        case: str,
        item: str,
        values: Mapping[str, Any],
        scale: ScaleName = "probability",
        analyst: str | None = None,
    ) -> Study:
        """Return the study with another judgement of one item. Reasons and anchor stay those of the judgement that is replaced.

        Parameters
        ----------
        case, item : str
            Which item.
        values : Mapping
            The judgement by hypothesis.
        scale : {"probability", "ratio", "decibels", "words"}
            The scale of the values.
        analyst : str or None
            Whose judgement is replaced; None replaces everything that was judged of the item.

        Returns
        -------
        Study
            The changed study.

        Raises
        ------
        UsageError
            For an unknown case, item or scale, and for an analyst where the item has one common judgement.
        StudyError
            For values that no file could hold, and for an undeclared analyst.
        """
        if scale not in SCALES:
            raise UsageError(f"scale '{scale}'; one of {', '.join(SCALES)}")
        one = self.case(case)
        old = _item(one, item)
        written: dict[str, Any] = dict.fromkeys(SCALES) | {scale: Map(values)}
        if analyst is None:
            new = dataclasses.replace(old, **written, judgements=None)
        else:
            if old.judgements is None:
                raise UsageError(f"'{item}' has one common judgement, no analyst's; leave analyst out to replace it")
            kept = old.judgements.get(analyst)
            because, anchor = (kept.because, kept.anchor) if kept else (Map(), None)
            made = Judgement(**written, because=because, anchor=anchor)
            new = dataclasses.replace(old, judgements=Map({**old.judgements, analyst: made}))
        return self._with_case(_with_items(one, [new if e.id == item else e for e in one.evidence]))

    def with_observation(self, case: str, item: str, level: str | int) -> Study:
        """Return the study in which a clue observes another level of its node.

        Parameters
        ----------
        case, item : str
            Which clue.
        level : str or int
            A level of its node.

        Returns
        -------
        Study
            The changed study.

        Raises
        ------
        UsageError
            For an unknown case or item, and for an item that observes no node.
        StudyError
            For a level that the node does not have.
        """
        one = self.case(case)
        old = _item(one, item)
        if old.observes is None:
            raise UsageError(f"'{item}' observes no node of a causal model; a clue that does is needed")
        ((node, _),) = old.observes.items()
        new = dataclasses.replace(old, observes=Map({node: str(level)}))
        return self._with_case(_with_items(one, [new if e.id == item else e for e in one.evidence]))

    def only(self, case: str) -> Study:
        """Return the study with one case alone, and analysts' wordings of what that case judges."""
        one = self.case(case)
        known = {*self.factors, *self.explanations, *self.judged_under(one)}
        analysts = {
            name: dataclasses.replace(who, statements=Map({h: text for h, text in who.statements.items() if h in known}))
            for name, who in self.analysts.items()
        }
        return dataclasses.replace(self, cases=(one,), analysts=Map(analysts))

    def _with_case(self, case: Case) -> Study:
        return dataclasses.replace(self, cases=tuple(case if one.id == case.id else one for one in self.cases))

    def __str__(self) -> str:
        """Return the study in one line."""
        from processtrace.study.display import study_line

        return study_line(self)

    def _repr_html_(self) -> str:
        from processtrace.study.display import study_html

        return study_html(self)


def _item(case: Case, item: str) -> Evidence:
    try:
        return case.item(item)
    except KeyError:
        raise UsageError(f"case '{case.id}' has no item '{item}'; it has {', '.join(e.id for e in case.evidence)}") from None


def _with_items(case: Case, items: list[Evidence]) -> Case:
    """Return the case with these items; a correlation is left out with either of its items."""
    kept = {item.id for item in items}
    pairs = tuple(pair for pair in case.correlations if kept.issuperset(pair.items))
    return dataclasses.replace(case, evidence=tuple(items), correlations=pairs)


def _has(kind: str, name: str, case: Case) -> bool:
    for item in case.evidence:
        held: object = {"item": (item.id,), "source": item.source, "cluster": (item.cluster,), "tag": item.tags}.get(kind)
        if name in cast(tuple[str, ...], held if held is not None else tuple(item.judgements or ())):
            return True
    return False


def case_without(case: Case, kind: str, name: str) -> Case:
    """Return the case without a thing of this kind, as `Study.without` leaves it out, not yet checked against its study."""
    kept = case.evidence
    gone: set[str] = set()
    if kind == "item":
        gone = {e.id for e in kept if e.id == name}
    elif kind == "cluster":
        gone = {e.id for e in kept if e.cluster == name}
    elif kind == "tag":
        gone = {e.id for e in kept if name in e.tags}
    elif kind == "source":
        gone = {e.id for e in kept if e.source == (name,)}
        kept = tuple(
            dataclasses.replace(e, source=tuple(s for s in e.source if s != name)) if name in e.source and e.id not in gone else e
            for e in kept
        )
    else:
        gone = {e.id for e in kept if e.judgements is not None and set(e.judgements) == {name}}
        kept = tuple(
            dataclasses.replace(e, judgements=Map({a: j for a, j in e.judgements.items() if a != name}))
            if e.judgements is not None and e.id not in gone
            else e
            for e in kept
        )
    gone = case.following(gone)
    return _with_items(case, [e for e in kept if e.id not in gone])
