# SPDX-License-Identifier: Apache-2.0
"""Makes another process do a system call of our choice, as one would that a file has taken over."""
import ctypes
import os
import platform
import signal

REGISTERS = ("r15 r14 r13 r12 rbp rbx r11 r10 r9 r8 rax rcx rdx rsi rdi orig_rax rip cs eflags rsp ss "
    "fs_base gs_base ds es fs gs").split()
ARGUMENTS = ("rdi", "rsi", "rdx", "r10", "r8", "r9")
# Numbers of x86_64.
CALLS = {"read": 0, "open": 2, "mmap": 9, "mprotect": 10, "socket": 41, "connect": 42, "clone": 56, "fork": 57,
    "vfork": 58, "execve": 59, "kill": 62, "rename": 82, "unlink": 87, "chmod": 90, "ptrace": 101,
    "setuid": 105, "prctl": 157, "mount": 165, "openat": 257, "unlinkat": 263, "unshare": 272,
    "process_vm_writev": 311, "memfd_create": 319, "bpf": 321, "execveat": 322,
    "pidfd_send_signal": 424, "io_uring_setup": 425, "clone3": 435, "openat2": 437}
ATTACH, GETREGS, SETREGS, SINGLESTEP, DETACH = 16, 12, 13, 9, 17
CAP_SYS_PTRACE = 19
ALSO_OF_OTHERS = 0x40000000  # __WALL
SYSCALL = b"\x0f\x05"

libc = ctypes.CDLL(None, use_errno=True)
libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
libc.ptrace.restype = ctypes.c_long


class Registers(ctypes.Structure):
    _fields_ = [(name, ctypes.c_ulong) for name in REGISTERS]


def possible():
    return platform.machine() == "x86_64" and may_look_into_others()


def may_look_into_others():
    """Workers let nobody look into them but who may look into all: root, if not in every container."""
    with open("/proc/self/status", encoding="ascii") as status:
        rights = next(int(line.split()[1], 16) for line in status if line.startswith("CapEff:"))
    return rights >> CAP_SYS_PTRACE & 1 == 1


def ask(request, pid, data=None):
    if libc.ptrace(request, pid, None, data) != 0:
        raise OSError(ctypes.get_errno(), f"ptrace {request}")


def syscall_instruction(pid):
    """Where the C library of that process goes into the kernel."""
    with open(f"/proc/{pid}/maps", encoding="utf-8") as maps:
        code = next(line.split() for line in maps if "x" in line.split()[1] and "/libc." in line)
    begin, end = (int(number, 16) for number in code[0].split("-"))
    with open(f"/proc/{pid}/mem", "rb") as memory:
        memory.seek(begin)
        return begin + memory.read(end - begin).index(SYSCALL)


class Traced:
    """A process that stands still while we have it; ProcessLookupError where it has just ended. All from one
    thread."""

    def __init__(self, pid):
        self.pid = pid
        ask(ATTACH, pid)
        _, status = os.waitpid(pid, ALSO_OF_OTHERS)
        if not os.WIFSTOPPED(status):
            raise ProcessLookupError(f"{pid} has ended")
        self.before = Registers()
        ask(GETREGS, pid, ctypes.byref(self.before))

    def call(self, name, *arguments):
        """What the call gave, or the signal that the process died of."""
        registers = Registers.from_buffer_copy(self.before)
        registers.rip = syscall_instruction(self.pid)
        registers.rax = CALLS[name]
        registers.orig_rax = ctypes.c_ulong(-1).value  # nothing to begin again
        for register, argument in zip(ARGUMENTS, arguments):
            setattr(registers, register, ctypes.c_ulong(argument).value)
        ask(SETREGS, self.pid, ctypes.byref(registers))
        ask(SINGLESTEP, self.pid)
        _, status = os.waitpid(self.pid, ALSO_OF_OTHERS)
        if os.WIFSIGNALED(status):
            return signal.Signals(os.WTERMSIG(status))
        if os.WSTOPSIG(status) != signal.SIGTRAP:
            return signal.Signals(os.WSTOPSIG(status))
        ask(GETREGS, self.pid, ctypes.byref(registers))
        return ctypes.c_long(registers.rax).value

    def release(self):
        ask(SETREGS, self.pid, ctypes.byref(self.before))
        ask(DETACH, self.pid)
