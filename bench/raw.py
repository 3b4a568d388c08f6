"""Reads answers from a plain socket, for clients that have to be quick or sure of every byte."""

import re
import socket


def read_answer(link: socket.socket) -> bytes:
    """The body of the answer to one GET on a kept connection; raises RuntimeError unless it is a whole 200."""
    data = _more(link)
    while b"\r\n\r\n" not in data:
        data += _more(link)
    head, _, body = data.partition(b"\r\n\r\n")
    if b" 200 " not in head.split(b"\r\n", 1)[0]:
        raise RuntimeError(f"the server answered {head.splitlines()[0].decode()}")
    length = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
    if length is None:
        raise RuntimeError("the answer came without a Content-Length")
    while len(body) < int(length[1]):
        body += _more(link)
    return body


def _more(link: socket.socket) -> bytes:
    data = link.recv(262144)
    if not data:
        raise RuntimeError("the server closed a kept connection")
    return data
