#!/bin/sh
# POSTGRES_USER, POSTGRES_PASSWORD or POSTGRES_PASSWORD_FILE, POSTGRES_DB and PGDATA mean what they mean in the official image.
set -eu

user=${POSTGRES_USER:-postgres}
database=${POSTGRES_DB:-$user}

password() {
  if [ -n "${POSTGRES_PASSWORD_FILE:-}" ]; then cat "$POSTGRES_PASSWORD_FILE"; else printf %s "${POSTGRES_PASSWORD:-}"; fi
}

# Made beside its place and renamed when whole, so that a start killed half-way begins anew instead of serving half a cluster.
make_cluster() {
  if [ -z "$(password)" ]; then
    echo "entrypoint: set POSTGRES_PASSWORD_FILE or POSTGRES_PASSWORD to a value that is not empty" >&2
    exit 1
  fi
  building="$PGDATA.building"
  rm -rf "$building"
  password | initdb --pgdata="$building" --username="$user" --pwfile=/dev/stdin --auth-local=trust --auth-host=scram-sha-256 \
    --encoding=UTF8 > /dev/null
  echo "listen_addresses = '*'" >> "$building/postgresql.conf"
  echo "host all all all scram-sha-256" >> "$building/pg_hba.conf"
  if [ "$database" != postgres ]; then
    pg_ctl --pgdata="$building" --wait --silent --options="-c listen_addresses=''" start > /dev/null
    echo 'CREATE DATABASE :"name";' | psql --quiet --username="$user" --dbname=postgres --set=ON_ERROR_STOP=1 --set=name="$database"
    pg_ctl --pgdata="$building" --wait --silent --mode=fast stop
  fi
  mv "$building" "$PGDATA"
}

if [ "${1:-}" = postgres ] && [ ! -s "$PGDATA/PG_VERSION" ]; then
  make_cluster
fi
exec "$@"
