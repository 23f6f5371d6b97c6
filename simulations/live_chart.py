"""The small S-curve beside the plan, as the last edit left it."""

from functools import partial

from planning.days_off import working_days
from planning.models import Scenario
from simulations.charts import SparkChart, spark_chart
from simulations.forecast_document import distribution_of
from simulations.live import LiveState


def live_chart(scenario: Scenario, state: LiveState) -> SparkChart | None:
    """Return the curve of a live forecast; None where it has no figures."""
    row = state.row
    if row is None or row.curve is None or row.p50 is None or row.p80 is None:
        return None
    return spark_chart(
        distribution_of(row.curve),
        {50: row.p50, 80: row.p80},
        target=scenario.target,
        work=partial(working_days, scenario),
    )
