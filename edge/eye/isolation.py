"""Gives up the network before anything is imported that could use it, and proves that it is gone.

MediaPipe posts usage statistics and has no switch for it, so the process that sees the living room
keeps no way out. `give_up_network` must be called first: before threads, before heavy imports. It
takes every protection that the place allows:

- `socket_filter`: the kernel refuses every socket but AF_UNIX (the door to box) and AF_NETLINK
  (libcamera looks for cameras with it), in all threads and for good.
- `network_namespace`: the process has a network of its own, with nothing in it.
- `unit`: where no filter of ours is allowed, whoever started the process (systemd) refuses network
  sockets. Under our own filter this is not looked at: it would take opening one.
- `dead_proxy`: what asks for a proxy is sent to a closed port. It goes with the others; alone it
  proves nothing.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import resource
import socket
from pathlib import Path

from edge.errors import IsolationError
from edge.eye import socket_filter

_CLONE_NEWUSER = 0x10000000
_CLONE_NEWNET = 0x40000000
_PR_SET_DUMPABLE = 4
_PROXIES = ("https_proxy", "HTTPS_PROXY", "http_proxy", "all_proxy", "ALL_PROXY")
_DEAD_PROXY = "http://127.0.0.1:9"
_REFUSED = (errno.EPERM, errno.EACCES, errno.EAFNOSUPPORT)


def give_up_network() -> tuple[str, ...]:
    """The protections in force from now on; IsolationError where none can be shown."""
    point_at_dead_proxy()
    _leave_no_core_file()
    in_force = []
    if _move_into_empty_namespace():
        in_force.append("network_namespace")
    if socket_filter.install():
        _show_filter()
        in_force.append("socket_filter")
    elif _is_closed(socket.AF_INET) and _is_closed(socket.AF_INET6):
        in_force.append("unit")
    if not in_force:
        raise IsolationError(
            "This process cannot give up the network here (neither a socket filter nor a network"
            " namespace is allowed), so it opens no camera; run it on a 64-bit Linux whose kernel"
            " has seccomp, or as the systemd unit."
        )
    _refuse_open_doors()
    return (*in_force, "dead_proxy")


def refuse_to_be_read() -> None:
    """No other process of this user may look into our memory: for when one keeps the network."""
    if ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0) != 0:
        raise IsolationError("eye's memory cannot be closed to others here; no camera is opened.")


def _leave_no_core_file() -> None:
    """When this process or a child of it crashes: its memory holds pictures.

    The kernel takes one byte for an order to write none, to programs that catch them as well;
    those are not bound by zero.
    """
    hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
    most = 0 if hard == 0 else 1
    resource.setrlimit(resource.RLIMIT_CORE, (most, most))


def point_at_dead_proxy() -> None:
    """Send whoever asks for a proxy to a closed port of this machine; MediaPipe asks."""
    for name in _PROXIES:
        os.environ[name] = _DEAD_PROXY
    for name in ("no_proxy", "NO_PROXY"):
        os.environ.pop(name, None)


def _is_closed(family: int) -> bool:
    """Whether the kernel refuses us such a socket."""
    try:
        socket.socket(family, socket.SOCK_STREAM).close()
    except OSError as refused:
        if refused.errno not in _REFUSED:
            raise IsolationError(f"The network could not be tested: {refused}.") from refused
        return True
    return False


def _show_filter() -> None:
    """That the filter is on in every thread, and that it does what it is for."""
    for family in (socket.AF_INET, socket.AF_INET6, socket.AF_PACKET):
        if not _is_closed(family):
            raise IsolationError(
                f"The socket filter was installed, yet a socket of {family!r} could be opened;"
                " no camera is opened."
            )
    for task in Path("/proc/self/task").iterdir():
        status = (task / "status").read_text(encoding="ascii", errors="replace")
        if "\nSeccomp:\t2\n" not in status or "\nNoNewPrivs:\t1\n" not in status:
            raise IsolationError(
                f"Thread {task.name} runs without the socket filter; no camera is opened."
            )


def _refuse_open_doors() -> None:
    """A network socket that was open before us would still lead out."""
    for entry in Path("/proc/self/fd").iterdir():
        try:
            if not str(entry.readlink()).startswith("socket:"):
                continue
            family = _family_of(int(entry.name))
        except OSError:
            continue  # closed meanwhile, like the folder's own handle
        if family not in (socket.AF_UNIX, socket.AF_NETLINK):
            raise IsolationError(
                f"A network socket was open before eye began (file {entry.name}); start eye"
                " without it."
            )


def _family_of(number: int) -> int:
    with socket.socket(fileno=os.dup(number)) as copy:
        return copy.getsockopt(socket.SOL_SOCKET, socket.SO_DOMAIN)


def _move_into_empty_namespace() -> bool:
    """Into a network with nothing in it, where this is allowed.

    Only while there is one thread: a namespace belongs to a thread, and others would stay outside.
    """
    if len(os.listdir("/proc/self/task")) > 1:  # noqa: PTH208 - only counted
        return False
    network = Path("/proc/self/ns/net")
    before = network.stat().st_ino
    user, group = os.geteuid(), os.getegid()
    libc = ctypes.CDLL(None, use_errno=True)
    # With the right to (root), the network alone: a new user namespace would take away root's
    # way into other people's folders, where the checkout may stand.
    if libc.unshare(_CLONE_NEWNET) != 0:
        if libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET) != 0:
            return False
        _stay_ourselves(user, group)
    return network.stat().st_ino != before and [name for _, name in socket.if_nameindex()] == ["lo"]


def _stay_ourselves(user: int, group: int) -> None:
    """Map our own user and group onto themselves, so that files look as before.

    Files can be read without it (the kernel goes by its own numbers), so it may fail; eye makes
    none.
    """
    own = Path("/proc/self")
    with contextlib.suppress(OSError):
        (own / "setgroups").write_text("deny", encoding="ascii")
        (own / "uid_map").write_text(f"{user} {user} 1", encoding="ascii")
        (own / "gid_map").write_text(f"{group} {group} 1", encoding="ascii")
