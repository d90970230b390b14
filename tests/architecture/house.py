"""The house as the architecture tests see it: its rooms from `.importlinter`, its files from the disk."""

import ast
from collections.abc import Iterator
from configparser import ConfigParser
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "terrace"
COMPOSITION = frozenset({"config", "web"})
OPEN_ROOMS = frozenset({"kernel", "http"})
"""Every file of these may be imported from above; the contexts have doors."""


@cache
def contracts() -> ConfigParser:
    """Return the import contracts: the one place where the ladder is written down."""
    parser = ConfigParser()
    parser.read(ROOT / ".importlinter")
    return parser


@cache
def ladder() -> dict[str, int]:
    """Return the height of every room that may ever stand in the house, 0 at the bottom."""
    lines = contracts()["importlinter:contract:ladder"]["layers"].split("\n")
    floors = [line.replace("(", "").replace(")", "").split("|") for line in lines if line.strip()]
    return {room.strip(): height for height, floor in enumerate(reversed(floors)) for room in floor}


@cache
def rooms() -> tuple[str, ...]:
    """Return the rooms that stand today."""
    return tuple(sorted(path.parent.name for path in SOURCE.glob("*/__init__.py")))


def contexts() -> tuple[str, ...]:
    """Return the rooms that are contexts: they own a part of the domain and have doors."""
    return tuple(room for room in rooms() if room not in COMPOSITION | OPEN_ROOMS)


@cache
def python_files(room: str = "") -> tuple[Path, ...]:
    """Return the Python files of a room, or of the whole house, without the generated migrations."""
    return tuple(sorted(p for p in (SOURCE / room).rglob("*.py") if "migrations" not in p.parts))


@cache
def tree_of(path: Path) -> ast.Module:
    """Return the syntax tree of a file."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def imports_of(path: Path) -> Iterator[str]:
    """Yield the modules that a file imports, those inside its functions too."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: write imports in full, so that they can be read and checked"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def short(path: Path) -> str:
    """Return a file's name as the tests print it."""
    return str(path.relative_to(ROOT))
