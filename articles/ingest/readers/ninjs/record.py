"""The values of a ninjs object in the spelling of any version, and a list of unused ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from articles.ingest.parsing.fields import shortened
from articles.ingest.parsing.whitespace import fold
from articles.ingest.story import Damage
from articles.text.damage import DamageCode

# Keys about the object, not the news: sizes and the name of the format. Not noted.
_ABOUT_THE_FORM = frozenset({"$standard", "standard", "$schema", "uri", "type", "charcount", "wordcount"})


class Record:
    """The keys of an object, in any case: 3.0 renamed ``versioncreated`` to ``versionCreated``. ``null`` means absent;
    numbers are read as text; a value of a wrong type is skipped, as damage ``metadata-type``. ``read``: the used keys.
    """

    def __init__(self, values: Mapping[str, object], within: str = "") -> None:
        self.values = {key.casefold(): value for key, value in values.items() if value is not None}
        self.spelled = {key.casefold(): key for key in values}
        self.within = within
        self.read: set[str] = set()
        self.damage: list[Damage] = []

    def text(self, *keys: str) -> str | None:
        written = self.written(*keys)
        return (fold(written) or None) if written else None

    def written(self, *keys: str) -> str | None:
        for key in keys:
            value = self.values.get(key)
            if isinstance(value, (bool, list, dict)):
                if value not in ([], {}, False):
                    self._wrong(key, value)
            elif value is not None and (text := str(value)).strip():
                self.read.add(key)
                return text
        return None

    def objects(self, *keys: str, name_key: str = "name") -> list[Record]:
        """The objects in lists; a text becomes one with only ``name_key``. In 1.x, they are keyed by their names."""
        records: list[Record] = []
        for key in keys:
            value = self.values.get(key)
            entries = list(_entries(value, name_key))
            records += [Record(entry, f"{self.within}{self.spelled[key]}[{number}].") for number, entry in entries]
            if entries or value in ([], {}, ""):
                self.read.add(key)
            elif value is not None:
                self._wrong(key, value)
        return records

    def take_prefixed(self, prefix: str) -> Iterator[tuple[str, str]]:
        """The texts of keys with this prefix: ``body_xhtml`` as ``("xhtml", …)``."""
        for key in self.values:
            if key.startswith(prefix) and (text := self.written(key)):
                yield key.removeprefix(prefix), text

    def left_over(self) -> list[str]:
        unread = self.values.keys() - self.read - _ABOUT_THE_FORM
        values = [(self.spelled[key], shortened(value)) for key, value in self.values.items() if key in unread]
        return [f"{self.within}{key}: {shown}" for key, shown in values if shown]

    def _wrong(self, key: str, value: object) -> None:
        damage = Damage(DamageCode.METADATA_TYPE, f"{self.within}{self.spelled.get(key, key)}", text=shortened(value))
        if damage not in self.damage:
            self.damage.append(damage)


def _entries(value: object, name_key: str) -> Iterator[tuple[int, Mapping[str, object]]]:
    if isinstance(value, dict):
        if name_key in value or "value" in value or "uri" in value:
            yield 1, value
            return
        for number, (name, entry) in enumerate(value.items(), 1):
            if isinstance(entry, dict):
                yield number, {name_key: name, **entry}
    elif isinstance(value, list):
        for number, entry in enumerate(value, 1):
            if isinstance(entry, dict):
                yield number, entry
            elif isinstance(entry, str) and entry.strip():
                yield number, {name_key: entry, "value": entry}
    elif isinstance(value, str) and value.strip():
        yield 1, {name_key: value, "value": value}
