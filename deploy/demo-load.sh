#!/bin/sh
# A small shop in motion, so that there is something to see: sessions that expire, carts, a leaderboard, an order stream with a consumer group,
# page views. About two hundred commands a second, forever. HOST, PORT, and REDISCLI_AUTH for a password, come from the environment.
cli="redis-cli -h ${HOST:-127.0.0.1} -p ${PORT:-6379}"

batch() { # one second of traffic, seeded by $1
    awk -v seed="$1" '
        function below(n) { return int(rand() * n) }
        BEGIN {
            srand(seed)
            for (i = 0; i < 40; i++) {
                user = below(below(5000) + 1)
                print "SET session:" user " \"{\\\"user\\\":" user ",\\\"seen\\\":" seed "}\" EX " 60 + below(3600)
                print "GET session:" below(5000)
                print "HINCRBY cart:" user " item:" below(200) " 1"
                print "EXPIRE cart:" user " 86400"
                print "ZINCRBY leaderboard " below(50) " player:" user
            }
            for (i = 0; i < 10; i++) {
                print "XADD orders MAXLEN ~ 10000 * user " below(5000) " total " below(20000) / 100
                print "PFADD visitors:" int(seed / 3600) " user:" below(100000)
                print "LPUSH recent:views page:" below(300)
                print "INCR views:page:" below(300)
            }
            print "LTRIM recent:views 0 999"
            print "GEOADD couriers " 13 + rand() " " 52 + rand() " courier:" below(100)
            print "XREADGROUP GROUP billing worker-" below(3) " COUNT 8 STREAMS orders >"
            print "PUBLISH news tick-" seed
        }'
}

wait_for_server() { # says once what it waits for, and again when that is something else
    said=
    until answer=$($cli PING 2>&1); [ "$answer" = PONG ]; do
        [ "$answer" = "$said" ] || echo "Waiting for the server: $answer" >&2
        said=$answer
        sleep 1
    done
    [ -z "$said" ] || echo "The server answers" >&2
    $cli XGROUP CREATE orders billing 0 MKSTREAM >/dev/null 2>&1
}

wait_for_server
while :; do
    # A server that goes away in the middle would be told of once a command.
    batch "$(date +%s)" | $cli >/dev/null 2>&1
    sleep 1
    [ "$($cli PING 2>&1)" = PONG ] || wait_for_server
done
