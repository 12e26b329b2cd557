def worker(jobs: list[str]) -> None:
    while True:
        try:
            int(jobs.pop())
        except Exception:
            print("failed")


def retry(text: str) -> int:
    for attempt in range(3):
        try:
            return int(text)
        except Exception:
            print(attempt)
    return 0
