"""The record of a kind of figure: how it is drawn, what it is drawn from, and the words that a page prints with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from matplotlib.figure import Figure

from processtrace.plots.labels import cases

if TYPE_CHECKING:
    import xarray as xr


@dataclass(frozen=True)
class FigureKind:
    """A kind of figure. Each module of figures holds one, `FIGURE`, after its function; `plots.FIGURES` lists them all.

    Attributes
    ----------
    draw : callable
        The function that draws it: `draw(data, *datasets)`, or `draw(data, *datasets, case)` where the figure shows one case.
    of_case : bool
        Whether a figure shows one case.
    caption : str
        One sentence for all figures of the kind.
    section : {"results", "case", "robustness"}
        The part of a report that shows the figure.
    drawable : callable
        Whether there is something to draw, with the arguments of `draw`. Where it is true, `draw` does not refuse.
    datasets : tuple of str
        The Datasets drawn besides that of `update`: functions of `processtrace.robustness`, or `plan` for `planning.items`.
    finding : callable
        What such a figure shows of this study, in one sentence, with the arguments of `draw`.
    main : bool
        Whether a run draws it: what a reader needs. The others are drawn with `--all-figures`.
    pages : callable
        On how many pages a figure is drawn, with the arguments of `draw`; `draw` takes `page`, from 1, where it is more than one.
    alt, alt_of_case : str
        Texts for readers who do not see the figure: of all cases, with the field `{support}`, and of one case, with
        `{case}` and `{support}`. Where one is empty, the caption takes its place.
    """

    draw: Callable[..., Figure]
    of_case: bool
    caption: str
    section: Literal["results", "case", "robustness"]
    drawable: Callable[..., bool]
    finding: Callable[..., str]
    main: bool = False
    pages: Callable[..., int] = lambda *_: 1
    datasets: tuple[str, ...] = ()
    alt: str = ""
    alt_of_case: str = ""

    @property
    def name(self) -> str:
        """The name of the kind: that of its function."""
        return self.draw.__name__

    def figures(self, data: xr.Dataset, found: Mapping[str, xr.Dataset]) -> dict[str, Figure]:
        """Draw every figure of this kind that can be drawn; arguments as for `each`, which draws them one at a time.

        Returns
        -------
        dict of str to matplotlib.figure.Figure
            Figures by name: `kind`, or `kind/case` where each shows one case.
        """
        return dict(self.each(data, found))

    def each(self, data: xr.Dataset, found: Mapping[str, xr.Dataset], *, pages: bool = True) -> Iterator[tuple[str, Figure]]:
        """Draw every figure of this kind that can be drawn, one at a time.

        Parameters
        ----------
        data : xarray.Dataset
            The Dataset of `update`.
        found : mapping of str to xarray.Dataset
            Other Datasets of the same study by name; none is drawn of a kind whose Datasets are not all there.
        pages : bool
            Whether further pages of a figure are drawn too.

        Yields
        ------
        tuple of str and matplotlib.figure.Figure
            The name and the figure. The name is `kind`, or `kind/case` where each shows one case, with `/2` and so on for further pages.
        """
        for name, how in self._drawn(data, found):
            yield name, self.draw(data, *how)
            for page in range(2, self.pages(data, *how) + 1 if pages else 2):
                yield f"{name}/{page}", self.draw(data, *how, page=page)

    def findings(self, data: xr.Dataset, found: Mapping[str, xr.Dataset]) -> dict[str, str]:
        """Return what each figure of this kind shows, in one sentence, by the name of the figure; arguments as for `each`."""
        return {name: self.finding(data, *how) for name, how in self._drawn(data, found)}

    def _drawn(self, data: xr.Dataset, found: Mapping[str, xr.Dataset]) -> Iterator[tuple[str, tuple[Any, ...]]]:
        """Give the name of each figure that can be drawn, with what its function takes after `data`."""
        if not set(self.datasets) <= set(found):
            return
        drawn = [found[name] for name in self.datasets]
        every = {f"{self.name}/{case}": (*drawn, case) for case in cases(data)} if self.of_case else {self.name: tuple(drawn)}
        yield from ((name, how) for name, how in every.items() if self.drawable(data, *how))
