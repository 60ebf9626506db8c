#!/usr/bin/env bash
# publish.sh TAG: a new version of flask-app appears in the demo's registry.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=demo/kind/lib.sh
. "$here/lib.sh"

need docker "https://docs.docker.com/get-docker/"
push_image "${1:?which tag? for example: publish.sh 1.0.1}"
