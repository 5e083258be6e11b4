#!/usr/bin/env bash
# A partition of a real network: a primary in one network namespace, its replica and three Sentinels in another, and a cable between them that is pulled and put back.
# Clients use Unix sockets, which know no namespaces. Ends with 0 when all came about, with 77 where namespaces are not permitted.
#   network-partition.sh SPINEL-SERVER
set -u
server=$1
dir=$(mktemp -d)
near=spinel-a$$
far=spinel-b$$
pids=()

cleanup() {
    [ ${#pids[@]} -gt 0 ] && kill -9 "${pids[@]}" 2>/dev/null
    wait 2>/dev/null
    ip netns del "$near" 2>/dev/null
    ip netns del "$far" 2>/dev/null
    rm -rf "$dir"
}
trap cleanup EXIT

{ ip netns add "$near" && ip netns add "$far" && ip link add "va$$" netns "$near" type veth peer name "vb$$" netns "$far"; } || exit 77
ip -n "$near" addr add 10.88.0.1/24 dev "va$$" && ip -n "$far" addr add 10.88.0.2/24 dev "vb$$" || exit 77
ip -n "$near" link set "va$$" up && ip -n "$far" link set "vb$$" up && ip -n "$near" link set lo up && ip -n "$far" link set lo up || exit 77

# run NAMESPACE COMMAND...
run() {
    local namespace=$1
    shift
    ip netns exec "$namespace" "$@" >>"$dir/$namespace.log" 2>&1 &
    pids+=($!)
}

a() { redis-cli -s "$dir/a.sock" "$@"; }
b() { redis-cli -s "$dir/b.sock" "$@"; }
info() { "$1" info replication | tr -d '\r' | sed -n "s/^$2://p"; }

# eventually WHAT CONDITION
eventually() {
    local begin=$SECONDS
    until eval "$2" >/dev/null 2>&1; do
        if [ $((SECONDS - begin)) -gt 60 ]; then
            echo "it did not come about that $1"
            tail -n 40 "$dir/$near.log" "$dir/$far.log"
            exit 1
        fi
        sleep 0.05
    done
    echo "$1"
}

mkdir "$dir/a" "$dir/b"
options=(--port 7001 --bind 0.0.0.0 --save "3600 100000" --protected-mode no --dashboard-port 0 --repl-diskless-sync-delay 0 --repl-timeout 5 --min-replicas-max-lag 2)
run "$near" "$server" "${options[@]}" --dir "$dir/a" --unixsocket "$dir/a.sock" --min-replicas-to-write 1
run "$far" "$server" "${options[@]}" --dir "$dir/b" --unixsocket "$dir/b.sock" --replicaof 10.88.0.1 7001
eventually "the replica is in step" '[ "$(info b master_link_status)" = up ]'
for i in 1 2 3; do
    mkdir "$dir/s$i"
    printf '%s\n' "port 2637$i" "bind 0.0.0.0" "protected-mode no" "unixsocket $dir/s$i.sock" "dir $dir/s$i" "sentinel monitor mymaster 10.88.0.1 7001 2" \
        "sentinel down-after-milliseconds mymaster 2000" "sentinel failover-timeout mymaster 6000" >"$dir/s$i.conf"
    run "$far" redis-server "$dir/s$i.conf" --sentinel
done
for i in 1 2 3; do
    eventually "Sentinel $i knows the others and the replica" 'redis-cli -s "$dir/s$i.sock" sentinel master mymaster | paste -s -d " " | grep "num-slaves 1 num-other-sentinels 2"'
done
eventually "the primary takes writes" '[ "$(a set before 1)" = OK ]'

ip -n "$near" link set "va$$" down
eventually "the primary that is cut off refuses writes" 'a set lost 1 | grep NOREPLICAS'
eventually "the replica is the primary" '[ "$(info b role)" = master ]'
eventually "it takes writes" '[ "$(b set after 1)" = OK ]'

ip -n "$near" link set "va$$" up
eventually "the old primary is its replica" '[ "$(info a role)" = slave ] && [ "$(info a master_link_status)" = up ]'
eventually "both have the same history" '[ "$(info a master_replid)" = "$(info b master_replid)" ] && [ "$(info a slave_repl_offset)" = "$(info b master_repl_offset)" ]'
[ "$(a keys '*' | sort | paste -s -d ' ')" = "after before" ] || { echo "the old primary holds: $(a keys '*')"; exit 1; }
