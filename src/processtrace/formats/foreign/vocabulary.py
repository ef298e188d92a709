"""The words that this field writes over a column, by what the column then is."""

from __future__ import annotations

from typing import Literal

Role = Literal[
    "finding", "id", "label", "date", "source", "note", "beside", "case", "claim", "prior", "found", "status", "number", "analyst",
    "hypothesis", "reason", "value", "under", "against", "ratio", "pair", "derived", "segment", "code", "document", "coder", "place",
    "url", "evidence", "unknown",
]  # fmt: skip

_WORDS: dict[Role, tuple[str, ...]] = {
    "finding": ("finding", "findings", "evidence", "observation", "observations", "indicator", "indicators", "clue", "clues", "item", "items",
                "evidence item", "piece of evidence", "pieces of evidence", "empirical fingerprint", "fingerprint", "fact", "facts",
                "observable implication", "observable", "prediction", "test", "evidence description", "description of evidence", "event",
                "evidencia", "evidencias", "evidência", "evidências", "prueba", "pruebas", "prova", "provas", "indicio", "indicios", "indício",
                "indícios", "hallazgo", "hallazgos", "achado", "preuve", "preuves", "indice", "indices", "observación", "observação", "beleg",
                "belege", "befund", "befunde", "indiz", "indizien", "beobachtung", "свидетельство", "свидетельства", "доказательство", "улика",
                "наблюдение"),
    "id": ("id", "item id", "evidence id", "identifier"),
    "label": ("label", "short name", "short label"),
    "date": ("date", "dates", "year", "date of event", "date of evidence", "when", "fecha", "datum", "дата", "año", "année", "jahr", "год"),
    "source": ("source", "sources", "source name", "fuente", "fuentes", "fonte", "fontes", "quelle", "quellen", "источник", "источники"),
    "note": ("note", "notes", "comment", "comments", "remark", "remarks", "nota", "notas", "observaciones", "observações", "comentario",
             "comentarios", "comentário", "comentários", "remarque", "remarques", "commentaire", "commentaires", "anmerkung", "anmerkungen",
             "bemerkung", "bemerkungen", "kommentar", "kommentare", "примечание", "примечания", "комментарий"),
    "case": ("case", "case name", "case id", "country", "state", "episode", "district", "site", "caso", "casos", "cas", "fall", "país", "pays", "случай", "кейс",
             "страна"),
    "claim": ("claim", "contribution claim", "component", "causal claim", "claims", "part of the claim", "outcome claim", "step", "link"),
    "prior": ("prior", "prior confidence", "prior probability", "priors", "initial confidence", "base rate", "prevalence"),
    "found": ("found", "observed", "present", "evidence found", "was it found", "found?", "observed?", "present?", "test result", "outcome of test",
              "outcome of the test", "result", "results", "passed", "passed?", "hallado", "encontrado", "trouvé", "gefunden", "найдено"),
    "status": ("status",),
    "number": ("no", "nr", "number", "#", "№", "n°", "nº", "item no", "item number", "row", "evidence no", "s/n", "sn", "num"),
    "analyst": ("analyst", "coder", "coded by", "rater", "judge", "initials", "assessor", "by", "who", "judged by", "rated by"),
    "hypothesis": ("hypothesis", "hypotheses", "explanation", "explanations", "theory", "theories", "rival", "rivals", "scenario", "model",
                   "alternative", "candidate explanation", "rival explanation", "hipótesis", "hipótese", "hipóteses", "hypothèse", "hypothèses",
                   "hypothese", "hypothesen", "explicación", "explicação", "explication", "erklärung", "гипотеза", "гипотезы", "объяснение", "teoría",
                   "teoria", "théorie"),
    "reason": ("because", "reason", "reasons", "reasoning", "rationale", "justification", "why", "argument", "razón", "justificación",
               "justificação", "raison", "begründung", "обоснование"),
    "value": ("value", "rating", "ratings", "judgement", "judgment", "assessment", "mark", "probability", "p", "likelihood", "consistency",
              "verbal probability", "in words", "prob", "pr", "probabilidad", "probabilidade", "probabilité", "wahrscheinlichkeit", "вероятность"),
    "under": ("sensitivity", "sens", "true positive rate", "tpr", "hit rate", "true positives", "true positive", "probability if the claim holds",
              "probability if claim holds", "probability if true", "if true", "if the claim is true", "if the claim holds", "p if true",
              "probability of the evidence if the claim holds", "probability of finding the evidence if the claim is true",
              "sensibilité", "sensitivität", "sensibilidad", "sensibilidade", "sensibilità", "sensitiviteit"),
    "against": ("type i error", "type 1 error", "type one error", "false positive rate", "false positive", "false positives", "fpr",
                "false alarm rate", "false alarms", "probability if the claim does not hold", "probability if claim does not hold",
                "probability if false", "if false", "if the claim is false", "if the claim does not hold", "p if false",
                "probability of the evidence if the claim does not hold", "probability of finding the evidence if the claim is false",
                "erreur de type i", "erreur de type 1", "faux positifs", "taux de faux positifs", "fehler 1. art", "fehler erster art",
                "falsch positiv rate", "error tipo i", "error de tipo i", "error tipo 1", "falsos positivos", "tasa de falsos positivos",
                "erro tipo i", "erro do tipo i", "errore di tipo i", "errore di i tipo", "falsi positivi"),
    "ratio": ("likelihood ratio", "lr", "bayes factor", "bf", "bf10", "bf 10", "ratio", "lr+", "likelihood ratio+", "+lr", "plr", "lr pos", "lr positive",
              "lr if found", "lr found", "positive lr", "positive likelihood ratio", "likelihood ratio positive",
              "likelihood ratio if found", "likelihood ratio found"),
    "derived": ("posterior", "posterior probability", "posterior confidence", "posterior odds", "updated", "updated confidence",
                "updated probability", "confidence after", "score", "scores", "total", "totals", "sum", "rank", "ranking", "weighted score",
                "normalized score", "normalised score", "inconsistency score", "inconsistencies", "inconsistency", "log lr", "log likelihood ratio",
                "ln lr", "log10 lr", "joint", "product", "average", "mean", "cumulative lr", "cumulative",
                "running posterior", "probative value", "odds", "posterior (updated)", "log odds", "difference"),
    "segment": ("segment", "quotation content", "quotation", "quote", "excerpt", "excerpt copy", "content", "highlight", "highlighted text", "seltext",
                "coded text", "passage", "text", "exact", "coded segment", "excerpt text", "textpassage", "texto", "fragment"),
    "code": ("code", "codes", "tag", "tags", "code name", "codename", "code names", "codes applied", "codes applied combined", "code system",
             "codepath", "code path"),
    "document": ("document", "document name", "media title", "page title", "title", "filename", "file name", "file", "dokumentname", "document title",
                 "media", "interview"),
    "coder": ("modified by", "created by", "author", "user", "excerpt creator", "owner", "coder name", "created by user", "creator"),
    "place": ("begin", "end", "excerpt range", "position", "reference", "range", "page", "pages", "start", "pos0", "pos1", "line", "paragraph",
              "excerpt position", "anfang", "ende"),
    "url": ("url", "link url", "page url", "uri", "address", "web address", "doi", "hyperlink", "web page", "website"),
    "beside": ("credibility", "relevance", "reliability", "source reliability", "diagnosticity", "weight", "importance", "type", "evidence type",
               "source type", "type of evidence", "type of source", "kind", "flag", "class", "classification", "corroborated", "corroboration",
               "category", "channel", "theme", "topic", "confidence", "quality", "priority", "location", "language", "tier", "level", "group",
               "document group", "color", "colour", "created", "modified", "created at", "updated at", "excerpt date", "area", "coverage",
               "weight score", "type of test", "test type", "van evera test", "archive", "citation", "reference list", "admiralty code",
               "grade", "origin", "collection", "author(s)", "uniqueness", "certainty", "annotation/reply type", "quotation name", "strength",
               "bias", "trust", "independence", "verified", "validity", "relevancy", "significance", "keywords", "region", "sector", "comments?"),
}  # fmt: skip
KNOWN: dict[str, Role] = {word: role for role, words in _WORDS.items() for word in words}
"""What a column is, by its heading in small letters."""

MISSED: dict[str, Role] = {**dict.fromkeys(("spécificité", "spezifität", "especificidad", "especificidade", "specificità", "specificiteit"), "against"),
           "specificity": "against", "spec": "against", "true negative rate": "against", "tnr": "against", "selectivity": "against",
           "type ii error": "under", "type 2 error": "under", "type two error": "under", "false negative rate": "under",
           "false negative": "under", "fnr": "under", "miss rate": "under"}  # fmt: skip
"""Headings over the probability of not finding the evidence, by whose it is."""

RATIO_OF_ABSENCE = frozenset(
    ("lr-", "likelihood ratio-", "-lr", "nlr", "lr neg", "lr negative", "lr if not found", "lr not found", "negative lr", "negative likelihood ratio",
     "likelihood ratio negative", "likelihood ratio if not found", "likelihood ratio not found",
     "lr if absent", "likelihood ratio if absent")
)  # fmt: skip
"""Headings over how many times as probable it is not to find the evidence if the claim holds as if it does not."""

PROBABILITY = frozenset(
    ("probability", "p", "likelihood", "prob", "probabilidad", "probabilidade", "probabilité", "wahrscheinlichkeit", "вероятность")
)
"""Headings that say that the values under them are probabilities."""

FOUND = {
    **dict.fromkeys(("", "yes", "true", "1", "found", "positive", "present", "observed", "+", "y", "pos", "passed", "pass"), "found"),
    **dict.fromkeys(("sí", "si", "sim", "oui", "ja", "да"), "found"),
    **dict.fromkeys(
        ("no", "false", "0", "not found", "not_found", "negative", "absent", "not observed", "n", "neg", "none", "failed", "fail"),
        "not_found",
    ),
    **dict.fromkeys(("não", "non", "nein", "нет"), "not_found"),
    **dict.fromkeys(("planned", "not yet sought", "to be collected"), "planned"),
}
"""What a column says of whether a finding was found, in small letters."""

YES_OR_NO = frozenset({"yes", "no"})
SAYS_WHETHER = YES_OR_NO | {
    "positive",
    "negative",
    "found",
    "not found",
    "not_found",
    "present",
    "absent",
    "observed",
    "not observed",
    "planned",
}
"""What a column that says whether the findings were found holds."""
