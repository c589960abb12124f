"""Lines of web pages in and around an article's text: labels of links to other stories, invitations, tools.

To teach the archive those of another language, add them to ``page_lines.toml`` next to this module.
"""

import re

from articles.text.tables import tables_of

_TABLES = tables_of(__file__)
_PARTS = {name: f"(?:{'|'.join(words)})" for name, words in _TABLES["parts"].items()}
# ``Print | E-mail | Share``: no sentence has such bars.
TOOLS_BARRED = rf"{_PARTS['tool']}(?: ?[|·•/] ?{_PARTS['tool']})+"


def _any_of(table: str) -> str:
    return re.sub(r"\{([a-z_]+)\}", lambda part: _PARTS[part[1]], f"(?:{'|'.join(_TABLES[table])})")


_END = re.compile(rf"\W*{_any_of('end_labels')}\W*", re.IGNORECASE)
_LABEL = re.compile(_any_of("link_labels"), re.IGNORECASE)
_WHOLE = re.compile(rf"\W*{_any_of('whole_lines')}\W*", re.IGNORECASE)
_INVITATION = re.compile(_any_of("invitations"), re.IGNORECASE)
# Of links alone: in French, Russian or Norwegian these signs are quotation marks.
_ARROW = re.compile(r"[«‹<][^»›>]{0,80}|[^«‹<]{0,80}[»›>]")

_LONGEST = 320
_LONGEST_LABELLED = 200


def is_link_label(text: str) -> bool:
    found = _LABEL.match(text)
    return found is not None and not text[found.end() :].strip(" :：.…»›→>(-–—")


def is_labelled_link(text: str, *, is_linked: bool) -> bool:
    """``Read more: The other story``, ``« The story before``. ``is_linked``: most of the line is a link."""
    if is_linked and _ARROW.fullmatch(text):
        return True
    found = _LABEL.match(text) if len(text) <= _LONGEST_LABELLED else None
    if found is None:
        return False
    rest = text[found.end() :].lstrip()
    if not rest:
        return True
    is_marked = rest[0] in ":：|>»›→–—-"
    return is_linked or (is_marked and rest[-1] not in ".!?。")


def ends_article(text: str) -> bool:
    """A heading that follows an article: comments, a note on its author, other posts."""
    return len(text) <= _LONGEST_LABELLED and _END.fullmatch(text) is not None


def is_boilerplate_line(text: str) -> bool:
    return len(text) <= _LONGEST and _WHOLE.fullmatch(text) is not None


def is_invitation(text: str) -> bool:
    """A request to the reader, for lines after the last paragraph only."""
    return len(text) <= 180 and _INVITATION.fullmatch(text) is not None
