#!/usr/bin/env bash
# Fails when a published interface is not what was published. Additions are new files.

set -euo pipefail
cd "$(dirname "$0")"
for folder in [0-9]*.[0-9]*; do
    if ! (cd "$folder" && sha256sum --check --strict --quiet SHA256SUMS); then
        printf 'error: an interface in schemas/wit/%s was edited after it was published\n\n' "$folder" >&2
        printf 'hint: put the addition into a new file or a new folder, see schemas/wit/README.md\n' >&2
        exit 1
    fi
done
