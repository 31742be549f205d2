#!/usr/bin/env bash
# Makes the pictures of this folder from the program itself, on the built-in cluster.
# Needs python3-pil and fonts-dejavu-core. Names of pictures as arguments: only these.
set -euo pipefail
cd "$(dirname "$0")/.."

python=python3
"$python" -c 'import PIL' 2>/dev/null || python=/usr/bin/python3
"$python" -c 'import PIL' || { echo 'apt-get install python3-pil fonts-dejavu-core' >&2; exit 2; }

swift build --product ip-leases
swift build --product ScreenDump
folder=$(swift build --show-bin-path)
# A fixed name, because the pictures show it.
state=${TMPDIR:-/tmp}/pictures
mkdir -m 700 "$state"
trap 'rm -rf "$state"' EXIT
export XDG_STATE_HOME=$state XDG_CONFIG_HOME=$state
# The built-in cluster's clock jumps ahead instead of making us wait.
export IP_LEASES_PACE=0.05
wanted=" $* "

# picture NAME SCENARIO WORD...: the screen after these words; ScreenDump says what they are.
# Steps in $applied are done before.
picture() {
  local name=$1 scenario=$2 options
  shift 2
  [[ $wanted == '  ' || $wanted == *" $name "* ]] || return 0
  options=(--rehearse "$scenario" --pool 203.0.113.0/28)
  rm -rf "$state/ip-leases"
  # shellcheck disable=SC2086
  [[ -z ${applied-} ]] || "$folder/ip-leases" apply $applied "${options[@]}" --yes >"$state/log"
  "$folder/ScreenDump" "$@" -- "$folder/ip-leases" "${options[@]}" >"$state/cells.json"
  "$python" screenshots/draw.py "$state/cells.json" "screenshots/$name.png"
  echo "screenshots/$name.png"
}

before_switch='namespace metallb metrics-service pools strict-arp ip-operator capacity'
plan_of_switch=(wait:'Addresses' key:2 wait:'Strict ARP' key:G key:k wait:'restarts once' key:a
  wait:'ipoperator: true')

picture overview enabled wait:'IP leases are on'
picture steps fresh wait:'Namespace' key:2 wait:'Strict ARP' key:gjjjjj wait:'kube-proxy'
applied=$before_switch picture plan fresh "${plan_of_switch[@]}"
applied=namespace picture run fresh wait:'Addresses' key:2 wait:'Strict ARP' key:gjj key:a \
  wait:'helm install' key:a wait:'to go on' key:y wait:'> y' key:e wait:'> ye' \
  key:s wait:'> yes' key:'\r' wait:'carried out'
applied=$before_switch picture activity fresh wait:'Addresses' key:@ wait:'daemonset/kube-proxy' key:jjj
picture pools enabled wait:'IP leases are on' key:3 wait:'[3 Pools' wait:'default'
picture verify enabled wait:'IP leases are on' key:5 wait:'[5 Verify' wait:'OK'
picture watch enabled wait:'IP leases are on' key:W wait:'[6 Watch' key:b wait:'12/12'
picture logs enabled wait:'IP leases are on' key:4 wait:'[4 Logs'
