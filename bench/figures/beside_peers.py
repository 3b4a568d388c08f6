"""What a page made afresh costs, and reading and posting beside Isso and WordPress."""

from functools import partial

from bench.figures.site import GZIP, site
from bench.harness import Reading, Settings, compare, describe, in_turn, ratios
from bench.load import Load, Sample, get, post
from bench.peers.base import CommentServer
from bench.peers.isso import Isso
from bench.peers.wordpress import WordPress

# Enough to keep two cores busy, few enough that a request of 100 ms does not wait for seconds.
CONNECTIONS = 16


def uncached_article(settings: Settings) -> Reading:
    """The page as it is made after a new comment; the notes say what more it costs with nothing kept, or with gzip."""
    plain = Load(CONNECTIONS, seconds=settings.seconds)
    packed = Load(CONNECTIONS, seconds=settings.seconds, headers=GZIP)
    with site(page_cache=False) as ours, site(page_cache=False, bare=True) as bare:
        taken = in_turn(
            {
                "as made": partial(get, ours.page_url, plain, ours.pids),
                "asked for with gzip": partial(get, ours.page_url, packed, ours.pids),
                "with nothing kept": partial(get, bare.page_url, plain, bare.pids),
            },
            settings.rounds,
        )
    detail = "; ".join(describe(name, samples) for name, samples in taken.items())
    return Reading([sample.cpu_ms for sample in taken["as made"]], detail)


def get_beside_isso(settings: Settings) -> Reading:
    return _reading_beside(Isso(), settings)


def get_beside_wordpress(settings: Settings) -> Reading:
    return _reading_beside(WordPress(), settings)


def post_beside_isso(settings: Settings) -> Reading:
    return _posting_beside(Isso(), settings)


def post_beside_wordpress(settings: Settings) -> Reading:
    return _posting_beside(WordPress(), settings)


def _reading_beside(peer: Isso | WordPress, settings: Settings) -> Reading:
    load = Load(CONNECTIONS, seconds=settings.seconds)
    with peer, site(page_cache=False) as ours:
        taken = in_turn(
            {
                "Broadsheet": partial(get, ours.page_url, load, ours.pids),
                peer.name: partial(get, peer.page_url, load, peer.pids),
            },
            settings.rounds,
        )
        values = ratios(taken["Broadsheet"], taken[peer.name])
        return Reading(values, compare("Broadsheet", peer.name, taken), peer.versions())


def _posting_beside(peer: Isso | WordPress, settings: Settings) -> Reading:
    load = Load(CONNECTIONS, seconds=settings.seconds)
    with peer, site() as ours:
        taken = in_turn(
            {
                "Broadsheet": partial(_post_and_reset, ours, load),
                peer.name: partial(_post_and_reset, peer, load),
            },
            settings.rounds,
        )
        values = ratios(taken["Broadsheet"], taken[peer.name])
        return Reading(values, compare("Broadsheet", peer.name, taken), peer.versions())


def _post_and_reset(server: CommentServer, load: Load) -> Sample:
    sample = post(server.post, load, server.pids)
    server.reset()
    return sample
