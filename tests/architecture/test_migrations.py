"""The history of every table is one line, and outlives the code of its day."""

from pathlib import Path

import pytest
from django.core.management import call_command
from django.db.migrations.loader import MigrationLoader

from tests.architecture.house import SOURCE, imports_of, rooms, short

FILES = sorted(SOURCE.glob("*/migrations/0*.py"))


@pytest.fixture(scope="module")
def loader() -> MigrationLoader:
    return MigrationLoader(None)


@pytest.mark.parametrize("room", rooms())
def test_a_rooms_migrations_are_one_line(loader: MigrationLoader, room: str) -> None:
    assert len(loader.graph.leaf_nodes(room)) <= 1
    for key in loader.graph.nodes:
        parents = [parent for parent in loader.graph.node_map[key].parents if parent.key[0] == room]
        assert key[0] != room or len(parents) <= 1


@pytest.mark.parametrize("path", FILES, ids=short)
def test_a_migration_imports_nothing_of_ours(path: Path) -> None:
    assert [module for module in imports_of(path) if module.split(".")[0] == "terrace"] == []
    assert "terrace." not in path.read_text(encoding="utf-8").replace("to='", ""), "no path of ours as a string either"


@pytest.mark.django_db
def test_every_change_of_a_model_has_its_migration(capsys: pytest.CaptureFixture[str]) -> None:
    try:
        call_command("makemigrations", check_changes=True, dry_run=True, verbosity=1)
    except SystemExit:
        pytest.fail(capsys.readouterr().out)


def test_migrations_are_found() -> None:
    assert FILES
