"""Reads named values of front matter and records."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta

from articles.ingest.parsing.former_paths import path_in, slug_of
from articles.ingest.parsing.iso_dates import read_date, why_unread
from articles.ingest.parsing.whitespace import fold
from articles.ingest.story import Damage, Withheld
from articles.text.damage import DamageCode

# Names of a field in front matter and tables, as ``key_of`` makes them; the first with a value counts.
HEADLINE = ("headline", "title")
# The line under the headline by its own names, then summaries for readers, then those for lists and search engines.
SUBTITLES = (
    "deck", "dek", "subtitle", "subhead", "subheading", "subheadline", "standfirst", "tagline", "lead", "lede", "intro",
    # Of WordPress: SNO FLEX, Newspack, plug-ins (WP Subtitle, Secondary Title), themes.
    "sno_deck", "newspack_post_subtitle", "wps_subtitle", "secondary_title", "post_subtitle", "post_deck", "post_dek",
    "bunyad_sub_title", "kadence_post_subtitle", "astra_subtitle", "td_subtitle", "wi_subtitle",
)  # fmt: skip
DECK = (*SUBTITLES, "summary", "custom_excerpt", "excerpt", "description", "abstract")
PUBLISHED = (
    "published", "date_published", "published_at", "published_date", "publish_date", "published_on", "pub_date",
    "pub_datetime", "publication_date", "date", "posted", "posted_on", "created", "created_at", "time",
)  # fmt: skip
UPDATED = (
    "updated", "date_updated", "updated_at", "updated_date", "lastmod", "last_modified_at", "last_modified", "modified",
    "date_modified", "modified_at", "mod_datetime", "last_updated", "last_update", "updated_on", "modified_on",
)  # fmt: skip
AUTHORS = ("authors", "author", "writers", "writer", "by", "reporter", "creator")
TAGS = ("tags", "tag", "topics", "topic", "keywords", "subjects", "subject")
SECTIONS = ("section", "category", "categories")
CREDIT = ("credit", "credit_line", "image_credit", "photo_credit", "photographer")
# Custom fields of WordPress, without ``_`` before them, of Newspack, Largo and Navis, and of plug-ins and themes: whole
# bylines; the one category that counts, by its id or slug; the makers of pictures, and whom they work for.
BYLINES = (
    "byline", "newspack_byline", "largo_byline_text", "byline_text", "custom_byline", "post_byline", "guest_author",
    "guest_author_name",
)  # fmt: skip
PRIMARY_CATEGORY = (
    "yoast_wpseo_primary_category", "rank_math_primary_category", "primary_term_category",
    "seopress_robots_primary_cat", "epc_primary_category", "primary_category", "top_term",
)  # fmt: skip
MEDIA_CREDIT = (
    "media_credit", "navis_media_credit", "wp_attachment_source_name", "isc_image_source", "photographer_name",
    "be_photographer_name", "photographer_credit_name", "featured_image_credit", "mvp_photo_credit", "mom_photo_credit",
    "bs_featured_image_credit", "barcelona_featured_image_credit", *CREDIT,
)  # fmt: skip
MEDIA_OWNER = ("navis_media_credit_org", "media_credit_org")
URL = ("canonical_url", "canonical", "original_url", "source_url", "url", "link", "permalink")
ID = ("id", "guid", "uid", "uuid", "identifier")
SOURCE = ("source", "publication", "publisher", "outlet", "source_name", "newspaper")
LANGUAGE = ("lang", "language", "locale")
# Where the article was on its own site, and where it was before that.
_OWN_PATHS = ("permalink", "path", "url", "slug")
_OLD_PATHS = ("redirect_from", "redirects", "aliases", "alias", "old_url", "wordpress_url")

KNOWN_KEYS = {
    name.replace("_", ""): name
    for group in (HEADLINE, DECK, PUBLISHED, UPDATED, AUTHORS, TAGS, SECTIONS, URL, ID, SOURCE, LANGUAGE)
    for name in group
}  # fmt: skip

# How site generators and exports hold an article back. Keys are in lower case, without hyphens and underscores:
# ``isdraft`` for ``is_draft`` and ``isDraft``.
_FLAGS = {
    "draft": (True, Withheld.DRAFT), "isdraft": (True, Withheld.DRAFT), "wip": (True, Withheld.DRAFT),
    "published": (False, Withheld.DRAFT), "ispublished": (False, Withheld.DRAFT), "publish": (False, Withheld.DRAFT),
    "private": (True, Withheld.PRIVATE), "encrypt": (True, Withheld.PRIVATE), "encrypted": (True, Withheld.PRIVATE),
    "unlisted": (True, Withheld.UNLISTED), "listed": (False, Withheld.UNLISTED),
    "headless": (True, Withheld.NO_PAGE), "permalink": (False, Withheld.NO_PAGE), "render": (False, Withheld.NO_PAGE),
}  # fmt: skip
_IF_GIVEN = {"password": Withheld.PRIVATE, "postpassword": Withheld.PRIVATE, "redirectto": Withheld.NO_PAGE}
_STATUS = ("status", "poststatus", "state", "visibility")
STATUSES = {
    "draft": Withheld.DRAFT, "drafts": Withheld.DRAFT, "auto-draft": Withheld.DRAFT, "pending": Withheld.DRAFT,
    "unpublished": Withheld.DRAFT, "wip": Withheld.DRAFT, "future": Withheld.SCHEDULED, "scheduled": Withheld.SCHEDULED,
    "private": Withheld.PRIVATE, "protected": Withheld.PRIVATE, "trash": Withheld.DELETED, "deleted": Withheld.DELETED,
    **dict.fromkeys("review in-review entwurf brouillon borrador bozza rascunho utkast".split(), Withheld.DRAFT),
    **dict.fromkeys("kladde szkic luonnos черновик 草稿 下書き".split(), Withheld.DRAFT),
    "hidden": Withheld.UNLISTED, "unlisted": Withheld.UNLISTED, "skip": Withheld.NO_PAGE,
}  # fmt: skip
# Hugo's table ``build``, once ``_build``: https://gohugo.io/content-management/build-options/
_BUILD = {
    ("render", "never"): Withheld.NO_PAGE, ("render", "false"): Withheld.NO_PAGE, ("render", "link"): Withheld.NO_PAGE,
    ("list", "never"): Withheld.UNLISTED,
}  # fmt: skip
_EXPIRY = ("expirydate", "unpublishdate")
_MARKS = frozenset((*_FLAGS, *_IF_GIVEN, *_STATUS, *_EXPIRY, "build"))

_TRUE = frozenset({"true", "yes", "on", "1", "t", "y"})
_FALSE = frozenset({"false", "no", "off", "0", "f", "n"})
_NONE = frozenset({"", "null", "none", "nil", "nan", "n/a", "-", "\\n", "undefined"})  # as databases export it
LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")
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
            parts = re.split(r"\s*[;,\n]\s*", value) if split else [value]
            yield from filter(None, map(_clean, parts))
        elif isinstance(value, list):
            for item in value:
                yield from self._texts_of(name, item, split=False)
        elif isinstance(value, dict):
            if name_in_value := _name_of(value):
                yield name_in_value
            else:
                self._wrong_type(name, value)
        elif value is not None:
            yield _clean(value)

    def when(self, field: str, *names: str) -> tuple[str | None, str | None]:
        """A date as ISO 8601 and as printed. An unreadable one is damage (``why_unread``) and ``None``."""
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
                return iso, printed.strip()
            self.damage.append(Damage(why_unread(printed), field, self.lines.get(name), printed.strip()))
        return None, None

    def withheld(self, published: str | None) -> Withheld | None:
        """Why the source does not show the article, as of today; ``None`` if it does. ``published``: in ISO 8601."""
        tomorrow = datetime.now(UTC) + timedelta(days=1)  # since it has begun somewhere
        found = {Withheld.SCHEDULED if (published or "")[:10] > tomorrow.date().isoformat() else None}
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
        if not isinstance(value, str) or not LANGUAGE_TAG.fullmatch(value.strip()):
            return None
        self.read_as.update({name: "language" for name in names if self.values.get(name) == value})
        return value.strip().replace("_", "-")

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
        own, old = self._paths(*_OWN_PATHS), self._paths(*_OLD_PATHS)
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
        return [
            f"{name}: {shown}"
            for name, value in self.values.items()
            if name not in self.read_as and (shown := shortened(value))
        ]

    def _wrong_type(self, name: str, value: object) -> None:
        self.read_as.pop(name, None)
        damage = Damage(DamageCode.METADATA_TYPE, name, self.lines.get(name), shortened(value))
        if damage not in self.damage:
            self.damage.append(damage)


def _withheld_by(key: str, value: object) -> tuple[bool, Withheld | None]:
    """``True`` if the key of ``_MARKS`` has a value of its kind, and the reason that this gives."""
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    truth, word = _truth(value), "-".join(str(value or "").casefold().split())
    if key in _FLAGS:
        withholding, reason = _FLAGS[key]
        return truth is not None, reason if truth is withholding else None
    if key in _STATUS:
        return isinstance(value, str), STATUSES.get(word)
    if key in _IF_GIVEN:
        return bool(word), None if truth is False or word in _NONE else _IF_GIVEN[key]
    if key in _EXPIRY:
        expiry = read_date(str(value or ""))
        return bool(word), Withheld.EXPIRED if expiry and expiry <= datetime.now(UTC).isoformat() else None
    build = value if isinstance(value, dict) else {}
    pairs = {(str(name).lower(), str(choice).lower()) for name, choice in build.items()}
    return bool(pairs), next((reason for pair, reason in _BUILD.items() if pair in pairs), None)


def _clean(value: object) -> str:
    return fold(html.unescape(value)) if isinstance(value, str) else str(value)


def _name_of(value: Mapping[str, object]) -> str | None:
    for key in ("name", "display_name", "full_name", "title", "label", "slug", "id"):
        if isinstance(name := value.get(key), str) and name.strip():
            return _clean(name)
    names = [part for key in ("first_name", "last_name", "first", "last") if isinstance(part := value.get(key), str)]
    return _clean(" ".join(names)) or None


def _truth(value: object) -> bool | None:
    if isinstance(value, (bool, int)) and value in (0, 1):
        return bool(value)
    if isinstance(value, str):
        word = value.strip().lower()
        return True if word in _TRUE else False if word in _FALSE else None
    return None


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
