"""The talk app."""

from django.apps import AppConfig
from django.db.models.signals import post_delete


class TalkConfig(AppConfig):
    """Comments, the timeline and references."""

    name = "lineo.talk"
    label = "talk"
    verbose_name = "Talk"

    def ready(self) -> None:
        """Lend the table of a plan what is said of its rows, and let files go with theirs."""
        # ruff: noqa: PLC0415 - models are not ready above
        from lineo.talk.models import Reference
        from lineo.talk.references import files
        from lineo.talk.search import TALK
        from lineo.talk.selectors import counts_by_task
        from planning.search import more_sources
        from planning.table.row_counts import comment_sources

        if counts_by_task not in comment_sources:
            comment_sources.append(counts_by_task)
        if TALK not in more_sources:
            more_sources.append(TALK)
        post_delete.connect(files.forget, sender=Reference, dispatch_uid="talk.forget_file")
