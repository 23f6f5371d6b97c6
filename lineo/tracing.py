"""Traces for OpenTelemetry, where ``LINEO_TRACES_URL`` names a collector; else nothing at all.

The trace of a request has the request's own id, and its jobs go on in it: one id leads from
the browser's answer to logs, changes, jobs, PostgreSQL's log and the trace.
"""

# ruff: noqa: PLC0415 - OpenTelemetry is installed and loaded only where it is wanted

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from lineo import __version__, requests

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SpanExporter

# Who looks whether the site is well, or scrapes its figures, is answered before, under no trace.
_LAST_UNTRACED = "lineo.operations.metrics.MetricsMiddleware"

# The process that set tracing up: its sender is a thread, which a fork does not inherit.
_begun_by = 0


def begin(service: str, *, exporter: "SpanExporter | None" = None) -> None:
    """Send spans of this process from now on, as ``service``; once is enough.

    Raises
    ------
    ImproperlyConfigured
        If OpenTelemetry is wanted and not installed.
    """
    global _begun_by  # noqa: PLW0603 - one for each process
    if not settings.TRACES_URL or _begun_by == os.getpid():
        return
    try:
        from opentelemetry import trace
        from opentelemetry.instrumentation.django import DjangoInstrumentor
        from opentelemetry.instrumentation.psycopg import PsycopgInstrumentor
    except ImportError as error:
        raise ImproperlyConfigured(
            "LINEO_TRACES_URL is set: run pip install -r requirements-tracing.txt first."
        ) from error
    provider = _provider(service, exporter)
    _begun_by = os.getpid()
    trace.set_tracer_provider(provider)
    if not PsycopgInstrumentor().is_instrumented_by_opentelemetry:
        # The statements only: parameters are what people wrote.
        PsycopgInstrumentor().instrument(skip_dep_check=True)
    if not DjangoInstrumentor().is_instrumented_by_opentelemetry:
        place = settings.MIDDLEWARE.index(_LAST_UNTRACED) + 1
        DjangoInstrumentor().instrument(middleware_position=place)


def _provider(service: str, exporter: "SpanExporter | None") -> "TracerProvider":
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import (
        OTLPSpanExporter,
    )
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor
    from opentelemetry.sdk.trace.id_generator import RandomIdGenerator

    class OfTheRequest(RandomIdGenerator):
        """The trace has the id of the request."""

        def generate_trace_id(self) -> int:
            known = requests.current()
            return int(known, 16) if _is_trace_id(known) else super().generate_trace_id()

    provider = TracerProvider(
        resource=Resource.create({"service.name": service, "service.version": __version__}),
        id_generator=OfTheRequest(),
    )
    sender = exporter or OTLPSpanExporter(endpoint=settings.TRACES_URL, timeout=2)
    provider.add_span_processor(BatchSpanProcessor(sender))
    return provider


@contextmanager
def span(name: str, **facts: Any) -> Iterator[None]:
    """Trace what the block does, under ``name``."""
    if not settings.TRACES_URL:
        yield
        return
    from opentelemetry import trace

    with trace.get_tracer("lineo").start_as_current_span(name, attributes=facts):
        yield


@contextmanager
def unseen() -> Iterator[None]:
    """Trace nothing in the block: what is done every few seconds would hide all else."""
    if not settings.TRACES_URL:
        yield
        return
    from opentelemetry import context, trace

    silent = trace.SpanContext(
        trace_id=secrets.randbits(127) + 1, span_id=secrets.randbits(63) + 1, is_remote=False
    )
    token = context.attach(trace.set_span_in_context(trace.NonRecordingSpan(silent)))
    try:
        yield
    finally:
        context.detach(token)


@contextmanager
def job_span(held: Any) -> Iterator[None]:
    """Trace one attempt at a job, within the trace of the request that asked for it."""
    if not settings.TRACES_URL:
        yield
        return
    begin("lineo-worker")
    from opentelemetry import trace

    facts = {"job.id": str(held.job_id), "job.attempt": held.attempt}
    tracer = trace.get_tracer("lineo.jobs")
    with tracer.start_as_current_span(
        f"job {held.function}", context=_asked_in(held.request_id), attributes=facts
    ):
        yield
    flush()


def _asked_in(request: str) -> Any:
    """Return the context of the request that asked, though its own span has ended."""
    from opentelemetry import trace

    if not _is_trace_id(request):
        return None
    remote = trace.SpanContext(
        trace_id=int(request, 16),
        span_id=secrets.randbits(63) + 1,
        is_remote=True,
        trace_flags=trace.TraceFlags(trace.TraceFlags.SAMPLED),
    )
    return trace.set_span_in_context(trace.NonRecordingSpan(remote))


def flush() -> None:
    """Send what is there: the thread that sends ends with its process, which may end at once."""
    if not settings.TRACES_URL:
        return
    from opentelemetry import trace

    send_now = getattr(trace.get_tracer_provider(), "force_flush", None)
    if send_now is not None:
        send_now(3_000)


def _is_trace_id(text: str) -> bool:
    return len(text) == 32 and all(digit in "0123456789abcdef" for digit in text)
