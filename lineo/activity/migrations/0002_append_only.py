"""The change log is append-only: for the serving role by grants, for all by a trigger."""

from django.db import migrations

FORBID = """
CREATE FUNCTION activity_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('app.erasing', true) = 'on' THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'The change log is append-only.';
END $$;
CREATE TRIGGER change_append_only BEFORE UPDATE OR DELETE ON activity_change
    FOR EACH ROW EXECUTE FUNCTION activity_append_only();
CREATE TRIGGER change_not_truncated BEFORE TRUNCATE ON activity_change
    FOR EACH STATEMENT EXECUTE FUNCTION activity_append_only();
REVOKE UPDATE, DELETE, TRUNCATE ON activity_change FROM lineo_app;
"""
ALLOW = """
DROP TRIGGER change_append_only ON activity_change;
DROP TRIGGER change_not_truncated ON activity_change;
DROP FUNCTION activity_append_only();
GRANT UPDATE, DELETE ON activity_change TO lineo_app;
"""


class Migration(migrations.Migration):
    """Add the triggers and take the grants away."""

    dependencies = [("activity", "0001_initial")]

    operations = [migrations.RunSQL(FORBID, ALLOW)]
