"""What an explanation says to those who judge under it, and the fingerprint by which a judgement knows it again."""

from __future__ import annotations

import hashlib
import json

from processtrace.study.declared import Declared
from processtrace.study.parts import NONE


def digest(*texts: str) -> str:
    """Return a short fingerprint of texts; how they are broken into lines does not matter."""
    plain = json.dumps([" ".join(text.split()) for text in texts], ensure_ascii=False)
    return hashlib.sha256(plain.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def statement_of(study: Declared, hypothesis: str, analyst: str | None = None) -> str:
    """Return what an explanation of the study says: as an analyst read it, where that coding has wordings of its own.

    Parameters
    ----------
    study : Study
        The study.
    hypothesis : str
        One of its explanations, or of the cells that its factors make.
    analyst : str or None
        Whose wording is returned; None for the study's.

    Returns
    -------
    str
        The statement; empty where there is none.
    """
    own = study.analysts[analyst].statements if analyst is not None and analyst in study.analysts else {}
    if hypothesis in own:
        return own[hypothesis]
    if not study.factors:
        part = study.hypotheses.get(hypothesis)
        return (part.statement if part is not None else None) or ""
    if hypothesis == NONE:
        return "None of the causes below was at work."
    acting = [study.factors[factor] for factor in hypothesis.split("+")]
    return "\n".join(f"{factor.name}: {own.get(factor.id, factor.statement) or ''}".strip() for factor in acting)
