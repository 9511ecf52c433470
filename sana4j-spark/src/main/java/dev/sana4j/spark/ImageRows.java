package dev.sana4j.spark;

import dev.sana4j.files.QuotedText;
import dev.sana4j.files.SanaException;
import dev.sana4j.pipeline.GeneratedImage;
import dev.sana4j.pipeline.SanaPipeline;
import dev.sana4j.pipeline.request.GenerationListener;
import dev.sana4j.pipeline.request.GenerationRequest;
import dev.sana4j.pipeline.request.Task;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.apache.spark.sql.Row;
import org.apache.spark.util.TaskCompletionListener;
import org.jspecify.annotations.Nullable;

/**
 * The images of the rows of a task, in their order. While a caller stores an image, the pipeline
 * makes the next one.
 */
final class ImageRows implements Iterator<Row>, AutoCloseable {
  private static final int AHEAD = 2;

  private final Iterator<Row> rows;
  private final GenerateSettings settings;
  private final JobCounters counters;
  private final ExecutorModels.Lease lease;
  private final RowRequest requests;
  private final Deque<Pending> pending = new ArrayDeque<>();

  /** A row whose image is being made. */
  private record Pending(Row row, CompletableFuture<GeneratedImage> image) {}

  private ImageRows(
      Iterator<Row> rows,
      GenerateSettings settings,
      JobCounters counters,
      ExecutorModels.Lease lease) {
    this.rows = rows;
    this.settings = settings;
    this.counters = counters;
    this.lease = lease;
    InputFiles files =
        new InputFiles(SparkHadoopUtil.get().newConfiguration(SparkEnv.get().conf()));
    requests = new RowRequest(lease.pipeline(), files, settings.seed());
  }

  /** Returns the images of a partition; the pipeline is opened if there is a row. */
  static Iterator<Row> of(Iterator<Row> rows, GenerateSettings settings, JobCounters counters) {
    if (!rows.hasNext()) {
      return rows;
    }
    ExecutorModels.Lease lease =
        ExecutorModels.acquire(settings.model(), TaskPlace.here(settings.model().device()));
    var images = new ImageRows(rows, settings, counters, lease);
    TaskContext.get().addTaskCompletionListener((TaskCompletionListener) task -> images.close());
    return images;
  }

  @Override
  public boolean hasNext() {
    return !pending.isEmpty() || rows.hasNext();
  }

  @Override
  public Row next() {
    fill();
    Pending first = pending.poll();
    if (first == null) {
      throw new NoSuchElementException();
    }
    Row finished = finished(first);
    fill();
    return finished;
  }

  private void fill() {
    while (pending.size() < AHEAD && rows.hasNext()) {
      if (settings.batch() > 1) {
        startTogether();
      } else {
        start(rows.next());
      }
    }
  }

  /** Returns the request of a row; null if the row is bad, which is then its result. */
  private @Nullable GenerationRequest request(Row row) {
    try {
      return requests.of(row);
    } catch (SanaException e) {
      pending.add(new Pending(row, CompletableFuture.failedFuture(e)));
      return null;
    }
  }

  private void start(Row row) {
    try {
      GenerationRequest request = requests.of(row);
      pending.add(
          new Pending(
              row, lease.pipeline().generateAsync(request).thenApply(images -> images.get(0))));
    } catch (SanaException e) {
      pending.add(new Pending(row, CompletableFuture.failedFuture(e)));
    }
  }

  /** Starts a batch of rows; those that differ in more than prompts and seeds are made singly. */
  private void startTogether() {
    List<Row> some = new ArrayList<>();
    List<GenerationRequest> alike = new ArrayList<>();
    while (some.size() < settings.batch() && rows.hasNext()) {
      Row row = rows.next();
      GenerationRequest request = request(row);
      if (request == null) {
        continue;
      }
      if (!fits(request, alike)) {
        startAll(some, alike);
        some.clear();
        alike.clear();
      }
      some.add(row);
      alike.add(request);
    }
    startAll(some, alike);
  }

  private static boolean fits(GenerationRequest request, List<GenerationRequest> others) {
    return others.isEmpty()
        || (request.task() instanceof Task.TextToImage && alike(request, others.get(0)));
  }

  private static boolean alike(GenerationRequest request, GenerationRequest other) {
    GenerationRequest same =
        request.toBuilder()
            .prompts(other.prompts())
            .negativePrompt(other.negativePrompt())
            .seed(other.seed())
            .build();
    return same.equals(other);
  }

  /** Makes rows together; if that fails, singly, so that each has its own reason. */
  private void startAll(List<Row> some, List<GenerationRequest> alike) {
    if (some.size() == 1) {
      start(some.get(0));
      return;
    }
    if (some.isEmpty()) {
      return;
    }
    SanaPipeline pipeline = lease.pipeline();
    List<GeneratedImage> images;
    try {
      images = pipeline.generateTogether(List.copyOf(alike), GenerationListener.NONE);
    } catch (SanaException e) {
      some.forEach(this::start);
      return;
    }
    for (int i = 0; i < some.size(); i++) {
      pending.add(new Pending(some.get(i), CompletableFuture.completedFuture(images.get(i))));
    }
  }

  private Row finished(Pending done) {
    String key = done.row().getAs(RequestColumns.KEY);
    try {
      GeneratedImage image = done.image().join();
      Row row = ImageColumns.image(key, image, settings.format());
      counters.images().add(1L);
      SanaPlugin.countImage();
      return row;
    } catch (CompletionException e) {
      SanaException refusal = refusal(e.getCause());
      counters.badRows().add(1L);
      SanaPlugin.countBadRow();
      String line = QuotedText.oneLine(String.valueOf(refusal.getMessage()));
      return ImageColumns.error(key, done.row(), line);
    }
  }

  /** Returns the reason of a bad row; any other failure ends the task, which Spark repeats. */
  private static SanaException refusal(@Nullable Throwable cause) {
    if (cause instanceof SanaException known && known.isRefusal()) {
      return known;
    }
    if (cause instanceof RuntimeException failure) {
      throw failure;
    }
    throw new IllegalStateException(cause);
  }

  @Override
  public void close() {
    pending.forEach(each -> each.image().cancel(true));
    pending.clear();
    lease.close();
  }
}
