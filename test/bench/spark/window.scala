def play(args: Map[String, String]): Seq[(String, Any)] = {
  val (keys, records, interval) = (size("keys"), size("records"), size("intervalMs"))
  queued { ssc =>
    val input = ssc.queueStream(queue(batch => sc.range(0L, records.toLong).map(n => ((n.toInt + batch) * 7919 % keys, 1))))
    input.reduceByKeyAndWindow(_ + _, _ - _, Milliseconds(size("slides") * interval), Milliseconds(interval))
  }
}
answer(Seq("ready" -> true))
