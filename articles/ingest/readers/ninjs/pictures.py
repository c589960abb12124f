"""The pictures of a ninjs object: its renditions, and its associated objects."""

from dataclasses import replace

from articles.ingest.parsing.agency_items import withdrawal
from articles.ingest.parsing.credits_in_text import split_credit
from articles.ingest.parsing.story_photos import Delivered, Rendition, number_of
from articles.ingest.readers.ninjs.record import Record
from articles.ingest.readers.ninjs.texts import chosen_description, texts_of

PICTURES = frozenset({"picture", "graphic", "image", "photo"})
# Keys of a picture that are not noted.
_NOT_NOTED = (
    "name", "versioncreated", "profile", "version", "pubstatus", "representationtype", "associations",
)  # fmt: skip


def own_pictures(record: Record, kind: str, *, is_alone: bool) -> list[Delivered]:
    """The object itself if it is a picture, else its picture files. ``is_alone``: the story is only this picture."""
    renditions = _renditions(record)
    pictures = tuple(rendition for rendition in renditions if rendition.is_surely_a_picture)
    is_shown = kind in PICTURES or kind == "video"
    if is_shown or (not kind and pictures):
        return [_delivered(record, renditions, kind, with_words=is_alone or is_shown)]
    return [Delivered(renditions=pictures)] if pictures else []


def associated(record: Record, account: list[str], depth: int = 0) -> list[Delivered]:
    """The associated pictures and videos, in order. Other associations are noted in ``account``."""
    pictures: list[Delivered] = []
    for entry in record.objects("associations"):
        kind = (entry.text("type") or "").casefold()
        name = entry.text("name")
        if status := withdrawal(entry.text("pubstatus"), None):
            account.append(f"{entry.within}pubstatus: {status}")
        elif kind in PICTURES or kind == "video" or (not kind and _renditions(entry)):
            picture = _delivered(entry, _renditions(entry), kind, with_words=True)
            if picture.alt_text is None and kind in PICTURES and (alt_text := entry.text("body_text")):
                picture = replace(picture, alt_text=alt_text)  # as in Superdesk
            if any((picture.renditions, picture.caption, picture.credit)):
                pictures.append(picture)
            else:
                entry.read.discard("uri")
            entry.read.update(_NOT_NOTED)
            account += entry.left_over()
        elif "associations" in entry.values and depth < 3:
            pictures += associated(entry, account, depth + 1)
        else:
            headlines = (text.plain for text in texts_of(entry, "headlines", "headline_"))
            headline = entry.text("headline") or next(headlines, None) or entry.text("title") or entry.text("uri") or ""
            account.append(f"associations {' '.join(filter(None, (name, kind)))}: {headline}")
        record.damage += entry.damage
    return pictures


def _delivered(record: Record, renditions: list[Rendition], kind: str, *, with_words: bool) -> Delivered:
    caption, _ = chosen_description(texts_of(record, "descriptions", "description_"), caption=True)
    creator = record.text("byline", "by")
    names = [record.text("uri"), record.text("name"), *(entry.text("value") for entry in record.objects("altids"))]
    # The maker is credited, unless the caption ends with a credit of its own.
    own_credit = None if caption and split_credit(caption) else creator
    return Delivered(
        renditions=tuple(renditions),
        caption=caption if with_words else None,
        credit=record.text("creditline", "credit") or own_credit,
        alt_text=record.text("alttext", "alt_text") if with_words else None,
        creator=creator,
        copyright_notice=record.text("copyrightnotice"),
        kind="video" if kind == "video" else "photo",
        refs=frozenset(filter(None, names)),
    )


def _renditions(record: Record) -> list[Rendition]:
    renditions = []
    for entry in record.objects("renditions"):
        if href := entry.text("href"):
            width_px, height_px, size_bytes = (number_of(entry.text(key)) for key in ("width", "height", "sizeinbytes"))
            media_type = (entry.text("contenttype", "mimetype") or "").casefold()
            name = " ".join(filter(None, (entry.text("name"), entry.text("title"))))
            renditions.append(Rendition(href, width_px, height_px, size_bytes, media_type, name))
        record.damage += entry.damage
    address = record.text("uri") or ""
    if not renditions and Rendition(address).is_surely_a_picture and "://" in address:
        renditions.append(Rendition(address))  # some agencies identify a picture by its address
    return renditions
