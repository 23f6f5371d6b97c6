from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from lineo.jobs import registry
from lineo.jobs.models import Queue
from lineo.jobs.resident import ResidentWorker
from lineo.jobs.worker import JobWorker


class Command(BaseCommand):
    help = "Do jobs of a queue, one at a time. `supervise` keeps several of these alive."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--queue", action="append", choices=Queue.values)

    def handle(self, *args: Any, **options: Any) -> None:
        registry.discover()
        registry.prepare()
        queues = options["queue"] or [Queue.DEFAULT.value]
        worker = ResidentWorker if queues == [Queue.LIVE.value] else JobWorker
        worker(queues).work()
