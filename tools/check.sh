#!/bin/sh
# Everything that is checked without running the product: format, lint, types, unused code and dependencies.
set -eu
cd "$(dirname "$0")/.."
sh tools/install-dependencies.sh
bin=node_modules/.bin
"$bin/biome" check .
"$bin/oxlint" --type-aware --deny-warnings
"$bin/tsc" --noEmit
"$bin/knip"
