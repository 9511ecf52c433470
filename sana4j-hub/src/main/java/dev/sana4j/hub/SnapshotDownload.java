package dev.sana4j.hub;

import dev.sana4j.files.ByteSize;
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

/** Fetches files of one commit into the cache, several at a time. */
final class SnapshotDownload {
  private static final int AT_A_TIME = 4;
  private static final int LAST_WORDS_SECONDS = 30;

  private final HubHttp http;
  private final Retries retries;
  private final HubCache cache;
  private final ToLongFunction<Path> freeSpace;
  private final HubListener listener;

  /**
   * For one model after another.
   *
   * @param http the connection
   * @param retries when to ask again
   * @param cache where files are kept
   * @param freeSpace bytes that a folder's disk has left
   * @param listener receives the progress
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
   * Fetches what is not there yet.
   *
   * @param id a model at a commit
   * @param files of the commit
   * @throws HubException if one of them cannot be had; what has come of the others stays
   */
  void run(HubId id, List<HubFile> files) {
    Path snapshot = cache.snapshot(id, id.revision());
    List<HubFile> missing =
        files.stream().filter(file -> !isThere(snapshot.resolve(file.path()), file)).toList();
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

  /** Those that were ended close their files. */
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

  private void requireSpace(HubId id, List<HubFile> missing) {
    long needed = 0;
    for (HubFile file : missing) {
      if (!isThere(cache.blob(id, file), file)) {
        needed += Math.max(0, file.size() - BlobDownload.sizeOf(cache.part(id, file)));
      }
    }
    long free = freeSpace.applyAsLong(cache.root());
    if (needed > free) {
      throw new HubException(
          Reason.NO_SPACE,
          "%s needs %s more, the disk of %s has %s left; HF_HUB_CACHE names another folder"
              .formatted(id.repository(), new ByteSize(needed), cache.root(), new ByteSize(free)));
    }
  }

  private void fetch(HubId id, HubFile file, Transfer transfer) {
    BlobLock.hold(
        cache.lock(id, file),
        () -> transfer.note("another process fetches " + file.path() + "; waiting for it"),
        () -> fetchAlone(id, file, transfer));
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

  /** What the disk of a folder, or of the nearest one above it that exists, has left. */
  static long usableSpace(Path folder) {
    List<Path> above = new ArrayList<>();
    for (Path at = folder.toAbsolutePath(); at != null; at = at.getParent()) {
      above.add(at);
    }
    try {
      Path existing = above.stream().filter(Files::exists).findFirst().orElse(folder);
      return Files.getFileStore(existing).getUsableSpace();
    } catch (IOException e) {
      return Long.MAX_VALUE; // unknown: the write fails if the disk is full
    }
  }
}
