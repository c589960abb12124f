"""Counts, sizes, lists and absent values in words."""

from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _, ngettext_lazy

from articles.text.messages import cached_words, gettext, gettext_noop

# Each noun with its own plurals; other languages have more than English. Most nouns of staff and commands are missing.
_COUNTED = {
    "article": ngettext_lazy("%(count)s article", "%(count)s articles", "number"),
    "author": ngettext_lazy("%(count)s author", "%(count)s authors", "number"),
    "byte": ngettext_lazy("%(count)s byte", "%(count)s bytes", "number"),
    "caption": ngettext_lazy("%(count)s caption", "%(count)s captions", "number"),
    "day": ngettext_lazy("%(count)s day", "%(count)s days", "number"),
    "filter": ngettext_lazy("%(count)s filter", "%(count)s filters", "number"),
    "further row": ngettext_lazy("… and %(count)s more", "… and %(count)s more", "number"),
    "month": ngettext_lazy("%(count)s month", "%(count)s months", "number"),
    "more piece": ngettext_lazy("%(count)s more piece", "%(count)s more pieces", "number"),
    "paragraph": ngettext_lazy("%(count)s paragraph", "%(count)s paragraphs", "number"),
    "photo": ngettext_lazy("%(count)s photo", "%(count)s photos", "number"),
    "source": ngettext_lazy("%(count)s source", "%(count)s sources", "number"),
    "tag": ngettext_lazy("%(count)s tag", "%(count)s tags", "number"),
    "year": ngettext_lazy("%(count)s year", "%(count)s years", "number"),
}
# Of tags, in the order of pages: one, and several.
TAG_KINDS = {
    "person": (_("Person"), _("People")),
    "place": (_("Place"), _("Places")),
    "organisation": (_("Organisation"), _("Organisations")),
    "topic": (_("Topic"), _("Topics")),
    "story": (_("Story"), _("Stories")),
}
# Of values that a source does not give.
_ABSENT = {
    "date": gettext_noop("No date"),
    "headline": gettext_noop("No headline"),
    "source": gettext_noop("Source not named"),
}


def absent(name: str) -> str:
    return gettext(_ABSENT[name])


@cached_words
def grouped(number: int) -> str:
    """``1204`` as ``1,204``."""
    return str(number) if -1000 < number < 1000 else number_format(number, force_grouping=True)


@cached_words
def counted(number: int, noun: str) -> str:
    """``1 article``, ``1,204 articles``."""
    if noun in _COUNTED:
        return str(_COUNTED[noun] % {"number": number, "count": grouped(number)})
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def size_words(size_bytes: int) -> str:
    """``2,261 bytes``; from a million, ``1.4 MB``."""
    if size_bytes < 1_000_000:
        return counted(size_bytes, "byte")
    return gettext("%(size)s MB") % {"size": number_format(size_bytes / 1_000_000, 1)}


@cached_words
def line_words(number: int) -> str:
    """``(line 3)``, after a quotation from that line of an original."""
    return gettext("(line %(number)s)") % {"number": number}


def in_short(text: str, length: int) -> str:
    """The text, cut between words at ``length`` letters, with an ellipsis."""
    if len(text) <= length:
        return text
    cut = text[:length]
    return (cut.rpartition(" ")[0] or cut).rstrip(".… ") + "…"


def listed(words: list[str]) -> str:
    """``a, b and c``."""
    *others, last = words or [""]
    return gettext("%(others)s and %(last)s") % {"others": ", ".join(others), "last": last} if others else last
