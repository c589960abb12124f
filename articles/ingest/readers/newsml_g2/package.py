"""Groups the items of a NewsML-G2 document into stories.

A package with one text is one story with its pictures. Of several texts, each is a story of its own, with the pictures
in the same group or in groups within it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from articles.ingest.parsing.html_to_markdown.elements import Element, name_of
from articles.ingest.parsing.safe_xml import children
from articles.text.tables import tables_of

TABLES = tables_of(Path(__file__).with_name("names"))


@dataclass(slots=True)
class Gathered:
    """The items of one story, in order. ``package``: the package around them, if any; ``inner``: packages in it."""

    package: Element | None = None
    texts: list[Element] = field(default_factory=list)
    pictures: list[Element] = field(default_factory=list)
    inner: list[Element] = field(default_factory=list)

    @property
    def items(self) -> list[Element]:
        return [*([] if self.package is None else [self.package]), *self.texts, *self.pictures, *self.inner]

    @property
    def references(self) -> list[Element]:
        return [] if self.package is None else [part for part in self.package.iter() if name_of(part) == "itemref"]


def items_in(root: Element) -> list[Element]:
    name = local(root)
    if name in TABLES["items"]:
        return [root]
    sets = [root] if name == "itemSet" else list(children(root, "itemSet"))
    return [item for items in sets for item in children(items, *TABLES["items"])]


def local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def stories_in(items: list[Element]) -> list[Gathered]:
    """The items of each story, by their first items; a package of several texts is one without items, a listing."""
    by_guid = {guid: item for item in reversed(items) if (guid := item.get("guid"))}
    used: set[Element] = set()
    stories: list[Gathered] = []
    inner = {part for item in items if local(item) == "packageItem" for part in _referred(item, by_guid)}
    # Inner packages come last, after outer ones have taken their items.
    packages = sorted((item for item in items if local(item) == "packageItem"), key=lambda item: item in inner)
    for package in packages:
        if package in used:
            continue
        used.add(package)  # it may refer to itself
        for story in _of_package(package, by_guid, used):
            stories.append(story)
            used.update(story.items)
    remaining = (item for item in items if item not in used)
    stories += (Gathered(texts=[item]) if local(item) == "newsItem" else Gathered(package=item) for item in remaining)
    order = {item: number for number, item in enumerate(items)}
    return sorted(stories, key=lambda story: min(order[item] for item in story.items))


def one_story(items: list[Element]) -> Gathered | None:
    """The story of a document cut to have one, perhaps from a larger package; ``None`` without items."""
    stories = stories_in(items)
    if len(stories) < 2:
        return stories[0] if stories else None
    return Gathered(
        texts=[item for story in stories for item in story.texts if is_text(item)],
        pictures=[item for story in stories for item in story.items if not is_text(item)],
    )


def _of_package(package: Element, by_guid: dict[str, Element], used: set[Element]) -> Iterator[Gathered]:
    members = [item for item in dict.fromkeys(_referred(package, by_guid)) if item not in used]
    texts = [item for item in members if is_text(item)]
    pictures = [item for item in members if item not in texts and local(item) == "newsItem"]
    inner = [item for item in members if local(item) == "packageItem"]
    if len(texts) < 2:
        yield Gathered(package, texts, pictures, inner)
        return
    yield Gathered(package, inner=inner)
    groups = _groups(package)
    for text in texts:
        # In the groups that refer to the text, and in groups within those.
        around = [group for group in groups.values() if any(part.get("residref") == text.get("guid") for part in group)]
        inside = (_in_group(group, groups, by_guid, 0, set()) for group in around)
        with_text = [item for item in chain.from_iterable(inside) if item in pictures]
        pictures = [item for item in pictures if item not in with_text]
        yield Gathered(None, [text], with_text)


def is_text(item: Element) -> bool:
    if local(item) != "newsItem":
        return False
    kind = item_class(item)
    return kind in ("text", "composite") if kind else all(name_of(part) != "remotecontent" for part in item.iter())


def item_class(item: Element) -> str:
    """``text``, ``picture``, ``video`` …: the code without its scheme; ``""`` if missing."""
    classes = (part for meta in children(item, "itemMeta") for part in children(meta, "itemClass"))
    return next(map(code_of, classes), "")


def code_of(element: Element) -> str:
    """The last part of a ``qcode``, ``uri`` or ``literal``, lower case."""
    code = element.get("qcode") or element.get("uri") or element.get("literal") or ""
    return code.strip().rpartition(":")[2].rpartition("/")[2].casefold()


def _referred(package: Element, by_guid: dict[str, Element], depth: int = 0) -> Iterator[Element]:
    """The items of this document in a package, from its root group on, with those of inner packages."""
    groups = _groups(package)
    group_set = next((part for part in package.iter() if name_of(part) == "groupset"), None)
    root = groups.get((group_set.get("root") or "") if group_set is not None else "")
    for group in [root] if root is not None else list(groups.values()):
        yield from _in_group(group, groups, by_guid, depth, set())


def _groups(package: Element) -> dict[str, Element]:
    return {group.get("id") or "": group for group in package.iter() if name_of(group) == "group"}


def _in_group(
    group: Element, groups: dict[str, Element], by_guid: dict[str, Element], depth: int, visited: set[int]
) -> Iterator[Element]:
    if id(group) in visited or depth > 8:
        return
    visited.add(id(group))
    for part in group:
        if name_of(part) == "itemref" and (item := by_guid.get((part.get("residref") or "").strip())) is not None:
            yield item
            if local(item) == "packageItem":
                yield from _referred(item, by_guid, depth + 1)
        elif name_of(part) == "groupref" and (inner := groups.get(part.get("idref") or "")) is not None:
            yield from _in_group(inner, groups, by_guid, depth + 1, visited)
