import google.cloud.storage


def run():
    import google.cloud.bigquery

    return google


def again():
    return google.cloud
