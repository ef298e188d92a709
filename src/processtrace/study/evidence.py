"""What was found, looked for or planned, and how probable it was judged."""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, WithJsonSchema

from processtrace.study.frozen import Map
from processtrace.study.parts import Citations, Named, Names
from processtrace.study.validation import frozen, held_under
from processtrace.study.values import (
    SHARE_SCHEMA,
    Anchor,
    Date,
    Decibels,
    Id,
    Label,
    Probability,
    Ratio,
    Text,
    Weight,
    Word,
    as_share,
    shortened,
)

Scale = Literal["probability", "ratio", "decibels", "words"]
Status = Literal["found", "not_found", "planned", "unjudged", "set_aside"]
SCALES: tuple[Scale, ...] = ("probability", "ratio", "decibels", "words")


@held_under("judgements")
@frozen
class Judgement:
    """One analyst's judgement of an item under every hypothesis, in one of four scales."""

    probability: Map[Probability] | None = None
    ratio: Map[Ratio] | None = None
    decibels: Map[Decibels] | None = None
    words: Map[Word] | None = None
    because: Map[Text] = Map()
    anchor: Anchor | None = None
    judged: Date | None = None
    note: Text | None = None

    @property
    def scales(self) -> list[Scale]:
        """The scales that are filled: one, in a judgement without fault."""
        return [scale for scale in SCALES if getattr(self, scale) is not None]

    @property
    def scale(self) -> Scale:
        return self.scales[0]

    @property
    def values(self) -> Map[Any]:
        """Judged values by hypothesis, as written on `scale`."""
        values: Map[Any] = getattr(self, self.scale)
        return values


def _sensitivity(value: Any) -> Any:
    if hasattr(value, "items"):
        return {key: as_share(part) for key, part in value.items()}
    return as_share(value)


def _frozen_sensitivity(value: Any) -> Any:
    return Map(value) if isinstance(value, dict) else value


Sensitivity = Annotated[
    Any,
    BeforeValidator(lambda value: _frozen_sensitivity(_sensitivity(value))),
    WithJsonSchema({"anyOf": [*SHARE_SCHEMA["anyOf"], {"type": "object", "additionalProperties": SHARE_SCHEMA}]}),
]


@held_under("evidence")
@frozen
class Evidence(Named):
    """A finding that was made, looked for and not made, or planned, and its judgement.

    The words are those of the case file: exactly one of `probability`, `ratio`, `decibels`, `words` and `judgements`
    for an item that counts, none for one that is `unjudged` or `set_aside`.
    """

    id: Id
    finding: Text
    label: Label | None = None
    date: Date | None = None
    status: Status = "found"
    source: Names = ()
    cite: Citations = ()
    cluster: Id | None = None
    given: Names = ()
    tags: Names = ()
    search_sensitivity: Sensitivity | None = None
    searched: Text | None = None
    probability: Map[Probability] | None = None
    ratio: Map[Ratio] | None = None
    decibels: Map[Decibels] | None = None
    words: Map[Word] | None = None
    judgements: Map[Judgement] | None = None
    because: Map[Text] = Map()
    anchor: Anchor | None = None
    quote: Text | None = None
    note: Text | None = None
    found_on: Date | None = None
    judged: Date | None = None
    cost: Weight | None = None

    @property
    def name(self) -> str:
        """The label, or the finding cut at a word, at most 40 characters."""
        if self.label:
            return self.label
        return shortened(" ".join(self.finding.split()))

    @property
    def counts(self) -> bool:
        """Whether the item enters the posterior."""
        return self.status in ("found", "not_found")

    @property
    def is_judged(self) -> bool:
        """Whether the item carries a judgement."""
        return self.status not in ("unjudged", "set_aside")

    @cached_property
    def common(self) -> Judgement | None:
        """The judgement that is no single analyst's, if that is how the item was judged."""
        filled = {scale: getattr(self, scale) for scale in SCALES if getattr(self, scale) is not None}
        return Judgement(**filled, because=self.because, anchor=self.anchor, judged=self.judged) if filled else None

    @property
    def by_analyst(self) -> dict[str | None, Judgement]:
        """Judgements by analyst; the common one under None."""
        if self.judgements is not None:
            return dict(self.judgements.items())
        common = self.common
        return {} if common is None else {None: common}
