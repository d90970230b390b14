"""What people are handed about themselves: code for programs, words for people."""

import json
import re
from io import BytesIO
from typing import Any

from django.urls import reverse
from python_calamine import CalamineWorkbook

from terrace.registry.models import HouseholdMember
from terrace.sourcing import services
from tests.conftest import Cast
from tests.factories import VarietyFactory
from tests.sourcing.conftest import NOW, terms

CODE = re.compile(r"[a-z]+([_. -][a-z]+)*")
"""What names of code look like, and nothing that a reader of Chinese is told."""


def handed(cast: Cast, form: str) -> Any:
    assert cast.farmer.party is not None
    client = cast.farmer.client
    client.cookies["language"] = "zh-hans"
    VarietyFactory()
    HouseholdMember.objects.create(household_id=cast.farmer.party.pk, name="赵萍", sex="f", birth_year=1975)
    services.record_supply(by=cast.farmer.actor, party=cast.farmer.party.number, terms=terms(), now=NOW)
    return client.post(reverse("registry:data", args=[cast.farmer.party.number]), {"format": form})


def test_the_workbook_is_in_the_readers_words(cast: Cast) -> None:
    book = CalamineWorkbook.from_filelike(BytesIO(handed(cast, "xlsx").content))

    rows = {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}
    heads = [head for found in rows.values() for head in found[0]]
    assert [name for name in (*rows, *heads) if CODE.fullmatch(str(name))] == []
    assert rows["成员"][1] == ["赵萍", "女", 1975, "否"]
    assert [row[1] for row in rows["办理经过"][1:]] == ["提供了生产者或采购方的全部信息"]


def test_a_program_reads_code(cast: Cast) -> None:
    held = json.loads(handed(cast, "json").content)

    assert {"party", "members", "acts", "sign-in", "supply notices"} <= set(held)
    assert held["members"][0]["sex"] == "f"
    assert held["acts"][0]["act"] == "registry.export_data"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+Z", held["party"][0]["registered_at"])
