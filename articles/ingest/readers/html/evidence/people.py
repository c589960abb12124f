"""Author names from bylines and author elements."""

import re
from collections.abc import Iterable

from articles.ingest.readers.html.evidence.clues import key
from articles.ingest.readers.html.evidence.moments import is_date_alone
from articles.text.outlets import has_press_name, is_known_outlet

_BY = re.compile(
    r"(?:(?:written|words|story|posted|published|reported|report|article|text|review|analysis|opinion|geschrieben|"
    r"verfasst|veröffentlicht|erstellt|texte?|écrit|publié|rédigé|escrito|publicado|scritto|pubblicato|"
    r"geschreven|skrevet|skriven|gespeichert|eingereicht|submitted|soumis|enviado|inviato|(?:blog\s?)?beitrag|interview)\s+)?"
    r"(?:by|von|par|por|di|door|af|av|oleh|от|автор|autor(?:in)?|author|auteur|autore|redacteur|skribent|reporter)"
    r"\s*(?:[:：]\s*|\s+|$)|(?:作者|文|记者|記者|撰文|編輯|编辑|글|기자)\s*[/:：|]\s*"
    r"|(?:كتبت?|إعداد|تقرير|نویسنده|خبرنگار|כתבה?|yazan|haber|tekst|opracowała?|napisała?|συντάκτ(?:ης|ρια)|ρεπορτάζ|"
    r"κείμενο|текст|teksti|szerző)\s*[:：]\s*|(?:بقلم|מאת|γράφει [οη])\s*[:：]?\s+",
    re.IGNORECASE,
)
# The part that somebody had in it, before the name: ``Interview: Jane Doe``. Pictures are another matter.
_PART = re.compile(
    r"(?:interview|texte?|story|protokoll|kommentar|essay|analyse|analysis|bericht|reportage|words|report|opinion|"
    r"testo|texto|entrevista|intervista|tekst|author|autor(?:in)?|autore|auteur)\s*[:：]\s*",
    re.IGNORECASE,
)
_PICTURES = re.compile(
    r"(?:photos?|fotos?|pictures?|images?|bild(?:er)?|illustrations?|graphics?|video)(?: by| von| par| di)?\s*[:：]?\s",
    re.IGNORECASE,
)
# What follows a name in the same place: dates, times, tools.
_AFTER = re.compile(
    r"\s*(?:\s[–—-]\s|(?<=\s)(?:on|am|le|el|il|em|op|den)\s+(?=\d|\w+\s+\d)|\b(?:updated|published|posted|"
    r"view all posts|follow|@\w)|\s@\s|\d{1,2}[./]\d{1,2}[./]\d{2,4}|\d{4}-\d\d)",
    re.IGNORECASE,
)
_ADDRESS = re.compile(
    r"[(<\[]?\s*(?:https?://|www\.|mailto:)\S+|[(<\[]?\s*[\w.+-]{1,64}@[\w.-]{3,}\s*[)>\]]?", re.IGNORECASE
)
_AND = re.compile(
    r"\s+(?:and|und|et|y|e|og|och|en|ja|i|и|та|ve|&|with|mit|avec|con)\s+|\s*[&＆、]\s*|(?<=[\u3400-\u9fff])[和与]"
)
_BETWEEN = re.compile(r"\s*[;|｜•·/]\s*|\s*,\s+(?=\S)|\s*，\s*")
_TITLE = re.compile(
    r"^(?:Dr|Prof|Professor|Mr|Mrs|Ms|Sir|Dame|Rev)\.?$|^(?:Jr|Sr|II|III|IV|Ph\.?D|M\.?D|MBA|Esq)\.?$", re.IGNORECASE
)

# What systems write where nobody signed.
_NOBODY = frozenset(
    """admin administrator root webmaster unknown unbekannt null undefined none na author autor auteur autore user
    default test guest anonymous anonym anonyme editor editors redaktion by staff nobody superuser siteadmin wpadmin
    newsroom desk writer contributor""".split()
)
_NO_NAME = re.compile(
    r"(?:über|about|zum|zur|zu den|all posts|alle beiträge|more from|mehr von|à propos|sobre|view|see|read)\b",
    re.IGNORECASE,
)
# What people are, beside their names.
_ROLES = re.compile(
    r"\b(?:correspondent|editor|reporter|writer|columnist|contributor|journalist|staff|producer|photographer|analyst|"
    r"redakteur(?:in)?|korrespondent(?:in)?|volontär(?:in)?|journaliste?|rédact\w+|redactor\w?|editora?|bureau|desk|"
    r"professor|director|fellow|intern|freelance\w*|specialist|officer|manager|secretary|president|ceo|agencies|agency|"
    r"university|institute|ministry|department|chief|head of|special to)\b",
    re.IGNORECASE,
)


# ``Jane Doe (jdo)``
_INITIALS = re.compile(r"\s*[(\[][^()\[\]]{1,12}[)\]]?$")
_ROLE_ALONE = re.compile(
    rf"(?:(?:our|senior|junior|chief|political|news|sports?|special|foreign|web|online|guest|{_ROLES.pattern}) ?)+",
    re.IGNORECASE,
)
_TIME = re.compile(r"\d[:.]\d\d")


def names_in(values: Iterable[str], *, is_reversed: bool = False) -> tuple[str, ...]:
    """The names in what one place of a page says of its authors, each once. ``is_reversed``: ``Last, First`` occurs."""
    found: dict[str, str] = {}
    for value in values:
        shown = _PART.sub("", without_by(_ADDRESS.sub(" ", value[:300]).strip()), 1)
        shown = without_date(without_by(shown)).strip(" ,;:|–—-·•()")
        for name in _split(shown, is_reversed=is_reversed):
            if is_name(name):
                found.setdefault(key(name), name)
    return tuple(found.values())


def without_by(text: str) -> str:
    """``By Jane Doe`` as ``Jane Doe``; what does not begin so stays as it is."""
    by = _BY.match(text)
    return text[by.end() :].strip() if by else text


def begins_with_by(text: str) -> bool:
    return _BY.match(text) is not None


def without_date(text: str) -> str:
    after = _AFTER.search(text)
    return text[: after.start()].strip() if after and after.start() else text


def _split(value: str, *, is_reversed: bool) -> list[str]:
    if is_reversed and value.count(",") == 1:
        last, _, first = (part.strip() for part in value.partition(","))
        if last and first and len(first.split()) <= 3 and len(last.split()) <= 2 and not _ROLES.search(first):
            return [f"{first} {last}"]
    parts: list[str] = []
    for part in _BETWEEN.split(value):
        two = [one for one in _AND.split(part) if one]
        is_office = re.search(r"\bof\b|\bfor\b", part) or has_press_name(part)  # ``A and B`` may be one
        are_people = len(two) > 2 or all(len(one.split()) >= 2 or not one.isascii() for one in two)
        parts += two if len(two) > 1 and are_people and not is_office else [part]
    parts = [part for part in parts if not _PICTURES.match(part)]
    people = [part for number, part in enumerate(parts) if not number or not _is_no_name_beside(part)]
    return [_INITIALS.sub("", part.strip(" ,;:")).strip(" ,;:()") for part in people]


def _is_no_name_beside(part: str) -> bool:
    """``True`` for an office, an outlet or a title after a name."""
    part = part.strip()
    return bool(_TITLE.match(part) or _ROLES.search(part) or is_known_outlet(part)) or part[:1].islower()


def is_outlet(name: str, site_names: frozenset[str]) -> bool:
    """True for the name of a publication or an agency: the page's own, or a known one."""
    bare, first = key(name), key(name.split()[0])
    is_alike = any(bare.startswith(site) or site.startswith(first) for site in site_names)
    return bare in site_names or is_known_outlet(name) or (is_alike and len(first) >= 4)


def is_name(text: str) -> bool:
    bare = key(text)
    if not bare or len(text) > 80 or len(text.split()) > 8 or bare in _NOBODY:
        return False
    if text.startswith(("@", "http", "#", "{", "/")) or "://" in text or text.endswith(("?", "!", "…", "...")):
        return False
    if _NO_NAME.match(text) or _ROLE_ALONE.fullmatch(text) or _TIME.search(text) or is_date_alone(text):
        return False
    return any(map(str.isalpha, text)) and sum(map(str.isdigit, text)) <= 4
