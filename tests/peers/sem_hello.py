"""The other side of `lesson-sem hello`: peer guest|porter FOLDER NAME"""
import ctypes
import os
import sys

role, _, name = sys.argv[1:4]
libc = ctypes.CDLL(None, use_errno=True)
libc.sem_open.restype = ctypes.c_void_p
bell = ctypes.c_void_p(libc.sem_open(name.encode(), os.O_CREAT, 0o600, 0))
if not bell.value:
    raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
sys.exit(libc.sem_post(bell) if role == "guest" else libc.sem_wait(bell))
