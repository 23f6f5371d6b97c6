"""A simulation may stop once a percentile of the finish is sure enough."""

import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("simulations", "0007_ledger")]

    operations = [
        migrations.AddField(
            "simulation",
            "stop_band_days",
            models.FloatField(
                blank=True,
                null=True,
                validators=[
                    django.core.validators.MinValueValidator(0.01),
                    django.core.validators.MaxValueValidator(100_000),
                ],
                verbose_name="stop band in days",
            ),
        ),
        migrations.AddField(
            "simulation",
            "stop_percentile",
            models.PositiveSmallIntegerField(
                default=80,
                validators=[
                    django.core.validators.MinValueValidator(1),
                    django.core.validators.MaxValueValidator(99),
                ],
                verbose_name="percentile of the stop band",
            ),
        ),
    ]
