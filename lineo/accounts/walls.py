"""Row-level security and composite foreign keys, as constraints of models.

Standing in ``Meta.constraints``, they are carried by ``makemigrations`` like
any other constraint. A model of a workspace lists ``walls(table, *references)``.
"""

from collections.abc import Sequence
from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.backends.ddl_references import Columns, Statement, Table
from django.db.models import BaseConstraint, Model

STRICT = "workspace_id = current_setting('app.workspace')::uuid"
LENIENT_WORKSPACE = "NULLIF(current_setting('app.workspace', true), '')::uuid"
MAINTENANCE = "current_setting('app.maintenance', true) = 'on'"
LENIENT_PERSON = "NULLIF(current_setting('app.person', true), '')::uuid"


class Wall(BaseConstraint):
    """A constraint that only the database checks, added after its table exists."""

    def constraint_sql(self, model: Any, schema_editor: Any) -> Any:
        """Wait until the end of the migration: targets and their keys exist by then."""
        schema_editor.deferred_sql.append(self.create_sql(model, schema_editor))

    def remove_sql(self, model: Any, schema_editor: Any) -> Any:
        return _statement(
            "ALTER TABLE %(table)s DROP CONSTRAINT %(name)s",
            model,
            schema_editor,
            name=schema_editor.quote_name(self.name),
        )

    def validate(self, *args: Any, **kwargs: Any) -> None:
        """Leave it to the database: a query for each row would tell no more."""

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Wall):
            return NotImplemented
        return self.deconstruct() == other.deconstruct()

    __hash__ = None  # type: ignore[assignment]


class WorkspaceKey(Wall):
    """UNIQUE (workspace_id, id): what composite foreign keys of others point at."""

    def constraint_sql(self, model: Any, schema_editor: Any) -> Any:
        name = schema_editor.quote_name(self.name)
        return f"CONSTRAINT {name} UNIQUE ({_key_columns(schema_editor)})"

    def create_sql(self, model: Any, schema_editor: Any) -> Any:
        return _statement(
            "ALTER TABLE %(table)s ADD CONSTRAINT %(name)s UNIQUE (%(columns)s)",
            model,
            schema_editor,
            name=schema_editor.quote_name(self.name),
            columns=_key_columns(schema_editor),
        )


class SameWorkspace(Wall):
    """FOREIGN KEY (workspace_id, x_id): a row may only point within its workspace.

    The database's own foreign keys are checked past row-level security, so a
    plain one would cross tenants. Deferred to COMMIT, as Django's own are.
    """

    def __init__(self, *, field: str, name: str, **kwargs: Any) -> None:
        self.field = field
        super().__init__(name=name, **kwargs)

    def create_sql(self, model: Any, schema_editor: Any) -> Any:
        field = model._meta.get_field(self.field)
        target = field.remote_field.model._meta.db_table
        return _statement(
            "ALTER TABLE %(table)s ADD CONSTRAINT %(name)s"
            " FOREIGN KEY (%(workspace)s, %(column)s) REFERENCES %(target)s (%(key)s)"
            " DEFERRABLE INITIALLY DEFERRED",
            model,
            schema_editor,
            name=schema_editor.quote_name(self.name),
            workspace=schema_editor.quote_name("workspace_id"),
            column=Columns(model._meta.db_table, [field.column], schema_editor.quote_name),
            target=Table(target, schema_editor.quote_name),
            key=_key_columns(schema_editor),
        )

    def deconstruct(self) -> tuple[str, Sequence[Any], dict[str, Any]]:
        path, args, kwargs = super().deconstruct()
        return path, args, {**kwargs, "field": self.field}


class RowSecurity(Wall):
    """ENABLE and FORCE row-level security, with a policy for each role.

    Parameters
    ----------
    using
        What the serving role sees and writes. The default is strict: without
        a context it raises, even on an empty table.
    visible
        What the serving role sees besides, to be read and not written.
    sweeper
        Whether the sweeper's role sees every row.
    """

    def __init__(
        self,
        *,
        name: str,
        using: str = STRICT,
        visible: str | None = None,
        sweeper: bool = False,
        **kwargs: Any,
    ) -> None:
        self.using = using
        self.visible = visible
        self.sweeper = sweeper
        super().__init__(name=name, **kwargs)

    def create_sql(self, model: Any, schema_editor: Any) -> Any:
        parts = [
            "ALTER TABLE %(table)s ENABLE ROW LEVEL SECURITY",
            "ALTER TABLE %(table)s FORCE ROW LEVEL SECURITY",
            "CREATE POLICY workspace ON %(table)s TO lineo_app %(using)s",
            "CREATE POLICY maintenance ON %(table)s TO lineo_owner USING (%(maintenance)s)",
        ]
        if self.visible:
            parts.append(
                "CREATE POLICY visible ON %(table)s FOR SELECT TO lineo_app USING (%(visible)s)"
            )
        if self.sweeper:
            parts.append(
                "CREATE POLICY sweeper ON %(table)s TO lineo_sweeper USING (true);"
                " GRANT SELECT, UPDATE ON %(table)s TO lineo_sweeper"
            )
        return _statement(
            "; ".join(parts),
            model,
            schema_editor,
            using=f"USING ({self.using}) WITH CHECK ({self.using})",
            visible=self.visible,
            maintenance=MAINTENANCE,
        )

    def remove_sql(self, model: Any, schema_editor: Any) -> Any:
        policies = ("workspace", "maintenance", "visible", "sweeper")
        drops = [f"DROP POLICY IF EXISTS {policy} ON %(table)s" for policy in policies]
        return _statement(
            "; ".join([*drops, "ALTER TABLE %(table)s NO FORCE ROW LEVEL SECURITY"])
            + "; ALTER TABLE %(table)s DISABLE ROW LEVEL SECURITY",
            model,
            schema_editor,
        )

    def deconstruct(self) -> tuple[str, Sequence[Any], dict[str, Any]]:
        path, args, kwargs = super().deconstruct()
        if self.using != STRICT:
            kwargs["using"] = self.using
        if self.visible:
            kwargs["visible"] = self.visible
        if self.sweeper:
            kwargs["sweeper"] = True
        return path, args, kwargs


def walls(table: str, *references: str) -> list[BaseConstraint]:
    """Return the constraints that wall in ``table``, to be spliced into Meta.

    ``references`` are the names of its :class:`WallKey` fields. The unique
    key stands first, so that one migration makes it before what needs it.
    """
    return [
        WorkspaceKey(name=f"{table}_workspace_key"),
        RowSecurity(name=f"{table}_row_security"),
        *(
            SameWorkspace(field=field, name=f"{table}_{field}_same_workspace")
            for field in references
        ),
    ]


def _key_columns(schema_editor: BaseDatabaseSchemaEditor) -> str:
    return ", ".join(map(schema_editor.quote_name, ("workspace_id", "id")))


def _statement(
    template: str,
    model: type[Model],
    schema_editor: BaseDatabaseSchemaEditor,
    **parts: Any,
) -> Statement:
    table = Table(model._meta.db_table, schema_editor.quote_name)
    return Statement(template, table=table, **parts)
