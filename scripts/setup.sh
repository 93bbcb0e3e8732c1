#!/usr/bin/env bash
# What the tests need beside Rust: a PostgreSQL server (never started as a service: the tests start
# their own), setpriv to run it as an ordinary user, and pyarrow as a second reader of Parquet.
set -euo pipefail
cd "$(dirname "$0")/.."

have_postgres() { command -v pg_ctl >/dev/null || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; }

install() {
  if [ "$(id -u)" = 0 ]; then
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"
  elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
    sudo apt-get update -qq && sudo DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"
  else
    echo "Missing: $*. Install it as an administrator, then run again." >&2
    exit 1
  fi
}

if ! have_postgres; then
  # Debian would create and start a cluster of its own.
  mkdir -p target
  if [ "$(id -u)" = 0 ] && [ ! -e /etc/postgresql-common/createcluster.conf ]; then
    mkdir -p /etc/postgresql-common
    echo "create_main_cluster = false" > /etc/postgresql-common/createcluster.conf
  fi
  install postgresql
fi
command -v setpriv >/dev/null || install util-linux

venv=target/python
if ! "$venv/bin/python" -c "import pyarrow" 2>/dev/null; then
  if ! python3 -m venv "$venv" 2>/dev/null; then
    install python3-venv
    python3 -m venv "$venv"
  fi
  "$venv/bin/pip" install --quiet --disable-pip-version-check "pyarrow>=15"
fi
