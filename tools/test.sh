#!/bin/sh
# All tests. Debian packages for the judges are installed when this user may; otherwise their tests are skipped.
# Arguments are test files; without any, everything runs.
set -eu
cd "$(dirname "$0")/.."
sh tools/install-dependencies.sh
node=node_modules/.bin/node
"$node" --disable-warning=ExperimentalWarning tools/prepare-judges.ts
if [ $# -eq 0 ]; then
  set -- 'packages/**/*.test.ts' 'apps/**/*.test.ts' 'test/**/*.test.ts'
fi
exec "$node" --disable-warning=ExperimentalWarning --test --test-concurrency=2 --test-timeout=900000 --test-reporter="${SLIPWAY_TEST_REPORTER:-spec}" "$@"
