"""How long a job that broke off waits before it is tried again: longer each time."""

from datetime import timedelta

from django.db.models import DurationField, ExpressionWrapper, F, Q, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Least, Now, Power

from lineo.jobs import pace

LONGEST_SECONDS = 600.0
FACTOR = 4.0


def next_try() -> Combinable:
    """Return when to try again after ``attempt`` attempts: 1 s, 4 s, 16 s … from now."""
    times = Power(Value(FACTOR), F("attempt") - 1.0)
    seconds = Least(times * pace.backoff_seconds(), Value(LONGEST_SECONDS))
    wait = ExpressionWrapper(seconds * Value(timedelta(seconds=1)), output_field=DurationField())
    return Now() + wait


def is_over() -> Q:
    """Return the condition that a waiting job may be begun."""
    return Q(not_before__isnull=True) | Q(not_before__lte=Now())
