def fetch(
    url,  # where
    timeout=3,
    verbose=False,
    **options,
):
    return url, timeout, options
