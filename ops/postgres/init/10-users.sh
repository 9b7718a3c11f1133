#!/bin/sh
# Runs once, on an empty folder: the app's own user, who is no superuser, its database, and the user that replicas come as.
set -eu
secret() { cat "${SECRETS:-/run/secrets}/$1"; }

psql -v ON_ERROR_STOP=1 -v app="$(secret database_password)" -v replication="$(secret replication_password)" \
  -U "${POSTGRES_USER:-postgres}" -d postgres <<'SQL'
-- CREATEDB: each backup is restored into a scratch database
CREATE ROLE pos LOGIN CREATEDB PASSWORD :'app';
CREATE ROLE replicator LOGIN REPLICATION PASSWORD :'replication';
CREATE DATABASE pos OWNER pos ENCODING 'UTF8';
\connect pos
CREATE EXTENSION IF NOT EXISTS pg_stat_statements;
GRANT pg_read_all_stats TO pos;
SQL
echo 'host replication replicator all scram-sha-256' >>"$PGDATA/pg_hba.conf"
