"""Takes boilerplate out of a page's tree: what nobody sees, comments, menus, boxes, reader tools, bylines.

Each element that is taken out leaves an empty ``MARK`` at its place, so that the account of what was left out stays in
page order. A large part of the page's prose is never taken for boilerplate, whatever its class says.
"""

from collections import Counter
from collections.abc import Collection, Set
from dataclasses import dataclass, field
from itertools import islice, takewhile

from lxml import etree

from articles.ingest.parsing.html_to_markdown.elements import add_text
from articles.ingest.readers.html import boilerplate_elements
from articles.ingest.readers.html.boilerplate_elements import Kind, names_body
from articles.ingest.readers.html.images import IMAGE_TAGS, words_of_pictures
from articles.ingest.readers.html.tree import BLOCK_TAGS, Element, folded_text, link_length, text_length

MARK = "newsarchive-mark"
PHOTO = "photo"  # the attribute of a mark that stands for one

# Longer than this, who-and-when is text after all.
_LONGEST_DETAILS = 400
# A part of the page with so much of its prose is its text, where the headline is not elsewhere.
_MAIN_SHARE = 0.5
_OVERWHELMING_SHARE = 0.7
# Where the element's name also says that it holds the text, this much is enough.
_NAMED_SHARE = 0.3
_WHOLE_SHARE = 0.95

_ROW, _PARAGRAPH = 3, 60

_LONGEST_LABEL = 20  # characters of a link that is no headline
# Runs of words outside of links that are long enough to be prose.
_SHORTEST_PROSE = 40
_PROSE = etree.XPath(f"descendant::text()[string-length() > {_SHORTEST_PROSE}][not(ancestor::a)]", smart_strings=False)


@dataclass(slots=True)
class Cleared:
    """The removed text of each mark, and the number of each kind of code."""

    texts: dict[Element, str] = field(default_factory=dict)
    code: dict[str, int] = field(default_factory=dict)


def drop_silent(root: Element, cleared: Cleared) -> None:
    silent = list(root.iter(*boilerplate_elements.SILENT, etree.Comment, etree.ProcessingInstruction))
    counts = Counter(element.tag for element in silent)
    for tag, name in (("script", "script"), ("style", "style"), ("iframe", "frame"), ("template", "template")):
        if counts[tag]:
            cleared.code[name] = counts[tag]
    # The texts behind elements in a row are joined first: lxml would join them each time, in quadratic time.
    for element in silent:
        before, parent = element.getprevious(), element.getparent()
        if parent is not None and (before is None or not _is_silent(before)):
            row = [element, *takewhile(_is_silent, element.itersiblings())]
            add_text(parent, before, "".join(beside.tail or "" for beside in row))
            for beside in row:
                parent.remove(beside)


def _is_silent(element: Element) -> bool:
    return not isinstance(element.tag, str) or element.tag in boilerplate_elements.SILENT


def clear_away(
    body: Element, headlines: Collection[Element], kept: Set[Element], cleared: Cleared, *, by_names: bool
) -> int:
    """Take the boilerplate out of ``body``. Returns how much prose was in it, in characters (``prose_length``).

    ``headlines`` are the elements that show the headline: nothing around them is boilerplate. What is in ``kept`` stays
    as it is with all that it holds. ``by_names``: whether classes and ids tell what is boilerplate.
    """
    clearing = _Clearing(body, headlines, kept, by_names=by_names)
    stack = [body]
    while stack:
        for child in list(stack.pop()):
            # The classes of code are those of its highlighting.
            if child in kept or child.tag in (MARK, "pre", "code"):
                continue
            kind = kind_of(child)
            if kind and clearing.may_go(child, kind) and (kind is Kind.COMMENTS or not clearing.holds_captions(child)):
                cleared.texts[replace_by_mark(child)] = folded_text(child)
            elif len(child):
                stack.append(child)
    return clearing.total


def prose_length(element: Element) -> int:
    """How many characters of an element are prose, by a rough and quick measure."""
    return sum(map(len, prose_of(element)))


def prose_of(element: Element) -> list[str]:
    return list(_PROSE(element))


class _Clearing:
    def __init__(self, body: Element, headlines: Collection[Element], kept: Set[Element], *, by_names: bool) -> None:
        self.kept, self.by_names = kept, by_names
        self.around_headline = {above for headline in headlines for above in headline.iterancestors()}
        self.around_headline.update(headlines)
        self.long = {paragraph for paragraph in body.iter("p") if prose_length(paragraph) >= _PARAGRAPH}
        self.around_rows: set[Element] = set()
        for paragraph in self.long:
            if sum(beside in self.long for beside in islice(paragraph.itersiblings(), _ROW - 1)) == _ROW - 1:
                self.around_rows.update(paragraph.iterancestors())
        self.total = max(1, prose_length(body))

    def may_go(self, element: Element, kind: Kind) -> bool:
        if element in self.around_headline or element.tag in ("h1", "h2", "h3", "h4"):
            return False
        if element.tag in IMAGE_TAGS and kind is not Kind.HIDDEN:
            return False
        is_by_name = not (element.tag in boilerplate_elements.TAGS or element.get("role") in boilerplate_elements.ROLES)
        if kind is not Kind.COMMENTS and is_by_name and (not self.by_names or element in self.around_rows):
            return False
        if kind is Kind.UNSURE and _is_prose(element):
            return False
        if kind is Kind.DETAILS:
            return text_length(element) <= _LONGEST_DETAILS and element.getparent() not in self.long
        share = prose_length(element) / self.total
        if share >= _NAMED_SHARE and any(map(names_body, filter(None, map(element.get, ("class", "id"))))):
            return False
        if kind is Kind.COMMENTS:
            return share < (_WHOLE_SHARE if self.by_names else _MAIN_SHARE)
        return share < (_OVERWHELMING_SHARE if self.around_headline else _MAIN_SHARE)

    def holds_captions(self, element: Element) -> bool:
        """``True`` for a gallery of pictures with their words, or the words of one; none links to another story."""
        captions = set(words_of_pictures(element))
        captions |= self.kept & set(element.iter("*")) if self.kept else set()
        if not captions:
            return False
        captions -= {below for link in element.iter("a") for below in link.iter()}
        outer = [caption for caption in captions if captions.isdisjoint(caption.iterancestors())]
        return 2 * sum(len(folded_text(caption)) for caption in outer) > len(folded_text(element)) > 0


def _is_prose(element: Element) -> bool:
    """``True`` if it has more text than links, and does not begin with the linked headline of another story."""
    text = folded_text(element)
    is_label = len(text) < _SHORTEST_PROSE and not text.endswith((".", "!", "?"))
    if is_label or link_length(element) * 2 > len(text):
        return False
    for event, part in etree.iterwalk(element, events=("start", "end")):
        if part.tag == "a" and text_length(part) > _LONGEST_LABEL:
            return False
        if len(((part.text if event == "start" else part.tail) or "").strip()) > _SHORTEST_PROSE:
            break
    return True


def replace_by_mark(element: Element) -> Element:
    mark = element.makeelement(MARK, {"block": "1"} if element.tag in BLOCK_TAGS else {})
    mark.tail, element.tail = element.tail, None
    parent = element.getparent()
    if parent is not None:
        parent.replace(element, mark)
    return mark


def kind_of(element: Element) -> Kind | None:
    """The kind by an element's tag and attributes; ``None`` for text, or unknown."""
    found = boilerplate_elements.TAGS.get(element.tag)
    for name, value in element.items():
        if name in ("class", "id", "data-component", "data-testid"):
            found = found or boilerplate_elements.kind_of_name(value)
        elif name == "role" and value in boilerplate_elements.ROLES:
            found = found or Kind.BOILERPLATE
        elif name == "itemprop" and value in boilerplate_elements.ITEMS:
            found = found or Kind.DETAILS
        elif name == "style":
            found = found or (Kind.HIDDEN if boilerplate_elements.style_hides(value) else None)
        elif name == "hidden" or (name == "aria-hidden" and value == "true"):
            found = found or Kind.HIDDEN
    return found
