"""Whoever starts the demo reads how to get in."""

import io

import pytest
from rich.console import Console

from terrace.config import demo, greeting


@pytest.mark.parametrize(("width", "with_notes"), [(80, False), (120, True)])
def test_sign_ins_and_passwords_are_readable_in_any_terminal(width: int, with_notes: bool) -> None:
    written = io.StringIO()

    Console(file=written, width=width).print(greeting.cast_table("en", with_notes=with_notes))

    shown = written.getvalue()
    assert ("What to look at" in shown) is with_notes
    assert all(f" {person.sign_in} " in shown and person.password in shown for person in demo.cast())


@pytest.mark.parametrize(("language", "name"), [("en", "Zhao Suqin"), ("zh-hans", "赵素琴")])
def test_people_are_called_as_in_the_demo_that_was_loaded(language: str, name: str) -> None:
    written = io.StringIO()

    Console(file=written, width=120).print(greeting.cast_table(language, with_notes=False))

    assert name in written.getvalue()
