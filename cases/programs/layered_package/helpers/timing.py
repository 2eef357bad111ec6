import functools
import time

spent = {}


def timed(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        start = time.perf_counter()
        try:
            return function(*args, **kwargs)
        finally:
            spent[function.__name__] = spent.get(function.__name__, 0) + time.perf_counter() - start
    return wrapper
