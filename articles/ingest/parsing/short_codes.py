"""Short codes of WordPress, in its exports and in Markdown made of them."""

import re

# ``[caption width="300"]<img> The words[/caption]``; programs that make Markdown may escape the brackets.
CAPTION = re.compile(
    r"\\?\[(?P<name>(?:wp_)?caption)\b(?P<attributes>[^\]]{0,2000})\]"
    r"(?P<inner>(?:[^\[]|\[(?!/?(?:wp_)?caption\b))*+)\[/(?P=name)\\?\]",
    re.IGNORECASE,
)
_ATTRIBUTE = re.compile(r"""([\w-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'\]]+))""")


def attributes_of(text: str) -> dict[str, str]:
    return {match[1].lower(): match[2] or match[3] or match[4] or "" for match in _ATTRIBUTE.finditer(text)}
