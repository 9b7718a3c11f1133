# For ops/deploy/deploy: the services of docker-compose.yml. A version is a tag of the image; POS_VERSION in .env is what
# `docker compose up` starts, and is written when a version has proved itself.
docker=${DOCKER:-docker}
compose() { $docker compose "$@"; }
image_of() { echo "${POS_IMAGE:-pos-odata}:$1"; }

instances() { printf '%s\n' app app2 backup-cron; }
behind_edge() { [ "$1" != backup-cron ]; }
upstreams() { echo ops/nginx/compose/upstreams.conf; }
address_of() { case $1 in app) echo 172.30.7.11 ;; app2) echo 172.30.7.12 ;; esac; }
edge_line() { echo "server $(address_of "$1"):3000 max_fails=2 fail_timeout=5s;"; }
edge_reload() { compose exec -T nginx reload-edge; }

version_of() {
  local container image
  container=$(compose ps -q "$1") && [ -n "$container" ] || return 1
  image=$($docker inspect -f '{{.Config.Image}}' "$container") && echo "${image##*:}"
}
prepare() { $docker image inspect "$(image_of "$1")" >/dev/null 2>&1 || $docker pull "$(image_of "$1")"; }
start() { POS_VERSION=$2 compose up -d --no-deps --no-build "$1"; }
has_died() { return 1; }
is_ready() {
  compose exec -T "$1" node -e 'fetch(`http://127.0.0.1:${process.env.PORT}/health/ready`)
    .then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))' >/dev/null 2>&1
}

run_command() { local release=$1; shift; POS_VERSION=$release compose run --rm -T backup "$@"; }
# npm run validate, of each instance; VALIDATE_USERNAME and VALIDATE_PASSWORD come from whoever deploys
validate() {
  local name
  for name in app app2; do
    POS_VERSION=$1 compose run --rm -T --entrypoint node -e "VALIDATE_URL=http://$name:3000" -e VALIDATE_USERNAME \
      -e VALIDATE_PASSWORD backup dist/kernel/validate-main.js || return 1
  done
}
remember() {
  touch .env
  { grep -v '^POS_VERSION=' .env; echo "POS_VERSION=$1"; } >.env.new && mv .env.new .env
}
