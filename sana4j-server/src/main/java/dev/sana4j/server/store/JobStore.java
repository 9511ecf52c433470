package dev.sana4j.server.store;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Stores jobs that clients can ask for later. Thread-safe.
 *
 * <p>What a durable store has accepted, added or ended is on the disk when the method returns.
 * Marks and removals may be lost when the machine fails, but not when the process is killed.
 */
public interface JobStore extends AutoCloseable {

  /**
   * Returns whether the store survives the process. If not, it stores only the files of images.
   *
   * @return false for a store in memory
   */
  boolean isDurable();

  /**
   * Returns all jobs.
   *
   * @return in the order they were accepted
   * @throws StoreException if the store cannot be read
   */
  List<StoredJob> jobs();

  /**
   * Returns all images, including those whose files were removed while their jobs are kept.
   *
   * @return the first to expire first
   * @throws StoreException if the store cannot be read
   */
  List<StoredImage> images();

  /**
   * Returns the pixels of an input image of an unfinished job.
   *
   * @param sha256 its digest
   * @return interleaved RGB; empty if it is unknown
   * @throws StoreException if the store cannot be read
   */
  Optional<byte[]> input(String sha256);

  /**
   * Stores a job.
   *
   * @param job the job
   * @param inputs its input images: digest to interleaved RGB; removed when it ends
   * @throws StoreException if it cannot be stored; then nothing was stored
   */
  void accept(StoredJob job, Map<String, byte[]> inputs);

  /**
   * Marks jobs as started, so that a job which ends the process is not started for ever.
   *
   * @param jobs ids
   * @param now the time
   * @throws StoreException if they cannot be marked
   */
  void started(Collection<String> jobs, Instant now);

  /** Marks all unfinished jobs as not started, because the process ends in an orderly way. */
  void released();

  /**
   * Stores an image. The last one of a job ends the job.
   *
   * @param image the image
   * @param file its file
   * @param notes all messages to the client so far
   * @param now the time
   * @throws StoreException if it cannot be stored; then nothing was stored
   */
  void add(StoredImage image, byte[] file, List<String> notes, Instant now);

  /**
   * Returns the file of an image.
   *
   * @param name its name
   * @return empty if it is unknown or was removed
   * @throws StoreException if the store cannot be read
   */
  Optional<byte[]> file(String name);

  /**
   * Changes when images expire.
   *
   * @param names of the images
   * @param expires the new time
   * @throws StoreException if it cannot be changed
   */
  void extend(Collection<String> names, Instant expires);

  /**
   * Ends a job.
   *
   * @param job its id
   * @param end how
   * @throws StoreException if it cannot be stored
   */
  void end(String job, StoredEnd end);

  /**
   * Removes jobs and files. An image of a job that is kept loses only its file.
   *
   * @param jobs ids of jobs
   * @param images names of images
   * @throws StoreException if they cannot be removed
   */
  void remove(Collection<String> jobs, Collection<String> images);

  /**
   * Removes images that cannot be read, as if they had never been added, so that unfinished jobs
   * can add them again.
   *
   * @param images names of images
   * @throws StoreException if they cannot be removed
   */
  void discard(Collection<String> images);

  /**
   * Returns the size of the store.
   *
   * @return bytes on the disk; 0 in memory
   */
  long bytes();

  /** Closes the store; what is stored remains. */
  @Override
  void close();
}
