def play(args: Map[String, String]): Seq[(String, Any)] =
  counting(args("port").toInt) { _.flatMap(wordsOf(_)).map((_, weight.ofAWord)).reduceByKey(_ + _) }
answer(Seq("ready" -> true))
