"""Search in comments and references, as planning's 0009_search explains it."""

from django.db import migrations

# What a reference says of itself, as one text; PostgreSQL knows it by this very expression.
_SAID = "title || ' ' || source || ' ' || body || ' ' || file_name"

FORWARD = f"""
CREATE INDEX comment_words ON talk_comment USING gin (workspace_id, to_tsvector('simple', body));
CREATE INDEX comment_trigrams ON talk_comment USING gin (workspace_id, body gin_trgm_ops);
CREATE POLICY finder ON talk_comment FOR SELECT TO lineo_owner USING (true);
CREATE INDEX reference_words ON talk_reference
    USING gin (workspace_id, to_tsvector('simple', {_SAID}));
CREATE INDEX reference_trigrams ON talk_reference
    USING gin (workspace_id, ({_SAID}) gin_trgm_ops);
CREATE POLICY finder ON talk_reference FOR SELECT TO lineo_owner USING (true);
CREATE FUNCTION talk_find(words text, most integer) RETURNS TABLE (found text, found_id uuid)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    here uuid := current_setting('app.workspace')::uuid;
    asked tsquery := plainto_tsquery('simple', words);
BEGIN
    PERFORM set_config('pg_trgm.word_similarity_threshold', '0.5', true);
    RETURN QUERY SELECT 'comment', id FROM talk_comment WHERE workspace_id = here
        AND to_tsvector('simple', body) @@ asked AND deleted_at IS NULL
        ORDER BY created_at DESC LIMIT most;
    IF NOT FOUND THEN
        RETURN QUERY SELECT 'comment', id FROM talk_comment
            WHERE workspace_id = here AND body %> words AND deleted_at IS NULL
            ORDER BY word_similarity(words, body) DESC LIMIT most;
    END IF;
    RETURN QUERY SELECT 'reference', id FROM talk_reference WHERE workspace_id = here
        AND to_tsvector('simple', {_SAID}) @@ asked ORDER BY created_at DESC LIMIT most;
    IF NOT FOUND THEN
        RETURN QUERY SELECT 'reference', id FROM talk_reference
            WHERE workspace_id = here AND ({_SAID}) %> words
            ORDER BY word_similarity(words, {_SAID}) DESC LIMIT most;
    END IF;
END $$;
REVOKE EXECUTE ON FUNCTION talk_find FROM PUBLIC;
GRANT EXECUTE ON FUNCTION talk_find TO lineo_app;
"""
BACK = """
DROP FUNCTION talk_find;
DROP POLICY finder ON talk_comment;
DROP POLICY finder ON talk_reference;
DROP INDEX comment_words, comment_trigrams, reference_words, reference_trigrams;
"""


class Migration(migrations.Migration):
    dependencies = [("talk", "0001_comments_and_references"), ("planning", "0009_search")]

    operations = [migrations.RunSQL(FORWARD, BACK)]
