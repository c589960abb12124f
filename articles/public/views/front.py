"""The front page, and the page about the archive."""

from datetime import date
from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html_join

from articles.models import Article, Load, PeriodCount, Photo, Source
from articles.models.keyset import Listed, page_by, page_of
from articles.models.prepared import rows_of
from articles.public.caching import public
from articles.public.listings import periods, rows
from articles.public.listings.added import ORDER, additions
from articles.public.listings.articles import entry_of, kicker_of, published
from articles.public.listings.charts import calendars, indexed, weekday_initials, years_chart
from articles.public.listings.figures import LEAD_SIZES, SHEET_SIZES, Picture, picture_of
from articles.public.listings.photos import LATEST, STRIP, in_rows, of_front_page, photo_entries
from articles.text.dates import Span, same_day
from articles.text.gaps import year_gaps
from articles.text.markdown import plain
from articles.text.paths import normal_path
from articles.text.phrases import counted

ADDED = 4
FEW = 6  # so many articles below the lead do not fill a column next to it
LEAD_WIDTH, WORDS_HEIGHT, ENTRY_HEIGHT = 732, 230, 80  # pixels of a lead, and of an entry beside it, as most are
TAGS_SHOWN, TAGS_A_KIND, SOURCES_SHOWN = 12, 6, 8


@public()
def home(request: HttpRequest) -> HttpResponse:
    """Without empty parts. With ``?p=7``, not this page: former addresses are looked up as those of no page here."""
    if request.GET and normal_path(request.get_full_path_info()) != "/":
        raise Http404("No article had this address.")
    held = periods.holdings()
    newest = page_of(Listed(published), size=LATEST + 1).rows
    today, added = timezone.localdate(), page_by(Listed(additions), ORDER, size=ADDED, ids="id").rows
    found_days = periods.newest_of([then for then in same_day(today, sorted(held.years)) if then != today])[:7]
    days = [(count, pk) for count, pk in found_days if pk]  # none, if a stored count is wrong
    pictured = sum(article.photo_file_count > 0 for article in newest)
    photos, of_years, first = of_front_page(held.pictured, pictured, [pk for _, pk in days])
    lead_pk = photos[0].article_id if photos else newest[0].pk if newest else 0
    new = [] if {*added} <= {article.pk for article in newest} else added
    not_yet = {lead_pk, *(pk for _, pk in days), *new} - {article.pk for article in newest}
    found = {article.pk: article for article in [*newest, *rows.listed(sorted(not_yet))]}
    added_entries = [entry_of(found[pk]) for pk in new if pk in found]  # without pictures, which follow
    for article in found.values():
        setattr(article, rows.FIRST_HELD, first.get(article.pk, []))
    on_this_day = [(count, entry_of(found[pk], thumb_sizes=SHEET_SIZES)) for count, pk in days if pk in found]
    lead = found.get(lead_pk)
    entry = entry_of(lead, thumb_sizes=LEAD_SIZES, thumb_px=800) if lead else None
    rows.fetch_tags([lead] if lead else [])
    letters, beside = beside_lead(entry.picture if entry else None)
    opening = opening_of(lead, letters) if lead and letters else []
    further = [article for article in newest if article != lead]
    is_small = len(further) < FEW
    latest = further if is_small else further[:beside]
    others = sorted(photos[1:], key=lambda photo: (photo.place, photo.article_id not in of_years))[:STRIP]
    strip = list(photo_entries(sorted(others, key=photos.index)))
    days_held = periods.held_within(PeriodCount.Unit.DAY, date.min, date.max) if len(held.years) == 1 else {}
    months = calendars(min(held.years), days_held) if days_held else []
    groups, authors = rows.tags_by_kind(TAGS_SHOWN)
    shown = TAGS_SHOWN if len(groups) == 1 else TAGS_A_KIND
    commonest = sorted((tag for group in groups for tag in group.tags), key=lambda tag: (-tag.article_count, tag.name))
    examples = ((f"{reverse('search')}?q={quote(tag.name)}", tag.name) for tag in commonest[:2])
    not_held = Photo.objects.for_pages().filter(article=lead, file="") if lead and not latest else ()
    context = {
        "held": held,
        "span": Span(date(min(held.years), 1, 1), date(max(held.years), 12, 31)).words if held.years else "",
        "lead": entry,
        "opening": opening,
        "kicker": kicker_of(lead, lead.taggings.all()) if lead else None,
        "latest": [entry_of(article) for article in latest],
        "is_small": is_small,
        "captions": [picture_of(photo, url=photo.address_in(lead)) for photo in not_held if lead],
        "strip": in_rows(strip),
        "is_of_years": len({entry.iso[:4] for entry in strip}) == len(strip) > 2,
        "added": added_entries,
        "today": today,
        "on_this_day": on_this_day,
        "pictured": next((entry for *_, entry in on_this_day if entry.picture), None),
        "chart": years_chart(held.years) if len(held.years) > 1 else None,
        "calendars": [month for month in months if month["count"]],
        "weekdays": weekday_initials(),
        "feed": reverse("latest-feed", args=["atom"]),
        "examples": format_html_join(", ", '<a href="{}" rel="nofollow"><bdi>{}</bdi></a>', examples),
        "groups": [(group, indexed(group.tags[:shown])) for group in groups],
        "authors": indexed(authors[:TAGS_A_KIND]),
        "tag_words": rows.tag_words() if any(group.has_more for group in groups) else counted(len(commonest), "tag"),
        "sources": indexed(rows.largest(Source, SOURCES_SHOWN)),
    }
    return render(request, "articles/home.html", context)


def beside_lead(picture: Picture | None) -> tuple[int, int]:
    """Letters of its text with a lead, and articles beside it, by the height of its picture; CSS spreads these."""
    if picture is None or picture.shape == "tall":
        return (200 if picture else 600), 4
    height = min(picture.width_px * 3 // 2, LEAD_WIDTH) * picture.height_px // picture.width_px
    return 0, min((WORDS_HEIGHT + height) // ENTRY_HEIGHT, LATEST)


def opening_of(article: Article, letters: int) -> list[str]:
    """Its first paragraphs as plain text, until they have so many letters."""
    [text] = rows_of("opening", lambda pk: Article.objects.filter(pk=pk).only("url", "body_html"), article.pk)
    paragraphs = [plain(block) for block in text.blocks if block.startswith("<p>")]
    return [text for at, text in enumerate(paragraphs) if sum(map(len, paragraphs[:at])) < letters]


@public()
def about(request: HttpRequest) -> HttpResponse:
    held = periods.holdings()
    load = Load.objects.filter(finished_at__isnull=False).order_by("-started_at").only("finished_at").first()
    context = {
        "here": "about",
        "held": held,
        **periods.first_and_last_day(),
        "source_count": Source.objects.filter(article_count__gt=0).count(),
        "tag_words": rows.tag_words(),
        "unnamed": periods.unsourced(),
        "gaps": year_gaps(held.years),
        "rights": Source.rights_of(None),
        "last_load": load.finished_at.date() if load and load.finished_at else None,
    }
    return render(request, "articles/about.html", context)
