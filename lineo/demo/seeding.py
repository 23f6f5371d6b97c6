"""The demo's workspace: two projects that show in a minute what Lineo is for."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction

from lineo.accounts.ids import uuid7
from lineo.accounts.models import Membership, Role, User, Workspace
from lineo.accounts.people import vouch_for
from lineo.accounts.tenancy import workspace_context
from lineo.demo import plans, story
from planning.models import Scenario
from simulations.services import start_simulation

EMAIL = "demo@lineo.example"
PASSWORD = "try-lineo-now"  # noqa: S105 - printed by the demo, which is nobody's secret
SLUG = "demo"
ITERATIONS = 10_000


@dataclass(frozen=True)
class Seeded:
    """Who can sign in, and whether the demo was made just now."""

    email: str
    password: str
    is_new: bool


@transaction.atomic
def seed(today: date) -> Seeded:
    """Fill the demo workspace, if it is not there, with plans that live around ``today``.

    All or nothing, so that an interrupted first start does not leave half a demo.
    """
    if User.objects.filter(email=EMAIL).exists():
        return Seeded(EMAIL, PASSWORD, is_new=False)
    person = User.objects.create_user(EMAIL, PASSWORD, name="Dana Demo", is_staff=True)
    vouch_for(person)
    workspace = Workspace(id=uuid7(), name="Lineo demo", slug=SLUG)
    with workspace_context(workspace, person):
        workspace.save(force_insert=True)
        Membership.objects.create(person=person, role=Role.OWNER)
        story.tell(plans.add_release(person, today), plans.add_house(person, today), person)
        # After all that moves a date, so that every forecast describes its plan as it stands.
        for scenario in Scenario.objects.select_related("project"):
            start_simulation(scenario, actor=person, iterations=ITERATIONS)
    return Seeded(EMAIL, PASSWORD, is_new=True)
