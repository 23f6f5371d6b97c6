"""The pages of webhooks, for those who administer the workspace."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from lineo.accounts.requests import PersonRequest
from lineo.webhooks import selectors, services
from lineo.webhooks.forms import WebhookForm
from lineo.webhooks.models import Delivery, Webhook

SHOWN = 50


@require_safe
@login_required
def webhooks(request: PersonRequest) -> HttpResponse:
    return _render_list(request, WebhookForm())


@require_POST
@login_required
def add_webhook(request: PersonRequest) -> HttpResponse:
    """Make one, and show its secret: in this answer, and never again."""
    form = WebhookForm(request.POST)
    made = _done(form, lambda: services.add_webhook(actor=_member(request), **form.cleaned_data))
    if made is None:
        return _render_list(request, form, status=422)
    webhook, secret = made
    return _render_one(request, webhook, secret=secret)


@require_safe
@login_required
def webhook(request: PersonRequest, webhook_id: UUID) -> HttpResponse:
    return _render_one(request, _webhook_or_404(request, webhook_id))


@require_POST
@login_required
def edit_webhook(request: PersonRequest, webhook_id: UUID) -> HttpResponse:
    found, form = _webhook_or_404(request, webhook_id), WebhookForm(request.POST)
    done = _done(
        form,
        lambda: services.edit_webhook(found, actor=_member(request), **form.cleaned_data),
    )
    if done is None:
        return _render_one(request, found, form=form, status=422)
    messages.success(request, _("Saved."))
    return redirect("webhooks:webhook", found.pk)


@require_POST
@login_required
def enable_webhook(request: PersonRequest, webhook_id: UUID) -> HttpResponse:
    """Turn it on, or off."""
    found = _webhook_or_404(request, webhook_id)
    is_enabled = request.POST.get("enabled") == "1"
    services.edit_webhook(found, actor=_member(request), is_enabled=is_enabled)
    return redirect("webhooks:webhook", found.pk)


@require_POST
@login_required
def rotate_secret(request: PersonRequest, webhook_id: UUID) -> HttpResponse:
    """Give it another secret, and show it: in this answer, and never again."""
    found = _webhook_or_404(request, webhook_id)
    secret = services.rotate_secret(found, actor=_member(request))
    return _render_one(request, found, secret=secret)


@require_POST
@login_required
def send_test(request: PersonRequest, webhook_id: UUID) -> HttpResponse:
    found = _webhook_or_404(request, webhook_id)
    services.send_test(found, actor=_member(request))
    messages.success(request, _("A test message is on its way; see below what becomes of it."))
    return redirect("webhooks:webhook", found.pk)


@require_POST
@login_required
def delete_webhook(request: PersonRequest, webhook_id: UUID) -> HttpResponse:
    services.delete_webhook(_webhook_or_404(request, webhook_id), actor=_member(request))
    messages.success(request, _("The webhook is deleted."))
    return redirect("webhooks:webhooks")


@require_POST
@login_required
def resend(request: PersonRequest, delivery_id: UUID) -> HttpResponse:
    found = selectors.delivery_for(_member(request), delivery_id)
    if found is None:
        raise Http404
    try:
        services.resend(found, actor=_member(request))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("webhooks:webhook", found.webhook_id)


def _render_list(request: PersonRequest, form: WebhookForm, *, status: int = 200) -> HttpResponse:
    context = {"webhooks": selectors.webhooks_for(_member(request)), "form": form}
    return render(request, "webhooks/webhooks.html", context, status=status)


def _render_one(
    request: PersonRequest,
    webhook: Webhook,
    *,
    form: WebhookForm | None = None,
    secret: str = "",
    status: int = 200,
) -> HttpResponse:
    pages: Paginator[Delivery] = Paginator(selectors.deliveries_of(webhook), SHOWN)
    context = {
        "webhook": webhook,
        "form": form or WebhookForm.of(webhook),
        "secret": secret,
        "page": pages.get_page(request.GET.get("page")),
    }
    response = render(request, "webhooks/webhook.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response


def _member(request: PersonRequest) -> Any:
    """Return who asks: the middleware lets nobody without a workspace come here."""
    return request.membership


def _webhook_or_404(request: PersonRequest, webhook_id: UUID) -> Webhook:
    found = selectors.webhook_for(_member(request), webhook_id)
    if found is None:
        raise Http404
    return found


def _done(form: WebhookForm, service: Callable[[], Any]) -> Any:
    """Return what the service did with a form that is right, None where either refuses."""
    if not form.is_valid():
        return None
    try:
        return service()
    except ValidationError as error:
        known = {name: told for name, told in _told(error).items() if name in form.fields}
        for name, told in known.items():
            form.add_error(name, told)
        if not known:
            form.add_error(None, error.messages)
        return None


def _told(error: ValidationError) -> dict[str, Any]:
    return error.message_dict if hasattr(error, "error_dict") else {}
