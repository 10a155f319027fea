#!/usr/bin/env bash
# Sets up one part of the project: python | web | app | browser. Needs Python ≥ 3.11, Node ≥ 20 and nothing else.
set -euo pipefail
cd "$(dirname "$0")/.."
mkdir -p .setup

say() { printf '\033[1m%s\033[0m\n' "$*"; }
fail() { printf '%s\n' "$*" >&2; exit 1; }

find_python() {
  for name in python3 python3.13 python3.12 python3.11 python; do
    if command -v "$name" >/dev/null && "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      echo "$name"; return
    fi
  done
  fail "Python 3.11 or newer is needed, and none was found."
}

find_uv() {
  if command -v uv >/dev/null; then echo uv; return; fi
  local python; python=$(find_python)
  if [ ! -x .setup/uv/bin/uv ]; then
    "$python" -m venv .setup/uv >/dev/null 2>&1 || "$python" -m pip install --quiet --target .setup/uv-lib uv >&2 \
      || fail "Neither venv nor pip works with $python; on Debian: apt-get install python3-venv."
    [ -x .setup/uv/bin/pip ] && .setup/uv/bin/pip install --quiet "uv>=0.5" >&2
    [ -d .setup/uv-lib ] && mkdir -p .setup/uv/bin && ln -sf ../../uv-lib/bin/uv .setup/uv/bin/uv
  fi
  echo .setup/uv/bin/uv
}

set_up_python() {
  say "Python packages"
  local uv python; uv=$(find_uv); python=$(find_python)
  "$uv" sync --frozen --quiet --python "$(command -v "$python")"
}

set_up_web() {
  say "Web packages"
  command -v node >/dev/null || fail "Node 20 or newer is needed, and none was found."
  (cd web && npm ci --no-audit --no-fund --loglevel=error)
}

build_apps() {
  say "Building the tablet app and the customer's page"
  (cd web && npx vite build --logLevel warn && npx vite build --logLevel warn --config vite.config.customer.ts)
}

has_browser() {
  for path in /usr/bin/chromium /usr/bin/chromium-browser /usr/bin/google-chrome; do [ -x "$path" ] && return 0; done
  compgen -G "${PLAYWRIGHT_BROWSERS_PATH:-$HOME/.cache/ms-playwright}/chromium-*" >/dev/null
}

set_up_browser() {
  has_browser && return
  say "Chromium for the browser tests"
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium fonts-noto-cjk poppler-utils qpdf >/dev/null && return
  fi
  .venv/bin/python -m playwright install chromium && return
  fail "No Chromium, and none could be installed: install Chromium (Debian: apt-get install chromium) and run make test again."
}

case "${1:-}" in
  python) set_up_python ;;
  web) set_up_web ;;
  app) build_apps ;;
  browser) set_up_browser ;;
  *) fail "usage: scripts/setup.sh python|web|app|browser" ;;
esac
