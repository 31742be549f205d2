#!/bin/bash
# Runs the tests of this folder that need a real control plane, on clusters of the cluster kit.
#   real-cluster.sh [TESTS [KIT]]   TESTS: the built test executable; KIT: the folder of the kit (with
#                                   its program `cluster`), shared/cluster beside the repository where
#                                   it is left out
# PORT names the first of the clusters, ten ports each: three without IP leases, one with them enabled,
# one with MetalLB by Kubespray. Needs root, Debian and a built package.
set -u
cd "$(dirname "$0")/../.." || exit 2
tests=${1:-$(swift build --show-bin-path)/ip-leasesPackageTests.xctest}
kit=$(cd "${2:-../shared/cluster}" && pwd)/cluster || exit 2
port=${PORT:-26500}
seeds=(fresh fresh fresh enabled kubespray)
logs=$(mktemp -d)
trap 'for i in "${!seeds[@]}"; do PORT=$((port + 10 * i)) "$kit" down; done >/dev/null 2>&1; rm -rf "$logs"' EXIT

# Its build installs Debian packages; on a new machine their lists are missing.
if ! "$kit" build >"$logs/build" 2>&1; then
  apt-get update >/dev/null
  "$kit" build >"$logs/build" 2>&1 || { tail -n 20 "$logs/build"; exit 1; }
fi

begin=$SECONDS clusters=
for i in "${!seeds[@]}"; do
  PORT=$((port + 10 * i)) "$kit" seed "${seeds[i]}" >"$logs/$i" 2>&1 &
  pids[i]=$!
  clusters+="${seeds[i]}=$((port + 10 * i)) "
done
for i in "${!seeds[@]}"; do
  wait "${pids[i]}" || { tail -n 20 "$logs/$i"; exit 1; }
done
printf '%s clusters after %d s\n' "${#seeds[@]}" $((SECONDS - begin))

IP_LEASES_TEST_KIT=$kit IP_LEASES_TEST_CLUSTERS=$clusters \
  "$tests" --testing-library swift-testing --filter 'ClusterTests\.Real' >"$logs/tests" 2>&1
result=$?
# A test that found no cluster is no test that passed.
grep -a 'skipped' "$logs/tests" && result=1
if ((result != 0)); then grep -aE '✘|error:' "$logs/tests" | cut -c 1-2000; fi
grep -aE 'passed after [0-9.]+ seconds' "$logs/tests" | grep -a 'Test ' | sort -t' ' -k1 | cut -c 1-120
tail -n 1 "$logs/tests"
exit $result
