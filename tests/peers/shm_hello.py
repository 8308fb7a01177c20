"""The other side of `lesson-shm hello`: peer writer|reader FOLDER NAME"""
import mmap
import os
import sys

from board import announce, await_change

role, _, name = sys.argv[1:4]
# What shm_open(3) opens on Linux.
with open(os.open(f"/dev/shm{name}", os.O_RDWR | os.O_CREAT, 0o600), "r+b") as file:
    file.truncate(72)
    board = mmap.mmap(file.fileno(), 72)
WRITTEN, READ, TEXT = 0, 4, 8
if role == "writer":
    text = b"Hello from process A"
    board[TEXT:TEXT + len(text)] = text
    announce(board, WRITTEN)
    await_change(board, READ)
else:
    await_change(board, WRITTEN)
    print(board[TEXT:].split(b"\0", 1)[0].decode())
    announce(board, READ)
