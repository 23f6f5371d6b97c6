"""Talk on tasks, risks, scenarios and updates; each act is one URL, POST only."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from lineo.accounts.policy import Action
from lineo.accounts.requests import PersonRequest
from lineo.htmx import render_page, wants_partial
from lineo.numbers import number_or_none
from lineo.talk import selectors, services, subjects, threads
from lineo.talk.forms import CommentForm
from lineo.talk.markdown import render as render_markdown
from lineo.talk.models import Comment, SubjectKind
from lineo.talk.subjects import Subject
from planning import people
from planning.access import may_on
from planning.views.loading import project_or_404, sentences, status_of

SHOWN_PEOPLE = 8


@require_safe
@login_required
def talk(request: PersonRequest, pk: UUID, *, kind: SubjectKind) -> HttpResponse:
    """What is said of something, and a field to say more."""
    return _show(request, subject_or_404(request, kind, pk))


@require_POST
@login_required
def add(request: PersonRequest, pk: UUID, *, kind: SubjectKind) -> HttpResponse:
    """Say something of it."""
    return _say(request, subject_or_404(request, kind, pk))


@require_POST
@login_required
def reply(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Answer a comment."""
    comment, subject = _comment_or_404(request, pk)
    return _say(request, subject, parent=comment)


@require_POST
@login_required
def edit(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Say it differently."""
    comment, subject = _comment_or_404(request, pk)
    form = CommentForm(request.POST)
    if not form.is_valid():
        return _show(request, subject, edited=(comment, form), status=422)
    try:
        seen = number_or_none(request.POST, "version")
        services.edit_comment(
            comment, subject=subject, actor=request.user, seen=seen, **form.cleaned_data
        )
    except ValidationError as error:
        form.add_error(None, error.messages)
        return _show(request, subject, edited=(comment, form), status=status_of(error))
    return _done(request, subject, at=comment)


@require_POST
@login_required
def delete(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Take it back."""
    comment, subject = _comment_or_404(request, pk)
    services.delete_comment(comment, subject=subject, actor=request.user)
    return _done(request, subject)


@require_POST
@login_required
def react(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Say without words what one makes of it; said again, it is taken back."""
    comment, subject = _comment_or_404(request, pk)
    mood = request.POST.get("mood", "")
    is_on = not comment.reactions.filter(person=request.user, mood=mood).exists()
    try:
        services.react(comment, subject=subject, actor=request.user, mood=mood, is_on=is_on)
    except ValidationError as error:
        messages.error(request, sentences(error))
        return _show(request, subject, status=422)
    return _done(request, subject, at=comment)


@require_safe
@login_required
def comment(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Lead to where a comment stands."""
    found, subject = _comment_or_404(request, pk)
    return redirect(f"{subject.talk_url}#comment-{found.pk}")


@require_safe
@login_required
def mentionable(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Return the people of a project whom a comment can name, by what was typed after the @."""
    readers = people.readers_of(project_or_404(request, pk))
    is_told = people.sees_addresses(request.membership)
    typed = request.GET.get("q", "")[:100]
    found = people.matching(readers, typed, by_address=is_told)[:SHOWN_PEOPLE]
    labels = people.shown_labels(readers)
    shown = [(person, labels[person]) for person in found]
    return render(request, "talk/_people.html", {"people": shown, "shows_addresses": is_told})


def _say(
    request: PersonRequest, subject: Subject, *, parent: Comment | None = None
) -> HttpResponse:
    form = CommentForm(request.POST)
    if not form.is_valid():
        return _show(request, subject, form=form, parent=parent, status=422)
    try:
        made = services.add_comment(
            subject, author=request.user, parent=parent, **form.cleaned_data
        )
    except ValidationError as error:
        form.add_error(None, error.messages)
        return _show(request, subject, form=form, parent=parent, status=status_of(error))
    return _done(request, subject, at=made)


def _done(request: PersonRequest, subject: Subject, *, at: Comment | None = None) -> HttpResponse:
    if wants_partial(request):
        return _show(request, subject)
    return redirect(f"{subject.talk_url}#comment-{at.pk}" if at else subject.talk_url)


def _show(
    request: PersonRequest,
    subject: Subject,
    *,
    form: CommentForm | None = None,
    parent: Comment | None = None,
    edited: tuple[Comment, CommentForm] | None = None,
    status: int = 200,
) -> HttpResponse:
    context: dict[str, Any] = {
        **context_of(request, subject),
        "form": form or CommentForm(),
        "reply_to": parent.pk if parent else None,
        "edited": edited[0].pk if edited else None,
        "edit_form": edited[1] if edited else None,
    }
    return render_page(request, "talk/talk.html", context, partial="talk", status=status)


def context_of(request: PersonRequest, subject: Subject) -> dict[str, Any]:
    """Return what a page shows of the talk on something."""
    who = request.membership
    shown = threads.threads_on(subject, who, may_administer=may_on(None, who, Action.ADMINISTER))
    return {
        "subject": subject,
        "project": subject.project,
        "scenario": subject.scenario,
        "threads": shown,
        "count": sum(not one.row.is_deleted for one in shown)
        + sum(len(one.replies) for one in shown),
        "references_url": f"talk:{subject.kind}-references",
        "may_comment": may_on(subject.place, who, Action.COMMENT),
        "form": CommentForm(),
        "update_html": render_markdown(subject.update.body) if subject.update else "",
    }


def seen_in(request: PersonRequest) -> UUID | None:
    """Return the scenario through which the person looks at it, where the form says so."""
    try:
        return UUID(request.POST.get("seen_in", ""))
    except ValueError:
        return None


def subject_or_404(request: PersonRequest, kind: SubjectKind, pk: UUID) -> Subject:
    """Return what is talked about, if this person may read it."""
    rows = subjects.rows_for(request.membership, kind)
    return subjects.of_row(get_object_or_404(rows, pk=pk))


def _comment_or_404(request: PersonRequest, pk: UUID) -> tuple[Comment, Subject]:
    comment = get_object_or_404(selectors.comments_for(request.membership), pk=pk)
    try:
        return comment, subjects.of_about(comment, request.membership, seen_in=seen_in(request))
    except LookupError:
        raise Http404(_("There is nothing here.")) from None
