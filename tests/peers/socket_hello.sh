# The other side of `lesson-socket hello`, by a program that everybody has: peer client FOLDER
mkfifo "$2/port" 2>/dev/null # or the lesson has
read -r port <"$2/port"      # no newline ends it
printf 'hello, server' | nc -N 127.0.0.1 "$port"
