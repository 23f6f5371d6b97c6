"""One job of a topic that waits is enough: rung again, or asked for, in one statement.

People edit again and again, and after each edit this is asked.
"""

from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection, models
from django.db.models.expressions import DatabaseDefault

from lineo.jobs.models import Job, JobDetail, State

# Waits for a worker that is claiming the job right now, and then finds it running. One that waits
# out its back-off broke off over an older state: this one is not to pay for it.
_SQL = """
WITH waiting AS (
    UPDATE jobs_job
    SET rung_at = statement_timestamp(), not_before = NULL, max_attempts = attempt + %s
    WHERE workspace_id = %s AND topic = %s AND function = %s AND state = %s
    RETURNING id, queue
), asked AS (
    INSERT INTO jobs_job ({job})
    SELECT {job_values} WHERE NOT EXISTS (SELECT FROM waiting)
    RETURNING id, queue
), detailed AS (
    INSERT INTO jobs_jobdetail ({detail}) SELECT {detail_values} FROM asked
)
SELECT id, queue FROM waiting UNION ALL SELECT id, queue FROM asked
"""


class Rung(NamedTuple):
    """A job whose bell is to be rung."""

    job_id: UUID
    queue: str


def ring_or_ask(job: Job, detail: JobDetail, *, attempts: int) -> list[Rung]:
    """Return the jobs of the topic that wait, which may begin anew; else ``job``, now written."""
    job_columns, detail_columns = _columns_of(job), _columns_of(detail)
    sql = _SQL.format(
        job=", ".join(job_columns),
        job_values=", ".join(cast for cast, _value in job_columns.values()),
        detail=", ".join(detail_columns),
        detail_values=", ".join(cast for cast, _value in detail_columns.values()),
    )
    values = [value for _cast, value in (*job_columns.values(), *detail_columns.values())]
    waiting: list[Any] = [attempts, job.workspace_id, job.topic, job.function, State.QUEUED.value]
    with connection.cursor() as cursor:
        cursor.execute(sql, [*waiting, *values])
        return [Rung(*row) for row in cursor.fetchall()]


def _columns_of(row: models.Model) -> dict[str, tuple[str, Any]]:
    """Return each column that the database does not fill in: its place with its type, its value."""
    return {
        connection.ops.quote_name(str(field.column)): (
            # Without its length, for a cast would cut what is too long and say nothing.
            f"%s::{str(field.db_type(connection)).partition('(')[0]}",
            field.get_db_prep_save(value, connection),
        )
        for field in row._meta.concrete_fields
        if not isinstance(value := field.pre_save(row, add=True), DatabaseDefault)
    }
