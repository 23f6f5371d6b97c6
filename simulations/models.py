"""A simulation: one drawing of many iterations for one scenario; and the live forecast."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lineo.accounts.models import User, WallKey, WorkspaceModel
from lineo.accounts.walls import walls
from planning.models import ForecastRecord, Scenario
from planning.models.fields import WallClockField
from simulations.adjusting.models import Adjustment
from simulations.comparing.models import Comparison
from simulations.explaining.models import Movement
from simulations.ledger.models import Commitment, CommitmentPoint, KeptMoments, TaskScore

MAX_ITERATIONS = 1_000_000
MAX_STOP_BAND_DAYS = 100_000

__all__ = [
    "MAX_ITERATIONS",
    "Adjustment",
    "Commitment",
    "CommitmentPoint",
    "Comparison",
    "KeptMoments",
    "Movement",
    "Simulation",
    "TaskScore",
]


class Simulation(WorkspaceModel):
    """What was asked for, by whom, and which job does it.

    The status and the progress are the job's: a simulation has none of its
    own. ``record`` holds the headline figures once the job is done. With a
    ``stop_band_days`` it stops once the 95 % band of that percentile of the
    finish is narrower, and ``iterations`` are the most that it takes.
    """

    scenario = WallKey(Scenario, models.CASCADE, related_name="simulations")
    revision = models.PositiveIntegerField(editable=False)
    job_id = models.UUIDField(null=True, editable=False)
    iterations = models.PositiveIntegerField(
        _("iterations"),
        default=10_000,
        validators=[MinValueValidator(100), MaxValueValidator(MAX_ITERATIONS)],
    )
    seed = models.BigIntegerField(_("seed"), default=1)
    stop_band_days = models.FloatField(
        _("stop band in days"),
        null=True,
        blank=True,
        validators=[MinValueValidator(0.01), MaxValueValidator(MAX_STOP_BAND_DAYS)],
    )
    stop_percentile = models.PositiveSmallIntegerField(
        _("percentile of the stop band"),
        default=80,
        validators=[MinValueValidator(1), MaxValueValidator(99)],
    )
    record = WallKey(ForecastRecord, models.SET_NULL, null=True, related_name="+", editable=False)
    created_by = models.ForeignKey(
        User, models.SET_NULL, null=True, related_name="+", editable=False
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            *walls("simulations_simulation", "scenario", "record"),
            models.UniqueConstraint(
                fields=["workspace", "job_id"], name="simulation_one_for_each_job"
            ),
            models.CheckConstraint(
                condition=models.Q(iterations__gte=1, iterations__lte=MAX_ITERATIONS),
                name="simulation_iterations_within_limits",
                violation_error_message=_("Ask for 100 to 1,000,000 iterations."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scenario} r{self.revision}"

    def get_absolute_url(self) -> str:
        """Return the forecast page of the scenario."""
        return reverse("simulations:forecast", args=[self.scenario_id])


class LiveForecastManager(models.Manager["LiveForecast"]):
    """Live forecasts without what only drawing needs."""

    def get_queryset(self) -> models.QuerySet["LiveForecast"]:
        return super().get_queryset().defer("curve", "tasks", "finishes")


class LiveForecast(WorkspaceModel):
    """What the last edit did to the finish: a preview, of few iterations, kept nowhere else.

    One row for each scenario, written over after each edit. ``revision`` is
    the one that it describes. Deltas are against what stood here before (or
    against the full forecast, where nothing did), in the same futures; the
    noise is half the width of a 95 % interval.
    """

    scenario = WallKey(Scenario, models.CASCADE, related_name="live_forecasts")
    revision = models.PositiveIntegerField()
    made_at = models.DateTimeField(auto_now=True)
    iterations = models.PositiveIntegerField(default=0)
    seed = models.BigIntegerField(default=1)
    engine_version = models.CharField(max_length=20, blank=True)
    reason = models.CharField(max_length=300, blank=True)

    p10 = WallClockField(null=True)
    p50 = WallClockField(null=True)
    p80 = WallClockField(null=True)
    p90 = WallClockField(null=True)
    p50_noise_days = models.FloatField(null=True)
    p80_noise_days = models.FloatField(null=True)
    p_target = models.FloatField(null=True)
    p_planned = models.FloatField(null=True)

    since_revision = models.PositiveIntegerField(null=True)
    p50_delta_days = models.FloatField(null=True)
    p50_delta_noise_days = models.FloatField(null=True)
    p80_delta_days = models.FloatField(null=True)
    p80_delta_noise_days = models.FloatField(null=True)

    curve = models.JSONField(null=True)
    tasks = models.JSONField(default=dict)
    finishes = models.BinaryField(null=True)

    objects = LiveForecastManager()

    class Meta:
        constraints = [
            *walls("simulations_liveforecast", "scenario"),
            models.UniqueConstraint(
                fields=["workspace", "scenario"], name="liveforecast_one_of_a_scenario"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scenario_id} r{self.revision}"


class SplitSimulation(WorkspaceModel):
    """A simulation that is too large for one process, while its parts are under way.

    Holds the plan that all of them simulate, in the words of the plan file,
    since people go on editing meanwhile; ``head`` says which plan that is.
    Deleted once the parts are put together.
    """

    simulation = WallKey(Simulation, models.CASCADE, related_name="splits")
    head = models.UUIDField()
    revision = models.PositiveIntegerField()
    engine_version = models.CharField(max_length=20)
    plan = models.BinaryField()
    blocks = models.PositiveIntegerField()
    blocks_each = models.PositiveIntegerField()
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            *walls("simulations_splitsimulation", "simulation"),
            models.UniqueConstraint(
                fields=["workspace", "simulation"], name="splitsimulation_one_of_a_simulation"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.simulation_id} in parts"


class SimulationBlock(WorkspaceModel):
    """What one part found: exact totals of consecutive iterations, packed."""

    split = WallKey(SplitSimulation, models.CASCADE, related_name="done")
    head = models.UUIDField()
    engine_version = models.CharField(max_length=20)
    first_block = models.PositiveIntegerField()
    blocks = models.PositiveIntegerField()
    totals = models.BinaryField()

    class Meta:
        ordering = ["first_block"]
        constraints = [
            *walls("simulations_simulationblock", "split"),
            models.UniqueConstraint(
                fields=["workspace", "split", "first_block"], name="simulationblock_done_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.split_id} from {self.first_block}"
