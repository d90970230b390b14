"""Functions stay small: one screen, one thought."""

import ast
import statistics
from collections.abc import Iterator

from tests.architecture.house import python_files, short, tree_of

LONGEST = 40
MEDIAN = 11


def _functions() -> Iterator[tuple[str, int]]:
    for path in python_files():
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                first = node.body[1] if ast.get_docstring(node) and len(node.body) > 1 else node.body[0]
                yield f"{short(path)}:{node.name}", (node.end_lineno or 0) - first.lineno + 1


def test_no_function_is_longer_than_a_screen() -> None:
    assert {name: lines for name, lines in _functions() if lines > LONGEST} == {}


def test_the_typical_function_is_short() -> None:
    assert statistics.median(lines for _, lines in _functions()) <= MEDIAN
