package dev.sana4j.hub;

import dev.sana4j.files.ByteSize;
import dev.sana4j.files.ProcessLock;
import dev.sana4j.hub.HubException.Reason;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;

/** Downloads files of one commit to the cache, several in parallel. */
final class SnapshotDownload {
  private static final int AT_A_TIME = 4;
  private static final int LAST_WORDS_SECONDS = 30;

  private final HubHttp http;
  private final Retries retries;
  private final HubCache cache;
  private final ToLongFunction<Path> freeSpace;
  private final HubListener listener;

  /**
   * Creates a downloader.
   *
   * @param http the connection
   * @param retries when to retry
   * @param cache the cache
   * @param freeSpace returns the free bytes on the disk of a folder
   * @param listener is notified of the progress
   */
  SnapshotDownload(
      HubHttp http,
      Retries retries,
      HubCache cache,
      ToLongFunction<Path> freeSpace,
      HubListener listener) {
    this.http = http;
    this.retries = retries;
    this.cache = cache;
    this.freeSpace = freeSpace;
    this.listener = listener;
  }

  /**
   * Downloads missing files.
   *
   * @param id a model at a commit
   * @param files of the commit
   * @throws HubException if one of them fails; the downloaded parts of the others are kept
   */
  void run(HubId id, List<HubFile> files) {
    Path snapshot = cache.snapshot(id, id.revision());
    List<HubFile> missing = missing(snapshot, files);
    if (missing.isEmpty()) {
      return;
    }
    cache.prepare(id);
    requireSpace(id, missing);
    long total = missing.stream().mapToLong(HubFile::size).sum();
    var transfer = new Transfer(listener, total);
    ExecutorService workers = Executors.newFixedThreadPool(AT_A_TIME, SnapshotDownload::worker);
    try {
      CompletionService<HubFile> done = new ExecutorCompletionService<>(workers);
      for (HubFile file : missing) {
        done.submit(() -> fetch(id, file, transfer), file);
      }
      awaitAll(done, missing.size());
    } catch (RuntimeException | Error e) {
      workers.shutdownNow();
      http.close();
      throw e;
    } finally {
      workers.shutdown();
      awaitEnd(workers);
    }
  }

  private static Thread worker(Runnable work) {
    Thread thread = new Thread(work, "hub download");
    thread.setDaemon(true);
    return thread;
  }

  private static void awaitAll(CompletionService<HubFile> done, int count) {
    try {
      for (int i = 0; i < count; i++) {
        var unused = done.take().get();
      }
    } catch (InterruptedException e) {
      throw Retries.interrupted(e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof HubException refusal) {
        throw refusal;
      }
      throw new IllegalStateException("a download failed", e.getCause());
    }
  }

  /** Waits until cancelled downloads have closed their files. */
  private static void awaitEnd(ExecutorService workers) {
    try {
      var unused = workers.awaitTermination(LAST_WORDS_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static boolean isThere(Path path, HubFile file) {
    try {
      return Files.isRegularFile(path) && Files.size(path) == file.size();
    } catch (IOException e) {
      throw HubCache.failure(path, "cannot be read", e);
    }
  }

  private static List<HubFile> missing(Path snapshot, List<HubFile> files) {
    return files.stream().filter(file -> !isThere(snapshot.resolve(file.path()), file)).toList();
  }

  /** Returns how many bytes of some files are not in the cache. */
  long missingBytes(HubId id, List<HubFile> files) {
    long needed = 0;
    for (HubFile file : missing(cache.snapshot(id, id.revision()), files)) {
      if (!isThere(cache.blob(id, file), file)) {
        needed += Math.max(0, file.size() - BlobDownload.sizeOf(cache.part(id, file)));
      }
    }
    return needed;
  }

  private void requireSpace(HubId id, List<HubFile> missing) {
    long needed = missingBytes(id, missing);
    long free = freeSpace.applyAsLong(cache.root());
    if (needed > free) {
      throw new HubException(
          Reason.NO_SPACE,
          ("%s needs %s more, but the disk of %s has only %s left; set HF_HUB_CACHE to use another"
                  + " folder")
              .formatted(id.repository(), new ByteSize(needed), cache.root(), new ByteSize(free)));
    }
  }

  private void fetch(HubId id, HubFile file, Transfer transfer) {
    Path lock = cache.lock(id, file);
    try {
      ProcessLock.hold(
          lock,
          () -> transfer.note("another process is downloading " + file.path() + "; waiting for it"),
          () -> fetchAlone(id, file, transfer));
    } catch (InterruptedException e) {
      throw Retries.interrupted(e);
    } catch (IOException e) {
      throw HubCache.failure(lock, "cannot be opened", e);
    }
  }

  private void fetchAlone(HubId id, HubFile file, Transfer transfer) {
    Path target = cache.snapshot(id, id.revision()).resolve(file.path());
    Path blob = cache.blob(id, file);
    boolean fresh = !isThere(blob, file);
    if (isThere(target, file)) { // another process was faster
      transfer.add(file, file.size());
      return;
    }
    if (fresh) {
      URI address = new HubApi(http, retries, id).address(id.revision(), file);
      new BlobDownload(http, retries, id, address, file, transfer).run(cache.part(id, file), blob);
    } else {
      transfer.add(file, file.size());
    }
    cache.place(blob, target, fresh);
  }

  /** Returns the free bytes on the disk of a folder, or of its nearest existing parent. */
  static long usableSpace(Path folder) {
    List<Path> above = new ArrayList<>();
    for (Path at = folder.toAbsolutePath(); at != null; at = at.getParent()) {
      above.add(at);
    }
    try {
      Path existing = above.stream().filter(Files::exists).findFirst().orElse(folder);
      return Files.getFileStore(existing).getUsableSpace();
    } catch (IOException e) {
      return Long.MAX_VALUE; // unknown; a full disk is reported when writing
    }
  }
}
