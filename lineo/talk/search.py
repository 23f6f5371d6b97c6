"""What is found in comments and references."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from lineo.talk import selectors
from lineo.talk.references.selectors import references_for
from planning.search import Found, Hit, Source, in_that_order
from planning.searched import ENOUGH_HITS

SHOWN_CHARACTERS = 90


def found_talk(who: selectors.Who, found: Found) -> Iterator[Hit]:
    """Yield the comments and references that were found, of those that a person may read."""
    ids = found.get("comment", ())
    comments = selectors.comments_for(who).filter(pk__in=ids) if ids else ()
    for row in in_that_order(comments, ids, ENOUGH_HITS):
        said = Truncator(" ".join(row.body.split())).chars(SHOWN_CHARACTERS)
        detail = f"{row.author or _('Somebody who left')} · {row.project.name}"
        yield Hit(_("Comment"), said, detail, reverse("talk:comment", args=[row.pk]), "comment")
    ids = found.get("reference", ())
    references = references_for(who).filter(pk__in=ids) if ids else ()
    for reference in in_that_order(references, ids, ENOUGH_HITS):
        url = reverse("talk:reference", args=[reference.pk])
        detail = " · ".join(filter(None, [reference.source, reference.project.name]))
        yield Hit(_("Reference"), reference.title, detail, url, "reference")


TALK = Source("talk_find", found_talk)
