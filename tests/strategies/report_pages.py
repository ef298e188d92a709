"""A study that fills every part of the report, what a run computes of it, and the page as tags and texts."""

from __future__ import annotations

import dataclasses
from html.parser import HTMLParser

import numpy as np
import xarray as xr

import processtrace as pt
from processtrace import report

HOSTILE = [
    "<script>document.title='broken'</script>",
    '"><img src=x onerror="document.title=\'broken\'">',
    "'><svg onload=alert(1)>",
    "</style><style>*{display:none}</style>",
    "</title></head><body onload=alert(1)>",
    "{{ 7*7 }}{% include 'x' %}",
    "<!-- <a href='https://example.com'>",
    "&lt;b&gt; ]]> \u202e",
]

VOID = {"meta", "img", "br", "link", "input", "hr"}


class Page(HTMLParser):
    """Tags with their attributes, visible texts, and whether every tag is closed in order."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.texts, self.open, self.faults, self.style = [], [], [], [], ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.faults.append(tag)

    def handle_data(self, data):
        if self.open and self.open[-1] == "style":
            self.style += data
        elif self.open and self.open[-1] == "script":
            return
        else:
            self.texts.append(data)

    @property
    def text(self):
        return " ".join(" ".join(self.texts).split())

    def named(self, tag):
        return [attrs for name, attrs in self.tags if name == tag]


def study(word=lambda text: text, url="https://example.org/a"):
    """A study in which every text is what `word` makes of it; every identifier begins with zz."""
    return pt.Study(
        word("Title"),
        description=word("Described. Judged by a language model."),
        question=word("Question"),
        hypotheses={
            "zz_one": {"label": word("First reason")[:40], "statement": word("Statement one"), "prior": 2},
            "zz_two": {"label": word("Second reason")[:40], "statement": word("Statement two"), "residual": True},
        },
        sources={
            "zz_source": {"label": word("The Paper")[:40], "kind": word("journalism"), "reliability": 0.9, "note": word("note of a source")}
        },
        clusters={"zz_cluster": {"label": word("Joined")[:40], "correlation": 0.5, "note": word("note of a cluster")}},
        analysts={
            "zz_ana": {"label": word("Ana")[:40], "note": word("a person")},
            "zz_ben": {"label": word("Ben")[:40], "note": word("a person too")},
        },
        tags={"zz_tag": {"label": word("Elite")[:40], "group": word("channel")}},
        references={"zz_ref": {"author": word("Smith"), "year": "2001", "title": word("On things"), "outlet": word("Journal"), "url": url}},
        accepted={"zz-note": word("looked at")},
        cases=[
            pt.Case(
                "zz_case",
                label=word("Case X")[:40],
                outcome=word("Outcome"),
                period=("1990", "2005"),
                description=word("About the case"),
                evidence=[
                    pt.Evidence(
                        f"zz_item{k}",
                        finding=word(f"Finding {k}"),
                        label=word(f"Label {k}")[:40],
                        date=f"200{k}",
                        status=status,
                        source=["zz_source"],
                        cite=[{"key": "zz_ref", "at": word("p. 3")}],
                        cluster="zz_cluster",
                        tags=["zz_tag"],
                        quote=word("Quoted"),
                        note=word("Noted"),
                        searched=word("Searched"),
                        **({} if status == "set_aside" else {"search_sensitivity": 0.8}),
                        **(
                            {}
                            if status == "set_aside"
                            else {
                                "judgements": {
                                    who: {
                                        "probability": {"zz_one": 0.7, "zz_two": 0.3},
                                        "because": {"zz_one": word("Reason")},
                                        "note": word("Remark"),
                                    }
                                    for who in ("zz_ana", "zz_ben")
                                }
                            }
                        ),
                    )
                    for k, status in enumerate(("found", "not_found", "found", "planned", "set_aside"))
                ],
            )
        ],
    )


def results(made=None, **more):
    """What a run computes of a study, without draws; `more`: fields of the record that a test sets."""
    return dataclasses.replace(pt.compute(made or study(), sample=False), **more)


def page_of(made=None, **more):
    return Page(report.render(results(made, **more)))


def sampled(word=lambda text: text, converged=1):
    tree = xr.DataTree.from_dict({"posterior": xr.Dataset({"explanation": (("chain", "draw"), np.zeros((2, 3)))})})
    tree.attrs |= {"diagnostics": [word("All is well.")], "converged": converged, "random_seed": 3, "model": "explanation"}
    return tree


def picture():
    from matplotlib.figure import Figure

    figure = Figure(figsize=(1, 1))
    figure.add_subplot().plot([0, 1])
    return figure
