"""Shortens tags with thousands of attributes, which no real page has and which would stall the parser."""

import re

# Longer tags are rare, but for a picture in an attribute. libxml2 is quadratic in the number of attributes.
_LONGEST_TAG = 20_000
_MOST_ATTRIBUTES = 200
_ATTRIBUTE = r"""[^\s/>=][^\s/>=]*+(?:\s*+=\s*+(?:"[^"]*+"?|'[^']*+'?|[^\s>"'][^\s>]*+))?[\s/=]*+"""
_TAG = re.compile(
    r"<!--.*?(?:-->|\Z)|<(?P<raw>script|style|textarea|title)\b[^>]*+>.*?(?:</(?P=raw)\b|\Z)|"
    rf"(?P<tag><[a-z][^\s/>]*+[\s/]*+)(?:{_ATTRIBUTE})*+",
    re.IGNORECASE | re.DOTALL,
)
_ATTRIBUTE_ALONE = re.compile(_ATTRIBUTE)
# What looks like too many attributes, also in comments and scripts. Few pages have it, and it is found fast.
_TOO_MANY = re.compile(rf"<[a-zA-Z](?:[^\s/><]|<(?![a-zA-Z]))*+[\s/]++(?:{_ATTRIBUTE}){{{_MOST_ATTRIBUTES + 1}}}+")


def with_fewer_attributes(text: str) -> str:
    return _TAG.sub(_shortened, text) if _TOO_MANY.search(text) else text


def _shortened(tag: re.Match[str]) -> str:
    if not tag["tag"] or len(tag[0]) < _LONGEST_TAG:
        return tag[0]
    attributes = [found[0] for found in _ATTRIBUTE_ALONE.finditer(tag[0], len(tag["tag"]))]
    return tag["tag"] + "".join(attributes[:_MOST_ATTRIBUTES])
