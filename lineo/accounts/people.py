"""What people say of themselves."""

from typing import Any
from zoneinfo import available_timezones

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from lineo.accounts.happened import tell
from lineo.accounts.models import User
from lineo.accounts.tenancy import current_workspace_id


def vouch_for(person: User) -> None:
    """Count the person's address as confirmed: whoever runs the site says that it is theirs."""
    EmailAddress.objects.update_or_create(
        user=person, email=person.email, defaults={"verified": True, "primary": True}
    )


@transaction.atomic
def change_person(person: User, **fields: Any) -> None:
    """Set a person's own ``name`` or ``time_zone``, and nothing else.

    Raises
    ------
    ValidationError
        If there is no such time zone, or the name is too long.
    """
    unknown = set(fields) - {"name", "time_zone"}
    if unknown:
        raise ValidationError({name: _("This can't be changed.") for name in unknown})
    if "time_zone" in fields and fields["time_zone"] not in available_timezones():
        raise ValidationError({"time_zone": _("There is no such time zone.")})
    before = {name: getattr(person, name) for name in fields}
    for name, value in fields.items():
        setattr(person, name, value.strip())
    person.full_clean(exclude=["password"])
    person.save(update_fields=[*fields])
    tell(
        "person.edited",
        workspace=current_workspace_id(),
        actor=person,
        before=before,
        after=fields,
    )
