"""Addresses of what people say."""

from django.urls import path

from lineo.talk import timeline_views, views
from lineo.talk.models import SubjectKind
from lineo.talk.references import views as references

app_name = "talk"

urlpatterns = [
    *(
        path(f"{kind}s/<uuid:pk>/talk/", views.talk, {"kind": kind}, name=f"{kind}-talk")
        for kind in SubjectKind
    ),
    *(
        path(f"{kind}s/<uuid:pk>/talk/add/", views.add, {"kind": kind}, name=f"add-{kind}-comment")
        for kind in SubjectKind
    ),
    *(
        path(
            f"{kind}s/<uuid:pk>/references/",
            references.references,
            {"kind": kind},
            name=f"{kind}-references",
        )
        for kind in SubjectKind
    ),
    *(
        path(
            f"{kind}s/<uuid:pk>/references/add/",
            references.add,
            {"kind": kind},
            name=f"add-{kind}-reference",
        )
        for kind in SubjectKind
    ),
    path("references/<uuid:pk>/", references.reference, name="reference"),
    path("references/<uuid:pk>/delete/", references.delete, name="delete-reference"),
    path("references/<uuid:pk>/file/", references.file, name="reference-file"),
    path("comments/<uuid:pk>/", views.comment, name="comment"),
    path("comments/<uuid:pk>/reply/", views.reply, name="reply"),
    path("comments/<uuid:pk>/edit/", views.edit, name="edit-comment"),
    path("comments/<uuid:pk>/delete/", views.delete, name="delete-comment"),
    path("comments/<uuid:pk>/react/", views.react, name="react"),
    path("projects/<uuid:pk>/timeline/", timeline_views.timeline, name="timeline"),
    path("projects/<uuid:pk>/updates/post/", timeline_views.post_update, name="post-update"),
    path("projects/<uuid:pk>/people/", views.mentionable, name="mentionable"),
]
