"""Where the money went: the shares of an order, the household's account, the payout, and the page behind the code."""

import csv
from io import StringIO
from pathlib import Path

from terrace.kernel import clock
from tests.browser.chain import Chain, minor


def earned(chain: Chain) -> list[int]:
    """Return what the order brought the household by its own page of money, in fen, movement by movement."""
    farmer = chain.at_home("farmer")
    farmer.go("Money")
    chain.look(farmer, "money")
    moved = farmer.page.locator("main tbody tr", has_text=chain.numbers["order"]).locator("td.numeric")
    return [minor(text) for text in moved.all_inner_texts()]


def shares(chain: Chain) -> list[int]:
    """Return what each part got, in fen: grower, courier, vehicles, point, packing, platform, and the seller's rest."""
    shop = chain.at_home("shop")
    shop.go("Orders")
    shop.go("All orders")
    shop.follow(shop.link(f"/market/sell/orders/{chain.numbers['order']}/"))
    shop.go("Where the money went")
    chain.look(shop, "settlement")
    cells = shop.page.locator("main section.card").last.locator("tbody td.numeric").all_inner_texts()
    return [minor(text) for text in cells if "¥" in text]


def pay_out(chain: Chain, folder: Path) -> None:
    """Prepare the payouts, take the file to the bank, and book the bank's answer: all were paid."""
    clerk = chain.at_home("clerk")
    clerk.go("Payouts")
    chain.look(clerk, "payouts")
    clerk.go("Prepare payouts")
    clerk.fill("minimum", "1")
    chain.look(clerk, "prepare")
    clerk.press("Prepare payouts")
    chain.look(clerk, "run")
    clerk.go("File for the bank")
    with clerk.page.expect_download() as download:
        clerk.tap(clerk.page.locator("main form .btn-primary"))
    path = folder / "answer.csv"
    path.write_text(all_paid(download.value.path().read_text("utf-8-sig")), "utf-8")
    clerk.go("Cancel")
    clerk.go("Book the bank's answer")
    clerk.field("file").set_input_files(path)
    chain.look(clerk, "answer")
    clerk.press("Book")
    chain.look(clerk, "booked")


def all_paid(file: str) -> str:
    """Return what the bank answers to a file: that it paid everybody today."""
    rows = list(csv.reader(StringIO(file)))
    answer = StringIO()
    writer = csv.writer(answer)
    writer.writerow(["payout", "result", "on", "reason"])
    writer.writerows([row[0], "paid", clock.today().isoformat(), ""] for row in rows[1:])
    return answer.getvalue()


def statement(chain: Chain, amount: str) -> None:
    """Read the household's statement from its first page: the goods, the order's line, and that all was paid since."""
    farmer = chain.at_home("farmer")
    farmer.follow(farmer.link("/figures/households/"))
    chain.look(farmer, "statement")
    bought, booked = (
        farmer.page.locator("main section.card", has_text=farmer.word(title)).locator("tbody")
        for title in ("Bought from the household", "Line by line")
    )
    paid = bought.locator("tr td:last-child").all_inner_texts()
    assert minor(amount) in [minor(text) for text in paid]
    lines = booked.locator("tr").all_inner_texts()
    (of_order,) = [place for place, line in enumerate(lines) if chain.numbers["order"] in line]
    assert f"¥{amount}" in lines[of_order]
    balances = booked.locator("tr td:last-child").all_inner_texts()
    assert 0 in [minor(text) for text in balances[:of_order]]


def trace(chain: Chain) -> list[int]:
    """Open the page behind the lot's code from the order, and return where the money of one box went, in fen.

    To grower, seller, point, vehicles, packing, courier and platform.
    """
    buyer = chain.where_it_was("buyer").open(chain.numbers["link"])
    buyer.follow(buyer.link("/01/"))
    chain.look(buyer, "trace")
    assert buyer.says(chain.numbers["lot"])
    money = buyer.page.locator("main section.card", has_text=buyer.word("Where the money went"))
    return [minor(text) for text in money.locator("tbody td.numeric").all_inner_texts() if "¥" in text]
