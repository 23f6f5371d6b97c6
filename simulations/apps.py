"""The simulations app."""

from django.apps import AppConfig

from lineo.activity.signals import change_committed


class SimulationsConfig(AppConfig):
    """Uncertainty: simulations, forecasts and what is read from them."""

    name = "simulations"
    verbose_name = "Simulations"

    def ready(self) -> None:
        """Listen for edits, and lend the bars what is known of the plan as it stands."""
        # ruff: noqa: PLC0415 - models are not ready above
        from lineo.jobs.signals import job_ended
        from planning.signals import baseline_changed
        from planning.table.spreads import live_sources
        from simulations.ledger.listening import follow_baseline, score_after_change
        from simulations.leftovers import forget_ended
        from simulations.live import ask_after_change
        from simulations.live_panel import live_spreads

        if live_spreads not in live_sources:
            live_sources.append(live_spreads)

        job_ended.connect(forget_ended, dispatch_uid="leftovers")
        change_committed.connect(ask_after_change, dispatch_uid="live-forecast")
        change_committed.connect(score_after_change, dispatch_uid="ledger-scores")
        baseline_changed.connect(follow_baseline, dispatch_uid="ledger-baseline")
