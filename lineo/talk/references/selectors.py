"""What is read of references, scoped to a person."""

from django.db.models import QuerySet

from lineo.talk.models import Reference
from lineo.talk.selectors import Who, readable
from lineo.talk.subjects import Subject


def references_for(who: Who) -> QuerySet[Reference]:
    """Return the references of whatever a person may read."""
    return readable(Reference.objects.all(), who).select_related("author", "project")


def references_of(subject: Subject) -> QuerySet[Reference]:
    """Return what backs something, the oldest first."""
    return Reference.objects.filter(**subject.columns).select_related("author")
