"""Addresses of the sourcing pages."""

from django.urls import URLPattern, path

from terrace.sourcing.views import advice, balance, call_list, losses, mandates, notices, prices, purchases, weighing

app_name = "sourcing"


def _notices(side: str) -> list[URLPattern]:
    """The same pages for either side."""
    known = {"side": side}
    return [
        path(f"{side}/", notices.notices, known, name=side),
        path(f"{side}/new/", notices.choose_product, known, name=f"{side}_new"),
        path(f"{side}/new/<slug:product>/", notices.record, known, name=f"{side}_new"),
        path(f"{side}/<str:number>/", notices.notice, known, name=f"{side}_detail"),
        path(f"{side}/<str:number>/change/", notices.change, known, name=f"{side}_change"),
        path(f"{side}/<str:number>/withdraw/", notices.withdraw, known, name=f"{side}_withdraw"),
    ]


urlpatterns = [
    *_notices("supply"),
    path("supply/<str:number>/photo.jpg", notices.photo, name="supply_photo"),
    *_notices("demand"),
    path("purchases/", purchases.purchases, name="purchases"),
    path("purchases/new/", weighing.choose_producer, name="purchase_new"),
    path("purchases/new/<str:producer>/", weighing.choose_goods, name="purchase_new"),
    path("purchases/new/<str:producer>/<slug:product>/", weighing.weigh, name="purchase_new"),
    path("purchases/<str:number>/", purchases.purchase, name="purchase"),
    path("purchases/<str:number>/receipt.pdf", purchases.receipt, name="purchase_receipt"),
    path("purchases/<str:number>/void/", purchases.void, name="purchase_void"),
    path("purchases/<str:number>/pay/", purchases.pay, name="purchase_pay"),
    path("purchases/<str:number>/losses/<int:loss_id>/bear/", losses.bear, name="purchase_loss_bear"),
    path("mandates/", mandates.mandates, name="mandates"),
    path("mandates/new/", mandates.give, name="mandate_new"),
    path("mandates/<str:number>/withdraw/", mandates.withdraw, name="mandate_withdraw"),
    path("balance/", balance.balance, name="balance"),
    path("balance/<str:area>/", balance.balance, name="balance_of"),
    path("balance/<str:area>/<slug:product>/", balance.product_balance, name="product_balance"),
    path("calls/", call_list.call_list, name="calls"),
    path("advice/", advice.advice, name="advice"),
    path("advice/new/", advice.give, name="advice_new"),
    path("advice/<str:number>/", advice.detail, name="advice_detail"),
    path("advice/<str:number>/acknowledge/", advice.acknowledge, name="advice_acknowledge"),
    path("prices/", prices.prices, name="prices"),
    path("prices/new/", prices.enter, name="price_new"),
    path("prices/import/", prices.import_file, name="price_import"),
    path("prices/pattern.xlsx", prices.pattern, name="price_pattern"),
    path("prices/<slug:product>/", prices.line, name="price_line"),
    path("prices/<slug:product>/<int:price_id>/withdraw/", prices.withdraw, name="price_withdraw"),
]
