"""What differs between two scenarios, or between two moments of one."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from lineo.accounts.requests import PersonRequest
from planning.pages.differences import choices_for, difference_page
from planning.pages.sides import beside, sides_of
from planning.views.loading import scenario_or_404, sentences


@require_safe
@login_required
def scenario_diff(request: PersonRequest, pk: UUID) -> HttpResponse:
    """What did we change, and what does it do to the dates?"""
    found = scenario_or_404(request, pk)
    context = {"scenario": found, "choices": choices_for(found)}
    try:
        before, after = sides_of(
            found,
            request.membership,
            against=request.GET.get("against", ""),
            revision=request.GET.get("revision", ""),
            against_revision=request.GET.get("against_revision", ""),
        )
        context |= {"before": before, "after": after}
        context["diff"] = difference_page(beside(before, after), request.GET.get("page", ""))
    except ValidationError as error:
        context["error"] = sentences(error)
        return render(request, "planning/diff.html", context, status=422)
    return render(request, "planning/diff.html", context)
