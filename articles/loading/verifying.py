"""Checks that an archive is whole, and repairs what follows from sound parts of it.

Others read and write meanwhile: rows are read in short transactions, and what seems wrong is looked at again.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import cache, partial
from operator import attrgetter
from pathlib import PurePosixPath
from typing import Any

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.db import DatabaseError, connection
from django.db.models import Count, Exists, JSONField, Max, Model, OuterRef, Sum
from rich.console import Console
from rich.progress import track

from articles import photos
from articles.catalogue import addresses, filing, photo_files, present_ids
from articles.catalogue.ledger import Stamp, lock_articles, open_changes, transaction_of_changes
from articles.catalogue.photo_files import media
from articles.editorial.provenance import content_of
from articles.ingest.parsing.decoding import decode
from articles.ingest.parsing.whitespace import split_lines
from articles.loading.undo.unused import FILES, referred_elsewhere
from articles.models import Article, FormerPath, Original, PeriodCount, Photo, Redirect, SearchEntry, Tag, Tagging
from articles.models.article import dated_path
from articles.models.bulk import chunks, delete_alone
from articles.models.change import Change, Clock
from articles.models.database_errors import in_one_line, is_damaged
from articles.models.original import WITH_LEDGER
from articles.photos.holding import renamed, whole_rendition
from articles.search import index
from articles.search.backend import backend
from articles.text.keys import digest_of

AT_ONCE = 100  # rows of a part
YOUNG_SECONDS = 3600  # loads write files before their rows
DAMAGED = "a value in its row is damaged (wrong JSON)"
DERIVED = ("body_html", "excerpt", "photo_count", "photo_file_count")
VALUES = attrgetter(*DERIVED)
RESTORE = "restore the database from a backup"
RESTORE_FILE = "restore it from a backup, or delete it and load its article again with --check"

Fix = str | Callable[[], object]  # what people can do, or a function that makes it right from sound parts
Fault = tuple[str, str, Fix]  # where (a path or an address), what is wrong, and what fixes it


def verify(say: Callable[[str], object], *, sample: int | None, repair: bool) -> tuple[int, int]:
    """The numbers of faults found and repaired."""
    console, found, repaired = Console(stderr=True), 0, 0
    try:
        if connection.vendor == "sqlite":
            connection.ensure_connection()
            connection.connection.set_progress_handler(lambda: 0, 250_000)  # steps, after which Ctrl-C is noticed
        for name, parts, check in _checks(sample):
            for part in track(parts, name, console=console, transient=True, disable=not console.is_terminal):
                first, failed = _look(check, part), dict[Fix, str]()
                faults = {fault: fix for fault, fix in _look(check, part).items() if fault in first} if first else {}
                for fix in dict.fromkeys(faults.values()) if repair else ():
                    if not isinstance(fix, str):
                        try:
                            fix()
                        except (OSError, photos.BadPhoto, ObjectDoesNotExist) as error:  # or it is gone meanwhile
                            failed[fix] = f"remove what stopped the repair ({in_one_line(error)}), then repair again"
                left = _look(check, part) if repair and faults else faults
                for (where, wrong), fix in faults.items():
                    console.file.write("\r\x1b[2K" if console.is_terminal else "")  # no bar before the words
                    way = f"{settings.MANAGE} verify_archive --repair"
                    advice = fix if isinstance(fix, str) else failed.get(fix, way)
                    say(f"{where}: {wrong}. {f'To fix: {advice}' if (where, wrong) in left else 'Repaired.'}")
                found, repaired = found + len(faults), repaired + len(faults.keys() - left.keys())
    except DatabaseError as error:
        if not is_damaged(error):
            raise
        say(f"The rest was not checked: {' '.join(str(error).split())}. The database is damaged. To fix: {RESTORE}")
        found += 1
    return found, repaired


def _look(check: Callable[[Any], Iterable[Fault]], part: Any) -> dict[tuple[str, str], Fix]:
    try:
        return {(where, wrong): fix for where, wrong, fix in check(part)}
    except ObjectDoesNotExist:  # removed meanwhile
        return {}
    except (OSError, ValueError, TypeError, AttributeError, LookupError) as error:  # of a damaged value
        if isinstance(part, range) and len(part) > 1:
            return {fault: fix for pk in part for fault, fix in _look(check, range(pk, pk + 1)).items()}
        where = f"row {part[0]}" if isinstance(part, range) else str(part)
        return {(where, f"it cannot be read: {error}"): f"mount MEDIA_ROOT, or {RESTORE}"}


def _checks(sample: int | None) -> Iterator[tuple[str, Sequence[Any], Callable[[Any], Iterable[Fault]]]]:
    def ids(model: Any) -> list[range]:
        last = model._base_manager.aggregate(last=Max("pk"))["last"] or 0
        return [range(first, first + AT_ONCE) for first in range(1, last + 1, AT_ONCE)]

    if sample is not None:
        chosen = Article.objects.order_by("?").values_list("pk", flat=True)[:sample]
        yield "Articles", [[pk] for pk in sorted(chosen)], _article_faults
        return
    yield "Database", _statements(), _database_faults
    yield "References", [""], _reference_faults
    yield "Articles", ids(Article), _article_faults
    yield "Days", [""], _day_faults
    for model in filing.MONTHS:
        yield str(model._meta.verbose_name_plural).capitalize(), ids(model), partial(_name_faults, model)
    folders = [f"{kind}/{number:02x}" for kind in ("originals", "renditions") for number in range(256)]
    yield "Files", folders, partial(_file_faults, referred=cache(lambda: referred_elsewhere(None)["digest"]))


@contextmanager
def _one_moment() -> Iterator[None]:
    """The queries of the block see the primary at one moment, while others write."""
    _rows("BEGIN" if connection.vendor == "sqlite" else "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY")
    try:
        yield
    finally:
        _rows("ROLLBACK")


def _rows(sql: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall() if cursor.description else []


def _statements() -> list[tuple[str, str]]:
    """Names of checks, and SQL that returns what is wrong. On PostgreSQL without ``amcheck``, every value is read."""
    if connection.vendor == "sqlite":
        lost = """SELECT printf('the %s of row %s of %s is not there', parent, rowid, "table")"""
        others = """WHERE "table" <> 'articles_redirect' LIMIT 1000"""
        sqls = ["PRAGMA integrity_check(1000)", f"{lost} FROM pragma_foreign_key_check {others}"]
        return [(str(connection.settings_dict["NAME"]), sql) for sql in sqls]
    sqls = ["SELECT format('index %s is not valid', indexrelid::regclass) FROM pg_index WHERE NOT indisvalid AND {1}"]
    if _rows("SELECT 1 FROM pg_proc WHERE proname = 'verify_heapam' AND has_function_privilege(oid, 'execute')"):
        trees = "FROM pg_index JOIN pg_class ON oid = indexrelid WHERE relam = 403 AND {1}"
        sqls += ["SELECT msg FROM verify_heapam('{0}')", f"SELECT bt_index_check(indexrelid, true)::text {trees}"]
    else:
        sqls += ["SELECT '' FROM {0} WHERE {0}::text IS NULL"]
    tables = _rows(
        "SELECT oid::regclass::text FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
    )
    return [(name, sql.format(name, f"indrelid = '{name}'::regclass")) for (name,) in tables for sql in sqls]


def _database_faults(statement: tuple[str, str]) -> Iterator[Fault]:
    for (message,) in _rows(statement[1]):
        if message not in ("", "ok"):
            fix = f"REINDEX, or {settings.MANAGE} index_articles --rebuild" if "index " in message else RESTORE
            yield statement[0], f"the database is damaged: {message}", fix


def _reference_faults(_: str) -> Iterator[Fault]:
    for row in Redirect.objects.exclude(Exists(Article.objects.filter(pk=OuterRef("article_id")))):
        yield row.path, "it redirects to an article that is not there", partial(_record_gone, row)
    newest = Change.objects.filter(number__isnull=False).order_by("number").last()
    if newest and not Clock.objects.filter(number__gte=newest.number).exists():
        fix = partial(Clock.objects.update_or_create, pk=1, defaults={"number": newest.number, "at": newest.seen_at})
        yield "the clock of changes", "it is behind the last one: nothing can be saved", fix
    for number in backend().strays():
        yield f"search index, row {number}", "no article has it", partial(backend().remove, [number])


def _record_gone(redirect: Redirect) -> None:
    with transaction_of_changes():
        addresses.record_gone({redirect.path: ""}, Stamp.now(None, ""), reason="It is no longer in the archive.")
        redirect.delete()


# --- Stored counts. The differences from new ones, at one moment, stay right while others count. ----------------------


def _day_faults(_: str) -> Iterator[Fault]:
    by = filing.CountChanges()
    with _one_moment():
        rows = Article.objects.published().order_by().values_list("archive_date")
        for day, *numbers in rows.annotate(Count("pk"), Sum("photo_count"), Sum("photo_file_count")):
            for period in PeriodCount.periods_of(day):
                by.add(PeriodCount, period, *numbers)
        for row in PeriodCount.objects.all():
            by.add(PeriodCount, (row.unit, row.start), -row.articles, -row.photos, -row.photo_files)
    for (unit, start), numbers in by.changed(PeriodCount):
        digits = {"year": 4, "month": 7, "day": 10}.get(unit)
        path = dated_path(start.isoformat()[:digits] if digits else unit)
        yield _wrong_count(path, PeriodCount, (unit, start), numbers)


def _name_faults(model: Any, ids: Sequence[int]) -> Iterator[Fault]:
    by, months, column = filing.CountChanges(), filing.MONTHS[model], f"{model._meta.model_name}_id"
    of_these: Any = {f"{column}__in": ids}
    with _one_moment():
        taggings = Tagging.everything.filter(article__withdrawn_at=None)
        filed: Any = (taggings if model is Tag else Article.objects.published()).filter(**of_these).order_by()
        for pk, day, number in filed.values_list(column, "archive_date").annotate(Count("pk")):
            by.file(model, pk, day, number)
        for pk, month, number in months.objects.filter(**of_these).values_list(column, "month", "articles"):
            by.add(months, (pk, month), -number)
        names = model._base_manager.in_bulk(ids)
        for pk, name in names.items():
            by.add(model, pk, -name.article_count)
    for kind in (model, months):
        for key, numbers in by.changed(kind):
            pk = key if kind is model else key[0]
            where = names[pk].get_absolute_url() if pk in names else f"deleted {model._meta.verbose_name} {pk}"
            yield _wrong_count(where, kind, key, numbers)


def _wrong_count(where: str, model: Any, key: Any, by: Sequence[int]) -> Fault:
    def repair() -> None:
        with transaction_of_changes():
            open_changes().counts.add(model, key, *by)

    named = f"the stored count of {key[1]}" if model in filing.MONTHS.values() else "a stored count"
    return where, f"{named} is wrong by {', '.join(f'{-number:+}' for number in by)}", repair


# --- Articles, with all that belongs to them. -------------------------------------------------------------------------


def _article_faults(ids: Sequence[int]) -> Iterator[Fault]:
    with _one_moment():
        articles = Article.objects.in_bulk(ids)
        paths = {pk: article.get_absolute_url() for pk, article in articles.items()}
        found: list[Fault] = [(paths.pop(pk), DAMAGED, RESTORE) for pk in articles if _is_damaged(articles[pk])]
        articles = {pk: articles[pk] for pk in paths}  # nothing follows from a damaged one
        found += [*_address_faults(articles, paths), *_search_faults(paths), *_value_faults(articles, paths)]
        of_originals = list(Original.objects.filter(article__in=articles).defer("content", "boilerplate"))
        with_files = list(Photo.everything.filter(article__in=articles).exclude(file="").for_pages())
    yield from found
    for original in of_originals:
        content, where = content_of(original), f"{original.name} (original of {paths[original.article_id]})"
        if _is_damaged(original):
            yield where, DAMAGED, RESTORE
        elif content is None:
            yield where, "its crawl file is missing or another one", f"put {original.held_at} back, or load it again"
        elif digest_of(content) != original.digest:
            yield where, "it is not the one that was loaded", RESTORE
        elif (
            content and original.form in WITH_LEDGER and len(split_lines(decode(content).text)) != len(original.ledger)
        ):
            yield where, "its ledger is not that of its lines", RESTORE
    for photo in with_files:
        if _is_damaged(photo):
            yield f"photo of {paths[photo.article_id]}", DAMAGED, RESTORE
        yield from _photo_faults(photo, paths[photo.article_id])


def _is_damaged(row: Model) -> bool:
    """``True`` if the value of a field for JSON is neither a list nor an object, as its default is."""
    fields = [field for field in row._meta.concrete_fields if isinstance(field, JSONField)]
    return any(type(row.__dict__.get(f.attname, f.get_default())) is not type(f.get_default()) for f in fields)


def _address_faults(articles: dict[int, Article], paths: dict[int, str]) -> Iterator[Fault]:
    former = set(FormerPath.objects.filter(article__in=articles).values_list("article_id", "path"))
    for pk, article in articles.items():
        if {path for of, path in former if of == pk} != {*addresses.former_paths(article)}:
            yield paths[pk], "its former paths are wrong", partial(_derive_paths, pk)
        if article.merged_into_id and article.shown_as.merged_into_id:
            yield paths[pk], "it is merged in a circle", "separate one of these articles in the admin"


def _derive_paths(pk: int) -> None:
    with transaction_of_changes():
        lock_articles([pk])
        delete_alone(FormerPath.objects.filter(article=pk))
        addresses.add_former_paths(Article.objects.filter(pk=pk))


def _value_faults(articles: dict[int, Article], paths: dict[int, str]) -> Iterator[Fault]:
    stored = {pk: VALUES(article) for pk, article in articles.items()}
    filing.count_photos(articles)
    for pk, article in articles.items():
        filing.derive(article)
        if VALUES(article) != stored[pk]:
            yield paths[pk], "its HTML, excerpt or number of photos is wrong", partial(_derive_values, pk)


def _derive_values(pk: int) -> None:
    with transaction_of_changes():
        lock_articles([pk])
        article = Article.objects.get(pk=pk)
        filing.count_photos({pk: article})
        filing.derive(article)
        article.save(update_fields=DERIVED)
    _index_again(pk)


def _search_faults(paths: dict[int, str]) -> Iterator[Fault]:
    wanted = {row.article_id: row for row in index.documents(list(paths))}
    entries = {row.article_id: row for row in SearchEntry.objects.filter(article__in=paths)}
    # Merged tags and sources stay in the index under their former ids.
    tag_ids = {pk: [*map(int, entry.tags.split())] for pk, entry in entries.items()}
    tags = present_ids.tags_now({tag_id for ids in tag_ids.values() for tag_id in ids})
    sources = present_ids.sources_now({entry.source_id for entry in entries.values() if entry.source_id})
    stored = {}
    for pk, row in wanted.items():
        if entry := entries.get(pk):
            now = {tags.get(tag_id, tag_id) for tag_id in tag_ids[pk]}, sources.get(entry.source_id or 0)
            facts = ({*row.tag_ids}, row.source_id, row.number, row.language, row.has_photo)
            if facts == (*now, entry.pk, entry.language, entry.has_photo):
                stored[pk] = replace(row, tag_ids=tag_ids[pk], source_id=entry.source_id)
    differing = backend().differing(list(stored.values())) if stored else set()
    right = {pk for pk, row in stored.items() if row.number not in differing}
    for pk in (wanted.keys() | entries.keys()) - right:
        yield paths[pk], "its row in the search index is missing or wrong", partial(_index_again, pk)


def _index_again(pk: int) -> None:
    with transaction_of_changes():
        lock_articles([pk])
        backend().remove([row.number for row in index.documents([pk])])  # also without an entry
        index.renew([pk], open_changes().words)


# --- Photo files. -----------------------------------------------------------------------------------------------------


def _photo_faults(photo: Photo, address: str) -> Iterator[Fault]:
    """A photo without a file never had one, which is no fault."""
    path, of, fix = media() / photo.file, f"photo of {address}", partial(_make_again, photo.pk)
    try:
        wrong = "" if digest_of(path.read_bytes()) == photo.digest else "not the file as loaded"
    except FileNotFoundError as error:
        wrong = str(error.strerror)
    except OSError as error:
        yield str(path), f"{of}: {error.strerror}", "make its disk or bucket readable, then verify again"
        return  # its renditions, too, may be sound
    if wrong:
        yield str(path), f"{of}: {wrong}", RESTORE_FILE
    for made, name in ((row, name) for row in photo.renditions.all() for name in photo_files.names_of(row)):
        with suppress(OSError):
            data = whole_rendition(name, media())
            size = data and photos.measured(data, most_pixels=settings.PHOTO_MAX_PIXELS)
            if size == (made.width_px, made.height_px) and renamed(name, photos.Words.of(photo)) == name:
                continue
        why = "the rendition is missing, damaged or of former words"
        yield str(media() / name), f"{of}: {why}", f"first restore {path}" if wrong else fix


def _make_again(pk: int) -> None:
    with transaction_of_changes():
        lock_articles([Photo.everything.get(pk=pk).article_id])
        photo = Photo.everything.get(pk=pk)
        for name in (name for made in photo.renditions.all() for name in photo_files.names_of(made)):
            if whole_rendition(name, media()) is None:
                (media() / name).unlink(missing_ok=True)
        is_written = photo_files.label_renditions([photo])
    if not is_written:
        raise OSError("the log has the reason")


def _delete(name: str) -> None:
    photo_files.remove_unused([name])
    if (media() / name).exists():
        raise OSError("the log has the reason")


def _file_faults(folder: str, referred: Callable[[], set[str]]) -> Iterator[Fault]:
    """Files of no photo. What may be an original is never deleted."""
    for batch in chunks([*(media() / folder).glob("*")], 500):
        names = {f"{folder}/{path.name}": path for path in batch}
        digests = {photos.digest_in(name) or PurePosixPath(name).stem for name in names}
        rows = Photo.everything.filter(digest__in=digests).exclude(digest="").values_list(*FILES)
        for name in sorted(names.keys() - {name for row in rows for name in row}):
            if time.time() - names[name].stat().st_mtime < YOUNG_SECONDS:
                continue
            if photos.digest_in(name):
                yield str(names[name]), "no photo has this rendition", partial(_delete, name)
            elif PurePosixPath(name).stem not in referred():
                yield str(names[name]), "no photo has this file", "look at it, then move it elsewhere"
