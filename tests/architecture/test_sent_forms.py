"""A form that was sent empty was sent all the same: it is refused at its fields, not taken for a look at the page."""

import ast

from tests.architecture.house import python_files, short, tree_of


def _sent_or_nothing(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.BoolOp)
        and isinstance(node.op, ast.Or)
        and isinstance(node.values[0], ast.Attribute)
        and node.values[0].attr == "POST"
    )


def test_no_view_takes_an_empty_form_for_none() -> None:
    found = [
        f"{short(path)}:{node.lineno}: use pages.sent(request)"
        for path in python_files()
        for node in ast.walk(tree_of(path))
        if _sent_or_nothing(node) and isinstance(node, ast.BoolOp)
    ]
    assert found == []


def test_the_check_sees_what_it_forbids() -> None:
    tree = ast.parse("Form(request.POST or None)")
    assert any(_sent_or_nothing(node) for node in ast.walk(tree))
