"""Template tags of site generators in Markdown: Liquid, Jinja, Hugo shortcodes. They are never run."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

# Characters, more than in any typed tag.
_LONGEST = 4_000

# (opening, closing, kind), longer openings first.
_KINDS = (
    ("{{<", ">}}", "shortcode"),
    ("{{%", "%}}", "shortcode"),
    ("{{", "}}", "output"),
    ("{%", "%}", "tag"),
    ("{:", "}", "attributes"),
    ("{#", "}", "attributes"),
)

_NAME = re.compile(r"[-~]?\s*(/?\s*[\w./-]+)")
_ARGUMENT = re.compile(
    r"""(?:(?P<key>[\w-]+)\s*[=:]\s*)?(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|`(?P<raw>[^`]*)`|(?P<bare>[^\s"'=,]+))"""
)
_QUOTED_PAIR = re.compile(r"""\s*"([^"]*)"\s+"(.*)"\s*""", re.DOTALL)
_PICTURE_NAME = re.compile(
    r"(?:legacy-|responsive[-_]|lazy[-_]?)?(?:img|image|figure|fig|photo|picture|asset|cloudinary)(?:[-_]\w+)*"
)
PICTURE_FILE = re.compile(r"\.(?:jpe?g|png|gif|webp|avif|svg|tiff?|bmp|heic)(?:[?#]\S*)?$", re.IGNORECASE)
_LITERAL = re.compile(r"""\s*(?:"([^"]*)"|'([^']*)')\s*(?:\|.*)?""", re.DOTALL)
_SITE_VARIABLE = re.compile(
    r"\s*(?:site|page|config)?\.?(?:base_?url|url|root|site_?url)\s*(?:\|.*)?", re.IGNORECASE | re.DOTALL
)

# Pelican's: {static}/images/x.jpg, {attach}x.jpg, {filename}/x.md, |filename|/x.md
_PELICAN_WORD = "(?:static|attach|filename|index|author|category|tag)"
PELICAN = rf"(?:\{{{_PELICAN_WORD}\}}|\|{_PELICAN_WORD}\|)"
_PELICAN_START = re.compile(rf"\s*{PELICAN}")


@dataclass(frozen=True, slots=True)
class Tag:
    start: int
    end: int
    kind: str
    inner: str

    @property
    def name_and_rest(self) -> tuple[str, str]:
        """``image`` of ``{% image "x.jpg" %}``, ``/box`` of ``{{< /box >}}``, the file of an ``include``; the rest."""
        match = _NAME.match(self.inner)
        if match is None:
            return "", self.inner
        name = re.sub(r"\s", "", match[1])
        if name.startswith(("include", "partial", "render")) and (file := _NAME.match(self.inner, match.end())):
            match, name = file, file[1].rsplit("/")[-1].rsplit(".")[0]
        return name, self.inner[match.end() :]


def find_tags(text: str) -> Iterator[Tag]:
    at = text.find("{")
    while at >= 0:
        tag = _tag_at(text, at)
        if tag:
            yield tag
        at = text.find("{", tag.end if tag else at + 1)


def _tag_at(text: str, start: int) -> Tag | None:
    for opening, closing, kind in _KINDS:
        if not text.startswith(opening, start):
            continue
        inside = start + len(opening)
        end = text.find(closing, inside, inside + _LONGEST)
        if end < 0 or (kind == "attributes" and not _are_attributes(text[inside:end], opening)):
            continue
        return Tag(start, end + len(closing), kind, text[inside:end].strip(" \t\n"))
    return None


def _are_attributes(inner: str, opening: str) -> bool:
    """``{: .right width="50%"}`` and ``{#an-id}``; other text in such brackets is text."""
    if opening == "{#":
        return re.fullmatch(r"[\w:.-]+", inner) is not None
    return "\n" not in inner and re.fullmatch(r"(?:[.#][\w-]++|[\w-]++(?:=\S.*)?|\s++)*+", inner[:200]) is not None


def value_in_address(tag: Tag) -> str | None:
    """The value of a tag within an address: its path, ``""`` for the site's own address, or ``None`` if unknown."""
    if tag.kind != "output":
        return None
    literal = _LITERAL.fullmatch(tag.inner)
    if literal:
        return literal[1] if literal[1] is not None else literal[2]
    return "" if _SITE_VARIABLE.fullmatch(tag.inner) else None


def without_pelican(address: str) -> str:
    """A picture's path without Pelican's name for its folder."""
    return _PELICAN_START.sub("", address, count=1)


def picture_arguments(tag: Tag) -> dict[str, str] | None:
    """``src``, ``alt``, ``caption``, ``credit``, ``title`` of a tag for a picture; ``None`` for other tags."""
    name, rest = tag.name_and_rest
    if tag.kind not in ("shortcode", "tag") or not _PICTURE_NAME.fullmatch(name):
        return None
    rest = rest.rstrip(" /-")
    pair = _QUOTED_PAIR.fullmatch(rest)
    if pair:  # the second argument may have unescaped quotation marks
        return {"src": pair[1], "alt": pair[2]}
    named_arguments: dict[str, str] = {}
    bare: list[str] = []
    for argument in _ARGUMENT.finditer(rest):
        value = next(text for text in argument.group("double", "single", "raw", "bare") if text is not None)
        if argument["key"]:
            named_arguments.setdefault(argument["key"].lower().replace("-", "_"), value)
        else:
            bare.append(value)
    arguments = _by_meaning(named_arguments, bare)
    if not arguments.get("src") or (name == "asset" and not PICTURE_FILE.search(arguments["src"])):
        return None
    return arguments


_MEANINGS = {
    "src": ("src", "url", "file", "path", "image", "image_path", "image_url", "name", "uid"),
    "alt": ("alt", "alt_text", "image_alt"),
    "caption": ("caption", "description", "desc", "figcaption", "text"),
    "credit": ("attr", "credit", "attribution", "copyright", "photographer", "source", "byline"),
    "title": ("title",),
}


def _by_meaning(named: dict[str, str], bare: list[str]) -> dict[str, str]:
    given = {meaning: [named[name] for name in names if named.get(name)] for meaning, names in _MEANINGS.items()}
    arguments = {meaning: values[0] if values else "" for meaning, values in given.items()}
    files = [text for text in bare if PICTURE_FILE.search(text)] or bare[:1]
    if not arguments["src"] and files:
        arguments["src"] = files[0]
        phrases = [text for text in bare if text != files[0] and (" " in text or not named)]
        arguments["alt"] = arguments["alt"] or (phrases[-1] if phrases else "")
    return {meaning: text for meaning, text in arguments.items() if text}
