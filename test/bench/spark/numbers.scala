def play(args: Map[String, String]): Seq[(String, Any)] = {
  val count = sizes("count").toLong
  val (sum, ms) = timed { sc.range(0L, count).map(_ * 2).filter(_ % 3 == 0).map(_ + 1).fold(0L)(_ + _) }
  Seq("ms" -> ms, "amount" -> count, "result" -> Seq(sum))
}
answer(Seq("ready" -> true))
