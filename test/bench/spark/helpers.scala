// Words by a loop of one's own, pairs from a captured object.
class Weight(val ofAWord: Int) extends Serializable
val weight = new Weight(1)

def wordsOf(line: String): mutable.ArrayBuffer[String] = {
  val words = mutable.ArrayBuffer[String]()
  var start = 0
  var at = 0
  while (at < line.length) {
    if (line.charAt(at) == ' ') { words += line.substring(start, at); start = at + 1 }
    at += 1
  }
  words += line.substring(start)
  words
}
