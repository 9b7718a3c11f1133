# For ops/deploy/deploy: instances as systemd units on this machine, behind nginx. By the environment: POS_HOME
# (/opt/pos-odata), POS_SETTINGS (/etc/pos-odata), POS_INSTANCES ("1 2"), POS_USER (pos-odata), POS_UPSTREAMS (/etc/nginx/place/upstreams.conf).
#   /opt/pos-odata/releases/VERSION     a built release: npm ci && npm run build && npm prune --omit=dev
#   /opt/pos-odata/instances/NAME       leads to the release that NAME runs
#   /etc/pos-odata/common.env, NAME.env settings; NAME.env has PORT. validate.env: VALIDATE_USERNAME and the like
#   /etc/systemd/system/pos-odata@.service   ops/deploy/pos-odata@.service
home=${POS_HOME:-/opt/pos-odata}
settings=${POS_SETTINGS:-/etc/pos-odata}
names=${POS_INSTANCES:-1 2}
user=${POS_USER:-pos-odata}

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

# Exports the settings of FILE as systemd reads an EnvironmentFile: no shell looks at the values, so `BACKUP_CRON=0 2 * * *` needs no
# quotes, and those around a value do not belong to it. `keep`: what is set already stays.
export_settings() {
  local line key value
  while IFS= read -r line || [ -n "$line" ]; do
    [[ $line =~ ^[[:space:]]*([A-Za-z_][A-Za-z0-9_]*)=[[:space:]]*(.*[^[:space:]]|)[[:space:]]*$ ]] || continue
    key=${BASH_REMATCH[1]} value=${BASH_REMATCH[2]}
    [ "${2:-}" != keep ] || [ -z "${!key:-}" ] || continue
    case $value in
      \'*\') [ ${#value} -lt 2 ] || value=${value:1:-1} ;;
      \"*\") [ ${#value} -lt 2 ] || value=$(sed 's/\\\(["\\$`]\)/\1/g' <<<"${value:1:-1}") ;;
      *) value=$(sed 's/\\\(.\)/\1/g' <<<"$value") ;;
    esac
    export "$key=$value"
  done <"$1"
}
# who validates, and how; what whoever deploys says of it counts more than the file
export_validate() { [ ! -f "$settings/validate.env" ] || export_settings "$settings/validate.env" keep; }
setting() (
  export_validate
  echo "${!1:-}"
)
# what root does for the shop it does as the shop's user: a file that root left could not be written by the instances
as_user() {
  if [ "$(id -u)" = 0 ] && [ "$user" != root ]; then
    exec setpriv --reuid="$user" --regid="$(id -g "$user")" --init-groups "$@"
  fi
  exec "$@"
}
# in VERSION's folder, with the settings of the instances
inside() {
  local release=$home/releases/$1
  shift
  (
    # as in pos-odata@.service
    export NODE_ENV=production DATA_DIR=/var/lib/pos-odata LOG_DIR=/var/log/pos-odata BACKUP_DIR=/var/lib/pos-odata/backups
    export_settings "$settings/common.env"
    export_validate
    cd "$release" && as_user "$@"
  )
}
run_command() { local release=$1; shift; inside "$release" ${POS_COMMAND:-node dist/kernel/command-main.js} "$@"; }
# npm run validate, of each instance
validate() {
  local name
  for name in $(instances); do
    VALIDATE_URL="http://127.0.0.1:$(port_of "$name")" inside "$1" ${POS_VALIDATE:-node dist/kernel/validate-main.js} || return 1
  done
}
# the links in instances/ are what the next start takes
remember() { return 0; }
