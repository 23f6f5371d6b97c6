"""The API's own addresses: what there is, and its description."""

from django.urls import path

from lineo.api import docs
from lineo.api.root import Root

urlpatterns = [
    path("", Root.as_view(), name="root"),
    path("schema/", docs.schema, name="schema"),
    path("docs/", docs.swagger, name="docs"),
    path("docs/swagger-ui.css", docs.swagger_style, name="swagger-style"),
    path("redoc/", docs.redoc, name="redoc"),
    path("redoc/redoc.js", docs.redoc_script, name="redoc-script"),
]
