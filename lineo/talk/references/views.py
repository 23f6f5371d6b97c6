"""References on pages, and the one way to get a file."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from lineo.accounts.policy import Action
from lineo.accounts.requests import PersonRequest
from lineo.htmx import render_page, wants_partial
from lineo.talk import subjects
from lineo.talk.markdown import render
from lineo.talk.models import Reference, SubjectKind
from lineo.talk.references import files, selectors, services
from lineo.talk.references.forms import ReferenceForm
from lineo.talk.subjects import Subject
from lineo.talk.views import seen_in, subject_or_404
from planning.access import may_on
from planning.views.loading import status_of


@require_safe
@login_required
def references(request: PersonRequest, pk: UUID, *, kind: SubjectKind) -> HttpResponse:
    """What an estimate or a decision leans on."""
    return _show(request, subject_or_404(request, kind, pk))


@require_POST
@login_required
def add(request: PersonRequest, pk: UUID, *, kind: SubjectKind) -> HttpResponse:
    """Back it with a link, a file or a note."""
    subject = subject_or_404(request, kind, pk)
    form = ReferenceForm(request.POST, request.FILES)
    if not form.is_valid():
        return _show(request, subject, form=form, status=422)
    try:
        services.add_reference(subject, author=request.user, **form.fields_of_reference())
    except ValidationError as error:
        _explain(form, error)
        return _show(request, subject, form=form, status=status_of(error))
    return _done(request, subject)


@require_POST
@login_required
def delete(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Take it away, with its file."""
    reference = get_object_or_404(selectors.references_for(request.membership), pk=pk)
    subject = _subject_of(request, reference)
    services.delete_reference(reference, subject=subject, actor=request.user)
    return _done(request, subject)


@require_safe
@login_required
def reference(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Lead to where a reference stands."""
    found = get_object_or_404(selectors.references_for(request.membership), pk=pk)
    subject = _subject_of(request, found)
    return redirect(f"talk:{subject.kind}-references", subject.pk)


@require_safe
@login_required
def file(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Hand out a file, to be saved and never shown as a page of this site."""
    reference = get_object_or_404(selectors.references_for(request.membership), pk=pk, kind="file")
    response = HttpResponse(
        files.content_of(reference),
        content_type=reference.file_type,
        headers=files.headers_of(reference),
    )
    patch_cache_control(response, private=True, no_store=True)
    return response


def _subject_of(request: PersonRequest, reference: Reference) -> Subject:
    try:
        return subjects.of_about(reference, request.membership, seen_in=seen_in(request))
    except LookupError:
        raise Http404(_("There is nothing here.")) from None


def _explain(form: ReferenceForm, error: ValidationError) -> None:
    by_field = error.message_dict if hasattr(error, "error_dict") else {}
    for field, sentences in (by_field or {"": error.messages}).items():
        form.add_error(field if field in form.fields else None, sentences)


def _done(request: PersonRequest, subject: Subject) -> HttpResponse:
    if wants_partial(request):
        return _show(request, subject)
    return redirect(f"talk:{subject.kind}-references", subject.pk)


def _show(
    request: PersonRequest,
    subject: Subject,
    *,
    form: ReferenceForm | None = None,
    status: int = 200,
) -> HttpResponse:
    who = request.membership
    rows = selectors.references_of(subject)
    may_administer = may_on(None, who, Action.ADMINISTER)
    context: dict[str, Any] = {
        "subject": subject,
        "project": subject.project,
        "scenario": subject.scenario,
        "references": [
            {
                "row": row,
                "html": render(row.body) if row.body else "",
                "may_delete": may_administer or row.author_id == request.user.pk,
            }
            for row in rows
        ],
        "form": form or ReferenceForm(),
        "may_comment": may_on(subject.place, who, Action.COMMENT),
        "add_url": f"talk:add-{subject.kind}-reference",
    }
    return render_page(
        request, "talk/references.html", context, partial="references", status=status
    )
