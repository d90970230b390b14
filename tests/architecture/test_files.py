"""Every file has a name that says what is in it, and a size that one can read."""

import ast
from pathlib import Path

import pytest

from tests.architecture.house import SOURCE, contexts, python_files, rooms, short, tree_of

LONGEST_FILE = 400
CATCH_ALLS = frozenset(
    {"utils", "util", "helpers", "helper", "common", "core", "misc", "shared", "base", "tools", "lib", "managers"}
)
CONTEXT_FILES = frozenset(
    {
        "domain",
        "models",
        "queries",
        "services",
        "forms",
        "schemas",
        "views",
        "rest",
        "urls",
        "tasks",
        "subscriptions",
        "apps",
        "admin",
    }
)
CONTEXT_FOLDERS = frozenset({"migrations", "templates", "templatetags", "management", "static", "data", "locale"})
FILES_WITH_A_REASON = {
    "accounts/adapter.py": "allauth asks its questions (who may sign up, where next) of a class that settings name",
    "messaging/gateways.py": "the ways out to SMS and mail, which a setting chooses",
    "logistics/gateways.py": "posting news to addresses that carriers named, and to nothing inside the house",
    "market/gateways.py": "the ways to pay, which a setting chooses: the only code that knows a provider's manners",
}
"""Files of a context beside the names above. Each is a second place to look, so each says why it must be."""
FOLDERS_WITH_A_REASON = {
    "logistics/engines": "planners of tours: the only code that speaks to PyVRP and VROOM",
}


def _source_names(context: str) -> set[str]:
    folder = SOURCE / context
    packages = {p.parent.name for p in folder.glob("*/__init__.py")} - CONTEXT_FOLDERS
    files = {p.stem for p in folder.glob("*.py")} - {"__init__"}
    named = [*FILES_WITH_A_REASON, *FOLDERS_WITH_A_REASON]
    reasoned = {Path(name).stem for name in named if name.startswith(f"{context}/")}
    return (packages | files) - reasoned


@pytest.mark.parametrize("context", contexts())
def test_a_context_has_only_the_files_that_every_context_has(context: str) -> None:
    assert _source_names(context) <= CONTEXT_FILES


@pytest.mark.parametrize("context", contexts())
def test_a_context_has_only_the_folders_that_every_context_has(context: str) -> None:
    folders = {p.name for p in (SOURCE / context).iterdir() if p.is_dir() and p.name != "__pycache__"}
    reasoned = {Path(name).name for name in FOLDERS_WITH_A_REASON if name.startswith(f"{context}/")}
    assert folders <= CONTEXT_FOLDERS | CONTEXT_FILES | reasoned


@pytest.mark.parametrize("room", rooms())
def test_every_room_says_what_it_is(room: str) -> None:
    readme = SOURCE / room / "README.md"
    assert readme.is_file()
    assert readme.read_text(encoding="utf-8").startswith(f"# {room}\n")


@pytest.mark.parametrize("context", contexts())
def test_a_context_keeps_its_templates_under_its_own_name(context: str) -> None:
    found = {p.name for p in (SOURCE / context).glob("templates/*")}
    assert found <= {context, "account", "mfa", "usersessions", "allauth"}, "beside its own only a library's templates"


def test_nothing_is_called_by_a_catch_all_name() -> None:
    named = [short(p) for p in python_files() if CATCH_ALLS & {p.stem, *p.relative_to(SOURCE).parts[:-1]}]
    assert not named


def test_no_file_is_longer_than_one_can_read() -> None:
    tests = (SOURCE.parents[1] / "tests").rglob("*.py")
    lengths = {short(p): len(p.read_text(encoding="utf-8").splitlines()) for p in [*python_files(), *tests]}
    assert {name: length for name, length in lengths.items() if length > LONGEST_FILE} == {}


def test_every_module_says_what_it_is_for() -> None:
    silent = [short(p) for p in python_files() if p.stem != "__init__" and not (tree_of(p).body and _docstring(p))]
    assert not silent


def _docstring(path: Path) -> bool:
    return bool(ast.get_docstring(tree_of(path)))


def test_every_file_with_a_reason_exists() -> None:
    assert [name for name in FILES_WITH_A_REASON if not (SOURCE / name).exists()] == []
