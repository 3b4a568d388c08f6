"""A cached article beside nginx sending the same bytes: whole, not modified, behind nginx, with commits beside."""

import urllib.parse
from functools import partial
from pathlib import Path

from bench.broadsheet import Broadsheet
from bench.commits import committing
from bench.figures.site import GZIP, ask, data_folder, site, site_and_nginx
from bench.harness import Reading, Settings, compare, describe, in_turn, ratios
from bench.load import Load, Sample, get
from bench.peers.nginx import NginxInFront

SHIPPED = Path(__file__).resolve().parents[2] / "deploy" / "nginx.conf"
UNRELATED_PER_SECOND = 50


def cached_article(settings: Settings) -> Reading:
    load = Load(seconds=settings.seconds, headers=GZIP)
    with site_and_nginx() as (ours, anchor):
        taken = in_turn(
            {
                "Broadsheet": partial(get, ours.page_url, load, ours.pids),
                "nginx": partial(get, anchor.page_url, load, anchor.pids),
            },
            settings.rounds,
        )
        values = ratios(taken["Broadsheet"], taken["nginx"])
        return Reading(values, compare("Broadsheet", "nginx", taken), anchor.versions())


def not_modified(settings: Settings) -> Reading:
    with site_and_nginx() as (ours, anchor):
        contenders = {}
        for name, url, pids in (
            ("Broadsheet", ours.page_url, ours.pids),
            ("nginx", anchor.page_url, anchor.pids),
        ):
            headers = {**GZIP, "If-None-Match": ask(url, GZIP).headers.get("etag", "")}
            status = ask(url, headers).status
            if status != 304:
                raise RuntimeError(f"{name} answered {status} to its own ETag")
            load = Load(seconds=settings.seconds, headers=headers)
            contenders[name] = partial(get, url, load, pids)
        taken = in_turn(contenders, settings.rounds)
        return Reading(ratios(taken["Broadsheet"], taken["nginx"]), compare("Broadsheet", "nginx", taken))


def behind_nginx(settings: Settings) -> Reading:
    if not SHIPPED.exists():
        raise RuntimeError("deploy/nginx.conf is not there")
    load = Load(seconds=settings.seconds, headers=GZIP)
    with site_and_nginx() as (ours, anchor):
        upstream = urllib.parse.urlsplit(ours.page_url).netloc
        with NginxInFront(SHIPPED, upstream) as front:
            url = front.base_url + ours.app.article_path
            if ask(url, GZIP).body != ask(ours.page_url, GZIP).body:
                raise RuntimeError("nginx in front does not send the article's bytes")
            taken = in_turn(
                {
                    "behind nginx": partial(get, url, load, lambda: [*front.pids(), *ours.pids()]),
                    "nginx": partial(get, anchor.page_url, load, anchor.pids),
                },
                settings.rounds,
            )
        return Reading(ratios(taken["behind nginx"], taken["nginx"]), compare("behind nginx", "nginx", taken))


def unrelated_commits(settings: Settings) -> Reading:
    """Commits to another site's database show what committing by itself takes from the cores."""
    load = Load(seconds=settings.seconds, headers=GZIP)
    with site() as ours, data_folder() as elsewhere, data_folder() as notes:
        Broadsheet(elsewhere, workers=2)

        def beside(data_dir: Path) -> Sample:
            # More than the sample needs: stop() ends the process with the block.
            total = int(UNRELATED_PER_SECOND * (settings.seconds + 30))
            with committing(data_dir, "unrelated", total, UNRELATED_PER_SECOND, notes / "counter"):
                return get(ours.page_url, load, ours.pids)

        taken = in_turn(
            {
                "quiet": partial(get, ours.page_url, load, ours.pids),
                "with commits": partial(beside, ours.data_dir),
                "with commits elsewhere": partial(beside, elsewhere),
            },
            settings.rounds,
        )
    detail = "; ".join(describe(name, samples) for name, samples in taken.items())
    return Reading(ratios(taken["with commits"], taken["quiet"]), detail)
