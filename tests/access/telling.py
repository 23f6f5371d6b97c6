"""Every address that can be read, and at which of them somebody reads what they may not."""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from lineo.accounts.actions import Action, ScopeKind
from lineo.accounts.models import Membership, User
from lineo.accounts.places import Place
from lineo.accounts.rule_services import add_rule
from simulations.pictures import typesetting
from tests.access.pages import lists, pages
from tests.api.caller import Caller
from tests.api.surface import nobodys, operations
from tests.builders import Team, join

SECRET = "Zyxwv"
PLAN_FILES = ("json", "xml", "xer", "csv", "ics")
PICTURES = ("gantt", "curve", "tornado", "milestones", "trend")


def addresses(ids: dict[str, Any]) -> set[str]:
    """Return every address of pages and the API, for the rows of ``ids``; and a search."""
    by_kind = {key.partition(":")[0]: value for key, value in ids.items()}
    by_kind |= {"imports": by_kind["jobs"], "merge-forecasts": by_kind["jobs"]}
    found = {*lists(), *pages({**nobodys(by_kind), **by_kind})}
    found |= {one.at(ids) for one in operations() if one.method == "GET"}
    return found | set(files_of(ids["scenarios:scenario_id"])) | searches()


def files_of(scenario: Any) -> Iterator[str]:
    """Yield the addresses of all that can be taken out of a scenario, and of the portfolio."""
    for suffix in PLAN_FILES:
        yield f"/scenarios/{scenario}/export/{suffix}/"
    for name in PICTURES:
        yield f"/scenarios/{scenario}/pictures/{name}-svg/"
    for name in ("report-pdf", "gantt-png", "tornado-png"):
        yield f"/scenarios/{scenario}/pictures/{name}/"
    yield from ("/portfolio/pictures/lanes-svg/", "/portfolio/pictures/lanes-png/")


def searches() -> set[str]:
    return {f"/find/?q={SECRET}", f"/find/?q={SECRET[:4]}", f"/api/v1/search/?q={SECRET}"}


def body_of(caller: Caller, address: str) -> str:
    """Return what an answer says, and what was set into a picture or a report, where it can't."""
    with heard_by_the_typesetter() as heard:
        response = caller.get(address)
    assert response.status_code < 500, address
    data = b"".join(response) if response.streaming else response.content
    return "".join([*heard, data.decode(errors="replace")])


@contextmanager
def heard_by_the_typesetter() -> Iterator[list[str]]:
    heard: list[str] = []
    compiled = typesetting._compile

    def listen(source: bytes, inputs: dict[str, str], **options: Any) -> bytes:
        heard.extend(inputs.values())
        return compiled(source, inputs, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(typesetting, "_compile", listen)
        yield heard


def telling(person: User, found: Iterable[str], secret: re.Pattern[str]) -> dict[str, str]:
    """Return the addresses at which somebody reads what is secret, each with what it says."""
    caller = Caller(person)
    bodies = {one: body_of(caller, one) for one in sorted(found)}
    told = {one: secret.search(body) for one, body in bodies.items()}
    return {one: _around(match) for one, match in told.items() if match}


def _around(match: re.Match[str]) -> str:
    return match.string[max(match.start() - 100, 0) : match.end() + 40]


def keep_from(team: Team, kind: ScopeKind, place: Any, key: str = "", person: Any = None) -> User:
    """Return a member from whom that is hidden; a new one unless one is named."""
    member = Membership.objects.select_related("person").get(person=person or join(team))
    where = Place(kind, place.pk, "", key)
    add_rule(where, action=Action.READ, allows=False, member=member, actor=team.membership)
    return member.person
