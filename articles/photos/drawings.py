"""SVG drawings, which are kept as they are and drawn by browsers alone. Only their size is read here.

Refused is what could harm: scripts, links to scripts, entities that are read from elsewhere or contain others. SVG 1.1,
section 7; CSS Images 3, section 4.
"""

import re
from collections.abc import Mapping
from xml.parsers.expat import ExpatError, ParserCreate

from articles.photos.segments import BadPhoto

UNSAFE = "an SVG drawing, which may run scripts or expand without end; only plain ones are shown"
MOST_BYTES = 20_000_000
_NAMESPACE = "http://www.w3.org/2000/svg"
_LONGEST_ENTITY = 200  # characters; editors declare names of namespaces
_LONGEST_SIDE_PX = 16_383
_UNKNOWN_SIZE = (300, 150)  # that of browsers
_PX = {"": 1.0, "px": 1.0, "pt": 4 / 3, "pc": 16.0, "in": 96.0, "cm": 96 / 2.54, "mm": 96 / 25.4, "em": 16.0}
_LENGTH = re.compile(r"\s*\+?(\d{1,9}(?:\.\d{0,20})?|\.\d{1,20})(px|pt|pc|in|cm|mm|em)?\s*", re.ASCII)


def drawing_size(data: bytes) -> tuple[int, int] | None:
    """Width and height of a drawing, in CSS pixels; ``None`` for other files. Raises ``BadPhoto``."""
    if not data[:200].lstrip(b"\xef\xbb\xbf\xfe\xff\0 \t\r\n").startswith(b"<"):
        return None
    if len(data) > MOST_BYTES:
        raise BadPhoto(f"larger than {MOST_BYTES:,} bytes, which no drawing is")
    roots: list[Mapping[str, str]] = []

    def open_element(name: str, attributes: dict[str, str]) -> None:
        if not roots and name != f"{_NAMESPACE} svg":
            raise ValueError(name)
        roots[:] = roots or [attributes]
        has_script = name.rpartition(" ")[2].lower() == "script" or any(
            key.lower().startswith("on") or "javascript:" in value.lower() for key, value in attributes.items()
        )
        if has_script:
            raise BadPhoto(UNSAFE)

    def declare_entity(_name: str, _is_parameter: bool, value: str | None, *_place: str | None) -> None:
        if value is None or len(value) > _LONGEST_ENTITY or "&" in value or "%" in value:
            raise BadPhoto(UNSAFE)

    parser = ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = open_element
    parser.EntityDeclHandler = declare_entity
    try:
        parser.Parse(data, True)
    except (ExpatError, ValueError, LookupError) as error:  # also unknown encodings
        if not roots:
            return None
        raise BadPhoto("the file is cut off or damaged") from error
    return _size_of(roots[0])


def _size_of(root: Mapping[str, str]) -> tuple[int, int]:
    """As browsers lay it out: what width and height leave open follows from the ``viewBox``."""
    width, height = (_pixels(root.get(name, "")) for name in ("width", "height"))
    *_, box_width, box_height = (0.0, 0.0, *map(_pixels, root.get("viewBox", "").replace(",", " ").split()[2:4]))
    if box_width and box_height:
        ratio = box_width / box_height
        width = width or (height * ratio if height else box_width)
        height = height or width / ratio
    if not width or not height:
        width, height = _UNKNOWN_SIZE
    scale = min(1.0, _LONGEST_SIDE_PX / max(width, height))
    return max(1, round(width * scale)), max(1, round(height * scale))


def _pixels(text: str) -> float:
    """0: not given, or in percent of the page."""
    found = _LENGTH.fullmatch(text)
    return float(found[1]) * _PX[found[2] or ""] if found else 0.0
