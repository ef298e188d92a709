"""Several explanations at once, exactly: shares of cases (`pooled`), and shares of a case's evidence (`shares`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from processtrace.errors import AnalysisError, ContradictionError, UsageError
from processtrace.exact.case import subset_nats
from processtrace.exact.dirichlet import mixture
from processtrace.exact.hierarchical import learned
from processtrace.exact.importance import worth
from processtrace.inference.update import CASE, HYPOTHESIS, numbers_of, to_dataset
from processtrace.logspace import Array, log, logsumexp, to_db

if TYPE_CHECKING:
    import xarray as xr

    from processtrace.study import Study


def study_prior(study: Study) -> Array:
    """Return the study's own prior, before any case's own.

    Parameters
    ----------
    study
        The study.

    Returns
    -------
    Array
        Probabilities, (hypothesis,).
    """
    weights = np.array(list(study.prior_weights.values()), float)
    return np.asarray(weights / weights.sum())


def dirichlet(prior: Array, concentration: float | None = None) -> Array:
    """Return Dirichlet parameters: concentration x prior.

    Parameters
    ----------
    prior
        Probabilities, (hypothesis,).
    concentration
        Sum of the parameters, above 0. If None, it is the number of hypotheses whose prior is above 0.

    Returns
    -------
    Array
        Parameters, (hypothesis,).

    Raises
    ------
    UsageError
        If the concentration is not above 0.
    """
    total = float((prior > 0).sum()) if concentration is None else float(concentration)
    if not (np.isfinite(total) and total > 0):
        raise UsageError(f"concentration {total:g}; a number above 0 is allowed")
    return np.asarray(total * prior)


def case_background(study: Study) -> Array:
    """Return the log ratio of each case's own prior to the study's: background evidence of that case.

    Parameters
    ----------
    study
        The study.

    Returns
    -------
    Array
        Nats, (case, hypothesis).

    Raises
    ------
    AnalysisError
        If a case gives a prior to a hypothesis that has none in the study.
    """
    common = study_prior(study)
    rows = []
    for case in study.cases:
        own = np.array(list(study.prior_of(case).values()), float)
        for k in np.flatnonzero((common == 0) & (own > 0)):
            name = list(study.explanations)[k]
            raise AnalysisError(
                f"case '{case.id}': prior of {name}: {own[k]:g}; the study gives it 0, so no case can have it; "
                "give it a prior in the study, or 0 in the case"
            )
        with np.errstate(divide="ignore", invalid="ignore"):
            rows.append(np.where(common > 0, log(own / own.sum()) - log(common), 0.0))
    return np.array(rows).reshape(len(study.cases), len(common))


def pooled(study: Study, concentration: float | None = None) -> xr.Dataset:
    """Return the share of cases that each explanation accounts for.

    The model is pi ~ Dirichlet, with one explanation per case drawn from pi. A case's own prior counts as background evidence of
    that case.

    Parameters
    ----------
    study
        The study.
    concentration
        Sum of the Dirichlet parameters. If None, it is the number of hypotheses whose prior is above 0.

    Returns
    -------
    Dataset
        Variables: `case_share` and `case_share_sd`, `prior_share` and `prior_share_sd` (hypothesis); `explanation` (case,
        hypothesis), probabilities, which are those of `update` for a single case. Attributes: `log_evidence`, nats; `error_nats`
        and `error_mean`, 0 where the quadrature is exact; `method` in words.

    Raises
    ------
    UsageError
        If the concentration is not above 0.
    AnalysisError
        If a case gives a prior to a hypothesis that has none in the study.
    ContradictionError
        If every hypothesis of a case is refuted.
    """
    import xarray as xr

    data = to_dataset(study)
    nats = _case_nats(data)
    _refuse_refuted(study, nats + log(data["prior"].values))
    alpha = dirichlet(study_prior(study), concentration)
    made = mixture(alpha, nats + case_background(study))
    return xr.Dataset(
        {
            "case_share": (HYPOTHESIS, made.mean),
            "case_share_sd": (HYPOTHESIS, made.sd),
            "prior_share": (HYPOTHESIS, alpha / alpha.sum()),
            "prior_share_sd": (HYPOTHESIS, dirichlet_sd(alpha)),
            "explanation": ((CASE, HYPOTHESIS), made.responsibility),
        },
        coords=_names(data),
        attrs={
            "title": study.title,
            "concentration": float(alpha.sum()),
            "log_evidence": made.log_evidence,
            "error_nats": made.error_nats + float(np.sum(data.attrs["error_nats"])),
            "error_mean": made.error_mean,
            "method": made.method,
        },
    )


def shares(study: Study, concentration: float | None = None) -> xr.Dataset:
    """Return how each case's evidence divides over explanations.

    Each unit of a case comes from one of them, with w ~ Dirichlet. A share is a share of the evidence accounted for, not of joint
    causation. Errors of judgement look like division, and prior and posterior sd show how little was learned.

    Parameters
    ----------
    study
        The study.
    concentration
        Sum of the Dirichlet parameters. If None, it is the number of hypotheses whose prior is above 0.

    Returns
    -------
    Dataset
        Variables: `evidence_share` and `evidence_share_sd`, `prior_share` and `prior_share_sd` (case, hypothesis); `log_evidence`
        (case), nats; `bayes_factor_db` (case), decibels for shares against one explanation; `error_nats` and `error_mean` (case), 0
        where the quadrature is exact.

    Raises
    ------
    UsageError
        If the concentration is not above 0.
    ContradictionError
        If a unit is impossible under every hypothesis.
    """
    import xarray as xr

    data = to_dataset(study)
    prior = data["prior"].values
    alphas = np.array([dirichlet(row, concentration) for row in prior])
    made = [mixture(alpha, nats) for alpha, nats in zip(alphas, _unit_nats(study, prior), strict=True)]
    evidence = np.array([part.log_evidence for part in made])
    with np.errstate(divide="ignore"):
        single = logsumexp(_case_nats(data) + log(prior))
    place = (CASE, HYPOTHESIS)
    return xr.Dataset(
        {
            "evidence_share": (place, np.array([part.mean for part in made]).reshape(prior.shape)),
            "evidence_share_sd": (place, np.array([part.sd for part in made]).reshape(prior.shape)),
            "prior_share": (place, prior),
            "prior_share_sd": (place, np.array([dirichlet_sd(alpha) for alpha in alphas]).reshape(prior.shape)),
            "log_evidence": (CASE, evidence),
            "bayes_factor_db": (CASE, to_db(evidence - single)),
            "error_nats": (CASE, np.array([part.error_nats for part in made]) + np.array(data.attrs["error_nats"])),
            "error_mean": (CASE, np.array([part.error_mean for part in made])),
        },
        coords=_names(data),
        attrs={
            "title": study.title,
            "concentration": float(alphas.sum(axis=1)[0]) if len(alphas) else 0.0,
            "method": "; ".join(dict.fromkeys(part.method for part in made)),
        },
    )


def learned_shares(study: Study, concentration: float | None = None) -> xr.Dataset:
    """Return how each case's evidence divides over explanations, around a common mean that is learned from all cases.

    w_c ~ Dirichlet(kappa m), m ~ Dirichlet(concentration x prior), kappa ~ LogNormal(log of the concentration, 1), as in the
    sampled model `shares` with `mean="learned"`. Given m and kappa each case is exact; over these two it is importance sampling.

    Parameters
    ----------
    study
        The study.
    concentration
        Sum of the Dirichlet parameters of m. If None, it is the number of hypotheses whose prior is above 0.

    Returns
    -------
    Dataset
        Variables, each with its `..._sd`: `evidence_share` (case, hypothesis), `common_share` (hypothesis), `case_concentration`.
        Attributes: `log_evidence` with its standard error `error_nats`, nats; `error_mean`, the largest standard error of a share;
        `effective`, the number of draws that the points are worth.

    Raises
    ------
    UsageError
        If the concentration is not above 0.
    ContradictionError
        If a unit is impossible under every hypothesis.
    AnalysisError
        If a case has too many units to count the ways in which they can come from the hypotheses.
    """
    import xarray as xr

    data = to_dataset(study)
    units = _unit_nats(study, data["prior"].values)
    alpha, background = dirichlet(study_prior(study), concentration), case_background(study)
    held = np.flatnonzero(alpha > 0)
    made = learned(alpha[held], background[:, held], [nats[:, held] for nats in units])

    def whole(some: Array) -> Array:
        full = np.zeros((*some.shape[:-1], len(alpha)))
        full[..., held] = some
        return full

    place = (CASE, HYPOTHESIS)
    return xr.Dataset(
        {
            "evidence_share": (place, whole(made.share_mean)),
            "evidence_share_sd": (place, whole(made.share_sd)),
            "common_share": (HYPOTHESIS, whole(made.common_mean)),
            "common_share_sd": (HYPOTHESIS, whole(made.common_sd)),
            "case_concentration": ((), made.concentration_mean),
            "case_concentration_sd": ((), made.concentration_sd),
        },
        coords=_names(data),
        attrs={
            "title": study.title,
            "concentration": float(alpha.sum()),
            "log_evidence": made.log_evidence,
            "error_nats": made.error_nats + float(np.sum(data.attrs["error_nats"])),
            "error_mean": made.error_mean,
            "effective": made.effective,
            "method": f"{worth(made.effective)}; each case exact given them",
        },
    )


def dirichlet_sd(alpha: Array) -> Array:
    """Return the standard deviation of each component of a Dirichlet.

    Parameters
    ----------
    alpha
        Dirichlet parameters, (hypothesis,).

    Returns
    -------
    Array
        Standard deviations, (hypothesis,).
    """
    mean = alpha / alpha.sum()
    return np.asarray(np.sqrt(mean * (1 - mean) / (alpha.sum() + 1)))


def _names(data: xr.Dataset) -> dict[str, xr.DataArray]:
    """Return cases and hypotheses with their labels, as coordinates."""
    return {name: data[name] for name in (CASE, HYPOTHESIS, "case_label", "hypothesis_label")}


def _unit_nats(study: Study, prior: Array) -> list[Array]:
    """Return for each case log P(unit | hypothesis), (unit, hypothesis), nats; `prior` (case, hypothesis) shows which count."""
    made = []
    for row, (name, numbers) in zip(prior, numbers_of(study).items(), strict=True):
        units = [subset_nats(numbers, unit, np.ones((1, len(unit)), bool))[0][0] for unit in numbers.units]
        for unit, nats in zip(numbers.units, units, strict=True):
            if np.isneginf(nats[row > 0]).all():
                raise ContradictionError(name, {h: [numbers.ids[i] for i in unit] for h in numbers.hypotheses})
        made.append(np.array(units).reshape(len(units), len(numbers.hypotheses)))
    return made


def _case_nats(data: xr.Dataset) -> Array:
    """Return the log likelihood of each case, (case, hypothesis), nats."""
    total = np.zeros((data.sizes[CASE], data.sizes[HYPOTHESIS]))
    place = {name: row for row, name in enumerate(data[CASE].values)}
    np.add.at(total, np.array([place[name] for name in data["evidence_case"].values], int), data["log_likelihood"].values)
    return total


def _refuse_refuted(study: Study, joint: Array) -> None:
    if np.isneginf(joint).all(axis=1).any():
        from processtrace.inference.update import update

        update(study)
