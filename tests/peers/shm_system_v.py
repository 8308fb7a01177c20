"""The other side of `lesson-shm system-v`: peer writer|reader FOLDER KEY"""
import ctypes
import os
import sys

from board import announce, await_change

role, _, key = sys.argv[1:4]
IPC_CREAT, IPC_RMID = 0o1000, 0
libc = ctypes.CDLL(None, use_errno=True)
libc.shmat.restype = ctypes.c_void_p
id = libc.shmget(int(key), ctypes.c_size_t(72), IPC_CREAT | 0o600)
if id < 0:
    raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
board = (ctypes.c_char * 72).from_address(libc.shmat(id, None, 0))
memory = memoryview(board).cast("B")
WRITTEN, READ, TEXT = 0, 4, 8
if role == "writer":
    text = b"Shared Hello"
    memory[TEXT:TEXT + len(text)] = text
    announce(memory, WRITTEN)
    await_change(memory, READ)
else:
    await_change(memory, WRITTEN)
    print(bytes(memory[TEXT:]).split(b"\0", 1)[0].decode())
    libc.shmctl(id, IPC_RMID, None)
    announce(memory, READ)
