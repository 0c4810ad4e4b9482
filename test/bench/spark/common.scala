// What every Scala program of the benches shares: sizes, time, answers, and the batches of a stream. Loaded by spark-shell -i.
import org.apache.spark.rdd.RDD
import org.apache.spark.streaming._
import org.apache.spark.streaming.dstream.DStream
import org.apache.spark.streaming.scheduler._
import scala.collection.mutable

def pairs(text: String) = text.split(";").filter(_.nonEmpty).map(_.split("=", 2)).map(p => p(0) -> p(1)).toMap
val sizes = pairs(sys.env.getOrElse("BENCH_SIZE", ""))
def size(name: String): Int = sizes(name).toInt

def answer(facts: Seq[(String, Any)]): Unit = println(facts.map {
  case (name, value: Seq[_]) => "\"" + name + "\":[" + value.mkString(",") + "]"
  case (name, value) => "\"" + name + "\":" + value
}.mkString("\n@@ {", ",", "}"))

/** What `work` gives, and how many milliseconds it took. */
def timed[T](work: => T): (T, Double) = {
  val start = System.nanoTime
  val result = work
  (result, (System.nanoTime - start) / 1e6)
}

class Batches extends StreamingListener {
  val all = mutable.ArrayBuffer[BatchInfo]()
  override def onBatchCompleted(done: StreamingListenerBatchCompleted): Unit = synchronized { all += done.batchInfo; notifyAll() }
  def await(count: Int): Seq[BatchInfo] = synchronized { while (all.size < count) wait(); all.take(count).toSeq }
}

/** Runs what `build` sets up until `count` batches are done. */
def batches(intervalMs: Long, count: Int)(build: StreamingContext => Unit): Seq[BatchInfo] = {
  val ssc = new StreamingContext(sc, Milliseconds(intervalMs))
  val heard = new Batches
  ssc.addStreamingListener(heard)
  ssc.checkpoint(java.nio.file.Files.createTempDirectory("bench-checkpoint").toString)
  build(ssc)
  ssc.start()
  try heard.await(count) finally ssc.stop(false, false)
}

/** Times of batches, as every stream shape answers them. */
def batchFigures(measured: Seq[BatchInfo]): Seq[(String, Any)] = {
  val times = measured.map(_.processingDelay.get).sorted
  Seq("mean" -> times.sum.toDouble / times.size, "median" -> times(times.size / 2), "worst" -> times.last)
}
