#!/bin/sh
# `make install`: puts `wencun` on PATH for daily use, with the dependencies that requirements.lock pins.
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
pins=$(mktemp)
trap 'rm -f "$pins"' EXIT
# As constraints, without hashes: those would be demanded of the checkout itself too.
sed -n 's/^\([A-Za-z0-9][^ ]*==[^\\]*[^\\ ]\) *\\*$/\1/p' "$here/requirements.lock" >"$pins"

if command -v uv >/dev/null 2>&1; then
    uv tool install --quiet --force --constraints "$pins" "$here"
    bin=$(uv tool dir --bin)
elif command -v pipx >/dev/null 2>&1; then
    pipx install --quiet --force --pip-args="--constraint $pins" "$here"
    bin=$(pipx environment --value PIPX_BIN_DIR 2>/dev/null || echo "$HOME/.local/bin")
else
    python=$(sh "$here/scripts/python.sh")
    home=${XDG_DATA_HOME:-$HOME/.local/share}/wencun
    bin=$HOME/.local/bin
    "$python" -m venv --clear "$home"
    "$home/bin/python" -m pip install -qq --disable-pip-version-check --constraint "$pins" "$here"
    mkdir -p "$bin"
    ln -sf "$home/bin/wencun" "$bin/wencun"
fi
"$bin/wencun" --version
case ":$PATH:" in
    *":$bin:"*) echo "wencun is installed: try \`wencun --help\`" ;;
    *) echo "wencun is installed as $bin/wencun; put it on PATH: export PATH=\"$bin:\$PATH\"" ;;
esac
