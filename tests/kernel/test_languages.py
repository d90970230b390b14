"""What languages are called."""

import pytest

from terrace.kernel.languages import name_of_language


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("en", "English"),
        ("zh-hans", "简体中文"),
        ("sw", "Kiswahili"),
        ("bo", "བོད་སྐད་"),
        ("xx", "xx"),
        ("qaa-1", "qaa-1"),
    ],
)
def test_a_language_is_called_as_it_calls_itself(code: str, name: str) -> None:
    assert name_of_language(code) == name
