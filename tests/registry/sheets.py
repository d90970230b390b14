"""Files of parties as the tests send them."""

from collections.abc import Mapping, Sequence
from typing import Any

from terrace.http import workbooks
from terrace.http.workbooks import Head, Sheet
from terrace.kernel.actors import Actor
from terrace.registry import services
from terrace.registry.models import ImportRun
from tests.conftest import VILLAGE

GOOD = {"name": "Ma Lanying", "kind": "household", "area": VILLAGE, "phone": "13909390001"}


def sheet(*rows: Mapping[str, Any], heads: Sequence[Head] = services.SHEET) -> bytes:
    return workbooks.write(Sheet("Parties", heads, [[row.get(head.name, "") for head in heads] for row in rows]))


def send(by: Actor, *rows: Mapping[str, Any], takes_good_rows: bool = False) -> ImportRun:
    return services.start_import(by=by, content=sheet(*rows), file_name="parties.xlsx", takes_good_rows=takes_good_rows)


def reasons(run: ImportRun) -> list[tuple[int, str]]:
    return [(problem["row"], problem["column"]) for problem in run.problems]
