"""Statements of carriers by month, the minimum of a month, and that they add up to the ledger."""

from datetime import date, timedelta

import time_machine

from terrace.ledger import queries as books
from terrace.ledger import services as ledger
from terrace.logistics import queries, services
from terrace.logistics.domain import ScanKind, TariffKind
from terrace.logistics.models import MonthCharge, Parcel, ParcelFee
from tests import factories
from tests.amounts import fen
from tests.conftest import Cast, Member
from tests.logistics.agreed import carrier_of, make
from tests.logistics.conftest import NOON, Places
from tests.logistics.test_agreements import announce
from tests.logistics.test_checks import found
from tests.logistics.test_fees import agree as set_tariff
from tests.logistics.test_fees import fill
from tests.market.selling import a_photo
from tests.planted import plants

DECEMBER, JANUARY = date(2026, 12, 1), date(2027, 1, 1)
MOMENT = NOON + timedelta(days=20)
NEW_YEAR = NOON.replace(year=2027, month=1, day=1)


def brought(cast: Cast, places: Places, grams: int) -> Parcel:
    """Announce a parcel in December, and scan it in at the point."""
    parcel = announce(cast, places, now=MOMENT, weight_grams=grams)
    at = MOMENT + timedelta(hours=1)
    services.scan(by=cast.keeper.actor, code=parcel.number, kind=ScanKind.ARRIVED, unit=places.point, now=at)
    return parcel


def a_december(cast: Cast, places: Places) -> None:
    """Let a month's agreement begin, one of its parcels be handed over in December and one come back."""
    make(cast, places, starts_on=DECEMBER)
    set_tariff(cast, TariffKind.OUTLET, 50, 0)
    with time_machine.travel(MOMENT, tick=False):
        taken, refused = brought(cast, places, 900), brought(cast, places, 900)
        by, at = cast.keeper.actor, MOMENT + timedelta(hours=2)
        services.hand_over(by=by, parcel=taken, photo=a_photo(), now=at)
        services.refuse(by=by, parcel=refused, now=at)
        back = {"code": refused.number, "kind": ScanKind.RETURNED, "unit": places.centre}
        services.scan(by=cast.clerk.actor, **back, now=at)


def test_a_month_that_lacks_its_minimum_is_topped_up_once_and_paid_when_the_money_is_there(
    cast: Cast, places: Places
) -> None:
    a_december(cast, places)
    assert services.charge_months(now=NEW_YEAR - timedelta(days=1)) == 0
    assert services.charge_months(now=NEW_YEAR) == 1
    assert services.charge_months(now=NEW_YEAR) == 0
    charge = MonthCharge.objects.get()
    assert (charge.month, charge.fees_minor, charge.amount_minor, charge.paid_at) == (DECEMBER, 270, 2_730, None)
    fill(cast, places, 3_000)
    assert services.charge_months(now=NEW_YEAR + timedelta(hours=1)) == 0
    assert MonthCharge.objects.get().paid_at == NEW_YEAR + timedelta(hours=1)
    services.charge_months(now=NEW_YEAR + timedelta(hours=2))
    assert books.balance_of(ledger.account_of_unit(places.centre.pk).pk) == fen(2_730)
    assert books.balance_of(ledger.account_of_party(places.courier.pk).pk) == fen(270)
    [transfer] = books.transfers_about(f"carrier/{carrier_of(places).number}/2026-12")
    assert transfer.key == f"carrier-minimum/{charge.agreement_id}/2026-12"


def test_a_month_that_reaches_its_minimum_owes_nothing_more(cast: Cast, places: Places) -> None:
    make(cast, places, starts_on=DECEMBER, minimum=fen(100))
    with time_machine.travel(MOMENT, tick=False):
        services.hand_over(by=cast.keeper.actor, parcel=brought(cast, places, 900), photo=a_photo(), now=MOMENT)
    services.charge_months(now=NEW_YEAR)
    assert MonthCharge.objects.get().amount_minor == 0


def test_a_statement_says_what_was_owed_asked_for_and_paid_and_goes_on_where_the_last_one_ended(
    cast: Cast, places: Places
) -> None:
    a_december(cast, places)
    fill(cast, places, 3_000)
    services.post_fees(now=NEW_YEAR - timedelta(days=5))
    services.charge_months(now=NEW_YEAR)
    carrier = carrier_of(places)
    december, january = queries.statement_of(carrier, DECEMBER), queries.statement_of(carrier, JANUARY)
    assert (december.opening, december.parcels, december.returns) == (fen(0), fen(180), fen(90))
    assert (december.minimum, december.paid, december.closing) == (fen(2_730), fen(270), fen(2_730))
    assert january.opening == december.closing
    assert (january.charged, january.paid, january.closing) == (fen(0), fen(2_730), fen(0))
    one, two = queries.lines_of_month(carrier, DECEMBER)
    assert (one.fees, one.by, one.is_paid) == ({"outlet": 50, "fleet": 130}, "Near", True)
    assert two.fees == {"return": 90}


@plants("what carriers paid in a month is what the ledger moved as their fees")
def test_the_audit_holds_statements_against_the_ledger(cast: Cast, places: Places) -> None:
    a_december(cast, places)
    fill(cast, places, 3_000)
    services.post_fees(now=NEW_YEAR - timedelta(days=5))
    services.charge_months(now=NEW_YEAR)
    assert found() == {}
    name = "what carriers paid in a month is what the ledger moved as their fees"
    MonthCharge.objects.update(paid_at=NEW_YEAR - timedelta(days=5))
    assert found()[name] == [f"party {places.courier.pk}, 2026-12", f"party {places.courier.pk}, 2027-01"]
    MonthCharge.objects.update(paid_at=None)
    assert found()[name] == [f"party {places.courier.pk}, 2027-01"]


def test_a_carrier_reads_its_own_statement_as_page_sheet_and_paper_and_nobody_elses(cast: Cast, places: Places) -> None:
    a_december(cast, places)
    page = f"/logistics/carriers/{carrier_of(places).number}/statement/"
    own = Member(factories.RepresentativeFactory(party=places.courier).person, places.courier).client
    other = factories.PartyFactory(area=places.courier.area, kind="enterprise")
    stranger = Member(factories.RepresentativeFactory(party=other).person, other).client
    shown = own.get(page, {"month": "2026-12"}).content.decode()
    number = Parcel.objects.order_by("id")[0].number
    assert number in shown
    assert "¥0.90" in shown
    assert "Statement of Dec 2026" in shown
    assert number not in own.get(page, {"month": "2026-11"}).content.decode()
    assert own.get(f"{page}sheet.xlsx", {"month": "2026-12"}).content[:2] == b"PK"
    assert own.get(f"{page}paper.pdf", {"month": "2026-12"}).content[:4] == b"%PDF"
    assert own.get(page, {"month": "nonsense"}).status_code == 404
    for path in (page, f"{page}sheet.xlsx", f"{page}paper.pdf"):
        assert stranger.get(path).status_code == 404
        assert cast.neighbour.client.get(path).status_code in (403, 404)
    fleet = cast.clerk.client.get("/logistics/fees/months/", {"month": "2026-12"}).content.decode()
    assert "Swift Crane Express" in fleet
    assert ParcelFee.objects.filter(paid_at__isnull=True).exists()


def test_programs_of_the_carrier_read_its_statement_and_news_and_name_its_webhook(cast: Cast, places: Places) -> None:
    a_december(cast, places)
    address = f"/api/v1/logistics/carriers/{carrier_of(places).number}"
    own = Member(factories.RepresentativeFactory(party=places.courier).person, places.courier).client
    said = own.get(f"{address}/statements/2026-12").json()
    assert (said["parcels"]["minor"], said["returns"]["minor"], said["closing"]["minor"]) == (180, 90, 270)
    assert own.get(f"{address}/statements/2026-13").status_code == 422
    first, *rest = own.get(f"{address}/news").json()
    assert (first["kind"], len(rest)) == ("registered", 6)
    assert own.get(f"{address}/news", {"after": rest[-1]["scan_id"]}).json() == []
    given = {"url": "https://example.org/hook"}
    named = own.put(f"{address}/webhook", given, content_type="application/json")
    assert named.json() == {"url": given["url"], "waiting": 0, "given_up": 0}
    inside = own.put(f"{address}/webhook", {"url": "http://10.0.0.1/"}, content_type="application/json")
    assert inside.status_code == 422
    for path in ("statements/2026-12", "news", "webhook"):
        assert cast.neighbour.client.get(f"{address}/{path}").status_code in (403, 404)
        assert cast.keeper.client.get(f"{address}/{path}").status_code in (403, 404)
