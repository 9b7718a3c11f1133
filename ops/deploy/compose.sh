# For ops/deploy/deploy: the services of docker-compose.yml. A version is a tag of the image; POS_IMAGE and POS_VERSION in .env are
# what `docker compose up` starts, and are written when a version has proved itself.
docker=${DOCKER:-docker}
# what stands in .env, unless whoever deploys says otherwise
noted() { sed -n "s/^$1=//p" .env 2>/dev/null | tail -n 1 | sed "s/^\\(['\"]\\)\\(.*\\)\\1\$/\\2/"; }
setting() { local said=${!1:-}; echo "${said:-$(noted "$1")}"; }
image() { local name; name=$(setting POS_IMAGE); echo "${name:-pos-odata}"; }
# the image that has this tag here: the version before may have come under another name
image_with() {
  local name
  for name in "$(image)" "$(noted POS_IMAGE)" pos-odata; do
    if [ -n "$name" ] && $docker image inspect "$name:$1" >/dev/null 2>&1; then echo "$name"; return; fi
  done
  image
}
compose() { $docker compose "$@"; }
# of VERSION; what it runs beside is left as it is
compose_of() { local release=$1; shift; POS_IMAGE=$(image_with "$release") POS_VERSION=$release compose "$@"; }

instances() { printf '%s\n' app app2 backup-cron; }
behind_edge() { [ "$1" != backup-cron ]; }
upstreams() { echo ops/nginx/place/upstreams.conf; }
address_of() { case $1 in app) echo 172.30.7.11 ;; app2) echo 172.30.7.12 ;; esac; }
edge_line() { echo "server $(address_of "$1"):3000 max_fails=2 fail_timeout=5s;"; }
edge_reload() { compose exec -T nginx /etc/nginx/reload; }

version_of() {
  local container image
  container=$(compose ps -q "$1") && [ -n "$container" ] || return 1
  image=$($docker inspect -f '{{.Config.Image}}' "$container") && echo "${image##*:}"
}
prepare() { $docker image inspect "$(image):$1" >/dev/null 2>&1 || $docker pull "$(image):$1"; }
start() { compose_of "$2" up -d --no-deps --no-build "$1"; }
has_died() { return 1; }
is_ready() {
  compose exec -T "$1" node -e 'fetch(`http://127.0.0.1:${process.env.PORT}/health/ready`)
    .then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))' >/dev/null 2>&1
}

run_command() { local release=$1; shift; compose_of "$release" run --rm --no-deps -T backup "$@"; }
# npm run validate, of each instance. VALIDATE_* come from whoever deploys, or stand in .env; the password is in no list of processes
validate() {
  local name key words=()
  for key in VALIDATE_USERNAME VALIDATE_PASSWORD VALIDATE_CODE VALIDATE_ALL; do
    export "$key=$(setting "$key")"
    # an empty one is not the same as none
    [ -z "${!key}" ] || words+=(-e "$key")
  done
  for name in app app2; do
    compose_of "$1" run --rm --no-deps -T --entrypoint node -e "VALIDATE_URL=http://$name:3000" \
      ${words[@]+"${words[@]}"} backup dist/kernel/validate-main.js || return 1
  done
}
remember() {
  local name
  name=$(image_with "$1")
  touch .env
  # the new file is as private as the old one, which may hold passwords
  cp -p .env .env.new
  { grep -Ev '^POS_(VERSION|IMAGE)=' .env; printf 'POS_IMAGE=%s\nPOS_VERSION=%s\n' "$name" "$1"; } >.env.new
  mv .env.new .env
}
