"""Captions and credits in elements that a page marks as such, where less evidence makes words a credit.

``split_caption`` divides a caption: a credit may begin after a sentence, in brackets, after a bar or dash, or at a
label, and begins at the first of these where the rest reads as one. ``credit_name`` reads an element that contains only
a credit.

To teach the archive another language's label or another picture library, add it to ``credits.toml``.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import accumulate
from pathlib import Path

from articles.ingest.parsing.credits_in_text import CLOSERS, Credit, split_credit
from articles.ingest.parsing.names import PERMITTED_TAIL, names_nobody, reads_as_credit_name, reads_as_sentence
from articles.text.outlets import agency_pattern, has_press_name, is_known_outlet
from articles.text.shown_credits import goes_on_from_label
from articles.text.tables import tables_of

_TABLES = tables_of(Path(__file__).with_name("credits"))
PICTURE_LABELS, SOURCE_LABELS, LIBRARIES = (
    tuple(_TABLES[table]) for table in ("picture_labels", "source_labels", "libraries")
)

_WORD = rf"(?:{'|'.join(sorted((*PICTURE_LABELS, *SOURCE_LABELS), key=len, reverse=True))})"
# Terms of use belong to the credit.
_GIVEN = r"(?:courtesy|provided|supplied|submitted)\b"
_PREPOSITIONS = "by|de|von|di|par|av|af|door|da|via"
_LABEL = rf"(?<!\w){_WORD}(?:[ -](?:d[aeio]l?a? )?{_WORD}){{0,2}}"
_DOT = r"(?:(?<=fot)|(?<=foto)|(?<=ph))\.(?= )"
_SIGN = rf"(?: ?[:：=＝/／|]| ?\.\.\.|(?<=source)[,，]|{_DOT}| (?:{_PREPOSITIONS})(?= )| (?={_GIVEN}))"
_COPYRIGHT = r"(?:©|ⓒ|\(c\)|(?<!\w)copyright(?: ©|:)?)(?: ?\d{4}\b,?)?"
_LABELLED = re.compile(rf"(?:{_COPYRIGHT}|{_LABEL}{_SIGN}|(?={_GIVEN})) ?", re.IGNORECASE)
_COPYRIGHT_START = re.compile(_COPYRIGHT, re.IGNORECASE)
_LABEL_ALONE = re.compile(rf"(?:{_LABEL}|{_COPYRIGHT})\W*", re.IGNORECASE)
# No labels within a sentence: ``an exhibition of photos by Jane Doe``, ``a dinner courtesy of the mayor``, nor at its
# end: ``ein bearbeitetes Foto. (Quelle: AFP)``.
_UNSURE_SIGN = re.compile(rf"(?:^| (?:{_PREPOSITIONS}) ?|foto\. )$", re.IGNORECASE)
_BARE, _RIGHTS, _COUNTER = (
    re.compile("|".join(_TABLES[name]), re.IGNORECASE) for name in ("bare_labels", "rights", "counters")
)
_LIBRARIES = "|".join(
    re.escape(name) if len(name) < 5 else f"(?i:{re.escape(name)})" for name in sorted(LIBRARIES, key=len, reverse=True)
)
_LIBRARY = re.compile(rf"(?<!\w)(?:{agency_pattern()}|{_LIBRARIES})(?!\w)")
_AGENCY_END = re.compile(rf"{_LIBRARY.pattern}(?: photo)?$", re.IGNORECASE)
_MAKER_END = re.compile(r"(?:[摄攝]|撮影|写す|提供|기자| nuotr)$")
# ``Photographed by`` and ``reporter``, behind the name.
_LABEL_BEHIND = re.compile(r"(?<=\w)(?:撮影| ?기자)$")
# A date or a place before the maker, or before one in brackets, belongs to the caption.
_BEFORE_MAKER = re.compile(r"\d.*、|（[^（]*）$")
_FOR_OUTLET = re.compile(r"[^\W\d_][\w.’'-]+(?: [^\W\d_][\w.’'-]*){1,3} (?:for|via) (?:the )?[^\W\d_].*")
_ACRONYM = re.compile(r"[A-ZÄÖÜČŠŽ]{3,6}")
_SURNAME_IN_CAPITALS = re.compile(r"(?:[A-ZÀ-Þ][^\W\d_]*[a-zß-ÿ’-]+ ){1,2}[A-ZÀ-Þ][A-ZÀ-Þ’-]{2,}")
_ABBREVIATED = re.compile(r"\b(?:[A-Z]|Jr|Sr|Inc|Ltd|Co|e\.V|p\.a)\.$")
_TWICE = re.compile(r"(.+?)(?: ?[|/,©] ?\1)+")

_ENDS = ".!?。！？…\"”’'」』»)]）"
# The possible beginnings of a credit. The sign decides how much evidence its words need.
_SEAM = re.compile(
    rf"(?P<label>[\s,]*(?={_LABELLED.pattern}))|(?P<bracket>\s*[\[(（【［])|(?P<bar>\s*[|｜│]\s*)"
    rf"|(?P<dash>\s+(?:[–—]|--?)\s*)|(?P<slash>\s*/\s+)|(?P<equals>[＝、])"
    rf"|(?P<sentence>(?<=[{re.escape(_ENDS)}])\s+|(?<=[。！？」』）])(?=\w))",
    re.IGNORECASE,
)
_LEADING_END = re.compile(r"[)\]）】]\s*|(?<=[^\W\d_]{2})(?:\.\s+|。)|\s+[|–—]\s+")

_AROUND = re.compile(rf"(?:^|(?<=\s))(?:{'|'.join(_TABLES['around_captions'])})(?=\s|[.:|]|$)[.:|]?", re.IGNORECASE)
_CAPTION_LABEL = re.compile(rf"^(?:{'|'.join(_TABLES['caption_labels'])})", re.IGNORECASE)
_NO_NAMES = re.compile(rf"(?:\w+ )?(?:{'|'.join(_TABLES['no_names'])})\.?", re.IGNORECASE)
_DATE_START = re.compile(r"[^\W\d_]+ (?:19|20)\d\d\b")  # behind the point of ``11. Mai 2026``
_SENTENCE = re.compile(rf"[^\W\d_]{{3}}[.!?] (?!{PERMITTED_TAIL.pattern})|[。！？]")
_PICTURE_LABEL = re.compile(rf"\W*(?:(?:©|\(c\)|file|handout)\W*)*(?:{'|'.join(PICTURE_LABELS)})(?!\w)", re.IGNORECASE)
_MOST_WORDS, _FEW_WORDS = 14, 6
# A shorter sentence, or one that ends in ``Sen.`` or ``St.``, is none that a name follows.
_FEWEST_BEFORE_NAME, _LONGEST_TITLE = 3, 4
_LONGEST_CASELESS = 5
_LONGEST = 160


def tidy_caption(text: str) -> str:
    """A folded caption without counters (``1 of 3 |``), labels (``Image caption,``) and invitations to enlarge it."""
    text = _AROUND.sub(" ", text)
    text = _COUNTER.sub("", " ".join(text.split()))
    return _CAPTION_LABEL.sub("", text).strip(" |\t").rstrip(" –—-/")


def without_label(caption: str) -> str:
    """A caption without its credit and without the word for a picture before it: ``Image: The ferry.``"""
    label = _LABELLED.match(caption) if _PICTURE_LABEL.match(caption) else None
    return caption[label.end() :] if label and not _UNSURE_SIGN.search(label[0]) else caption


@lru_cache(maxsize=1_000)
def split_caption(text: str) -> Credit | None:
    """``None`` for a caption without a credit."""
    if found := next(_credits(text), None) or split_credit(text):
        return found
    # A labelled credit at the beginning: ``Photo: Jane Doe. The ferry at dusk.``
    end = _LEADING_END.search(text, 0, _LONGEST)
    credit, caption = (text[: end.start()], text[end.end() :]) if end else ("", "")
    bare = credit[1:] if credit[:1] in CLOSERS else credit
    name = credit_name(bare)
    is_credit = name is not None and _label(bare) is not None and _may_be_name(name) and _is_name(name)
    return Credit(caption, name, credit) if is_credit and len(caption) > len(credit) else None


@lru_cache(maxsize=1_000)
def ends_in_credit(text: str) -> Credit | None:
    """Split a paragraph next to a picture if its end can only be a credit."""
    found = split_credit(text)
    if found or len(text) > 400:
        return found
    return next((credit for credit in _credits(text) if _PICTURE_LABEL.match(credit.raw or "")), None)


def ends_in_copyright(text: str) -> Credit | None:
    if "©" not in text:
        return None
    return next((credit for credit in _credits(text) if (credit.raw or "").startswith("©")), None)


def credit_line(text: str) -> str | None:
    """The name in a line that is only a credit: ``Titelbild: Jane Doe``; ``None`` for other lines."""
    if len(text) > _LONGEST or not (_PICTURE_LABEL.match(text) and _LABELLED.match(text)):
        return None
    name = credit_name(text)
    return name if name and reads_as_credit_name(name) else None


def last_line_credit(text: str) -> str | None:
    """Like ``credit_line``; the last line of a picture's words need not have a label if an agency is named."""
    name = credit_name(text)
    is_credit = name is not None and reads_as_credit(text) and _is_name(name) and names_agency(name)
    return name if is_credit else credit_line(text)


def credit_name(text: str) -> str | None:
    """The maker, from an element that is only a credit, without labels and brackets; ``None`` of a label alone."""
    name, before = _RIGHTS.sub("", " ".join(text.split())), None
    while name != before:
        # A second label has a sign, or is ``by``: ``Photo: Picture Alliance``.
        label = _label(name) if before is None or name[:3].lower() == "by " else _LABELLED.match(name)
        before = name
        name = name[label.end() if label else 0 :].strip(" :|•·,;–—-/")
        while len(name) > 1 and CLOSERS.get(name[0]) == name[-1] and name[0] not in name[1:]:
            name = name[1:-1].strip()
    if _LABEL_ALONE.fullmatch(name):
        return None
    name = _LABEL_BEHIND.sub("", name)
    if name.endswith(".") and not _ABBREVIATED.search(name):
        name = name[:-1]
    twice = _TWICE.fullmatch(name) if len(name) <= _LONGEST else None
    return (twice[1] if twice else name).strip() or None


def reads_as_credit(text: str) -> bool:
    """``True`` if these last words of a caption, which the page sets apart, name the maker of the picture."""
    name = credit_name(text)
    if not name or text[-1] in ",;:!?" or not _may_be_name(name):
        return False
    if _NO_NAMES.fullmatch(name) or _COUNTER.match(text):
        return False
    is_capitalised = not name[0].islower() or _LIBRARY.match(name) is not None or is_known_outlet(name)
    is_named = _is_name(name) or (names_agency(name) and len(name.split()) <= _FEW_WORDS)
    return _label(text) is not None or (is_capitalised and is_named)


def names_agency(text: str) -> bool:
    """``True`` if an agency, a library or a newspaper is named, or if a slash divides two names."""
    if "/" in text or _LIBRARY.search(text):
        return True
    return any(is_known_outlet(name) or has_press_name(name) for name in re.split(r"(?:,| \|) ", text))


def _credits(text: str) -> Iterator[Credit]:
    """The ways to split the text at a seam, the longest credit first."""
    if len(text) <= _LONGEST and (name := credit_name(text)) and _is_whole_credit(text, name):
        yield Credit(None, name, text)
    labelled = 0
    for seam in _SEAM.finditer(text, max(0, len(text) - _LONGEST)):
        before, words = text[: seam.start()].rstrip(), text[seam.end() :]
        if bracket := (seam["bracket"] or "").strip():
            words = _inside(words, bracket)
        if name := _name(seam, before, words) if words else None:
            start = seam.start()
            if labelled and not _SENTENCE.search(text, labelled, seam.end()):
                start, name = labelled, credit_name(text[labelled:]) or name
            elif agency := _AGENCY_END.search(before) if seam["slash"] else None:
                start, name = agency.start(), text[agency.start() :].strip()
            before = text[:start].rstrip()
            caption = before if before[-1:] in _ENDS else before.rstrip(" |–—-,;/([")
            yield Credit(caption or None, name, text[start:].strip(" |/＝、–—-"))
        elif seam["label"] is not None and (label := _label(words)) and not _UNSURE_SIGN.search(label[0]):
            labelled = seam.start()


def _inside(text: str, bracket: str) -> str:
    """The text up to the closing of a bracket before it; ``""`` if that is not at the end, or there earlier."""
    text, closing = text.rstrip(". "), CLOSERS[bracket]
    depths = list(accumulate(((sign == bracket) - (sign == closing) for sign in text), initial=0))
    return text[:-1].strip() if depths[-1] == -1 and min(depths[:-1]) >= 0 else ""


def _is_whole_credit(text: str, name: str) -> bool:
    if _label(text):
        return _may_be_name(name) and (_is_name(name) or "©" in text)
    if not (_may_be_name(name) and _is_name(name) and _LIBRARY.search(name)):
        return False
    return not any(seam.lastgroup in ("label", "bracket", "bar", "equals") for seam in _SEAM.finditer(text))


def _name(seam: re.Match[str], before: str, words: str) -> str | None:
    """The credit in the words after a seam; ``None`` if they are none."""
    name, kind = credit_name(words), seam.lastgroup or ""
    if not name or not _may_be_name(name):
        return None
    if label := _label(words):
        is_apart = before[-1:] in _ENDS or kind in ("bracket", "bar", "dash")
        return name if _follows_label(label[0], before, name, is_apart=is_apart) else None
    if (_NO_NAMES.fullmatch(name) and not names_agency(name)) or _DATE_START.match(name) or _BEFORE_MAKER.search(name):
        return None
    if _MAKER_END.search(words.rstrip(".")):
        return name
    return name if not _proofs(before, words, name).isdisjoint(_TABLES["needed"][kind]) else None


def _follows_label(label: str, before: str, name: str, *, is_apart: bool) -> bool:
    if not is_apart and _UNSURE_SIGN.search(label):
        return False
    # After a sentence, the sign suffices, except for names: ``© Borough of Fen / survey``. A whole caption
    # may be one of the picture: ``Illustration: the ferry of 1902``.
    is_copyright = _COPYRIGHT_START.match(label) is not None
    is_sentence = name[0].islower() and (is_copyright or not (before or goes_on_from_label(name)))
    return _is_name(name) or (is_apart and len(name.split()) <= _FEW_WORDS and not is_sentence)


def _proofs(before: str, words: str, name: str) -> set[str]:
    """The proofs that last words without a label are a credit. The empty text before a whole one ends a sentence."""
    if not _is_name(name):
        return {"names an agency"} if names_agency(name) else set()
    proofs = {
        "name": True,
        "name after a sentence": before[-1:] in _ENDS,
        "names an agency": (is_agency := names_agency(name)),
        "agency": is_agency,
        "for an outlet": _FOR_OUTLET.fullmatch(name) is not None,
        "acronym": _ACRONYM.fullmatch(name) is not None,
        "person after prose": _is_person(name) and any(word[0].islower() for word in before.split()),
        "signature": _signs(before, words),
        "capitals": before[-1:] in _ENDS and " " in name and name.isupper() and not any(map(str.isdigit, name)),
        "surname in capitals": _SURNAME_IN_CAPITALS.fullmatch(name) is not None,
    }
    return {proof for proof, is_found in proofs.items() if is_found}


def _signs(before: str, last_words: str) -> bool:
    """``True`` if the last words, after a sentence and without a full stop, begin with a person's name."""
    if before[-1:] not in _ENDS.rstrip(")]）") or last_words[-1] in _ENDS:
        return False
    words, _, last = before.rstrip(_ENDS).rpartition(" ")
    is_sentence = len(words.split()) >= _FEWEST_BEFORE_NAME and (len(last) > _LONGEST_TITLE or last == last.lower())
    return is_sentence and _is_person(re.split(r" ?[,/|:]", last_words)[0])


def _label(text: str) -> re.Match[str] | None:
    if found := _LABELLED.match(text):
        return found
    found = _BARE.match(text)
    return found if found and not text[found.end()].islower() else None


def _may_be_name(name: str) -> bool:
    is_short = len(name) <= _LONGEST and len(name.split()) <= _MOST_WORDS
    return is_short and not (names_nobody(name) or _SENTENCE.search(name) or reads_as_sentence(name))


def _is_name(name: str) -> bool:
    """``reads_as_credit_name``, with libraries in small letters as names too."""
    return reads_as_credit_name(_LIBRARY.sub("X", name))


def _is_person(name: str) -> bool:
    """Two to four words with capitals; in a script without case, one or two short ones."""
    words = name.split()
    if name.lower() == name.upper():
        return len(words) <= 2 and all(2 <= len(word) <= _LONGEST_CASELESS for word in words)
    return 2 <= len(words) <= 4 and all(word[0].isupper() and not any(map(str.isdigit, word)) for word in words)
