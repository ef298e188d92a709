"""How the library is cited: its title, authors and version, as text and BibTeX. `CITATION.cff` says the same."""

from __future__ import annotations

from processtrace import __version__

TITLE = "processtrace: Bayesian process tracing"
AUTHORS = "The processtrace authors"
YEAR = "2026"
LICENSE = "MIT"


def as_text() -> str:
    """Return the reference as a list of references prints it."""
    return f"{AUTHORS} ({YEAR}). {TITLE}. Version {__version__}. Python library, {LICENSE} licence."


def as_bibtex() -> str:
    """Return the reference as an entry for BibTeX and BibLaTeX; the braces keep the name of the authors whole."""
    fields = {
        "author": f"{{{AUTHORS}}}",
        "title": f"{{{TITLE}}}",
        "year": YEAR,
        "version": __version__,
        "note": f"Python library, version {__version__}, {LICENSE} licence",
    }
    return "@software{processtrace,\n" + "".join(f"  {key} = {{{value}}},\n" for key, value in fields.items()) + "}\n"
