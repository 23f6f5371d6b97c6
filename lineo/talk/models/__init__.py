"""What people say and what they lean on, each about one thing of a project."""

from lineo.talk.models.about import About, SubjectKind
from lineo.talk.models.comments import MOST_CHARACTERS, Comment, Mention, Mood, Reaction
from lineo.talk.models.references import Credibility, Reference, ReferenceKind

__all__ = [
    "MOST_CHARACTERS",
    "About",
    "Comment",
    "Credibility",
    "Mention",
    "Mood",
    "Reaction",
    "Reference",
    "ReferenceKind",
    "SubjectKind",
]
