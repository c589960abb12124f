"""Public addresses. They are promises: what once answered here answers, moves with a 301, or says 410 and why."""

from django.urls import path, register_converter

from articles.public import converters, views
from articles.public.formats import feeds, sitemaps

register_converter(converters.DayConverter, "day")
register_converter(converters.MonthConverter, "month")
register_converter(converters.YearConverter, "year")
register_converter(converters.DayOfYearConverter, "day_of_year")
register_converter(converters.SlugConverter, "words")

urlpatterns = [
    # /
    path("", views.home, name="home"),
    # /about/
    path("about/", views.about, name="about"),
    # /dates/
    path("dates/", views.dates, name="dates"),
    # /2023/
    path("<year:year>/", views.year, name="year"),
    # /2023/09/
    path("<month:month>/", views.month, name="month"),
    # /2023/09/06/
    path("<day:day>/", views.day, name="day"),
    # /2023/09/06/bridge-reopens/
    path("<day:day>/<words:slug>/", views.article, name="article"),
    # /2023/09/06/bridge-reopens/original
    path("<day:day>/<words:slug>/original", views.original, name="original"),
    # /2023/09/06/bridge-reopens/original/9f86d081884c
    path("<day:day>/<words:slug>/original/<slug:digest>", views.original, name="original-version"),
    # /2023/09/06/bridge-reopens/account/
    path("<day:day>/<words:slug>/account/", views.account, name="account"),
    # /2023/09/06/bridge-reopens/photos/k7f3m0qz/
    path("<day:day>/<words:slug>/photos/<slug:key>/", views.photo, name="photo"),
    # /2023/09/06/bridge-reopens/history/
    path("<day:day>/<words:slug>/history/", views.history, name="history"),
    # /2023/09/06/bridge-reopens/history/2/
    path("<day:day>/<words:slug>/history/<int:number>/", views.version, name="version"),
    # /2023/09/06/bridge-reopens/history/2/changes/
    path("<day:day>/<words:slug>/history/<int:number>/changes/", views.changes, name="changes"),
    # /2023/09/06/bridge-reopens/article.json
    path("<day:day>/<words:slug>/article.<str:form>", views.article_form, name="article-form"),
    # /on-this-day/
    path("on-this-day/", views.on_this_day_today, name="on-this-day-today"),
    # /on-this-day/09-06/
    path("on-this-day/<day_of_year:day>/", views.on_this_day, name="on-this-day"),
    # /undated/
    path("undated/", views.undated, name="undated"),
    # /undated/bridge-reopens/
    path("undated/<words:slug>/", views.undated_article, name="undated-article"),
    # /undated/bridge-reopens/original
    path("undated/<words:slug>/original", views.original, name="undated-original"),
    # /undated/bridge-reopens/original/9f86d081884c
    path("undated/<words:slug>/original/<slug:digest>", views.original, name="undated-original-version"),
    # /undated/bridge-reopens/account/
    path("undated/<words:slug>/account/", views.account, name="undated-account"),
    # /undated/bridge-reopens/photos/k7f3m0qz/
    path("undated/<words:slug>/photos/<slug:key>/", views.photo, name="undated-photo"),
    # /undated/bridge-reopens/history/
    path("undated/<words:slug>/history/", views.history, name="undated-history"),
    # /undated/bridge-reopens/history/2/
    path("undated/<words:slug>/history/<int:number>/", views.version, name="undated-version"),
    # /undated/bridge-reopens/history/2/changes/
    path("undated/<words:slug>/history/<int:number>/changes/", views.changes, name="undated-changes"),
    # /undated/bridge-reopens/article.json
    path("undated/<words:slug>/article.<str:form>", views.article_form, name="undated-article-form"),
    # /a/9fzp7p8k41/
    path("a/<slug:key>/", views.short, name="short"),
    # /search/?q=bridge
    path("search/", views.search, name="search"),
    # /search/suggest/?q=bri
    path("search/suggest/", views.suggest, name="suggest"),
    # /opensearch.xml
    path("opensearch.xml", views.opensearch, name="opensearch"),
    # /tags/
    path("tags/", views.tags, name="tags"),
    # /tags/harbours/
    path("tags/<words:slug>/", views.tag, name="tag"),
    # /tags/harbours+rivers/
    path("tags/<words:one>+<words:other>/", views.two_tags, name="two-tags"),
    # /tags/harbours/feed.atom
    path("tags/<words:slug>/feed.<str:form>", feeds.tag_feed, name="tag-feed"),
    # /sources/
    path("sources/", views.sources, name="sources"),
    # /sources/norhaven-courier/
    path("sources/<words:slug>/", views.source, name="source"),
    # /sources/norhaven-courier/feed.atom
    path("sources/<words:slug>/feed.<str:form>", feeds.source_feed, name="source-feed"),
    # /photos/
    path("photos/", views.photos, name="photos"),
    # /unsourced/
    path("unsourced/", views.unsourced, name="unsourced"),
    # /feeds/latest.atom
    path("feeds/latest.<str:form>", feeds.latest_feed, name="latest-feed"),
    # /feeds/photos.atom
    path("feeds/photos.<str:form>", feeds.photos_feed, name="photos-feed"),
    # /media/renditions/4b/4bbf…-800.jpg
    path("media/<path:path>", views.media, name="media"),
    # /sitemap.xml
    path("sitemap.xml", sitemaps.sitemap, name="sitemap"),
    # /sitemap/listings.xml
    path("sitemap/listings.xml", sitemaps.sitemap_listings, name="sitemap-listings"),
    # /sitemap/articles-0.xml
    path("sitemap/articles-<int:number>.xml", sitemaps.sitemap_articles, name="sitemap-articles"),
    # /favicon.ico
    path("favicon.ico", views.favicon, name="favicon"),
    # /robots.txt
    path("robots.txt", views.robots, name="robots"),
    # /healthz
    path("healthz", views.healthz, name="healthz"),
    # /.well-known/security.txt
    path(".well-known/security.txt", views.security, name="security"),
]
