#!/usr/bin/env bash
# The local demo on kind: a cluster with a registry and a Git server beside it, Flux where `flux` is installed, and Sluice
# connected to it. `down.sh` removes all of it.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=demo/kind/lib.sh
. "$here/lib.sh"

need docker "https://docs.docker.com/get-docker/"
need kind "https://kind.sigs.k8s.io/"
need kubectl "https://kubernetes.io/docs/tasks/tools/"
need git "your system's packages"
need sluice "cargo install --path crates/sluice-cli"

say "a registry at localhost:$REGISTRY_PORT and a cluster named $CLUSTER"
start_registry
start_cluster "$here/kind.yaml"
connect_registry

say "flask-app 1.0.0 in the registry"
push_image 1.0.0

say "a repository at http://localhost:$GIT_PORT/fleet.git"
make_repository "$here/fleet"
start_git_server

if command -v flux >/dev/null 2>&1; then
  say "Flux, with source and kustomize controllers; images are Sluice's work"
  flux install --context "kind-$CLUSTER" --components=source-controller,kustomize-controller
  kubectl --context "kind-$CLUSTER" apply -f "$WORK/fleet/flux/bootstrap.yaml"
else
  say "flux is not installed: Sluice itself applies what is in Git, when it is asked to"
fi

say "Sluice, with settings and data of its own in $WORK"
connect_sluice

cat <<WORDS

Everything runs. Try it:

  . $WORK/environment                        # in each terminal
  $here/publish.sh 1.0.1                     # a new version appears
  sluice scan && sluice plan                 # it is found, and the diff is shown
  sluice release --follow                    # fetched, applied, rolled out, healthy
  sluice why flux-system/flask-app

Without Flux, after the release: sluice apply flux-system/flask-app --cluster $CLUSTER
Remove all of it: $here/down.sh
WORDS
if command -v sluice-desktop >/dev/null 2>&1; then
  sluice-desktop &
fi
