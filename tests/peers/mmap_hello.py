"""The other side of `lesson-mmap hello`: peer writer|reader FOLDER"""
import mmap
import os
import struct
import sys

from board import announce, await_change

role, folder = sys.argv[1:3]
with open(os.open(f"{folder}/board", os.O_RDWR | os.O_CREAT, 0o600), "r+b") as file:
    file.truncate(76)
    board = mmap.mmap(file.fileno(), 76)
WRITTEN, READ, LENGTH, TEXT = 0, 4, 8, 12
if role == "writer":
    text = b"Hello from a file"
    board[TEXT:TEXT + len(text)] = text
    struct.pack_into("I", board, LENGTH, len(text))
    announce(board, WRITTEN)
    await_change(board, READ)
else:
    await_change(board, WRITTEN)
    length, = struct.unpack_from("I", board, LENGTH)
    print(board[TEXT:TEXT + length].decode())
    announce(board, READ)
