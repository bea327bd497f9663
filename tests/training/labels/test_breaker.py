"""When an endpoint that fails is asked again, and when it is given up."""

from streams.training.labels.breaker import IN_A_ROW, LONGEST_WAIT, Breaker


def test_a_single_failure_holds_nobody_back() -> None:
    breaker = Breaker(patience=60)
    assert not breaker.failed(0.0)
    assert breaker.wait(0.0) == 0


def test_failures_in_a_row_let_one_question_through_at_a_time() -> None:
    breaker = Breaker(patience=60)
    for _ in range(IN_A_ROW):
        breaker.failed(0.0)
    assert breaker.wait(0.0) > 0
    later = breaker.until
    assert breaker.wait(later) == 0
    assert breaker.wait(later) > 0  # the others wait for the one
    breaker.succeeded(later)
    assert breaker.wait(later) == 0
    assert breaker.wait(later) == 0


def test_who_is_silent_for_as_long_as_patience_lasts_is_given_up() -> None:
    breaker = Breaker(patience=60)
    now = 0.0
    attempts = 0
    while not breaker.failed(now):
        attempts += 1
        assert attempts < 100
        wait = breaker.wait(now)
        assert wait <= LONGEST_WAIT
        now += wait
    assert 60 <= now < 61


def test_an_answer_begins_patience_anew() -> None:
    breaker = Breaker(patience=10)
    for now in (0.0, 5.0):
        breaker.failed(now)
    breaker.succeeded(6.0)
    assert not breaker.failed(11.0)
    assert breaker.failed(16.0)


def test_silence_is_counted_from_the_first_question_not_from_its_failure() -> None:
    breaker = Breaker(patience=60)
    breaker.began(0.0)
    breaker.began(1.0)
    assert not breaker.failed(59.0)
    assert breaker.failed(60.0)


def test_a_server_that_asks_to_wait_is_left_alone_as_long_as_it_says() -> None:
    breaker = Breaker(patience=60)
    assert not breaker.failed(0.0, after=20)
    assert breaker.wait(0.0) == 20
    assert breaker.wait(20.0) == 0


def test_a_server_that_asks_for_more_than_patience_is_given_up() -> None:
    assert Breaker(patience=60).failed(0.0, after=3600)


def test_a_server_that_says_again_at_once_for_long_is_asked_ever_less() -> None:
    breaker = Breaker(patience=60)
    now = 0.0
    attempts = 0
    while not breaker.failed(now, after=0.0):
        attempts += 1
        assert attempts < 100
        now += breaker.wait(now)
    assert 60 <= now < 61
