// A word count from a socket that says what became of its batches after the first few.
def counting(port: Int)(countsOf: DStream[String] => DStream[(String, Int)]): Seq[(String, Any)] = {
  val done = batches(size("intervalMs"), size("warmUps") + size("measured")) { ssc =>
    countsOf(ssc.socketTextStream("127.0.0.1", port)).print()
  }.drop(size("warmUps"))
  val busy = done.map(_.processingDelay.get).sorted
  Seq("records" -> done.map(_.numRecords).sum, "delayMs" -> done.map(_.schedulingDelay.get).max, "medianMs" -> busy(busy.size / 2), "busyMs" -> busy.sum)
}
