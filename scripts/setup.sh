#!/usr/bin/env bash
# What the tests need beside Rust: a PostgreSQL and a MariaDB server (never started as services: the
# tests start their own), Chromium with its driver, setpriv to run them as an ordinary user, and pyarrow as a second reader of
# Parquet.
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
if ! command -v mariadbd >/dev/null && [ ! -x /usr/sbin/mariadbd ]; then
  # Debian would start it as a service. A policy that forbids that stands only while it is installed.
  policy=/usr/sbin/policy-rc.d
  if [ "$(id -u)" = 0 ] && [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' > "$policy"
    chmod +x "$policy"
    trap 'rm -f "$policy"' EXIT
  fi
  install mariadb-server
fi
# The pages are tried in a real browser.
if ! command -v chromedriver >/dev/null || ! command -v chromium >/dev/null; then
  install chromium chromium-driver
fi
# Figures are scraped by a real Prometheus, and promtool tries the alert rules. It is never started as a service.
if ! command -v prometheus >/dev/null || ! command -v promtool >/dev/null; then
  policy=/usr/sbin/policy-rc.d
  if [ "$(id -u)" = 0 ] && [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' > "$policy"
    chmod +x "$policy"
    trap 'rm -f "$policy"' EXIT
  fi
  install prometheus
fi
command -v setpriv >/dev/null || install util-linux
command -v openssl >/dev/null || install openssl

venv=target/python
if ! "$venv/bin/python" -c "import pyarrow" 2>/dev/null; then
  if ! python3 -m venv "$venv" 2>/dev/null; then
    install python3-venv
    python3 -m venv "$venv"
  fi
  "$venv/bin/pip" install --quiet --disable-pip-version-check "pyarrow>=15"
fi
