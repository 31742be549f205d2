#!/bin/bash
# Runs the tests of this folder against a real control plane on loopback.
#   real-cluster.sh [CLUSTER]    CLUSTER: the folder of the cluster kit (with its program `cluster`);
#                                shared/cluster beside the repository where it is left out
# PORT names the instance (thirty ports from there on, for three clusters: one fresh, one with IP leases
# enabled, one with MetalLB by Kubespray). Needs root, Debian and a built package.
set -u
kit=$(cd "${1:-$(dirname "$0")/../../../shared/cluster}" && pwd)/cluster || exit 2
port=${PORT:-26500}
log=$(mktemp)
trap 'for at in "$port" $((port + 10)) $((port + 20)); do PORT=$at "$kit" down > "$log" 2>&1; done; rm -f "$log"' EXIT
# Its build installs Debian packages; on a new machine their lists are missing.
if ! "$kit" build > "$log" 2>&1; then
  apt-get update > /dev/null
  "$kit" build > "$log" 2>&1 || { tail -n 20 "$log"; exit 1; }
fi
export PORT=$((port + 10))
"$kit" seed enabled > "$log" 2>&1 || { tail -n 20 "$log"; exit 1; }
eval "$("$kit" env)"
export IP_LEASES_TEST_ENABLED_KUBECONFIG=$KUBECONFIG IP_LEASES_TEST_ENABLED_PORT=$PORT
export PORT=$((port + 20))
"$kit" seed kubespray > "$log" 2>&1 || { tail -n 20 "$log"; exit 1; }
eval "$("$kit" env)"
export IP_LEASES_TEST_KUBESPRAY_KUBECONFIG=$KUBECONFIG
export PORT=$port
"$kit" seed fresh > "$log" 2>&1 || { tail -n 20 "$log"; exit 1; }
eval "$("$kit" env)"
export IP_LEASES_TEST_KUBECONFIG=$KUBECONFIG IP_LEASES_TEST_CLUSTER=$kit
swift test --filter ClusterTests > "$log" 2>&1
result=$?
if [ $result -ne 0 ]; then grep -E '✘|error:' "$log" | cut -c 1-2000; fi
tail -n 2 "$log"
exit $result
