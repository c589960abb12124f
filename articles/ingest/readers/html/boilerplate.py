"""The boilerplate of web pages, by tags, roles, classes and ids: a table for each kind.

To teach the archive another system's boilerplate, add the words of its class to their kind: ``words`` are the pieces of
a class or id between hyphens, underscores and capitals, in lower case.
"""

import re
from enum import Enum
from functools import lru_cache


class Kind(Enum):
    """Why an element is not text of the article."""

    HIDDEN = "hidden"
    COMMENTS = "comments"
    BOILERPLATE = "boilerplate"
    DETAILS = "details"  # who, when, under which tags: said elsewhere, and dropped only where short


# Elements taken out before anything else, whatever they hold. ``noscript`` repeats lazy pictures, which are looked at
# before.
SILENT = frozenset(
    """script style noscript template iframe frame object embed applet svg canvas math select textarea button input
    datalist option link meta title map progress meter amp-ad amp-embed amp-analytics amp-auto-ads amp-sticky-ad
    amp-social-share amp-sidebar amp-consent amp-user-notification amp-list amp-iframe amp-pixel amp-video amp-audio
    amp-youtube amp-brightcove video audio""".split()
)
TAGS = dict.fromkeys("nav menu aside footer form dialog fieldset search".split(), Kind.BOILERPLATE)
TAGS |= dict.fromkeys(("address", "time"), Kind.DETAILS)
ROLES = frozenset(
    "navigation contentinfo search complementary dialog alertdialog menu menubar toolbar tablist form alert".split()
)
# Microdata that pages hide by their style sheets, for the same facts are shown elsewhere.
ITEMS = frozenset("author dateCreated dateModified datePublished keywords mainEntityOfPage publisher".split())

# Whole names of a class, for as words they say too little.
_HIDING = frozenset({"hidden", "hide", "is-hidden", "d-none", "u-hidden", "invisible", "display-none", "noshow"})
# ``hidden md:block`` hides on small screens only.
_SHOWING = re.compile(r"(?:^|\s)(?:sm|md|lg|xl|2xl):(?:block|flex|grid|inline|table|contents)|\bd-\w\w-")

# Names that list what an article is about, or how the page is laid out, not what the element is. ``paywall`` alone is
# the text that subscribers read: https://developers.google.com/search/docs/appearance/structured-data/paywalled-content
_SAYS_NOTHING = re.compile(
    r"(?:^|(?<=\s))(?:category|tag|tax|format|status|type|author|has|with|no|page|single|wp-image|postid|site|lang|js|is)"
    r"-\S*|(?<!\S)paywall(?!\S)|(?<!\S)(?:hide|show|hidden|visible|d)-(?:for-|on-|in-)?print(?:-\S+)?"
    r"|\belementor-widget(?:-\w+)*|\b(?:so-panel widget )?widget_(?:sow-editor|text)\S*",
    re.IGNORECASE,
)
# Of the above, those that do say what the element is.
_SAYS_AUTHOR = re.compile(
    r"\b(?:author|tag|category|site|page)[-_]{1,2}"
    r"(?:box|bio|info|card|block|links?|list|cloud|footer|header|nav\w*|description|meta)\b",
    re.IGNORECASE,
)


def _pattern(*words: str) -> re.Pattern[str]:
    names = sorted(" ".join(words).split(), key=len, reverse=True)
    return re.compile(rf"(?<![a-z0-9])(?:{'|'.join(names)})(?![a-z0-9])")


# Words, and runs of words joined by hyphens; each is a pattern.
_HIDDEN = """
    visually-hidden visuallyhidden sr-only screen-reader element-invisible a11y-hidden u-visually-hidden
"""
_COMMENTS = r"""
    comments comment commentlist respond disqus livefyre coral kommentare kommentar kommentarer commentaires
    commentaire comentarios comentario nocomments commenti reacties komentarze trackback discussion replies repondre
    forum-(?:fil|message|texte|chapo) yorumlar talkbacks?
"""
_TOOLS = r"""
    share shares shared sharing sharebar sharedaddy sharethis share-\w+ social socialmedia social-media addthis
    addtoany shariff sociable fb-like jp-post-flair post-flair tools? toolbar toolbox print noprint no-print
    email-link rating ratings poll feedback reactions actions? action-bar buttons?
"""
# Letters, memberships, permissions.
_OFFERS = r"""
    newsletter newsletter\w+ subscribe subscription subscriptions subscriber signup sign-up paywall register
    registration login signin sign-in donate donation donations support-us cookie cookies cookie\w+ consent gdpr
    onetrust cmp modal popup pop-up overlay popover tooltip toast interstitial
"""
_OTHER_STORIES = r"""
    related relatedposts related\w+ yarpp recommended recommendations recommendation recommend recirc recirculation
    more-stories more-news more-from more-on more-posts most-read most-viewed most-popular mostpopular mostread
    popular popular-posts trending read-next readnext up-next also-read read-also also-like teaser teasers promo
    promos promotion promotional nextstory next-post next-article next-story nextpost prev-post prev-article
    news-list article-list possibly key-events werkzeuge rel relateds epic appbar outbrain taboola zergnet
    links-block link-list latest-news latest-posts recent-posts recent-comments topic-list story-list post-list
    further-reading
"""
_ADVERTISEMENTS = """
    ad ads adv advert adverts advertisement advertising adsbygoogle adslot adunit adbox adblock ad-slot google-ad
    dfp gpt sponsor sponsored commercial anzeige anzeigen werbung publicidad publicite publicité pubblicita reklama
    wpcnt wpa banner-ad ad-banner skyscraper
"""
# The page around the article.
_AROUND = r"""
    nav navi navbar navbox navigation menu menus submenu mainmenu topmenu breadcrumb breadcrumbs crumbs pagination
    pager paging pagenav nav-links prevnext prev-next next-prev skip-link skiplink skip-links toc table-of-contents
    sidebar sidebar\w+ widget widgets widget-area rail right-rail left-rail footer foot footer\w+ colophon masthead
    topbar top-bar imprint impressum legal disclaimer pied pied-de-page fusszeile stopka rodape pie-de-pagina
    hierarchie fil-ariane fil-d-ariane copyright search searchform searchbox searchbar author-box author-bio
    author-info about-author about-the-author biography author-description citate pull-quote pullquote read-more
    readmore back-to-top scroll-top sitemap
"""
_DETAILS = """
    byline bylines autorzeile datumszeile autor autoren auteur auteurs dachzeile author authors author-name vcard
    contributor contributors written-by posted-on posted-by posted-in entry-date post-date postdate article-date
    publish-date published-date publishdate pubdate published date dates datetime timestamp time stamp updated
    last-updated last-modified postmetadata postmeta postinfo metadata meta submitted tags tag tag-links tags-links
    cat-links categories category keywords keyword topics labels kicker eyebrow rubric overline breadcrumb
    reading-time read-time word-count views view-count hits permalink bookmark
"""
_PART_OF_ARTICLE = (
    r"(?:entry|post|article|story|content|node|blog|news|item|art)-"
    r"(?:meta|metadata|info|details|author|date|time|byline|tags?|categor(?:y|ies)|utility|tools?|source|footer|foot)"
)

_PATTERNS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    (Kind.HIDDEN, _pattern(_HIDDEN)),
    (Kind.COMMENTS, _pattern(_COMMENTS)),
    (Kind.BOILERPLATE, _pattern(_TOOLS, _OFFERS, _OTHER_STORIES, _ADVERTISEMENTS, _AROUND)),
    (Kind.DETAILS, _pattern(_DETAILS, _PART_OF_ARTICLE)),
)

# More classes than this are no names but whatever a script left.
_LONGEST_NAME = 600
_SEAMS = re.compile(r"(?<=[a-z])(?=[A-Z])|[^A-Za-z0-9\s]+")


def seams_to_hyphens(name: str) -> str:
    """A class or an id in small letters, its words apart: ``relatedStories`` and ``related_stories`` alike."""
    return _SEAMS.sub("-", name[:_LONGEST_NAME]).lower()


@lru_cache(maxsize=20_000)
def kind_of_name(name: str) -> Kind | None:
    """The kind by a class attribute or id; ``None`` for text, or unknown."""
    name = name[:_LONGEST_NAME]
    whole = set(name.lower().split())
    if whole & _HIDING and not _SHOWING.search(name):
        return Kind.HIDDEN
    telling = _SAYS_NOTHING.sub(lambda said: said[0] if _SAYS_AUTHOR.match(said[0]) else "", name)
    words = seams_to_hyphens(telling)
    return next((kind for kind, pattern in _PATTERNS if pattern.search(words)), None)


_STYLE_HIDES = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)


@lru_cache(maxsize=4_000)
def style_hides(style: str) -> bool:
    return _STYLE_HIDES.search(style) is not None


_BODY_WORDS = re.compile(
    r"(?<![a-z])(?:(?:article|story|post|entry|news|page|blog|text|main|single)-?(?:body|content|text|copy|main)|(?:body|rich|full)-?(?:text|copy|content)"
    r"|articlebody\w*|storytext|storybody|richtext\w*|bodytext|bodycopy|articletext|artikeltext|artikel-?(?:body|inhalt)|contenido|cuerpo|corpo|"
    r"article-?(?:main|wrap\w*|paragraphs?|p)|story|content-?(?:body|main|article|text)|artibody|field-name-body|field--name-body|the-?content|"
    r"td-post-content|hnews|instapaper-body|hentry|maincontent|main-content|content|articolo|node-?(?:body|content)|zoom|trs-editor|rich-media-content)(?![a-z])"
)


@lru_cache(maxsize=20_000)
def names_body(name: str) -> bool:
    return _BODY_WORDS.search(seams_to_hyphens(name)) is not None
