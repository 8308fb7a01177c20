"""The other side of `lesson-mq hello`: peer sender|receiver FOLDER NAME"""
import ctypes
import os
import sys

role, _, known = sys.argv[1:4]
libc = ctypes.CDLL(None, use_errno=True)


class Attributes(ctypes.Structure):
    _fields_ = [("mq_flags", ctypes.c_long), ("mq_maxmsg", ctypes.c_long),
                ("mq_msgsize", ctypes.c_long), ("mq_curmsgs", ctypes.c_long),
                ("reserved", ctypes.c_long * 4)]


def done(result):
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result


def queue(label):
    # The lesson's names differ in their last word alone.
    name = known.rsplit("-", 1)[0] + "-" + label
    room = Attributes(0, 1, 32)
    return done(libc.mq_open(name.encode(), os.O_RDWR | os.O_CREAT, 0o600, ctypes.byref(room)))


def send(queue, text):
    done(libc.mq_send(queue, text, ctypes.c_size_t(len(text)), 0))


def receive(queue):
    text = ctypes.create_string_buffer(32)
    length = done(libc.mq_receive(queue, text, ctypes.c_size_t(32), None))
    print(text.raw[:length].decode())


letters, answers = queue("letters"), queue("answers")
if role == "sender":
    send(letters, b"hello, whoever you are")
    receive(answers)
else:
    receive(letters)
    send(answers, b"hello, sender")
