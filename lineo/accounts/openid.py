"""The way back from a provider of OpenID Connect, stricter than allauth's."""

from typing import Any

from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.http import HttpRequest, HttpResponse


class SignedOnly(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]
    """Checks who signed the ID token also where it comes from the provider itself.

    allauth leaves it out then, as may be done over TLS; within a network an issuer may have none.
    """

    def _decode_id_token(self, app: Any, id_token: str) -> Any:
        self.did_fetch_access_token = False
        try:
            return super()._decode_id_token(app, id_token)
        except KeyError as error:
            raise OAuth2Error("The ID token does not name its key.") from error


def come_back(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Answer the browser that the provider has sent back."""
    adapter = SignedOnly(request, provider_id)
    response: HttpResponse = OAuth2CallbackView.adapter_view(adapter)(request)
    return response
