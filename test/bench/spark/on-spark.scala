val PARTITIONS = 4

def first(): Seq[(String, Any)] = Seq("result" -> sc.parallelize(Seq(1, 2), 2).count())

def words(): Seq[(String, Any)] = {
  val (counts, ms) = timed {
    sc.textFile(sizes("path"), PARTITIONS).flatMap(_.split(" ")).map((_, 1)).reduceByKey(_ + _, PARTITIONS).collect()
  }
  val total = counts.map(_._2.toLong).sum
  Seq("ms" -> ms, "amount" -> total, "result" -> Seq(total, counts.length))
}

/** Of batches that had lines, the first ones left out. */
def lags(port: Int): Seq[(String, Any)] = {
  val (skipped, measured) = (size("batches"), size("measured"))
  val found = mutable.ArrayBuffer[Long]()
  val done = new java.util.concurrent.CountDownLatch(1)
  val ssc = new StreamingContext(sc, Milliseconds(size("intervalMs")))
  ssc.socketTextStream("127.0.0.1", port).flatMap(_.split(" ")).map((_, 1)).reduceByKey(_ + _, PARTITIONS).foreachRDD { (rdd, time) =>
    if (rdd.collect().nonEmpty) found += System.currentTimeMillis - time.milliseconds
    if (found.size == skipped + measured) done.countDown()
  }
  ssc.start()
  done.await()
  ssc.stop(false, false)
  Seq("lags" -> found.slice(skipped, skipped + measured).toSeq)
}

def play(args: Map[String, String]): Seq[(String, Any)] = args("what") match {
  case "first" => first()
  case "words" => words()
  case "batches" => lags(args("port").toInt)
}
answer(Seq("ready" -> true))
