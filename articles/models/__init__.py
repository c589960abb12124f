"""Every model of the archive; each is next to its queryset in a module named for it."""

from articles.models.article import Article, ArticleQuerySet, ClosedVersion, Correction, FormerPath, Gone, Redirect
from articles.models.change import AppliedEdit, ArticleChange, Change, Clock, TagChange
from articles.models.conflict import Conflict
from articles.models.counts import PeriodCount, SourceMonth, TagMonth
from articles.models.damage import Damage
from articles.models.load import Load, Refusal
from articles.models.near_duplicate import Likeness, LikenessBand, NearDuplicate
from articles.models.original import Original, OriginalPath
from articles.models.photo import Photo, Rendition
from articles.models.search_entry import SearchEntry
from articles.models.source import DeletedSource, SiteHost, Source, SourceAlias
from articles.models.tag import Author, FormerTag, Tag, TagAddress, TagAlias, Tagging, TagMerge, TagQuerySet
