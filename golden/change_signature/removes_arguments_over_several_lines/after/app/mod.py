def fetch(
    url,  # where
    timeout=3,
    **options,
):
    return url, timeout, options
