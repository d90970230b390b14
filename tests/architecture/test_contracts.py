"""The import contracts hold, and nobody made an exception."""

from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

from tests.architecture.house import ROOT, contexts, contracts, ladder, rooms


def test_every_import_keeps_the_contracts(capsys, monkeypatch) -> None:
    monkeypatch.chdir(ROOT)
    status = lint_imports(config_filename=str(ROOT / ".importlinter"), cache_dir=None, show_timings=False)
    assert status == EXIT_STATUS_SUCCESS, capsys.readouterr().out


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
