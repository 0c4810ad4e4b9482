def play(args: Map[String, String]): Seq[(String, Any)] = {
  val (counts, ms) = timed {
    sc.textFile(sizes("path")).flatMap(_.split(" ")).map((_, 1)).reduceByKey(_ + _).collect()
  }
  val words = counts.map(_._2.toLong).sum
  Seq("ms" -> ms, "amount" -> words, "result" -> Seq(words, counts.length))
}
answer(Seq("ready" -> true))
