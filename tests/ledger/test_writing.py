"""The one statement that writes transfers says the same as rows of the ORM would."""

from typing import Any

from django.forms import model_to_dict

from terrace.kernel import clock
from terrace.kernel.actors import SYSTEM
from terrace.ledger import services as ledger
from terrace.ledger.domain import Draft, Leg, Part, Reason
from terrace.ledger.models import Account, Entry, Transfer
from terrace.ledger.services.writing import row_of, write
from tests.conftest import Cast
from tests.ledger.conftest import Give, yuan


def _by_orm(drafts: list[Draft], now: Any) -> None:
    for draft in drafts:
        made = Transfer.objects.create(
            number=f"T-ORM{draft.key}",
            at=now,
            reason=draft.reason,
            reference=draft.reference,
            key=draft.key,
            memo=draft.memo,
            signature="system",
        )
        accounts = Account.objects.in_bulk([leg.account_id for leg in draft.legs])
        Entry.objects.bulk_create(
            Entry(
                transfer=made,
                account_id=leg.account_id,
                amount_minor=leg.amount.minor,
                currency=leg.amount.currency,
                part=leg.part,
                reason=draft.reason,
                at=now,
                area_path=accounts[leg.account_id].area_path,
                county_code=accounts[leg.account_id].county_code,
            )
            for leg in draft.legs
        )


def _told(key: str) -> list[tuple[object, ...]]:
    transfer = Transfer.objects.get(key=key)
    columns = ("account_id", "amount_minor", "currency", "part", "reason", "at", "area_path", "county_code")
    head = (transfer.at, transfer.reason, transfer.reference, transfer.memo, transfer.posted_by_id, transfer.signature)
    return [head, *transfer.entries.order_by("pk").values_list(*columns)]


def _drafts(prefix: str, accounts: list[Account]) -> list[Draft]:
    one, two, three = (account.pk for account in accounts)
    split = (Leg(one, -yuan(10), Part.ESCROW), Leg(three, yuan(4), Part.SELLER), Leg(two, yuan(6), Part.GROWER))
    plain = (Leg(one, -yuan(1), Part.ESCROW), Leg(two, yuan(1), Part.OUTLET))
    return [
        Draft(Reason.RELEASE, "order/O-1", split, f"{prefix}1", 'with "signs", \\ and 苹果'),
        Draft(Reason.FEE, "order/O-1", plain, f"{prefix}2"),
    ]


def test_one_statement_writes_what_rows_of_the_orm_would(cast: Cast, give: Give) -> None:
    assert cast.buyer.party
    assert cast.farmer.party
    accounts = [
        give(cast.buyer.party.pk, yuan(100)),
        ledger.account_of_party(cast.farmer.party.pk),
        ledger.escrow_account("order/O-1", area_path="621226", county_code="621226"),
    ]
    now = clock.now()

    drafts = _drafts("sql", accounts)
    made = write(SYSTEM, drafts, now)
    _by_orm(_drafts("orm", accounts), now)

    for place in "12":
        assert _told(f"sql{place}") == _told(f"orm{place}")
        written = Transfer.objects.get(key=f"sql{place}")
        row = row_of(SYSTEM, drafts[int(place) - 1], made[f"sql{place}"], now)
        assert model_to_dict(row) == model_to_dict(written)
        assert row == written
