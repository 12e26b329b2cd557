def number(text: str) -> int:
    try:
        return int(text)
    except (KeyboardInterrupt, SystemExit):
        raise
    except:
        return 0
