"""What webhooks' jobs do: an id in, nothing out."""

from lineo.jobs import services as jobs
from lineo.jobs.handle import JobHandle
from lineo.jobs.registry import job
from lineo.webhooks import deliveries
from lineo.webhooks.models import Delivery


@job(deliveries.FUNCTION, timeout_seconds=60)
def deliver_webhook(handle: JobHandle, *, delivery: str) -> None:
    """Try to send one message, if it still waits."""
    found = Delivery.objects.select_related("webhook").filter(pk=delivery).first()
    if found is not None:
        deliveries.send(found)
        # Its log is the list of deliveries; jobs that are done would only hide the others.
        jobs.forget_former(handle.job_id, topic=deliveries.topic_of(found.webhook_id))
