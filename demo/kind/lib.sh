# shellcheck shell=bash
# What the scripts of the demo share. Everything of it carries one name, so that nothing else is touched.

CLUSTER=${SLUICE_DEMO_CLUSTER:-sluice-demo}
REGISTRY=$CLUSTER-registry
GIT=$CLUSTER-git
REGISTRY_PORT=${SLUICE_DEMO_REGISTRY_PORT:-5005}
GIT_PORT=${SLUICE_DEMO_GIT_PORT:-5006}
WORK=${SLUICE_DEMO_FOLDER:-${XDG_STATE_HOME:-$HOME/.local/state}/$CLUSTER}
IMAGE=team/flask-app

say() { printf '\n== %s\n' "$*"; }

# need PROGRAM WHERE: ends with words when a program is missing.
need() {
  command -v "$1" >/dev/null 2>&1 && return
  printf 'this demo needs %s: %s\n' "$1" "$2" >&2
  exit 1
}

is_running() { [ "$(docker inspect -f '{{.State.Running}}' "$1" 2>/dev/null)" = true ]; }

start_registry() {
  is_running "$REGISTRY" && return
  docker rm -f "$REGISTRY" >/dev/null 2>&1 || true
  docker run -d --restart=no -p "127.0.0.1:$REGISTRY_PORT:5000" --name "$REGISTRY" registry:2 >/dev/null
}

start_cluster() {
  mkdir -p "$WORK"
  if ! kind get clusters 2>/dev/null | grep -qx "$CLUSTER"; then
    kind create cluster --name "$CLUSTER" --config "$1" --kubeconfig "$WORK/kubeconfig" --wait 120s
  fi
  kind export kubeconfig --name "$CLUSTER" --kubeconfig "$WORK/kubeconfig"
  export KUBECONFIG=$WORK/kubeconfig
}

# Lets the nodes pull from localhost:$REGISTRY_PORT, as kind's own documentation does it.
connect_registry() {
  local node folder
  folder="/etc/containerd/certs.d/localhost:$REGISTRY_PORT"
  for node in $(kind get nodes --name "$CLUSTER"); do
    docker exec "$node" mkdir -p "$folder"
    printf '[host."http://%s:5000"]\n' "$REGISTRY" | docker exec -i "$node" cp /dev/stdin "$folder/hosts.toml"
  done
  docker network connect kind "$REGISTRY" 2>/dev/null || true
}

# push_image TAG: a small image that serves its own version.
push_image() {
  local reference="localhost:$REGISTRY_PORT/$IMAGE:$1"
  docker build -q -t "$reference" --build-arg "VERSION=$1" - >/dev/null <<'DOCKERFILE'
FROM busybox:1
ARG VERSION
LABEL org.opencontainers.image.version=$VERSION
RUN mkdir -p /www && echo "flask-app $VERSION" > /www/index.html
EXPOSE 5000
CMD ["httpd", "-f", "-p", "5000", "-h", "/www"]
DOCKERFILE
  docker push -q "$reference" >/dev/null
  printf 'pushed %s\n' "$reference"
}

# make_repository FOLDER: the fleet as a bare repository, once.
make_repository() {
  [ -d "$WORK/repositories/fleet.git" ] && return
  rm -rf "$WORK/fleet"
  mkdir -p "$WORK/repositories"
  cp -r "$1" "$WORK/fleet"
  find "$WORK/fleet" -type f -exec sed -i.orig \
    -e "s|REGISTRY|localhost:$REGISTRY_PORT|g" -e "s|GIT_SERVER|http://$GIT:8080|g" {} +
  find "$WORK/fleet" -name '*.orig' -delete
  git -C "$WORK/fleet" init --quiet -b main
  git -C "$WORK/fleet" add --all
  git -C "$WORK/fleet" -c user.name=demo -c user.email=demo@example.com commit --quiet -m "the fleet"
  git clone --quiet --bare "$WORK/fleet" "$WORK/repositories/fleet.git"
  git -C "$WORK/repositories/fleet.git" config http.receivepack true
}

# git http-backend in a container in the cluster's network, for Flux and for Sluice alike.
start_git_server() {
  is_running "$GIT" && return
  docker rm -f "$GIT" >/dev/null 2>&1 || true
  docker run -d --restart=no --network kind --name "$GIT" -p "127.0.0.1:$GIT_PORT:8080" \
    -v "$WORK/repositories:/srv/git" alpine:3 sh -c '
      apk add --no-cache git git-daemon lighttpd >/dev/null &&
      git config --system --add safe.directory "*" &&
      printf "%s\n" \
        "server.document-root = \"/srv/git\"" "server.port = 8080" \
        "server.modules = (\"mod_alias\", \"mod_cgi\", \"mod_setenv\")" \
        "alias.url = (\"\" => \"/usr/libexec/git-core/git-http-backend\")" \
        "cgi.assign = (\"\" => \"\")" \
        "setenv.add-environment = (\"GIT_PROJECT_ROOT\" => \"/srv/git\", \"GIT_HTTP_EXPORT_ALL\" => \"1\", \"REMOTE_USER\" => \"demo\")" \
        > /etc/lighttpd.conf &&
      exec lighttpd -D -f /etc/lighttpd.conf' >/dev/null
  local tries
  for tries in $(seq 60); do
    git ls-remote "http://localhost:$GIT_PORT/fleet.git" >/dev/null 2>&1 && return
    sleep 1
  done
  printf 'the Git server does not answer after %s s; see: docker logs %s\n' "$tries" "$GIT" >&2
  exit 1
}

# What Sluice needs to know in a terminal of the demo. The Git server has its name of the cluster's network on both sides, so that
# Flux and Sluice mean one repository; from here its published port is asked for it, as a proxy is (RFC 9112, section 3.2.2).
write_environment() {
  cat > "$WORK/environment" <<ENVIRONMENT
export SLUICE_CONFIG='$WORK/sluice.toml' SLUICE_DATA_DIR='$WORK/data' KUBECONFIG='$WORK/kubeconfig'
export http_proxy='http://localhost:$GIT_PORT' no_proxy='localhost,127.0.0.1'
ENVIRONMENT
}

# Adds the repository and the cluster to a Sluice of the demo's own.
connect_sluice() {
  write_environment
  # shellcheck source=/dev/null
  . "$WORK/environment"
  [ -f "$SLUICE_CONFIG" ] && return
  sluice source add git "http://$GIT:8080/fleet.git" --name fleet --mode review
  sluice source add cluster "kind-$CLUSTER" --name "$CLUSTER" --kubeconfig "$WORK/kubeconfig"
  sluice scan
}
