#!/usr/bin/env bash
# Removes everything that `up.sh` made.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=demo/kind/lib.sh
. "$here/lib.sh"

need docker "https://docs.docker.com/get-docker/"
need kind "https://kind.sigs.k8s.io/"

kind delete cluster --name "$CLUSTER" --kubeconfig "$WORK/kubeconfig"
docker rm -f "$REGISTRY" "$GIT" >/dev/null 2>&1 || true
rm -rf "$WORK"
say "all of it is gone"
