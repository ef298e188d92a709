"""The site: what can be made from the code (commands, files, figures) is made here when it is built."""

from __future__ import annotations

import logging
import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))
for name in ("fontTools", "pytensor", "matplotlib"):
    logging.getLogger(name).setLevel(logging.WARNING)

project = "processtrace"
author = "The processtrace authors"
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
myst_enable_extensions = ["colon_fence"]
myst_heading_anchors = 3
html_theme = "furo"
html_show_copyright = False
html_title = "processtrace"
html_static_path: list[str] = []
exclude_patterns = ["_build", "figures/README.md"]
autodoc_typehints = "signature"
autodoc_member_order = "bysource"
autodoc_preserve_defaults = True
napoleon_numpy_docstring = True
strip_signature_backslash = True  # lets Napoleon escape a parameter such as `for_`
nitpicky = False


def setup(app: object) -> None:
    """Make the generated pages before anything is read."""
    import generated

    app.connect("builder-inited", lambda _: generated.write_all(HERE))  # type: ignore[attr-defined]
