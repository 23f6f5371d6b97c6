-- The roles of a Lineo cluster. `lineo_owner` owns and migrates, `lineo_app` serves and obeys
-- row-level security, `lineo_backup` reads everything for pg_dump, and `lineo_sweeper` is what
-- `lineo_app` becomes for one statement at a time to find jobs left behind in any workspace.
-- Safe to run again. Passwords are not set here.
DO $$
DECLARE
    role text;
BEGIN
    FOREACH role IN ARRAY ARRAY['lineo_owner', 'lineo_app', 'lineo_backup', 'lineo_sweeper'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role) THEN
            EXECUTE format('CREATE ROLE %I', role);
        END IF;
    END LOOP;
END $$;
ALTER ROLE lineo_owner LOGIN NOSUPERUSER NOBYPASSRLS;
ALTER ROLE lineo_app LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE;
ALTER ROLE lineo_backup LOGIN NOSUPERUSER BYPASSRLS NOCREATEDB NOCREATEROLE;
ALTER ROLE lineo_sweeper NOLOGIN NOSUPERUSER NOBYPASSRLS;
GRANT pg_read_all_data TO lineo_backup;
DO $$
BEGIN
    -- The serving role must not see every workspace's jobs all the time.
    IF current_setting('server_version_num')::int >= 160000 THEN
        -- As text, for an older server could not even read it.
        EXECUTE 'GRANT lineo_sweeper TO lineo_app WITH INHERIT FALSE, SET TRUE';
    ELSE
        ALTER ROLE lineo_app NOINHERIT;
        GRANT lineo_sweeper TO lineo_app;
    END IF;
END $$;
