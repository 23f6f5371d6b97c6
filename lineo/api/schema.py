"""How drf-spectacular describes the API."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema as BaseSchema

from lineo.api.shapes import shapes, takes_nothing


class AutoSchema(BaseSchema):
    """Groups operations by the tag of their view; what they take stands in ``@operation``."""

    def get_tags(self) -> list[str]:
        return [getattr(self.view, "tag", "api")]

    def map_renderers(self, attribute: str) -> list[str]:
        """Describe JSON alone: the pages for people are no part of the contract."""
        return ["application/json"] if attribute == "media_type" else ["json"]

    def get_filter_backends(self) -> list[Any]:
        return []


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """A token, a person's or an agent's, or the short-lived one of a sign-in."""

    target_class = "lineo.api.authentication.BearerToken"
    name = "bearer"
    priority = 2

    def get_security_definition(self, auto_schema: BaseSchema) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer"}


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """The cookie of a signed-in browser."""

    target_class = "lineo.api.authentication.SignedInSession"
    name = "session"
    priority = 1

    def get_security_definition(self, auto_schema: BaseSchema) -> dict[str, str]:
        return {"type": "apiKey", "in": "cookie", "name": "sessionid"}


def require_bodies(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Say of each body that it must be there, unless nothing in it must."""
    for item in result["paths"].values():
        for operation in item.values():
            if "requestBody" in operation:
                body = operation["requestBody"]
                body["required"] = not any(map(_may_be_empty, body["content"].values()))
    return result


def _may_be_empty(content: dict[str, Any]) -> bool:
    name = content["schema"].get("$ref", "").rpartition("/")[2]
    return bool(name) and takes_nothing(name)


def add_shapes(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Publish every named shape among the components."""
    components = result.setdefault("components", {}).setdefault("schemas", {})
    components.update(dict(sorted(shapes().items())))
    return result
