package dev.sana4j.pipeline;

import dev.sana4j.files.SanaException;

/** A pipeline was used after it was closed, or was closed while a call waited for its images. */
public final class PipelineClosedException extends SanaException {
  private static final long serialVersionUID = 1L;

  /** Creates the exception. */
  PipelineClosedException() {
    super("the pipeline is closed; open another one, and close it after the last image");
  }

  /** Returns false: the request may be right. */
  @Override
  public boolean isRefusal() {
    return false;
  }
}
