"""Addresses of the public market and of a seller's offers."""

from django.urls import URLPattern, path

from terrace.market.views import goods, offer_acts, offer_page, offers, origin, reviewing, shelf

urlpatterns: list[URLPattern] = [
    path("", shelf.market, name="market"),
    path("goods/<str:number>/", goods.goods, name="goods"),
    path("goods/<str:number>/photos/<int:photo_id>/small.jpg", goods.photo, {"size": "small"}, name="goods_photo"),
    path("goods/<str:number>/photos/<int:photo_id>/large.jpg", goods.photo, {"size": "large"}, name="goods_photo"),
    path("goods/<str:number>/outlines.json", origin.outlines, name="goods_outlines"),
    path("goods/<str:number>/place.json", origin.place, name="goods_place"),
    path("offers/", offers.offers, name="offers"),
    path("offers/new/", offers.choose_goods, name="offer_new"),
    path("offers/new/<slug:product>/", offers.write, name="offer_new"),
    path("offers/<str:number>/", offer_page.offer, name="offer"),
    path("offers/<str:number>/change/", offers.change, name="offer_change"),
    path("offers/<str:number>/sell/", offer_acts.sell, name="offer_sell"),
    path("offers/<str:number>/pause/", offer_acts.pause, name="offer_pause"),
    path("offers/<str:number>/end/", offer_acts.end, name="offer_end"),
    path("offers/<str:number>/restock/", offer_acts.restock, name="offer_restock"),
    path("offers/<str:number>/take-out/", offer_acts.take_out, name="offer_take_out"),
    path("offers/<str:number>/photos/", offer_acts.photos, name="offer_photos"),
    path("offers/<str:number>/photos/<int:photo_id>/forward/", offer_acts.move_photo, name="offer_photo_forward"),
    path("offers/<str:number>/photos/<int:photo_id>/remove/", offer_acts.remove_photo, name="offer_photo_remove"),
    path("offers/<str:number>/reviews/<int:review_id>/answer/", offer_acts.answer_review, name="review_answer"),
    path("offers/<str:number>/reviews/<int:review_id>/hide/", offer_acts.hide_review, name="review_hide"),
    path("offers/<str:number>/reviews/<int:review_id>/show/", offer_acts.show_review, name="review_show"),
    path("orders/<str:number>/<str:signs>/review/<int:line_id>/", reviewing.write_review, name="review_write"),
]
