"""The other side of `lesson-socket hello`: peer server|client FOLDER"""
import contextlib
import os
import socket
import sys

role, folder = sys.argv[1:3]
path = f"{folder}/port"
with contextlib.suppress(FileExistsError):
    os.mkfifo(path, 0o600)
if role == "server":
    with socket.create_server(("127.0.0.1", 0)) as listener:
        with open(path, "w") as note:
            note.write(str(listener.getsockname()[1]))
        end, _ = listener.accept()
    with end:
        print(end.recv(64).decode())
        end.sendall(b"hello, client")
        assert end.recv(64) == b""
else:
    with open(path) as note:
        port = int(note.read())
    with socket.create_connection(("127.0.0.1", port)) as end:
        end.sendall(b"hello, server")
        print(end.recv(64).decode())
