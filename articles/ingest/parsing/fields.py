"""Reads named values of front matter and records."""

import html
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from articles.ingest.parsing.former_paths import path_in, slug_of
from articles.ingest.parsing.iso_dates import read_date, why_unread
from articles.ingest.parsing.whitespace import fold
from articles.ingest.story import Damage, Withheld
from articles.text.damage import DamageCode
from articles.text.tables import tables_of

_TABLES = tables_of(__file__)
# By field; the first with a value counts.
NAMES: dict[str, list[str]] = {**_TABLES["names"]}
NAMES["deck"] = [*NAMES["subtitle"], *NAMES["summary"]]
NAMES_IN_WORDPRESS: dict[str, list[str]] = _TABLES["wordpress"]
COLUMNS: dict[str, list[str]] = _TABLES["columns"]


def _known(names: Mapping[str, Sequence[str]]) -> dict[str, str]:
    return {key.replace("_", ""): key for keys in names.values() for key in keys}


KNOWN_KEYS = _known(NAMES)
KNOWN_COLUMNS = KNOWN_KEYS | _known(COLUMNS)


def _reasons(table: str) -> dict[str, Withheld]:
    return {word: Withheld[reason] for reason, words in _TABLES[table].items() for word in words}


_IF_TRUE, _IF_FALSE, _IF_GIVEN = map(_reasons, ("if_true", "if_false", "if_given"))
_STATUSES, _BUILD = map(_reasons, ("statuses", "build"))
_STATUS = ("status", "poststatus", "state", "visibility")
_EXPIRY = ("expirydate", "unpublishdate")
_MARKS = frozenset((*_IF_TRUE, *_IF_FALSE, *_IF_GIVEN, *_STATUS, *_EXPIRY, "build"))

_TRUE = frozenset({"true", "yes", "on", "1", "t", "y"})
_FALSE = frozenset({"false", "no", "off", "0", "f", "n"})
_NONE = frozenset({"", "null", "none", "nil", "nan", "n/a", "-", "\\n", "undefined"})  # as databases export it
LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")
_SHORTEST_CODES: dict[str, str] = dict(pair.split(":") for pair in _TABLES["shortest_codes"].split())
WEB_ADDRESS = re.compile(r"https?://[^\s/?#]+\S*", re.IGNORECASE)

_NOT_IN_KEYS = re.compile(r"[\W_]+")
_CAMEL_CASE = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")

# Characters of a value without a field that are kept among the dropped pieces.
_LONGEST_LEFT_OVER = 200


def key_of(written: object, known: Mapping[str, str] = KNOWN_KEYS) -> str:
    """``cover_image`` for ``coverImage``, ``Cover-Image`` and ``cover.image``. A key that differs from a known one only
    in that is the known one, ``pub_date`` for ``pubdate``. ``known``: keys by themselves without ``_``.
    """
    key = _NOT_IN_KEYS.sub("_", _CAMEL_CASE.sub("_", str(written))).lower().strip("_")
    return known.get(key.replace("_", ""), key)


class Fields:
    """The values of front matter. Methods take several names; the first with a value counts. A value of the wrong type
    is skipped, as damage ``metadata-type``. ``left_over``: the keys that were not read.
    """

    def __init__(self, values: Mapping[str, object], lines: Mapping[str, int]) -> None:
        self.values, self.lines = values, lines
        self.damage: list[Damage] = []
        self.read_as: dict[str, str] = {}

    def text(self, field: str, *names: str) -> str | None:
        for name in names:
            value = self.values.get(name)
            if isinstance(value, (str, int, float)) and not isinstance(value, bool):
                if text := _clean(value):
                    # All names with the same value, since a description often repeats the summary.
                    equal = (alternative for alternative in names if _clean(self.values.get(alternative)) == text)
                    self.read_as.update(dict.fromkeys(equal, field))
                    return text
            elif value is not None and value != [] and value != {}:
                self._wrong_type(name, value)
        return None

    def texts(self, field: str, *names: str, split: bool) -> list[str]:
        found: dict[str, str] = {}
        for name in names:
            value = self.values.get(name)
            if value is None or isinstance(value, bool):
                continue
            for text in self._texts_of(name, value, split=split):
                found.setdefault(text.casefold(), text)
                self.read_as[name] = field
        return list(found.values())

    def _texts_of(self, name: str, value: object, *, split: bool) -> Iterator[str]:
        if isinstance(value, str):
            yield from filter(None, map(_clean, re.split(r"\s*[;,\n]\s*", value) if split else [value]))
        elif isinstance(value, list):
            for item in value:
                yield from self._texts_of(name, item, split=False)
        elif isinstance(value, dict):
            words = {key: word.strip() for key, word in value.items() if isinstance(word, str)}
            whole = (words.get(key) for key in ("name", "display_name", "full_name", "title", "label", "slug", "id"))
            halves = (words.get(key, "") for key in ("first_name", "last_name", "first", "last"))
            if found := _clean(next(filter(None, whole), None) or " ".join(halves)):
                yield found
            else:
                self._wrong_type(name, value)
        elif value is not None:
            yield _clean(value)

    def when(self, field: str, *names: str) -> dict[str, Any]:
        """A date as ISO 8601 and, ``…_printed``, as printed. An unreadable one is damage (``why_unread``)."""
        for name in names:
            value = self.values.get(name)
            value = value.get("date") if isinstance(value, dict) else value  # Docusaurus: ``last_update``
            printed = value.isoformat() if isinstance(value, (date, datetime, time)) else value
            if isinstance(printed, int) and not isinstance(printed, bool):
                printed = str(printed)
            if not isinstance(printed, str) or not printed.strip() or _truth(printed) is not None:
                continue
            iso = read_date(printed)
            if name == "time" and iso is None:  # of an event
                continue
            self.read_as[name] = field
            if iso:
                return {field: iso, f"{field}_printed": printed.strip()}
            self.damage.append(Damage(why_unread(printed), field, self.lines.get(name), printed.strip()))
        return {}

    def withheld(self, published: str | None) -> Withheld | None:
        """Why the source does not show the article, as of today; ``None`` if it does. ``published``: in ISO 8601."""
        found = {withheld_until(published)}
        for name, value in self.values.items():
            key = re.sub(r"[-_ ]", "", name).lower()
            if key in _MARKS:
                is_read, reason = _withheld_by(key, value)
                if is_read:
                    self.read_as[name] = "withheld"
                found.add(reason)
        return next((reason for reason in Withheld if reason in found), None)

    def language(self, *names: str) -> str | None:
        """A language tag such as ``en`` or ``pt-BR``; names of languages are left over."""
        value = next((text for name in names if (text := self.values.get(name))), None)
        if (tag := language_tag(value)) is not None:
            self.read_as.update({name: "language" for name in names if self.values.get(name) == value})
        return tag

    def web_address(self, field: str, *names: str) -> str | None:
        """The first absolute http(s) address; paths on the former site are left over."""
        for name in names:
            value = self.values.get(name)
            if isinstance(value, str) and WEB_ADDRESS.fullmatch(value.strip()):
                self.read_as[name] = field
                return value.strip()
        return None

    def slug_and_paths(self) -> tuple[str | None, tuple[str, ...]]:
        """The slug, of a path its last part; and the paths that the article had on its own site."""
        own, old = self._paths(*_TABLES["paths"]["own"]), self._paths(*_TABLES["paths"]["old"])
        slug = self.text("slug", "slug")
        if slug is None or "/" in slug:
            slug = next(filter(None, map(slug_of, [slug or "", *own])), None)
        return slug, tuple(dict.fromkeys((*own, *old)))

    def _paths(self, *names: str) -> list[str]:
        paths = []
        for name in names:
            value = self.values.get(name)
            for text in value if isinstance(value, list) else [value]:
                if not isinstance(text, str) or _truth(text) is not None:
                    continue
                # A slug is a path if it has a slash; a whole address may be of another site.
                is_none = (name == "slug" and "/" not in text) or (name == "url" and "//" in text)
                if not is_none and (path := path_in(text)):
                    paths.append(path)
                    self.read_as.setdefault(name, "former_paths")
        return paths

    def left_over(self) -> list[str]:
        unread = {name: shortened(value) for name, value in self.values.items() if name not in self.read_as}
        return [f"{name}: {shown}" for name, shown in unread.items() if shown]

    def _wrong_type(self, name: str, value: object) -> None:
        self.read_as.pop(name, None)
        damage = Damage(DamageCode.METADATA_TYPE, name, self.lines.get(name), shortened(value))
        if damage not in self.damage:
            self.damage.append(damage)


def withheld_until(published: str | None) -> Withheld | None:
    """``SCHEDULED`` before the day has begun anywhere."""
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    return Withheld.SCHEDULED if (published or "")[:10] > tomorrow.date().isoformat() else None


def withheld_by_status(status: str, *, unknown: Withheld = Withheld.DRAFT) -> Withheld | None:
    """Why a system does not show a post; plug-ins have statuses of their own before publication."""
    word = status.strip().casefold()
    return None if word in _TABLES["shown"] else _STATUSES.get(word, unknown)


def _withheld_by(key: str, value: object) -> tuple[bool, Withheld | None]:
    """``True`` if the key of ``_MARKS`` has a value of its kind, and the reason that this gives."""
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    truth, word = _truth(value), "-".join(str(value or "").casefold().split())
    if key in _IF_TRUE or key in _IF_FALSE:
        return truth is not None, None if truth is None else (_IF_TRUE if truth else _IF_FALSE).get(key)
    if key in _STATUS:
        return isinstance(value, str), _STATUSES.get(word)
    if key in _IF_GIVEN:
        return bool(word), None if truth is False or word in _NONE else _IF_GIVEN[key]
    if key in _EXPIRY:
        expiry = read_date(str(value or ""))
        return bool(word), Withheld.EXPIRED if expiry and expiry <= datetime.now(UTC).isoformat() else None
    pairs = {f"{name}: {choice}".lower() for name, choice in (value if isinstance(value, dict) else {}).items()}
    return bool(pairs), next((reason for pair, reason in _BUILD.items() if pair in pairs), None)


def _clean(value: object) -> str:
    return fold(html.unescape(value)) if isinstance(value, str) else str(value)


def _truth(value: object) -> bool | None:
    if isinstance(value, (bool, int)) and value in (0, 1):
        return bool(value)
    if isinstance(value, str):
        word = value.strip().lower()
        return True if word in _TRUE else False if word in _FALSE else None
    return None


def language_tag(value: object) -> str | None:
    """A language tag with its shortest code (RFC 5646): ``en`` for ``eng``, ``pt-BR`` for ``pt_BR``; else ``None``."""
    text = value.strip() if isinstance(value, str) else ""
    if not LANGUAGE_TAG.fullmatch(text):
        return None
    first, *others = text.replace("_", "-").split("-")
    return "-".join([_SHORTEST_CODES.get(first.lower(), first), *others])


def byline_of(authors: Sequence[str], language: str | None) -> str | None:
    """Authors as in a byline; "and" only in English."""
    last = ", " if language and not language.lower().startswith("en") else " and "
    return last.join(filter(None, (", ".join(authors[:-1]), *authors[-1:]))) or None


def shortened(value: object) -> str:
    """A value on one line, cut to a length, with two levels of nested values."""
    text = fold(_shown(value, 0))
    return text if len(text) <= _LONGEST_LEFT_OVER else text[: _LONGEST_LEFT_OVER - 1].rstrip() + "…"


def _shown(value: object, depth: int) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (list, dict)) and depth > 1:
        return "…"
    if isinstance(value, list):
        return ", ".join(_shown(item, depth + 1) for item in value[:20])
    if isinstance(value, dict):
        return ", ".join(f"{key}: {_shown(item, depth + 1)}" for key, item in list(value.items())[:20])
    return str(value)[: 4 * _LONGEST_LEFT_OVER]
