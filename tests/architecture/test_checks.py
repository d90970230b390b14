"""Every check of `terrace verify` is proven by a corruption that somebody planted, and each has a name of its own."""

from importlib import import_module

from terrace.config.management.commands.verify import CHECKS
from tests.architecture.house import ROOT
from tests.planted import PLANTED

TESTS = ROOT / "tests"


def _read_the_planting_tests() -> None:
    """Import every test module that plants something: each says so as it is read."""
    for path in sorted(TESTS.rglob("test_*.py")):
        if "from tests.planted import" in path.read_text(encoding="utf-8"):
            import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))


def test_every_check_has_a_corruption_that_it_finds() -> None:
    _read_the_planting_tests()
    assert {check.name for check in CHECKS} == PLANTED


def test_no_two_checks_have_the_same_name() -> None:
    assert len({check.name for check in CHECKS}) == len(CHECKS)
