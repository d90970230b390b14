"""A file of parties is checked and written with the same number of queries, however long it is."""

from io import BytesIO

from django.db import connection
from django.test.utils import CaptureQueriesContext

from terrace.audit.models import Act
from terrace.http import workbooks
from terrace.registry import services
from terrace.registry.services import imports
from tests.conftest import Cast
from tests.factories import AreaFactory
from tests.registry.sheets import GOOD, send, sheet


def test_a_check_makes_the_same_number_of_queries_for_one_row_and_for_many(
    cast: Cast,
) -> None:
    places = villages(40)

    def queries_for(count: int) -> int:
        given = ({**GOOD, "name": f"Ma {n}", "phone": "", "area": places[n % 40]} for n in range(count))
        rows = workbooks.read(BytesIO(sheet(*given)), services.SHEET)
        with CaptureQueriesContext(connection) as captured:
            checked = imports.check_rows(cast.station.actor, rows)
        assert checked.problems == []
        return len(captured)

    assert queries_for(1) == queries_for(100)


def test_new_rows_are_written_with_the_same_number_of_queries_for_one_and_for_many(cast: Cast) -> None:
    def queries_for(name: str, count: int) -> int:
        with CaptureQueriesContext(connection) as captured:
            run = send(cast.station.actor, *({**GOOD, "name": f"{name} {n}", "phone": ""} for n in range(count)))
        assert run.created_count == count
        return len(captured)

    assert queries_for("Ma", 1) == queries_for("Li", 100)
    assert Act.objects.filter(act="registry.register_party").count() == 101


def villages(count: int) -> list[str]:
    """Make villages below the township, and return their names, in one language and case or the other."""
    for n in range(count):
        area = AreaFactory(code=f"6212261012{n + 50:02}")
        area.names = {"en": f"Hill {n}", "zh-hans": f"山{n}村"}
        area.save()
    return [f"HILL {n}" if n % 2 else f"山{n}村" for n in range(count)]
