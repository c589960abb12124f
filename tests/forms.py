"""Forms of pages, read as by a browser."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any


class FormReader(HTMLParser):
    """The names and values of a page's form, as a browser would send them back untouched."""

    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, Any] = {}
        self._name: str | None = None
        self._text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "input" and found.get("name"):
            self._input(str(found["name"]), found)
        elif tag == "textarea":
            self._name, self._text = found.get("name"), []
        elif tag == "select":
            self._name = found.get("name")
            self.values.setdefault(str(self._name), [] if "multiple" in found else "")
        elif tag == "option" and "selected" in found and self._name:
            self._choose(self._name, found.get("value") or "")

    def _choose(self, name: str, value: str) -> None:
        if isinstance(self.values[name], list):
            self.values[name].append(value)
        else:
            self.values[name] = value

    def _input(self, name: str, found: dict[str, str | None]) -> None:
        if found.get("type") in ("submit", "button"):
            return
        if found.get("type") in ("checkbox", "radio") and "checked" not in found:
            return
        self.values[name] = found.get("value") or ("on" if found.get("type") == "checkbox" else "")

    def handle_data(self, data: str) -> None:
        if self._name:
            self._text.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._name:
            text = "".join(self._text).removeprefix("\n").removeprefix("\r\n")
            self.values[self._name] = text.replace("\n", "\r\n")  # as browsers do
        if tag in ("textarea", "select"):
            self._name = None
