"""The file of a command’s report."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.management.base import CommandError, OutputWrapper


@contextmanager
def opened(
    name: str | None, paths: list[Path], standard_output: OutputWrapper
) -> Iterator[Callable[[str], object] | None]:
    """A report among the inputs could be read while it is written, or overwrite an original."""
    if name is None:
        yield None
    elif name == "-":
        yield standard_output.write
        standard_output.flush()
    elif any(Path(name).resolve().is_relative_to(path.resolve()) for path in paths):
        raise CommandError(f"--report {name}: inside a folder to be loaded. Choose a file elsewhere.", returncode=2)
    else:
        try:
            # A line at a time, for those who watch it. Lone surrogates become escapes, which are valid JSON.
            file = Path(name).open("w", 1, encoding="utf-8", errors="backslashreplace")  # noqa: SIM115  # closed below
        except OSError as error:
            raise CommandError(f"--report {name}: {error.strerror}", returncode=2) from error
        with file:
            yield file.write
