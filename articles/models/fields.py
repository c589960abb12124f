"""The table of fields, in the order of pages: labels, and the parts of the archive that use them.

A new field needs a row here, a column with a migration and a form field in the admin; if sources provide it, also a
field of ``Story`` with the same name.
"""

from dataclasses import dataclass
from enum import Flag, auto
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from articles.text.messages import StrOrPromise, gettext
from articles.text.words import Place


class Use(Flag):
    MERGED = auto()  # from sources and editable: of one name in stories and JSON, merged, stored as loaded, exported
    STAFF = auto()  # editable: undoing a load keeps staff changes
    RESTORED = auto()  # restored with a former version
    SHOWN = auto()  # changes are shown in versions
    TRACED = auto()  # has a provenance
    LINKED = auto()  # lines of the original link to it in the form


@dataclass(frozen=True, slots=True)
class Field:
    """``place``: in the search index, if it is searched."""

    name: str  # of the attribute
    label: StrOrPromise
    uses: Use
    place: Place | None = None

    @property
    def plain_name(self) -> str:
        """The name in sources and edits: ``source`` for ``source_id``."""
        return "source" if self.name == "source_id" else self.name


EDITED = Use.STAFF | Use.RESTORED | Use.SHOWN
PLAIN = Use.MERGED | EDITED | Use.TRACED | Use.LINKED
ARTICLE = (
    Field("headline", _("Headline"), PLAIN, "headline"),
    Field("deck", _("Deck"), PLAIN, "headline"),
    Field("byline", _("Byline"), PLAIN, "byline"),
    Field("authors", _("Authors"), PLAIN),
    Field("dateline", _("Dateline"), PLAIN, "byline"),
    Field("published", _("Published"), PLAIN),
    Field("published_printed", _("Publication date, as printed"), Use.RESTORED | Use.SHOWN),
    Field("updated", _("Updated"), PLAIN),
    Field("updated_printed", _("Update date, as printed"), Use.RESTORED | Use.SHOWN),
    Field("source_id", _("Source"), EDITED | Use.TRACED | Use.LINKED),  # merged by name
    Field("section", _("Section"), PLAIN, "byline"),
    Field("language", _("Language"), PLAIN),
    Field("url", _("Web address"), PLAIN),
    Field("former_paths", _("Former paths"), PLAIN),
    Field("external_id", _("The source’s own id"), Use.SHOWN | Use.TRACED),
    Field("slug", _("Slug"), EDITED),
    Field("body", _("Text"), EDITED | Use.TRACED),  # merged by paragraph
    Field("withdrawn_at", "", Use.STAFF),
    Field("withdrawn_by", "", Use.STAFF),
    Field("withdrawn_reason", "", Use.STAFF),
    Field("withdrawal", _("Reason for withdrawal"), Use.SHOWN),
    Field("merged_into_id", _("Merged into"), Use.SHOWN),
)
PHOTO = (
    Field("kind", _("kind"), Use.MERGED | Use.STAFF | Use.SHOWN),
    Field("caption", _("caption"), Use.MERGED | EDITED | Use.TRACED),
    Field("credit_line", _("credit"), Use.MERGED | EDITED | Use.TRACED),
    Field("credit_raw", _("credit as printed"), Use.RESTORED | Use.SHOWN),
    Field("alt_text", _("alt text"), Use.MERGED | EDITED | Use.TRACED),
    Field("creator", _("creator"), Use.MERGED | EDITED | Use.TRACED),
    Field("copyright_notice", _("copyright"), Use.MERGED | EDITED | Use.TRACED),
    Field("position", _("position"), Use.MERGED | EDITED | Use.TRACED),
    Field("number", _("number"), Use.STAFF),
    Field("digest", _("file"), Use.SHOWN),
    Field("damage", _("damage to its file"), Use.SHOWN),
    Field("is_decorative", _("decorative"), EDITED),
    Field("credit_unknown", _("credit unknown"), EDITED),
)
LISTS = ("authors", "former_paths")  # of texts, with one a line in forms
PLACES = {field.name: field.place for field in ARTICLE if field.place}  # in the index, by field


def names(fields: tuple[Field, ...], use: Use) -> tuple[str, ...]:
    return tuple(field.name for field in fields if use in field.uses)


def labels(fields: tuple[Field, ...], use: Use) -> dict[str, StrOrPromise]:
    return {field.name: field.label for field in fields if use in field.uses}


def traced(fields: tuple[Field, ...]) -> dict[str, Any]:
    return {field.plain_name: LABELS[field.plain_name] for field in fields if Use.TRACED in field.uses}


# By plain name, as form fields have it.
LABELS = {field.plain_name: capfirst(field.label) for field in (*ARTICLE, *PHOTO) if field.label} | {
    "correction": _("Correction"),
    "description": _("Description"),
    "name": _("Name"),
    "note": _("Note"),
    "photos": _("Photos"),
    "reason": _("Reason"),
    "src": _("File"),
    "tags": _("Tags"),
    "withdrawn": _("Withdrawn"),
    "withdrawn_reason": _("Reason for readers"),
}
_OF_PHOTOS = {field.name: field.label for field in PHOTO}


def label_of(name: str) -> str:
    return str(LABELS.get(name) or capfirst(name.replace("_", " ")))


def label_of_photo(number: int, name: str = "") -> str:
    """``Photo 2: caption``, ``Photo 2``."""
    if not name:
        return gettext("Photo %(number)s") % {"number": number}
    return gettext("Photo %(number)s: %(field)s") % {"number": number, "field": _OF_PHOTOS[name]}
