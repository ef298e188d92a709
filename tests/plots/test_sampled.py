"""The figure of a sampled model: means, intervals and exact support, each computed another way."""

import numpy as np
import pytest
import xarray as xr

import processtrace as pt


def _tree(witnesses=True, judged=12):
    rng = np.random.default_rng(8)
    dims = ("chain", "draw")
    explanation = rng.dirichlet([1, 5, 2], size=(2, 50))[:, :, None, :]
    posterior = xr.Dataset({"explanation": ((*dims, "case", "hypothesis"), explanation)}, {"case": ["x"], "hypothesis": ["a", "b", "c"]})
    spreads = np.linspace(0.02, 0.2, judged)
    posterior["judgement"] = ((*dims, "judged"), 0.5 + spreads * rng.uniform(-1, 1, (2, 50, judged)))
    constant = {
        "case_label": ("case", ["The case"]),
        "hypothesis_label": ("hypothesis", ["Alpha", "Beta", "Gamma"]),
        "judged_label": ("judged", [f"The case: item {k}, under Alpha" for k in range(judged)]),
    }
    if witnesses:
        posterior["reliability"] = ((*dims, "witness"), rng.beta(9, 2, (2, 50, 2)))
        constant["witness_label"] = ("witness", ["Press", "Archive"])
    exact = xr.Dataset({"explanation": (("case", "hypothesis"), [[0.1, 0.7, 0.2]])}, {"case": ["x"], "hypothesis": ["a", "b", "c"]})
    return xr.DataTree.from_dict({"posterior": posterior, "constant_data": xr.Dataset(constant), "exact": exact})


def test_rows_hold_the_means_the_intervals_and_the_exact_support():
    tree = _tree()
    axes = pt.plots.sampled(tree, "x", ci_prob=0.8).axes[0]
    draws = tree["posterior"]
    labels = [label.get_text() for label in axes.get_yticklabels()]
    assert labels[:5] == ["Beta", "Gamma", "Alpha", "Press", "Archive"]
    assert labels[5:] == [f"item {k}, under Alpha" for k in np.argsort(-draws["judgement"].values.reshape(100, 12).std(axis=0))[:8]]
    means, exact = axes.lines
    flat = draws["explanation"].values.reshape(100, 3)
    assert means.get_xdata()[:3] == pytest.approx(flat.mean(axis=0)[[1, 2, 0]])
    assert exact.get_xdata().tolist() == [0.7, 0.2, 0.1]
    ends = [segment[:, 0] for segment in axes.collections[0].get_segments()]
    for place, h in enumerate((1, 2, 0)):
        assert ends[place] == pytest.approx(np.quantile(flat[:, h], [0.1, 0.9]))
    reliability = draws["reliability"].values.reshape(100, 2)
    assert ends[3] == pytest.approx(np.quantile(reliability[:, 0], [0.1, 0.9]))
    assert [text.get_text() for text in axes.texts if text.get_fontweight() == "bold"] == [
        "Support",
        "Reliability of sources",
        "Judgements that stay most uncertain",
    ]


def test_a_case_without_uncertain_sources_and_a_wrong_case():
    axes = pt.plots.sampled(_tree(witnesses=False), "x").axes[0]
    assert "Reliability of sources" not in [text.get_text() for text in axes.texts]
    with pytest.raises(pt.UsageError, match=r"the draws are of x: sample `study.only\(case\)`"):
        pt.plots.sampled(_tree(), "y")
