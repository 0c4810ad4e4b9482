import java.io.FileOutputStream;
import java.nio.file.Path;
import org.apache.hadoop.yarn.conf.YarnConfiguration;
import org.apache.hadoop.yarn.server.MiniYARNCluster;

/**
 * A YARN of one machine for tests: a ResourceManager and a NodeManager on loopback, started as `java -cp … MiniYarn.java DIRECTORY`. It writes
 * DIRECTORY/yarn-site.xml, for HADOOP_CONF_DIR, says "ready", and ends with its standard input. As Spark's own tests of YARN set it up.
 */
public class MiniYarn {
  public static void main(String[] args) {
    try { run(args[0]); } catch (Throwable error) { error.printStackTrace(); }
    System.exit(1); // threads of a cluster that failed would go on
  }

  private static void run(String directory) throws Exception {
    YarnConfiguration conf = new YarnConfiguration();
    conf.set("yarn.resourcemanager.hostname", "127.0.0.1");
    conf.set("yarn.nodemanager.hostname", "127.0.0.1");
    conf.set("yarn.nodemanager.disk-health-checker.max-disk-utilization-per-disk-percentage", "100.0");
    conf.set("yarn.nodemanager.vmem-check-enabled", "false");
    conf.set("yarn.nodemanager.pmem-check-enabled", "false");
    // The client of minicluster brings no capacity-scheduler.xml.
    conf.set("yarn.scheduler.capacity.root.queues", "default");
    conf.setInt("yarn.scheduler.capacity.root.default.capacity", 100);
    conf.setFloat("yarn.scheduler.capacity.root.default.user-limit-factor", 1);
    conf.setInt("yarn.scheduler.capacity.root.default.maximum-capacity", 100);
    conf.setFloat("yarn.scheduler.capacity.maximum-am-resource-percent", 1);
    conf.set("yarn.scheduler.capacity.root.default.state", "RUNNING");
    conf.set("yarn.scheduler.capacity.root.default.acl_submit_applications", "*");
    conf.set("yarn.scheduler.capacity.root.default.acl_administer_queue", "*");
    conf.setInt("yarn.scheduler.capacity.node-locality-delay", -1);
    conf.setInt("yarn.scheduler.minimum-allocation-mb", 256);

    MiniYARNCluster cluster = new MiniYARNCluster("tspark", 1, 1, 1);
    cluster.init(conf);
    cluster.start();
    // start() may be back before the ResourceManager's port is known.
    while (cluster.getConfig().get(YarnConfiguration.RM_ADDRESS).endsWith(":0")) Thread.sleep(50);
    try (FileOutputStream out = new FileOutputStream(Path.of(directory, "yarn-site.xml").toFile())) { cluster.getConfig().writeXml(out); }
    System.out.println("ready");
    while (System.in.read() >= 0) { }
    System.exit(0);
  }
}
