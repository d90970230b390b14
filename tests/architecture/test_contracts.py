"""The import contracts hold, and nobody made an exception."""

import subprocess
import sys

from tests.architecture.house import ROOT, contexts, contracts, ladder, rooms

# A process of its own: the checker configures logging for itself and silences every logger it finds.
LINT = "from importlinter.cli import lint_imports; raise SystemExit(lint_imports(show_timings=False))"


def test_every_import_keeps_the_contracts() -> None:
    told = subprocess.run([sys.executable, "-c", LINT], cwd=ROOT, capture_output=True, text=True, check=False)

    assert told.returncode == 0, told.stdout + told.stderr


def test_no_contract_ignores_an_import() -> None:
    contracts_with_exceptions = [
        name for name, section in contracts().items() for key in section if "ignore" in key and section[key].strip()
    ]
    assert not contracts_with_exceptions


def test_every_room_has_its_place_in_the_ladder() -> None:
    assert set(rooms()) <= set(ladder())


def test_every_context_is_layered_inside() -> None:
    containers = contracts()["importlinter:contract:context"]["containers"].split()
    assert sorted(containers) == sorted(f"terrace.{context}" for context in contexts())


def test_the_ladder_is_exhaustive() -> None:
    assert contracts()["importlinter:contract:ladder"].getboolean("exhaustive")
    assert contracts()["importlinter:contract:context"].getboolean("exhaustive")
