def play(args: Map[String, String]): Seq[(String, Any)] = {
  val records = size("records")
  def stream(ssc: StreamingContext, step: Int) =
    ssc.queueStream(queue(batch => sc.range(0L, records.toLong).map(n => (n.toInt * step + batch, n.toInt))))
  queued { ssc => stream(ssc, 1).join(stream(ssc, 2)).mapValues { case (a, b) => a + b } }
}
answer(Seq("ready" -> true))
