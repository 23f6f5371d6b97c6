"""Audit trail and events are append-only, and events are numbered in the order of commits.

A number drawn within the transaction would let a reader pass over one that commits later, so
deferred triggers draw it while the transaction commits, one workspace at a time: the lock is held
until what it guards is visible, and nothing else is waited for behind it.
"""

from django.db import migrations

NUMBER = """
CREATE FUNCTION activity_number_event(
    at_workspace uuid, event_id uuid, its_source text, its_action text, its_actor uuid,
    its_kind text, its_subject uuid, its_project uuid, its_scenario uuid,
    its_moment timestamptz
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    former text := coalesce(current_setting('app.workspace', true), '');
BEGIN
    -- The context may have ended by the time that the transaction does.
    PERFORM set_config('app.workspace', at_workspace::text, true);
    PERFORM pg_advisory_xact_lock(7401863, hashtext(at_workspace::text));
    INSERT INTO activity_event (
        id, workspace_id, sequence, source, action, actor_id,
        subject_kind, subject_id, project_id, scenario_id, created_at
    )
    SELECT event_id, at_workspace, coalesce(max(e.sequence), 0) + 1, its_source, its_action,
        its_actor, its_kind, its_subject, its_project, its_scenario, its_moment
    FROM activity_event e WHERE e.workspace_id = at_workspace;
    PERFORM set_config('app.workspace', former, true);
END $$;

CREATE FUNCTION activity_action_of(intention text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE intention
        WHEN 'create-project' THEN 'project.created'
        WHEN 'create-scenario' THEN 'scenario.created'
        WHEN 'branch-scenario' THEN 'scenario.branched'
        WHEN 'delete-scenario' THEN 'scenario.deleted'
        WHEN 'promote-scenario' THEN 'scenario.promoted'
        ELSE 'scenario.changed'
    END
$$;

CREATE FUNCTION activity_number_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM activity_number_event(
        NEW.workspace_id, NEW.id, 'change', activity_action_of(NEW.intention), NEW.actor_id,
        NEW.subject_kind, NEW.subject_id, NEW.project_id, NEW.subject_id,
        NEW.created_at
    );
    RETURN NULL;
END $$;

CREATE FUNCTION activity_number_entry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM activity_number_event(
        NEW.workspace_id, NEW.id, 'entry', NEW.action, NEW.actor_id,
        NEW.subject_kind, NEW.subject_id, NEW.project_id, NEW.scenario_id, NEW.created_at
    );
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER change_numbered AFTER INSERT ON activity_change
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION activity_number_change();
CREATE CONSTRAINT TRIGGER entry_numbered AFTER INSERT ON activity_auditentry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION activity_number_entry();
"""
UNNUMBER = """
DROP TRIGGER change_numbered ON activity_change;
DROP TRIGGER entry_numbered ON activity_auditentry;
DROP FUNCTION activity_number_change();
DROP FUNCTION activity_number_entry();
DROP FUNCTION activity_action_of(text);
DROP FUNCTION activity_number_event(
    uuid, uuid, text, text, uuid, text, uuid, uuid, uuid, timestamptz
);
"""
KEEP = """
CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION activity_append_only();
CREATE TRIGGER {table}_not_truncated BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION activity_append_only();
REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM lineo_app;
"""
RELEASE = """
DROP TRIGGER {table}_append_only ON {table};
DROP TRIGGER {table}_not_truncated ON {table};
GRANT UPDATE, DELETE ON {table} TO lineo_app;
"""
KNOWN = """
INSERT INTO activity_event (
    id, workspace_id, sequence, source, action, actor_id,
    subject_kind, subject_id, project_id, scenario_id, created_at
)
SELECT id, workspace_id, row_number() OVER (PARTITION BY workspace_id ORDER BY created_at, id),
    'change', activity_action_of(intention), actor_id,
    subject_kind, subject_id, project_id, subject_id, created_at
FROM activity_change;
"""


class Migration(migrations.Migration):
    """Add the triggers, take the grants away, and number what is known already."""

    dependencies = [("activity", "0004_one_order")]

    operations = [
        migrations.RunSQL(NUMBER, UNNUMBER),
        *[
            migrations.RunSQL(KEEP.format(table=table), RELEASE.format(table=table))
            for table in ("activity_auditentry", "activity_event")
        ],
        migrations.RunSQL(KNOWN, migrations.RunSQL.noop),
    ]
