"""Promise: 100,000 households are paid out in one settlement in under 60 s, exact to the cent.

`python -m bench.settlement` fills an installation of its own with households that have a bank account and money, and
settles with them as a clerk does, through the services: prepares the payouts, takes the bank's file with every account
number opened, and books the bank's answer, in which one in a hundred failed. It prints one JSON line: the seconds of
all three and of each, whether every balance is what it has to be, and whether the books pass their own audit.
"""

import json
import os
import time
from collections.abc import Callable
from csv import reader
from datetime import date
from io import BytesIO, StringIO
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.installation import installation

if TYPE_CHECKING:
    from terrace.kernel.actors import Actor
    from terrace.ledger.models import PayoutRun
    from terrace.registry.models import Party

HOUSEHOLDS = int(os.environ.get("BENCH_HOUSEHOLDS", "100000"))
PROMISED_S = 60
BATCH = 10_000
ONE_IN = 100
"""So many payouts fail once."""
AREAS = (
    ("62", "", "province", "Upland"),
    ("6212", "62", "prefecture", "River Bend"),
    ("621226", "6212", "county", "Stone Bridge"),
    ("621226101", "621226", "township", "Willow Slope"),
    ("621226101200", "621226101", "village", "Upper Terrace"),
)


def amount_of(number: int) -> int:
    """Return what lies on the account of household `number`, in minor units: no two sums of a few are alike."""
    return 1_000 + number * 7919 % 500_000


def place(folder: Path) -> None:
    """Write the areas that the households live in."""
    from terrace.kernel.actors import SYSTEM
    from terrace.network import services

    file = folder / "areas.csv"
    rows = [f"{code},{parent},{level},{name},{name},," for code, parent, level, name in AREAS]
    heads = "code,parent_code,level,name_zh,name_pinyin,latitude,longitude"
    file.write_text("\n".join([heads, *rows, ""]), encoding="utf-8")
    services.import_areas(by=SYSTEM, file=file)


def settle_people() -> "list[Party]":
    """Write the households and their bank accounts; return them in their order."""
    from terrace.registry.models import BankAccount, Household, Party
    from terrace.registry.services.bank import keyring

    code = AREAS[-1][0]
    known = {"kind": "household", "area_id": code, "area_path": code, "county_code": code[:6]}
    parties = [Party(number=f"P-{n:08}", name=f"Household {n}", **known) for n in range(HOUSEHOLDS)]
    Party.objects.bulk_create(parties, batch_size=BATCH)
    Household.objects.bulk_create([Household(party=party) for party in parties], batch_size=BATCH)
    keys = keyring()
    accounts = (
        BankAccount(
            party=party,
            bank="Rural Bank",
            holder=party.name,
            sealed_number=keys.seal(f"6217{party.pk:012}", party_id=party.pk),
            key_id=keys.newest,
            last4=f"{party.pk:04}"[-4:],
        )
        for party in parties
    )
    BankAccount.objects.bulk_create(accounts, batch_size=BATCH)
    return parties


def fill(parties: "list[Party]", by: "Actor") -> None:
    """Put money on every household's account, by transfers as everybody's."""
    from terrace.kernel.money import Money
    from terrace.ledger import services as ledger
    from terrace.ledger.domain import AccountKind, Draft, Leg, Part, Reason

    bank = ledger.house_account(AccountKind.BANK)
    numbered = enumerate(parties)
    while batch := list(islice(numbered, BATCH)):
        accounts = ledger.accounts_of_parties(party.pk for _, party in batch)
        drafts = []
        for number, party in batch:
            amount = Money(amount_of(number), "CNY")
            legs = (Leg(bank.pk, -amount, Part.BANK), Leg(accounts[party.pk].pk, amount, Part.BANK))
            drafts.append(Draft(Reason.DEPOSIT, f"deposit/{number}", legs, f"deposit/{number}"))
        ledger.post_many(by=by, drafts=drafts)


def clerk() -> "Actor":
    """Return somebody who may pay and see account numbers in the county."""
    from terrace.accounts.models import Person
    from terrace.kernel.actors import Actor, grants_of
    from terrace.ledger.domain import Permission as Ledger
    from terrace.registry.domain import Permission as Registry

    person = Person.objects.create(username="clerk", name="A clerk")
    return Actor(person.pk, person.name, grants_of([(Ledger.PAY, AREAS[2][0]), (Registry.BANK, AREAS[2][0])]))


def answered(content: bytes, today: date) -> bytes:
    """Return what the bank says of its file: one in a hundred failed, all others were paid."""
    _heads, *rows = reader(StringIO(content.decode("utf-8-sig")))
    lines = (
        f"{number},{'failed,account unknown' if n % ONE_IN == 0 else 'paid,'},{today}\r\n"
        for n, (number, *_rest) in enumerate(rows)
    )
    return ("payout,result,reason,on\r\n" + "".join(lines)).encode("utf-8-sig")


def is_exact(run: "PayoutRun") -> bool:
    """Say whether every household has what it must have: nothing, or all it had where the bank refused."""
    from terrace.ledger.models import Account, Payout

    total = sum(map(amount_of, range(HOUSEHOLDS)))
    refused = list(Payout.objects.filter(state="failed").values_list("account_id", "amount_minor"))
    back = sum(minor for _, minor in refused)
    left = dict(Account.objects.filter(kind="party").exclude(balance_minor=0).values_list("pk", "balance_minor"))
    house = dict(Account.objects.filter(kind__in=["bank", "payouts"]).values_list("kind", "balance_minor"))
    return (
        (run.count, run.amount_minor, len(refused)) == (HOUSEHOLDS, total, -(-HOUSEHOLDS // ONE_IN))
        and left == dict(refused)
        and house == {"bank": -back, "payouts": 0}
        and Payout.objects.filter(state="paid").count() == HOUSEHOLDS - len(refused)
    )


def figures(folder: Path) -> dict[str, Any]:
    """Fill the installation, settle, and look at what came of it."""
    from terrace.http.text_tables import read_either
    from terrace.kernel import clock
    from terrace.kernel.money import Money
    from terrace.ledger import queries
    from terrace.ledger import services as ledger
    from terrace.ledger.services import RESULTS, PayoutsGiven

    place(folder)
    by = clerk()
    fill(settle_people(), by)
    seconds = dict[str, float]()

    def timed(name: str, work: Callable[[], Any]) -> Any:
        begun = time.perf_counter()
        result = work()
        seconds[name] = round(time.perf_counter() - begun, 2)
        return result

    def prepare() -> "PayoutRun":
        run = ledger.prepare_payouts(by=by, given=PayoutsGiven(AREAS[2][0], Money(100, "CNY"), "Sales"))
        ledger.run_preparation(run_id=run.pk, by=by)
        run.refresh_from_db()
        return run

    run = timed("prepare_s", prepare)
    content = timed("file_s", lambda: ledger.export_payouts(by=by, run=run))
    answer = BytesIO(answered(content, clock.today()))
    timed("answer_s", lambda: ledger.book_results(by=by, run=run, rows=read_either(answer, "answer", RESULTS)))
    total, exact = round(sum(seconds.values()), 2), is_exact(run)
    problems = sum(1 for check in queries.CHECKS for _found in check.find())
    return {
        "bench": "settlement",
        "payouts": run.count,
        "seconds": total,
        **seconds,
        "exact": exact,
        "audit_problems": problems,
        "holds": exact and not problems and total < PROMISED_S,
    }


def main() -> None:
    """Print the figures as one line."""
    os.environ["TERRACE_LOG_LEVEL"] = "ERROR"
    with installation() as folder:
        print(json.dumps(figures(folder)))


if __name__ == "__main__":
    main()
