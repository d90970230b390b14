"""A context's domain is plain Python: no database, no web, no clock."""

import ast
import sys
from pathlib import Path

import pytest

from tests.architecture.house import SOURCE, imports_of, python_files, short, tree_of

DOMAINS = [path for path in python_files() if path.name == "domain.py" or "domain" in path.relative_to(SOURCE).parts]
CLOCKS = {
    ("datetime", "now"),
    ("datetime", "today"),
    ("datetime", "utcnow"),
    ("date", "today"),
    ("clock", "now"),
    ("time", "time"),
}
KERNEL_WITH_DJANGO = "terrace.kernel.db"
PURE_LIBRARIES = {
    "pypinyin": "tables of how characters are read",
    "phonenumbers": "tables of every country's numbering plan",
    "cryptography": "arithmetic on bytes",
    "numpy": "arithmetic on tables",
    "scipy": "shortest paths through a graph",
}
"""Libraries that only compute: the same answer for the same question, no file, no network, no state."""


def _is_plain(module: str) -> bool:
    parts = module.split(".")
    if parts[0] != "terrace":
        return parts[0] in sys.stdlib_module_names or parts[0] in PURE_LIBRARIES
    if parts[1] == "kernel":
        return not module.startswith(KERNEL_WITH_DJANGO)
    return parts[2:3] == ["domain"]


@pytest.mark.parametrize("path", DOMAINS, ids=short)
def test_a_domain_imports_only_plain_python_the_kernel_and_other_domains(path: Path) -> None:
    assert [module for module in imports_of(path) if not _is_plain(module)] == []


@pytest.mark.parametrize("path", DOMAINS, ids=short)
def test_a_domain_never_asks_what_time_it_is(path: Path) -> None:
    calls = [node.func for node in ast.walk(tree_of(path)) if isinstance(node, ast.Call)]
    asked = [f"{f.value.id}.{f.attr}" for f in calls if isinstance(f, ast.Attribute) and isinstance(f.value, ast.Name)]
    assert not CLOCKS & set(asked)


def test_domains_are_found() -> None:
    assert len(DOMAINS) >= 6
