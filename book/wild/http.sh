# The server chooses a free port and tells it; whoever reads the FIFO knows that it listens.
folder=$(mktemp -d)
trap '{ kill $!; wait $!; } 2> /dev/null; rm -r "$folder"' EXIT
trap exit HUP INT TERM
echo 'hello, client' > "$folder/page.txt"
mkfifo "$folder/told"
python3 -u -m http.server 0 --bind 127.0.0.1 --directory "$folder" > "$folder/told" 2> /dev/null &
read -r line < "$folder/told"
port=${line#*port }
curl --silent "http://127.0.0.1:${port%% *}/page.txt"
