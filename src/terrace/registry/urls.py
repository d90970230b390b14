"""Addresses of the registry pages."""

from django.urls import path

from terrace.registry.views import belongings, household, imports, lists, own_data, party, register

app_name = "registry"
urlpatterns = [
    path("", lists.parties, name="parties"),
    path("own/", party.own, name="own"),
    path("new/", register.party_new, name="party_new"),
    path("new/<slug:kind>/", register.party_new, name="party_new"),
    path("imports/", imports.import_file, name="import"),
    path("imports/pattern.xlsx", imports.import_pattern, name="import_pattern"),
    path("imports/<str:number>/", imports.import_run, name="import_run"),
    path("imports/<str:number>/to-correct.xlsx", imports.import_problems, name="import_problems"),
    path("imports/<str:number>/again/", imports.import_again, name="import_again"),
    path("<str:number>/", party.party, name="party"),
    path("<str:number>/change/", register.party_change, name="party_change"),
    path("<str:number>/rest/", register.party_rest, name="party_rest"),
    path("<str:number>/personal/", party.personal, name="personal"),
    path("<str:number>/marks/", household.marks, name="marks"),
    path("<str:number>/trace-name/", household.trace_name, name="trace_name"),
    path("<str:number>/members/", household.members, name="members"),
    path("<str:number>/members/<int:member>/", household.member_change, name="member_change"),
    path("<str:number>/members/<int:member>/remove/", household.member_remove, name="member_remove"),
    path("<str:number>/bank/", belongings.bank, name="bank"),
    path("<str:number>/bank/number/", party.account_number, name="account_number"),
    path("<str:number>/bank/close/", belongings.bank_close, name="bank_close"),
    path("<str:number>/join/", belongings.join, name="join"),
    path("<str:number>/memberships/<int:membership>/leave/", belongings.leave, name="leave"),
    path("<str:number>/representatives/invite/", belongings.representative_invite, name="representative_invite"),
    path(
        "<str:number>/representatives/<int:representative>/remove/",
        belongings.representative_remove,
        name="representative_remove",
    ),
    path("<str:number>/data/", own_data.data, name="data"),
    path("<str:number>/erase/", own_data.erase, name="erase"),
    path("<str:number>/erasure/", own_data.erasure_ask, name="erasure"),
]
