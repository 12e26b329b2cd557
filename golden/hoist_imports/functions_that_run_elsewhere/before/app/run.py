import app.tool
from app import ray


@ray.remote(num_cpus=1)
def run():
    from app.tool import work

    return work(app)
