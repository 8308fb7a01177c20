# No port: the server listens on a Unix socket, and its log says when it does.
folder=$(mktemp -d)
trap '{ kill $!; wait $!; } 2> /dev/null; rm -r "$folder"' EXIT
trap exit HUP INT TERM
mkfifo "$folder/log"
redis-server --port 0 --unixsocket "$folder/redis.sock" --save '' > "$folder/log" &
grep -q 'ready to accept' "$folder/log"
redis-cli -s "$folder/redis.sock" -r 2 INCR visits
