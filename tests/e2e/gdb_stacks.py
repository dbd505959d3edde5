# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""For gdb: a line "stack TID NAME;..." for every thread, outermost first, "??" without a name.

Only frames that are on the stack: gdb also has a frame for each call that was inlined, and, where
debug information tells it, for functions that are gone because they jumped to what they called last.
"""
import gdb


def name_of(frame):
    if frame.type() == gdb.SIGTRAMP_FRAME:
        return "restore_rt"
    return frame.name() or "??"


def frames_of_selected_thread():
    frame = gdb.newest_frame()
    while frame is not None:
        if frame.type() in (gdb.NORMAL_FRAME, gdb.SIGTRAMP_FRAME):
            yield frame
        frame = frame.older()


for thread in gdb.selected_inferior().threads():
    thread.switch()
    names = [name_of(frame) for frame in frames_of_selected_thread()]
    tid = thread.ptid[1] or thread.ptid[0]
    print("stack", tid, ";".join(reversed(names)))
