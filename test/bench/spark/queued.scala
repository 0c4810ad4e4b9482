// Shapes over queued RDDs: pairs of key and number are counted in each batch; one more batch, not timed, sums the numbers.
def queue[T](make: Int => RDD[T]): mutable.Queue[RDD[T]] =
  mutable.Queue((0 to size("warmUps") + size("measured")).map(make): _*)

def queued(stream: StreamingContext => DStream[(Int, Int)]): Seq[(String, Any)] = {
  val last = size("warmUps") + size("measured")
  var batch = 0
  var result: Seq[Any] = Nil
  val done = batches(size("intervalMs"), last + 1) { ssc =>
    stream(ssc).foreachRDD { rdd =>
      if (batch < last) rdd.count()
      if (batch == last) result = Seq(rdd.count(), rdd.map(_._2.toLong).fold(0L)(_ + _))
      batch += 1
    }
  }
  batchFigures(done.slice(size("warmUps"), last)) :+ ("result" -> result)
}
