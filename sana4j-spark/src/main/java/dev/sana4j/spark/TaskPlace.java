package dev.sana4j.spark;

import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Libtorch;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.resource.ResourceInformation;
import org.jspecify.annotations.Nullable;

/**
 * Where a task computes.
 *
 * @param device the processor, or the GPU that Spark gave to the task
 * @param threads threads of one operation
 */
record TaskPlace(Device device, int threads) {

  /** Returns the place of the running task. */
  static TaskPlace here(String device) {
    TaskContext task = TaskContext.get();
    SparkConf conf = SparkEnv.get().conf();
    int slots = slots(conf.get("spark.master", "local"), task.cpus(), conf);
    return new TaskPlace(device(device, task, conf), threads(task.cpus(), slots));
  }

  /**
   * Returns the threads of the pipeline. It computes for one task at a time, so that it uses the
   * processors of all tasks that run in its process.
   */
  static int threads(int cpusOfTask, int tasksAtATime) {
    return Math.max(1, cpusOfTask) * Math.max(1, tasksAtATime);
  }

  /** Loads the native libraries, sets the threads of a processor, and checks that a GPU exists. */
  void prepare() {
    if (device.isCpu()) {
      Libtorch.threads(threads);
    } else {
      Libtorch.require(device);
    }
  }

  private static int slots(String master, int cpus, SparkConf conf) {
    int cores =
        master.startsWith("local")
            ? localCores(master)
            : conf.getInt("spark.executor.cores", Runtime.getRuntime().availableProcessors());
    return Math.max(1, cores / Math.max(1, cpus));
  }

  /** Returns the cores of a master such as {@code local[2]}. */
  static int localCores(String master) {
    String inside = master.replaceFirst("^local\\[?", "").replaceFirst("[,\\]].*$", "");
    if (inside.isEmpty()) {
      return 1;
    }
    return inside.equals("*")
        ? Runtime.getRuntime().availableProcessors()
        : Integer.parseInt(inside);
  }

  private static Device device(String device, TaskContext task, SparkConf conf) {
    if (device.equals("cpu")) {
      return Device.CPU;
    }
    @Nullable ResourceInformation gpu = task.resourcesJMap().get("gpu");
    if (gpu != null && gpu.addresses().length > 0) {
      return Device.parse(device + ":" + gpu.addresses()[0]);
    }
    if (conf.get("spark.master", "local").startsWith("local")) {
      return Device.parse(device);
    }
    throw new BatchException(
        "Spark gives tasks no GPU; set spark.executor.resource.gpu.amount and"
            + " spark.task.resource.gpu.amount");
  }
}
