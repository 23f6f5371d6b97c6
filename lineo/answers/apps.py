from django.apps import AppConfig

from lineo.api import idempotency


class AnswersConfig(AppConfig):
    """Answers kept for an Idempotency-Key."""

    name = "lineo.answers"
    label = "answers"

    def ready(self) -> None:
        # ruff: noqa: PLC0415 - models are not ready above
        from lineo.answers.keeper import TableOfAnswers

        idempotency.keep_in(TableOfAnswers())
