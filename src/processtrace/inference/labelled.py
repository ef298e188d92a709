"""Labelled results: the coordinates that every Dataset of this room carries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from processtrace.inference.update import CASE, EVIDENCE, HYPOTHESIS
from processtrace.study import Study

if TYPE_CHECKING:
    import xarray as xr

    from processtrace.inference.reading import Reading


def labelled(
    study: Study, variables: Mapping[str, tuple[tuple[str, ...], Any]], coords: Mapping[str, Any] | None = None, **attrs: Any
) -> xr.Dataset:
    """Return a Dataset with the cases and hypotheses of a study, their labels, the title, and what else is given.

    Parameters
    ----------
    study
        The study.
    variables
        Dimensions and values of each variable.
    coords
        Further coordinates.
    **attrs
        Further attributes.

    Returns
    -------
    Dataset
        The labelled result.
    """
    import xarray as xr

    return xr.Dataset(
        dict(variables),
        coords={
            CASE: [case.id for case in study.cases],
            HYPOTHESIS: list(study.explanations),
            "case_label": (CASE, [case.name for case in study.cases]),
            "hypothesis_label": (HYPOTHESIS, [part.name for part in study.explanations.values()]),
            **(coords or {}),
        },
        attrs={"title": study.title, **attrs},
    )


def evidence_coords(each: Sequence[Reading]) -> dict[str, Any]:
    """Return the flat dimension of items that enter as coordinates.

    Parameters
    ----------
    each
        The cases.

    Returns
    -------
    dict
        `evidence`, labelled `case/id`, and along it case, identifier and label.
    """
    rows = [(reading.case, reading.case.item(name)) for reading in each for name in reading.numbers.ids]
    return {
        EVIDENCE: [f"{case.id}/{item.id}" for case, item in rows],
        "evidence_case": (EVIDENCE, [case.id for case, _ in rows]),
        "evidence_id": (EVIDENCE, [item.id for _, item in rows]),
        "evidence_label": (EVIDENCE, [item.name for _, item in rows]),
    }
