"""What a user of Bowler would write to rename the alias: a query. It shows no diff and writes nothing."""

from __future__ import annotations

import sys

from bowler import Query

if __name__ == "__main__":
    query = Query(sys.argv[1:]).select_var("LaxUrl").rename("HttpUrl")
    query.execute(write=False, silent=True, interactive=False)
