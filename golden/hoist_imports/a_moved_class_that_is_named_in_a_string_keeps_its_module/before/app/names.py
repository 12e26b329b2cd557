KNOWN = ["app.orders.State"]
