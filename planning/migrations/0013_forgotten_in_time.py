"""The sweeper's role may see how old exported and uploaded files are, and delete them."""

from django.db import migrations

FORWARD = """
CREATE POLICY sweeper ON planning_planexport TO lineo_sweeper USING (true);
GRANT SELECT (id, created_at), DELETE ON planning_planexport TO lineo_sweeper;
CREATE POLICY sweeper ON planning_upload TO lineo_sweeper USING (true);
GRANT SELECT (id, created_at), DELETE ON planning_upload TO lineo_sweeper;
"""
BACK = """
REVOKE ALL ON planning_upload FROM lineo_sweeper;
DROP POLICY sweeper ON planning_upload;
REVOKE ALL ON planning_planexport FROM lineo_sweeper;
DROP POLICY sweeper ON planning_planexport;
"""


class Migration(migrations.Migration):
    dependencies = [("planning", "0012_search_by_index")]

    operations = [migrations.RunSQL(FORWARD, BACK)]
