"""Public addresses. They are permanent: each answers, redirects with 301, or explains with 410 why it is gone."""

from django.urls import path, register_converter

from articles.models import Author, Source
from articles.public import converters
from articles.public.formats import sitemaps
from articles.public.views import (
    articles,
    data,
    dates,
    feeds,
    front,
    help,
    history,
    oai,
    photos,
    plain,
    reading_report,
    search,
    subjects,
)  # fmt: skip
from articles.public.views.renditions import media

register_converter(converters.DayConverter, "day")
register_converter(converters.IsoDayConverter, "iso_day")
register_converter(converters.MonthConverter, "month")
register_converter(converters.YearConverter, "year")
register_converter(converters.DayOfYearConverter, "day_of_year")
register_converter(converters.FiledConverter, "filed")
register_converter(converters.FeedConverter, "feed")
register_converter(converters.DataConverter, "data")
register_converter(converters.WordsConverter, "words")

# Lists by the name of their page, and what each is of: /tags/harbours/feed.atom, /search/feed.json?q=ferry
FEEDS = (
    ("year", "<year:year>/", {"of": feeds.of_period}),
    ("month", "<month:month>/", {"of": feeds.of_period}),
    ("day", "<day:day>/", {"of": feeds.of_period}),
    ("added", "added/", {"of": feeds.of_additions}),
    ("search", "search/", {"of": feeds.of_search}),
    ("tag", "tags/<words:slug>/", {"of": feeds.of_named}),
    ("two-tags", "tags/<words:first_slug>+<words:second_slug>/", {"of": feeds.of_two_tags}),
    ("author", "authors/<words:slug>/", {"of": feeds.of_named, "model": Author}),
    ("source", "sources/<words:slug>/", {"of": feeds.of_named, "model": Source}),
    ("photo-list", "photos/", {"of": feeds.of_photos}),
)
urlpatterns = [
    path("", front.home, name="home"),
    path("about/", front.about, name="about"),
    path("dates/", dates.dates, name="dates"),
    path("help/", help.contents, name="help"),
    # /help/search/
    path("help/<slug:name>/", help.chapter, name="help-chapter"),
    # /help/files/nginx.conf
    path("help/files/<str:name>", help.file, name="help-file"),
    # /2023/
    path("<year:year>/", dates.year, name="year"),
    # /2023/09/
    path("<month:month>/", dates.month, name="month"),
    # /2023/09/06/
    path("<day:day>/", dates.day, name="day"),
    # /2023/09/06/bridge-reopens/
    path("<filed:day>/<words:slug>/", articles.article, name="article"),
    # /2023/09/06/bridge-reopens/original
    path("<filed:day>/<words:slug>/original", articles.original, name="original"),
    # /2023/09/06/bridge-reopens/original/9f86d081884c
    path("<filed:day>/<words:slug>/original/<slug:digest>", articles.original, name="original-version"),
    # /2023/09/06/bridge-reopens/account/
    path("<filed:day>/<words:slug>/account/", reading_report.reading_report, name="reading-report"),
    # /2023/09/06/bridge-reopens/photos/k7f3m0qz/
    path("<filed:day>/<words:slug>/photos/<slug:key>/", photos.photo, name="photo"),
    # /2023/09/06/bridge-reopens/history/
    path("<filed:day>/<words:slug>/history/", history.history, name="history"),
    # /2023/09/06/bridge-reopens/history/2/
    path("<filed:day>/<words:slug>/history/<int:number>/", history.version, name="version"),
    # /2023/09/06/bridge-reopens/history/2/changes/
    path("<filed:day>/<words:slug>/history/<int:number>/changes/", history.changes, name="changes"),
    # /2023/09/06/bridge-reopens/article.json
    path("<filed:day>/<words:slug>/article.<str:form>", articles.article_form, name="article-form"),
    path("on-this-day/", dates.on_this_day_today, name="on-this-day-today"),
    # /on-this-day/09-06/
    path("on-this-day/<day_of_year:day>/", dates.on_this_day, name="on-this-day"),
    path("articles/", dates.everything, name="articles"),
    path("added/", dates.added, name="added"),
    # /added/2026-11-30/
    path("added/<iso_day:day>/", dates.added, name="added-day"),
    path("undated/", dates.undated, name="undated"),
    # /a/9fzp7p8k41/
    path("a/<slug:key>/", articles.short, name="short"),
    # /lookup?url=https://harbour.example/2014/rest.html
    path("lookup", articles.lookup, name="lookup"),
    path("search/", search.search, name="search"),
    path("search/suggest/", search.suggest, name="suggest"),
    path("opensearch.xml", search.opensearch, name="opensearch"),
    path("tags/", subjects.tags, name="tags"),
    # /tags/harbours/
    path("tags/<words:slug>/", subjects.tag, name="tag"),
    # /tags/harbours+rivers/
    path("tags/<words:first_slug>+<words:second_slug>/", subjects.two_tags, name="two-tags"),
    path("authors/", subjects.tags, {"model": Author}, name="authors"),
    # /authors/nora-whitfield/
    path("authors/<words:slug>/", subjects.tag, {"model": Author}, name="author"),
    path("sources/", subjects.sources, name="sources"),
    # /sources/norhaven-courier/
    path("sources/<words:slug>/", subjects.source, name="source"),
    path("photos/", photos.photos, name="photos"),
    path("unsourced/", subjects.unsourced, name="unsourced"),
    # /feeds/latest.atom
    path("feeds/latest.<feed:form>", feeds.latest_feed, name="latest-feed"),
    # /feeds/photos.atom
    path("feeds/photos.<feed:form>", feeds.photos_feed, name="photos-feed"),
    path("feeds/corrections.<feed:form>", feeds.corrections_feed, name="corrections-feed"),
    # /media/renditions/4b/4bbf…-800.jpg
    path("media/<path:path>", media, name="media"),
    # /oai?verb=ListRecords&metadataPrefix=mods&set=tag-harbours
    path("oai", oai.oai, name="oai"),
    path("sitemap.xml", sitemaps.sitemap, name="sitemap"),
    path("sitemap/listings.xml", sitemaps.sitemap_listings, name="sitemap-listings"),
    # /sitemap/articles-0.xml
    path("sitemap/articles-<int:number>.xml", sitemaps.sitemap_articles, name="sitemap-articles"),
    path("schema/list.json", data.schema, name="schema"),
    path("coverage.json", data.coverage, name="coverage"),
    path("favicon.ico", plain.favicon, name="favicon"),
    path("robots.txt", plain.robots, name="robots"),
    path("healthz", plain.healthz, name="healthz"),
    path(".well-known/security.txt", plain.security, name="security"),
    *(path(f"{prefix}feed.<feed:form>", feeds.feed, of, name=f"{page}-feed") for page, prefix, of in FEEDS),
]
# Each of these lists as data: /2023/09/list.json, /tags/harbours/list.csv, /search/list.json?q=ferry
LISTS = (
    "year", "month", "day", "articles", "undated", "tag", "two-tags", "author", "source", "photos", "unsourced",
    "search",
)  # fmt: skip
urlpatterns += [
    path(f"{page.pattern}list.<data:form>", data.of_page(page.callback), page.default_args, name=f"{page.name}-list")
    for page in urlpatterns
    if page.name in LISTS
]
