"""The grammar of statements: text in, statement out, never run as code.

statement   = and-part { ("or" | "|") and-part }
and-part    = not-part { ("and" | "&") not-part }
not-part    = [ "not" | "!" ] comparison
comparison  = sum [ ("==" | "!=" | "<" | "<=" | ">" | ">=") sum ]
sum         = product { ("+" | "-") product }
product     = sign { "*" sign }
sign        = [ "-" ] ( number | node [ "[" settings "]" ] | level | "(" statement ")" )
settings    = node "=" ( level | node [ "[" settings "]" ] ) { "," ... }
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from processtrace.causal.faults import fault, unknown_node
from processtrace.causal.graph import Graph
from processtrace.causal.statements import COMPARISONS, Number, Operation, Statement, Value, is_truth
from processtrace.errors import Location, StudyError
from processtrace.text.names import nearest

DEEPEST = 60
"""Brackets within brackets up to which a statement is read."""

_TOKEN = re.compile(
    r"""\s*(?: (?P<number>\d{1,15}(?:\.\d{1,15})?(?![\w.])) | (?P<name>[^\W\d]\w*) | "(?P<quoted>[^"]*)"
    | (?P<sign>:\|:|\|\||&&|==|!=|<=|>=|<>|=<|=>|[-+*&|!<>=()\[\],]) | (?P<other>\S) )""",
    re.VERBOSE,
)
_SPELLED = {"&": "and", "|": "or", "!": "not"}
_HABITS = {
    ":|:": "write the condition apart from the query, under 'given'",
    "||": "write 'or' or a single '|'",
    "&&": "write 'and' or a single '&'",
    "<>": "write '!='",
    "=<": "write '<='",
    "=>": "write '>='",
    "=": "a comparison is written '==', and a setting is written in brackets: Y[X=1]",
}
_SHAPE = "a statement such as Y[X=1] > Y[X=0], X == 1 and Y == 1, or Y[X=1, M=M[X=0]] == 1"


class _Token(NamedTuple):
    kind: str
    text: str
    place: int


@dataclass(frozen=True)
class _Word:
    """A name that is no node: a label of a level, if what stands beside it has such a level."""

    text: str


_Part = Statement | _Word


def read_statement(text: object, graph: Graph, where: str = "", loc: Location = ()) -> Statement:
    """Return the statement that a text holds, with levels as numbers.

    Parameters
    ----------
    text
        A statement in the notation of the field, such as `Y[X=1] > Y[X=0]`.
    graph
        The graph whose nodes and levels it names.
    where
        What the text is, for messages: `statement` and the text where left out.
    loc
        Where the text stands among the words of the model, for messages.

    Raises
    ------
    StudyError
        If it can't be read, with what was read and what is allowed.
    """
    return _Parser(text, graph, where, loc).statement()


class _Parser:
    def __init__(self, text: object, graph: Graph, where: str, loc: Location):
        self.where = where or (f"statement '{text}'" if text not in (None, "") else "statement")
        self.graph, self.loc = graph, loc
        if not isinstance(text, str) or not text.strip():
            read = "nothing" if text is None or text == "" or isinstance(text, str) else f"{text!r}"
            raise self.wrong(
                read,
                "in YAML, '!' and '&' at the beginning have meanings of their own and '>' or '|' begin a block: put the statement in quotation marks, and write 'not'",
            )
        self.tokens = [self.token(match) for match in _TOKEN.finditer(text)]
        self.signs = [token.text if token.kind == "sign" else "" for token in self.tokens] + [""]
        self.at = 0
        self.depth = 0
        first = self.tokens[0].text
        if self.tokens[0].kind == "sign" and (first in COMPARISONS or first in ("and", "or")):
            raise self.wrong(
                f"'{first}' at the beginning",
                "the beginning is missing; YAML takes a word that begins with '!' for a tag and '>' or '|' for the beginning of a block: put the statement in quotation marks, and write 'not' for '!'",
            )

    def wrong(self, read: str, fix: str = "", allowed: str = _SHAPE) -> StudyError:
        return fault(self.where, read, allowed, fix, self.loc)

    def token(self, match: re.Match[str]) -> _Token:
        kind = str(match.lastgroup)
        text, place = match[kind], match.start(kind)
        if kind == "name":
            if text in ("everywhere", "somewhere"):
                raise self.wrong(f"'{text}'", "'everywhere' and 'somewhere' belong to shares, not to a question")
            return _Token("sign" if text in ("and", "or", "not") else "name", text, place)
        if kind == "sign":
            if text in _HABITS and text != "=":
                raise self.wrong(f"'{text}'", _HABITS[text])
            return _Token("sign", _SPELLED.get(text, text), place)
        if kind == "other":
            raise self.wrong(f"'{text}' at character {place + 1}")
        return _Token(kind, text, place)

    def peek(self) -> str:
        """Return the sign that comes next, or nothing."""
        return self.signs[self.at]

    def take(self, *signs: str) -> str:
        """Step over one of these signs, if it comes next."""
        sign = self.signs[self.at]
        if sign not in signs:
            return ""
        self.at += 1
        return sign

    def unexpected(self, wanted: str = "") -> StudyError:
        if self.at >= len(self.tokens):
            return self.wrong(f"its end, where {wanted or 'something'} must follow")
        token = self.tokens[self.at]
        return self.wrong(
            f"'{token.text}' at character {token.place + 1}", _HABITS.get(token.text, f"{wanted} is needed there" if wanted else "")
        )

    def statement(self) -> Statement:
        found = self.some()
        if self.at < len(self.tokens):
            raise self.unexpected()
        return self.plain(found)

    def some(self) -> _Part:
        return self.joined("or", self.all)

    def all(self) -> _Part:
        return self.joined("and", self.negated)

    def joined(self, sign: str, part: Callable[[], _Part]) -> _Part:
        parts = [part()]
        while self.take(sign):
            parts.append(part())
        if len(parts) == 1:
            return parts[0]
        for one in parts:
            self.truth(one, sign)
        plain = [self.plain(one) for one in parts]
        return Operation(
            sign, tuple(term for one in plain for term in (one.parts if isinstance(one, Operation) and one.sign == sign else (one,)))
        )

    def negated(self) -> _Part:
        if not self.take("not"):
            return self.compared()
        with_depth = self.nested(self.negated)
        self.truth(with_depth, "not")
        return Operation("not", (self.plain(with_depth),))

    def truth(self, part: _Part, sign: str) -> None:
        if not is_truth(self.plain(part)):
            raise self.wrong(f"a number beside '{sign}'", f"'{sign}' joins what is true or false: write 'X == 1' rather than 'X'")

    def compared(self) -> _Part:
        left = self.sum()
        sign = self.take(*COMPARISONS)
        if not sign:
            return left
        right = self.sum()
        if self.peek() in COMPARISONS:
            raise self.wrong(f"a second comparison, '{self.peek()}'", "join two comparisons by 'and'")
        first, second = self.beside(left, right), self.beside(right, left)
        return Operation(sign, (first, second))

    def beside(self, part: _Part, other: _Part) -> Statement:
        """One side of a comparison, with a level read as its number and checked."""
        if isinstance(other, Value) and (isinstance(part, _Word) or (isinstance(part, Number) and isinstance(part.value, int))):
            return Number(self.level(other.node, part.text if isinstance(part, _Word) else part.value))
        return self.plain(part)

    def level(self, node: str, value: object) -> int:
        try:
            return self.graph.level(node, value)
        except StudyError as error:
            only = error.faults[0]
            raise fault(
                self.where, f"{only.read} as {only.where}", only.allowed, nearest(str(value), self.graph.levels[node]), self.loc
            ) from None

    def plain(self, part: _Part) -> Statement:
        if isinstance(part, _Word):
            raise unknown_node(self.where, part.text, self.graph.nodes, self.loc)
        return part

    def sum(self) -> _Part:
        return self.chained(("+", "-"), self.product)

    def product(self) -> _Part:
        return self.chained(("*",), self.signed)

    def chained(self, signs: tuple[str, ...], part: Callable[[], _Part]) -> _Part:
        found: _Part = part()
        while sign := self.take(*signs):
            found = Operation(sign, (self.plain(found), self.plain(part())))
        return found

    def signed(self) -> _Part:
        if not self.take("-"):
            return self.primary()
        found = self.plain(self.nested(self.signed))
        return Number(-found.value) if isinstance(found, Number) else Operation("-", (Number(0), found))

    def nested[T](self, part: Callable[[], T]) -> T:
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.wrong(f"more than {DEEPEST} brackets or signs within each other")
        found = part()
        self.depth -= 1
        return found

    def primary(self) -> _Part:
        if self.take("("):
            found = self.nested(self.some)
            if not self.take(")"):
                raise self.unexpected("')'")
            return self.plain(found)
        if self.at >= len(self.tokens) or self.peek():
            raise self.unexpected("a node, a level or a number")
        token = self.tokens[self.at]
        self.at += 1
        if token.kind == "number":
            return Number(int(token.text) if token.text.isdecimal() else float(token.text))
        if token.kind == "name" and token.text in self.graph.parents:
            return self.value(token.text)
        if token.kind == "name" and self.peek() == "[":
            raise unknown_node(self.where, token.text, self.graph.nodes, self.loc)
        return _Word(token.text)

    def value(self, node: str) -> Value:
        if not self.take("["):
            return Value(node)
        settings: dict[str, int | Value] = {}
        while True:
            name, setting = self.nested(self.setting)
            if name in settings:
                raise self.wrong(f"two settings of {name} in one bracket")
            settings[name] = setting
            if self.take("]"):
                return Value(node, tuple(sorted(settings.items())))
            if not self.take(","):
                raise self.unexpected("',' or ']'")

    def setting(self) -> tuple[str, int | Value]:
        if self.at >= len(self.tokens) or self.tokens[self.at].kind != "name":
            raise self.unexpected("a setting such as X=1")
        name = self.tokens[self.at].text
        if name not in self.graph.parents:
            raise unknown_node(self.where, name, self.graph.nodes, self.loc)
        self.at += 1
        if self.peek() == "==":
            raise self.wrong("'==' in brackets", f"a setting is written with one sign: {name}=1")
        if not self.take("="):
            raise self.unexpected("'='")
        part = self.primary()
        if isinstance(part, Value):
            if len(self.graph.levels[part.node]) > len(self.graph.levels[name]):
                raise self.wrong(f"{name} set to {part.node}, which has more levels")
            return name, part
        if isinstance(part, _Word):
            return name, self.level(name, part.text)
        if isinstance(part, Number):
            return name, self.level(name, part.value)
        raise self.wrong(f"{name} set to a statement", f"a setting is a level, or the value of a node: {name}=1, or {name}={name}[X=0]")
