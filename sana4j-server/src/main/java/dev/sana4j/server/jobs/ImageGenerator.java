package dev.sana4j.server.jobs;

import dev.sana4j.image.RgbImage;
import dev.sana4j.pipeline.request.GenerationListener;
import dev.sana4j.pipeline.request.GenerationRequest;
import java.util.List;
import java.util.Map;

/** What makes the images of jobs. */
public interface ImageGenerator extends AutoCloseable {

  /**
   * What it makes images with.
   *
   * @return always the same
   */
  ModelCard card();

  /**
   * Refuses what it cannot make; called by any thread.
   *
   * @param request what is asked
   * @throws dev.sana4j.pipeline.request.RequestException naming the reason
   */
  void check(GenerationRequest request);

  /**
   * Makes images; called by one thread.
   *
   * @param requests each for one image; several differ in prompts and seeds alone
   * @param listener hears about the progress of all of them, and may cancel
   * @return one image per request
   */
  List<RgbImage> generate(List<GenerationRequest> requests, GenerationListener listener);

  /**
   * What a PNG says of how it was made.
   *
   * @param request for one image
   * @return keyword to text
   */
  Map<String, String> texts(GenerationRequest request);

  /** Frees what it holds; called when the last image is made. */
  @Override
  void close();
}
