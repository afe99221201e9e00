#!/usr/bin/env bash
# A PostgreSQL of our own: on loopback, with a folder, a port and a password of its own. To be sourced, or run as
#   .ci/postgres.sh find                        the folder of PostgreSQL's programs; fails where there is none
#   .ci/postgres.sh start FOLDER PORT [quick]   starts one, made anew where the folder is empty; prints the connection string
#   .ci/postgres.sh stop FOLDER [immediate]     stops it; "immediate" as a crash would
# Port 0 takes a free one. "quick" trusts the machine not to lose power: for tests.

find_postgres() {
  local folder found=''
  # The last is the newest; what PATH has may be a wrapper without the rest.
  for folder in "$(dirname "$(command -v initdb || echo /none/initdb)")" $(ls -d /usr/lib/postgresql/*/bin /usr/pgsql-*/bin /opt/homebrew/opt/postgresql*/bin /usr/local/opt/postgresql*/bin 2> /dev/null | sort -V) "${POSTGRES_BIN:-/none}"; do
    if [ -x "$folder/initdb" ] && [ -x "$folder/pg_ctl" ] && [ -x "$folder/createdb" ]; then found=$folder; fi
  done
  [ -n "$found" ] && printf '%s\n' "$found"
}

# Debian's, where this is root and it is not there. Not the server that Debian would start along with it. LOG takes what apt-get says.
install_postgres() {
  find_postgres > /dev/null && return 0
  [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null || return 1
  mkdir -p /etc/postgresql-common
  [ -e /etc/postgresql-common/createcluster.conf ] || echo 'create_main_cluster = false' > /etc/postgresql-common/createcluster.conf
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive timeout 300 apt-get install -y -qq --no-install-recommends -o Dpkg::Options::=--force-confold postgresql; } > "$1" 2>&1
  find_postgres > /dev/null
}

# PostgreSQL refuses to run as root.
as_postgres() {
  if [ "$(id -u)" != 0 ]; then "$@"
  elif command -v runuser > /dev/null; then runuser -u postgres -- "$@"
  else su postgres -s /bin/sh -c 'exec "$0" "$@"' -- "$@"
  fi
}

# Where ./run --cluster keeps it: with the other data, or where PostgreSQL's user may go when that lies in a home closed to it.
postgres_folder() {
  mkdir -p data
  if as_postgres test -x "$PWD/data"; then printf '%s\n' "$PWD/data/postgres"; else printf '%s\n' /var/lib/conversation/postgres; fi
}

free_port() { node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); });'; }

start_postgres() {
  local folder=$1 port=$2 quick=${3:-} bin
  bin=$(find_postgres) || { echo 'PostgreSQL is not installed' >&2; return 1; }
  if [ "$port" = 0 ]; then port=$(free_port); fi
  if [ ! -s "$folder/data/PG_VERSION" ]; then
    mkdir -p "$folder" && chmod 700 "$folder" || return 1
    rm -rf "$folder/data"
    (umask 077 && node -e 'process.stdout.write(require("crypto").randomBytes(18).toString("hex"))' > "$folder/password")
    if [ "$(id -u)" = 0 ]; then chown -R postgres "$folder"; fi
    as_postgres "$bin/initdb" -D "$folder/data" -U conversation --pwfile="$folder/password" --auth=scram-sha-256 -E UTF8 --locale=C ${quick:+--no-sync} > "$folder/initdb.log" 2>&1 || { cat "$folder/initdb.log" >&2; return 1; }
  fi
  {
    printf "listen_addresses = '127.0.0.1'\nport = %s\nunix_socket_directories = ''\nmax_connections = 300\nshared_buffers = 64MB\n" "$port"
    if [ -n "$quick" ]; then printf 'fsync = off\nfull_page_writes = off\n'; fi
  } > "$folder/data/ours.conf"
  grep -q "^include 'ours.conf'" "$folder/data/postgresql.conf" || echo "include 'ours.conf'" >> "$folder/data/postgresql.conf"
  # A Ctrl-C meant for the silos must not reach it.
  as_postgres perl -MPOSIX -e 'POSIX::setsid(); exec @ARGV' "$bin/pg_ctl" -D "$folder/data" -l "$folder/server.log" -w -t 60 start > /dev/null || { tail -5 "$folder/server.log" >&2; return 1; }
  if ! PGPASSWORD=$(cat "$folder/password") "$bin/psql" -h 127.0.0.1 -p "$port" -U conversation -d conversation -c 'SELECT 1' > /dev/null 2>&1; then
    PGPASSWORD=$(cat "$folder/password") "$bin/createdb" -h 127.0.0.1 -p "$port" -U conversation conversation || return 1
  fi
  printf '%s\n' "Host=127.0.0.1;Port=$port;Username=conversation;Password=$(cat "$folder/password");Database=conversation"
}

stop_postgres() {
  local folder=$1 how=${2:-fast} bin
  bin=$(find_postgres) || return 1
  as_postgres "$bin/pg_ctl" -D "$folder/data" -w -t 60 -m "$how" stop > /dev/null
}

if [ "${BASH_SOURCE[0]}" = "$0" ]; then
  case ${1:-} in
    find) find_postgres ;;
    start) shift; start_postgres "$@" ;;
    stop) shift; stop_postgres "$@" ;;
    *) sed -n '2,6s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2; exit 2 ;;
  esac
fi
