"""The small parts that a study declares: explanations, sources, clusters, tags, analysts, references."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BeforeValidator

from processtrace.study.fields import ByName, field
from processtrace.study.frozen import Map
from processtrace.study.judged import Judged, Probability, Rate, Share
from processtrace.study.validation import frozen, held_under
from processtrace.study.values import Correlation, Date, Flag, Id, Label, TagName, Text, Weight, as_tuple
from processtrace.text.names import spelled


class Named:
    """What has an identifier and, where one was given, a label for people."""

    id: str
    label: str | None

    @property
    def name(self) -> str:
        """The label, or the identifier made readable."""
        return self.label or spelled(self.id)


@held_under("cite")
@frozen
class Citation:
    """Where a finding can be read: a bibliography key and, optionally, the place in it."""

    key: Text
    at: Text | None = None

    def __str__(self) -> str:
        """Return it as text prints it."""
        return f"{self.key}, {self.at}" if self.at else self.key


def _citations(value: object) -> object:
    listed = as_tuple(value)
    assert isinstance(listed, tuple)
    return tuple(part if isinstance(part, Mapping | Citation) else {"key": part} for part in listed)


if TYPE_CHECKING:
    from processtrace.study.fields import Field

    type Citations = Field[tuple[Citation, ...], str | Citation | Mapping[str, str] | Sequence[str | Citation | Mapping[str, str]]]
    type Reliability = Field[Judged | None, float | Sequence[float] | None]
    type ItemNames = Field[tuple[str, ...], str | Sequence[str]]
    type OwnWords = Field[Map[Judged], Mapping[str, float | Sequence[float]]]
else:
    ItemNames = Annotated[tuple[Text, ...], BeforeValidator(as_tuple)]
    OwnWords = Map[Probability]
    Citations = Annotated[tuple[Citation, ...], BeforeValidator(_citations)]
    Reliability = Share | None


@held_under("hypotheses")
@frozen
class Hypothesis(Named):
    """One of the rival explanations of a study; `prior` is a relative weight, `when` and `model` the event and causal model that it is."""

    id: Id
    label: Label | None = None
    statement: Text | None = None
    prior: Weight | None = None
    residual: Flag = False
    when: Text | None = None
    model: Text | None = None

    @property
    def weight(self) -> float:
        """The prior weight, 1 where none is stated."""
        return 1.0 if self.prior is None else self.prior

    @property
    def modelled(self) -> bool:
        """Whether it is an event in a causal model, rather than judged by hand."""
        return self.when is not None or self.model is not None


@held_under("factors")
@frozen
class Factor(Named):
    """A cause that may act with others; `prior` is the probability that it is at work."""

    id: Id
    label: Label | None = None
    statement: Text | None = None
    prior: Rate = 0.5


@held_under("sources")
@frozen
class Source(Named):
    """An independent source: a = P(report | finding true), b = P(report | finding false).

    `reliability: r` means a = (1 + r)/2, b = (1 - r)/2; a source with neither is taken at its word.
    """

    id: Id
    label: Label | None = None
    kind: Text | None = None
    cite: Citations = field(default=())
    reliability: Reliability = field(default=None)
    reports_if_true: Rate | None = None
    reports_if_false: Rate | None = None
    note: Text | None = None

    @property
    def ranged(self) -> bool:
        """Whether the reliability is a range, one unknown per case."""
        return isinstance(self.reliability, tuple)

    @property
    def rates(self) -> tuple[float, float]:
        """(a, b) of a source whose reliability is a point."""
        if self.reports_if_true is not None and self.reports_if_false is not None:
            return self.reports_if_true, self.reports_if_false
        assert not isinstance(self.reliability, tuple)
        r = 1.0 if self.reliability is None else self.reliability
        return (1 + r) / 2, (1 - r) / 2


@held_under("clusters")
@frozen
class Cluster(Named):
    """Dependent items: one latent correlation in [0, 1), the same under every hypothesis."""

    id: Id
    label: Label | None = None
    correlation: Correlation | None = None
    note: Text | None = None


@held_under("tags")
@frozen
class Tag(Named):
    """A word, or a few, by which items are grouped and left out together."""

    id: TagName
    label: Label | None = None
    group: Text | None = None
    note: Text | None = None


@held_under("groups")
@frozen
class Group(Named):
    """Items, as `id` or `case/id`, that may depend on each other: a question of robustness, which enters no posterior."""

    id: Id
    label: Label | None = None
    items: ItemNames = field(default=())
    note: Text | None = None


@held_under("analysts")
@frozen
class Analyst(Named):
    """Who made judgements; the note says whether a person or a language model judged.

    `judge` names who judged where one judge made several codings. `statements` holds the wordings under which this coding was made,
    where they are not the study's. `words` is what words of probability mean to them, where it is not
    what they mean in the study; `sample` says how the items were drawn, where they judged a random sample. `revises` names the
    coding whose judgements this one takes the place of, item by item. `model` names a language model, its version, date and settings;
    `asked` says how a single answer of it was asked for: `format`, `order` and `repeat`.
    """

    id: Id
    label: Label | None = None
    note: Text | None = None
    weight: Weight = 1.0
    judge: Text | None = None
    statements: ByName[Text] = field(default=Map())
    words: OwnWords = field(default=Map())
    sample: Text | None = None
    revises: Id | None = None
    model: ByName[Text] = field(default=Map())
    asked: ByName[Text] = field(default=Map())


@frozen
class Reference:
    """An entry of the bibliography."""

    id: Text
    author: str = ""
    year: str = ""
    title: str = ""
    outlet: str = ""
    url: str = ""
    volume: str = ""
    pages: str = ""

    def __str__(self) -> str:
        """Return it as text prints it."""
        where = ", ".join(part for part in (f"{self.outlet} {self.volume}".strip(), self.pages) if part)
        who = f"{self.author} ({self.year})".lstrip() if self.year else self.author.removesuffix(".")
        return ". ".join(part for part in (who, self.title, where) if part) or self.id


Compounds = Literal["judged", "mean", "maximum", "noisy-or"]


POOL = "pool"


@held_under("lock")
@frozen
class Lock:
    """A locked plan: its file, the hash that was deposited, when and where, and by `case/id` what was locked of each item.

    `plan` is the rest of the file as canonical JSON, so that the file can be written again as it was.
    """

    file: Text
    hash: Text | None = None
    deposited: Date | None = None
    where: Text | None = None
    locked: ByName[Text] = field(default=Map())
    plan: Text | None = None


NONE = "none"
