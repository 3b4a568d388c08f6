"""nginx sending given bytes from disk, and nginx in front of another server with a configuration of ours."""

import subprocess
from pathlib import Path

from bench.peers.base import Peer
from bench.processes import find_program, free_port, plain_user, start, wait_for_answer

MAIN = """\
daemon off;
worker_processes 2;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 4096; }}
http {{
    access_log off;
    sendfile on;
    tcp_nopush on;
    keepalive_requests 100000000;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    types {{ text/html html; }}
    default_type application/octet-stream;
{http}
}}
"""
STATIC = """\
    gzip_static on;
    server {{
        listen 127.0.0.1:{port};
        root {folder}/files;
        charset utf-8;
    }}
"""
# What a configuration in deploy/ has to say, each exactly once or more, for it to be tried here.
SHIPPED_UPSTREAM = "127.0.0.1:8000"
SHIPPED_LISTEN = "listen 80"
SHIPPED_CACHE = "/var/cache/nginx/broadsheet"
SHIPPED_LOG = "/var/log/nginx"


def run_nginx(peer: Peer, http: str, url: str) -> None:
    """Starts nginx with the given http block in the peer's folder and waits for its first answer."""
    conf = peer.folder / "nginx.conf"
    conf.write_text(MAIN.format(folder=peer.folder, http=http))
    log = peer.folder / "nginx.log"
    command = [find_program("nginx", "nginx-light"), "-e", f"{peer.folder}/error.log"]
    command += ["-p", f"{peer.folder}", "-c", f"{conf}"]
    peer.processes.append(start(command, log, user=plain_user()))
    wait_for_answer(url, peer.processes[-1], log)


def nginx_version() -> str:
    told = subprocess.run([find_program("nginx", "nginx-light"), "-v"], capture_output=True, text=True, check=True)
    return told.stderr.strip().rpartition("/")[2]


class Nginx(Peer):
    """Sends one page from disk: two workers, sendfile, keep-alive, the .gz file where gzip is accepted."""

    name = "nginx"

    def __init__(self, body: bytes, gzipped: bytes) -> None:
        super().__init__()
        self.body, self.gzipped = body, gzipped
        self.port = free_port()

    @property
    def page_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/page.html"

    def check(self) -> None:
        find_program("nginx", "nginx-light")

    def versions(self) -> dict[str, str]:
        return {"nginx": nginx_version()}

    def start(self) -> None:
        files = self.folder / "files"
        files.mkdir()
        (files / "page.html").write_bytes(self.body)
        (files / "page.html.gz").write_bytes(self.gzipped)
        run_nginx(self, STATIC.format(port=self.port, folder=self.folder), self.page_url)


class NginxInFront(Peer):
    """nginx with the shipped configuration, its port, upstream and cache folder replaced by temporary ones."""

    name = "nginx-front"

    def __init__(self, configuration: Path, upstream: str) -> None:
        """`upstream` is the host and port of the server behind."""
        super().__init__()
        self.configuration, self.upstream = configuration, upstream
        self.port = free_port()

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def check(self) -> None:
        find_program("nginx", "nginx-light")

    def start(self) -> None:
        text = self.configuration.read_text()
        for shipped, here in (
            (SHIPPED_UPSTREAM, self.upstream),
            (SHIPPED_LISTEN, f"listen 127.0.0.1:{self.port}"),
            (SHIPPED_CACHE, f"{self.folder}/cache"),
            (SHIPPED_LOG, f"{self.folder}"),
        ):
            if shipped not in text:
                raise RuntimeError(f"{self.configuration.name} does not say {shipped!r}, so it cannot be tried")
            text = text.replace(shipped, here)
        run_nginx(self, text, self.base_url + "/")
