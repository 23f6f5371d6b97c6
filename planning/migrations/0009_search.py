"""Search on many tasks: functions that may use its indexes (0014_search_indexes).

No text operator is leakproof, so PostgreSQL keeps each from an index wherever
row-level security stands before it. The function runs as the owner of the
table, for whom a policy without a condition stands before nothing; it keeps to
the workspace of the context by itself and gives back nothing but ids. What is
shown is read again by the serving role, through the walls.
"""

from django.contrib.postgres.operations import BtreeGinExtension
from django.db import migrations

TASKS = r"""
CREATE POLICY finder ON planning_task FOR SELECT TO lineo_owner USING (true);
CREATE FUNCTION planning_find_tasks(
    words text, pattern text, is_close boolean, opened uuid[], others uuid[], most integer
) RETURNS TABLE (id uuid)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    here uuid := current_setting('app.workspace')::uuid;
    exact text := 'SELECT t.id FROM planning_task t WHERE t.workspace_id = $1'
        ' AND (to_tsvector(''simple'', t.name) @@ plainto_tsquery(''simple'', $2)'
        '      OR t.name ILIKE $3)'
        ' AND t.scenario_id = ANY ($4) LIMIT $5';
BEGIN
    IF is_close THEN
        PERFORM set_config('pg_trgm.word_similarity_threshold', '0.45', true);
        RETURN QUERY EXECUTE
            'SELECT t.id FROM planning_task t'
            ' WHERE t.workspace_id = $1 AND t.name %> $2 AND t.scenario_id = ANY ($3 || $4)'
            ' ORDER BY t.scenario_id = ANY ($3) DESC, word_similarity($2, t.name) DESC LIMIT $5'
            USING here, words, opened, others, most;
    ELSE
        RETURN QUERY EXECUTE exact USING here, words, pattern, opened, most;
        RETURN QUERY EXECUTE exact USING here, words, pattern, others, most;
    END IF;
END $$;
REVOKE EXECUTE ON FUNCTION planning_find_tasks FROM PUBLIC;
GRANT EXECUTE ON FUNCTION planning_find_tasks TO lineo_app;
"""
UPDATES = r"""
CREATE POLICY finder ON planning_update FOR SELECT TO lineo_owner USING (true);
CREATE FUNCTION planning_find_updates(words text, most integer) RETURNS TABLE (id uuid)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    here uuid := current_setting('app.workspace')::uuid;
BEGIN
    RETURN QUERY SELECT u.id FROM planning_update u WHERE u.workspace_id = here
        AND to_tsvector('simple', u.title || ' ' || u.body) @@ plainto_tsquery('simple', words)
        ORDER BY u.created_at DESC LIMIT most;
    IF NOT FOUND THEN
        PERFORM set_config('pg_trgm.word_similarity_threshold', '0.5', true);
        RETURN QUERY SELECT u.id FROM planning_update u WHERE u.workspace_id = here
            AND (u.title || ' ' || u.body) %> words
            ORDER BY word_similarity(words, u.title || ' ' || u.body) DESC LIMIT most;
    END IF;
END $$;
REVOKE EXECUTE ON FUNCTION planning_find_updates FROM PUBLIC;
GRANT EXECUTE ON FUNCTION planning_find_updates TO lineo_app;
"""
BACK = """
DROP FUNCTION planning_find_updates;
DROP POLICY finder ON planning_update;
DROP FUNCTION planning_find_tasks;
DROP POLICY finder ON planning_task;
"""


class Migration(migrations.Migration):
    dependencies = [("planning", "0008_work")]

    operations = [BtreeGinExtension(), migrations.RunSQL(TASKS + UPDATES, BACK)]
