"""Takes pictures and template tags out of a Markdown body, with a mark in place of each picture.

The number of lines never changes, so that line numbers of the result are those of the source.
"""

import html
import re
from dataclasses import dataclass
from functools import cached_property

from articles.ingest.parsing.blog_markup import CAPTION, attributes_of
from articles.ingest.parsing.credits_in_text import split_credit
from articles.ingest.parsing.fields import shortened
from articles.ingest.parsing.html_pictures import in_sets, is_decoration, lazy_addresses
from articles.ingest.parsing.whitespace import fold
from articles.ingest.readers.markdown import code_and_comments, templates
from articles.ingest.readers.markdown.code_and_comments import Pair
from articles.ingest.readers.markdown.templates import PELICAN, Tag
from articles.text.markdown import escape_text, plain, render

# Noncharacters, which Unicode reserves for such use: never in texts, and unchanged by Markdown and HTML.
_PICTURE, _PROTECTED, _END = "\ufdd0", "\ufdd1", "\ufdd2"
_BRACE, _NO_TARGET, _UNDEFINED = "\ufdd3", "\ufdd4", "\ufdd5"
_RESERVED = re.compile("[\ufdd0-\ufdef]")

ANY_MARK = f"{_PICTURE}\\d+{_END}"
MARK = re.compile(f" ?{_PICTURE}(\\d+){_END}")
_PLACE = re.compile(f"{_PROTECTED}(\\d+){_END}")
_MARKS = f"(?:{_PICTURE}\\d+{_END}\\s*)+"


@dataclass(slots=True)
class Picture:
    """``caption`` is plain text, with the credit unless ``credit`` is set; ``first_line`` counts from 0. ``others``:
    more addresses, before ``src`` if they have a file. ``is_decoration``: no photo, unless it has a caption.
    """

    src: str
    alt: str = ""
    caption: str = ""
    credit: str = ""
    first_line: int = 0
    lines: int = 1
    others: tuple[str, ...] = ()
    is_decoration: bool = False


_FIGURE = Pair(r"(?i:<figure\b[^<>]*>)", r"(?i:</figure\s*>)")
_FIGCAPTION = re.compile(r"<figcaption\b[^<>]*>(.*?)</figcaption\s*>", re.DOTALL | re.IGNORECASE)
_TAG_END = r"\b(?:[^<>\"']|\"[^\"<]*\"|'[^'<]*')*+>"
# With the other sizes of a ``picture``.
_IMG = re.compile(rf"(?P<sources>(?:<source{_TAG_END}\s*+)*+)(?P<tag><img{_TAG_END})", re.IGNORECASE)
_SOURCE = re.compile(rf"<source{_TAG_END}", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"([\w:-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))")
_TARGET = r"\(\s*(?P<src><[^<>\n]*>|(?:[^\s()\\]|\\.|\([^\s()]*\))*+(?:[ ](?:[^\s()\"'])++)*+)"
_IMAGE = re.compile(
    r"(?<!\\)!\[(?P<alt>(?:\\.|[^\[\]\\]|\[[^\[\]]*\])*+)\](?:"
    + _TARGET
    + r"(?:\s+(?:\"(?P<title>(?:\\.|[^\"\\])*+)\"|'(?P<title1>(?:\\.|[^'\\])*+)'))?\s*\)"
    + r"|[ ]?\[(?P<ref>[^\[\]\n]*)\])(?:\{[^{}\n]*\})?"
)
_DEFINITION = re.compile(r"^ {0,3}\[([^\[\]\n]+)\]:[ ]*<?([^\s>]+)>?(?:\s+[\"'(]([^\n]*)[\"')])?[ ]*$", re.MULTILINE)
_LINKED = re.compile(rf"\[\s*(?P<marks>{_MARKS})\]\((?P<target>[^()\n]*(?:\([^()\n]*\)[^()\n]*)*)\)")
_WRAPPED = re.compile(
    rf"<(?P<box>a|p|div|center|span|picture|section)\b(?:[^<>]*?\bhref\s*=\s*[\"']?(?P<href>[^\"'<>\s]+))?[^<>]*>"
    rf"\s*(?P<marks>{_MARKS})</(?P=box)\s*>",
    re.IGNORECASE,
)
_CAPTION_BEHIND = re.compile(
    rf"(?P<mark>{_PICTURE}(?P<number>\d+){_END})\s*<figcaption\b[^<>]*>(?P<caption>(?:(?!<figcaption).){{0,4000}}?)"
    r"</figcaption\s*>",
    re.DOTALL | re.IGNORECASE,
)
_UNDER = re.compile(
    rf"^[ \t]*({_PICTURE}\d+{_END})[ \t]*\n(?P<gap>[ \t]*\n)?(?P<text>[ \t]*+[^\s][^\n]*(?:\n[ \t]*+[^\s][^\n]*)*)",
    re.MULTILINE,
)
_EMPHASISED = re.compile(
    r"\s*(?:([*_])(?![*_\s])(?P<inner>(?:(?!\1).)+)(?<!\s)\1|<(em|i|small)>(?P<html>.*)</\3>)\s*", re.DOTALL
)
_IN_ADDRESS = re.compile(
    r"(?:\]\(\s*<?[^()\s<>]*|(?:\A|\n) {0,3}\[[^\[\]\n]+\]:[ ]*<?[^\s<>]*"
    r"|(?:href|src)\s*=\s*[\"']?[^\"'<>\s]*|srcset\s*=\s*[\"'][^\"'<>]*)$"
)
_LINK_WITHOUT_TARGET = re.compile(
    rf"\[((?:[^\[\]]|\[[^\[\]]*\])*)\]\([^()\n]*{_NO_TARGET}[^()\n]*\)"
    rf"|<a\b[^<>]*{_NO_TARGET}[^<>]*>(.{{0,2000}}?)</a\s*>", re.DOTALL | re.IGNORECASE
)  # fmt: skip
_PELICAN_LINK = re.compile(
    rf"(?P<before>\]\([ ]*<?|\bhref\s*=\s*[\"']?|^ {{0,3}}\[(?P<label>[^\[\]\n]+)\]:[ ]*<?)"
    rf"(?P<prefix>{PELICAN})(?P<path>[^\s()<>\"']*)(?P<rest>(?(label)>?(?:[ ]+[\"'(][^\n{_PICTURE}]*)?[ ]*$))",
    re.IGNORECASE | re.MULTILINE,
)
_HAS_TEXT = re.compile(r"\btext\s*=\s*[\"'][^\"']*\w")
_LABELLED = re.compile(r"(?<![!\\])\[([^\[\]]+)\](?:[ ]?\[([^\[\]\n]*)\])?(?![(\[:])")
_LABEL = re.compile(r"^[ >]*\[([^\[\]]+)\]:", re.MULTILINE)
# ``[words][label]``, or the mark of a footnote; not ``table[row][column]``.
_REFERENCE = re.compile(r"(?<![\w\\\]])!?(?:\[([^\[\]]+)\]\[([^\[\]\n]*)\]|\[(\^[\w-]+)\])(?![(\[:])")


class Body:
    """A body: ``text`` with marks in place of ``pictures``, and ``dropped`` pieces. ``codes``: lines, from 0, and texts
    of codes of the site's generator that are missed or left in the text.
    """

    def __init__(self, source: str) -> None:
        self.text = _RESERVED.sub("", source)
        self.pictures: list[Picture] = []
        self.dropped: list[str] = []
        self.protected: list[str] = []
        self.codes: list[tuple[int, str]] = []
        self._quoted: list[str] = []  # whom, by the tags that open quotations
        self._protect()
        self._take_tags()
        self._take_short_codes()
        self.text = _FIGURE.sub(self._figure, self.text)
        for _ in range(2):  # some exports have two around each picture
            self.text = CAPTION.sub(self._wordpress_caption, self.text)
        self.text = _IMG.sub(self._img, self.text)
        self.text = _IMAGE.sub(self._image, self.text)
        self.text = templates.PICTURE_LINE.sub(
            lambda line: self._mark(Picture(line["src"], caption=self._shown(line["caption"] or "")), line[0]),
            self.text,
        )
        if self.pictures:
            self._unwrap()
        self._take_pelican_links()
        self.text = _UNDER.sub(self._caption_under, self.text)
        labels = {fold(defined[1]).lower() for defined in _LABEL.finditer(self.text)}
        self.text = _REFERENCE.sub(
            lambda use: use[0] if fold(use[3] or use[2] or use[1]).lower() in labels else _UNDEFINED + use[0], self.text
        )
        number = 0
        for line in self.text.split("\n"):
            if _UNDEFINED in line or templates.RAW.search(line):
                self.codes.append((number, shortened(self._as_text(line))))
            number += self._line_ends(line) + 1
        self.codes.sort()
        self.text = self._unprotected(self.text).replace(_NO_TARGET, "").replace(_UNDEFINED, "")
        for picture in self.pictures:
            picture.src, picture.alt = self._as_text(picture.src), self._as_text(picture.alt)
            picture.caption, picture.credit = self._as_text(picture.caption), self._as_text(picture.credit)
        self.dropped = list(filter(None, map(self._as_text, self.dropped)))
        for number, line in enumerate(self.text.split("\n")):
            for mark in MARK.finditer(line):
                self.pictures[int(mark[1])].first_line = number

    def leave_out(self, number: int) -> None:
        self.text = re.sub(f" ?{_PICTURE}{number}{_END}", "", self.text)
        self.dropped.append(self.pictures[number].src)

    def _protect(self) -> None:
        self.text = code_and_comments.VERBATIM.sub(lambda raw: self._swap(raw, raw[1].replace("{", _BRACE)), self.text)
        for highlight in code_and_comments.HIGHLIGHTS:
            self.text = highlight.sub(code_and_comments.as_fenced, self.text)
        for find in (code_and_comments.fenced_code, code_and_comments.indented_code):
            lines = self.text.split("\n")
            for first, last in reversed(find(lines)):
                lines[first : last + 1] = [self._protected("\n".join(lines[first : last + 1]))]
            self.text = "\n".join(lines)
        self.text = code_and_comments.INLINE_CODE.sub(lambda match: self._protected(match[0]), self.text)
        for comment in code_and_comments.COMMENTS:
            self.text = comment.sub(self._swap, self.text)
        for element in code_and_comments.SILENT:
            self.text = element.sub(self._silenced, self.text)
        for mark in code_and_comments.MARK_LINES:
            self.text = mark.sub(self._swap, self.text)
        self.text = code_and_comments.BOX.sub(r"\n\1", self.text)

    def _silenced(self, match: re.Match[str]) -> str:
        if match[0][:7].lower() == "<iframe" and (address := templates.embedded_by_frame(match[0])):
            return self._in_place_of(match, _link_to(address))
        self.dropped.append(shortened(self._unprotected(match[0])))
        return "\n" * self._line_ends(match[0])

    def _protected(self, text: str) -> str:
        self.protected.append(text)
        return f"{_PROTECTED}{len(self.protected) - 1}{_END}"

    def _as_text(self, text: str) -> str:
        return _RESERVED.sub("", MARK.sub("", self._unprotected(text))).strip()

    def _line_ends(self, text: str) -> int:
        return self._unprotected(text).count("\n") if _PROTECTED in text else text.count("\n")

    def _unprotected(self, text: str) -> str:
        while _PROTECTED in text:  # comments may contain code
            text = _PLACE.sub(lambda match: self.protected[int(match[1])], text)
        return text.replace(_BRACE, "{")

    def _shown(self, text: str) -> str:
        return words_of(self._unprotected(text).strip()).strip()

    def _take_tags(self) -> None:
        tags = list(templates.find_tags(self.text))
        names = [tag.name_and_rest[0] for tag in tags]
        closed = {name.removeprefix("/").removeprefix("end") for name in names if name.startswith(("/", "end"))}
        parts: list[str] = []
        at = number = 0
        for tag in tags:
            parts.append(self.text[at : tag.start])
            number += self._line_ends(parts[-1])
            parts.append(self._instead_of(tag, number, closed, before="".join(part[-300:] for part in parts[-5:])))
            number += self._line_ends(self.text[tag.start : tag.end])
            at = tag.end
        self.text = "".join((*parts, self.text[at:]))
        self._unlink()

    def _unlink(self) -> None:
        if _NO_TARGET in self.text:
            self.text = _LINK_WITHOUT_TARGET.sub(
                lambda link: self._in_place_of(link, link[1] if link[1] is not None else link[2]), self.text
            )

    def _instead_of(self, tag: Tag, number: int, closed: set[str], *, before: str) -> str:
        written = self.text[tag.start : tag.end]
        if arguments := templates.picture_arguments(tag):
            return self._mark(_from_arguments(arguments), written)
        line_ends = "\n" * self._line_ends(written)
        if _IN_ADDRESS.search(before):
            value = templates.value_in_address(tag)
            self.dropped += [fold(self._unprotected(written))] if value is None or tag.kind != "output" else []
            return _NO_TARGET + line_ends if value is None else value
        if shown := self._shown_by(tag, number, closed, before):
            return shown + line_ends
        self.dropped.append(fold(self._unprotected(written)))
        return line_ends

    def _shown_by(self, tag: Tag, number: int, closed: set[str], before: str) -> str | None:
        """The link or words of a tag outside of addresses."""
        if link := templates.embedded(tag):
            return _link_to(link)
        if link := templates.linked(tag):
            return link
        name, rest = tag.name_and_rest
        if name in ("blockquote", "quote") and tag.kind == "tag" and name in closed:
            self._quoted.append(rest.strip())
        elif name in ("endblockquote", "endquote") and self._quoted and (whom := self._quoted.pop()):
            return f"— {escape_text(whom)}"
        line = MARK.sub("", before.rpartition("\n")[2]) + self.text[tag.end : tag.end + 300].partition("\n")[0]
        # A button or a quotation is on a line of its own.
        has_words = re.search(r"\w", line) or _HAS_TEXT.search(tag.inner)
        if not has_words or tag.kind not in ("shortcode", "output", "tag") or name in closed:
            return None
        words = templates.words_in(tag)
        # The others change what is around them; of an output, the words may be a key to what is shown.
        if tag.kind == "output" or (tag.kind == "shortcode" and not words and not tag.inner.startswith("/")):
            self.codes.append((number, shortened(self._unprotected(self.text[tag.start : tag.end]))))
        return words

    def _take_short_codes(self) -> None:
        opened = {code["name"] for code in templates.SHORT_CODE.finditer(self.text)} - {"caption", "wp_caption"}
        self.text = templates.SHORT_CODE.sub(self._short_code, self.text)
        if opened:
            self.text = re.sub(rf"\\?\[/(?:{'|'.join(opened)})\\?\]", self._swap, self.text)

    def _short_code(self, match: re.Match[str]) -> str:
        if match["name"] in ("caption", "wp_caption"):
            return match[0]
        if address := templates.ADDRESS.search(match[0]):
            return self._in_place_of(match, _link_to(address[0].rstrip("\\")))
        return self._swap(match)

    def _take_pelican_links(self) -> None:
        """Links to files keep their paths; only the site generator knows the addresses of pages."""
        lost_labels: set[str] = set()
        self.text = _PELICAN_LINK.sub(lambda link: self._pelican_link(link, lost_labels), self.text)
        if lost_labels:
            self.text = _LABELLED.sub(
                lambda use: use[1] if fold(use[2] or use[1]).lower() in lost_labels else use[0], self.text
            )
        self._unlink()

    def _pelican_link(self, link: re.Match[str], lost_labels: set[str]) -> str:
        if "static" in link["prefix"].lower() and link["path"].startswith("/"):
            return link["before"] + link["path"] + link["rest"]
        self.dropped.append(fold(self._unprotected(link["prefix"] + link["path"] + link["rest"].lstrip(">"))))
        if link["label"]:
            lost_labels.add(fold(link["label"]).lower())
            return ""
        return link["before"] + _NO_TARGET

    def _mark(self, picture: Picture, written: str) -> str:
        picture.src = templates.plain_address(picture.src.replace(_NO_TARGET, ""))
        picture.lines = self._line_ends(written) + 1
        self.pictures.append(picture)
        return f"{_PICTURE}{len(self.pictures) - 1}{_END}" + "\n" * self._line_ends(written)

    def _img(self, img: re.Match[str]) -> str:
        attributes = _attributes(img["tag"])
        sets = (_attributes(source) for source in (*_SOURCE.findall(img["sources"]), img["tag"]))
        others = [address for source in sets for address, _ in in_sets(source)] + lazy_addresses(attributes)
        src = attributes.get("src", "").strip()
        if others and (not src or src.startswith("data:")):
            src = others[0]
        if not src:
            return "\n" * self._line_ends(img[0])
        picture = Picture(src, fold(attributes.get("alt", "")), fold(attributes.get("title", "")), others=tuple(others))
        picture.is_decoration = is_decoration(attributes, others)
        return self._mark(picture, img[0])

    def _swap(self, match: re.Match[str], instead: str = "") -> str:
        """``_in_place_of``, with a note of the dropped text."""
        self.dropped.append(fold(self._unprotected(match[0].replace(instead, " ") if instead else match[0])))
        return self._in_place_of(match, instead)

    def _in_place_of(self, match: re.Match[str], instead: str) -> str:
        """``instead``, with the line ends of the text that it replaces."""
        return instead + "\n" * (self._line_ends(match[0]) - self._line_ends(instead))

    def _figure(self, match: re.Match[str]) -> str:
        caption = _FIGCAPTION.search(match[1])
        inner = match[1].replace(caption[0], "") if caption else match[1]
        inner = _IMAGE.sub(self._image, _IMG.sub(self._img, inner))
        marks = MARK.findall(inner)
        return self._with_caption(marks, f"<p>{caption[1]}</p>" if caption else "", match[0]) if marks else match[0]

    def _wordpress_caption(self, match: re.Match[str]) -> str:
        """The words of ``[caption]`` are next to the picture or, in old posts, an attribute."""
        inner = _IMAGE.sub(self._image, _IMG.sub(self._img, match["inner"].rstrip("\\")))
        words = MARK.sub("", _WRAPPED.sub(r"\g<marks>", _LINKED.sub(r"\g<marks>", inner)))
        marks = MARK.findall(inner)
        if not marks:
            return self._swap(match, match["inner"])
        for number in marks:
            self.pictures[int(number)].caption = ""  # the title, often the name of the file
        caption = words.strip() or attributes_of(match["attributes"]).get("caption", "")
        return self._with_caption(marks, caption, match[0])

    def _with_caption(self, marks: list[str], caption: str, written: str) -> str:
        """Marks in place of a figure, whose caption is that of each picture without one."""
        pictures = [self.pictures[int(number)] for number in marks]
        for picture in pictures:
            picture.caption = picture.caption or self._shown(caption)
        pictures[0].lines = self._line_ends(written) + 1
        return " ".join(f"{_PICTURE}{number}{_END}" for number in marks) + "\n" * self._line_ends(written)

    def _image(self, match: re.Match[str]) -> str:
        src, title = match["src"], match["title"] or match["title1"] or ""
        if src is None:
            defined = self._definitions.get((match["ref"] or match["alt"]).strip().lower())
            if not defined:
                return match[0]
            src, title = defined
        picture = Picture(
            src=html.unescape(re.sub(r"\\([()\\_*\[\] ])", r"\1", src.strip("<>"))),
            alt=self._shown(match["alt"]),
            caption=self._shown(re.sub(r"\\([\"'\\])", r"\1", title)),
        )
        return self._mark(picture, match[0]) if picture.src else match[0]

    @cached_property
    def _definitions(self) -> dict[str, tuple[str, str]]:
        return {found[1].strip().lower(): (found[2], found[3] or "") for found in _DEFINITION.finditer(self.text)}

    def _unwrap(self) -> None:
        self.text = _CAPTION_BEHIND.sub(self._caption_behind, self.text)
        for _ in range(3):
            unwrapped = _WRAPPED.sub(self._without_wrapping, _LINKED.sub(self._without_wrapping, self.text))
            if unwrapped == self.text:
                return
            self.text = unwrapped

    def _caption_behind(self, match: re.Match[str]) -> str:
        picture = self.pictures[int(match["number"])]
        picture.caption = picture.caption or self._shown(f"<p>{match['caption']}</p>")
        return self._in_place_of(match, match["mark"])

    def _without_wrapping(self, match: re.Match[str]) -> str:
        """Pictures without the link or box around them; the link's address is noted."""
        for number in MARK.findall(match["marks"]):
            self.pictures[int(number)].lines += self._line_ends(match[0])
        if address := match.groupdict().get("target") or match.groupdict().get("href"):
            self.dropped.append(fold(address))
        return self._in_place_of(match, match["marks"].rstrip())

    def _caption_under(self, match: re.Match[str]) -> str:
        """A line below a picture is its caption if emphasised or with a credit; after a blank line, if both."""
        picture = self.pictures[int(match[1][1:-1])]
        if picture.caption:
            return match[0]
        text = match["text"]
        emphasised = _EMPHASISED.fullmatch(text)
        shown = self._shown(text)
        has_credit = split_credit(shown) is not None if len(shown) < 1000 else False
        if (emphasised and has_credit) if match["gap"] is not None else (emphasised or has_credit):
            picture.caption = shown
            picture.lines += self._line_ends(match[0])
            return match[1] + "\n" * self._line_ends(match[0])
        return match[0]


def _attributes(tag: str) -> dict[str, str]:
    found = reversed([*_ATTRIBUTE.finditer(tag)])  # of several with one name, the first counts
    return {match[1].lower(): html.unescape(match[2] or match[3] or match[4] or "") for match in found}


def _link_to(address: str) -> str:
    """As HTML, since the tag may be in a block of HTML, where Markdown is not read."""
    shown = html.escape(address)
    return f'<a href="{shown}">{shown}</a>'


def _from_arguments(arguments: dict[str, str]) -> Picture:
    resolved = {name: fold(html.unescape(text)) for name, text in arguments.items()}
    title, caption = resolved.get("title", ""), resolved.get("caption", "")
    return Picture(
        src=arguments["src"].strip(),
        alt=resolved.get("alt", ""),
        caption=words_of(f"{title} {caption}".strip() if title != caption else caption),
        credit=words_of(resolved.get("credit", "")),
    )


def words_of(text: str) -> str:
    return " ".join(map(plain, render(text))) if text else ""
