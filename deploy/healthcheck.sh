#!/bin/bash
# Healthy: the server answers PING. It may ask for a password; while it loads its data it is not ready.
port=${1:-6379}
exec 3<>"/dev/tcp/127.0.0.1/$port" || exit 1
printf 'PING\r\n' >&3
read -r -t 2 reply <&3 || exit 1
case "$reply" in
    +PONG* | -NOAUTH*) exit 0 ;;
    *) echo "$reply"; exit 1 ;;
esac
