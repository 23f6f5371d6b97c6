"""The database's function that finds tasks, asked by itself."""

from typing import Any

from django.db import connection


def found_by_the_database(*values: Any) -> list[tuple[Any, ...]]:
    marks = ", ".join(["%s"] * len(values))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM planning_find_tasks({marks})", values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
