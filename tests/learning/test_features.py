"""What is read in a text."""

from __future__ import annotations

import pytest

from app.learning.features import Example, hashed, read, unpacked, vector


def features(text: str, author: str = "") -> set[str]:
    return {name for part in read(Example(text, author)) for name in part.names}


def signs(text: str, author: str = "") -> set[str]:
    return {name.removeprefix("s:") for name in features(text, author) if name.startswith("s:")}


def test_words_and_pairs_of_words_are_read_with_their_place_at_the_ends() -> None:
    assert {"w:old", "w:bridge", "b:^ old", "b:old bridge", "b:bridge $"} <= features("Old bridge")


def test_words_are_read_in_pieces_too() -> None:
    assert {"c:_bri", "c:ridg", "c:dge_"} <= features("Bridge")


@pytest.mark.parametrize(
    "disguised",
    [
        "CASINO",
        "cásìnö",
        "саsіnо",
        "𝐜𝐚𝐬𝐢𝐧𝐨",
        "ｃａｓｉｎｏ",
        "ca\u200bsi\u00adno",
        "&#99;asino",
        "<b>casino</b>",
        "c\u0301asino",
    ],
)
def test_a_word_in_disguise_is_the_same_word(disguised: str) -> None:
    assert "w:casino" in features(disguised)


def test_a_word_in_another_script_stays_one() -> None:
    assert "w:сосна" in features("сосна")


def test_letters_repeated_for_emphasis_count_as_two() -> None:
    assert "w:soo" in features("soooooo") & features("sooo")


def test_a_number_is_known_by_its_length_only() -> None:
    assert "w:§number2" in features("in 12 days") & features("in 99 days")


@pytest.mark.parametrize(
    "link",
    [
        "https://www.shop.example/a?b=c",
        "http://shop.example",
        "www.shop.example",
        "shop.com/sale",
        "my-shop.co.uk",
        "shop . com",
        "shop[dot]com",
        "watch?v=abc123",
    ],
)
def test_this_is_a_link(link: str) -> None:
    assert "link" in signs(f"See {link} there")
    assert "b:see §link" in features(f"See {link} there")


@pytest.mark.parametrize("text", ["It ends here.Then more", "3.14 and 1.000.000", "e.g. this", "What? Yes=no", "a: b"])
def test_this_is_no_link(text: str) -> None:
    assert "link" not in signs(text)


@pytest.mark.parametrize(
    ("link", "site"),
    [
        ("https://www.shop.example/a/b?c", "shop.example"),
        ("http://deep.down.shop.example#x", "shop.example"),
        ("SHOP.com", "shop.com"),
        ("shop . com", "shop.com"),
    ],
)
def test_a_link_is_known_by_the_site_that_it_leads_to(link: str, site: str) -> None:
    assert f"d:{site}" in features(f"see {link}")


@pytest.mark.parametrize(
    "text", ["write to a.b@mail.example", "find me @handle", "call +44 7700 900123", "0171 555 0199"]
)
def test_this_is_a_way_to_get_in_touch(text: str) -> None:
    assert "contact" in signs(text)


@pytest.mark.parametrize("text", ["in 1999 and 2001", "2,126,492,636 people", "half past 7", "at @ 5", "1.000.000.000"])
def test_this_is_none(text: str) -> None:
    assert "contact" not in signs(text)


@pytest.mark.parametrize("sum_of_money", ["$5,000", "£20", "300 dollars", "€ 9.99", "10 euros"])
def test_this_is_money(sum_of_money: str) -> None:
    assert "money" in signs(f"it was {sum_of_money} then")


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("Please subscribe", "call"),
        ("suscribe to it", "call"),
        ("check out the band", "invitation"),
        ("look at this", "invitation"),
        ("go to http://a.example", "invitation"),
        ("watch my film", "to me"),
        ("it is on our new website", "my thing"),
        ("I'm a 17 year old rapper", "trade"),
        ("we are selling new books", "maker"),
        ("a brand new album", "new thing"),
        ("like and share", "likes"),
        ("hey guys", "hello"),
        ("follow us and we follow back", "in return"),
        ("if you have time", "if you"),
        ("free gift cards", "much money"),
        ("on instagram", "network"),
        ("LOUD WORDS HERE", "capitals"),
        ("Some Of These ARE", "some capitals"),
        ("Stop!!! Now", "!!!"),
        ("Stop!", "!"),
        ("Why?", "?"),
        ("there ---> there", "arrow"),
        ("buy it now " * 5, "repeats"),
        ("https://a.example", "only a link"),
        ("http://a.example http://b.example", "links"),
    ],
)
def test_this_sign_stands_in_this_text(text: str, sign: str) -> None:
    assert sign in signs(text)


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("I watch this every evening", "invitation"),
        ("they came to check the figures", "invitation"),
        ("I like this article", "likes"),
        ("it has a million subscribers", "call"),
        ("he sings", "trade"),
        ("see https://a.example for the minutes of the meeting", "only a link"),
    ],
)
def test_this_sign_does_not_stand_in_this_text(text: str, sign: str) -> None:
    assert sign not in signs(text)


def test_signs_of_advertising_are_counted_up_to_four() -> None:
    assert "advertising 0" in signs("The bridge is old")
    assert "advertising 1" in signs("The bridge: https://a.example is a nice page on it")
    assert "advertising 4" in signs("Please check out my new shop, free gifts, http://a.example, follow me on facebook")


@pytest.mark.parametrize(
    ("words", "length"), [(0, 0), (3, 0), (4, 4), (11, 4), (12, 12), (30, 30), (60, 60), (900, 60)]
)
def test_the_length_is_read_in_steps(words: int, length: int) -> None:
    text = " ".join(f"word{chr(97 + number % 26)}" for number in range(words))
    assert f"length {length}" in signs(text)


def test_a_name_that_advertises_is_a_sign_and_its_words_are_read() -> None:
    assert "name advertises" in signs("Nice", author="Cheap Loans")
    assert "name advertises" in signs("Nice", author="www.loans.example")
    assert "name advertises" not in signs("Nice", author="Ann Reader")
    assert "n:ann" in features("Nice", author="Ann Reader")


def test_signs_are_looked_for_in_all_of_a_long_text_and_words_at_both_ends() -> None:
    found = features("alpha " + "filler words without end " * 50 + "http://a.example " + "omega " * 31)
    assert {"w:alpha", "w:omega", "s:link", "d:a.example"} <= found
    assert "w:§link" not in found


@pytest.mark.parametrize(
    "text", ["a" * 5000, "word " * 1000, "".join(map(chr, range(200, 5200))), "http://a.example " * 290]
)
def test_a_text_has_a_bounded_number_of_features(text: str) -> None:
    assert len(features(text, author=text[:80])) < 400


def test_all_words_together_are_no_louder_in_a_long_text() -> None:
    long = " ".join(f"{a}{b}stop" for a in "abcdefghij" for b in "klmnopqrst")
    loudness = [sum(part.value**2 * len(part.names) for part in read(Example(text))[1:]) for text in ("One two", long)]
    assert loudness[0] < loudness[1] == pytest.approx(40)


@pytest.mark.parametrize("text", ["", " ", "\ufeff", "<", "&", "§", "§link", "\x00", "🏴", ":)", "𝕏" * 10])
def test_any_text_can_be_read(text: str) -> None:
    assert vector(read(Example(text))).square > 0


def test_nobody_can_write_the_sign_of_a_link_without_one() -> None:
    assert "w:§link" not in features("a §link here")


def test_no_feature_stands_in_a_vector_twice() -> None:
    made = vector(read(Example("check check out out my my shop http://a.example")))
    keys = [key for _, part in made.parts for key in part]
    assert len(keys) == len(set(keys))


def test_a_feature_has_the_same_number_in_every_process() -> None:
    """Python's own hash of a text is another one in each, and would lose what other processes have learned."""
    assert hashed("w:bridge") == 922560


def test_a_vector_can_be_packed_and_unpacked() -> None:
    made = vector(read(Example("Check out my shop at http://a.example", "Ann")))
    assert unpacked(b"12345" + made.packed(), 5) == made
