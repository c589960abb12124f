"""The table of fields, in the order of pages: labels, and the parts of the archive that use them.

A new field needs a row here, a column with a migration and a form field in the admin; if sources provide it, also a
field of ``Story`` and a line in ``loading/rows.py``.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Flag, auto

from django.utils.text import capfirst


class Use(Flag):
    MERGED = auto()  # from sources and editable: merged, stored as loaded, exported
    STAFF = auto()  # editable: undoing a load keeps staff changes
    RESTORED = auto()  # restored with a former version
    TOLD = auto()  # changes are shown in versions
    TRACED = auto()  # has a provenance
    LINKED = auto()  # lines of the original link to it in the form


@dataclass(frozen=True, slots=True)
class Field:
    """``label``: in forms, conflicts, history and provenance."""

    name: str  # of the attribute
    label: str
    uses: Use

    @property
    def plain_name(self) -> str:
        """The name in sources and edits: ``source`` for ``source_id``."""
        return "source" if self.name == "source_id" else self.name


EDITED = Use.STAFF | Use.RESTORED | Use.TOLD
PLAIN = Use.MERGED | EDITED | Use.TRACED | Use.LINKED
ARTICLE = (
    Field("headline", "Headline", PLAIN),
    Field("deck", "Deck", PLAIN),
    Field("byline", "Byline", PLAIN),
    Field("authors", "Authors", PLAIN),
    Field("dateline", "Dateline", PLAIN),
    Field("published", "Published", PLAIN),
    Field("published_printed", "Publication date, as printed", Use.RESTORED | Use.TOLD),
    Field("updated", "Updated", PLAIN),
    Field("updated_printed", "Date of the update, as printed", Use.RESTORED | Use.TOLD),
    Field("source_id", "Source", EDITED | Use.TRACED | Use.LINKED),  # merged by name
    Field("section", "Section", PLAIN),
    Field("language", "Language", PLAIN),
    Field("url", "Web address", PLAIN),
    Field("external_id", "The source’s own id", Use.TOLD | Use.TRACED),
    Field("slug", "Slug", EDITED),
    Field("body", "Text", EDITED | Use.TRACED),  # merged by paragraph
    Field("withdrawn_at", "", Use.STAFF),
    Field("withdrawn_by", "", Use.STAFF),
    Field("withdrawn_reason", "", Use.STAFF),
    Field("withdrawal", "Reason of the withdrawal", Use.TOLD),
    Field("merged_into_id", "Merged into", Use.TOLD),
)
PHOTO = (
    Field("kind", "kind", Use.MERGED | Use.STAFF | Use.TOLD),
    Field("caption", "caption", Use.MERGED | EDITED | Use.TRACED),
    Field("credit_line", "credit", Use.MERGED | EDITED | Use.TRACED),
    Field("credit_raw", "credit as printed", Use.RESTORED | Use.TOLD),
    Field("alt_text", "alt text", Use.MERGED | EDITED | Use.TRACED),
    Field("creator", "creator", Use.MERGED | EDITED | Use.TRACED),
    Field("copyright_notice", "copyright", Use.MERGED | EDITED | Use.TRACED),
    Field("position", "position", Use.MERGED | EDITED | Use.TRACED),
    Field("number", "", Use.STAFF),
    Field("digest", "file", Use.TOLD),
    Field("damage", "damage of its file", Use.TOLD),
    Field("is_decorative", "decorative", EDITED),
    Field("credit_unknown", "credit unknown", EDITED),
)


def names(fields: tuple[Field, ...], use: Use) -> tuple[str, ...]:
    return tuple(field.name for field in fields if use in field.uses)


def labels(fields: tuple[Field, ...], use: Use) -> dict[str, str]:
    return {field.name: field.label for field in fields if use in field.uses}


def traced(fields: tuple[Field, ...]) -> dict[str, str]:
    return {field.plain_name: LABELS[field.plain_name] for field in fields if Use.TRACED in field.uses}


# By plain name, as form fields have it.
LABELS = {field.plain_name: capfirst(field.label) for field in (*ARTICLE, *PHOTO) if field.label} | {"src": "File"}


def label_of(name: str) -> str:
    return LABELS.get(name) or capfirst(name.replace("_", " "))
