"""Files that were kept long enough, in every workspace."""

from datetime import timedelta

from django.db.models.functions import Now

from lineo.accounts.tenancy import as_sweeper
from lineo.jobs.chores import forgets
from planning.models import PlanExport, Upload

EXPORTS_KEPT_FOR = timedelta(hours=24)
UPLOADS_KEPT_FOR = timedelta(days=7)
"""An import deletes its file; one that failed can be tried again from the admin for so long."""


@forgets("exported files")
def forget_exports() -> int:
    """Delete what was to be fetched within a day."""
    with as_sweeper():
        over = PlanExport.objects.filter(created_at__lt=Now() - EXPORTS_KEPT_FOR)
        return over.delete()[0]


@forgets("uploaded files")
def forget_uploads() -> int:
    """Delete what was sent for imports that came to no good end."""
    with as_sweeper():
        return Upload.objects.filter(created_at__lt=Now() - UPLOADS_KEPT_FOR).delete()[0]
