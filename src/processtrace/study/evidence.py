"""What was found, looked for or planned, and how probable it was judged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BeforeValidator, PlainValidator, WithJsonSchema

from processtrace.study.fields import ByName, MaybePartsByName, Names, Tags, field
from processtrace.study.frozen import Map
from processtrace.study.judged import SHARE_SCHEMA, Judged, Word, as_share
from processtrace.study.parts import Citations, Named
from processtrace.study.scales import SCALES, ScaleName
from processtrace.study.validation import frozen, held_under
from processtrace.study.values import Anchor, Date, Id, Label, Text, Weight, refuse, shortened, shown

Status = Literal["found", "not_found", "planned", "unjudged", "set_aside"]


def _sensitivity(value: object) -> Judged | Map[Judged]:
    if isinstance(value, Mapping):
        return Map({key: as_share(part) for key, part in value.items()})
    return as_share(value)


def _observed(value: object) -> object:
    if isinstance(value, Mapping) and len(value) == 1:
        return value
    raise refuse(shown(value), "one node and its level", "write observes: {M: 1}, and an item for each node")


if TYPE_CHECKING:
    from processtrace.study.fields import Field

    type Probabilities = Field[Map[Judged] | None, Mapping[str, float | Sequence[float]] | None]
    type Ratios = Probabilities
    type Decibels = Probabilities
    type Words = Field[Map[Word] | None, Mapping[str, str | Sequence[str]] | None]
    type Sensitivity = Field[Judged | Map[Judged] | None, float | Sequence[float] | Mapping[str, float | Sequence[float]] | None]
    type Observes = Field[Map[str] | None, Mapping[str, str | int] | None]
else:
    Observes = Annotated[Map[Text], BeforeValidator(_observed)] | None
    Probabilities, Ratios, Decibels, Words = (
        Map[Annotated[Any, PlainValidator(scale.read), WithJsonSchema(scale.schema)]] | None for scale in SCALES.values()
    )
    Sensitivity = (
        Annotated[
            Judged | Map[Judged],
            PlainValidator(_sensitivity),
            WithJsonSchema({"anyOf": [*SHARE_SCHEMA["anyOf"], {"type": "object", "additionalProperties": SHARE_SCHEMA}]}),
        ]
        | None
    )


class OnScales:
    """What holds judged values, in the fields that are named after the scales."""

    @property
    def filled(self) -> dict[ScaleName, Map[Any]]:
        """The values by hypothesis of every scale that is filled: one scale, in a judgement without fault."""
        return {scale: values for scale in SCALES if (values := getattr(self, scale)) is not None}


@held_under("judgements")
@frozen
class Judgement(OnScales):
    """One analyst's judgement of an item under every hypothesis, on one of the scales.

    `statements` holds the digests of the statements under which it was made, by hypothesis, where they are known.
    """

    probability: Probabilities = field(default=None)
    ratio: Ratios = field(default=None)
    decibels: Decibels = field(default=None)
    words: Words = field(default=None)
    because: ByName[Text] = field(default=Map())
    anchor: Anchor | None = None
    judged: Date | None = None
    note: Text | None = None
    statements: ByName[Text] = field(default=Map())

    @property
    def scales(self) -> list[ScaleName]:
        """The scales that are filled: one, in a judgement without fault."""
        return list(self.filled)

    @property
    def scale(self) -> ScaleName:
        """The scale on which the values are written."""
        return self.scales[0]

    @property
    def anchored(self) -> bool:
        """Whether the values are relative, so that an anchor decides which probabilities they are."""
        return SCALES[self.scale].anchored

    @property
    def values(self) -> Map[Any]:
        """Judged values by hypothesis, as written on `scale`."""
        return self.filled[self.scale]


@held_under("evidence")
@frozen
class Evidence(Named, OnScales):
    """A finding that was made, looked for and not made, or planned, and its judgement.

    The fields are the keys of a case file: exactly one of the scales and `judgements` is filled in an item that is judged,
    none in one that is `unjudged` or `set_aside`. A clue `observes` a node of a causal model, which takes the place of a judgement,
    or is `about` one: it is then judged given each level of the node.
    """

    id: Id
    finding: Text
    label: Label | None = None
    date: Date | None = None
    status: Status = "found"
    source: Names = field(default=())
    cite: Citations = field(default=())
    cluster: Id | None = None
    given: Names = field(default=())
    tags: Tags = field(default=())
    search_sensitivity: Sensitivity = field(default=None)
    searched: Text | None = None
    observes: Observes = field(default=None)
    about: Text | None = None
    probability: Probabilities = field(default=None)
    ratio: Ratios = field(default=None)
    decibels: Decibels = field(default=None)
    words: Words = field(default=None)
    judgements: MaybePartsByName[Judgement] = field(default=None)
    because: ByName[Text] = field(default=Map())
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
    def node(self) -> str | None:
        """The node of a causal model that the item observes or is about; none where it is judged by hand."""
        return self.about if self.observes is None else next(iter(self.observes))

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
        filled: dict[str, Any] = {str(scale): values for scale, values in self.filled.items()}
        return Judgement(**filled, because=self.because, anchor=self.anchor, judged=self.judged) if filled else None

    @property
    def by_analyst(self) -> dict[str | None, Judgement]:
        """Judgements by analyst; the common one under None."""
        if self.judgements is not None:
            return dict(self.judgements.items())
        common = self.common
        return {} if common is None else {None: common}
