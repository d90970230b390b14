"""Addresses of packing, shipping, completion, disputes and agreements."""

from django.urls import URLPattern, path

from terrace.market.views import (
    agreements,
    buyer_acts,
    desk,
    disputes,
    ending,
    packing,
    recalls,
    returning,
    sales,
    settlements,
)

urlpatterns: list[URLPattern] = [
    path("sell/", sales.sell, name="sell"),
    path("sell/orders/", sales.sales, name="sales"),
    path("sell/orders/<str:number>/", sales.sale, name="sale"),
    path("sell/orders/<str:number>/pack/", packing.pack, name="sale_pack"),
    path("sell/orders/<str:number>/unpack/", packing.unpack, name="sale_unpack"),
    path("sell/orders/<str:number>/ship/", packing.ship, name="sale_ship"),
    path("sell/orders/<str:number>/parcels/<str:parcel>/label/", packing.parcel_label, name="parcel_label"),
    path("sell/orders/<str:number>/cancel/", ending.cancel, name="sale_cancel"),
    path("sell/orders/<str:number>/refund/", ending.refund, name="sale_refund"),
    path("pack/", packing.pack_list, name="pack_list"),
    path("desk/", desk.desk, name="desk"),
    path("recalled/", recalls.recalled, name="recalled"),
    path("settlements/<str:number>/", settlements.settlement, name="settlement"),
    path("disputes/", disputes.disputes, name="disputes"),
    path("disputes/<str:number>/", disputes.dispute, name="dispute"),
    path("disputes/<str:number>/photo/", disputes.photo, name="dispute_photo"),
    path("disputes/<str:number>/answer/", disputes.answer, name="dispute_answer"),
    path("disputes/<str:number>/ask-back/", disputes.ask_back, name="dispute_ask_back"),
    path("disputes/<str:number>/pass-on/", disputes.pass_on, name="dispute_pass_on"),
    path("disputes/<str:number>/arrived/", disputes.arrived, name="dispute_arrived"),
    path("disputes/<str:number>/decide/", disputes.decide, name="dispute_decide"),
    path("returns/new/", returning.take_in, name="return_new"),
    path("agreements/", agreements.agreements, name="agreements"),
    path("agreements/new/", agreements.new_agreement, name="agreement_new"),
    path("agreements/<str:number>/withdraw/", agreements.withdraw_agreement, name="agreement_withdraw"),
    path("orders/<str:number>/<str:signs>/confirm/", buyer_acts.order_confirm, name="order_confirm"),
    path("orders/<str:number>/<str:signs>/cancel/", buyer_acts.order_cancel, name="order_cancel"),
    path("orders/<str:number>/<str:signs>/dispute/", buyer_acts.order_dispute, name="order_dispute"),
    path("orders/<str:number>/<str:signs>/dispute/return/", buyer_acts.order_return, name="order_return"),
    path("orders/<str:number>/<str:signs>/dispute/<str:act>/", buyer_acts.order_dispute_act, name="order_dispute_act"),
]
