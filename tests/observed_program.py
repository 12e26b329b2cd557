"""A program with every way for an exception to reach a broad handler, or to pass it."""

from observed_coroutines import COROUTINES

PROGRAM = """
import asyncio, contextlib, json, threading
from contextlib import contextmanager, suppress


def fail(kind=ValueError):
    raise kind("x")


def one_line():
    try: fail()
    except Exception: pass


def narrow_before(kind):
    try:
        fail(kind)
    except (KeyError, IndexError):
        return 1
    except OSError as e:
        return e
    except Exception as e:
        return e
    return 2


def nested(kind):
    try:
        try:
            fail(kind)
        except KeyError:
            fail(RuntimeError)
        except (TypeError, Exception):
            raise
    except BaseException:
        return 1


def reraised_by_name():
    try:
        try:
            fail()
        except Exception as e:
            raise e
    except:
        return 1


def translated():
    try:
        try:
            fail()
        except Exception as e:
            raise KeyError("y") from e
    except Exception:
        return 1


def with_finally(kind):
    for number in range(3):
        try:
            try:
                fail(kind)
            finally:
                str(number)
        except Exception:
            continue
        finally:
            try:
                fail(UnicodeError)
            except Exception:
                pass


def finally_that_swallows():
    try:
        while True:
            try:
                fail()
            except KeyError:
                pass
            finally:
                break
    except Exception:
        return 1


def else_part():
    try:
        try:
            pass
        except Exception:
            return 1
        else:
            fail(LookupError)
    except Exception:
        return 2


def with_block():
    try:
        with open("/dev/null") as file:
            fail(EOFError)
    except Exception:
        pass
    with suppress(Exception):
        fail(ArithmeticError)
    try:
        with suppress(ValueError):
            fail()
        fail(NameError)
    except Exception:
        pass


@contextmanager
def swallowing():
    try:
        yield
    except Exception:
        pass


@contextmanager
def translating():
    try:
        yield
    except ValueError as e:
        raise KeyError from e
    except Exception:
        raise


def context_managers():
    with swallowing():
        fail(OSError)
    with swallowing(), suppress(Exception):
        with translating():
            fail()
    with swallowing():
        with translating():
            fail(TypeError)
    stack = contextlib.ExitStack()
    with swallowing(), stack:
        stack.callback(fail, AttributeError)


def generator():
    while True:
        try:
            got = yield
            if got:
                fail(got)
        except GeneratorExit:
            raise
        except Exception:
            pass


def generators():
    one = generator()
    next(one)
    one.send(KeyError)
    one.throw(OSError)
    one.close()

    def inner():
        try:
            yield from deeper()
        except BaseException as e:
            kept.append(e)

    def deeper():
        try:
            yield 1
            yield 2
        except Exception:
            yield 3

    kept = []
    other = inner()
    next(other)
    other.throw(ValueError)
    other.close()

    def stopping():
        yield 1
        try:
            next(iter(()))
        except Exception:
            pass
        try:
            raise StopIteration
        except BaseException:
            return

    list(stopping())


COROUTINES

def groups():
    try:
        try:
            raise ExceptionGroup("g", [ValueError(), OSError()])
        except* ValueError:
            try:
                fail(KeyError)
            except Exception:
                pass
        except* Exception:
            pass
        try:
            raise ExceptionGroup("g", [TypeError()])
        except* ValueError:
            pass
    except Exception:
        pass


class Held:
    try:
        fail(LookupError)
    except Exception:
        caught = True
    errors = (KeyError, ValueError)
    single = OSError

    def method(self, kind):
        try:
            fail(kind)
        except self.errors:
            pass
        except Held.single:
            pass
        except Exception:
            pass

    def __getattr__(self, name):
        try:
            return {}[name]
        except Exception:
            raise AttributeError(name)


def local_names(*kinds):
    for kind in kinds:
        class Mine(Exception):
            pass
        try:
            try:
                fail(Mine if kind is None else kind)
            except Mine:
                pass
        except kinds[:0]:
            pass
        except Exception:
            pass
        for wanted in (KeyError, (ValueError, OSError)):
            try:
                fail(kind or Mine)
            except wanted:
                pass
            except (ZeroDivisionError, Exception):
                pass


def many_locals():
    EVERYTHING
    try:
        fail()
    except Exception as late:
        pass


def in_expressions():
    try:
        [1 // n for n in (1, 0)]
    except Exception:
        pass
    try:
        sorted([1, 2], key=lambda n: fail(OverflowError))
    except Exception:
        pass
    try:
        sum(1 // n for n in (1, 0))
    except (
        # a header of several lines
        json.JSONDecodeError,

        Exception,
    ) as e:
        pass
    try: json.loads("{")
    except (json.JSONDecodeError): pass
    except Exception: pass
    try: json.loads("{")
    except Exception as e: del e


def deep(depth):
    if depth:
        return deep(depth - 1)
    try:
        return deep(-1) if depth < 0 else endless()
    except Exception:
        return 1


def endless():
    return endless()


def assertions(number):
    try:
        assert number > 3
        if number == 4: raise Exception("plain")
        elif number == 5: raise SystemExit
        elif number == 6: raise KeyboardInterrupt
        match number:
            case 7:
                fail(ImportError)
    except Exception: return 1
    except: return 2


def matched(kinds):
    while kinds:
        try:
            fail(kinds.pop())
        except Exception as e:
            match e:
                case KeyError():
                    continue
                case _:
                    try:
                        raise
                    except ValueError:
                        break
                    except Exception:
                        pass


class Strange(type):
    def __getattribute__(cls, name):
        raise RuntimeError(name)


class StrangeError(Exception, metaclass=Strange):
    pass


def lost_traceback():
    try:
        raise StrangeError().with_traceback(None)
    except Exception:
        pass


def threads():
    started = [threading.Thread(target=lambda: [one_line() for _ in range(200)]) for _ in range(4)]
    for one in started:
        one.start()
    for one in started:
        one.join()


def main():
    for _ in range(5):
        one_line()
    for kind in (KeyError, IndexError, FileNotFoundError, UnicodeDecodeError, ValueError, TypeError, json.JSONDecodeError):
        if kind in (UnicodeDecodeError, json.JSONDecodeError):
            continue
        narrow_before(kind), nested(kind), with_finally(kind), Held().method(kind)
    nested(SystemExit)
    for call in (reraised_by_name, translated, finally_that_swallows, else_part, with_block, context_managers,
                 generators, groups, in_expressions, many_locals, lost_traceback, threads):
        call()
    asyncio.run(asynchronous())
    hasattr(Held(), "nothing")
    local_names(KeyError, ValueError, None, ZeroDivisionError)
    deep(3)
    for number in range(2, 8):
        assertions(number)
    matched([OSError, ValueError, KeyError, TypeError])


try:
    fail(NotImplementedError)
except Exception:
    main()
""".replace("COROUTINES", COROUTINES).replace("EVERYTHING", "; ".join(f"name{n} = {n}" for n in range(300)))
