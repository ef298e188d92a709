"""The JSON Schema (draft 2020-12) of study, case and shared files, made from the types that read them.

It gives completion and checking in an editor. What only the whole study shows (a hypothesis that is not declared, a
range the wrong way round, a date that does not exist) is left to the reader.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema

from processtrace.formats.yaml.meanings import MEANINGS
from processtrace.formats.yaml.shapes import SharedFile, StudyFile
from processtrace.study import SCALES, Case
from processtrace.study.values import Text

Kind = Literal["study", "case", "shared"]
KINDS: tuple[Kind, ...] = ("study", "case", "shared")
DIALECT = "https://json-schema.org/draft/2020-12/schema"

_TITLES = {"study": "A study of processtrace", "case": "A case of processtrace", "shared": "What several cases of processtrace share"}
_KEYED = ("Hypothesis", "Factor", "Source", "Cluster", "Tag", "Analyst", "Group", "Node", "Rival")
_JUDGED = [{"required": [scale]} for scale in (*SCALES, "judgements")]

_OBSERVES = {"required": ["observes"], "not": {"anyOf": _JUDGED}}


def _is(key: str, *values: str) -> dict[str, Any]:
    return {"properties": {key: {"enum": list(values)}}, "required": [key]}


_RULES: dict[str, dict[str, Any]] = {
    "Evidence": {
        "allOf": [
            {"if": _is("status", "unjudged", "set_aside"), "then": {"not": {"anyOf": _JUDGED}}, "else": {"oneOf": [*_JUDGED, _OBSERVES]}},
            {"if": {"required": ["observes"]}, "then": {"not": {"required": ["about"]}}},
            {"if": _is("status", "not_found"), "then": {"required": ["search_sensitivity"]}},
            {"if": _is("status", "set_aside"), "then": {"required": ["note"]}},
            {"if": {"required": ["cost"]}, "then": _is("status", "planned")},
        ]
    },
    "Judgement": {"oneOf": _JUDGED[: len(SCALES)]},
    "Source": {
        "dependentRequired": {"reports_if_true": ["reports_if_false"], "reports_if_false": ["reports_if_true"]},
        "not": {"required": ["reliability", "reports_if_true"]},
    },
    "StudyFile": {"oneOf": [{"required": ["hypotheses"]}, {"required": ["factors"]}]},
}
"""What must hold between the keys of one part."""


class _FromTypes(GenerateJsonSchema):
    """The types' schema, with what their readers accept beside the plain form: one thing for a list, nothing for a part."""

    ignored_warning_kinds = {"skipped-choice", "non-serializable-default"}  # noqa: RUF012 - the base class declares it so

    def function_before_schema(self, schema: Any) -> Any:
        """Return the schema of a value that a reader of ours changes first."""
        made = super().function_before_schema(schema)
        reader = getattr(schema["function"]["function"], "__name__", "")
        if reader in ("as_tuple", "_citations"):
            one = {"anyOf": [made["items"], _text()]} if reader == "_citations" else made["items"]
            return {"anyOf": [one, {"type": "array", "items": one}, {"type": "null"}]}
        if reader in ("keyed", "grouped"):
            items = [_text(), {"type": "array", "items": _text()}] if reader == "grouped" else []
            part = {"anyOf": [made["additionalProperties"], *items, {"type": "null"}]}
            names = r"\S" if str(made["additionalProperties"].get("$ref", "")).endswith("/Tag") else r"^[A-Za-z0-9_-]{1,60}$"
            return {"type": ["object", "null"], "propertyNames": {"pattern": names}, "additionalProperties": part}
        if reader in ("as_list", "_items"):
            return made | {"type": ["array", "null"]}
        return made

    def nullable_schema(self, schema: Any) -> Any:
        """Return the schema without null, since a key without a value is a fault, not a default."""
        return self.generate_inner(schema["schema"])  # a key without a value is a fault, not a default

    def default_schema(self, schema: Any) -> Any:
        """Return the schema with its default, where that says something."""
        made = super().default_schema(schema)
        if made.get("default") in (None, []):
            made.pop("default", None)
        return made

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002
        """Leave out the titles that pydantic makes of field names."""
        return False


def schema(kind: Kind | None = None) -> dict[str, Any]:
    """Return the JSON Schema of one kind of file, or of all three, which are distinguished by their keys.

    Parameters
    ----------
    kind : {"study", "case", "shared"} or None
        The kind of file; all three where it is left out.

    Returns
    -------
    dict
        The schema, ready for JSON.
    """
    if kind is not None:
        made = _one(kind)
        return {"$schema": DIALECT, "title": _TITLES[kind]} | made
    parts = {name: _one(name) for name in KINDS}
    shared = {key: value for part in parts.values() for key, value in part.pop("$defs").items()}
    study = {"anyOf": [{"required": [key]} for key in ("title", "hypotheses", "factors", "cases")]}
    return {
        "$schema": DIALECT,
        "title": "A file of processtrace: a study, a case, or what several cases share",
        "type": "object",
        "if": {"required": ["case"]},
        "then": {"$ref": "#/$defs/CaseFile"},
        "else": {"if": study, "then": {"$ref": "#/$defs/StudyFile"}, "else": {"$ref": "#/$defs/SharedFile"}},
        "$defs": shared | {"StudyFile": parts["study"], "CaseFile": parts["case"], "SharedFile": parts["shared"]},
    }


def _one(kind: Kind) -> dict[str, Any]:
    types: dict[Kind, type] = {"study": StudyFile, "case": Case, "shared": SharedFile}
    made = TypeAdapter(types[kind]).json_schema(schema_generator=_FromTypes)
    defs = made.pop("$defs", {})
    for name, part in defs.items():
        _finish(name, part)
    if kind == "case":
        made["properties"] = {"case": made["properties"].pop("id")} | made["properties"]
        made["required"] = ["case"]
    if kind == "study":
        made["properties"]["cases"] = {"anyOf": [_text(), {"type": "array", "items": _text()}]}
        made["properties"]["hypotheses"] |= {"type": "object", "minProperties": 1}
    _finish(types[kind].__name__, made)
    return made | {"$defs": defs}


def _text() -> dict[str, Any]:
    return TypeAdapter(Text).json_schema()


def _finish(name: str, part: dict[str, Any]) -> None:
    """Give a part the meanings of its keys and the rules between them; what is named by its key has no `id`."""
    if name in _KEYED:
        part["properties"].pop("id", None)
        part["required"] = [key for key in part.get("required", []) if key != "id"]
    for key, meaning in MEANINGS.get(name, {}).items():
        part["properties"][key]["description"] = meaning
    part.pop("title", None)
    part |= _RULES.get(name, {})
