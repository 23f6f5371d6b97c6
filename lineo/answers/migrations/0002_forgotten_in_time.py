"""The sweeper's role may see how old kept answers are, and delete them."""

from django.db import migrations

FORWARD = """
CREATE POLICY sweeper ON answers_keptanswer TO lineo_sweeper USING (true);
GRANT SELECT (id, created_at), DELETE ON answers_keptanswer TO lineo_sweeper;
"""
BACK = """
REVOKE ALL ON answers_keptanswer FROM lineo_sweeper;
DROP POLICY sweeper ON answers_keptanswer;
"""


class Migration(migrations.Migration):
    dependencies = [("answers", "0001_initial")]

    operations = [migrations.RunSQL(FORWARD, BACK)]
