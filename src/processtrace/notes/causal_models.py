"""What a causal model decides without being asked, and clues that say nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from processtrace.logspace import logsumexp
from processtrace.notes.note import STUDY, Note
from processtrace.notes.weights import SILENT_DB, Weighed, spread_db, weighed
from processtrace.study import Case, Study
from processtrace.study.clues import clues, level_of
from processtrace.text.names import counted, listed

if TYPE_CHECKING:
    from processtrace.causal.explained import Explained
    from processtrace.causal.lesson import Lesson
    from processtrace.causal.model import CausalModel

NAMES = {
    "prior-by-counting": "a prior that follows from how many ways of responding there are, because shares are equal",
    "idle-clue": "a clue that tells nothing, by the graph or by the shares",
    "confounded-group": "nodes that hidden common causes join, whose shares depend on which comes first",
    "only-means-matter": "weights of shares in a study that learns from no cases, where only their means count",
    "judged-and-observed": "items judged by hand beside clues, which are taken as independent given the explanation",
    "row-used": "a case that the shares were learned from too",
    "blank-not-absent": "a column of cases with blanks and no 0, where a blank may mean absent",
    "not-identified": "a query that these data would not settle, however many",
}

_NONE_DB = 1e-7
"""Decibels below which a weight is nothing but rounding."""

_MOST_TYPES = 5000
"""Types of a model up to which the graph alone is tried, and identification tested."""


def notes(study: Study) -> Iterator[Note]:
    """Yield what the causal models of a study decide, and what of its clues and cases is worth a second look."""
    if study.causal is None:
        return
    from processtrace.study.explanations import lessons

    taught = lessons(study.causal)
    for name, model in study.causal_models.items():
        where = f"model {name}" if name else STUDY
        yield from _prior(study, name, model, taught[name], where)
        yield from _confounded(model, where)
        if model.alpha and taught[name] is None:
            nodes = listed(dict.fromkeys(key.partition("|")[0] for key, _ in model.alpha))
            text = f"no cases are learned from, so that of the weights of {nodes} only the mean shares count, not how large the weights are"
            yield Note("only-means-matter", where, text)
        yield from _cases(model, taught[name], where)
        yield from _identified(study, name, model, taught[name], where)
    for case in weighed(study):
        yield from _idle(study, case)
        yield from _beside(case)
    for one in study.cases:
        yield from _row(one, taught)


def _prior(study: Study, name: str, model: CausalModel, lesson: Lesson | None, where: str) -> Iterator[Note]:
    """Yield the events whose prior is a count of types."""
    from processtrace.causal.statements import nodes_of

    if not study.prior_from_model or lesson is not None:
        return
    stated = {key.partition("|")[0].strip() for key, _ in (*model.shares, *model.alpha)}
    texts = []
    for part in study.hypotheses.values():
        if part.when in (None, "otherwise") or (part.model or "") != name:
            continue
        equal = [
            node for node in model.nodes if node in model.graph.ancestors(nodes_of(model.read(part.when or ""))) and node not in stated
        ]
        counting = [node for node in equal if model.graph.parents[node]]
        if counting:
            texts.append(f"{part.name} (equal shares of {listed(counting)})")
    if texts:
        yield Note(
            "prior-by-counting",
            where,
            "the prior counts ways of responding where shares are equal, and splitting an arrow by a mediator lowers it; state 'shares:', "
            f"or a 'prior:' at each hypothesis: {listed(texts)}",
        )


def _confounded(model: CausalModel, where: str) -> Iterator[Note]:
    groups = [(node, others) for node, others in model.graph.conditions.items() if others]
    if groups:
        texts = listed(f"{node} on {listed(others)}" for node, others in groups)
        text = f"the shares of a node depend on the types of the earlier nodes that hidden common causes join to it: {texts}; "
        text += "the prior of a pair depends on which node comes first"
        if any(len(others) > 1 for _, others in groups):
            text += ", and where three or more are joined CausalQueries, which conditions on pairs, differs"
        yield Note("confounded-group", where, text)


def _cases(model: CausalModel, lesson: Lesson | None, where: str) -> Iterator[Note]:
    if lesson is None:
        return
    from processtrace.causal.cases import UNSEEN, read_cases

    seen = read_cases(lesson.table, model.graph).seen
    doubtful = [
        node
        for node, column in zip(model.nodes, seen.T, strict=True)
        if (column == UNSEEN).any() and (column > 0).any() and (column != 0).all()
    ]
    if doubtful:
        text = f"a blank says that nobody looked, and 0 that it was looked for and absent; blanks and no 0 in {listed(doubtful)}"
        yield Note("blank-not-absent", where, text)


def _identified(study: Study, name: str, model: CausalModel, lesson: Lesson | None, where: str) -> Iterator[Note]:
    """Yield the events whose share the data would not settle."""
    if lesson is None or sum(len(model.nodal_types(node)) for node in model.nodes) > _MOST_TYPES:
        return
    from processtrace.causal.cases import UNSEEN, read_cases
    from processtrace.causal.identified import identified

    seen = read_cases(lesson.table, model.graph).seen
    observed = [node for node, column in zip(model.nodes, seen.T, strict=True) if (column != UNSEEN).any()]
    asked = {
        part.name: part.when for part in study.hypotheses.values() if part.when and part.when != "otherwise" and (part.model or "") == name
    }
    if not asked:
        return
    found = identified(model, asked, None, observed)["identified"].values[:, 0]
    open_ = [label for label, settled in zip(asked, found, strict=True) if not settled]
    if open_:
        text = f"more cases of this kind would never settle the share of {listed(open_)}: its prior keeps its weight"
        yield Note("not-identified", where, text)


def _idle(study: Study, case: Weighed) -> Iterator[Note]:
    """Yield the clues of a case that change nothing, given the others or without them."""
    found = clues(case.case)
    if not found:
        return
    explained = study.explained(case.case)
    if any(explained.by_hand):
        spoken = {item.id for item, numbers in case.rows if spread_db(case.alone(numbers)) >= SILENT_DB}
        found = [item for item in found if item.counts and item.id not in spoken]
    shaken = _shaken(explained)
    by_graph: list[str] = []
    by_shares: list[str] = []
    for item in found:
        assert item.node is not None
        others = tuple(dict.fromkeys(other.node for other in found if other.node != item.node and other.node is not None))
        known = item.node in case.case.known
        if known or _silent(explained, item.node, others, SILENT_DB):
            graph = known or (shaken is not None and _silent(shaken, item.node, others, _NONE_DB))
            (by_graph if graph else by_shares).append(f"{item.name} ({item.node}{', which is known' if known else ''})")
    texts = [f"by the graph: {listed(by_graph)}"] if by_graph else []
    texts += [f"by the shares: {listed(by_shares)}"] if by_shares else []
    if texts:
        yield Note("idle-clue", case.case.name, f"clues that tell nothing between explanations, {'; '.join(texts)}")


def _silent(explained: Explained, node: str, others: tuple[str, ...], least: float) -> bool:
    """Return whether a node's value says less than so many decibels, whatever the other clues' nodes are; or by itself in a large case."""
    nodes = (*others, node)
    table = explained.log_table(nodes)
    if table is None:
        nodes, table = (node,), explained.log_table((node,))
    if table is None:
        return False
    own = [h for h, hand in enumerate(explained.by_hand) if not hand]
    if len(own) < 2:
        return False
    logs = table[:, own].reshape(-1, len(explained.levels(node)), len(own))
    with np.errstate(invalid="ignore"):
        given = logs - logsumexp(logs, axis=1)[:, None]
    return all(spread_db(row[~np.isnan(row)]) < least for row in given.reshape(-1, len(own)) if (~np.isnan(row)).sum() > 1)


def _shaken(explained: Explained) -> Explained | None:
    """Return the same explanations under shares drawn by chance, so that only the graph and its restrictions are left."""
    import dataclasses

    from processtrace.causal.model import CausalModel as Model

    rng = np.random.default_rng(0)
    made = []
    for model in explained.models:
        if model.by_rows or sum(len(model.nodal_types(node)) for node in model.nodes) > _MOST_TYPES:
            return None
        shares = {
            node: dict(zip(types.labels, (str(share) for share in rng.dirichlet(np.full(len(types), 0.2)).round(9) + 1e-6), strict=True))
            for node in model.nodes
            if len(types := model.nodal_types(node)) > 1
        }
        made.append(Model(model.graph, never=model.never, keep=dict(model.keep), alpha=shares))
    return dataclasses.replace(explained, models=tuple(made), lessons=())


def _beside(case: Weighed) -> Iterator[Note]:
    found = {item.id for item in clues(case.case)}
    by_hand = [item for item in case.evidence if item.id not in found]
    if not found or not by_hand:
        return
    shown = [item for item in case.evidence if item.id in found]
    shared = [
        f"{item.name} (as {other.name})"
        for item in by_hand
        for other in shown
        if set(item.source) & set(other.source) or set(item.cite) & set(other.cite) or item.finding == other.finding
    ]
    text = f"{counted(len(by_hand), 'item is', 'items are')} judged by hand beside {counted(len(shown), 'clue', 'clues')} of the causal model, and taken as "
    text += "independent of them given the explanation"
    if shared:
        text += f"; of the same source, citation or finding: {listed(shared)}"
    yield Note("judged-and-observed", case.case.name, text)


def _row(case: Case, taught: dict[str, Lesson | None]) -> Iterator[Note]:
    from processtrace.causal.cases import UNSEEN, read_cases

    for name, lesson in taught.items():
        if lesson is None:
            continue
        cases = read_cases(lesson.table, lesson.model.graph)
        where = f"{case.name}, model {name}" if name else case.name
        if case.row is None:
            if case.id in cases.names:
                text = (
                    f"the shares were learned from a case '{case.id}' too; write 'row: {case.id}', so that what it shows is not used twice"
                )
                yield Note("row-used", where, text)
            continue
        seen = cases.seen[cases.row(case.row)]
        differ = []
        for item in clues(case):
            if item.observes and item.status == "found" and item.node is not None:
                level = level_of(lesson.model.graph.levels[item.node], item.observes[item.node])
                held = int(seen[lesson.model.graph.position[item.node]])
                if held not in (UNSEEN, level):
                    differ.append(f"{item.name} ({item.node} is {held} in the row)")
        if differ:
            yield Note("row-used", where, f"its row says otherwise than its clues: {listed(differ)}")
