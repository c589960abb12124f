"""The metadata of a photo's file: all of it by block, and the words by field, from XMP, else IPTC-IIM, else EXIF."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from articles.photos import exif, iim, xmp
from articles.photos.segments import Blocks
from articles.photos.words import BETWEEN_NAMES, Words
from articles.text.tables import tables_of

MOST_TEXT = 5_000  # characters of one value
MOST_JSON = 40_000  # characters of all of them, as JSON
BLOCKS = {"xmp": "XMP", "iim": "IPTC-IIM", "exif": "EXIF"}
_TABLES = tables_of(__file__)
_FILLER = re.compile(_TABLES["filler"], re.IGNORECASE | re.VERBOSE)
# Contact details and exact places are not for readers.
_PRIVATE = re.compile(r"contact|e-?mail|phone|address|gps|latitude|longitude", re.IGNORECASE)
_DAY = re.compile(r"(\d{4})[-:]?(\d\d)[-:]?(\d\d)")
_CLOCK = re.compile(r"(\d\d):?(\d\d)(?::?(\d\d))?(?:\.\d*)?\s*(Z|[+-]\d\d:?\d\d)?")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff\ufeff]")

Values = Mapping[str, Any]  # by block, then by field: texts, lists of texts, or texts by name or language


@dataclass(frozen=True, slots=True)
class FileFields:
    """The fields of a photo's file. ``date``: ISO 8601, as precise as in the file, or ``""``."""

    words: Words
    headline: str = ""
    date: str = ""
    place: str = ""
    license: str = ""
    terms: str = ""


def read(blocks: Blocks) -> dict[str, Any]:
    """``{"xmp": {…}, "iim": {…}, "exif": {…}}`` for JSON: bounded, without places, owners and serial numbers."""
    read = {"xmp": xmp.read(blocks.xmp), "iim": iim.read(blocks.iim), "exif": exif.read(blocks.exif)}
    room = MOST_JSON
    bounded: dict[str, Any] = {}
    for block, values in read.items():
        bounded[block] = {}
        for name, value in values.items():
            value = _bounded(value)
            room -= len(json.dumps(value, ensure_ascii=False))
            if value and room > 0:
                bounded[block][name] = value
    return bounded


def _bounded(value: Any) -> Any:
    if isinstance(value, str):
        return cleaned(value)
    if isinstance(value, dict):
        return {cleaned(name)[:100]: bounded for name, inner in value.items() if (bounded := _bounded(inner))}
    return [bounded for inner in value[: xmp.MOST_ITEMS] if (bounded := _bounded(inner))]


def cleaned(text: str) -> str:
    """Remove control characters, convert line ends to LF, and cut to the greatest length of a caption."""
    plain = _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return plain.strip()[:MOST_TEXT].rstrip()


def public_lines(metadata: Values) -> dict[str, dict[str, str]]:
    """The texts for readers, by block and field, in the order of the file."""
    lines = {
        block_name: {
            name: text
            for name, value in metadata.get(block, {}).items()
            if not _PRIVATE.search(name) and (text := _whole_text(value))
        }
        for block, block_name in BLOCKS.items()
    }
    return {block: fields for block, fields in lines.items() if fields}


def _whole_text(value: Any) -> str:
    """A value with all its parts: ``x-default: Quay; en: Quay``, ``Harbours; Cranes``."""
    if isinstance(value, dict):
        parts = ((name, _whole_text(inner)) for name, inner in value.items() if not _PRIVATE.search(name))
        return "; ".join(f"{name}: {text}" for name, text in parts if text)
    if isinstance(value, list):
        return BETWEEN_NAMES.join(filter(None, map(_whole_text, value)))
    return str(value)


def fields_of(metadata: Values) -> FileFields:
    blocks = [metadata.get(block, {}) for block in BLOCKS]
    found = {
        name: _first(block.get(key) for block, key in zip(blocks, keys, strict=False))
        for name, keys in _TABLES["fields"].items()
    }
    places = (_place(metadata.get(block, {}), names) for block, names in _TABLES["places"].items())
    others = {name: found.pop(name) for name in ("headline", "license", "terms")}
    return FileFields(Words(**found), date=_date(*blocks), place=next(filter(None, places), ""), **others)


def _first(values: Iterable[Any]) -> str:
    return next((text for value in values if (text := text_of(value)) and not is_filler(text)), "")


def text_of(value: Any) -> str:
    """A value as one text: the default language of several, all of several names."""
    if isinstance(value, dict):
        return text_of(value.get(xmp.DEFAULT) or next(iter(value.values()), ""))
    if isinstance(value, list):
        return BETWEEN_NAMES.join(filter(None, map(text_of, value)))
    return value or ""


def is_filler(text: str) -> bool:
    """``True`` for texts written by cameras and programs, not by people."""
    return _FILLER.fullmatch(text.strip()) is not None


def _place(values: Values, names: Sequence[str]) -> str:
    return ", ".join(dict.fromkeys(filter(None, (text_of(values.get(name)) for name in names))))


def _date(by_xmp: Values, by_iim: Values, by_exif: Values) -> str:
    day, _, clock = text_of(by_xmp.get("photoshop:DateCreated")).partition("T")
    if re.fullmatch(r"\d{4}(-(0[1-9]|1[0-2]))?", day) and day > "0000":
        return day
    exif_day, _, exif_clock = text_of(by_exif.get("DateTimeOriginal")).partition(" ")
    return (
        _iso(day, clock)
        or _iso(text_of(by_iim.get("Date Created")), text_of(by_iim.get("Time Created")))
        or _iso(exif_day, exif_clock + text_of(by_exif.get("OffsetTimeOriginal")))
    )


def _iso(day: str, clock: str) -> str:
    """``2023-09-06T10:30:15+08:00``, without missing or invalid parts; ``""`` for an impossible day."""
    on, at = _DAY.fullmatch(day.strip()), _CLOCK.fullmatch(clock.strip())
    if not on:
        return ""
    moments = ["-".join(on.groups())]
    if at:
        hour, minute, second, zone = at.groups()
        moments.append(f"{moments[0]}T{hour}:{minute}{f':{second}' if second else ''}")
        if zone:
            moments.append(moments[1] + (zone if zone == "Z" or ":" in zone else f"{zone[:3]}:{zone[3:]}"))
    for moment in reversed(moments):
        with suppress(ValueError):
            datetime.fromisoformat(moment)
            return moment
    return ""
