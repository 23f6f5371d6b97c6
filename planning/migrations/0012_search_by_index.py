"""Search that reads no more rows than it ranks, however many there are.

The planner takes a text operator for as cheap as a comparison and mistakes how
many rows a list of plans has; it then reads them all. So the index leads with
an expression that no other index has, and the plans are looked at behind a
fence (``OFFSET 0``): there is nothing else to choose. An OR would give it the
choice back, hence the UNION. Of what the index gives, the first some hundred
rows are ranked, in the open plan and then in the others. What is merely alike
is sought where nothing else is found; a number comes first, and leaves half of
the places to names.

No trigram of a text of one or two letters is in the index: such a text is
sought as the beginning of a word, and within words in the first rows of the
open plan alone.
"""

from importlib import import_module

from django.db import migrations

before = import_module("planning.migrations.0009_search")

FORWARD = r"""
DROP FUNCTION planning_find_tasks;
CREATE FUNCTION planning_find_tasks(
    words text, pattern text, numbered integer, opened uuid, others uuid[], hidden uuid[],
    most integer
) RETURNS TABLE (id uuid)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = public, pg_temp SET enable_seqscan = off AS $$
DECLARE
    here uuid := current_setting('app.workspace')::uuid;
    asked tsquery := plainto_tsquery('simple', words);
    -- Whether a trigram of it is in the index.
    has_parts boolean := words ~ '[[:alnum:]]{3}';
    many constant integer := 300;
    sought constant text :=
        '(SELECT id, scenario_id, name, position FROM (SELECT * FROM planning_task t'
        ' WHERE ARRAY[t.workspace_id, t.scenario_id] @> $1 AND %s OFFSET 0) found'
        ' WHERE workspace_id = $2 AND scenario_id = ANY ($3) AND id <> ALL ($4) LIMIT $5)';
    ranked constant text := 'SELECT r.id FROM (%s) r ORDER BY %s LIMIT $6';
    matches text := format(sought, 'to_tsvector(''simple'', t.name) @@ $7');
    ordered text := 'r.name ILIKE substr($8, 2) DESC, r.scenario_id, r.position';
    is_numbered boolean := false;
    given integer := 0;
    more integer;
BEGIN
    IF numbered IS NOT NULL THEN
        RETURN QUERY SELECT n.id
            FROM unnest(opened || others) WITH ORDINALITY AS p (scenario, place), LATERAL (
                SELECT t.id, t.workspace_id, t.scenario_id, t.number FROM planning_task t
                WHERE (t.workspace_id, t.scenario_id, t.number) >= (here, p.scenario, numbered)
                ORDER BY t.workspace_id, t.scenario_id, t.number LIMIT 1
            ) n
            WHERE (n.workspace_id, n.scenario_id, n.number) = (here, p.scenario, numbered)
            AND n.id <> ALL (hidden) ORDER BY p.place LIMIT most / 2;
        is_numbered := FOUND;
    END IF;
    IF numnode(asked) > 0 THEN
        asked := (asked::text || ':*')::tsquery;
    END IF;
    IF has_parts THEN
        matches := matches || ' UNION ' || format(sought, 't.name ILIKE $8');
    END IF;
    FOR attempt IN 1..2 LOOP
        IF opened IS NOT NULL THEN
            RETURN QUERY EXECUTE format(ranked, matches, ordered)
                USING ARRAY[here, opened], here, ARRAY[opened], hidden, many, most,
                asked, pattern, words;
            GET DIAGNOSTICS given = ROW_COUNT;
        END IF;
        IF given < most THEN
            RETURN QUERY EXECUTE format(ranked, matches, ordered)
                USING ARRAY[here], here, others, hidden, many, most - given,
                asked, pattern, words;
            GET DIAGNOSTICS more = ROW_COUNT;
            given := given + more;
        END IF;
        EXIT WHEN given > 0 OR is_numbered OR NOT has_parts;
        PERFORM set_config('pg_trgm.word_similarity_threshold', '0.45', true);
        matches := format(sought, 't.name %> $9');
        ordered := 'word_similarity($9, r.name) DESC, r.scenario_id, r.position';
    END LOOP;
    IF given = 0 AND NOT is_numbered AND NOT has_parts AND opened IS NOT NULL THEN
        RETURN QUERY SELECT r.id FROM (
            SELECT t.id, t.name, t.position FROM planning_task t
            WHERE t.workspace_id = here AND t.scenario_id = opened
            ORDER BY t.position LIMIT 5000
        ) r WHERE r.name ILIKE pattern AND r.id <> ALL (hidden) ORDER BY r.position LIMIT most;
    END IF;
END $$;
REVOKE EXECUTE ON FUNCTION planning_find_tasks FROM PUBLIC;
GRANT EXECUTE ON FUNCTION planning_find_tasks TO lineo_app;
"""
BACK = """
DROP FUNCTION planning_find_tasks;
DROP POLICY finder ON planning_task;
"""


class Migration(migrations.Migration):
    dependencies = [("planning", "0011_project_shown_scenario")]

    operations = [migrations.RunSQL(FORWARD, BACK + before.TASKS)]
