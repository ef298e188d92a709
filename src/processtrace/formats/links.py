"""Addresses of a bibliography in one form: DOIs as links, and what LaTeX wrote into them undone."""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

_WRAPPED = re.compile(r"\\(?:url|path|nolinkurl)\s*\{(.*)\}|\\href\s*\{(.*?)\}\s*\{.*\}|<(.*)>", re.DOTALL)
_TILDE = re.compile(r"\{\\textasciitilde\s*\}|\\textasciitilde\s*(?:\{\})?|\\~\{\}|\$\\sim\$|\{\\~\}|\\~")
_DOI = re.compile(r"(?:(?:https?://)?(?:dx\.|www\.)?doi\.org/|doi\s*[:=]?\s*)", re.IGNORECASE)


def address(text: str) -> str:
    r"""Return an address as a browser takes it.

    Parameters
    ----------
    text : str
        As a bibliography has it: in braces, in \url{...}, with escapes of LaTeX, with blanks, or as a DOI.

    Returns
    -------
    str
        The address; a text that is no address of the web is returned as it is.

    Raises
    ------
    ValueError
        In words, for what begins like an address of the web and is none.
    """
    made = text.strip()
    while len(made) > 1 and made[0] == "{" and made[-1] == "}":
        made = made[1:-1].strip()
    if found := _WRAPPED.fullmatch(made):
        made = (found[1] or found[2] or found[3] or "").strip()
    made = re.sub(r"\\([_%&#$^])", r"\1", _TILDE.sub("~", made)).replace("{", "").replace("}", "")
    made = re.sub(r"\s*[\r\n]\s*", "", made)
    if re.match(r"(?:https?://)?(?:dx\.|www\.)?doi\.org/.", made, re.IGNORECASE) or re.match(r"doi\s*:", made, re.IGNORECASE):
        return doi_link(made)
    if re.match(r"www\.[\w-]+\.", made):
        made = f"https://{made}"
    if re.match(r"(?:https?|ftp):", made, re.IGNORECASE):
        made = re.sub(r"\s", "%20", made).replace('"', "%22").replace("<", "%3C").replace(">", "%3E").replace("\\", "%5C")
        try:
            whole = urlsplit(made)
            named = whole.hostname
        except ValueError:
            named = None
        if not named or not re.match(r"(?:https?|ftp)://", made, re.IGNORECASE):
            raise ValueError("an address without the name of its server")
    return made


def doi_link(text: str) -> str:
    """Return the link of a DOI, however it is written; ValueError, in words, for what is no DOI."""
    bare = re.sub(r"\\([_%&#$^<>])", r"\1", text.strip().strip("{}").strip())
    bare = _DOI.sub("", bare, count=1).strip() if _DOI.match(bare) else bare
    if not re.fullmatch(r"10\.[\w.]+/\S+", bare):
        raise ValueError("no DOI")
    return "https://doi.org/" + quote(bare, safe="/:;()._-,+*'!~@&=$%[]")
