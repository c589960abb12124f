"""Every model of the archive; each stands beside its queryset in a module named for it."""

from articles.models.article import Article, ArticleQuerySet, Damage, Redirect
from articles.models.count import PeriodCount
from articles.models.likeness import Likeness, LikenessBand, NearDuplicate, NearDuplicateQuerySet
from articles.models.load import Load
from articles.models.original import Original, OriginalPath
from articles.models.photo import Photo, Rendition
from articles.models.source import Source
from articles.models.tag import Tag, TagAlias, Tagging, TagQuerySet

__all__ = [
    "Article", "ArticleQuerySet", "Damage", "Likeness", "LikenessBand", "Load",
    "NearDuplicate", "NearDuplicateQuerySet", "Original", "OriginalPath", "PeriodCount", "Photo", "Redirect",
    "Rendition", "Source", "Tag", "TagAlias", "TagQuerySet", "Tagging",
]  # fmt: skip
