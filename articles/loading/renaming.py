"""Renames a source whose name was corrected for its site, if all its articles were named by that site."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

from django.db.models import Q

from articles.catalogue.addresses import record_gone, revive
from articles.catalogue.ledger import Stamp
from articles.ingest.inputs.shown import printable
from articles.ingest.sites.site import Site
from articles.loading.names import fitted
from articles.models import Article, Load, Source, SourceAlias
from articles.models.original import below
from articles.text.evidence import SITE
from articles.text.keys import name_slug


def corrected_sources(sites: Mapping[Path, Site]) -> Iterator[tuple[Source, str]]:
    """Sources to rename and their new names, unless these are known or staff renamed one. ``sites``: by path."""
    paths, exports = defaultdict[str, list[str]](list), defaultdict[str, list[str]](list)
    for path, site in sites.items():
        if site.source and not site.is_new:
            paths[site.source].append(printable(str(path.resolve())))
            exports[site.source].append(name_slug(site.named))
    for name, places in paths.items():
        former = SourceAlias.objects.filter(slug=name_slug(name)).first()
        is_of_staff = former is not None and former.renamed_by_id is None
        if is_of_staff or Source.objects.filter(Q(slug=name_slug(name)) | Q(name=fitted(name))).exists():
            continue
        within = Q(originals__paths__path__in=places)
        for place in places:
            within |= below("originals__paths__path", place) | Q(originals__paths__path__startswith=f"{place}#")
        for slug in filter(None, exports[name]):  # whose articles are records, without a path
            within |= Q(source=Source.objects.named(slug), originals__paths=None)
        named = Article.objects.filter(within, originals__is_current=True, originals__evidence__source=SITE)
        for source in Source.objects.filter(pk__in=named.values("source")):
            others = Article.objects.filter(source=source).exclude(pk__in=named.values("pk"))
            if source.slug == name_slug(source.name) and not others.exists():
                yield source, name
                break


def rename(source: Source, name: str, load: Load) -> None:
    """Within a transaction. The former name stays an alias: its address redirects, and loads find the source by it."""
    values = {"source": source, "name": source.name, "renamed_by": load}
    SourceAlias.objects.update_or_create(slug=source.slug, defaults=values)
    source.name, source.slug = fitted(name), name_slug(name)
    source.save(update_fields=["name", "slug"])
    revive([source.get_absolute_url()])


def undo_renaming(load: Load, stamp: Stamp, *, reason: str) -> None:
    """Give sources that a load renamed their former names, unless they were renamed again since."""
    for alias in SourceAlias.objects.filter(renamed_by=load).select_related("source"):
        source = alias.source
        is_later = SourceAlias.objects.filter(source=source, renamed_by__gt=load.pk).exists()
        if not is_later and source.slug == name_slug(source.name):
            record_gone({source.get_absolute_url(): ""}, stamp, reason=reason)
            source.name, source.slug = alias.name, alias.slug
            source.save(update_fields=["name", "slug"])
            alias.delete()
