"""Addresses of basket, checkout, payment and the buyer's orders."""

from django.urls import URLPattern, path

from terrace.market.views import basket, bought, own, paying, sandbox, statements, transfers

urlpatterns: list[URLPattern] = [
    path("basket/", basket.basket, name="basket"),
    path("basket/add/<str:number>/", basket.basket_add, name="basket_add"),
    path("checkout/", basket.checkout, name="checkout"),
    path("orders/find/", bought.find, name="orders_find"),
    path("orders/mine/", bought.mine, name="orders_mine"),
    path("orders/claim/", own.claim, name="orders_claim"),
    path("addresses/", own.addresses, name="addresses"),
    path("addresses/<int:address_id>/", own.address, name="address"),
    path("addresses/<int:address_id>/remove/", own.remove_address, name="address_remove"),
    path("orders/<str:number>/<str:signs>/", bought.order, name="order"),
    path("orders/<str:number>/<str:signs>/send-link/", bought.send_link, name="order_link"),
    path("payments/", transfers.payments, name="payments"),
    path("payments/statement/", statements.statement, name="statement"),
    path("payments/statement-pattern.xlsx", statements.pattern, name="statement_pattern"),
    path("payments/notices/<str:provider>/", paying.notice, name="payment_notice"),
    path("payments/<str:number>/confirm/", transfers.confirm_payment, name="payment_confirm"),
    path("payments/notices/<int:said_id>/settle/", transfers.settle_notice, name="notice_settle"),
    path("payments/back/<int:repayment_id>/", transfers.pay_back, name="repayment"),
    path("payments/back/<int:repayment_id>/slip/", transfers.take_back, name="repayment_slip"),
    path("payments/<str:number>/<str:signs>/", paying.payment, name="payment"),
    path("sandbox/<str:reference>/", sandbox.cashier, name="sandbox"),
]
