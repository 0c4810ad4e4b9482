import threading
import time

from pyspark.streaming import StreamingContext

PARTITIONS = 4


def counts_of(lines):
    return lines.flatMap(lambda line: line.split(" ")).map(lambda word: (word, 1)).reduceByKey(lambda a, b: a + b, PARTITIONS)


def program(sc, size):
    def first(args):
        return {"result": sc.parallelize([1, 2], 2).count()}

    def words(args):
        counts = counts_of(sc.textFile(size["path"], PARTITIONS)).collect()
        total = sum(count for _, count in counts)
        return {"amount": total, "result": [total, len(counts)]}

    def batches(args):
        skipped, measured = int(size["batches"]), int(size["measured"])
        ssc = StreamingContext(sc, int(size["intervalMs"]) / 1000)
        lags = []
        done = threading.Event()

        def note(batch, rdd):
            if rdd.collect():
                lags.append((time.time() - batch.timestamp()) * 1000)
            if len(lags) == skipped + measured:
                done.set()

        counts_of(ssc.socketTextStream("127.0.0.1", args["port"])).foreachRDD(note)
        ssc.start()
        done.wait()
        ssc.stop(False)
        return {"lags": lags[skipped:skipped + measured]}

    plays = {"first": first, "words": words, "batches": batches}
    return lambda args: plays[args["what"]](args)
