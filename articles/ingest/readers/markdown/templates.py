"""Template tags of site generators in Markdown: Liquid, Jinja, Hugo shortcodes. They are never run."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from articles.ingest.parsing.credits_in_captions import credit_line
from articles.text.markdown import OF_SITE, escape_text
from articles.text.tables import tables_of

_TABLES = tables_of(__file__)
_EMBEDS: dict[str, str] = _TABLES["embeds"]
# Characters, more than in any typed tag.
_LONGEST = 4_000

_NAME = re.compile(r"[-~]?\s*(/?\s*[\w./-]+)")
_INCLUDED = re.compile(r"""\s*["']?([\w./-]+)["']?,?""")
_ARGUMENT = re.compile(
    r"""(?:(?P<key>[\w-]+)\s*[=:]\s*)?(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|`(?P<raw>[^`]*)`|(?P<bare>[^\s"'=,]+))"""
)
_CALL = re.compile(r"(\w+)\((.*)\)", re.DOTALL)
ADDRESS = re.compile(r"https?://[^\s\"'<>\[\]]+")
_QUOTED_PAIR = re.compile(r"""\s*"([^"]*)"\s+"((?:(?!"\s+").)*)"\s*""", re.DOTALL)
_PICTURE_NAME = re.compile(
    r"(?:legacy-|responsive[-_]|lazy[-_]?)?(?:img|image|figure|fig|photo|picture|asset|cloudinary)(?:[-_]\w+)*"
)
PICTURE_FILE = re.compile(r"\.(?:jpe?g|png|gif|webp|avif|svg|tiff?|bmp|heic)(?:[?#]\S*)?$", re.IGNORECASE)
_CLASSES = re.compile(r"\w+(?:-\w+)+(?: \w+(?:-\w+)+)*")
_SIZES = re.compile(r"\d(?:px|v?w|r?em)\b")
_LITERAL = re.compile(r"""\s*(?:"([^"]*)"|'([^']*)')\s*(?:\|.*)?""", re.DOTALL)
_FILE = re.compile(
    r"(?:-\s*)?(?:post_url|link|ref|relref|asset_path|asset_url)\s+([\"']?)([^\s\"'#]+)(?:#[^\s\"']*)?\1(?:\s*-)?"
)
_TITLE_AND_TEXT = re.compile(r"(\S.*?)\s+['\"](.+)['\"]", re.DOTALL)
# Hexo's: ``post_link tide the tide post``, ``link The harbour office https://harbour.example/``. Hugo's ``ref tide`` is
# an address; by names such as ``reflink``, sites have codes of their own that make it a link.
_LINK_TO_POST = re.compile(
    r"(?:(?:post|page|internal)[-_]?link|(?:rel)?ref(?:link)?)\s+(?:path\s*=\s*)?([\"']?)(?P<address>[^\s\"']+)\1"
    r"(?:\s+(?P<words>.+?))??(?:\s+(?:true|false))?",
    re.DOTALL,
)
_LINK = re.compile(r"link\s+(?P<words>.*?)\s*(?P<address>https?://\S+).*", re.DOTALL)
_SITE_VARIABLE = re.compile(
    r"\s*(?:site|page|config)?\.?(?:base_?url|url|root|site_?url)\s*(?:\|.*)?", re.IGNORECASE | re.DOTALL
)

# Short codes of WordPress: ``[box type="info"]``, ``[youtube=ADDRESS]``, ``[embed]ADDRESS[/embed]``; and their ends.
_ENCLOSED = r"\s*https?://[^\s\[<>]+\s*\[/(?P=name)\\?\]"
SHORT_CODE = re.compile(
    r"\\?\[(?P<name>[a-z]\w*)"
    r"(?:(?:=|(?<=youtube)\s+|(?<=vimeo)\s+|(?<=embed)\s+)https?://[^\]\n]{1,2000}"
    rf"|\s+[\w\\-]+=[\"'][^\]\n]{{0,2000}}|(?=\\?\]{_ENCLOSED}))\](?!\(|:|\[[^/])(?:{_ENCLOSED})?"
)
# Codes that are still there after all others.
RAW = re.compile(
    r"\{\{|\{%|\{:|^:{3,}|\[(?:caption|embed|gallery|vc_\w+|et_pb_\w+)\s[^\]]{0,500}=|\[/(?:caption|embed|vc_\w+)\]"
    r"|^=[A-Z_]{2,}="
)
# ``=IMAGE=pier.jpg=The pier=``: a line that a magazine's own program reads, of a picture and its caption.
PICTURE_LINE = re.compile(
    r"^=[A-Z_]{2,}=(?P<src>[^=\s]+\.(?:jpe?g|png|gif|webp|svg))=(?:[\d=]*|(?P<caption>(?:.|\n(?![=\s]))*?)=+)[ \t]*$",
    re.MULTILINE | re.IGNORECASE,
)

# Pelican's: {static}/images/x.jpg, {attach}x.jpg, {filename}/x.md, |filename|/x.md
_PELICAN_WORD = "(?:static|attach|filename|index|author|category|tag)"
PELICAN = rf"(?:\{{{_PELICAN_WORD}\}}|\|{_PELICAN_WORD}\|)"
_PELICAN_START = re.compile(rf"\s*{PELICAN}")


@dataclass(frozen=True, slots=True)
class Tag:
    start: int
    end: int
    kind: str
    inner: str

    @property
    def name_and_rest(self) -> tuple[str, str]:
        """``image`` of ``{% image "x.jpg" %}``, ``/box`` of ``{{< /box >}}``, the file of an ``include``; the rest."""
        match = _NAME.match(self.inner)
        if match is None:
            return "", self.inner
        name = re.sub(r"\s", "", match[1])
        if name.startswith(("include", "partial", "render")) and (file := _INCLUDED.match(self.inner, match.end())):
            match, name = file, file[1].rsplit("/")[-1].rsplit(".")[0]
        return name, self.inner[match.end() :]


def find_tags(text: str) -> Iterator[Tag]:
    at = text.find("{")
    while at >= 0:
        tag = _tag_at(text, at)
        if tag:
            yield tag
        at = text.find("{", tag.end if tag else at + 1)


def _tag_at(text: str, start: int) -> Tag | None:
    for opening, closing, kind in _TABLES["tags"]:
        if not text.startswith(opening, start):
            continue
        inside = start + len(opening)
        end = text.find(closing, inside, inside + _LONGEST)
        if end < 0 or opening in text[inside:end]:
            continue
        if kind == "attributes" and not _are_attributes(text[inside:end], opening):
            continue
        inner = text[inside:end].strip(" \t\n")
        if kind == "output" and (call := _CALL.fullmatch(inner)):  # Zola's shortcodes: {{ youtube(id="x") }}
            kind, inner = "shortcode", f"{call[1]} {call[2]}"
        return Tag(start, end + len(closing), kind, inner)
    return None


def _are_attributes(inner: str, opening: str) -> bool:
    """``{: .right width="50%"}``, ``{::nomarkdown}``, ``{#an-id}``, ``{.lead}``; other text in brackets is text."""
    if opening == "{#":
        return re.fullmatch(r"[\w:.-]+", inner) is not None
    inner = inner[:200].removeprefix(":").strip("/") if opening == "{:" else f".{inner[:200]}"
    return "\n" not in inner and re.fullmatch(r"(?:[.#][\w-]++|[\w-]++:?(?:=\S.*)?|\s++)*+", inner) is not None


def value_in_address(tag: Tag) -> str | None:
    """The value of a tag within an address: its path, ``""`` for the site's own address, or ``None`` if unknown. Of a
    file of the site (``{% post_url 2020-01-03-tunnel %}``), its path, marked as such if it is no picture.
    """
    if tag.kind in ("tag", "shortcode") and (file := _FILE.fullmatch(tag.inner)):
        if PICTURE_FILE.search(file[2]):
            return file[2]
        path = file[2] if "." in file[2].rpartition("/")[2] else f"{file[2].rstrip('/')}.md"
        return path if path.startswith(".") else OF_SITE + path.lstrip("/")
    if tag.kind not in ("output", "shortcode"):
        return None
    literal = _LITERAL.fullmatch(tag.inner)
    if literal:
        return literal[1] if literal[1] is not None else literal[2]
    return "" if _SITE_VARIABLE.fullmatch(tag.inner) else None


def plain_address(address: str) -> str:
    """A picture's address with the values of its tags, without Pelican's name for its folder."""
    for tag in reversed(list(find_tags(address))):
        address = address[: tag.start] + (value_in_address(tag) or "") + address[tag.end :]
    return _PELICAN_START.sub("", address, count=1)


def picture_arguments(tag: Tag) -> dict[str, str] | None:
    """``src``, ``alt``, ``caption``, ``credit``, ``title`` of a tag for a picture; ``None`` for other tags."""
    if tag.kind not in ("shortcode", "tag"):
        return None
    name, rest = tag.name_and_rest
    rest = rest.rstrip(" /-")
    is_certain = _PICTURE_NAME.fullmatch(name) is not None
    pair = _QUOTED_PAIR.fullmatch(rest) if is_certain else None
    if pair:  # the second argument may have unescaped quotation marks
        return {"src": pair[1], "alt": pair[2]}
    named, others, quoted = _arguments(rest)
    if is_certain:
        arguments = _by_meaning(name, named, others, quoted)
    else:  # a key must say that the file is what the tag shows
        arguments = {} if embedded(tag) else _by_meaning(name, named, [], [])
    src = arguments.get("src", "")
    return arguments if PICTURE_FILE.search(src) or (src and is_certain and name != "asset") else None


def _arguments(rest: str) -> tuple[dict[str, str], list[str], list[str]]:
    """The arguments of a tag by key; those without a key; and of these, those in quotation marks."""
    named: dict[str, str] = {}
    others: list[str] = []
    quoted: list[str] = []
    for argument in _ARGUMENT.finditer(rest):
        value = next(text for text in argument.group("double", "single", "raw", "bare") if text is not None)
        if argument["key"]:
            named.setdefault(argument["key"].lower().replace("-", "_"), value)
        else:
            others.append(value)
            quoted += [value] if argument["bare"] is None else []
    return named, others, quoted


def _by_meaning(name: str, named: dict[str, str], others: list[str], quoted: list[str]) -> dict[str, str]:
    given = {meaning: [named[key] for key in keys if named.get(key)] for meaning, keys in _TABLES["meanings"].items()}
    given["src"].sort(key=lambda src: not PICTURE_FILE.search(src))  # ``url`` may be a link's
    arguments = {meaning: values[0] for meaning, values in given.items() if values}
    files = [text for text in others if PICTURE_FILE.search(text)] or others[:1]
    if "src" not in arguments and files:
        arguments["src"] = files[0]
        arguments = _unkeyed_words(name, files[0], named, others, quoted) | arguments
    return {meaning: text for meaning, text in arguments.items() if text}


def _unkeyed_words(name: str, file: str, named: dict[str, str], others: list[str], quoted: list[str]) -> dict[str, str]:
    """The words of a picture that have no keys, by meaning."""
    phrases = [text for text in quoted if text != file and not _SIZES.search(text)]
    # Names of classes: ``width-500px``, ``image-small right-aligned``.
    phrases = [text for text in phrases if not _CLASSES.fullmatch(text)] or phrases
    phrases = phrases or [text for text in others if text != file and (" " in text or not named)][-1:]
    alt, caption = (*phrases, "", "")[:2]
    if name in ("img", "asset_img"):  # of Octopress and Hexo: the title, then the text, or both in one
        both = _TITLE_AND_TEXT.fullmatch(alt)
        caption, alt = both.groups() if both else (alt, caption)
    credit = credit_line(caption)
    return {"caption": alt, "credit": credit} if credit else {"alt": alt, "caption": caption}


_ID = re.compile(r"[\w-]+(?:/[\w-]+)?")
_PLAYER = re.compile(r"//(?:(?:www\.)?youtube(?:-nocookie)?\.com/embed|player\.(vimeo)\.com/video)/([\w-]+)")


def embedded(tag: Tag) -> str | None:
    """The address of the video, post or file that a tag embeds; ``None`` for other tags."""
    name, rest = tag.name_and_rest
    if tag.kind not in ("shortcode", "tag"):
        return None
    named, others, _ = _arguments(rest)
    called = named.get("provider", "tweet" if name == "x" else name).lower()
    site = next((address for start, address in _EMBEDS.items() if called.startswith(start)), None)
    if site is None:
        return None
    if address := ADDRESS.search(rest):
        return address[0]
    keys = ("id", "video_id", "videoid", "tweet_id", "gist", "src")
    found = next((named[key] for key in keys if key in named), "") or "/".join(others[: 2 if "gist" in site else 1])
    return site.format(id=found, user=named.get("user", "i")) if _ID.fullmatch(found) else None


def embedded_by_frame(frame: str) -> str | None:
    player = _PLAYER.search(frame)
    return _EMBEDS[player[1] or "youtube"].format(id=player[2]) if player else None


def linked(tag: Tag) -> str | None:
    """The link of a tag that makes one, as Markdown; a post without words for it is called by its file’s name."""
    found = _LINK_TO_POST.fullmatch(tag.inner) if tag.kind in ("tag", "shortcode") else None
    found = found or (_LINK.fullmatch(tag.inner) if tag.kind == "tag" else None)
    if not found:
        return None
    address, words = found["address"], (found["words"] or "").strip("\"'")
    file = address.partition("#")[0].strip("/").removesuffix(".md")
    target = address if address.startswith("http") else f"{OF_SITE}{file}.md"
    return f"[{escape_text(words or file.rpartition('/')[2])}]({target})"


# Tags whose arguments are no words for readers: names of files, pages, variables and signs.
_NO_WORDS = re.compile(
    r"(?:include|partial|render|layout|ref|relref|param|icon|fa|emoji|svg|anchor|assign|capture|if|elsif|unless|case|when|"
    r"for|cycle|post_url|load|import|set)(?![a-z])|/|end"
)


def words_in(tag: Tag) -> str | None:
    """The words of a tag within a sentence, as Markdown, with the address that it names: ``Some::Module`` of
    ``{{< mcpan "Some::Module" >}}``, ``Ann`` of ``{{ "Ann" | person_link }}``.
    """
    if tag.kind == "output" and (literal := _LITERAL.fullmatch(tag.inner)):
        text = literal[1] or literal[2] or ""
        return None if _is_name(text) else escape_text(text)
    if tag.kind not in ("shortcode", "tag") or _NO_WORDS.match(tag.inner.lstrip("-~ ")):
        return None
    _name, rest = tag.name_and_rest
    named, _others, quoted = _arguments(rest)
    words = [text for text in (named.get("text"), named.get("label"), *quoted) if text and not _is_name(text)]
    if not words:
        return None
    address = ADDRESS.search(rest)
    return f"[{escape_text(words[-1])}]({address[0]})" if address else escape_text(words[-1])


def _is_name(text: str) -> bool:
    """``True`` for paths and files."""
    return not re.search(r"\w", text) or (" " not in text and re.search(r"/|\.\w{2,4}$", text) is not None)
