"""Photo files that nothing refers to any longer, once articles have gone or gone back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings

from articles.loading.undo.leftovers import Referred
from articles.models import Photo, Rendition

ASKED_AT_ONCE = 500


@dataclass(slots=True)
class Freed:
    """The files of photos, by the digest of the photo, that may be needed no longer."""

    originals: dict[str, str] = field(default_factory=dict)
    renditions: dict[str, set[str]] = field(default_factory=dict)

    def note(self, article_ids: Sequence[int]) -> None:
        """Within the transaction that changes the articles, before it does."""
        photos = Photo.objects.filter(article__in=article_ids).exclude(digest="")
        self.originals.update(photos.values_list("digest", "file"))
        rows = Rendition.objects.filter(photo__article__in=article_ids).exclude(photo__digest="")
        for digest, *names in rows.values_list("photo__digest", "file", "file_webp"):
            self.renditions.setdefault(digest, set()).update(filter(None, names))

    def sweep(self, referred: Referred) -> None:
        """Remove from the disk what no photo has any more; only once the transaction is over."""
        digests = [digest for digest in self.originals if digest not in referred.digests] if self.originals else []
        for start in range(0, len(digests), ASKED_AT_ONCE):
            self._sweep(digests[start : start + ASKED_AT_ONCE])

    def _sweep(self, digests: list[str]) -> None:
        shown = set(Photo.objects.filter(digest__in=digests).values_list("digest", flat=True))
        names = Rendition.objects.filter(photo__digest__in=shown).values_list("file", "file_webp")
        used = {name for pair in names for name in pair}
        for digest in digests:
            unused = self.renditions.get(digest, set()) - used
            for path in [settings.MEDIA_ROOT / name for name in unused] if digest in shown else self._all_of(digest):
                path.unlink(missing_ok=True)

    def _all_of(self, digest: str) -> Iterator[Path]:
        """The photo's file and every size of it, those with former words too."""
        yield settings.MEDIA_ROOT / self.originals[digest]
        yield from list((settings.MEDIA_ROOT / "renditions" / digest[:2]).glob(f"{digest}-*"))
