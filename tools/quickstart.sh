#!/bin/sh
# The main job, from a fresh clone: installs what it needs, then builds the reference distribution.
set -eu
cd "$(dirname "$0")/.."
sh tools/install-dependencies.sh
exec ./slipway quickstart "$@"
