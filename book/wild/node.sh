# The server tells its port through a FIFO as soon as it listens.
folder=$(mktemp -d)
trap '{ kill $!; wait $!; } 2> /dev/null; rm -r "$folder"' EXIT
trap exit HUP INT TERM
mkfifo "$folder/told"
node -e '
    const server = require("http").createServer((_, answer) => answer.end("hello, client\n"));
    server.listen(0, "127.0.0.1", () => console.log(server.address().port));
' > "$folder/told" &
read -r port < "$folder/told"
curl --silent "http://127.0.0.1:$port/"
