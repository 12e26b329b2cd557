import app.orders


class Word(str):
    pass


app.orders.Word = Word
