"""Addresses of talk in the API."""

from django.urls import path

from lineo.talk.api import comments, references

_BELOW = (
    ("task", "tasks/<uuid:task_id>", comments.TaskComments, references.TaskReferences),
    ("risk", "risks/<uuid:row_id>", comments.RiskComments, references.RiskReferences),
    (
        "scenario",
        "scenarios/<uuid:scenario_id>",
        comments.ScenarioComments,
        references.ScenarioReferences,
    ),
    ("update", "updates/<uuid:update_id>", comments.UpdateComments, references.UpdateReferences),
    (
        "promotion",
        "promotions/<uuid:promotion_id>",
        comments.PromotionComments,
        references.PromotionReferences,
    ),
)

urlpatterns = [
    *(
        path(f"{above}/comments/", view.as_view(), name=f"{kind}-comments")
        for kind, above, view, _ in _BELOW
    ),
    *(
        path(f"{above}/references/", view.as_view(), name=f"{kind}-references")
        for kind, above, _, view in _BELOW
    ),
    path("comments/<uuid:comment_id>/", comments.CommentDetail.as_view(), name="comment"),
    path(
        "comments/<uuid:comment_id>/replies/",
        comments.CommentReplies.as_view(),
        name="comment-replies",
    ),
    path(
        "comments/<uuid:comment_id>/react/", comments.CommentReact.as_view(), name="comment-react"
    ),
    path("references/<uuid:reference_id>/", references.ReferenceDetail.as_view(), name="reference"),
    path(
        "references/<uuid:reference_id>/file/",
        references.ReferenceFile.as_view(),
        name="reference-file",
    ),
]
