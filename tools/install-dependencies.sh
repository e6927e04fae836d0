#!/bin/sh
# Installs the npm dependencies when the lock file is not the one that was installed last.
# npm decides by the Node that runs it which optional packages fit: the machine's Node may be too old for the xz
# decoder's binary. So npm runs twice, the second time under the Node that the first one installed.
set -eu
cd "$(dirname "$0")/.."
stamp=node_modules/.slipway-lock
wanted=$(sha256sum package-lock.json | cut -d ' ' -f 1)
if [ ! -x node_modules/.bin/node ] || [ "$(cat "$stamp" 2>/dev/null)" != "$wanted" ]; then
  echo "Installing npm dependencies (npm ci) ..." >&2
  npm ci --no-audit --no-fund --loglevel=error >&2
  PATH="$PWD/node_modules/.bin:$PATH" npm install --no-save --no-audit --no-fund --loglevel=error >&2
  echo "$wanted" > "$stamp"
fi
