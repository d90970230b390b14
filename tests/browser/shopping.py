"""From the offer to the buyer's door: the seller offers, somebody without an account buys, the packer sends."""

from pathlib import Path

from playwright.sync_api import expect

from tests.browser.chain import LOOKS, Chain, minor, number_in
from tests.browser.visitor import Visitor

BUYER, PHONE_NUMBER = "Qin Yue", "13900005577"


def offer(chain: Chain, price: str, freight: str) -> None:
    """Put boxes of five kilograms on sale out of the notice."""
    shop = chain.at_home("shop")
    chain.look(shop, "shop")
    shop.go("Offers")
    shop.go("Offer goods")
    chain.look(shop, "what-to-offer")
    shop.page.locator("main [name=text]").fill(chain.product)
    shop.press("Search")
    shop.follow(shop.page.locator(f"main a[href*='notice={chain.numbers['notice']}']"))
    shop.choose("sold_as", value="own")
    shop.fill("content", "5")
    shop.fill("price", price)
    shop.fill("stock", "8")
    shop.fill("freight_first", freight)
    for language in ("en", "zh-hans"):
        shop.fill(f"title_{language}", title(chain))
    shop.send()
    if shop.page.locator("main [name=sure_of_price][type=checkbox]").count():
        chain.look(shop, "sure-of-price")
        shop.tap(shop.field("sure_of_price"))
        shop.send()
    chain.numbers["offer"] = number_in(shop)
    chain.look(shop, "draft")
    shop.press("Put on sale")
    chain.look(shop, "on-sale")


def title(chain: Chain) -> str:
    """Return what the offer of this story is called."""
    return f"{chain.product.title()} of {chain.numbers['notice']}"


def order(chain: Chain, boxes: int, total: int, sending: str = "once", *, refuses: bool = False) -> None:
    """Find the goods on the market, order so many boxes, and pay `total` fen at the provider's cashier.

    Who `refuses` breaks off there first, and pays by a second try.
    """
    buyer = chain.at_home("buyer")
    chain.look(buyer, "visitor")
    buyer.go("Go to the market")
    buyer.page.locator("main #search").fill(title(chain))
    buyer.tap(buyer.page.locator("main .search-line button"))
    tile = buyer.link(f"/market/goods/{chain.numbers['offer']}/")
    expect(buyer.page.locator("main .goods-tiles > li")).to_have_count(1)
    chain.look(buyer, "market")
    buyer.follow(tile)
    chain.look(buyer, "goods")
    buyer.fill("quantity", str(boxes))
    buyer.press("Put into the basket")
    chain.look(buyer, "basket")
    buyer.press("To checkout")
    buyer.fill("recipient", BUYER)
    buyer.fill("phone", PHONE_NUMBER)
    buyer.fill("region", "Lanzhou, Chengguan")
    buyer.fill("address", "12 Riverside Road, door 301")
    chain.look(buyer, "checkout")
    buyer.press("Order and pay")
    assert minor(buyer.page.locator("main .figure-number").inner_text()) == total
    chain.look(buyer, "to-pay")
    if refuses:
        _refuse(chain)
    buyer.press("Pay now")
    assert minor(buyer.page.locator("main .figure-number").inner_text()) == total
    buyer.tap(buyer.page.locator(f"main [name=sending][value={sending}]"))
    chain.look(buyer, "cashier")
    buyer.press("Pay")


def _refuse(chain: Chain) -> None:
    """Break off at the provider's cashier, and read back at the shop that nothing was paid."""
    buyer = chain.where_it_was("buyer")
    buyer.press("Pay now")
    buyer.press("Refuse")
    for _turn in range(LOOKS):
        if not is_waiting(chain):
            break
        buyer.go("Look again")
    said = "Nothing was paid: it was refused or broken off. As long as the goods wait for you, you can pay again."
    assert buyer.says(buyer.word(said))
    chain.look(buyer, "refused")


def wait_for_payment(chain: Chain) -> None:
    """Look again until the provider's notice has come, and open the order."""
    buyer = chain.where_it_was("buyer")
    for _turn in range(LOOKS):
        if not is_waiting(chain):
            break
        buyer.go("Look again")
    assert buyer.says(buyer.word("Your payment has come. The sellers pack now."))
    chain.look(buyer, "paid")
    buyer.go("Look at the order")
    chain.numbers["link"] = buyer.page.url.removeprefix(buyer.site.url)
    chain.numbers["order"] = chain.numbers["link"].split("/")[3]
    chain.look(buyer, "order")


def is_waiting(chain: Chain) -> bool:
    """Whether the page of the payment asks its buyer to look again."""
    buyer = chain.where_it_was("buyer")
    return buyer.page.get_by_role("link", name=buyer.word("Look again"), exact=True).count() > 0


def pack_and_send(chain: Chain, kilos: str, weight: str) -> None:
    """Pack the order from the story's lot, hand the parcel to the courier, and note that it was delivered."""
    packer, number = chain.at_home("packer"), chain.numbers["order"]
    packer.go("Pack orders")
    chain.look(packer, "to-pack")
    packer.follow(packer.link(f"/market/sell/orders/{number}/pack/"))
    packer.fill("lot", chain.numbers["lot"])
    packer.press("Show this lot")
    for drawn in packer.page.locator("main [name*=_lot]").all():
        drawn.fill("0")
    packer.page.get_by_label(chain.numbers["lot"]).fill(kilos)
    packer.fill("weight", weight)
    chain.look(packer, "pack")
    packer.press("Packed")
    chain.look(packer, "packed")
    packer.go("Ship")
    packer.page.locator("main [name^=waybill]").fill(f"SC-{number}")
    packer.press("Handed to the carrier")
    label = packer.page.locator("main a[href*='/parcels/W-']").first
    chain.numbers["parcel"] = label.inner_text()
    chain.look(packer, "sent")


def carrier_delivers(chain: Chain) -> None:
    """Note at the desk what the courier says of the parcel."""
    packer = chain.at_home("packer")
    packer.go("Parcels")
    packer.follow(packer.link(f"/logistics/parcels/{chain.numbers['parcel']}/"))
    for status in ("in_transit", "delivered"):
        packer.go("The carrier says")
        packer.choose("status", value=status)
        packer.send()
    chain.look(packer, "delivered")


def find_order(chain: Chain) -> None:
    """Find the order by its number and phone, as somebody does who has lost the link."""
    buyer = chain.at_home("buyer")
    buyer.go("Go to the market")
    buyer.go("My orders")
    buyer.fill("number", chain.numbers["order"].lower())
    buyer.fill("phone", PHONE_NUMBER)
    chain.look(buyer, "find-order")
    buyer.press("Show the order")
    assert buyer.says(f"SC-{chain.numbers['order']}")
    chain.look(buyer, "found")


def by_link(chain: Chain) -> Visitor:
    """Open the order by the link that its buyer kept."""
    return chain.where_it_was("buyer").open(chain.numbers["link"])


def confirm(chain: Chain) -> None:
    """Say that the goods are here and all is well."""
    buyer = by_link(chain)
    chain.look(buyer, "order-delivered")
    buyer.go("I have the goods, all is well")
    chain.look(buyer, "confirm")
    buyer.press("All is well")
    chain.look(buyer, "completed")


def complain(chain: Chain, photo: Path, wanted: str) -> None:
    """Say what is wrong, with a photo; the seller offers less, the buyer asks the centre."""
    buyer = by_link(chain)
    buyer.go("Something is wrong")
    buyer.choose("kind", value="spoilt")
    buyer.fill("text", "Three of twenty are rotten.")
    buyer.fill("wanted", wanted)
    buyer.field("photo").set_input_files(photo)
    chain.look(buyer, "what-is-wrong")
    buyer.press("Send")
    chain.look(buyer, "dispute")


def answer(chain: Chain, offered: str) -> None:
    """Let the seller answer and offer something."""
    shop = chain.at_home("shop")
    shop.go("Answer buyers")
    chain.look(shop, "disputes")
    shop.follow(shop.row(chain.numbers["order"]).locator("a").first)
    chain.numbers["dispute"] = number_in(shop)
    chain.look(shop, "dispute-seller")
    shop.go("Answer")
    shop.fill("offered", offered)
    shop.fill("words", "We are sorry. One was bruised on the way.")
    shop.press("Send the answer")
    chain.look(shop, "answered")


def ask_the_centre(chain: Chain) -> None:
    """Let the buyer refuse what the seller offers."""
    buyer = by_link(chain)
    buyer.go("See how the dispute stands")
    chain.look(buyer, "offered")
    buyer.go("Ask the centre")
    buyer.press("Ask the centre")
    chain.look(buyer, "with-centre")


def decide(chain: Chain, amount: str) -> None:
    """Let the clerk of the centre decide."""
    clerk = chain.at_home("clerk")
    clerk.go("Decide disputes")
    clerk.follow(clerk.row(chain.numbers["order"]).locator("a").first)
    chain.look(clerk, "dispute-centre")
    clerk.go("Decide")
    clerk.fill("amount", amount)
    clerk.fill("words_to_buyer", "For three of twenty fruits.")
    clerk.fill("words_to_seller", "The photo shows it.")
    chain.look(clerk, "decide")
    clerk.press("Decide")
    chain.look(clerk, "decided")
