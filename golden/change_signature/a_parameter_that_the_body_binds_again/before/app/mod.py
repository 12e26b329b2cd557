def fetch(error):
    try:
        return error
    except OSError as error:
        return None


fetch(error=1)
