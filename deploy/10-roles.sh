#!/bin/sh
# Run once by the PostgreSQL image, as its superuser: Lineo's roles, their passwords, its database.
set -eu
psql --username "$POSTGRES_USER" --dbname postgres --set ON_ERROR_STOP=1 --file /lineo/roles.sql
psql --username "$POSTGRES_USER" --dbname postgres --set ON_ERROR_STOP=1 \
    --set owner="$LINEO_OWNER_PASSWORD" --set app="$LINEO_APP_PASSWORD" \
    --set backup="$LINEO_BACKUP_PASSWORD" <<'SQL'
ALTER ROLE lineo_owner PASSWORD :'owner';
ALTER ROLE lineo_app PASSWORD :'app';
ALTER ROLE lineo_backup PASSWORD :'backup';
CREATE DATABASE lineo OWNER lineo_owner;
SQL
