"""Addresses of talk in the API."""

from lineo.talk.api import comments, references

urlpatterns = [*comments.urlpatterns, *references.urlpatterns]
