def play(args: Map[String, String]): Seq[(String, Any)] = {
  val (keys, touched) = (size("keys"), size("touched"))
  val every = keys / touched
  def some(batch: Int) = sc.range(0L, touched.toLong).map(n => ((n.toInt * every + batch) % keys, 1))
  queued { ssc =>
    val input = ssc.queueStream(queue(batch => if (batch == 0) sc.range(0L, keys.toLong).map(n => (n.toInt, 1)) else some(batch)))
    input.updateStateByKey[Int]((values: Seq[Int], sum: Option[Int]) => Some(values.foldLeft(sum.getOrElse(0))(_ + _)))
  }
}
answer(Seq("ready" -> true))
