"""Names of authors in citations: inverted only where it is known, or plain, which part is the family name.

It is known of ``Whitfield, Nora``, as a source or staff may write it. It is plain of two words in Latin letters, unless
the article is of a country where the family name comes first, or the words are no person's: an outlet, a role, a desk.
"""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from articles.ingest.parsing.names import reads_as_name
from articles.models import Article

_FAMILY_FIRST = {"zh", "ja", "ko", "vi", "hu"}  # languages
_DOMAINS = ("cn", "tw", "hk", "mo", "jp", "kr", "kp", "vn", "hu")
_COUNTRIES = re.compile(
    r"\b(?:Chin(?:a|ese)|Xinhua|Beijing|Shanghai|Hong Kong|Taiwan|Taipei|Japan(?:ese)?|Kyodo|Tokyo|Koreans?|Yonhap"
    r"|Seoul|Viet ?nam(?:ese)?|Hanoi|Hungar(?:y|ian)|Magyar|Budapest)\b",
    re.IGNORECASE,
)
# Family names that come first in papers of other countries too.
_FIRST = set(
    "Bai Cai Cao Chang Chen Cheng Choi Chung Dai Deng Ding Dong Fan Feng Fu Gao Gu Guo Han Hao He Ho Hou Hu Huang "
    "Huynh Jang Ji Jia Jiang Jin Jung Kang Kim Kong Kwon Lai Le Lee Lei Li Liang Liao Lim Lin Liu Long Lu Luo Lyu Ma "
    "Mao Meng Ng Ngo Nguyen Ni Pan Park Peng Pham Phan Qian Qin Qiu Ren Shao Shen Shi Shin Song Su Sun Tan Tang Tao "
    "Tian Tran Vu Wan Wang Wei Wen Wong Wu Xi Xia Xiao Xie Xu Xue Yan Yang Yao Ye Yi Yin Yoon Yu Yuan Zeng Zhang Zhao "
    "Zheng Zhong Zhou Zhu Zou".split()
)
_NOBODY = set(
    "agencies associated board bureau centre center columnist columnists committee contributor correspondent council"
    " correspondents department desk editor editorial editors foundation group guest institute media ministry network"
    " newsroom office photographer reporters service services special staff team university writer writers".split()
)
_LETTER, _LETTERS = "A-ZÀ-ÖØ-ÞĀ-Ž", "A-Za-zÀ-ÖØ-öø-ɏ"
_NAME = re.compile(rf"[{_LETTER}][{_LETTERS}’'-]*[a-zß-öø-ɏ]")
_GIVEN = re.compile(rf"{_NAME.pattern}|(?:[{_LETTER}]\.-?)+")
_BETWEEN = re.compile(", and |, | and | & ")
_PREFIXED = re.compile(rf"(?:[a-z’']+ ){{0,3}}{_NAME.pattern}")  # van der Berg


@dataclass(frozen=True, slots=True)
class Name:
    """``family`` and ``given`` are ``""`` if it is not known which is which."""

    whole: str
    family: str = ""
    given: str = ""

    @property
    def inverted(self) -> str:
        return f"{self.family}, {self.given}" if self.family else self.whole

    @property
    def with_initials(self) -> str:
        """``Whitfield, N.``, ``Sartre, J.-P.``"""
        parts = [re.findall(rf"[{_LETTERS}]+", word) for word in self.given.replace(".", ". ").split()]
        initials = " ".join("-".join(f"{part[0]}." for part in word) for word in parts if word)
        return f"{self.family}, {initials}" if self.family else self.whole


def names_of(printed: str, article: Article) -> list[Name]:
    """The name, or those of a joint byline, ``Nora Whitfield and Bo Lund``, if all of them are plain."""
    apart = [name_of(part, article) for part in _BETWEEN.split(printed)]
    return apart if all(name.family for name in apart) else [name_of(printed, article)]


def name_of(printed: str, article: Article) -> Name:
    family, comma, given = printed.partition(", ")
    if comma and _PREFIXED.fullmatch(family) and all(map(_GIVEN.fullmatch, given.split())):
        return Name(printed, family, given) if _is_person(f"{given} {family}") else Name(printed)
    given, _, family = printed.partition(" ")
    is_plain = _GIVEN.fullmatch(given) and _NAME.fullmatch(family) and given not in _FIRST
    if is_plain and _is_person(printed) and not _is_family_first(article):
        return Name(printed, family, given)
    return Name(printed)


def _is_person(name: str) -> bool:
    bare = re.sub("['’]", "", name.replace(".", ". "))
    return reads_as_name(bare) and _NOBODY.isdisjoint(name.casefold().split())


def _is_family_first(article: Article) -> bool:
    language, source = article.language.partition("-")[0].lower(), article.source
    addresses = [article.url or "", source.url if source else ""]
    hosts = [urlsplit(address).hostname or "" for address in addresses]
    places = f"{source.name if source else ''} {article.dateline}"
    is_there = any(host.rpartition(".")[2] in _DOMAINS for host in hosts) or _COUNTRIES.search(places)
    return language in _FAMILY_FIRST or bool(is_there)
