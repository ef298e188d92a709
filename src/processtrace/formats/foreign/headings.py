"""Headings of tables of this field: a grammar of what people write over a column. No mark of a heading is passed over."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace

from processtrace.formats.foreign.logarithms import without_logarithm
from processtrace.formats.foreign.vocabulary import KNOWN, MISSED, PROBABILITY, RATIO_OF_ABSENCE, Role


@dataclass(frozen=True)
class Heading:
    """What a heading says of its column.

    Attributes
    ----------
    text : str
        As it is written.
    role : str
        What the column is: `under` and `against` hold what is judged under a hypothesis and under its negation, `pair` compares
        two hypotheses, `ratio` the claim with its negation, `derived` is computed from the others.
    name : str
        The hypothesis it names; empty for the claim of a contribution, which has none.
    other : str
        The second hypothesis of a pair.
    scale : str
        probability, ratio or decibels, where the heading says it.
    base : str
        For logarithms that are no decibels, their base: log10, ln, log2, or log where the heading says none.
    percent : bool
        Whether it says per cent.
    missed : bool
        Whether it is about not finding the evidence: of a probability one minus the value is meant, a ratio is that of the absence.
    numbered : bool
        Whether it calls itself a hypothesis: H1, Hypothesis 2, Theory 3.
    """

    text: str
    role: Role
    name: str = ""
    other: str = ""
    scale: str = ""
    base: str = ""
    percent: bool = False
    missed: bool = False
    numbered: bool = False


_RATE = re.compile(
    r"(type (?:i|ii|1|2|one|two) error|false positive|false negative|true positive|true negative) (?:rate|probability|prob\.?|risk)"
)

_LOGARITHMIC = ("log lr", "log likelihood ratio", "weight of evidence", "woe", "weight", "evidence", "evidential weight")
"""What is the logarithm of a likelihood ratio where its unit is given as decibels."""

_PERCENT = r"%|percent(?:age)?|per ?cent|pct\.?"
_UNITS: tuple[tuple[str, str], ...] = (
    ("percent", rf"(?:in |as )?(?:{_PERCENT})|0\s*(?:-|–|to)\s*100 ?%?"),
    ("decibels", r"(?:in )?(?:db|decibels?)"),
    ("ratio", r"(?:as )?(?:lr|likelihood ratio|ratio|bayes factor)"),
    ("probability", r"(?:as )?(?:probability|prob\.?|0\s*(?:-|–|to|,)\s*1)"),
)
_BAR = str.maketrans(dict.fromkeys("∣│｜ǀ❘¦", "|"))
_NOT = r"(?:¬|~|∼|～|!|\^c\b|not[ -]|not(?=[hHtTmM]\b)|non[- ]|nicht |não |nao |pas |ikke |inte |niet |не |no[ -](?=[hHtTmM]\d*$)|\\neg\s*|\\lnot\s*|\\sim\s*|-(?=\s*[A-Za-z]))\s*"
_EVIDENCE = re.compile(
    r"(?:[ekd]|ev|evid|evidence|the evidence|data|clue|finding|this finding|observation|obs|test|result|signal|\+|positive|pos)"
    r"(?:[ _]?\{?[\dij]+\}?)?",
    re.IGNORECASE,
)
_GENERIC = re.compile(
    r"(?:h|hyp|hypothesis|the hypothesis|t|theory|the theory|claim|the claim|contribution|the contribution claim)", re.IGNORECASE
)
_NUMBERED = re.compile(
    r"(?:h|hyp\.?|hypothesis|t|theory|explanation|m|model|rival|alternative|scenario)\s*[-_.#]?\s*(?:\d+|[a-z](?=$|:|\.|\)))[a-z]?(?![\w-]).*|h[_ ]?\{?\d+\}?.*|h_?[a-z]\b(?:\W.*)?",
    re.IGNORECASE | re.DOTALL,
)
_ITEM = re.compile(r"(?:e|ev|evidence|item|finding|clue|k|obs|observation)\s*[-_.#]?\s*\d+[a-z]?(?![\w]).*", re.IGNORECASE | re.DOTALL)
_OF = re.compile(r"(p|pr|prob|probability|l|likelihood)\s*[(\[]\s*(.+?)\s*[)\]]", re.IGNORECASE)
_IF = re.compile(r"\s*(?:\||\bgiven\b|\bif\b|\\mid\b|/)\s*", re.IGNORECASE)
_UNDER = re.compile(
    r"(?:(?:the )?(?:probability|prob\.?|likelihood|p|pr|probabilidad|probabilidade|probabilité|wahrscheinlichkeit|вероятность)\s+)?(?:of (?:the |this )?(?:evidence|finding|observation|e|data|clue)\s+)?"
    r"(?:under|given|if|assuming|si|se|bajo|sob|sous|wenn|falls|bei|unter|если|при)\s+(.+?)(?: (?:is|were|was) (true|right|false|wrong))?",
    re.IGNORECASE,
)
_SCALED = re.compile(r"(probability|prob\.?|likelihood ratio|likelihood|lr|ratio|db|decibels|rating|judgement|p|l)(?:\s*[:\-–]\s*|\s*\(\s*|\s+|_)(.+?)\)?", re.IGNORECASE)  # fmt: skip
_PAIR = re.compile(r"(.*\S)\s+(?::|vs\.?|versus|against|over)\s+(\S.*)|([^\s:]+):([^\s:]+)", re.IGNORECASE | re.DOTALL)
_SCALE_OF = {"probability": "probability", "prob": "probability", "p": "probability", "l": "probability", "likelihood": "probability",
             "likelihood ratio": "ratio", "lr": "ratio", "ratio": "ratio", "db": "decibels", "decibels": "decibels"}  # fmt: skip


def read_heading(text: str) -> Heading:
    """Return what a heading says of its column.

    Parameters
    ----------
    text : str
        The heading, with all its marks.

    Returns
    -------
    Heading
        Its role; `unknown`, with the heading as a name, where it says nothing that this grammar knows.

    Examples
    --------
    >>> read_heading("P(E|¬H)").role, read_heading("Type I error (%)").percent, read_heading("Specificity").missed
    ('against', True, True)
    """
    core, base = without_logarithm(_plain(text))
    core, units = _without_units(core)
    made = _read(core) if core else Heading(text, "unknown")
    scale = "decibels" if "decibels" in units else made.scale or next((unit for unit in ("ratio", "probability") if unit in units), "")
    if made.role == "unknown" and not core and units:
        made = Heading(text, "ratio" if {"ratio", "decibels"} & units else "value")
    if "decibels" in units or base:
        scale = "decibels"
        made = Heading(text, "ratio") if core.lower() in _LOGARITHMIC else _over(made)
    return replace(made, text=text, scale=scale, base=base, percent="percent" in units)


def _over(made: Heading) -> Heading:
    """Return a heading such as A/B as a pair."""
    found = re.fullmatch(r"\(?(\S.*?)\s*[/:]\s*(.*\S?[^\s)])\)?", made.name) if made.role == "unknown" else None
    return replace(made, role="pair", name=found[1], other=found[2]) if found else made


def _plain(text: str) -> str:
    flat = unicodedata.normalize("NFKC", text.replace("ʹ", "'").replace("ᶜ", "^c").translate(_BAR)).replace("$", "").replace("\\mid", "|")
    flat = re.sub(r"([A-Za-z])[\u0304\u0305]", r"¬\1", unicodedata.normalize("NFD", flat)) if re.search(r"[\u0304\u0305]", flat) else flat
    return unicodedata.normalize("NFC", " ".join(flat.split())).strip(" \"'“”*†‡")


def _without_units(text: str) -> tuple[str, set[str]]:
    """Return a heading without the units that it states in parentheses, at its end or at its beginning."""
    units: set[str] = set()
    changed = True
    while changed:
        changed = False
        for unit, pattern in _UNITS:
            bracketed = re.search(rf"(?:^|\s|(?<=[\w)\]]))[(\[]\s*(?:{pattern})\s*[)\]]\s*$", text, re.IGNORECASE)
            trailing = re.search(rf"(?:,\s*|\s+)(?:{'in ' if unit == 'probability' else ''}(?:{pattern}))$", text, re.IGNORECASE)
            signed = re.search(r"\s*%$", text) if unit == "percent" else None
            first = {"percent": _PERCENT, "decibels": "dB|decibels"}.get(unit)
            leading = re.match(rf"(?:{first})\s+(?:of )?(?=\S)", text, re.IGNORECASE) if first else None
            found = bracketed or (trailing if unit in ("percent", "decibels") else None) or signed or leading
            if found and found.end() - found.start() < len(text):
                text = (text[: found.start()] + text[found.end() :]).strip(" ,;")
                units.add(unit)
                changed = True
            elif re.fullmatch(pattern, text, re.IGNORECASE) and unit in ("percent", "decibels"):
                return "", {*units, unit}
    return text, units


def _read(core: str) -> Heading:
    word = " ".join(re.sub(r"[_\s]+", " ", core.lower()).split())
    if found := re.fullmatch(r"(lr|likelihood ratio)\s*(?:\(([+−–-])\)|([+−–-]))", word):
        word = f"{found[1]}{'+' if '+' in found.groups() else '-'}"
    if word in RATIO_OF_ABSENCE:
        return Heading(core, "ratio", missed=True, scale="ratio")
    for said in dict.fromkeys((word, word.rstrip(".:?*"), word.replace("-", " ").rstrip(".:?*"))):
        said = _RATE.sub(r"\1", said) if said not in KNOWN and said not in MISSED else said
        if said in MISSED:
            return Heading(core, MISSED[said], missed=True, scale="probability")
        if said in KNOWN:
            role = KNOWN[said]
            scale = "probability" if role in ("under", "against") else "ratio" if role == "ratio" else ""
            if role == "value":
                scale = "probability" if said in PROBABILITY else ""
            return Heading(core, role, scale=scale)
    if made := _quotient(core):
        return made
    if (found := re.fullmatch(r"1(?:\.0)?\s*[-−–]\s*(\S.*)", core)) and (inner := _conditional(found[1])):
        return replace(inner, missed=not inner.missed)
    if made := _conditional(core):
        return made
    if found := _UNDER.fullmatch(core):
        against, name = _negated(found[1])
        against ^= (found[2] or "").lower() in ("false", "wrong")
        return _judged(name, against, scale="probability")
    if made := _pair(core):
        return made
    against, name = _negated(core)
    if against and (_GENERIC.fullmatch(name) or _NUMBERED.fullmatch(name)):
        return _judged(name, True)
    if re.fullmatch(r"h|hypothesis|the claim", core, re.IGNORECASE):
        return _judged(core, False)
    if (found := re.fullmatch(r"(.+?)\s+(lr|likelihood ratio|probability|likelihood)", core, re.IGNORECASE)) and _NUMBERED.fullmatch(
        found[1]
    ):
        return replace(_judged(found[1], False), scale=_SCALE_OF[found[2].lower()])
    if _NUMBERED.fullmatch(core):
        return Heading(core, "under", name=core, numbered=True)
    if _ITEM.fullmatch(core):
        return Heading(core, "evidence", name=core)
    if (found := _SCALED.fullmatch(core)) and (_NUMBERED.fullmatch(found[2]) or _GENERIC.fullmatch(found[2])):
        return replace(_judged(found[2], False), scale=_SCALE_OF.get(found[1].lower().rstrip("."), ""))
    if found := re.fullmatch(
        r"(?:why|reason(?: for)?|because|rationale(?: for)?|justification(?: for)?)\s*[:\-]?\s*\(?(.+?)\)?", core, re.IGNORECASE
    ):
        return Heading(core, "reason", name=found[1])
    if re.fullmatch(r"codes?\s*:?\s*.+ applied", core, re.IGNORECASE):
        return Heading(core, "code", name=re.sub(r"(?i)^codes?\s*:?\s*|\s+applied$", "", core))
    if re.fullmatch(r"prior (?:p|odds|weight)?.*", core, re.IGNORECASE) and len(core) < 30:
        return Heading(core, "prior")
    if re.fullmatch(r"(?:posterior|updated|cumulative|normali[sz]ed|log) .*", core, re.IGNORECASE) and len(core) < 40:
        return Heading(core, "derived")
    return Heading(core, "unknown", name=core)


def _negated(text: str) -> tuple[bool, str]:
    """Return whether a hypothesis is negated, and the hypothesis."""
    text = text.strip().strip("{}").strip()
    if found := re.fullmatch(rf"{_NOT}[(\[]?\s*(.+?)\s*[)\]]?", text, re.IGNORECASE):
        return True, found[1]
    if found := re.fullmatch(r"(.+?)(?:\^c|\^C|ᶜ|'|′|̄)", text):
        return True, found[1]
    if found := re.fullmatch(r"(.+?)(?: is| =)? (?:false|wrong|not true|does not hold|fails)", text, re.IGNORECASE):
        return True, found[1]
    if found := re.fullmatch(r"(.+?)(?: is| =)? (?:true|right|correct|holds)", text, re.IGNORECASE):
        return False, found[1]
    return False, text


def _judged(name: str, against: bool, scale: str = "") -> Heading:
    generic = bool(_GENERIC.fullmatch(name))
    return Heading(name, "against" if against else "under", "" if generic else name, scale=scale, numbered=bool(_NUMBERED.fullmatch(name)))


def _conditional(core: str) -> Heading | None:
    """Return what a heading such as P(E|~H), P(H) or P(H|E) says; None where it is no such formula."""
    found = _OF.fullmatch(core)
    if not found:
        bare = re.fullmatch(r"([ekdEKD]\w?)\s*\|\s*(.+)", core)
        if not bare:
            return None
        left, right = bare[1], bare[2]
    else:
        cut = _IF.search(found[2])
        if not cut:
            return _marginal(found[1], found[2])
        left, right = found[2][: cut.start()], found[2][cut.end() :]
    right = re.sub(r"\s*[,&∧]\s*(?:i|k|b|background|context|information)\s*$", "", right, flags=re.IGNORECASE)
    missed, clue = _negated(left)
    against, name = _negated(right)
    if (found and found[1].lower() == "l") and _EVIDENCE.fullmatch(name):
        missed, clue, (against, name) = False, name, _negated(left)
    if _EVIDENCE.fullmatch(name):
        return None if _EVIDENCE.fullmatch(clue) else Heading(core, "derived")
    if _EVIDENCE.fullmatch(clue):
        return replace(_judged(name, against, scale="probability"), missed=missed)
    if against or _GENERIC.fullmatch(name) or _NUMBERED.fullmatch(name):
        return replace(_judged(name, against, scale="probability"), missed=missed)
    return None


def _marginal(function: str, inner: str) -> Heading | None:
    against, name = _negated(inner)
    if function.lower() in ("l", "likelihood"):
        return _judged(name, against, scale="probability")
    if _EVIDENCE.fullmatch(name) and not _GENERIC.fullmatch(name):
        return Heading(inner, "derived")
    if against:
        return Heading(inner, "derived")
    if _GENERIC.fullmatch(name) or _NUMBERED.fullmatch(name):
        return Heading(inner, "prior", name="" if _GENERIC.fullmatch(name) else name)
    return None


def _quotient(core: str) -> Heading | None:
    """Return what P(E|H)/P(E|~H), or LR H1/H2, says."""
    if found := re.fullmatch(r"(p\w*\s*[(\[].+?[)\]])\s*[/:]\s*(p\w*\s*[(\[].+?[)\]])", core, re.IGNORECASE):
        first, second = _conditional(found[1]), _conditional(found[2])
        if not (first and second and first.role == "under" and first.missed == second.missed):
            return None
        if second.role == "against" and second.name == first.name:
            return Heading(core, "ratio", scale="ratio", missed=first.missed)
        if first.missed:
            return None
        if second.role == "under" and first.name and second.name:
            return Heading(core, "pair", first.name, second.name, scale="ratio")
        return None
    said = re.fullmatch(
        r"(?:lr|likelihood ratio|bf|bayes factor|ratio|woe|weight of evidence)\s*(?:of\s+)?[(\[:]?\s*(.+?)\s*[)\]]?", core, re.IGNORECASE
    )
    inner = said[1] if said else core
    if found := re.fullmatch(r"(.+?)\s*(?:/|:|\bvs\.?|\bversus\b|\bover\b|\bagainst\b|,)\s*(.+)", inner, re.IGNORECASE):
        (_, first_name), (negated, second_name) = _negated(found[1]), _negated(found[2])
        both = bool(_NUMBERED.fullmatch(first_name)) and bool(_NUMBERED.fullmatch(second_name)) and len(first_name) < 6
        if negated and first_name.lower() == second_name.lower() and (said or both or _GENERIC.fullmatch(first_name)):
            return Heading(core, "ratio", scale="ratio")
        if said or (both and "/" in inner):
            scale = "" if inner != core and re.match(r"(?i)w", core) else "ratio"
            return Heading(core, "pair", found[1].strip(), found[2].strip(), scale=scale)
    return None


def _pair(core: str) -> Heading | None:
    found = _PAIR.fullmatch(core)
    if not found:
        return None
    first, second = (found[1] or found[3]).strip(), (found[2] or found[4]).strip()
    if first.lower() in (*_SCALE_OF, "bf", "bayes factor", "evidence", "weight"):
        return None  # LR against H1 says not against what H1 is compared
    if _NUMBERED.fullmatch(first) and not _NUMBERED.fullmatch(second) and ":" in core:
        return None  # H1 : Insider names one hypothesis
    return Heading(core, "pair", first, second)
