"""Finds the article of an input: by the source's id, canonical URL, same bytes or file path."""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Container, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from django.db.models import Prefetch

from articles.catalogue import filing
from articles.catalogue.loaded import loaded_photos
from articles.ingest.pool import Reading
from articles.ingest.story import Story
from articles.models import Article, Conflict, Original, OriginalPath, Photo
from articles.models.withdrawal import IS_WITHHELD
from articles.text.keys import digest_of

# A URI of any scheme (http:, urn:, tag:) or a UUID.
UNIQUE_EVERYWHERE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:\S|[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\Z")
ID_LENGTH = 500
URL_LENGTH = 2000


def external_id_of(reading: Reading, story: Story) -> str | None:
    """The source's own id, with the source unless it is globally unique; in JSON Lines, else source, day and slug."""
    if story.id:
        found = story.id if UNIQUE_EVERYWHERE.match(story.id) else f"{story.own_source}/{story.id}"
    elif reading.piece.line is not None and story.slug and not story.url:
        found = f"{story.own_source}/{(story.published or story.updated or '')[:10]}/{story.slug}"
    else:
        return None
    return found if len(found) <= ID_LENGTH else f"sha256:{digest_of(found.encode())}"


def url_of(story: Story) -> str | None:
    return story.url if story.url and len(story.url) <= URL_LENGTH else None


@dataclass(eq=False, slots=True)
class Target:
    """An article in the database, or a new one of this batch."""

    article: Article
    current_digest: str
    current_paths: set[str] = field(default_factory=set)
    # By photo number in the original: the file as last loaded, also if staff have replaced it; "" without a file.
    photo_digests: dict[int, str] = field(default_factory=dict)
    is_claimed: bool = False
    was_withheld: bool = False  # when last seen
    captured_at: datetime | None = None  # last capture of the current original, if it is one
    story: Story | None = None  # of a foreseen article, in a dry run

    fetched: Article | None = None  # the whole article, if fetched for the batch

    def whole(self) -> Article:
        """The article with all photos, taggings and open conflicts."""
        return self.fetched or whole_articles([self.article.pk])[self.article.pk]

    def is_before(self, reading: Reading, story: Story) -> bool:
        """``True`` if the item has the article's id and a later date."""
        article, external_id = self.article, external_id_of(reading, story)
        now, before = _moment(story.updated or story.published), _moment(article.updated or article.published)
        is_same = external_id is not None and external_id == article.external_id
        return is_same and now is not None and before is not None and now > before


def whole_articles(ids: Collection[int]) -> dict[int, Article]:
    conflicts = Prefetch("conflicts", Conflict.objects.open(), to_attr="prefetched_conflicts")
    photos = Prefetch("photos", Photo.everything.all())
    return Article.objects.select_related("source").prefetch_related(photos, "taggings", conflicts).in_bulk(list(ids))


@dataclass(slots=True)
class Known:
    article_ids: set[int] = field(default_factory=set)  # all, before this batch
    by_id: dict[str, Target] = field(default_factory=dict)
    by_url: dict[str, Target] = field(default_factory=dict)
    by_digest: dict[str, Target] = field(default_factory=dict)
    by_path: dict[str, Target] = field(default_factory=dict)
    path_digests: dict[str, str] = field(default_factory=dict)  # of the original last found in each file
    path_owners: dict[str, int] = field(default_factory=dict)  # article ids before this batch
    by_title: dict[tuple[str, str], Target] = field(default_factory=dict)  # for ``has_title_alone``

    def match(self, reading: Reading, story: Story) -> tuple[Target | None, bool]:
        """The article of an input, and ``True`` if only its path matches."""
        external_id, url = external_id_of(reading, story), url_of(story)
        found = self.by_id.get(external_id or "")
        at_url = self.by_url.get(url or "")
        if not found and at_url and not _is_other_item(at_url, external_id, story):
            found = at_url
        found = found or self.by_digest.get(reading.digest)
        if not found and has_title_alone(reading, story):
            found = self.by_title.get(_title_of(story))
        if found:
            return found, False
        path = path_of(reading)
        by_path = self.by_path.get(path) if path else None
        if by_path is None:
            return None, False
        # The file now contains another article than the one loaded from it.
        known = ((external_id, by_path.article.external_id), (url, by_path.article.url))
        is_other = any(now and before and now != before for now, before in known)
        return (None, False) if is_other else (by_path, True)

    def is_correction(self, target: Target, reading: Reading, story: Story) -> bool:
        """``True`` if the file had the article's current bytes, and still has its headline and date: then it is the
        same article, also where an unchanged copy of the file is loaded too.
        """
        former, loaded = self.path_digests.get(path_of(reading) or ""), target.article.as_loaded
        loaded_title = loaded.get("headline", ""), loaded.get("published", "")
        return former == target.current_digest and _title_of(story) == loaded_title

    def fetch_changed(self, readings: Iterable[Reading]) -> None:
        changed = {}
        for reading in readings:
            target = self.match(reading, reading.story)[0] if reading.story and not reading.error else None
            if target is not None and target.article.pk and target.current_digest != reading.digest:
                changed[target.article.pk] = target
        if len(changed) > 1:
            for pk, article in whole_articles(changed).items():
                changed[pk].fetched = article

    def add(self, target: Target, reading: Reading) -> None:
        article = target.article
        if article.external_id:
            self.by_id[article.external_id] = target
        if article.url:
            self.by_url[article.url] = target
        self.by_digest[reading.digest] = target
        if path := path_of(reading):
            self.by_path[path] = target
            self.path_digests[path] = reading.digest


def has_title_alone(reading: Reading, story: Story) -> bool:
    """A withheld record that nothing but headline and date can connect with the article that it was."""
    is_record = reading.piece.line is not None and story.withheld is not None and bool(story.headline)
    return is_record and not external_id_of(reading, story) and not url_of(story)


def _title_of(story: Story) -> tuple[str, str]:
    return story.headline or "", story.published or ""


def _is_other_item(target: Target, external_id: str | None, story: Story) -> bool:
    """``True`` for another item at the address of an article: with another id, and another headline or date. Feeds may
    link all items to one page; in two formats, one item has two ids."""
    if not external_id or not target.article.external_id or external_id == target.article.external_id:
        return False
    loaded = target.article.as_loaded
    is_same_time = _moment(story.published) == _moment(loaded.get("published"))
    return not (is_same_time and (story.headline or "") == loaded.get("headline", ""))


def path_of(reading: Reading) -> str | None:
    """The file or crawl record of this input; ``None`` for one record of several in a file."""
    piece = reading.piece
    return None if piece.line is not None else piece.place or str(Path(piece.path).resolve())


def place_of(reading: Reading) -> str | None:
    """``path_of``, or for one record of several the file and the record's name.

    Only for inputs that changed their article: a file may have millions of records.
    """
    story = reading.story
    name = story and (external_id_of(reading, story) or url_of(story))
    return path_of(reading) or (f"{Path(reading.piece.path).resolve()}#{name}" if name else None)


def look_up(readings: list[Reading], claimed: Container[int]) -> Known:
    """Look up the articles of a batch. ``claimed``: ids of articles already seen by this load."""
    stories = [(reading, reading.story) for reading in readings if reading.story is not None]
    paths = [path for reading, _ in stories if (path := path_of(reading))]
    originals = Original.objects.filter(digest__in=[reading.digest for reading in readings if reading.digest])
    digests = dict(originals.values_list("digest", "article_id"))
    places = OriginalPath.objects.filter(path__in=paths)
    at_paths = list(places.values_list("path", "original__article_id", "original__digest"))
    ids = [value for reading, story in stories if (value := external_id_of(reading, story))]
    urls = [value for _, story in stories if (value := url_of(story))]
    found = {*digests.values(), *(pk for _, pk, _ in at_paths)}
    found.update(Article.objects.filter(external_id__in=ids).values_list("id", flat=True))
    found.update(Article.objects.filter(url__in=urls).values_list("id", flat=True))
    titles = {_title_of(story) for reading, story in stories if has_title_alone(reading, story)}
    by_title = _with_titles(titles) if titles else {}
    found.update(by_title.values())
    targets = _targets(found, claimed)  # without those that an undo has deleted meanwhile
    at_paths = [row for row in at_paths if row[1] in targets]
    if any(any(reading.held) for reading in readings):
        photos = Photo.everything.filter(article_id__in=targets, loaded_number__gt=0)
        for pk, number, digest, metadata in photos.values_list("article_id", "loaded_number", "digest", "metadata"):
            loaded = loaded_photos(targets[pk].article)[number - 1 : number]
            # Files from before metadata was read are read again.
            is_known = loaded and digest and metadata
            targets[pk].photo_digests[number] = loaded[0].get("digest", "") if is_known else ""
    return Known(
        article_ids=set(targets),
        by_id={t.article.external_id: t for t in targets.values() if t.article.external_id},
        by_url={t.article.url: t for t in targets.values() if t.article.url},
        by_digest={digest: targets[pk] for digest, pk in digests.items() if pk in targets},
        by_path={path: targets[pk] for path, pk, _ in at_paths},
        path_digests={path: digest for path, _, digest in at_paths},
        path_owners={path: pk for path, pk, _ in at_paths},
        by_title={title: targets[pk] for title, pk in by_title.items() if pk in targets},
    )


def _with_titles(titles: Collection[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """Ids of articles without id and address that alone have a headline and date."""
    days = {filing.archive_date_of(published, "") for _, published in titles} - {None}
    articles = Article.objects.filter(archive_date__in=days, external_id=None, url=None)
    articles = articles.filter(headline__in=[headline for headline, _ in titles])
    rows = [
        (pk, (headline, published)) for pk, headline, published in articles.values_list("pk", "headline", "published")
    ]
    counts = Counter(title for _, title in rows)
    return {title: pk for pk, title in rows if title in titles and counts[title] == 1}


def _targets(article_ids: set[int], claimed: Container[int]) -> dict[int, Target]:
    columns = (
        "key", "external_id", "url", "archive_date", "slug", "published", "updated", "withdrawn_at", "withdrawn_by",
        "merged_into", "as_loaded",
    )  # fmt: skip
    targets = {
        pk: Target(article, "", is_claimed=pk in claimed, was_withheld=IS_WITHHELD in article.as_loaded)
        for pk, article in Article.objects.only(*columns).in_bulk(list(article_ids)).items()
    }
    originals = Original.objects.filter(article_id__in=article_ids, is_current=True)
    for pk, digest in originals.values_list("article_id", "digest"):
        targets[pk].current_digest = digest
    current = OriginalPath.objects.filter(original__article_id__in=article_ids, original__is_current=True)
    for pk, path, captured_at in current.values_list("original__article_id", "path", "captured_at"):
        targets[pk].current_paths.add(path)
        if captured_at is not None:
            targets[pk].captured_at = max(captured_at, targets[pk].captured_at or captured_at)
    return targets


def identity_of(reading: Reading, story: Story) -> str:
    """The source of a new article's key: its id, else URL, else bytes."""
    if external_id := external_id_of(reading, story):
        return f"id:{external_id}"
    url = url_of(story)
    return f"url:{url}" if url else f"sha256:{reading.digest}"


def rounds_of(readings: Sequence[Reading]) -> list[list[Reading]]:
    """Divide a batch so that no round has an address or id twice; empty if one round is enough."""
    seen: Counter[str] = Counter()
    rounds: defaultdict[int, list[Reading]] = defaultdict(list)
    for reading in readings:
        story = reading.story
        known_as = reading.piece.url or (story and (external_id_of(reading, story) or url_of(story)))
        rounds[seen[known_as] if known_as else 0].append(reading)
        if known_as:
            seen[known_as] += 1
    return [rounds[number] for number in sorted(rounds)] if len(rounds) > 1 else []


def _moment(iso: str | None) -> datetime | None:
    """A date to compare; without a time, the start of the day; without an offset, UTC."""
    try:
        moment = datetime.fromisoformat(iso or "")
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def compared(story: Story) -> tuple[object, ...]:
    """The values in which a story differs from another capture of the article, if not only in its bytes."""
    photos = tuple((photo.src, photo.caption, photo.credit, photo.position) for photo in story.photos)
    return story.headline, story.deck, story.byline, story.published, story.updated, story.body, photos, story.tags
