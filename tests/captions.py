"""The captions of the photos that a page lists, with their pictures or as words alone."""

import re

_WORDS = re.compile(
    r"(?:<figcaption>|<span class=\"caption\">)(.*?)(?:<small class=\"credit\"><a|</figcaption>|</span></a>)", re.DOTALL
)


def captions_in(page: str, *, credits: bool = False) -> list[str]:
    """With ``credits``, each after its caption. Hits are between ``[[`` and ``]]``."""
    found = [words if credits else words.partition("<small")[0] for words in _WORDS.findall(page)]
    marked = [re.sub(r"<mark>(.*?)</mark>", r"[[\1]]", words) for words in found]
    return [" ".join(re.sub("<[^>]+>", " ", words).split()) for words in marked]
