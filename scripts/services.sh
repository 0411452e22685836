#!/usr/bin/env bash
# Brings PostgreSQL, MariaDB and Redis up on free ports for tests, with all their data in one folder, and takes them down.
#
#   scripts/services.sh up <folder>      then: . <folder>/env
#   scripts/services.sh down <folder>
#
# Installs nothing: a server that is not on this machine is left out, and its variable is not in `env`.
set -euo pipefail

[ "$#" -eq 2 ] || { sed -n '2,7p' "$0"; exit 2; }
action=$1
mkdir -p "$2"
folder=$(cd "$2" && pwd)
here=$(cd "$(dirname "$0")" && pwd)

free_port() {
  node -e 'import(process.argv[1]).then(async ({ freePort }) => console.log(await freePort()))' "$here/free-port.js"
}

# PostgreSQL and MariaDB refuse to be root.
as() {
  if [ "$(id -u)" -eq 0 ]; then
    runuser -u "$1" -- "${@:2}"
  else
    "${@:2}"
  fi
}

own() {
  mkdir -p "$2"
  if [ "$(id -u)" -eq 0 ]; then chown "$1" "$2"; fi
}

postgres_tools() {
  if command -v pg_ctl >/dev/null; then
    dirname "$(command -v pg_ctl)"
  else
    find /usr/lib/postgresql -maxdepth 2 -name bin 2>/dev/null | sort -V | tail -1
  fi
}

postgres_up() {
  local tools port data=$folder/postgres
  tools=$(postgres_tools)
  [ -n "$tools" ] || return 0
  port=$(free_port)
  own postgres "$data"
  (
    cd /
    as postgres "$tools/initdb" -D "$data/data" -U postgres -A trust --no-sync --locale=C.UTF-8 >"$folder/postgres.log"
    as postgres "$tools/pg_ctl" -D "$data/data" -l "$data/log" -w -o "-p $port -k $data -c listen_addresses=127.0.0.1 -c fsync=off" start >>"$folder/postgres.log"
  )
  echo "export BW_PG=postgresql://postgres@127.0.0.1:$port/postgres BW_PG_TOOLS=$tools" >>"$folder/env"
}

postgres_down() {
  local tools data=$folder/postgres/data
  [ -f "$data/postmaster.pid" ] || return 0
  tools=$(postgres_tools)
  (cd / && as postgres "$tools/pg_ctl" -D "$data" -m immediate -w stop >/dev/null)
}

mysql_up() {
  local port data=$folder/mysql
  command -v mariadbd >/dev/null || return 0
  port=$(free_port)
  own mysql "$data"
  mariadb-install-db --no-defaults --user="$(mysql_user)" --datadir="$data/data" --skip-test-db \
    --auth-root-authentication-method=normal >"$folder/mysql.log"
  setsid mariadbd --no-defaults --user="$(mysql_user)" --datadir="$data/data" --port="$port" --bind-address=127.0.0.1 \
    --socket="$data/socket" --pid-file="$data/pid" --innodb-flush-log-at-trx-commit=0 >>"$folder/mysql.log" 2>&1 </dev/null &
  for _ in $(seq 100); do
    if mariadb-admin --no-defaults --socket="$data/socket" -u root ping >/dev/null 2>&1; then break; fi
    sleep 0.1
  done
  mariadb --no-defaults --socket="$data/socket" -u root \
    -e "CREATE DATABASE backworks; CREATE USER tester@127.0.0.1 IDENTIFIED BY 'secret'; GRANT ALL ON *.* TO tester@127.0.0.1;"
  echo "export BW_MYSQL=mysql://tester:secret@127.0.0.1:$port/backworks" >>"$folder/env"
}

mysql_user() {
  if [ "$(id -u)" -eq 0 ]; then echo mysql; else id -un; fi
}

mysql_down() {
  [ ! -f "$folder/mysql/pid" ] || end "$(cat "$folder/mysql/pid")"
}

redis_up() {
  local port
  command -v redis-server >/dev/null || return 0
  port=$(free_port)
  mkdir -p "$folder/redis"
  redis-server --daemonize yes --bind 127.0.0.1 --port "$port" --save '' --appendonly no --dir "$folder/redis" \
    --pidfile "$folder/redis/pid" >"$folder/redis.log"
  echo "export BW_REDIS=redis://127.0.0.1:$port" >>"$folder/env"
}

redis_down() {
  [ ! -f "$folder/redis/pid" ] || end "$(cat "$folder/redis/pid")"
}

# Ends a process and waits until it has gone.
end() {
  kill "$1" 2>/dev/null || return 0
  for _ in $(seq 100); do
    kill -0 "$1" 2>/dev/null || return 0
    sleep 0.1
  done
  kill -9 "$1" 2>/dev/null || true
}

case $action in
up)
  chmod 755 "$folder"
  : >"$folder/env"
  postgres_up
  mysql_up
  redis_up
  ;;
down)
  postgres_down
  mysql_down
  redis_down
  ;;
*)
  echo "up or down, not $action" >&2
  exit 2
  ;;
esac
