def seen(numbers: Iterator[Long]): Iterator[(Long, Long, Long, Long)] = {
  var count, down = 0L
  var first, last = -1L
  for (number <- numbers) {
    if (count == 0) first = number
    if (number < last) down += 1
    last = number
    count += 1
  }
  Iterator((count, first, last, down))
}

def play(args: Map[String, String]): Seq[(String, Any)] = {
  val (parts, ms) = timed {
    sc.range(0L, sizes("count").toLong).map(n => (n.toInt * 0x9E3779B1) & 0xFFFFFFFFL).sortBy(n => n).mapPartitions(seen).collect()
  }
  val filled = parts.filter(_._1 > 0)
  val between = filled.zip(filled.drop(1)).count { case (a, b) => b._2 < a._3 }
  val count = filled.map(_._1).sum
  Seq("ms" -> ms, "amount" -> count, "result" -> Seq(count, filled.head._2, filled.last._3, filled.map(_._4).sum + between))
}
answer(Seq("ready" -> true))
