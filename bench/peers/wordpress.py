"""WordPress from Debian: nginx, PHP-FPM with opcache and MariaDB, all in one temporary folder."""

import json
import shutil
import subprocess
import urllib.parse
from pathlib import Path

from bench.load import Post
from bench.peers.base import Peer
from bench.peers.nginx import nginx_version, run_nginx
from bench.processes import (
    NotInstalledError,
    find_program,
    free_port,
    plain_user,
    run_to_end,
    start,
    wait_for_socket,
)
from bench.samples import article_paragraphs, comments, posted_text

PACKAGES = "wordpress wordpress-theme-twentytwentythree php php-fpm php-mysql mariadb-server-core nginx-light"
SOURCE = Path("/usr/share/wordpress")
SETUP = Path(__file__).with_name("wordpress_setup.php")
# Twice the cores: while one child waits for the database's disk another computes.
PHP_CHILDREN = 4
CONFIG = """\
<?php
define('DB_NAME', 'wordpress');
define('DB_USER', 'wordpress');
define('DB_PASSWORD', '');
define('DB_HOST', 'localhost:{folder}/db.sock');
define('DB_CHARSET', 'utf8mb4');
define('WP_HOME', 'http://127.0.0.1:{port}');
define('WP_SITEURL', 'http://127.0.0.1:{port}');
define('DISABLE_WP_CRON', true);
define('WP_HTTP_BLOCK_EXTERNAL', true);
define('AUTOMATIC_UPDATER_DISABLED', true);
define('DISALLOW_FILE_MODS', true);
$table_prefix = 'wp_';
if (!defined('ABSPATH')) define('ABSPATH', __DIR__ . '/');
require_once ABSPATH . 'wp-settings.php';
"""
FPM = """\
[global]
daemonize = no
error_log = {folder}/php.log
[www]
listen = {folder}/php.sock
listen.backlog = 1024
pm = static
pm.max_children = {children}
"""
# X-Forwarded-For is believed from this machine, so that WordPress's own flood check, which stays on,
# sees each post of the harness come from another address.
SITE = """\
    set_real_ip_from 127.0.0.1;
    real_ip_header X-Forwarded-For;
    server {{
        listen 127.0.0.1:{port};
        root {folder}/site;
        index index.php;
        location / {{ try_files $uri $uri/ /index.php?$args; }}
        location ~ \\.php$ {{
            fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;
            fastcgi_param SCRIPT_NAME $fastcgi_script_name;
            fastcgi_param REQUEST_METHOD $request_method;
            fastcgi_param REQUEST_URI $request_uri;
            fastcgi_param QUERY_STRING $query_string;
            fastcgi_param CONTENT_TYPE $content_type;
            fastcgi_param CONTENT_LENGTH $content_length;
            fastcgi_param SERVER_PROTOCOL $server_protocol;
            fastcgi_param SERVER_NAME $server_name;
            fastcgi_param SERVER_PORT $server_port;
            fastcgi_param REMOTE_ADDR $remote_addr;
            fastcgi_pass unix:{folder}/php.sock;
        }}
    }}
"""


class WordPress(Peer):
    name = "WordPress"

    def __init__(self) -> None:
        super().__init__()
        self.port = free_port()
        self.article = 0
        self.loaded = 0

    @property
    def page_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/?p={self.article}"

    @property
    def post(self) -> Post:
        fields = {"comment_post_ID": self.article, "comment_parent": 0, "author": "Reader"}
        body = urllib.parse.urlencode({**fields, "email": "reader{n}@example.org", "comment": posted_text()}, safe="{}")
        url = f"http://127.0.0.1:{self.port}/wp-comments-post.php"
        return Post(url, "application/x-www-form-urlencoded", body)

    def check(self) -> None:
        if not (SOURCE / "wp-load.php").exists():
            raise NotInstalledError(f"WordPress is not installed (Debian: {PACKAGES})")
        for program in ("nginx", "php", "mariadbd", "mariadb-install-db"):
            find_program(program, PACKAGES)
        self._fpm()

    def versions(self) -> dict[str, str]:
        wordpress = run_to_end(["php", "-r", f"require '{SOURCE}/wp-includes/version.php'; echo $wp_version;"])
        database = run_to_end([find_program("mariadbd", PACKAGES), "--version"])
        return {
            "WordPress": wordpress,
            "PHP": run_to_end(["php", "-r", "echo PHP_VERSION;"]),
            "MariaDB": database.partition("Ver ")[2].split()[0],
            "nginx": nginx_version(),
        }

    def start(self) -> None:
        self._start_database()
        site = self.folder / "site"
        shutil.copytree(SOURCE, site, ignore=shutil.ignore_patterns("wp-config.php"))
        (site / "wp-config.php").write_text(CONFIG.format(folder=self.folder, port=self.port))
        given = self.folder / "given.json"
        given.write_text(json.dumps({"paragraphs": article_paragraphs(), "comments": [vars(c) for c in comments()]}))
        told = run_to_end(["php", SETUP, site, given], user=plain_user())
        made = json.loads(told.strip().splitlines()[-1])
        self.article, self.loaded = made["post"], made["last_comment"]
        self._start_php()
        run_nginx(self, SITE.format(folder=self.folder, port=self.port), self.page_url)

    def reset(self) -> None:
        where = f"comment_ID > {self.loaded}"
        self._sql(f"DELETE FROM wordpress.wp_comments WHERE {where};")

    def _start_database(self) -> None:
        data, log = self.folder / "db", self.folder / "db.log"
        install = [find_program("mariadb-install-db", PACKAGES), "--no-defaults", f"--datadir={data}"]
        run_to_end([*install, "--auth-root-authentication-method=normal", "--skip-test-db"], user=plain_user())
        command = [find_program("mariadbd", PACKAGES), "--no-defaults", f"--datadir={data}", "--skip-networking"]
        command += [f"--socket={self.folder}/db.sock", f"--pid-file={self.folder}/db.pid"]
        command += [f"--tmpdir={self.folder}"]
        self.processes.append(start(command, log, user=plain_user()))
        wait_for_socket(self.folder / "db.sock", self.processes[-1], log)
        self._sql(
            "CREATE DATABASE wordpress CHARACTER SET utf8mb4; CREATE USER wordpress@localhost;"
            " GRANT ALL ON wordpress.* TO wordpress@localhost;"
        )

    def _start_php(self) -> None:
        conf, log = self.folder / "fpm.conf", self.folder / "php.log"
        conf.write_text(FPM.format(folder=self.folder, children=PHP_CHILDREN))
        self.processes.append(start([self._fpm(), "--fpm-config", conf], self.folder / "php.out", user=plain_user()))
        wait_for_socket(self.folder / "php.sock", self.processes[-1], log)

    def _fpm(self) -> str:
        version = run_to_end([find_program("php", PACKAGES), "-r", "echo PHP_MAJOR_VERSION.'.'.PHP_MINOR_VERSION;"])
        return find_program(f"php-fpm{version}", PACKAGES)

    def _sql(self, statements: str) -> None:
        client = [find_program("mariadb", "mariadb-client-core"), "--no-defaults", "--user=root"]
        subprocess.run(
            [*client, f"--socket={self.folder}/db.sock"], input=statements, text=True, check=True, capture_output=True
        )
