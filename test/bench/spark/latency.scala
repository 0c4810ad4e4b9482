def play(args: Map[String, String]): Seq[(String, Any)] = {
  batches(args("intervalMs").toLong, size("warmUps") + size("measured")) { ssc =>
    ssc.socketTextStream("127.0.0.1", args("port").toInt).flatMap(_.split(" ")).map((_, 1)).reduceByKey(_ + _).print()
  }
  Nil
}
answer(Seq("ready" -> true))
