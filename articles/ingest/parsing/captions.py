"""Captions and credits that a page marks as such, where less has to be said for words to be a credit.

``split_caption`` takes a caption apart: first by the rules for any text (``credits``), then by what is a credit only
within a caption: a name in brackets after the sentence, behind a bar, after a label in another language, an agency's
name at the end. ``credit_name`` reads an element that holds a credit and nothing else.

To teach the archive another language's label, add it to ``LABELS``; another picture library, to ``LIBRARIES``.
"""

from __future__ import annotations

import re

from articles.ingest.parsing.credits import Credit, split_credit
from articles.ingest.parsing.names import reads_as_credit_name
from articles.text.outlets import agency_pattern

LABELS = (
    "(?:file |handout |stock )?(?:photo|image|picture|pic|video|illustration|graphic)s?",
    "(?:photo|image|picture|pic|video|illustration|graphic)s? (?:credits?|source|courtesy|copyright)",
    "photograph(?:s|y|er)?", "repro(?:duktion)?", "credits?", "courtesy(?: of)?", "source", "via",
    "(?:titel|symbol|archiv|bei?trags)?(?:bild|foto|grafik)(?:er|s|en)?(?:quelle|nachweis|rechte|credits?)?",
    "quelle", "cr[ée]dits?(?: photos?)?(?: image)?", "photo(?:graphie)?s?", "fotos?",
    "foto(?:graf(?:[íi]a)?|grafia)s?", "cr[ée]ditos?(?: da foto)?", "im[áa]gen(?:es)?", "imagem", "imagens",
    "immagine", "zdj[eę]cie", r"fot\.?", "fot[óo]k?", "fotoğraf", "ảnh", "фото(?:графия)?", "снимка", "foto:?",
    "写真(?:提供)?", "撮影", "画像", "提供", "图片?(?:来源|源)?", "图源", "圖片?(?:來源|源)?", "照片(?:来源)?",
    "摄影", "攝影", "摄", "사진(?: ?제공)?",
    "صورة", "الصورة", "تصوير", "المصدر", "صور", "عکس", "צילום",
)  # fmt: skip

LIBRARIES = (
    "Getty Images", "Getty", "AP", "AFP", "Reuters", "EPA", "EPA-EFE", "dpa", "PA", "PA Wire", "Xinhua", "VCG",
    "VOA",
    "Kyodo", "TASS", "ANSA", "EFE", "APA", "ANP", "Belga", "Keystone", "NTB", "TT", "Ritzau", "Lehtikuva", "Yonhap",
    "Bloomberg", "Anadolu", "NurPhoto", "Zuma", "SIPA", "MAXPPP", "imago", "picture alliance", "picture-alliance",
    "ullstein bild", "Shutterstock", "iStock", "iStockphoto", "Alamy", "Adobe Stock", "Fotolia", "Depositphotos",
    "Unsplash", "Pixabay", "Pexels", "Flickr", "Wikimedia Commons", "Wikimedia", "Wikipedia", "Associated Press",
    "Magnum Photos", "Corbis", "Rex Features", "WireImage", "Press Association", "Courtesy", "Handout", "AAP", "CP",
    "The Canadian Press", "PTI", "ANI", "الجزيرة", "رويترز", "الفرنسية", "أ ف ب", "أسوشيتد برس", "غيتي إيميجز",
    "غيتي", "الأناضول", "الأوروبية", "وكالات", "РИА Новости", "ТАСС", "NASA", "ESA", "USGS", "NOAA",
)  # fmt: skip

_LABEL = rf"(?i:{'|'.join(sorted(LABELS, key=len, reverse=True))})"
_LIBRARY = rf"(?:{agency_pattern()}|{'|'.join(re.escape(name) for name in sorted(LIBRARIES, key=len, reverse=True))})"
_COPYRIGHT = r"(?:©|\([cC]\)|(?i:copyright)(?: ©)?)"

_BRACKETED_END = re.compile(
    r"[\[(（【［]([^\[\]()（）【】［］]{1,160}(?:\([^()]{1,60}\)[^\[\]()]{0,40})?)[\])）】］]\.?$"
)
_AFTER_BAR = re.compile(r"\s*[|｜│]\s*([^|｜│]{2,160})$")
_LABELLED_END = re.compile(
    rf"(?:^|(?<=[\s.,;:|/–—\-。！？」』）)”\"(\[]))(?:{_COPYRIGHT} ?)?"
    rf"(?:{_LABEL} ?(?:[:：/]|by\b|de\b|von\b) ?|(?i:foto?|ph(?:ot)?)\. )(?P<name>[^:：]{{1,160}})$"
)
# ``… at noon. / JANE DOE``
_CAPITALS_END = re.compile(r"(?<=[.!?…\"”’»)]) ?/ ?(?P<name>[^\W\d_]+(?:[ .'’-]{1,2}[^\W\d_]+){1,3})$")
_COPYRIGHT_END = re.compile(rf"(?:^|(?<=[\s.,;|/–—\-。]))(?P<raw>{_COPYRIGHT} ?(?P<name>[^©]{{2,120}}))$")
_LIBRARY_END = re.compile(
    rf"(?<=[.!?…\"”’»)\]。！？] )(?P<name>(?:[^.!?。！？]{{0,80}}?[ /|,–—-])??{_LIBRARY}"
    r"(?: ?[/|,–—-] ?[^.!?。！？]{1,60})?)\.?$"
)
_DASHED_LIBRARY_END = re.compile(
    rf" (?:[–—]|--?|/) (?P<name>(?:[^–—.!?]{{0,60}}?[ /])??{_LIBRARY}(?:/[^–—.!?]{{1,40}})?)\.?$"
)

_WHOLE_CREDIT = re.compile(
    # The spaces around a slash belong to what lies between two, so that there is one way to read each.
    rf"(?:(?:[^.!?。！？/]{{1,62}}+/)+ ?)?{_LIBRARY}(?: ?(?:/[^.!?。！？/]{{1,62}}+)+)?"
    rf"|{_LIBRARY}(?: [Pp]hoto)? ?/ ?[^.!?]{{1,60}}"
)
_COURTESY_END = re.compile(
    r"(?:^|(?<=[.!?…\"”’»)] ))(?i:photo|image|picture|video)s? "
    r"(?P<name>(?i:courtesy of|provided by|supplied by) [^.!?]{2,100})\.?$"
)
_JAPANESE_END = re.compile(r"[＝、](?P<name>[^。＝（）、]{1,24}(?:提供|撮影|写す))$")

_LABEL_START = re.compile(
    rf"^(?:{_COPYRIGHT} ?)?(?:{_LABEL}(?: ?[:：,，/|]| ?\.\.\.|(?= by\b)|(?=\s|$))\s*)+(?:by\b ?|of\b ?)?",
    re.IGNORECASE,
)
_COPYRIGHT_START = re.compile(rf"^{_COPYRIGHT}[ :]*(?:\d{{4}} ?,? ?)?")
_BRACKETS = {"(": ")", "[": "]", "（": "）", "【": "】", "［": "］"}

# What pages say to people who look at a picture, before or behind the caption.
_FURNITURE = re.compile(
    r"(?i)(?:^|(?<=\s))(?:view (?:image )?in (?:full ?screen|gallery)|"
    r"open (?:image )?(?:in )?(?:gallery|modal|full ?screen)|enlarge(?: this)? image|purchase licensing rights|"
    r"(?:click|tap) to (?:enlarge|expand|zoom)|(?:toggle|hide|show|expand|read full) caption|"
    r"bild vergr(?:ö|oe)(?:ß|ss)ern|bild in galerie-ansicht|image \d+ of \d+|slide \d+ of \d+|toggle fullscreen|"
    r"agrandir(?: l['’]image)?|ampliar(?: imagen)?|点击(?:查看)?(?:大图|放大))(?=\s|[.:|]|$)[.:|]?"
)
_COUNTER = re.compile(
    r"^(?:[\[(]\d{1,3} ?(?:/|of|von|de|sur|di|из) ?\d{1,3}[\])] ?|"
    r"\d{1,3} ?(?:/|of|von|de|sur|di|из) ?\d{1,3}(?: ?[|:·–—-] ?| +(?=\S)|$))",
    re.IGNORECASE,
)
_CAPTION_LABEL = re.compile(
    r"^(?:(?:image|photo|picture|video|media|figure) )?(?:caption|bildunterschrift|bildtext|légende|leyenda|legenda)"
    r"(?: ?[:：,，|]|\s+(?=[A-Z])) ?",
    re.IGNORECASE,
)
_SOURCE_LABEL = re.compile(r"^(?:image|photo|picture|media|video) source ?[,，:：] ?", re.IGNORECASE)
_ENDS = ".!?。！？…\"”’'」』»)）"
_NUMBERS = re.compile(r"[\d\s./,:–-]+")
_MOST_WORDS = 14


_SURE_LABEL = re.compile(
    r"(?i)\W*(?:©|\(c\)|file |handout )*(?:photo|foto|bild|image|picture|cr[ée]dit|repro|graphic|"
    r"写真|撮影|图|圖|照片|摄|攝|фото|صورة|تصوير|사진)"
)


def ends_in_credit(text: str) -> Credit | None:
    """Take a paragraph that stands beside a picture apart, if it ends in what can only be a credit."""
    found = split_credit(text)
    if found or len(text) > _LONGEST_BESIDE:
        return found
    found = _end(text, _LABELLED_END)
    return found if found and _SURE_LABEL.match(found.raw or "") else None


def ends_in_copyright(text: str) -> Credit | None:
    return _end(text, _COPYRIGHT_END) if "©" in text else None


_LONGEST_BESIDE = 400


def tidy_caption(text: str) -> str:
    """A folded caption without counters (``1 of 3 |``), labels (``Image caption,``) and invitations to enlarge it."""
    text = _FURNITURE.sub(" ", text)
    text = _COUNTER.sub("", " ".join(text.split()))
    return _CAPTION_LABEL.sub("", text).strip(" |\t")


def split_caption(text: str) -> Credit | None:
    if names_agency(text) and len(text.split()) <= _MOST_WORDS and _WHOLE_CREDIT.fullmatch(text):
        return Credit(None, credit_name(text), text)
    return (
        _bracketed(text)
        or split_credit(text)
        or _end(text, _LABELLED_END)
        or _as_printed(text, _COURTESY_END)
        or _as_printed(text, _JAPANESE_END)
        or _after_bar(text)
        or _as_printed(text, _CAPITALS_END)
        or _end(text, _COPYRIGHT_END)
        or _end(text, _LIBRARY_END)
        or _end(text, _DASHED_LIBRARY_END)
    )


def credit_name(text: str) -> str | None:
    """Who made a picture, by an element that holds the credit alone: without labels and brackets.

    ``None`` where nothing but a label is left: the credit is cut.
    """
    name = _without_brackets(" ".join(text.split()))
    name = _SOURCE_LABEL.sub("", name)
    before = None
    while name != before:
        before = name
        name = _COPYRIGHT_START.sub("", _without_label(name)).strip(" :|•·,;–—-/")
        name = _without_brackets(name)
    if name.endswith(".") and not re.search(r"\b(?:[A-Z]|Jr|Sr|Inc|Ltd|Co|e\.V|p\.a)\.$", name):
        name = name[:-1]
    return name.strip() or None


def reads_as_credit(text: str) -> bool:
    """Whether the last words of a caption, set apart from it by the page, name who made the picture."""
    name = credit_name(text)
    if not name or len(name.split()) > _MOST_WORDS or text[-1] in ",;:!?" or _NO_NAMES.fullmatch(name):
        return False
    return not name[0].islower() and _reads_as_name(name)


def names_agency(text: str) -> bool:
    return "/" in text or re.search(rf"(?<!\w){_LIBRARY}(?!\w)", text) is not None


_PICTURE_LINE = re.compile(
    rf"(?:{_COPYRIGHT} ?)?(?i:[^\W\d]{{0,12}}[- ]?"
    r"(?:photo|foto|bild|image|imagen|imagem|picture|illustration|grafik|写真|图片|照片|фото|صورة)[^\W\d]{0,14}"
    r"(?: (?:credits?|source|courtesy(?: of)?|copyright|rights))?) ?(?:[:：]|\bby\b) ?(?P<name>[^:：]{2,120})"
)


def credit_line(text: str) -> str | None:
    """The name in a line that is only a picture's credit: ``Titelbild: Jane Doe``; ``None`` for any other line."""
    found = _PICTURE_LINE.fullmatch(text) if len(text) <= 160 else None
    name = credit_name(found["name"]) if found else None
    return name if name and _reads_as_name(name) else None


def _without_label(name: str) -> str:
    found = _LABEL_START.match(name)
    # ``Picture Alliance``, ``Photo Agency Smith``: a label needs a sign after it, or to be one that is nobody's name.
    if not found or not found[0]:
        return name
    label = found[0].rstrip()
    is_marked = label.endswith((":", "：", ",", "，", "/", "|", "...", " by", " of"))
    return name[found.end() :] if is_marked or _BARE_LABEL.fullmatch(label) else name


_BARE_LABEL = re.compile(
    r"(?i)photo|foto|bild|(?:(?:photo|image|picture) )?(?:credits?|source|courtesy(?: of)?)|crédits?(?: photo)?|quelle"
)


def _without_brackets(name: str) -> str:
    while len(name) > 1 and _BRACKETS.get(name[0]) == name[-1] and name[0] not in name[1:]:
        name = name[1:-1].strip()
    return name


def _credit(text: str, start: int, raw: str, name: str) -> Credit | None:
    caption = text[:start].rstrip(" |–—-,;/") if start else ""
    if not caption or caption[-1:] not in _ENDS:
        caption = text[:start].rstrip(" |–—-,;/([")
    return Credit(caption or None, name, raw)


def _reads_as_name(name: str) -> bool:
    return (
        not _NUMBERS.fullmatch(name)
        and len(name.split()) <= _MOST_WORDS
        and (reads_as_credit_name(name) or re.search(rf"(?<!\w){_LIBRARY}(?!\w)", name) is not None)
    )


_NO_NAMES = re.compile(
    r"(?i)(?:\w+ )?(?:left|right|centre|center|middle|above|below|top|bottom|front|back|l|r|c|m|"
    r"li|re|links|rechts|mitte|oben|unten|"
    r"pictured|file|archive|archiv|inset|background|foreground|see \w+|second from \w+|d|g|à gauche|à droite)\.?"
)


def _bracketed(text: str) -> Credit | None:
    found = _BRACKETED_END.search(text)
    if not found:
        return None
    inside = found[1].strip()
    before = text[: found.start()].rstrip()
    if _NO_NAMES.fullmatch(inside) or not (name := credit_name(inside)) or not _reads_as_name(name):
        return None
    is_marked = name != inside or "/" in inside or re.search(rf"(?<!\w){_LIBRARY}(?!\w)", inside)
    if before and before[-1] not in _ENDS and not is_marked:
        return None
    kept = split_credit(text)
    return kept if kept and kept.name else Credit(before or None, name, text[found.start() :])


def _as_printed(text: str, pattern: re.Pattern[str]) -> Credit | None:
    """A credit whose words beside the name say on what terms it is: they are kept."""
    found = pattern.search(text)
    if not found or (pattern is _CAPITALS_END and not found["name"].isupper()):
        return None
    return Credit(text[: found.start()].rstrip("＝、 ") or None, found["name"], text[found.start() :].strip("＝、/ "))


def _after_bar(text: str) -> Credit | None:
    found = _AFTER_BAR.search(text)
    if not found or not (name := credit_name(found[1])) or not _reads_as_name(name):
        return None
    return Credit(text[: found.start()].strip() or None, name, found[1].strip())


def _end(text: str, pattern: re.Pattern[str]) -> Credit | None:
    found = pattern.search(text)
    if not found:
        return None
    name = credit_name(found["name"])
    is_after_sentence = found.start() == 0 or text[: found.start()].rstrip()[-1:] in _ENDS
    is_short = len((name or "").split()) <= 6 and not re.search(r"[.!?。] ", name or "")
    # Behind a sentence, the sign alone makes a credit of words that are no name: ``© Borough of Fen / survey 2020``.
    is_marked = pattern is _LABELLED_END or (text[found.start()] == "©" and not (name or " ")[0].islower())
    if not name or not (_reads_as_name(name) or (is_after_sentence and is_marked and is_short)):
        return None
    return _credit(text, found.start(), text[found.start() :].strip(), name)
