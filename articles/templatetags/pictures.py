"""Pictures and captions of figures, and lists of articles.

In Python for speed: templates would add a third to the processor time of ``/photos/``, and a sixth to that of a search.
"""

from collections.abc import Iterable
from html import escape

from django import template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from articles.public.listings.articles import Entry
from articles.public.listings.figures import Picture
from articles.text.languages import Tongue
from articles.text.messages import gettext
from articles.text.phrases import absent

register = template.Library()


@register.simple_tag(takes_context=True)
def picture(context: template.Context, of: Picture, *, foreign: str = "") -> SafeString:
    """A picture, linked if it has an address, or the archive's words in its place. ``foreign``: language around it."""
    if not of.src:
        own = context["archive"]["attributes"] if foreign else ""
        missing = escape(of.missing)
        words = f'<a href="{escape(of.url)}">{missing}</a>' if of.url and not of.caption else missing
        return mark_safe(f'<p class="missing"{own}>{words}</p>')  # noqa: S308
    image = _image(of, lazy=False)
    if of.url:
        label = f' aria-label="{escape(of.link_name)}"' if of.link_name else ""
        image = f'<a href="{escape(of.url)}"{label}>{image}</a>'
    return mark_safe(image)  # noqa: S308


def _image(of: Picture, *, lazy: bool) -> str:
    sizes = escape(of.sizes)
    webp = f'<source type="image/webp" srcset="{escape(of.srcset_webp)}" sizes="{sizes}">' if of.srcset_webp else ""
    loading = ' loading="lazy"' if lazy else ""
    # Wider than that, a small picture is blurred.
    kind, width, height = "", of.width_px, of.height_px
    if of.is_small:
        kind, width, height = ' class="small"', width * 3 // 2, height * 3 // 2
    return (
        f'<picture>{webp}<img src="{escape(of.src)}" srcset="{escape(of.srcset)}" sizes="{sizes}"'
        f'{kind} width="{width}" height="{height}" alt="{escape(of.alt_text)}"{loading}></picture>'
    )


@register.simple_tag
def caption(of: Picture, *, same_credit: str = "", in_list: bool = False) -> SafeString:
    """The caption, a link without a picture, and the credit, a link to ``same_credit``, in a list only if given."""
    small = _credit(of, same_credit) if of.credit.is_given or not in_list else ""
    return mark_safe(f"{_words(of)}{small}")  # noqa: S308


def _words(of: Picture) -> str:
    words: str = conditional_escape(of.caption)
    if words and of.url and not of.src:
        words = f'<a href="{escape(of.url)}">{words}</a>'
    note = f'<span class="damage">{escape(of.caption_note)}</span> ' if of.caption_note else ""
    return f"{words and f'{words} '}{note}"


def _credit(of: Picture, same_credit: str = "") -> str:
    credit = f"<bdi>{conditional_escape(of.credit.words)}</bdi>"
    if same_credit:
        credit = f'<a href="{escape(same_credit)}" rel="nofollow">{credit}</a>'
    if of.credit.note:
        credit += f' <span class="damage">{escape(of.credit.note)}</span>'
    return f'<small class="credit">{credit}</small>'


@register.simple_tag
def linked(of: Picture, tongue: Tongue, kind: str = "shown", *, lazy: bool = True, year: str = "") -> SafeString:
    """A picture in a list with its ``year``, caption and credit as one link: each is heard once."""
    if not of.src:
        return mark_safe(f'<p class="caption"{tongue.attributes}>{caption(of, in_list=True)}</p>')  # noqa: S308
    words = _words(of) or (of.link_name and f'<span class="away">{escape(of.link_name)}</span> ')
    when = f'<time datetime="{year}">{year}</time> ' if year else ""
    words = f"{when}<span>{words}</span>{_credit(of) if of.credit.is_given else ''}"
    link = f'<a class="{kind}" href="{escape(of.url)}"{tongue.attributes}>'
    return mark_safe(f'{link}{_image(of, lazy=lazy)} <span class="caption">{words}</span></a>')  # noqa: S308


@register.simple_tag
def entries(of: Iterable[Entry], *, dated: bool = False, short: bool = False, thumbs: bool = True) -> SafeString:
    """The articles of a listing or search; ``dated``: the date has a column of its own; ``short``: without decks."""
    return mark_safe("\n".join(_entry(entry, dated, short, entry.picture if thumbs else None) for entry in of))  # noqa: S308


def _entry(entry: Entry, dated: bool, short: bool, shown: Picture | None) -> str:
    tongue = entry.tongue
    direction = ' dir="rtl"' if tongue.is_rtl and entry.headline and not short else ""
    updated = gettext("updated on this day") if entry.is_by_update and not (dated or short) else ""
    source = ", ".join(filter(None, (conditional_escape(entry.source_name), updated)))
    facts = " ".join(f"<span>{fact}</span>" for fact in (source, escape(entry.photos)) if fact)
    if short:
        no_date = f"<span>{absent('date')}</span>"
        when = f'<time datetime="{entry.iso}">{escape(entry.dated)}</time>' if entry.iso else no_date
        facts = f"{when} {facts}"
    metas = (entry.found_in and f'<span class="hit-in">{escape(entry.found_in)}</span>', facts)
    return "\n".join((
        f'<li class="entry{" with-thumb" if shown and shown.src else ""}">',
        f'<p class="when">{entry.filed}</p>' if dated else "",
        f'<div><h3{direction}><a href="{entry.url}">{entry.name}</a></h3>',
        f'<p class="deck"{tongue.attributes}>{conditional_escape(entry.deck)}</p>' if entry.deck and not short else "",
        *(f'<p class="meta">{meta}</p>' for meta in metas if meta),
        f"</div>{linked(shown, tongue, 'thumb') if shown else ''}</li>",
    ))  # fmt: skip
