"""What may stand after the question mark: a written list for each operation."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from lineo.api.errors import Fault, MalformedError
from lineo.api.parsing import is_storable
from lineo.api.shapes import Schema, choice, is_valid, text, whole

FORMAT = "format"
MAX_LIMIT, MAX_OFFSET = 200, 1_000_000


@dataclass(frozen=True, slots=True)
class Query:
    """One parameter of the query: its name, what it may be, and what it means."""

    name: str
    schema: Schema
    about: str

    def parameter(self) -> dict[str, Any]:
        """Return the parameter as OpenAPI writes it."""
        return {
            "in": "query",
            "name": self.name,
            "schema": self.schema,
            "description": self.about,
        }

    def read(self, value: str) -> Any:
        """Return the value that ``value`` stands for.

        Raises
        ------
        MalformedError
            If it is not what the schema says.
        """
        found = _value(value, self.schema.get("type"))
        if not is_storable(value) or not is_valid(self.schema, found):
            message = _("“%(value)s” is not allowed here: %(about)s")
            words = {"value": value[:60].replace("\x00", "�"), "about": self.about}
            raise MalformedError(Fault(self.name, message % words))
        return found


LIMIT = Query(
    "limit", whole(1, MAX_LIMIT, default=50), f"How many rows, 1 to {MAX_LIMIT}; else 50."
)
OFFSET = Query("offset", whole(0, MAX_OFFSET, default=0), "How many rows to pass over.")
SEARCH = Query("search", text(100, least=1), "Only what has this in its name.")


def ordering(*fields: str) -> Query:
    """Return the parameter that chooses among ``fields``; a minus turns it round."""
    values = [sign + field for field in fields for sign in ("", "-")]
    about = f"Sort by one of {', '.join(fields)}; a minus turns it round."
    return Query("ordering", choice(*values), about)


def read_query(given: QueryDict, known: Iterable[Query]) -> dict[str, Any]:
    """Return the values of the query by name; what is not known is refused, not ignored.

    Raises
    ------
    MalformedError
        If a parameter is unknown, stands twice, or makes no sense.
    """
    by_name: Mapping[str, Query] = {query.name: query for query in known}
    values = {name: query.schema.get("default") for name, query in by_name.items()}
    for name, texts in given.lists():
        if name == FORMAT:
            continue
        if name not in by_name:
            raise MalformedError(Fault(name[:80], _("There is no such parameter here.")))
        if len(texts) > 1:
            raise MalformedError(Fault(name, _("This parameter stands more than once.")))
        values[name] = by_name[name].read(texts[0])
    return values


def _value(value: str, kind: Any) -> Any:
    if kind == "integer" and value.isascii() and value.lstrip("-").isdigit() and len(value) < 20:
        return int(value)
    if kind == "boolean":
        return {"true": True, "false": False}.get(value, value)
    return value
