"""Another context is entered only by its doors."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import grimp
import pytest

from tests.architecture.house import OPEN_ROOMS, SOURCE, contexts, python_files, short, tree_of

DOORS = frozenset({"services", "queries", "domain"})
MORE_DOORS = {"config": frozenset({"urls", "rest", "apps", "tasks", "models"})}
"""What config may use beside the doors: it mounts addresses, endpoints and jobs, and tells people from strangers."""
Trespass = tuple[str, str]


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph("terrace", cache_dir=None)


def _room_and_file(module: str) -> tuple[str, str]:
    parts = [*module.split("."), "", ""]
    return parts[1], parts[2]


def _trespasses(graph: grimp.ImportGraph) -> Iterator[Trespass]:
    """Yield each import of another room's file that is no door; a model may be named where a door hands it out."""
    for importer in sorted(graph.modules):
        here, _ = _room_and_file(importer)
        for imported in sorted(graph.find_modules_directly_imported_by(importer)):
            there, file = _room_and_file(imported)
            allowed = DOORS | MORE_DOORS.get(here, frozenset())
            if there not in {here, *OPEN_ROOMS} and file not in allowed:
                yield importer, imported


def _file_of(module: str) -> Path:
    path = SOURCE.parent / Path(*module.split("."))
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


def test_another_context_is_entered_only_by_services_queries_and_domain(graph: grimp.ImportGraph) -> None:
    assert [pair for pair in _trespasses(graph) if _room_and_file(pair[1])[1] != "models"] == []


def test_the_check_of_doors_sees_a_trespass(graph: grimp.ImportGraph) -> None:
    pair = ("terrace.sourcing.models", "terrace.catalog.views")
    graph.add_import(importer=pair[0], imported=pair[1])
    assert pair in _trespasses(graph)
    graph.remove_import(importer=pair[0], imported=pair[1])


def test_another_contexts_model_is_only_named_as_a_type(graph: grimp.ImportGraph) -> None:
    importers = {importer for importer, imported in _trespasses(graph) if _room_and_file(imported)[1] == "models"}
    used = {importer: _foreign_models_used(_file_of(importer)) for importer in sorted(importers)}
    assert {importer: names for importer, names in used.items() if names} == {}, "ask the other context's queries"


@pytest.mark.parametrize(
    ("code", "used"),
    [
        ("def shown(party: Party) -> list[Party]: ...", set()),
        ("rows: QuerySet[Party] = parties()", set()),
        ("Party.objects.get(pk=1)", {"Party"}),
        ("def shown(party: Party): return Party(name='')", {"Party"}),
    ],
)
def test_the_check_tells_a_type_from_a_use(code: str, used: set[str]) -> None:
    assert _names_outside_annotations(ast.parse(code)) & {"Party"} == used


def test_every_context_has_a_door(graph: grimp.ImportGraph) -> None:
    doors = {context: {f"terrace.{context}.{door}" for door in DOORS} & graph.modules for context in contexts()}
    assert all(doors.values()), doors


def test_every_import_stands_at_the_top_of_its_file() -> None:
    """A knot of imports hides best inside a function. What runs before Django is ready must: config, `apps.py`."""
    hidden = [
        f"{short(path)}:{node.lineno}"
        for path in python_files()
        if path.name != "apps.py" and path.relative_to(SOURCE).parts[0] != "config"
        for function in ast.walk(tree_of(path))
        if isinstance(function, ast.FunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("terrace.")
    ]
    assert not hidden


def _foreign_models_used(path: Path) -> set[str]:
    room = path.relative_to(SOURCE).parts[0]
    tree = tree_of(path)
    foreign = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        if re.match(rf"terrace\.(?!{room}\.)\w+\.models\b", node.module or "")
        for alias in node.names
    }
    return foreign & _names_outside_annotations(tree)


def _names_outside_annotations(tree: ast.Module) -> set[str]:
    in_annotations = {id(name) for note in _annotations(tree) for name in ast.walk(note)}
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and id(node) not in in_annotations}


def _annotations(tree: ast.Module) -> Iterator[ast.expr]:
    for node in ast.walk(tree):
        if isinstance(node, ast.arg | ast.AnnAssign) and node.annotation:
            yield node.annotation
        elif isinstance(node, ast.FunctionDef) and node.returns:
            yield node.returns
