package dev.sana4j.spark;

import java.io.IOException;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.mapreduce.JobContext;
import org.apache.hadoop.mapreduce.RecordWriter;
import org.apache.hadoop.mapreduce.TaskAttemptContext;
import org.apache.hadoop.mapreduce.lib.output.FileOutputFormat;
import org.apache.hadoop.mapreduce.lib.output.PathOutputCommitter;
import org.apache.spark.sql.Row;

/**
 * Hadoop's output format of shards: a task writes into the folder of its attempt, and the committer
 * moves the files when the task and the job are committed.
 */
public final class ShardFormat extends FileOutputFormat<String, Row> {
  static final String JOB = "sana4j.shards.job";
  static final String EXTENSION = "sana4j.shards.extension";

  /** Creates the format; Hadoop calls this. */
  public ShardFormat() {}

  @Override
  public void checkOutputSpecs(JobContext job) throws IOException {
    if (getOutputPath(job) == null) {
      throw new IOException("there is no output folder");
    }
  }

  @Override
  public RecordWriter<String, Row> getRecordWriter(TaskAttemptContext task) throws IOException {
    Path folder = ((PathOutputCommitter) getOutputCommitter(task)).getWorkPath();
    int number = task.getTaskAttemptID().getTaskID().getId();
    var conf = task.getConfiguration();
    String name = "shard-%s-%05d".formatted(conf.get(JOB), number);
    return new ShardWriter(folder.getFileSystem(conf), folder, name, conf.get(EXTENSION, "png"));
  }
}
