#!/bin/sh
# Run by npm after it has installed the dependencies: the first start of slipway then finds what Node makes of its
# sources, as every later one does. A checkout that cannot start yet is no failed installation.
set -u
cd "$(dirname "$0")/.."
for command in 'component list' 'component lint --specs none' 'deviations' 'image list'; do
  # shellcheck disable=SC2086 # words of a command line
  ./slipway -C distros/slipway $command > /dev/null 2>&1 || :
done
