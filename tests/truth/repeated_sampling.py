"""One compiled model for many studies: what differs between studies of one design is given to the compiled model as data.

A design fixes items, ranges' places, sources and clusters; numbers and outcomes (found or not) may change. Compiling takes
half a minute, sampling such a study a fraction of a second.
"""

from __future__ import annotations

import dataclasses
import warnings
from collections.abc import Callable
from typing import Any
from unittest import mock

import numpy as np
import pytensor
import xarray as xr

import processtrace as pt
from processtrace.inference.layout import Clustered, Layout, Opinions, Reports, Rows, layout, panel_layout


def with_outcomes(study: pt.Study, found: Callable[[str, str], bool]) -> pt.Study:
    """The study with each item found or not, as `found(case, item)` says; every item needs a `search_sensitivity`."""
    cases = [
        dataclasses.replace(
            case,
            evidence=tuple(dataclasses.replace(item, status="found" if found(case.id, item.id) else "not_found") for item in case.evidence),
        )
        for case in study.cases
    ]
    return dataclasses.replace(study, cases=tuple(cases))


def _parts(form: Layout, told: Opinions | None, sizes: dict[str, int]) -> dict[str, Any]:
    """Everything that may change, in arrays of fixed sizes: lists of reports are filled up with a row that nothing reads."""
    spare, reports, nodes = len(form.rows.cell), form.reports, form.clustered.u.shape[1]

    def filled(values: Any, size: int, value: float) -> Any:
        assert len(values) <= size
        return np.concatenate([values, np.full(size - len(values), value, dtype=np.asarray(values).dtype)])

    found, searched, missed = sizes["witnessed"], sizes["searched"], sizes["missed"]
    assert nodes <= sizes["nodes"], f"{nodes} nodes"
    wide = ((0, 0), (0, sizes["nodes"] - nodes))
    parts = {
        "fixed": form.fixed,
        **{
            f"{kind}_{name}": getattr(getattr(form, kind), name)
            for kind in ("judgement", "reliability", "sensitivity")
            for name in ("mu", "sd")
        },
        **{f"row_{name}": np.append(getattr(form.rows, name), 0.0) for name in ("odds", "log_t", "log_f")},
        "witnessed": filled(reports.witnessed, found, spare),
        "witness": filled(reports.witness, found, 0),
        "searched": filled(reports.searched, searched, spare),
        "search": filled(reports.search, searched, 0),
        "missed": filled(reports.missed, missed, spare),
        "missed_witness": filled(reports.missed_witness, missed, -1),
        "missed_search": filled(reports.missed_search, missed, -1),
        **{f"missed_{name}": filled(getattr(reports, name), missed, 0.5) for name in ("a", "b", "s")},
        "nodes": np.pad(form.clustered.u, wide),
        "base": np.pad(form.clustered.base, wide, constant_values=-1e200),
    }
    return parts | ({"said": told.odds, "said_sd": told.sd} if told is not None else {})


def _shared(form: Layout, part: dict[str, Any]) -> Layout:
    free = {
        kind: dataclasses.replace(getattr(form, kind), mu=part[f"{kind}_mu"], sd=part[f"{kind}_sd"])
        for kind in ("judgement", "reliability", "sensitivity")
    }
    rows = Rows(np.append(form.rows.cell, 0), np.append(form.rows.judged, -1), part["row_odds"], part["row_log_t"], part["row_log_f"])
    names = ("witnessed", "witness", "searched", "search", "missed", "missed_witness", "missed_search", "missed_a", "missed_b", "missed_s")
    part_of = form.clustered
    clustered = Clustered(part_of.cell, part_of.rho, part["nodes"], part["base"], part_of.row, part_of.group)
    return dataclasses.replace(
        form, fixed=part["fixed"], rows=rows, reports=Reports(*(part[name] for name in names)), clustered=clustered, **free
    )


class Repeated:
    """A model compiled once for a design; `draw` samples any study of that design."""

    def __init__(self, build: Callable[[pt.Study], Any], design: pt.Study, roomy: float = 1.3):
        import nutpie

        room = getattr(build, "func", build).__module__
        self.panel = room.endswith("panel")
        ends = [self._arrays(with_outcomes(design, lambda _c, _i, all_found=some: all_found)) for some in (True, False)]
        self.sizes = {name: max(len(getattr(form.reports, name)) for form, _ in ends) for name in ("witnessed", "searched", "missed")} | {
            "nodes": int(roomy * max(form.clustered.u.shape[1] for form, _ in ends))
        }
        form, told = ends[0]
        values = _parts(form, told, self.sizes)
        data = {name: pytensor.shared(value, name=f"data_{name}", shape=value.shape) for name, value in values.items()}
        made: Any = _shared(form, data)
        if told is not None:
            made = made, dataclasses.replace(told, odds=data["said"], sd=data["said_sd"])
        with mock.patch(f"{room}.{'panel_layout' if self.panel else 'layout'}", return_value=made):
            model = build(design)
        with pytensor.config.change_flags(numba__fastmath=False), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self.compiled = nutpie.compile_pymc_model(model)
        self.known = {var.name for var in self.compiled.shared_var_keys}

    def _arrays(self, study: pt.Study) -> tuple[Layout, Opinions | None]:
        return panel_layout(study) if self.panel else (layout(study), None)

    def draw(self, study: pt.Study, draws: int, tune: int, chains: int, seed: int) -> xr.Dataset:
        import nutpie

        parts = {f"data_{name}": value for name, value in _parts(*self._arrays(study), self.sizes).items()}
        ready = self.compiled.with_data(**{name: value for name, value in parts.items() if name in self.known})
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = nutpie.sample(ready, draws=draws, tune=tune, chains=chains, seed=seed, progress_bar=False, cores=1)
        return tree["posterior"].to_dataset()
