"""How fast the clocks of jobs tick, in seconds; tests turn them faster."""

from django.conf import settings


def lease_seconds() -> float:
    """After how long without a heartbeat a job is taken back."""
    return settings.JOB_LEASE_MS / 1000


def beat_seconds() -> float:
    """How often a running job says that it lives, shows its progress, and hears of a cancel."""
    return settings.JOB_BEAT_MS / 1000


def sweep_seconds() -> float:
    """How often the sweeper looks, and an idle worker looks without being rung."""
    return settings.JOB_SWEEP_MS / 1000


def ring_again_seconds() -> float:
    """After how long the bell of a waiting job is rung again."""
    return settings.JOB_RING_AGAIN_MS / 1000


def grace_seconds() -> float:
    """How long a job that is cancelled, out of time or stopped may take to break off."""
    return settings.JOB_GRACE_MS / 1000


def backoff_seconds() -> float:
    """How long a job that broke off for the first time waits before it is tried again."""
    return settings.JOB_BACKOFF_MS / 1000
