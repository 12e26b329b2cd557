import google.cloud.storage


def run():
    import google.cloud.bigquery

    return google


def again():
    import google.cloud

    return google.cloud
