from app.billing import invoice

OPEN = 1
SEND = invoice
