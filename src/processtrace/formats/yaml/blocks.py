"""The places of the parts of a YAML file in its text, so that one can be changed and every other byte be kept."""

from __future__ import annotations

from dataclasses import dataclass

from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode


@dataclass(frozen=True)
class Block:
    """A key of a block mapping with its value: the lines from `start` to before `end`, without the comments that follow."""

    key: str
    column: int
    start: int
    end: int
    first: bool
    value: Node


class Blocks:
    """A file's text with its nodes; positions are offsets into `text`, whose lines end in a line feed."""

    def __init__(self, text: str):
        """Parse the text; ValueError where its top is not a mapping."""
        self.text = text if text.endswith("\n") else text + "\n"
        node = YAML(typ="safe", pure=True).compose(self.text)
        if not isinstance(node, MappingNode):
            raise ValueError("not a mapping")
        self.root = node

    def line(self, offset: int) -> int:
        """Return the start of the line of an offset."""
        return self.text.rfind("\n", 0, offset) + 1

    def entries(self, node: MappingNode, until: int) -> list[Block]:
        """Return the entries of a block mapping that ends before `until`."""
        starts = [key.start_mark.index for key, _ in node.value]
        lines = [self.line(start) for start in starts]
        made = []
        for k, (key, value) in enumerate(node.value):
            if not isinstance(key, ScalarNode):
                raise ValueError("a key that is no name")
            column = starts[k] - lines[k]
            stop = lines[k + 1] if k + 1 < len(lines) else until
            dashed = bool(self.text[lines[k] : starts[k]].strip())
            made.append(Block(str(key.value), column, lines[k], self._trimmed(lines[k], stop, column), dashed, value))
        return made

    def _trimmed(self, start: int, stop: int, column: int) -> int:
        """Return the end of an entry before the blank lines, comments and lone dashes that follow it."""
        rows = self.text[start:stop].splitlines(keepends=True)
        while len(rows) > 1:
            last = rows[-1].strip()
            deep = len(rows[-1]) - len(rows[-1].lstrip(" ")) > column
            if last and not (last.startswith("#") and not deep) and last not in ("-", "---", "..."):
                break
            rows.pop()
        return start + sum(map(len, rows))

    def top(self) -> list[Block]:
        """Return the entries at the top of the file."""
        return self.entries(self.root, len(self.text))

    def items(self, entry: Block) -> list[tuple[MappingNode, int]]:
        """Return the mappings of a list, each with the offset before which it ends."""
        if not isinstance(entry.value, SequenceNode) or entry.value.flow_style:
            raise ValueError("a list in brackets")
        nodes = entry.value.value
        starts = [self.line(node.start_mark.index) for node in nodes]
        if starts != sorted(starts) or any(not isinstance(node, MappingNode) or node.flow_style for node in nodes):
            raise ValueError("an item in braces, or one that is named by an alias")
        return list(zip(nodes, [*starts[1:], entry.end], strict=True))

    def inner(self, entry: Block) -> list[Block]:
        """Return the entries of the block mapping that is an entry's value; none where it is written in braces, or elsewhere."""
        node = entry.value
        inside = entry.start <= node.start_mark.index < entry.end
        if not isinstance(node, MappingNode) or node.flow_style or not node.value or not inside:
            return []
        return self.entries(node, entry.end)


def replace_spans(text: str, changes: list[tuple[int, int, str]]) -> str:
    """Return the text with each stretch from start to end replaced; stretches do not overlap."""
    for start, end, new in sorted(changes, reverse=True):
        text = text[:start] + new + text[end:]
    return text
