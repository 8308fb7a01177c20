"""A board in memory that both sides map, and how they wait for each other at it."""
import ctypes
import platform
import struct

FUTEX = {"x86_64": 202, "aarch64": 98, "riscv64": 98, "loongarch64": 98}[platform.machine()]
WAIT, WAKE = 0, 1
libc = ctypes.CDLL(None)


def word(memory, offset):
    return ctypes.c_uint32.from_buffer(memory, offset)


def await_change(memory, offset):
    while struct.unpack_from("I", memory, offset)[0] == 0:
        libc.syscall(FUTEX, ctypes.byref(word(memory, offset)), WAIT, 0, None, None, 0)


def announce(memory, offset):
    struct.pack_into("I", memory, offset, 1)
    libc.syscall(FUTEX, ctypes.byref(word(memory, offset)), WAKE, 2**31 - 1, None, None, 0)
