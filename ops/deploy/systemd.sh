# For ops/deploy/deploy: instances as systemd units on this machine, behind nginx. All paths can be set.
#   /opt/pos-odata/releases/VERSION     a built release: npm ci && npm run build && npm prune --omit=dev
#   /opt/pos-odata/instances/NAME       leads to the release that NAME runs
#   /etc/pos-odata/common.env, NAME.env settings; NAME.env has PORT
#   /etc/systemd/system/pos-odata@.service   ops/deploy/pos-odata@.service
home=${POS_HOME:-/opt/pos-odata}
settings=${POS_SETTINGS:-/etc/pos-odata}
names=${POS_INSTANCES:-1 2}

instances() { printf '%s\n' $names; }
behind_edge() { return 0; }
upstreams() { echo "${POS_UPSTREAMS:-/etc/nginx/place/upstreams.conf}"; }
port_of() { sed -n 's/^PORT=//p' "$settings/$1.env"; }
edge_line() { echo "server 127.0.0.1:$(port_of "$1") max_fails=2 fail_timeout=5s;"; }
edge_reload() { "${POS_EDGE_RELOAD:-ops/nginx/reload}" ${POS_EDGE_RELOAD_WORDS:-}; }

version_of() { basename "$(readlink -f "$home/instances/$1")"; }
prepare() { [ -f "$home/releases/$1/package.json" ]; }
# ends when the process before is gone
start() {
  ln -sfn "$home/releases/$2" "$home/instances/$1.new" && mv -T "$home/instances/$1.new" "$home/instances/$1" &&
    ${POS_SYSTEMCTL:-systemctl} restart "pos-odata@$1"
}
has_died() { ${POS_SYSTEMCTL:-systemctl} is-failed --quiet "pos-odata@$1"; }
health() { curl -fsS --max-time 3 "http://127.0.0.1:$(port_of "$1")$2"; }
is_ready() { health "$1" /health/ready >/dev/null 2>&1; }
# in VERSION's folder, with the settings of the instances
inside() {
  local release=$home/releases/$1
  shift
  (
    set -a
    . "$settings/common.env"
    if [ -f "$settings/validate.env" ]; then . "$settings/validate.env"; fi
    set +a
    cd "$release" && exec ${POS_RUN_AS:-} "$@"
  )
}
run_command() { local release=$1; shift; inside "$release" ${POS_COMMAND:-node dist/kernel/command-main.js} "$@"; }
# npm run validate, of each instance; VALIDATE_USERNAME and the like stand in validate.env
validate() {
  local name
  for name in $(instances); do
    VALIDATE_URL="http://127.0.0.1:$(port_of "$name")" inside "$1" ${POS_VALIDATE:-node dist/kernel/validate-main.js} || return 1
  done
}
# the links in instances/ are what the next start takes
remember() { return 0; }
