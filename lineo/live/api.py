"""The feed of events and who is here, over HTTP: what a page asks where no stream reaches it."""

from typing import Any
from uuid import UUID

from django.urls import path
from rest_framework.request import Request
from rest_framework.response import Response

from lineo.accounts.happened import ActorKind
from lineo.api.operations import operation
from lineo.api.queries import Query
from lineo.api.shapes import MOMENT, choice, listing, nullable, record, shape, text, whole
from lineo.api.shapes import UUID as ID
from lineo.live import feed, presence
from lineo.live.feed import MOST_EVENTS, Place, may_see
from planning.api.views import PlanningView
from planning.models import Scenario

_NUMBER = whole(0, 2**53, description="A place in the workspace's one order of events.")
EVENT = shape(
    "Event",
    record(
        {
            "number": _NUMBER,
            "time": MOMENT,
            "action": text(60, about="The object and what was done, such as scenario.changed."),
            "actor": record(
                {"kind": choice(*ActorKind.values), "id": nullable(ID), "name": text(254)}
            ),
            "object": record({"kind": text(40), "id": nullable(ID)}),
            "project": nullable(ID),
            "scenario": nullable(ID),
            "revision": nullable(whole(0, 2**31 - 1)),
            "tasks": listing(text(64, about="The key of a task that was touched."), 200),
        },
        about="Something happened; read what at the address of its object.",
    ),
)
EVENTS = shape(
    "Events",
    record(
        {
            "after": {**_NUMBER, "description": "Ask again after this: all up to it was read."},
            "latest": {**_NUMBER, "description": "The last number that there is."},
            "project": nullable(ID),
            "scenario": nullable(ID),
            "revision": nullable(whole(0, 2**31 - 1, description="Where the scenario stands.")),
            "results": listing({"$ref": "#/components/schemas/Event"}, MOST_EVENTS),
        }
    ),
)
HERE = shape(
    "Presence",
    record(
        {
            "people": listing(
                record(
                    {
                        "tab": text(40, about="One open page of theirs."),
                        "person": ID,
                        "name": text(254),
                        "row": nullable(ID),
                    }
                ),
                1000,
            )
        },
        about="Who looks at a scenario now, and at which of its tasks.",
    ),
)
shape(
    "PresenceNew",
    record({"tab": {"type": "string", "pattern": "^[A-Za-z0-9-]{8,40}$"}, "row": nullable(ID)}),
)


class Events(PlanningView):
    """What happened after a number, in the one order of the workspace."""

    tag = "activity"

    @operation(
        "list_events",
        "List what happened after a number",
        answers=EVENTS,
        query=(
            Query("after", _NUMBER, "Only what has a higher number; else only where things stand."),
            Query("project", ID, "Only what happens in this project."),
            Query("scenario", ID, "Only what concerns this scenario."),
        ),
    )
    def get(self, request: Request, *, query: dict[str, Any]) -> Response:
        """Return what the caller may see; whoever asks on from ``after`` misses nothing."""
        place, scenario = self._place(query)
        # Before the events, so that none is passed over that commits meanwhile.
        latest = feed.latest_number()
        after = latest if query["after"] is None else query["after"]
        events = feed.events_after(after, place) if after < latest else []
        seen = [one for one in events if may_see(self.membership, one)]
        read_up_to = events[-1].sequence if len(events) == MOST_EVENTS else max(latest, after)
        return Response(
            {
                "after": read_up_to,
                "latest": latest,
                "project": place.project_id and str(place.project_id),
                "scenario": place.scenario_id and str(place.scenario_id),
                "revision": scenario and scenario.revision,
                "results": feed.told_to(self.membership, feed.told(seen)),
            }
        )

    def _place(self, query: dict[str, Any]) -> tuple[Place, Scenario | None]:
        if query["scenario"]:
            scenario = self.scenario(UUID(query["scenario"]))
            return Place(scenario.project_id, scenario.pk), scenario
        if query["project"]:
            return Place(self.project(UUID(query["project"])).pk), None
        # Rights are read here also where no event asks for them.
        return Place(), None


class Presence(PlanningView):
    """Who looks at a scenario now."""

    tag = "activity"

    @operation("list_presence", "List who is here", answers=HERE)
    def get(self, request: Request, scenario_id: UUID) -> Response:
        return self._answer(self.scenario(scenario_id))

    @operation("say_presence", "Say that you are here", body="PresenceNew", answers=HERE)
    def post(self, request: Request, scenario_id: UUID, *, body: dict[str, Any]) -> Response:
        """Be seen for a while, at a task or at none. Nothing is written that lasts."""
        scenario = self.scenario(scenario_id)
        presence.enter(
            scenario.workspace_id,
            scenario.pk,
            body["tab"],
            person=self.actor,
            row=body["row"],
        )
        return self._answer(scenario)

    def _answer(self, scenario: Scenario) -> Response:
        return Response({"people": presence.people_at(scenario.workspace_id, scenario.pk)})


urlpatterns = [
    path("events/", Events.as_view(), name="events"),
    path("scenarios/<uuid:scenario_id>/presence/", Presence.as_view(), name="presence"),
]
