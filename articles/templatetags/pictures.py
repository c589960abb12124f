"""Pictures and captions of figures.

In Python for speed: templates would add a third to the processor time of ``/photos/``, and a sixth to that of a search.
"""

from html import escape

from django import template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from articles.public.listings.articles import Entry
from articles.public.listings.figures import Picture

register = template.Library()


@register.simple_tag(takes_context=True)
def picture(context: template.Context, of: Picture, *, lazy: bool = False, foreign: str = "") -> SafeString:
    """A picture, linked if it has an address, or the archive's words in its place. ``foreign``: language around it."""
    if not of.src:
        own = context["archive"]["attributes"] if foreign else ""
        missing = escape(of.missing)
        words = f'<a href="{escape(of.url)}">{missing}</a>' if of.url and not of.caption else missing
        return mark_safe(f'<p class="missing"{own}>{words}</p>')  # noqa: S308
    sizes = escape(of.sizes)
    webp = f'<source type="image/webp" srcset="{escape(of.srcset_webp)}" sizes="{sizes}">' if of.srcset_webp else ""
    loading = ' loading="lazy"' if lazy else ""
    # Wider than that, a small picture is blurred.
    kind, width, height = "", of.width_px, of.height_px
    if of.is_small:
        kind, width, height = ' class="small"', width * 3 // 2, height * 3 // 2
    image = (
        f'<picture>{webp}<img src="{escape(of.src)}" srcset="{escape(of.srcset)}" sizes="{sizes}"'
        f'{kind} width="{width}" height="{height}" alt="{escape(of.alt_text)}"{loading}></picture>'
    )
    if of.url:
        image = f'<a href="{escape(of.url)}" aria-label="{escape(of.link_name)}">{image}</a>'
    return mark_safe(image)  # noqa: S308


@register.simple_tag
def caption(of: Picture, *, same_credit: str = "", in_list: bool = False) -> SafeString:
    """The caption, a link if there is no picture, and the credit, a link to all photos with the ``same_credit``. A list
    does not say that a credit is not given.
    """
    words: str = conditional_escape(of.caption)
    if words and of.url and not of.src:
        words = f'<a href="{escape(of.url)}">{words}</a>'
    credit = f"<bdi>{conditional_escape(of.credit.words)}</bdi>"
    if same_credit:
        credit = f'<a href="{escape(same_credit)}" rel="nofollow">{credit}</a>'
    if of.credit.note:
        credit += f' <span class="damage">{escape(of.credit.note)}</span>'
    note = f'<span class="damage">{escape(of.caption_note)}</span> ' if of.caption_note else ""
    small = f'<small class="credit">{credit}</small>' if of.credit.is_given or not in_list else ""
    return mark_safe(f"{words and f'{words} '}{note}{small}")  # noqa: S308


@register.simple_tag(takes_context=True)
def thumb(context: template.Context, entry: Entry) -> SafeString:
    """The small figure of an entry in a list; without a file, its caption alone."""
    assert entry.picture is not None  # noqa: S101
    shown = picture(context, entry.picture, lazy=True, foreign=entry.tongue.lang) if entry.picture.src else ""
    kind, words = ' class="thumb"' if shown else "", caption(entry.picture, in_list=True)
    return mark_safe(f"<figure{kind}{entry.tongue.attributes}>{shown}<figcaption>{words}</figcaption></figure>")  # noqa: S308
