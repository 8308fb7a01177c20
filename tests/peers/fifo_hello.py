"""The other side of `lesson-fifo hello`: peer reader|writer FOLDER"""
import contextlib
import os
import sys

role, folder = sys.argv[1:3]
path = f"{folder}/meeting"
with contextlib.suppress(FileExistsError):
    os.mkfifo(path, 0o600)
if role == "writer":
    with open(path, "w") as sink:
        sink.write("hello, whoever you are")
else:
    with open(path) as source:
        print(source.read())
