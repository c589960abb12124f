"""OAI-PMH 2.0, https://www.openarchives.org/OAI/openarchivesprotocol.html, by GET alone: reading never writes.

Lists end ``DELAY`` before now, and the date of each response is that moment: a change may be seen so late, by a standby
or another process. Harvesters go on from the date of the first response of a list: what changes after its record was
given may not be on its further pages.
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from lxml import etree

from articles.models import Article, Change, Source, Tag, Tagging
from articles.public.absolute import absolute
from articles.public.formats.oai import FORMATS, add_root, fill
from articles.public.listings.harvest import Harvest, Place, Record, record_named, records, set_name
from articles.text.keys import AUTHOR
from articles.text.sanitising import CONTROL

OAI = "http://www.openarchives.org/OAI/2.0/"
RECORDS, SETS = 100, 500  # on a page
DELAY = timedelta(seconds=10)
NO_EMAIL = "not-given@archive.invalid"  # the protocol requires one
_EMAIL = re.compile(r"[^\s@:]+@([^\s@.]+\.)+[^\s@.]+")
_DATE = re.compile(r"\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\dZ)?", re.ASCII)
TOKEN, PREFIX = "resumptionToken", "metadataPrefix"
Arguments = Mapping[str, str]


class Refused(Exception):
    """An error of the protocol: its code, and words for people. Or, if nothing is found yet, a token to go on with."""


BAD_TOKEN = "badResumptionToken", "No list has this token."


class _Asked:
    """A request, as all verbs need it. ``now``: the moment up to which its answer is complete."""

    def __init__(self, request: HttpRequest) -> None:
        self.absolute = partial(absolute, request)
        self.base_url = self.absolute(reverse("oai"))
        self.host = urlsplit(self.base_url).hostname or ""
        self.now = timezone.now().replace(microsecond=0) - DELAY

    def identifier(self, key: str) -> str:
        return f"oai:{self.host}:{key}"

    def record(self, identifier: str) -> Record:
        prefix = self.identifier("")
        if identifier.startswith(prefix) and (found := record_named(identifier.removeprefix(prefix))):
            return found
        raise Refused("idDoesNotExist", f"No article has this identifier; they are like {prefix}k7f3m0qz41.")


@require_safe
@never_cache
def oai(request: HttpRequest) -> HttpResponse:
    asked, root = _Asked(request), etree.Element("all")
    root = add_root(root, "OAI-PMH", OAI, f"{OAI}OAI-PMH.xsd")
    fill(root, [("responseDate", _written(asked.now)), ("request", asked.base_url)])
    try:
        verb, arguments = _arguments(request)
        made, code = etree.Element(f"{{{OAI}}}{verb}"), ""
        VERBS[verb][0](asked, made, arguments)
        root.append(made)
    except Refused as error:
        code, words = error.args
        if code == TOKEN:  # the protocol allows it, and no list without a record
            return HttpResponseRedirect(f"{asked.base_url}?{urlencode({'verb': verb, TOKEN: words})}")
        fill(root, [("error", words, {"code": code})])
    if code not in ("badVerb", "badArgument"):
        root[1].attrib.update({name: CONTROL.sub("", str(value)) for name, value in request.GET.items()})
    text = etree.tostring(root, encoding="utf-8", xml_declaration=True)
    return HttpResponse(text, content_type="text/xml; charset=utf-8")


def _arguments(request: HttpRequest) -> tuple[str, dict[str, str]]:
    given = dict(request.GET.lists())
    verb, *others = given.pop("verb", [""])
    if verb not in VERBS or others:
        raise Refused("badVerb", f"Give one verb of {', '.join(VERBS)}.")
    _, needed, possible = VERBS[verb]
    if TOKEN in given and TOKEN in possible:
        needed, possible = {TOKEN}, set()
    if wrong := [name for name, values in given.items() if len(values) > 1 or name not in needed | possible]:
        raise Refused("badArgument", f"{verb} does not take {wrong[0]}, or not twice.")
    if missing := sorted(needed - given.keys()):
        raise Refused("badArgument", f"{verb} needs {missing[0]}.")
    arguments = {name: values[0] for name, values in given.items()}
    if arguments.get(PREFIX, "mods") not in FORMATS:
        raise Refused("cannotDisseminateFormat", f"The formats are {', '.join(FORMATS)}.")
    return verb, arguments


def _identify(asked: _Asked, made: Any, arguments: Arguments) -> None:
    contact, moments = settings.ARCHIVE_CONTACT, Change.objects.filter(seen_at__isnull=False).order_by("seen_at")
    facts = {
        "repositoryName": settings.ARCHIVE_NAME,
        "baseURL": asked.base_url,
        "protocolVersion": "2.0",
        "adminEmail": contact if _EMAIL.fullmatch(contact) else NO_EMAIL,
        "earliestDatestamp": _written(moments.values_list("seen_at", flat=True).first() or asked.now),
        "deletedRecord": "persistent",
        "granularity": "YYYY-MM-DDThh:mm:ssZ",
    }
    fill(made, facts.items())


def _list_formats(asked: _Asked, made: Any, arguments: Arguments) -> None:
    if "identifier" in arguments:
        asked.record(arguments["identifier"])
    for prefix, (_, namespace, schema, _) in FORMATS.items():
        names = {PREFIX: prefix, "schema": schema, "metadataNamespace": namespace}
        fill(made, [("metadataFormat", names.items())])


def _list_sets(asked: _Asked, made: Any, arguments: Arguments) -> None:
    """Sources, then tags, by id."""
    try:
        after = _read(arguments[TOKEN]) if TOKEN in arguments else {"source": "0"}
        [(kind, pk)] = after.items()
        beyond = {kind: int(pk[:18])}
    except ValueError as error:
        raise Refused(*BAD_TOKEN) from error
    if kind not in ("source", "tag"):
        raise Refused(*BAD_TOKEN)
    # Sets whose articles are all withdrawn too, so that harvesters learn of that.
    seen = Article.objects.filter(source=OuterRef("pk"), added__isnull=False)
    tagged = Tagging.everything.filter(tag=OuterRef("pk"), article__added__isnull=False)
    sources = Source.objects.filter(Exists(seen), id__gt=beyond.get("source", 2**60)).order_by("id")
    rows: list[Source | Tag] = list(sources[: SETS + 1])
    # No authors, but told by their slugs: by ``is_author``, SQLite takes the index of sizes and sorts all tags.
    tags = Tag.everything.filter(Exists(tagged), id__gt=beyond.get("tag", 0)).exclude(slug__startswith=AUTHOR)
    rows += tags.order_by("id")[: SETS + 1 - len(rows)]
    if not rows:
        raise Refused("noSetHierarchy", "No article names a source or has a tag.")
    fill(made, [("set", [("setSpec", _spec(set_name(row))), ("setName", row.name)]) for row in rows[:SETS]])
    last = rows[:SETS][-1]
    _add_token(made, {str(last._meta.model_name): str(last.pk)} if len(rows) > SETS else {}, arguments)


def _list_records(asked: _Asked, made: Any, arguments: Arguments) -> None:
    given, after, last = dict(arguments), None, list[Place]()
    try:
        if TOKEN in arguments:
            given = _read(arguments[TOKEN])
            after, *last = map(Place.read, given.pop("after").split())
        harvest, _ = _harvest_of(asked, given), FORMATS[given[PREFIX]]
    except (KeyError, TypeError, ValueError, Refused) as error:
        if TOKEN not in arguments:
            raise
        raise Refused(*BAD_TOKEN) from error
    places, further = harvest.page(after, RECORDS)
    # Of a further page, all records may have changed meanwhile: then the last one again, for a list must have one.
    places = places or last[:1]
    is_whole = made.tag.endswith("ListRecords")
    found = records(places, with_photos=is_whole)
    values = {**given, "after": " ".join(map(str, [further, *places[-1:]]))} if further else {}
    if not found and further:
        _add_token(made, values, arguments)
        raise Refused(TOKEN, made[-1].text)
    if not found:
        of_set = "No set has this name, or no record of it" if harvest.set else "No record"
        raise Refused(*BAD_TOKEN) if last else Refused("noRecordsMatch", f"{of_set} has changed in this time.")
    for record in found:
        _add_record(asked, made, record, given[PREFIX] if is_whole else "")
    _add_token(made, values, arguments)


def _harvest_of(asked: _Asked, given: Arguments) -> Harvest:
    since, until = given.get("from", ""), given.get("until", "")
    first, last = (_moment(given[name]) if name in given else None for name in ("from", "until"))
    if first and last and (len(since) != len(until) or first > last):
        raise Refused("badArgument", "Give from and until in the same form, the earlier first.")
    # ``until`` includes its day or second.
    step = timedelta(days=1) if len(until) == len("2026-11-30") else timedelta(seconds=1)
    before = min(last, asked.now) + step if last else asked.now
    name = CONTROL.sub("?", unquote(given["set"].replace("!", "%"))) or "?" if "set" in given else ""
    kind, _, slug = name.partition("-")
    models: dict[str, Any] = {"source": Source, "tag": Tag}
    return Harvest(first, min(before, asked.now), name, models[kind].objects.named(slug) if kind in models else None)


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text if _DATE.fullmatch(text) else "").replace(tzinfo=UTC)
    except ValueError as error:
        words = f"{text} is no date such as 2026-11-30 or 2026-11-30T12:00:00Z."
        raise Refused("badArgument", words) from error


def _get_record(asked: _Asked, made: Any, arguments: Arguments) -> None:
    _add_record(asked, made, asked.record(arguments["identifier"]), arguments[PREFIX])


def _add_record(asked: _Asked, made: Any, record: Record, prefix: str) -> None:
    """Without a ``prefix``, its header alone."""
    header = [("identifier", asked.identifier(record.key)), ("datestamp", _written(record.changed_at))]
    header += [("setSpec", _spec(name)) for name in record.sets]
    row = etree.SubElement(made, f"{{{OAI}}}record") if prefix else made
    fill(row, [("header", header, {} if record.article else {"status": "deleted"})])
    if prefix and record.article:
        name, namespace, schema, write = FORMATS[prefix]
        metadata = etree.SubElement(row, f"{{{OAI}}}metadata")
        write(add_root(metadata, name, namespace, schema), record.article, asked.absolute)


def _spec(name: str) -> str:
    """Letters that the protocol does not allow as ``!`` and a number."""
    return quote(name, safe="").replace("%", "!")


def _written(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _add_token(made: Any, values: Arguments, arguments: Arguments) -> None:
    """Add the token of the next page, with all arguments; on the last of several pages, an empty one."""
    if values or TOKEN in arguments:
        etree.SubElement(made, f"{{{OAI}}}{TOKEN}").text = urlsafe_b64encode(urlencode(values).encode()).decode()


def _read(token: str) -> dict[str, str]:
    """The values of ``_add_token``; a ``ValueError`` if they are not."""
    return dict(parse_qsl(urlsafe_b64decode(token).decode(), strict_parsing=True))


_LIST = ({PREFIX}, {"from", "until", "set", TOKEN})
# What each does, the arguments that it needs, and those that it may have.
VERBS: dict[str, tuple[Callable[[_Asked, Any, Arguments], None], set[str], set[str]]] = {
    "Identify": (_identify, set(), set()),
    "ListMetadataFormats": (_list_formats, set(), {"identifier"}),
    "ListSets": (_list_sets, set(), {TOKEN}),
    "ListIdentifiers": (_list_records, *_LIST),
    "ListRecords": (_list_records, *_LIST),
    "GetRecord": (_get_record, {"identifier", PREFIX}, set()),
}
