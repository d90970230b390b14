"""Every act of the registry leaves its line in the record."""

from pytest_django import Settings

from terrace.audit.models import Act
from terrace.registry import services
from terrace.registry.domain import ACTS, ImportState, Kind, Mark, TraceName
from terrace.registry.models import ImportRun, Party
from terrace.registry.queries import open_accounts
from terrace.registry.services import AccountGiven, MemberGiven, Profile
from tests.conftest import VILLAGE, Cast
from tests.factories import AreaFactory, PartyFactory, PersonFactory
from tests.registry.sheets import GOOD, send
from tests.registry.test_bank import NEW, OLD, use_keys


def live_as_a_household(cast: Cast, party: Party) -> None:
    keeper = cast.keeper.actor
    profile = Profile("Zhao Su", VILLAGE)
    services.change_party(by=keeper, party=party, version=party.version, profile=profile)
    services.deactivate_party(by=keeper, party=party, version=party.version)
    services.reactivate_party(by=keeper, party=party, version=party.version)
    services.look_at_personal(by=keeper, party=party)
    services.look_for_mark(by=keeper, mark=Mark.LOW_INCOME)
    services.set_marks(by=keeper, party=party, version=party.version, marks=[Mark.LOW_INCOME])
    member = services.add_member(by=keeper, party=party, given=MemberGiven("Zhao An"))
    given = MemberGiven("Zhao Ann")
    services.change_member(by=keeper, party=party, version=party.version, member_id=member.pk, given=given)
    services.remove_member(by=keeper, party=party, version=party.version, member_id=member.pk)
    cooperative = PartyFactory(kind="cooperative", area=AreaFactory(code=VILLAGE))
    membership = services.join_cooperative(by=keeper, cooperative=cooperative, member=party)
    services.leave_cooperative(by=keeper, membership=membership)
    services.set_trace_name(by=keeper, party=party, version=party.version, shown=TraceName.SURNAME)
    representative = services.add_representative(by=keeper, party=party, person_id=PersonFactory().pk)
    services.remove_representative(by=keeper, representative=representative)


def keep_an_account(cast: Cast, party: Party, settings: Settings) -> None:
    clerk = cast.clerk.actor
    use_keys(settings, [OLD])
    given = AccountGiven("Post", "Zhao Su", "6222021234567890")
    services.set_account(by=clerk, party=party, version=party.version, given=given)
    services.look_at_account(by=clerk, party=party)
    account_ids = [account.pk for account in open_accounts([party.pk]).values()]
    services.look_at_accounts(by=clerk, account_ids=account_ids, about=party, area_path=party.area_path)
    use_keys(settings, [NEW, OLD])
    list(services.reseal_accounts())
    services.close_account(by=clerk, party=party, version=party.version)


def send_files(cast: Cast) -> None:
    keeper = cast.keeper.actor
    send(keeper, GOOD)
    send(keeper, {**GOOD, "name": ""})
    run = ImportRun.objects.order_by("pk").last()
    assert run is not None
    ImportRun.objects.filter(pk=run.pk).update(state=ImportState.FAILED, content=b"x")
    services.restart_import(by=keeper, run=run)


def hand_out(cast: Cast) -> None:
    keeper, everybody = cast.keeper.actor, Party.objects.order_by("pk")
    services.record_export(by=keeper, rows=everybody)
    services.record_listing(by=keeper, parties=list(everybody))
    for party in everybody:
        services.record_reading(by=keeper, party=party)


def use_ones_rights(cast: Cast, party: Party) -> None:
    farmer = cast.farmer.actor
    services.export_data(by=farmer, party=party)
    services.ask_erasure(by=farmer, party=party, version=party.version)
    services.withdraw_erasure(by=farmer, party=party, version=party.version)
    services.erase_party(by=cast.centre.actor, party=party, version=party.version)


def test_every_act_has_words_in_the_record(cast: Cast, settings: Settings) -> None:
    party = cast.farmer.party
    assert party is not None

    services.register_party(by=cast.keeper.actor, kind=Kind.HOUSEHOLD, profile=Profile("Ma Lan", VILLAGE))
    live_as_a_household(cast, party)
    keep_an_account(cast, party, settings)
    send_files(cast)
    hand_out(cast)
    use_ones_rights(cast, party)

    recorded = {act for act in Act.objects.values_list("act", flat=True) if act.startswith("registry.")}
    assert recorded == set(ACTS)
