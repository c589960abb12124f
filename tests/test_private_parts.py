"""Private parts of Django and granian: each is used in one module, which names it, and is still there."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from inspect import isfunction
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.admin import ModelAdmin
from django.db.models import QuerySet
from django.forms import ModelForm
from django.forms.formsets import BaseFormSet
from granian.server import MPServer

from tests.served import ROOT

FORMS, PAGES, ROWS, QUERIES, SERVER = (
    "articles/admin/form_fields.py",
    "articles/admin/bases.py",
    "articles/models/bulk.py",
    "articles/models/prepared.py",
    "newsarchive/server.py",
)
FUNCTIONS = [function for function in vars(MPServer).values() if isfunction(function)]
USED_BY_GRANIAN = SimpleNamespace(**{name: function for function in FUNCTIONS for name in function.__code__.co_names})
PRIVATE: dict[str, tuple[Any, str]] = {
    "_get_validation_exclusions": (ModelForm, FORMS),
    "_create_formsets": (ModelAdmin, PAGES),
    "_get_obj_does_not_exist_redirect": (ModelAdmin, PAGES),
    "_should_delete_form": (BaseFormSet, PAGES),
    "_raw_delete": (QuerySet, ROWS),
    "_iterable_class": (QuerySet(), QUERIES),
    "_result_cache": (QuerySet(), QUERIES),
    "_prefetch_done": (QuerySet(), QUERIES),
    "_shd": (MPServer("nothing:here"), SERVER),
    "_sso": (USED_BY_GRANIAN, SERVER),
    "_spawn_worker": (MPServer, SERVER),
    "_spawn_wsgi_worker": (MPServer, SERVER),
}
# Of documented interfaces, in spite of their names; and types that have no other.
DOCUMENTED = {
    "_meta", "_state", "_base_manager", "_default_manager", "_replace", "_asdict", "_exit",
    "_history_user", "_change_reason", "_history_date", "_Element", "_Decompress",
}  # fmt: skip


@pytest.mark.parametrize("name", PRIVATE)
def test_a_private_part_is_there_and_its_module_names_it(name: str) -> None:
    owner, module = PRIVATE[name]
    assert hasattr(owner, name), f"{module} needs another way"
    docstring = ast.get_docstring(ast.parse((ROOT / module).read_text()))
    assert docstring is not None
    assert name in docstring


def test_no_other_module_uses_private_parts() -> None:
    trees = {path: ast.parse(path.read_text()) for room in ("articles", "newsarchive") for path in code_in(room)}
    own = {name for tree in trees.values() for name in names_made_in(tree)} - set(PRIVATE)
    found = {(name, str(path.relative_to(ROOT))) for path, tree in trees.items() for name in private_names(tree)}
    known = {(name, module) for name, (_, module) in PRIVATE.items()}
    assert {(name, path) for name, path in found if name not in own | DOCUMENTED} == known


def code_in(room: str) -> list[Path]:
    return [path for path in (ROOT / room).rglob("*.py") if "migrations" not in path.parts]


def private_names(tree: ast.AST) -> Iterator[str]:
    attributes = (node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute))
    return (name for name in attributes if name.startswith("_") and not name.startswith("__"))


def names_made_in(tree: ast.AST) -> Iterator[str]:
    """Of functions, classes, variables, and attributes of ``self``."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and ast.unparse(node.value) == "self":
            yield node.attr
