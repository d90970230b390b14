"""What the database itself refuses of parties."""

import pytest
from django.db import IntegrityError, transaction

from terrace.registry.models import HouseholdMember, Party


def test_the_sex_of_a_member_is_one_of_those_known(household: Party) -> None:
    with pytest.raises(IntegrityError, match="registry_member_sex"), transaction.atomic():
        HouseholdMember.objects.create(household_id=household.pk, name="Zhao An", sex="x")

    assert HouseholdMember.objects.count() == 1
