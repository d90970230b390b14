"""How a demo is made: one seed makes one world, in empty tables alone, in one language or the other."""

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings
from pytest_django import DjangoDbBlocker, Settings

from terrace.accounts.models import Person
from terrace.audit.models import Act
from terrace.config import demo
from terrace.config.demo.cast import COUNTY, OTHER_COUNTY
from terrace.config.demo.scales import Extent, Scale
from terrace.network.models import ServiceUnit
from terrace.registry.models import HouseholdMember, Party
from terrace.sourcing.models import Advice, ReferencePrice, SupplyNotice
from tests import factories
from tests.config.conftest import DAY, check_seasons, models, undone

pytestmark = pytest.mark.slow

TINY = Scale("tiny", {COUNTY: Extent(2, 1), OTHER_COUNTY: Extent(0, 0)}, (3, 4), 1.0)
WRITTEN = (
    (Person, "name"),
    (Party, "name"),
    (HouseholdMember, "name"),
    (ServiceUnit, "address"),
    (SupplyNotice, "note"),
    (Advice, "title"),
    (Advice, "text"),
    (ReferencePrice, "source"),
)
HAN, LATIN = re.compile(r"[\u4e00-\u9fff]"), re.compile(r"[A-Za-z]")
SECRET = {"password", "sealed_number"}
"""What no seed decides: salts and nonces come from the machine."""


def _rows() -> dict[str, list[Any]]:
    return {
        model._meta.label: list(
            model._default_manager.order_by("pk").values_list(
                *(field.attname for field in model._meta.concrete_fields if field.name not in SECRET)
            )
        )
        for model in models()
    }


def _built(photos: Path, language: str) -> dict[str, list[Any]]:
    with override_settings(MEDIA_ROOT=photos), undone():
        demo.build(scale=TINY, seed=7, day=DAY, language=language)
        return _rows()


@dataclass(frozen=True, slots=True)
class Tiny:
    """A tiny demo: its rows by model, and the folder of its photos."""

    rows: dict[str, list[Any]]
    photos: Path


@pytest.fixture(scope="module")
def tiny(django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory) -> Tiny:
    """A tiny demo in English, made once for the tests that compare others with it."""
    photos = tmp_path_factory.mktemp("tiny")
    with django_db_blocker.unblock():
        return Tiny(_built(photos, "en"), photos)


@pytest.mark.django_db
def test_one_seed_and_day_make_the_same_rows_again(tiny: Tiny, tmp_path: Path) -> None:
    again = _built(tmp_path, "en")
    for model, rows in tiny.rows.items():
        assert again[model] == rows, model
    assert len(tiny.rows["sourcing.SupplyNotice"]) > 5
    photos = {path.name: path.read_bytes() for path in tiny.photos.rglob("*.jpg")}
    assert photos
    assert {path.name: path.read_bytes() for path in tmp_path.rglob("*.jpg")} == photos


@pytest.mark.django_db
def test_the_same_demo_is_written_in_one_language_or_the_other(tiny: Tiny, tmp_path: Path) -> None:
    english, chinese = tiny.rows, _built(tmp_path, "zh-hans")
    assert {model: len(rows) for model, rows in english.items()} == {
        model: len(rows) for model, rows in chinese.items()
    }
    for model, column in WRITTEN:
        number = [field.attname for field in model._meta.concrete_fields if field.name not in SECRET].index(column)
        texts = [[row[number] for row in rows[model._meta.label] if row[number]] for rows in (english, chinese)]
        assert len(texts[0]) == len(texts[1]) > 0
        assert not any(HAN.search(text) for text in texts[0]), column
        assert all(HAN.search(text) and not LATIN.search(text) for text in texts[1]), column


@pytest.mark.django_db
@pytest.mark.parametrize("day", [date(2026, 2, 10), date(2026, 7, 1)])
def test_every_season_has_what_can_be_for_sale_then(day: date) -> None:
    with undone():
        demo.build(scale=TINY, seed=8, day=day)
        assert SupplyNotice.objects.filter(status="open").count() > 5
        check_seasons()


@pytest.mark.django_db
def test_production_is_refused_and_nothing_is_written(settings: Settings) -> None:
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="production"):
        call_command("demo")
    assert not Person.objects.exists()
    assert demo.found() is None


@pytest.mark.django_db
def test_a_database_with_other_data_is_refused_and_left_alone() -> None:
    factories.PersonFactory()
    with pytest.raises(CommandError, match="entered here already"):
        call_command("demo")
    assert (Person.objects.count(), Party.objects.count(), Act.objects.count()) == (1, 0, 0)
