def play(args: Map[String, String]): Seq[(String, Any)] =
  counting(args("port").toInt) { _.flatMap(_.split(" ")).map((_, 1)).reduceByKey(_ + _) }
answer(Seq("ready" -> true))
