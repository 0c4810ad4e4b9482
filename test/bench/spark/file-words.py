def program(sc, size):
    def play(args):
        counts = sc.textFile(size["path"]).flatMap(lambda line: line.split(" ")).map(lambda word: (word, 1)).reduceByKey(lambda a, b: a + b).collect()
        words = sum(count for _, count in counts)
        return {"amount": words, "result": [words, len(counts)]}
    return play
