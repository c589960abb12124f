"""The front matter of a Markdown article: YAML, TOML or JSON, or header lines.

Values stay data: no YAML tag makes an object, and ``no``, ``2019-01-02`` or ``1.10`` remain text.
"""

import json
import re
import tomllib
from dataclasses import dataclass, field, replace
from pathlib import Path

import yaml

from articles.ingest.errors import BadMetadata
from articles.ingest.parsing.fields import key_of
from articles.text.tables import tables_of


@dataclass(slots=True)
class FrontMatter:
    """``values`` by key, as ``key_of`` writes it; ``lines``: the 1-based line of each key, if known. ``size``:
    the number of lines, including fences; ``repeated``: keys given twice; the last counts.
    """

    values: dict[str, object] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    size: int = 0
    repeated: list[str] = field(default_factory=list)

    def add(self, key: str, value: object, line: int) -> None:
        if key in self.values:
            self.repeated.append(key)
        self.values[key], self.lines[key] = value, line

    def lift_tables(self) -> None:
        """Add the values of tables whose keys other generators have at the top."""
        for table in ("taxonomies", "params", "extra"):
            inner = self.values.get(table)
            if isinstance(inner, dict):
                self.values = {**{key_of(key): value for key, value in inner.items()}, **self.values}


_TABLES = tables_of(__file__)
_HEADER_KEYS = frozenset(_TABLES["headers"])
_FENCES = {"---": ("---", "..."), "+++": ("+++",), ";;;": (";;;",)}
# ``---json`` as in Eleventy, and a comment.
_FENCE = re.compile(r"(---|\+\+\+|;;;)[ \t]*(json|toml|yaml|js|javascript)?[ \t]*(?:#.*)?", re.IGNORECASE)
# ``.. title: Ferry returns``, as in Nikola, often within a comment.
_DOTTED = re.compile(r"\.\.[ \t]+([\w-]+):(?:[ \t]+(.*))?")
_HEADER = re.compile(r"([A-Za-z][\w -]{0,40}?):(?:[ \t]+(.*)|$)")
_KEY = re.compile(r"[\w\"'-]+\s*[:=]")


def read_front_matter(lines: list[str], path: Path) -> FrontMatter:
    """The front matter of these lines, empty without any. Raises ``BadMetadata`` if it is malformed or not closed.

    Blank lines may precede it; taken for text, it would be published, and a mark such as ``draft: true`` not seen.
    """
    blank = next((number for number, line in enumerate(lines) if line.strip()), 0)
    lines = lines[blank:]
    first = lines[0].strip() if lines else ""
    try:
        if fence := _FENCE.fullmatch(first):
            found = _fenced(lines, fence[1], (fence[2] or "").lower())
        elif first.startswith(("<!--", ".. ")):
            found = _dotted(lines)
        elif first.startswith("{"):
            found = _json([lines[0].lstrip(), *lines[1:]])
        else:
            found = _headers(lines)
    except BadMetadata as error:
        raise BadMetadata(error.reason, path=path, line=(error.line or 1) + blank) from error
    except (RecursionError, ValueError) as error:
        reason = "the front matter is nested too deeply, or has too long a number"
        raise BadMetadata(reason, path=path, line=1 + blank) from error
    if found.size:
        found.size += blank
        found.lines = {key: line + blank for key, line in found.lines.items()}
    return found


def starts_front_matter(text: str) -> bool:
    lines = text.lstrip().splitlines()[:50]
    first = lines[0].rstrip() if lines else ""
    if _FENCE.fullmatch(first):
        return any(_KEY.match(line) for line in lines[1:])
    return bool(first.lower().startswith("title:") and len(_headers(lines).values) > 1) or bool(_dotted(lines).size)


def _fenced(lines: list[str], fence: str, language: str) -> FrontMatter:
    end = next((number for number, line in enumerate(lines[1:], 1) if line.rstrip() in _FENCES[fence]), None)
    if end is None:
        if len(lines) > 1 and _KEY.match(next((line for line in lines[1:] if line.strip()), "")):
            reason = f"the front matter is not closed: put a line {fence} after its last key"
            raise BadMetadata(reason, path="", line=1)
        return FrontMatter()
    source = "\n".join(line.rstrip("\r\n") for line in lines[1:end])
    if language in ("js", "javascript"):
        raise BadMetadata("front matter in JavaScript is not read; write it in YAML", path="", line=1)
    if language == "json" or fence == ";;;":
        in_braces = source if source.lstrip().startswith("{") else f"{{{source}}}"
        return replace(_json(["", *in_braces.split("\n")]), size=end + 1)
    if fence != "+++" and language != "toml":
        return _yaml(source, end + 1)
    try:
        loaded = tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        at = re.search(r"\(at line (\d+)", str(error))
        reason = f"the front matter is not valid TOML: {error}"
        raise BadMetadata(reason, path="", line=int(at[1]) + 1 if at else end) from error
    return _from_mapping(loaded, end + 1, source.split("\n"), first_line=2)


# More than in any front matter; aliases can multiply nodes.
_MOST_NODES = 20_000
_DEEPEST = 10
_TABS = re.compile(r"(?<=\S)[ \t]*\t[ \t]*|^[ \t]+$", re.MULTILINE)  # except those that indent


def _yaml(source: str, size: int) -> FrontMatter:
    source = _TABS.sub(" ", source)  # valid, but no loader of YAML for Python takes all of them
    # The C loader accepts tabs that the other refuses; the result must not depend on the installed one.
    loader = yaml.SafeLoader if "\t" in source else getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        root = yaml.compose(source, loader)
    except yaml.MarkedYAMLError as error:
        is_open = error.context_mark and error.problem and "end of stream" in error.problem
        mark = error.context_mark if is_open else error.problem_mark or error.context_mark
        problem = error.problem or error.context or ""
        remedies = (remedy for sign, remedy in _TABLES["remedies"].items() if sign in problem)
        remedy = next(remedies, "put the value in quotation marks")
        reason = f"the front matter is not valid YAML ({problem}); {remedy}"
        raise BadMetadata(reason, path="", line=mark.line + 2 if mark else 1) from error
    except yaml.YAMLError as error:
        raise BadMetadata(f"the front matter is not valid YAML: {error}".split("\n")[0], path="", line=1) from error
    if root is None:
        return FrontMatter(size=size)
    if isinstance(root, yaml.ScalarNode):  # text between two rules, not front matter
        return FrontMatter()
    if not isinstance(root, yaml.MappingNode):
        reason = "the front matter is a list; write `key: value` lines"
        raise BadMetadata(reason, path="", line=root.start_mark.line + 2)
    return _from_nodes(root, size)


def _from_nodes(root: yaml.MappingNode, size: int) -> FrontMatter:
    """Read values from nodes, not with a YAML loader, so that no value becomes a date, a boolean or an object."""
    found = FrontMatter(size=size)
    nodes = 0

    def data(node: yaml.Node, depth: int) -> object:
        nonlocal nodes
        nodes += 1
        if nodes > _MOST_NODES or depth > _DEEPEST:
            reason = "is nested too deeply" if depth > _DEEPEST else f"has more than {_MOST_NODES:,} values"
            raise BadMetadata(f"the front matter {reason}", path="", line=node.start_mark.line + 2)
        if isinstance(node, yaml.MappingNode):
            return {str(data(key, depth + 1)): data(value, depth + 1) for key, value in node.value}
        if isinstance(node, yaml.SequenceNode):
            return [data(item, depth + 1) for item in node.value]
        is_empty = isinstance(node, yaml.ScalarNode) and not node.style and node.value in ("", "~", "null")
        return None if is_empty else str(node.value)

    for key_node, value_node in root.value:
        found.add(key_of(data(key_node, 0)), data(value_node, 0), key_node.start_mark.line + 2)
    found.lift_tables()
    return found


_WRITTEN_KEY = re.compile(r"""["']([^"'\\]+)["']\s*[=:]|(?<![\w-])([\w-]+)\s*[=:]""")


def _json(lines: list[str]) -> FrontMatter:
    """A JSON object before the body; other text in braces is not front matter."""
    source = "".join(line.rstrip("\r\n") + "\n" for line in lines)
    opening = re.match(r"\s*(?=\{\s*[\"}])", source)
    if opening is None:
        return FrontMatter()
    try:
        loaded, end = json.JSONDecoder().raw_decode(source, opening.end())
    except json.JSONDecodeError as error:
        reason = f"the front matter is not valid JSON: {error.msg.removesuffix(' at')}"
        raise BadMetadata(reason, path="", line=error.lineno) from error
    size = source.count("\n", 0, end) + 1
    return _from_mapping(loaded, size, lines[:size], first_line=1)


def _from_mapping(loaded: dict[str, object], size: int, lines: list[str], *, first_line: int) -> FrontMatter:
    places: dict[str, int] = {}
    for number, text in enumerate(lines, first_line):
        for written in _WRITTEN_KEY.finditer(text):
            if (key := written[1] or written[2]) in loaded:
                places.setdefault(key_of(key), number)
    found = FrontMatter({key_of(key): value for key, value in loaded.items()}, places, size)
    found.lift_tables()
    return found


def _dotted(lines: list[str]) -> FrontMatter:
    """Header lines as in Nikola."""
    is_comment = bool(lines) and lines[0].strip() == "<!--"
    size = int(is_comment)
    values: dict[str, object] = {}
    places: dict[str, int] = {}
    while size < len(lines) and (header := _DOTTED.fullmatch(lines[size].rstrip())):
        size += 1
        values[key_of(header[1])], places[key_of(header[1])] = (header[2] or "").strip() or None, size
    if len(_HEADER_KEYS.intersection(values)) < 2:
        return FrontMatter()
    size += is_comment and size < len(lines) and lines[size].strip() == "-->"
    return FrontMatter(values, places, size)


def _headers(lines: list[str]) -> FrontMatter:
    first = _HEADER.match(lines[0]) if lines else None
    if not first or key_of(first[1]) not in _HEADER_KEYS or not first[2]:
        return FrontMatter()
    found = FrontMatter()
    key = ""
    for number, line in enumerate(lines, 1):
        text = line.rstrip()
        header = _HEADER.match(text)
        if header:
            key = key_of(header[1])
            found.add(key, (header[2] or "").strip() or None, number)
        elif text and line[0] in " \t":
            found.values[key] = f"{found.values[key] or ''}\n{text.strip()}".strip()
        elif text == "---":  # Hexo needs only this one
            break
        elif text:
            return FrontMatter()  # a paragraph with a colon after its first word
        else:
            break
    header_keys = [key for key in found.values if key in _HEADER_KEYS]
    if len(header_keys) < 2 and header_keys != ["title"]:
        return FrontMatter()
    found.size = number - (1 if not text else 0)
    return found
